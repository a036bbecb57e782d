import type { LiveMessage, TranscriptLine } from "../src/cases/transcripts.ts";
import type { SessionId } from "../src/conversation/ids.ts";
import { isKept } from "../src/delivery/transcript.ts";
import { log } from "../src/log.ts";

type Suggestions = Extract<LiveMessage, { kind: "suggestions" }>["articles"];

/** What a chat is followed by. */
export type Followed = {
  readonly transcript: (session: SessionId) => readonly TranscriptLine[];
  readonly openSession: () => SessionId | null;
  /** Articles that fit what the member wrote. */
  readonly suggest: (text: string) => Promise<Suggestions>;
};

/** How far a follower has come; it survives hibernation with the socket. */
type Progress = {
  readonly session: SessionId;
  /** The last line that was sent; 0 before the first. */
  readonly sent: number;
  /** The first line that was sent while its delivery was still open; null when none was. */
  readonly pending: number | null;
  /** Lines were sent whose place may still change. */
  readonly unsettled: boolean;
};

const ENDED = 1000;

/** Staff who follow a session live: WebSockets that let the object hibernate. Nothing depends on them, and nothing is kept for them. */
export class LiveChat {
  readonly #ctx: DurableObjectState;
  readonly #followed: Followed;
  #isDue = false;

  constructor(ctx: DurableObjectState, followed: Followed) {
    this.#ctx = ctx;
    this.#followed = followed;
  }

  /** Takes in a follower: the answer to a WebSocket's request. All lines so far are sent first. */
  follow(session: SessionId): Response {
    const { 0: theirs, 1: ours } = new WebSocketPair();
    this.#ctx.acceptWebSocket(ours);
    this.#send(ours, { session, sent: 0, pending: null, unsettled: true });
    return new Response(null, { status: 101, webSocket: theirs });
  }

  /** Something has changed: followers learn of it when this turn is over. */
  publish(): void {
    if (this.#isDue || this.#ctx.getWebSockets().length === 0) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      for (const socket of this.#ctx.getWebSockets()) this.#send(socket, socket.deserializeAttachment() as Progress);
    });
  }

  #send(socket: WebSocket, progress: Progress): void {
    const { session } = progress;
    const lines = this.#followed.transcript(session);
    const isWhole = progress.unsettled || lines.some(isKept);
    const from = Math.min(progress.sent + 1, progress.pending ?? Number.POSITIVE_INFINITY);
    const news = isWhole ? lines : lines.filter(({ n }) => n >= from);
    socket.serializeAttachment({
      session,
      sent: lines.at(-1)?.n ?? 0,
      pending: lines.find(({ state }) => state === "pending")?.n ?? null,
      unsettled: lines.some(isKept),
    } satisfies Progress);
    if (news.length > 0 || progress.sent === 0) tell(socket, { kind: "lines", session, whole: isWhole, lines: news });
    const asked = news.findLast(({ author, n }) => author === "member" && n > progress.sent);
    if (asked) this.#ctx.waitUntil(this.#suggest(socket, asked));
    if (this.#followed.openSession() === session) return;
    tell(socket, { kind: "ended" });
    socket.close(ENDED, "the session has ended");
  }

  async #suggest(socket: WebSocket, { n, text }: TranscriptLine): Promise<void> {
    try {
      tell(socket, { kind: "suggestions", n, articles: await this.#followed.suggest(text) });
    } catch (error) {
      log("warn", "desk.nothing-suggested", { reason: error instanceof Error ? error.message : "unknown" });
    }
  }
}

/** A socket that is closing takes nothing more. */
function tell(socket: WebSocket, message: LiveMessage): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}
