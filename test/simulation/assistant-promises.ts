import { type Delivery, isAssistants, type Say } from "../../src/conversation/deliveries.ts";
import { type DiscordMessageId, type DiscordUserId, identityOf } from "../../src/conversation/ids.ts";
import type { Evidence } from "./evidence.ts";
import type { Grievance } from "./fates.ts";

/** A delivery as it stands on a conversation's disk. */
type Row = {
  readonly seq: number;
  readonly session: string | null;
  readonly status: string;
  readonly created_at: number;
  readonly delivery: Delivery;
};

/** The longest that a question may wait to be asked: eight seconds for Studio, and as long as an object may be out of reach. */
const QUESTION_WAITS_MS = 7 * 60_000;

/** What holds at the end of every history about questions, answers, and the way from the assistant to a person. */
export const ASSISTANT_PROMISES: Readonly<Record<string, (evidence: Evidence) => readonly Grievance[]>> = {
  // What was carried over from a chat that had ended is asked anew.
  "no question is answered twice in a session": (evidence) =>
    each(evidence, (about, rows) => {
      const resent = new Set(evidence.world.fromMembers.filter((one) => one.resent > 0).map(({ id }) => id));
      const asked = rows.flatMap(({ session, delivery }) =>
        delivery.kind === "ask-assistant" && delivery.message && !resent.has(delivery.message)
          ? [{ message: delivery.message, key: `${session} ${delivery.message}` }]
          : [],
      );
      const again = asked.filter(({ key }, n) => asked.findIndex((one) => one.key === key) < n);
      return again
        .map(({ message }) => nameOfMessage(evidence, message))
        .map((what) => ({ about, subject: what, what }));
    }),

  "every question gets an answer or a person": (evidence) =>
    each(evidence, (about, rows) => [
      ...rows
        .filter(({ delivery }) => delivery.kind === "ask-assistant")
        .filter((asked) => !rows.some((later) => isAfter(later, asked) && (isSay(later) || isSummary(later))))
        .map(({ seq }) => ({ about, what: `nothing followed question ${seq}` })),
      ...neverAsked(evidence, about, rows),
    ]),

  "what the assistant says last is said": (evidence) =>
    each(evidence, (about, rows) =>
      rows
        .filter(({ delivery, status }) => {
          return delivery.kind === "say" && delivery.say.kind === "last-words" && status === "skipped";
        })
        .map(({ seq }) => ({ about, what: `delivery ${seq} was left out` })),
    ),

  "the assistant begins nothing after a person was asked for": (evidence) =>
    each(evidence, (about, rows) => {
      let session: string | null = null;
      return rows.flatMap((row) => {
        if (isSummary(row)) session = row.session;
        if (isReturn(row) || row.session !== session) session = null;
        const { delivery, status, seq } = row;
        const speaks = delivery.kind === "say" && isAssistants(delivery.say) && delivery.helpme === null;
        return session !== null && speaks && status !== "skipped" ? [{ about, what: `delivery ${seq}` }] : [];
      });
    }),

  "each hand-over has one summary, above all that the member wrote": (evidence) => [
    ...each(evidence, (about, rows) => {
      const open = new Set<string | null>();
      return rows.flatMap((row) => {
        if (isReturn(row)) open.delete(row.session);
        if (!isSummary(row)) return [];
        const isSecond = open.has(row.session);
        open.add(row.session);
        return isSecond ? [{ about, what: `a second summary in ${row.session}` }] : [];
      });
    }),
    ...chatsWithoutSummary(evidence),
  ],

  "each question is kept as it was answered": (evidence) => {
    const kept = evidence.world.d1.read<{ id: string; answer: string }>("SELECT id, answer FROM questions");
    const answers = new Map(kept.map(({ id, answer }) => [id, answer]));
    return each(evidence, (about, rows) => {
      const notes = rows.flatMap(({ delivery, status }) =>
        delivery.kind === "note-feedback" && delivery.feedback.kind === "asked"
          ? [{ ...delivery.feedback, status }]
          : [],
      );
      const questions = new Set(notes.filter(({ status }) => status === "sent").map(({ question }) => question));
      // One that is asked anew keeps its first answer.
      const wrong = [...questions].filter((question) =>
        notes.every((note) => note.question !== question || note.answer !== answers.get(question)),
      );
      return wrong.map((question) => nameOfMessage(evidence, question)).map((what) => ({ about, subject: what, what }));
    });
  },
};

/** What each member's conversation was to do, in order. */
function each(evidence: Evidence, complain: (about: string, rows: readonly Row[]) => Grievance[]): Grievance[] {
  return evidence.world.accounts.flatMap(({ id }) => {
    const found = evidence.rows<Omit<Row, "delivery"> & { body: string }>(
      id,
      "SELECT seq, session, status, created_at, body FROM deliveries ORDER BY seq",
    );
    const rows = found.map(({ body, ...row }) => ({ ...row, delivery: JSON.parse(body) as Delivery }));
    return complain(id, rows);
  });
}

/** What a member wrote to the assistant, and nobody was asked about; where the chat ended meanwhile the member was told. */
function neverAsked(evidence: Evidence, about: string, rows: readonly Row[]): Grievance[] {
  const asked = new Set(rows.map(({ delivery }) => (delivery.kind === "ask-assistant" ? delivery.message : null)));
  const posted = new Set(rows.map(({ delivery }) => (delivery.kind === "post" ? delivery.line.source : null)));
  const kept = evidence
    .rows<{ source: string }>(
      about,
      `SELECT DISTINCT line ->> '$.source' AS source FROM transcript
         WHERE line ->> '$.author' = 'member' AND line ->> '$.content.kind' = 'text' AND line ->> '$.source' IS NOT NULL`,
    )
    .map(({ source }) => source as DiscordMessageId);
  // Of a message that was meant for a person who could not be fetched nothing more is promised.
  const unasked = kept.filter((source) => !asked.has(source) && !posted.has(source));
  const unheard = rows.flatMap((row) => {
    const { delivery } = row;
    if (delivery.kind !== "post" || delivery.forStudio !== "to-answer") return [];
    const { source } = delivery.line;
    if (!source || asked.has(source)) return [];
    const isOver = (later: Row) =>
      isAfter(later, row) &&
      later.created_at < row.created_at + QUESTION_WAITS_MS &&
      (isSummary(later) || isEnding(later));
    return rows.some(isOver) ? [] : [source];
  });
  return [...unasked, ...unheard].map((message) => {
    const name = nameOfMessage(evidence, message);
    return { about, subject: name, what: `nobody was asked about ${name}` };
  });
}

/** Where Studio decides, the chat is on Twilio from its first message. A summary may be refused like any other post. */
function chatsWithoutSummary(evidence: Evidence): Grievance[] {
  const { world } = evidence;
  if (world.routing === "studio") return [];
  return [...world.conversations.all.values()].flatMap(({ member, messages, sid, uniqueName }) => {
    const first = messages.find(({ author }) => author === identityOf(member as DiscordUserId));
    const summary = messages.find(({ author, body }) => author === "system" && body.startsWith("Summary"));
    if (!first || (summary && summary.index < first.index)) return [];
    const unsent = `SELECT 1 AS there FROM deliveries WHERE kind = 'post' AND status <> 'sent' AND session = ?
      AND body ->> '$.line.content.kind' = 'summary'`;
    if (evidence.has(member, unsent, uniqueName?.replace("flexcord-", "") ?? "")) return [];
    return [{ about: member, what: `${sid.slice(-3)}: ${first.body.slice(0, 20)}` }];
  });
}

function isAfter(later: Row, row: Row): boolean {
  return later.seq > row.seq && later.session === row.session;
}

function isSay({ delivery }: Row): boolean {
  return delivery.kind === "say";
}

/** The chat is closed, or is being closed: the member is told when Twilio has given up what agents wrote last. */
function isEnding({ delivery }: Row): boolean {
  return delivery.kind === "read-messages" && delivery.final;
}

function isSummary({ delivery }: Row): boolean {
  return delivery.kind === "post" && delivery.line.content.kind === "summary";
}

const RETURNS: readonly Say["kind"][] = ["back-to-assistant", "no-agent-available", "outside-hours", "closed"];

/** The assistant has the member back. */
function isReturn({ delivery }: Row): boolean {
  return delivery.kind === "say" && RETURNS.includes(delivery.say.kind);
}

function nameOfMessage({ world }: Evidence, message: string): string {
  return world.fromMembers.find(({ id }) => id === message)?.name ?? message;
}
