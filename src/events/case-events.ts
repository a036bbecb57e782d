import type { D1Database } from "@cloudflare/workers-types";
import type { Case } from "../cases/case.ts";
import type { Messenger } from "../cases/outbox.ts";
import type { TranscriptLine } from "../cases/transcripts.ts";
import type { SessionId } from "../conversation/ids.ts";
import { log } from "../log.ts";
import { eventOfLine, eventOfNews, type OutgoingEvent } from "./event.ts";
import { type EventQueue, enqueue } from "./queue.ts";
import { webhooksFor } from "./webhooks.ts";

/** Where events come from and go to. */
export type EventOptions = { readonly db: D1Database; readonly queue: EventQueue };

/** Tells programs of what was done to cases. Rejects when the queue does not take it. */
export function caseEvents(options: EventOptions): Messenger {
  return (news) => emit(options, eventOfNews(news));
}

/** Tells programs of what is said in chats. */
export type MessageEvents = {
  /** Whether anybody wants to know. */
  readonly wantsMessages: () => Promise<boolean>;
  /** A line of a session that belongs to the case. Rejects when the queue does not take it. */
  readonly emitMessage: (said: {
    readonly case: Case;
    readonly session: SessionId;
    readonly line: TranscriptLine;
  }) => Promise<void>;
};

/** See {@link MessageEvents}. */
export function messageEvents(options: EventOptions): MessageEvents {
  return {
    wantsMessages: async () => (await webhooksFor(options.db, "case.message")).length > 0,
    emitMessage: ({ case: one, session, line }) => emit(options, eventOfLine(one, session, line)),
  };
}

/** One message in the queue for each webhook that wants the event. */
async function emit({ db, queue }: EventOptions, event: OutgoingEvent): Promise<void> {
  const webhooks = await webhooksFor(db, event.type);
  if (webhooks.length === 0) return;
  if (!queue) {
    log("error", "events.no-queue", { id: event.id, webhooks: webhooks.length });
    return;
  }
  await enqueue(
    queue,
    webhooks.map(({ id }) => ({ ...event, webhook: id })),
  );
}
