import type { AgentWrote, ConversationEvent, MemberWrote } from "../../src/conversation/events.ts";
import type { TwilioIdentity } from "../../src/conversation/ids.ts";
import { AGENT, type Bridge, COLLEAGUE, MINUTE, SECOND } from "./bridge.ts";
import {
  close,
  type FarConversation,
  type Fate,
  pause,
  type RememberingOutside,
  rememberingBridge,
} from "./remembering-outside.ts";

/** What people and the clock may do next. What is impossible at that moment does not happen. */
export const ACTS = [
  "the member writes",
  "the member asks for a person",
  "the member uses /helpme",
  "an agent accepts",
  "a colleague accepts",
  "an agent writes",
  "an agent hands back",
  "an agent leaves",
  "the chat is ended",
  "the task times out",
  "late webhooks arrive",
  "two seconds pass",
  "half a minute passes",
  "the instance dies",
] as const;
type Act = (typeof ACTS)[number];

/** What becomes of the webhook that tells of it. */
export const WEBHOOKS = ["arrives", "is lost", "is late", "arrives twice"] as const;
type Webhook = (typeof WEBHOOKS)[number];

/** One step of a history. `fate` meets the call that follows after `calm` more. */
export type Step = { readonly act: Act; readonly webhook: Webhook; readonly fate: Fate; readonly calm: number };

/** Sessions that a history may leave to be closed: the last words of one may open the next. */
const SESSIONS_AT_THE_END = 5;

/** One history of a conversation, and what happened on both sides. */
export class Walk {
  readonly bridge: Bridge;
  readonly outside: RememberingOutside;
  readonly memberWrote: MemberWrote[] = [];
  readonly agentsWrote: AgentWrote[] = [];
  /** Who waited in the queue at the end without anybody being fetched. */
  readonly forgotten: string[] = [];
  readonly #late: ConversationEvent[] = [];

  constructor() {
    const { bridge, outside } = rememberingBridge();
    this.bridge = bridge;
    this.outside = outside;
  }

  /** Lets one thing happen, and what follows from it at once. */
  async step({ act, webhook, fate, calm }: Step): Promise<void> {
    if (fate !== "ok") this.outside.fates = [...Array.from({ length: calm }, () => "ok" as const), fate];
    this.bridge.now += 700;
    await this.#do(act, webhook);
  }

  /** Lets all come to rest, ends what is open, and lets all come to rest again. */
  async finish(): Promise<void> {
    this.outside.fates = [];
    await this.bridge.pass(10 * MINUTE);
    this.#seeWhoWaits();
    await this.#arriveLate();
    await this.bridge.pass(10 * MINUTE);
    this.#seeWhoWaits();
    for (let n = 0; n < SESSIONS_AT_THE_END && this.#open; n++) {
      await this.#do("the chat is ended", "arrives");
      await this.bridge.pass(10 * MINUTE);
    }
  }

  async #do(act: Act, webhook: Webhook): Promise<void> {
    const { bridge } = this;
    const far = this.#open;
    switch (act) {
      case "the member writes":
        return this.#memberWrites(`m${this.memberWrote.length}`, webhook);
      case "the member asks for a person":
        return this.#memberWrites(`live agent m${this.memberWrote.length}`, webhook);
      case "the member uses /helpme":
        return this.#tell(bridge.helpme(), webhook === "arrives twice" ? webhook : "arrives");
      case "an agent accepts":
      case "a colleague accepts": {
        if (!far?.task) return;
        const worker = act === "an agent accepts" ? AGENT : COLLEAGUE;
        far.present.add(worker.identity);
        const { task, session } = far;
        return this.#tell(bridge.task({ type: "reservation-accepted", worker }, { task, session }), webhook);
      }
      case "an agent writes":
      case "an agent hands back": {
        const [author] = far?.present ?? [];
        if (!far || !author) return;
        if (act === "an agent hands back") return this.#tell(this.#agentWrites(far, author, "/assistant"), webhook);
        const message = this.#agentWrites(far, author, `a${this.agentsWrote.length}`);
        this.agentsWrote.push(message);
        return this.#tell(message, webhook);
      }
      case "an agent leaves":
        if (!far?.present.delete(AGENT.identity)) return;
        if (far.present.size === 0) pause(far);
        return this.#tell(bridge.participant("participant-left", AGENT.identity, far.sid), webhook);
      case "the chat is ended":
        if (!far) return;
        close(far);
        return this.#tell(bridge.closed(far.sid), webhook);
      case "the task times out": {
        if (!far?.task || far.present.size > 0) return;
        const { task, session } = far;
        far.task = null;
        far.channel = "failed";
        return this.#tell(bridge.task({ type: "workflow-timeout" }, { task, session }), webhook);
      }
      case "late webhooks arrive":
        return this.#arriveLate();
      case "two seconds pass":
        return bridge.pass(2 * SECOND);
      case "half a minute passes":
        return bridge.pass(30 * SECOND);
      case "the instance dies":
        bridge.crash();
        return bridge.settle();
    }
  }

  get #open(): FarConversation | null {
    return this.outside.conversations.find(({ closed }) => !closed) ?? null;
  }

  /** Discord tells of each message until it is taken; it may tell twice. */
  async #memberWrites(text: string, webhook: Webhook): Promise<void> {
    const wrote = this.bridge.wrote(text);
    this.memberWrote.push(wrote);
    await this.#tell(wrote, webhook === "arrives twice" ? webhook : "arrives");
  }

  #agentWrites(far: FarConversation, author: TwilioIdentity, text: string): AgentWrote {
    const message = this.bridge.agentWrote(text, { index: far.messages.length, author, conversation: far.sid });
    far.messages.push({ message, line: null });
    return message;
  }

  async #tell(event: ConversationEvent, webhook: Webhook): Promise<void> {
    if (webhook === "is late") this.#late.push(event);
    if (webhook === "is lost" || webhook === "is late") return;
    await this.bridge.take(event);
    if (webhook === "arrives twice") await this.bridge.take(event);
  }

  /** The last ones first. */
  async #arriveLate(): Promise<void> {
    for (const event of this.#late.splice(0).reverse()) await this.bridge.take(event);
  }

  /** In a chat that was left, Flex makes a task of the member's next message, and that message tells whether it still stands. */
  #seeWhoWaits(): void {
    const { owner, store } = this.bridge;
    if (owner !== "queue" || store.state.session?.twilio?.inactive || this.#open?.task) return;
    this.forgotten.push(`channel ${this.#open?.channel}`);
  }
}

/** A history in words. */
export function tell(history: readonly Step[]): string {
  return history
    .map(({ act, webhook, fate, calm }, n) => {
      const news = webhook === "arrives" ? "" : `, its webhook ${webhook}`;
      const end = fate === "ok" ? "" : `; ${calm} calls later: ${fate}`;
      return `  ${n + 1}. ${act}${news}${end}`;
    })
    .join("\n");
}
