/** What a log line may carry: ids, counts, codes and reasons. Never a message text, a token or a URL with credentials. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes one structured line for one thing that happened. */
export function log(level: "info" | "warn" | "error", event: string, fields: LogFields = {}): void {
  console[level]({ event, ...fields });
}
