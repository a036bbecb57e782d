import type { D1Database } from "@cloudflare/workers-types";
import type { Context } from "hono";
import type { CaseBook } from "../cases/case-book.ts";
import type { TranscriptLine } from "../cases/transcripts.ts";
import type { SessionId } from "../conversation/ids.ts";
import type { EventQueue } from "../events/queue.ts";
import type { Clock } from "../outside/call.ts";
import type { DeskEnv } from "./visitor.ts";

/** A request that has come through the desk's door. */
export type DeskContext = Context<DeskEnv>;

/** What the desk's pages need from the rest. */
export type DeskOptions = {
  readonly db: D1Database;
  readonly now: Clock;
  /** The cases, as this request may change them. */
  readonly book: (c: DeskContext) => CaseBook;
  /** What events wait in; undefined where there is no queue. */
  readonly queue: EventQueue;
  /** What was said in a session, open or ended, oldest first. */
  readonly transcript: (session: SessionId) => Promise<readonly TranscriptLine[]>;
  /** Answers the upgrade to a WebSocket that sends `LiveMessage`s about an open session. */
  readonly live: (session: SessionId, request: Request) => Promise<Response>;
};
