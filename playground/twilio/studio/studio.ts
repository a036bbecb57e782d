import type { Desk } from "../agent.ts";
import type { Conversation, Message, ScopedWebhook, Source } from "../model.ts";
import { parsedObject } from "../params.ts";
import { newSid, webhookDate } from "../sids.ts";
import { type Definition, readDefinition } from "./definition.ts";
import { type Effects, type Execution, type HandOver, run, type Step, templatesOf } from "./execution.ts";
import { StudioFaults } from "./faults.ts";
import { render } from "./liquid.ts";
import { makeHttpRequest } from "./make-http-request.ts";

/** A message that somebody posted into a conversation with a `studio` webhook. */
export type StudioMessage = {
  readonly conversation: Conversation;
  readonly hook: ScopedWebhook;
  readonly message: Message;
  readonly source: Source;
};

/**
 * Runs flows for messages in conversations. A conversation has one execution at a time: what arrives meanwhile is lost to Studio,
 * as the shipped flow has no widget that waits for a reply.
 */
export class Studio {
  readonly executions: Execution[] = [];
  /** Messages that started no execution because their conversation had one. */
  readonly dropped: Message[] = [];
  readonly faults = new StudioFaults();
  readonly #desk: Desk;
  #held: (() => void)[] = [];

  constructor(desk: Desk) {
    this.#desk = desk;
    desk.conversations.onStudioMessage = (message) => this.#take(message);
  }

  /** Publishes a flow and returns its `FW…`; throws if it is none that runs here. */
  publish(definition: unknown): string {
    const flow = readDefinition(definition);
    for (const template of flow.states.flatMap(templatesOf)) render(template, {});
    const sid = newSid("FW");
    this.#desk.account.flows.set(sid, flow);
    return sid;
  }

  /** Lets go of the executions that faults hold back. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const begin of held) begin();
  }

  #take(event: StudioMessage): void {
    const { conversation, hook, message } = event;
    const flow = this.#desk.account.flows.get(hook.flowSid ?? "");
    if (flow === undefined || hook.flowSid === null || this.faults.takeOutage()) return;
    if (this.executions.some((one) => one.conversation === conversation && one.status === "active")) {
      this.dropped.push(message);
      return;
    }
    const steps: Step[] = [];
    const execution: Execution = {
      sid: newSid("FN"),
      flowSid: hook.flowSid,
      conversation,
      message,
      steps,
      status: "active",
    };
    this.executions.push(execution);
    const variables = this.#variablesOf(event);
    const begin = () => this.#desk.account.inBackground(this.#run(flow, execution, steps, variables));
    if (this.faults.takeHold()) this.#held.push(begin);
    else begin();
  }

  async #run(flow: Definition, execution: Execution, steps: Step[], variables: object): Promise<void> {
    const { account } = this.#desk;
    const effects: Effects = {
      makeHttpRequest: (request) => makeHttpRequest(request, account, this.faults.takeCall()),
      sendToFlex: (handOver) => this.#sendToFlex(execution, handOver),
    };
    const tell = () => account.emit({ kind: "execution", execution });
    await run(flow, variables, effects, steps, tell);
    execution.status = "ended";
    tell();
  }

  /**
   * Makes an Interaction on the conversation, whose participants stay, and takes the flow's webhooks away: from here on Studio gets
   * no message of it. https://www.twilio.com/docs/studio/widget-library/send-flex and …/resume-conversation
   */
  #sendToFlex({ conversation, flowSid, message }: Execution, wanted: HandOver): "callComplete" | "failedToEnqueue" {
    const { account, interactions, router } = this.#desk;
    const attributes = parsedObject(wanted.attributes);
    const taskChannel = router.taskChannelOf(wanted.channel);
    const isPossible = conversation.state !== "closed" && conversation.participants.length > 0;
    if (!isPossible || attributes === null || taskChannel === null || wanted.workflow !== account.workflowSid) {
      return "failedToEnqueue";
    }
    const { author } = message;
    interactions.create(
      { type: "web", initiatedBy: "customer", conversation, identities: [] },
      {
        workspaceSid: account.workspaceSid,
        workflowSid: account.workflowSid,
        queueSid: null,
        workerSid: null,
        taskChannel,
        attributes: { customerAddress: author, customerName: author, from: author, name: author, ...attributes },
        priority: wanted.priority,
        timeout: wanted.timeout,
      },
      null,
    );
    const others = conversation.webhooks.filter((hook) => hook.flowSid !== flowSid);
    conversation.webhooks.splice(0, conversation.webhooks.length, ...others);
    return "callComplete";
  }

  /** https://www.twilio.com/docs/studio/widget-library/trigger-start#incoming-conversation-trigger-variables */
  #variablesOf({ conversation, message, source }: StudioMessage): object {
    return {
      trigger: {
        conversation: {
          AccountSid: this.#desk.account.accountSid,
          Author: message.author,
          Body: message.body ?? "",
          ChannelAttributes: parsedObject(conversation.attributes) ?? {},
          ChannelSid: conversation.sid,
          ConversationSid: conversation.sid,
          DateCreated: webhookDate(message.dateCreated),
          From: message.author,
          MessageSid: message.sid,
          MessagingServiceSid: conversation.messagingServiceSid,
          ParticipantSid: message.participantSid,
          Source: source.kind,
        },
      },
      flow: { channel: { address: conversation.sid } },
    };
  }
}
