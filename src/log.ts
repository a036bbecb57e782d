/** What a log line may carry: ids, counts, codes and reasons. Never a message text, a token or a URL with credentials. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes one line of JSON for one thing that happened; Workers Logs indexes its fields. */
export function log(level: "info" | "warn" | "error", event: string, fields: LogFields = {}): void {
  console[level](JSON.stringify({ level, event, ...fields }));
}
