import type { D1Database } from "@cloudflare/workers-types";
import * as v from "valibot";
import type { Time } from "../conversation/events.ts";
import { memberOfSession, type SessionId } from "../conversation/ids.ts";
import { parseJson } from "../outside/call.ts";

/** A line of a chat as staff read it. */
export type TranscriptLine = {
  /** Its place in the session: rises, may skip. */
  readonly n: number;
  readonly at: Time;
  readonly author: "member" | "assistant" | "agent" | "bridge";
  /** The member's or the agent's name, where it is known. */
  readonly name: string | null;
  readonly text: string;
  /** Whether it has reached the other side. */
  readonly state: "sent" | "pending" | "failed";
};

const Lines = v.array(
  v.object({
    n: v.number(),
    at: v.number(),
    author: v.picklist(["member", "assistant", "agent", "bridge"]),
    name: v.nullable(v.string()),
    text: v.string(),
    state: v.picklist(["sent", "pending", "failed"]),
  }),
);

/** Keeps what was said in a session that has ended; again: what is known now. Of a chat that is too long, its end. */
export async function keepTranscript(
  db: D1Database,
  session: SessionId,
  lines: readonly TranscriptLine[],
  endedAt: Time,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO transcripts (session, member, lines, ended_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (session) DO UPDATE SET lines = excluded.lines`,
    )
    .bind(session, memberOfSession(session), JSON.stringify(lastOf(lines)), endedAt)
    .run();
}

/** In bytes: D1 takes no value above 2 MB (https://developers.cloudflare.com/d1/platform/limits/). */
const MAX_SIZE = 1_900_000;

/** As many of the last lines as D1 takes at once. */
function lastOf(lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  const encoder = new TextEncoder();
  let size = 0;
  const tooMuch = lines.findLastIndex((line) => {
    size += encoder.encode(JSON.stringify(line)).length + 1;
    return size > MAX_SIZE;
  });
  return lines.slice(tooMuch + 1);
}

/** What was said in a session that has ended; null while it is open, and for one that nothing was kept of. */
export async function transcriptOf(db: D1Database, session: SessionId): Promise<TranscriptLine[] | null> {
  const lines = await db
    .prepare("SELECT lines FROM transcripts WHERE session = ?")
    .bind(session)
    .first<string>("lines");
  return lines === null ? null : v.parse(Lines, parseJson(lines));
}

/** What the desk hears on the WebSocket of a case's open session (`GET /desk/cases/{id}/live`), as JSON. */
export type LiveMessage =
  /** Lines that are new, or that have changed; `whole`: all there are, in place of those that were sent before. */
  | {
      readonly kind: "lines";
      readonly session: SessionId;
      readonly whole: boolean;
      readonly lines: readonly TranscriptLine[];
    }
  /** Articles, for members or for agents, that fit what the member wrote in line `n`. */
  | {
      readonly kind: "suggestions";
      readonly n: number;
      readonly articles: readonly {
        readonly slug: string;
        readonly locale: string;
        readonly title: string;
        readonly summary: string;
        /** Null for articles that only agents read. */
        readonly url: string | null;
      }[];
    }
  /** The session has ended: nothing more comes. */
  | { readonly kind: "ended" };
