import type { DeadLetter, Gateway, Question, RetryResult } from "./operator-client.ts";

/** The dead letters for people to read, and what to do about them. `total` counts those that are not shown too. */
export function describeDeadLetters(letters: readonly DeadLetter[], total: number): string[] {
  if (letters.length === 0) return ["There are no dead letters."];
  const rows = letters.map(({ at, direction, outcome, id, member, reason }) => [
    timeOf(at),
    direction,
    outcome,
    id,
    member,
    reason,
  ]);
  const outcomes = new Set(letters.map(({ outcome }) => outcome));
  return [
    ...table(["SINCE", "DIRECTION", "OUTCOME", "ID", "MEMBER", "REASON"], rows),
    "",
    total > letters.length ? `The oldest ${letters.length} of ${total}.` : `${total} in all.`,
    ...[...outcomes].map((outcome) => `${outcome}: ${MEANINGS[outcome]}`),
    "Then: npm run operate -- retry ID, or retry --all.",
  ];
}

const MEANINGS: Readonly<Record<DeadLetter["outcome"], string>> = {
  failed: "it did not arrive. Remove the cause that the reason names.",
  undecided: "it may have arrived. Look at the other side first: sent again, it may stand there twice.",
  unprocessable: "a fault of Flexcord's own. Report it with the reason, and update Flexcord.",
};

/** What became of one dead letter. */
export function describeRetry({ id, member, outcome }: DeadLetter, result: RetryResult): string {
  return printable(`${id} of member ${member}: ${result === "sent-again" ? "sent again" : whyNothing(outcome)}`);
}

function whyNothing(outcome: DeadLetter["outcome"]): string {
  return outcome === "unprocessable"
    ? "not sent: Flexcord still cannot make sense of it; or it was taken in meanwhile"
    : "nothing left: it was sent again already, or is too old";
}

/** How the Gateway connection does, and what to do if it is halted. */
export function describeGateway(gateway: Gateway): string[] {
  const { state, since, cause, lastAcknowledgedAt, identifiesIn24h, identifiesRemaining, lag, parked, halted } =
    gateway;
  const rows = [
    ["state", `${state} since ${timeOf(since)}`],
    ["cause", cause],
    ["last heartbeat", lastAcknowledgedAt === null ? "none" : timeOf(lastAcknowledgedAt)],
    ["Identifies", `${identifiesIn24h} in 24 hours; Discord grants ${identifiesRemaining ?? "an unknown number"} more`],
    ["events", `${lag} under way, ${parked} parked`],
  ];
  return [...columns(rows), ...(halted === null ? [] : ["", ...adviceOnHalt(halted)])];
}

/** Members' questions, newest first; `more` when older ones are not shown. */
export function describeQuestions(questions: readonly Question[], more: boolean): string[] {
  if (questions.length === 0) return ["There are no such questions."];
  const rows = questions.map((question) => [
    timeOf(question.at),
    question.id,
    question.locale,
    courseOf(question),
    question.text,
  ]);
  return [
    ...table(["ASKED", "ID", "LANGUAGE", "ANSWER", "QUESTION"], rows),
    "",
    more ? `The newest ${questions.length}; there are more.` : `${questions.length} in all.`,
    "To take one off the list: npm run operate -- questions dismiss ID.",
  ];
}

/** What the member got, and made of it. */
function courseOf({ answer, shown, helped, notHelped, personAsked }: Question): string {
  const judged = [...helped.map((slug) => `${slug} helped`), ...notHelped.map((slug) => `${slug} did not help`)];
  const got = answer === "suggestions" ? shown.join(" ") : answer;
  return [...(judged.length > 0 ? judged : [got]), ...(personAsked ? ["person asked for"] : [])].join(", ");
}

function adviceOnHalt(reason: string): string[] {
  return [
    `Halted for good: ${printable(reason)}. Remove the cause first (docs/operations.md, "A halted Gateway"); connecting again`,
    "and again with it endangers the bot's token. Then: npm run operate -- gateway resume.",
  ];
}

/** Rows below a head, each column as wide as it must be. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return columns([head, ...rows]);
}

/** Pads all columns but the last. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const cleaned = rows.map((row) => row.map(printable));
  const widths = (cleaned[0] ?? []).map((_, n) => Math.max(...cleaned.map((row) => row[n]?.length ?? 0)));
  return cleaned.map((row) =>
    row.map((cell, n) => (n < row.length - 1 ? cell.padEnd(widths[n] ?? 0) : cell)).join("  "),
  );
}

/** What comes from outside must not steer the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

function timeOf(at: number): string {
  return new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}
