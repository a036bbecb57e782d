import type { FarConversations, TwilioConversation, TwilioMessage } from "./far-conversations.ts";
import type { FarFlex } from "./far-flex.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";

type Parts = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly conversations: FarConversations;
  readonly flex: FarFlex;
  /** The request of the flow's HTTP widget; whether it was answered with success. */
  readonly ask: (form: Readonly<Record<string, string>>) => Promise<boolean>;
};

const START_MS = [50, 500] as const;
/**
 * The longest an execution may take, whatever it does. The bridge asks Flex itself 20 seconds after Studio was to do it: a flow
 * that is slower makes a second task, which nothing can prevent and nobody promises.
 */
const LONGEST_MS = 18_000;
/** The HTTP widget waits so long for its answer. */
const REQUEST_LIMIT_MS = 10_000;

/** The shipped flow (`twilio/flow.json`) as Studio runs it: one execution a conversation, which drops what comes meanwhile. */
export class FarStudio {
  readonly #parts: Parts;
  readonly #running = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(conversation: TwilioConversation, message: TwilioMessage): void {
    const { timeline, random, faults } = this.#parts;
    const { sid } = conversation;
    if (this.#running.has(sid)) {
      this.#tell(conversation, "drops a message: it is at work");
      return;
    }
    if (faults.strikes("studio: does not start")) {
      this.#tell(conversation, "does not start ⚡");
      return;
    }
    this.#running.add(sid);
    // An execution sees the attributes as they were when it was started.
    const { attributes } = conversation;
    const isForPerson = attributes.wants === "person";
    const longest = isForPerson ? LONGEST_MS : LONGEST_MS - REQUEST_LIMIT_MS;
    const [low, high] = faults.strikes("studio: takes its time") ? [START_MS[1], longest] : START_MS;
    timeline.after(random.between(low, high), () => {
      if (isForPerson) this.#sendToFlex(conversation, attributes);
      else this.#askBridge(conversation, message, attributes);
    });
  }

  #askBridge(
    conversation: TwilioConversation,
    { sid, author, body }: TwilioMessage,
    attributes: TwilioConversation["attributes"],
  ): void {
    const { timeline, random, faults, ask } = this.#parts;
    let isOver = false;
    const end = (isTaken: boolean) => {
      if (isOver) return;
      isOver = true;
      if (isTaken) this.#running.delete(conversation.sid);
      else this.#sendToFlex(conversation, attributes);
    };
    const form = { ConversationSid: conversation.sid, MessageSid: sid, Author: author, Body: body };
    const fails = faults.strikes("studio: request fails");
    this.#tell(conversation, `asks the bridge about ${sid.slice(-3)}${fails ? " ⚡ and gets no answer" : ""}`);
    // What fails may have arrived all the same.
    if (!fails || random.chance(0.5)) void ask(form).then((isTaken) => end(isTaken && !fails));
    if (faults.strikes("studio: asks twice")) timeline.after(random.between(...START_MS), () => void ask(form));
    timeline.after(fails ? random.between(20, 200) : REQUEST_LIMIT_MS, () => end(false));
  }

  #sendToFlex(conversation: TwilioConversation, attributes: TwilioConversation["attributes"]): void {
    this.#running.delete(conversation.sid);
    if (conversation.state === "closed") return;
    const [customer] = conversation.participants;
    if (!customer) return;
    const { customerName, caseNumber = null, caseUrl = null, sessionId, memberId, interactionAttempt = 1 } = attributes;
    this.#tell(conversation, "sends the chat to Flex");
    const facts = {
      channelType: "discord",
      customerName,
      caseNumber,
      caseUrl,
      sessionId,
      memberId,
      interactionAttempt,
    };
    this.#parts.conversations.disconnectFlow(conversation);
    this.#parts.flex.createInteraction(conversation, customer.identity, facts);
  }

  #tell({ member, sid }: TwilioConversation, what: string): void {
    this.#parts.trace.add(member, `▪ Studio ${what} (${sid.slice(-3)})`);
  }
}
