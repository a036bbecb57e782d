import { type Decision, decide } from "../../../src/conversation/decide.ts";
import type { Delivery, DeliveryKind, DeliveryResult, Line, Say } from "../../../src/conversation/deliveries.ts";
import type {
  ConversationEvent,
  DeliveryOutcome,
  FailureCause,
  Happening,
  TaskChange,
} from "../../../src/conversation/events.ts";
import type {
  DeliveryId,
  DiscordChannelId,
  DiscordMessageId,
  FlexChannelSid,
  FlexInteractionSid,
  SessionId,
  TaskSid,
  TwilioConversationSid,
  TwilioIdentity,
  TwilioMessageSid,
} from "../../../src/conversation/ids.ts";
import { type ConversationState, newConversation, nextWakeUp } from "../../../src/conversation/state.ts";
import { AGENT, CASE_OPENED, MEMBER } from "../../support/people.ts";
import { SECOND } from "../../support/times.ts";

export const DM = "200000000000000001" as DiscordChannelId;
export const CONVERSATION = "CH1" as TwilioConversationSid;
export const OTHER_CONVERSATION = "CH2" as TwilioConversationSid;
export const SESSION = `${MEMBER}-1` as SessionId;
export const NEXT_SESSION = `${MEMBER}-2` as SessionId;
export const INTERACTION = "KD1" as FlexInteractionSid;
export const CHANNEL = "UO1" as FlexChannelSid;
export const TASK = "WT1" as TaskSid;
export const NEXT_TASK = "WT2" as TaskSid;
export const NOON = Date.UTC(2026, 10, 2, 12);

/** A delivery that was decided and not settled yet. */
export type Open = { readonly id: DeliveryId; readonly session: SessionId | null; readonly delivery: Delivery };

/** A conversation that is only decided about: nothing is stored, and deliveries end as the test says. */
export class Decisions {
  state: ConversationState = newConversation(MEMBER, "bridge");
  now = NOON;
  /** What waits to be delivered, in order. */
  open: Open[] = [];
  /** The lines kept for the time when a person is asked for. */
  kept: Line[] = [];
  last: Decision = { state: this.state, effects: [], reply: "accepted" };
  #count = 0;

  /** Takes in what happened; returns what is to be delivered because of it. */
  take(happening: Happening): readonly Delivery[] {
    this.last = decide(this.state, happening, this.now);
    this.state = this.last.state;
    const decided: Delivery[] = [];
    for (const effect of this.last.effects) {
      switch (effect.kind) {
        case "deliver":
          decided.push(effect.delivery);
          this.#deliver(effect.session, effect.delivery);
          break;
        case "record":
          this.kept.push(effect.line);
          break;
        case "replay":
          for (const line of this.kept.splice(0)) this.#deliver(effect.session, { lane: "twilio", kind: "post", line });
          break;
        case "silence-assistant":
        case "withdraw-interaction":
          break;
      }
    }
    return decided;
  }

  #deliver(session: SessionId | null, delivery: Delivery): void {
    this.open.push({ id: `delivery-${++this.#count}` as DeliveryId, session, delivery });
  }

  /** The kinds of what is to be delivered because of this, `say` and `post` with what they say; the directory left out. */
  follows(happening: Happening): string[] {
    return this.take(happening).flatMap((delivery) => {
      if (delivery.lane === "directory") return [];
      if (delivery.kind === "say") return [`say ${delivery.say.kind}`];
      return [delivery.kind === "post" ? `post ${delivery.line.content.kind}` : delivery.kind];
    });
  }

  settle(kind: DeliveryKind, outcome: DeliveryOutcome): Happening {
    const at = this.open.findIndex(({ delivery }) => delivery.kind === kind);
    const [open] = at < 0 ? [] : this.open.splice(at, 1);
    if (!open) throw new Error(`no ${kind} is waiting`);
    return { kind: "delivery-settled", ...open, outcome, at: this.now };
  }

  /** The first waiting delivery of the result's kind has succeeded. */
  done(result: DeliveryResult): Happening {
    return this.settle(result.kind, { kind: "sent", result });
  }

  failed(kind: DeliveryKind, cause: FailureCause = "refused"): Happening {
    return this.settle(kind, { kind: "failed", cause, reason: cause });
  }

  undecided(kind: DeliveryKind): Happening {
    return this.settle(kind, { kind: "undecided", reason: "no answer" });
  }

  delayed(kind: DeliveryKind): Happening {
    const open = this.open.find(({ delivery }) => delivery.kind === kind);
    if (!open) throw new Error(`no ${kind} is waiting`);
    return { kind: "delivery-delayed", ...open, at: this.now };
  }

  /** Lets time pass until the conversation wants to be woken. */
  clock(): Happening {
    const at = nextWakeUp(this.state);
    if (at === null) throw new Error("nothing is waited for");
    this.now = Math.max(this.now, at);
    return { kind: "clock-rang", at: this.now };
  }

  get owner(): string {
    return this.state.session?.owner.kind ?? "nobody";
  }

  wrote(text: string, n = 1): Extract<Happening, { kind: "member-wrote" }> {
    return {
      kind: "member-wrote",
      message: messageId(n),
      channel: DM,
      profile: { member: MEMBER, displayName: "member" },
      text,
      incomplete: false,
      at: this.now,
    };
  }

  agentWrote(
    text: string,
    index: number,
    more: Partial<Extract<Happening, { kind: "agent-wrote" }>> = {},
  ): Extract<Happening, { kind: "agent-wrote" }> {
    return {
      kind: "agent-wrote",
      conversation: CONVERSATION,
      message: `IM${index}` as TwilioMessageSid,
      index,
      author: AGENT.identity,
      text,
      files: [],
      delivery: null,
      at: this.now,
      ...more,
    };
  }

  participant(
    kind: "participant-joined" | "participant-left",
    identity: TwilioIdentity = AGENT.identity,
    conversation = CONVERSATION,
  ): ConversationEvent {
    return { kind, conversation, participant: `MB-${identity}`, identity, at: this.now };
  }

  task(change: TaskChange, task = TASK, session = SESSION): ConversationEvent {
    return { kind: "task-changed", id: `${change.type}/${task}`, session, task, change, at: this.now };
  }

  /** What the look at the channel finds. */
  channel(
    channel: "active" | "inactive" | "closed" | "failed" | "gone",
    options: { hasTask?: boolean; conversation?: "open" | "closed" } = {},
  ): Happening {
    const { hasTask = false, conversation = "open" } = options;
    return this.done({ kind: "read-channel", channel, conversation, hasTask, found: null });
  }

  /** A person was asked for, and Flex as well: `question`, `live agent`, case 12, everything on Twilio made and posted. */
  toQueue(): this {
    this.take(this.wrote("question", 1));
    this.take(this.wrote("live agent", 2));
    this.take(this.done({ kind: "create-conversation", conversation: CONVERSATION }));
    this.take(this.done({ kind: "add-member" }));
    this.take(this.done({ kind: "add-webhook" }));
    this.take(this.done(CASE_OPENED));
    // Twilio counts the member's lines only, so that the tests may.
    this.open = this.open.filter(({ delivery }) => !isSummary(delivery));
    for (const index of [0, 1]) this.take(this.posted(index));
    this.take(this.done({ kind: "create-interaction", interaction: INTERACTION, channel: CHANNEL, task: TASK }));
    this.now += SECOND;
    return this;
  }

  /** An agent has taken it. */
  toAgent(): this {
    this.toQueue();
    this.take(this.task({ type: "reservation-created", worker: AGENT }));
    this.take(this.task({ type: "reservation-accepted", worker: AGENT }));
    this.now += SECOND;
    return this;
  }

  posted(index: number): Happening {
    return this.done({ kind: "post", message: `IMown${index}` as TwilioMessageSid, index });
  }
}

export const isSummary = (delivery: Delivery): boolean =>
  delivery.kind === "post" && delivery.line.content.kind === "summary";

export const messageId = (n: number) => String(600_000_000_000_000_000n + BigInt(n)) as DiscordMessageId;

/** What is said among these deliveries. */
export const said = (deliveries: readonly Delivery[]): Say[] =>
  deliveries.flatMap((delivery) => (delivery.kind === "say" ? [delivery.say] : []));
