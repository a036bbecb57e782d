import type { TranscriptLine } from "../cases/transcripts.ts";
import { type Delivery, isAssistants, type Line, type Say } from "../conversation/deliveries.ts";
import type { SessionId } from "../conversation/ids.ts";
import type { ConversationState } from "../conversation/state.ts";
import { plainLineOf, plainTextOf, type SayContext } from "../discord/render.ts";
import type { Storage } from "../storage.ts";
import { sayContext } from "./say-context.ts";

/** Lines that Twilio does not have yet stand behind all that it has. */
const KEPT = 1e12;

type SentRow = { seq: number; body: string; status: string; created_at: number };
type KeptRow = { seq: number; line: string };

/** What was said in a session, in its order, as far as it is still stored here: all that stood or will stand in either chat. */
export function readTranscript(
  storage: Pick<Storage, "sql">,
  state: ConversationState,
  session: SessionId,
): TranscriptLine[] {
  const context = sayContext(state, session);
  const sent = storage.sql<SentRow>(
    `SELECT seq, body, status, created_at FROM deliveries
     WHERE session = ? AND kind IN ('post', 'say') AND status <> 'skipped' ORDER BY seq`,
    session,
  );
  const kept = storage.sql<KeptRow>("SELECT seq, line FROM transcript WHERE session = ? ORDER BY seq", session);
  return [
    ...sent.flatMap((row) => lineOfDelivery(row, context)),
    ...kept.map(({ seq, line }) => lineOf(JSON.parse(line), { n: KEPT + seq, state: "sent" }, context)),
  ];
}

/** Whether lines of the transcript may still be moved to another place: those that are kept for a person to come. */
export function isKept({ n }: TranscriptLine): boolean {
  return n > KEPT;
}

function lineOfDelivery({ seq, body, status, created_at }: SentRow, context: SayContext): TranscriptLine[] {
  const delivery = JSON.parse(body) as Delivery;
  const place = { n: seq, state: stateOf(status) };
  if (delivery.kind === "post") return [lineOf(delivery.line, place, context)];
  if (delivery.kind !== "say") return [];
  return lineOfSay(delivery.say, { ...place, at: created_at }, context);
}

function lineOf({ author, content, at }: Line, place: Pick<TranscriptLine, "n" | "state">, context: SayContext) {
  const name = author === "member" ? context.memberName : null;
  return { ...place, at, author, name, text: plainLineOf(content, context) };
}

/** What the assistant said stands among the posts; the rest of what the member read is the agents' and the bridge's. */
function lineOfSay(say: Say, place: Pick<TranscriptLine, "n" | "state" | "at">, context: SayContext): TranscriptLine[] {
  if (isAssistants(say) || say.kind === "last-words") return [];
  if (say.kind !== "agent-text") return [{ ...place, author: "bridge", name: null, text: plainTextOf(say, context) }];
  const files = say.files.map(({ filename }) => `[${filename}]`);
  const text = [say.text, ...files].filter((part) => part !== "").join("\n");
  return [{ ...place, author: "agent", name: context.agentName(say.agent), text }];
}

function stateOf(status: string): TranscriptLine["state"] {
  switch (status) {
    case "sent":
      return "sent";
    case "failed":
    case "undecided":
      return "failed";
    default:
      return "pending";
  }
}
