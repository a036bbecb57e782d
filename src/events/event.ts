import type { Case, History } from "../cases/case.ts";
import type { CaseNews } from "../cases/outbox.ts";
import type { TranscriptLine } from "../cases/transcripts.ts";
import type { Time } from "../conversation/events.ts";
import type { SessionId } from "../conversation/ids.ts";

export const EVENT_TYPES = ["case.opened", "case.updated", "case.closed", "case.message"] as const;
/** What other programs may be told of. `case.updated` is every change that neither opens nor closes a case. */
export type EventType = (typeof EVENT_TYPES)[number];

/** What a webhook is sent, in the form of Standard Webhooks, with the id that it has whenever it is sent. */
export type OutgoingEvent = {
  /** The same for the same thing, so that a repeated one can be recognised. */
  readonly id: string;
  readonly type: EventType;
  /** JSON of `type`, `timestamp` and `data`; at most 20 kB. */
  readonly payload: string;
};

/** A message is cut here: Discord's own limit, and half of what an event may have in the widest writing. */
const MAX_TEXT = 4000;

/** The event that a change of a case is. It names what was changed; texts that people wrote are not in it. */
export function eventOfNews({ case: one, version, entries }: CaseNews): OutgoingEvent {
  const type = typeOf(entries);
  const [first] = entries;
  return eventOf(`evt_${one.id}_${version}_${type.slice("case.".length)}`, type, first?.at ?? one.updatedAt, {
    case: about(one),
    version,
    by: first?.actor ?? null,
    changes: entries.map(changeOf),
  });
}

/** The event that a line of a chat is: one of a session that belongs to the case. */
export function eventOfLine(one: Case, session: SessionId, line: TranscriptLine): OutgoingEvent {
  const { n, at, author, name, text } = line;
  const cut = text.slice(0, MAX_TEXT).toWellFormed();
  return eventOf(`evt_${session}_${n}_message`, "case.message", at, {
    case: about(one),
    session,
    message: { n, author, name, text: cut, isCut: text.length > MAX_TEXT },
  });
}

function eventOf(id: string, type: EventType, at: Time, data: object): OutgoingEvent {
  return { id, type, payload: JSON.stringify({ type, timestamp: new Date(at).toISOString(), data }) };
}

function typeOf(entries: readonly History[]): EventType {
  if (entries.some(({ what }) => what === "opened")) return "case.opened";
  const isClosed = entries.some(
    (entry) => entry.what === "field" && entry.field === "status" && entry.after === "closed",
  );
  return isClosed ? "case.closed" : "case.updated";
}

/** The case as it is when the event is made: newer than the event's version where more was done meanwhile. */
function about(one: Case) {
  const { id, server, number, member, kind, status, priority, assignee, product, tags, version } = one;
  return { id, server, number, member, kind, status, priority, assignee, product, tags, version };
}

/** Fields whose values come from short lists; of the others an event says only that they were changed. */
const SHORT = new Set(["kind", "status", "priority", "assignee", "product", "tags"]);

function changeOf(entry: History): object {
  switch (entry.what) {
    case "field": {
      const { what, field, before, after } = entry;
      return SHORT.has(field) ? { what, field, before, after } : { what, field };
    }
    case "session-linked":
    case "case-linked":
    case "breach":
    case "rated":
      return { what: entry.what, after: entry.after };
    case "opened":
    case "note":
    case "check-in":
    case "first-response":
    case "rating-comment":
      return { what: entry.what };
  }
}
