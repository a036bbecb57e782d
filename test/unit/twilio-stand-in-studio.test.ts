import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTwilio, type TwilioStandIn } from "../../playground/twilio/index.ts";
import { filledInFlow } from "../../scripts/studio-flow.ts";
import { identityOf } from "../../src/conversation/ids.ts";
import { taskOwner } from "../../src/twilio/task-attributes.ts";
import { clientOf, type Receiver, startReceiver } from "./twilio-stand-in-support.ts";
import { FACTS, MEMBER, SESSION, sid } from "./twilio-support.ts";

const LOUD = { xTwilioWebhookEnabled: "true" } as const;
const AUTHOR = identityOf(MEMBER);
const ATTRIBUTES = { ...FACTS, channelType: "discord", interactionAttempt: 1 };

let standIn: TwilioStandIn;
let receiver: Receiver;
let flowSid: string;
beforeEach(async () => {
  [standIn, receiver] = await Promise.all([startTwilio(), startReceiver()]);
  receiver.status = 200;
  const flow = await filledInFlow({
    PUBLIC_URL: receiver.url,
    TWILIO_WORKFLOW_SID: standIn.workflowSid,
    STUDIO_PASSWORD: "pässword: with colon",
    taskChannelSid: standIn.taskChannelSid,
  });
  flowSid = standIn.studio.publish(flow);
});
afterEach(async () => {
  await Promise.all([standIn.close(), receiver.close()]);
});

/** A conversation with the member in it and the flow on it, as the bridge sets one up under Studio routing. */
async function open(attributes: Record<string, unknown> = ATTRIBUTES) {
  const { conversations } = clientOf(standIn).conversations.v1;
  const created = await conversations.create({ attributes: JSON.stringify(attributes) });
  const conversation = conversations(created.sid);
  await conversation.participants.create({ identity: AUTHOR });
  await conversation.webhooks.create({ target: "studio", "configuration.flowSid": flowSid });
  const say = (body: string) => conversation.messages.create({ author: AUTHOR, body, ...LOUD });
  const want = (wants: string) => conversation.update({ attributes: JSON.stringify({ ...attributes, wants }) });
  return { sid: created.sid, conversation, say, want };
}

/** The widgets of each execution so far, with the event by which it left each one. */
const paths = () =>
  standIn.studio.executions.map(({ steps }) => steps.slice(1).map(({ widget, event }) => `${widget}: ${event}`));

const ASKED = ["wants_person: noMatch", "ask_bridge: success"];
const HANDED_OVER = ["wants_person: match", "send_to_flex: callComplete"];

describe("a message of the member", () => {
  test("is brought to the bridge, with the password", async () => {
    const { sid: conversation, say } = await open();
    const message = await say("Hello, héllo 😀\r\n& more");
    await standIn.webhooksSettled();
    const [arrived] = receiver.received;
    expect(arrived).toMatchObject({
      path: "/twilio/chatbot-to-discord",
      params: {
        ConversationSid: conversation,
        MessageSid: message.sid,
        Author: AUTHOR,
        Body: "Hello, héllo 😀\r\n& more",
      },
    });
    const credentials = Buffer.from("flexcord:pässword: with colon").toString("base64");
    expect(arrived?.headers.authorization).toBe(`Basic ${credentials}`);
    expect(arrived?.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/);
    expect(paths()).toEqual([ASKED]);
    expect(standIn.tasks.size).toBe(0);
  });

  test("starts nothing when it was posted quietly", async () => {
    const { conversation } = await open();
    await conversation.messages.create({ author: AUTHOR, body: "quiet" });
    await standIn.webhooksSettled();
    expect([paths(), receiver.received]).toEqual([[], []]);
  });

  test("starts an execution of its own once the one before has ended", async () => {
    const { say } = await open();
    for (const body of ["one", "two"]) {
      await say(body);
      await standIn.webhooksSettled();
    }
    expect(receiver.field("Body")).toEqual(["one", "two"]);
    expect(paths()).toEqual([ASKED, ASKED]);
  });

  test("is lost to Studio while an execution of its conversation runs, but not while another's does", async () => {
    const { say } = await open();
    const other = await open();
    standIn.studio.faults.holdExecutions();
    await say("one");
    const second = await say("two");
    await other.say("elsewhere");
    await standIn.webhooksSettled();
    expect(receiver.field("Body")).toEqual(["elsewhere"]);
    expect(standIn.studio.executions[0]).toMatchObject({ status: "active", steps: [] });
    standIn.studio.release();
    await standIn.webhooksSettled();
    expect(receiver.field("Body")).toEqual(["elsewhere", "one"]);
    expect(standIn.studio.dropped.map((message) => message.sid)).toEqual([second.sid]);
  });
});

describe("a member who wants a person", () => {
  test("is sent to Flex, with a task that the bridge knows for its own", async () => {
    const agent = standIn.createAgent();
    const { sid: conversation, say, want } = await open();
    await want("person");
    await say("Talk to a person");
    await standIn.webhooksSettled();
    expect(paths()).toEqual([HANDED_OVER]);
    expect(receiver.received).toEqual([]);
    const [task] = standIn.tasks.values();
    expect(taskOwner(task?.attributes ?? "")).toEqual({ kind: "ours", session: SESSION, member: MEMBER });
    expect(JSON.parse(task?.attributes ?? "")).toMatchObject({ ...ATTRIBUTES, conversationSid: conversation });
    expect([task?.taskChannel, task?.timeout, task?.status]).toEqual(["chat", 86_400, "reserved"]);
    const [interaction] = standIn.interactions.values();
    expect(interaction).toMatchObject({ initiatedBy: "customer", channel: { type: "web", status: "active" } });
    const chat = await agent.accept();
    expect(chat.conversation.participants.map(({ identity }) => identity)).toEqual([AUTHOR, agent.identity]);
  });

  test("gets no task twice: from then on Studio hears nothing of the conversation", async () => {
    const { conversation, say, want } = await open();
    const forward = { target: "webhook", "configuration.url": receiver.url } as const;
    await conversation.webhooks.create({ ...forward, "configuration.filters": ["onMessageAdded"] });
    await want("person");
    await say("Talk to a person");
    await say("Is anybody there?");
    await standIn.webhooksSettled();
    expect(paths()).toEqual([HANDED_OVER]);
    expect(standIn.tasks.size).toBe(1);
    expect((await conversation.webhooks.list()).map(({ target }) => target)).toEqual(["webhook"]);
    expect(receiver.field("Body")).toEqual(["Talk to a person", "Is anybody there?"]);
  });

  test("keeps a name with quotes, and a case that could not be opened is null", async () => {
    const customerName = 'The "best" {{name}} \\ in town';
    const { say } = await open({ ...ATTRIBUTES, customerName, caseNumber: null, caseUrl: undefined, wants: "person" });
    await say("help");
    await standIn.webhooksSettled();
    const attributes = JSON.parse([...standIn.tasks.values()][0]?.attributes ?? "{}");
    expect(attributes).toMatchObject({ customerName, caseNumber: null, caseUrl: null, interactionAttempt: 1 });
  });

  test("gets no task in a conversation that was closed meanwhile", async () => {
    const { conversation, say } = await open({ ...ATTRIBUTES, wants: "person" });
    standIn.studio.faults.holdExecutions();
    await say("help");
    await conversation.update({ state: "closed" });
    standIn.studio.release();
    await standIn.webhooksSettled();
    expect(paths()).toEqual([["wants_person: match", "send_to_flex: failedToEnqueue"]]);
    expect(standIn.tasks.size).toBe(0);
  });
});

describe("what goes wrong", () => {
  const FAILED = ["wants_person: noMatch", "ask_bridge: failed", "send_to_flex: callComplete"];

  test.each([404, 500, 302])("a bridge that answers %i: the member gets a person", async (status) => {
    receiver.status = status;
    const { say } = await open();
    await say("help");
    await standIn.webhooksSettled();
    expect(paths()).toEqual([FAILED]);
    expect(standIn.tasks.size).toBe(1);
  });

  test("a call that never leaves, and one whose answer comes too late", async () => {
    standIn.studio.faults.failCalls(1, "before");
    standIn.studio.faults.failCalls(1, "after");
    for (const body of ["one", "two", "three"]) await (await open()).say(body);
    await standIn.webhooksSettled();
    expect(paths()).toEqual([FAILED, FAILED, ASKED]);
    expect(receiver.field("Body").sort()).toEqual(["three", "two"]);
  });

  test("Studio is down: a message starts nothing, the next one does", async () => {
    standIn.studio.faults.ignoreMessages();
    const { say } = await open();
    for (const body of ["one", "two"]) {
      await say(body);
      await standIn.webhooksSettled();
    }
    expect(receiver.field("Body")).toEqual(["two"]);
    expect(standIn.studio.dropped).toEqual([]);
  });
});

describe("a studio webhook", () => {
  test.each(["none", sid("FW")])("is refused for the flow %s, which the account does not have", async (flow) => {
    const { conversation } = await open();
    const creating = conversation.webhooks.create({ target: "studio", "configuration.flowSid": flow });
    await expect(creating).rejects.toMatchObject({ status: 400, code: 50367 });
  });

  test("is refused without a flow", async () => {
    const { conversation } = await open();
    await expect(conversation.webhooks.create({ target: "studio" })).rejects.toMatchObject({ status: 400 });
  });

  test("can start with a message that came before it", async () => {
    const { conversations } = clientOf(standIn).conversations.v1;
    const conversation = conversations((await conversations.create()).sid);
    for (const body of ["one", "two"]) await conversation.messages.create({ author: AUTHOR, body });
    const replay = { "configuration.flowSid": flowSid, "configuration.replayAfter": 1 };
    await conversation.webhooks.create({ target: "studio", ...replay });
    await standIn.webhooksSettled();
    expect(receiver.field("Body")).toEqual(["two"]);
  });
});

describe("a flow that the stand-in cannot run is refused", () => {
  const trigger = { name: "Trigger", type: "trigger", transitions: [], properties: {} };
  const flow = (...states: object[]) => ({ initial_state: "Trigger", states: [trigger, ...states] });
  const split = (template: string) => ({
    name: "split",
    type: "split-based-on",
    transitions: [{ event: "match", conditions: [{ arguments: [template], type: "equal_to", value: "x" }] }],
    properties: { input: template },
  });

  test.each<[string, unknown]>([
    ["a widget of another type", flow({ ...trigger, name: "say", type: "send-message" })],
    [
      "a way to a widget that does not exist",
      flow({ ...split("x"), transitions: [{ event: "noMatch", next: "gone" }] }),
    ],
    ["two widgets of one name", flow(trigger)],
    ["a Liquid filter", flow(split("{{trigger.conversation.Body | downcase}}"))],
    ["a Liquid tag", flow(split("{% if x %}{% endif %}"))],
    ["no trigger", { ...flow(), initial_state: "split" }],
  ])("%s", (_, definition) => {
    expect(() => standIn.studio.publish(definition)).toThrow(/cannot run|Liquid/);
  });
});

test("the task channel of chats can be looked up by its name", async () => {
  const workspace = clientOf(standIn).taskrouter.v1.workspaces(standIn.workspaceSid);
  const channel = await workspace.taskChannels("chat").fetch();
  expect([channel.sid, channel.uniqueName]).toEqual([standIn.taskChannelSid, "chat"]);
  await expect(workspace.taskChannels("letters").fetch()).rejects.toMatchObject({ status: 404 });
});
