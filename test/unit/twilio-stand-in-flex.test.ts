import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTwilio, type TwilioStandIn } from "../../playground/twilio/index.ts";
import { clientOf, interactionOn, openInteraction, type Receiver, startReceiver } from "./twilio-stand-in-support.ts";

let standIn: TwilioStandIn;
let receiver: Receiver;
beforeEach(async () => {
  [standIn, receiver] = await Promise.all([startTwilio(), startReceiver()]);
  standIn.taskEventsUrl = `${receiver.url}/task-events`;
});
afterEach(async () => {
  await Promise.all([standIn.close(), receiver.close()]);
});

/** An interaction whose conversation's events go to the receiver too. */
async function opened(attributes: Record<string, unknown> = { channelType: "discord", customerName: "member" }) {
  const one = await openInteraction(standIn, attributes);
  await one.conversation.webhooks.create({
    target: "webhook",
    "configuration.url": `${receiver.url}/conversation`,
    "configuration.filters": [
      "onMessageAdded",
      "onParticipantAdded",
      "onParticipantRemoved",
      "onConversationStateUpdated",
    ],
  });
  await standIn.webhooksSettled();
  return one;
}

/** Event types since the last call, by receiver. */
async function events(path: string): Promise<string[]> {
  await standIn.webhooksSettled();
  const found = receiver.received.filter((one) => one.path === path);
  const types = found.map(({ params }) => params.EventType ?? "");
  for (const one of found) receiver.received.splice(receiver.received.indexOf(one), 1);
  return types;
}

const channelOf = (interactionSid: string) => standIn.interactions.get(interactionSid)?.channel;
const onlyTask = () => [...standIn.tasks.values()][0];

describe("an interaction", () => {
  test("is accepted at once; then the channel is active and a task carries our attributes and those of Flex", async () => {
    const agent = standIn.createAgent();
    const { interaction, sid, client } = await opened();
    const channel = channelOf(interaction.sid);
    const fetched = await client.flexApi.v1
      .interaction(interaction.sid)
      .channels(channel?.sid ?? "")
      .fetch();
    expect(fetched).toMatchObject({ status: "active", type: "web" });
    expect(interaction.routing.properties.sid).toBe(onlyTask()?.sid);
    const workspace = client.taskrouter.v1.workspaces(standIn.workspaceSid);
    const [task] = await workspace.tasks.list({ evaluateTaskAttributes: `conversationSid == "${sid}"` });
    expect(task).toMatchObject({ assignmentStatus: "reserved", taskChannelUniqueName: "chat" });
    expect(JSON.parse(task?.attributes ?? "")).toMatchObject({
      channelType: "discord",
      customerName: "member",
      conversationSid: sid,
      flexInteractionSid: interaction.sid,
      flexInteractionChannelSid: channel?.sid,
      direction: "inbound",
    });
    expect(agent.reservations).toHaveLength(1);
    expect(await events("/task-events")).toEqual([
      "task.created",
      "task-queue.entered",
      "workflow.entered",
      "reservation.created",
    ]);
  });

  test("that Flex cannot set up is accepted all the same; the channel fails with a code and there is no task", async () => {
    standIn.faults.failNextChannel();
    const { interaction, client } = await opened();
    const channelSid = channelOf(interaction.sid)?.sid ?? "";
    const fetched = await client.flexApi.v1.interaction(interaction.sid).channels(channelSid).fetch();
    expect(fetched).toMatchObject({ status: "failed", errorCode: 19025 });
    expect(standIn.tasks.size).toBe(0);
    expect(await events("/task-events")).toEqual([]);
  });

  test("is refused without an open conversation in which the customer takes part, or without our workspace", async () => {
    const client = clientOf(standIn);
    const { sid } = await client.conversations.v1.conversations.create();
    const { interaction } = client.flexApi.v1;
    await expect(interaction.create(interactionOn(standIn, sid))).rejects.toMatchObject({ status: 400 });
    await client.conversations.v1.conversations(sid).participants.create({ identity: "member_1" });
    const elsewhere = interactionOn({ ...standIn, workspaceSid: `WS${"0".repeat(32)}` }, sid);
    await expect(interaction.create(elsewhere)).rejects.toMatchObject({ status: 400 });
    const noConversation = { ...interactionOn(standIn, sid), channel: { type: "web", initiated_by: "customer" } };
    await expect(interaction.create(noConversation)).rejects.toMatchObject({ status: 400 });
    await client.conversations.v1.conversations(sid).update({ state: "closed" });
    const closed = interaction.create(interactionOn(standIn, sid));
    await expect(closed).rejects.toMatchObject({ status: 400, code: 45354 });
    expect(standIn.interactions.size).toBe(0);
  });
});

describe("an agent", () => {
  test("accepts: the reservation, then the agent in the conversation, known by name to TaskRouter", async () => {
    const agent = standIn.createAgent({ name: "Agent" });
    const { client } = await opened();
    await events("/task-events");
    const chat = await agent.accept();
    expect(await events("/conversation")).toEqual(["onParticipantAdded"]);
    expect(chat.task.status).toBe("assigned");
    expect(chat.conversation.participants.map(({ identity }) => identity)).toEqual(["member_1", agent.identity]);
    const workspace = client.taskrouter.v1.workspaces(standIn.workspaceSid);
    const [worker] = await workspace.workers.list({
      targetWorkersExpression: `contact_uri == "client:${agent.identity}"`,
    });
    expect(JSON.parse(worker?.attributes ?? "")).toMatchObject({ full_name: "Agent" });
    await standIn.webhooksSettled();
    const accepted = receiver.received.find(({ params }) => params.EventType === "reservation.accepted");
    expect(JSON.parse(accepted?.params.WorkerAttributes ?? "")).toMatchObject({
      full_name: "Agent",
      contact_uri: `client:${agent.identity}`,
    });
    expect(accepted?.params).toMatchObject({ TaskSid: chat.task.sid, TaskAssignmentStatus: "assigned" });
    expect(accepted && receiver.genuine(accepted, standIn.authToken)).toBe(true);
  });

  test("writes, with a file, through the SDK; the file can be fetched without credentials", async () => {
    const agent = standIn.createAgent();
    const { conversation } = await opened();
    const chat = await agent.accept();
    await conversation.messages.create({ author: "member_1", body: "hello" });
    const bytes = new TextEncoder().encode("a picture");
    await chat.send("look", { media: { filename: "a b.png", contentType: "image/png", bytes } });
    await standIn.webhooksSettled();
    const sent = receiver.received.find(({ params }) => params.Body === "look");
    expect(sent?.params).toMatchObject({ Source: "SDK", ClientIdentity: agent.identity, Author: agent.identity });
    const [item] = JSON.parse(sent?.params.Media ?? "[]");
    expect(item).toMatchObject({ ContentType: "image/png", Filename: "a b.png", Size: bytes.byteLength });
    const media = `${standIn.url}/mcs.us1/v1/Services/${standIn.chatServiceSid}/Media/${item.Sid}`;
    expect((await fetch(media)).status).toBe(401);
    const authorization = `Basic ${btoa(`${standIn.apiKeySid}:${standIn.apiKeySecret}`)}`;
    const described = await (await fetch(media, { headers: { authorization } })).json();
    const file = await fetch(described.links.content_direct_temporary);
    expect(await file.text()).toBe("a picture");
    expect(chat.messages.map(({ body }) => body)).toEqual(["hello", "look"]);
    expect(standIn.tasks.size).toBe(1);
  });

  test("gets a file that was uploaded before it was attached to a message", async () => {
    const agent = standIn.createAgent();
    const { conversation } = await opened();
    const chat = await agent.accept();
    const service = `${standIn.url}/mcs.us1/v1/Services/${standIn.chatServiceSid}`;
    const uploaded = await fetch(`${service}/Media?Filename=log.txt`, {
      method: "POST",
      headers: {
        Authorization: `Basic ${btoa(`${standIn.apiKeySid}:${standIn.apiKeySecret}`)}`,
        "Content-Type": "text/plain",
      },
      body: "a log",
    });
    expect(uploaded.status).toBe(201);
    const { sid } = await uploaded.json();
    const message = await conversation.messages.create({ author: "member_1", body: "see", mediaSid: sid });
    expect(message.media).toEqual([
      { category: "media", sid, size: 5, content_type: "text/plain", filename: "log.txt" },
    ]);
    expect(new TextDecoder().decode(chat.messages[0]?.media[0]?.bytes)).toBe("a log");
  });

  test("leaves: the task is completed, the conversation stays; the member's next message makes a new task on it", async () => {
    const agent = standIn.createAgent();
    const { conversation, interaction } = await opened();
    const chat = await agent.accept();
    await Promise.all([events("/task-events"), events("/conversation")]);
    await chat.leave();
    expect(chat.task.status).toBe("completed");
    expect(chat.channel.status).toBe("inactive");
    expect((await conversation.fetch()).state).toBe("active");
    expect(await events("/conversation")).toEqual(["onParticipantRemoved"]);
    expect(await events("/task-events")).toEqual(["reservation.completed", "task.completed"]);
    await conversation.messages.create({ author: "system", body: "a notice" });
    expect(standIn.tasks.size).toBe(1);
    await conversation.messages.create({ author: "member_1", body: "one more thing" });
    expect(channelOf(interaction.sid)?.status).toBe("active");
    expect(await events("/task-events")).toEqual([
      "task.created",
      "task-queue.entered",
      "workflow.entered",
      "reservation.created",
    ]);
    const again = await agent.accept();
    expect(again.conversation).toBe(chat.conversation);
    expect(JSON.parse(again.task.attributes)).toMatchObject({ channelType: "discord" });
  });

  test("ends the chat: channel and conversation are closed and the task waits in wrap-up until it is completed", async () => {
    const agent = standIn.createAgent();
    const { conversation } = await opened();
    const chat = await agent.accept();
    await Promise.all([events("/task-events"), events("/conversation")]);
    await chat.wrapUp();
    expect(chat.task.status).toBe("wrapping");
    expect((await conversation.fetch()).state).toBe("closed");
    expect(await events("/conversation")).toEqual(["onConversationStateUpdated"]);
    expect(await events("/task-events")).toEqual(["reservation.wrapup", "task.wrapup"]);
    await chat.complete();
    expect(await events("/task-events")).toEqual(["reservation.completed", "task.completed"]);
    await expect(chat.send("too late")).rejects.toMatchObject({ code: 50377 });
  });

  test("hands over to another agent: a new task, first agent out, second one in, the conversation stays open", async () => {
    const first = standIn.createAgent({ name: "First agent" });
    const second = standIn.createAgent({ name: "Second agent" });
    const { conversation } = await opened();
    const chat = await first.accept();
    await Promise.all([events("/task-events"), events("/conversation")]);
    await chat.transfer(second);
    expect(await events("/task-events")).toEqual([
      "task.transfer-initiated",
      "task.created",
      "task-queue.entered",
      "workflow.entered",
      "reservation.created",
      "reservation.wrapup",
      "task.wrapup",
    ]);
    const taken = await second.accept();
    await chat.complete();
    expect(await events("/task-events")).toEqual([
      "reservation.accepted",
      "task.transfer-completed",
      "reservation.completed",
      "task.completed",
    ]);
    expect(await events("/conversation")).toEqual(["onParticipantRemoved", "onParticipantAdded"]);
    expect(taken.conversation.participants.map(({ identity }) => identity)).toEqual(["member_1", second.identity]);
    expect((await conversation.fetch()).state).toBe("active");
    await taken.complete();
    expect((await conversation.fetch()).state).toBe("closed");
  });

  test("declines: the next one is asked; a transfer that its target declines is canceled", async () => {
    const first = standIn.createAgent();
    const second = standIn.createAgent();
    await opened();
    await first.decline();
    expect(first.reservations.map(({ status }) => status)).toEqual(["rejected"]);
    const chat = await second.accept();
    await events("/task-events");
    await chat.transfer(first);
    await first.decline();
    expect(await events("/task-events")).toEqual(
      expect.arrayContaining(["reservation.rejected", "task.canceled", "task.transfer-failed"]),
    );
  });

  test("who is not available is asked as soon as that changes", async () => {
    const agent = standIn.createAgent({ available: false });
    await opened();
    expect(onlyTask()?.status).toBe("pending");
    agent.available = true;
    expect((await agent.accept()).task).toBe(onlyTask());
  });
});

describe("TaskRouter", () => {
  test("finds tasks and workers by expressions of == and AND, and refuses what it does not know", async () => {
    standIn.createAgent({ name: "First agent" });
    standIn.createAgent({ name: "Second agent" });
    const { client } = await opened({ channelType: "discord", caseNumber: 12 });
    const workspace = client.taskrouter.v1.workspaces(standIn.workspaceSid);
    const tasks = async (evaluateTaskAttributes: string) =>
      (await workspace.tasks.list({ evaluateTaskAttributes })).length;
    expect(await tasks('channelType == "discord" AND caseNumber == 12')).toBe(1);
    expect(await tasks("channelType == 'discord' AND caseNumber == 13")).toBe(0);
    expect(await tasks('conversations.initiated_by == "customer"')).toBe(1);
    const workers = await workspace.workers.list({ targetWorkersExpression: 'full_name == "Second agent"' });
    expect(workers.map(({ friendlyName }) => friendlyName)).toEqual(["agent2@example.com"]);
    expect(await workspace.workers.list({ friendlyName: "agent@example.com" })).toHaveLength(1);
    await expect(tasks('channelType CONTAINS "disc"')).rejects.toMatchObject({ status: 400 });
  });

  test("cancels only what nobody has accepted, and not together with a change of attributes", async () => {
    const agent = standIn.createAgent();
    const { client } = await opened();
    const task = client.taskrouter.v1.workspaces(standIn.workspaceSid).tasks(onlyTask()?.sid ?? "");
    const both = task.update({ assignmentStatus: "canceled", attributes: "{}" });
    await expect(both).rejects.toMatchObject({ status: 400 });
    const { version } = await agent.accept().then((chat) => chat.task);
    await expect(task.update({ assignmentStatus: "canceled" })).rejects.toMatchObject({ status: 400 });
    await expect(task.update({ attributes: "{}", ifMatch: String(version - 1) })).rejects.toMatchObject({
      status: 412,
    });
    expect((await task.update({ attributes: '{"a":1}', ifMatch: String(version) })).attributes).toBe('{"a":1}');
    expect((await task.fetch()).assignmentStatus).toBe("assigned");
  });
});

describe("what happens without an agent's doing", () => {
  test("a workflow runs out: workflow.timeout, then the task is canceled, and the conversation stays open", async () => {
    standIn.createAgent();
    const { conversation } = await opened();
    await events("/task-events");
    const task = onlyTask();
    if (task === undefined) throw new Error("no task");
    standIn.timeOutWorkflow(task);
    expect(await events("/task-events")).toEqual(["workflow.timeout", "reservation.canceled", "task.canceled"]);
    expect((await conversation.fetch()).state).toBe("active");
  });

  test("a task is deleted and is gone", async () => {
    const { client } = await opened();
    await events("/task-events");
    const sid = onlyTask()?.sid ?? "";
    await client.taskrouter.v1.workspaces(standIn.workspaceSid).tasks(sid).remove();
    expect(await events("/task-events")).toEqual(["task.deleted"]);
    const gone = client.taskrouter.v1.workspaces(standIn.workspaceSid).tasks(sid).fetch();
    await expect(gone).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("a timer closes the conversation and says so", async () => {
    const { sid } = await opened();
    await events("/conversation");
    standIn.closeConversation(sid, "TIMER");
    await standIn.webhooksSettled();
    const last = receiver.received.find(({ params }) => params.EventType === "onConversationStateUpdated");
    expect(last?.params).toMatchObject({ StateTo: "closed", Reason: "TIMER", ConversationSid: sid });
  });

  test("a supervisor joins and speaks without a task", async () => {
    const { sid } = await opened();
    const conversation = standIn.conversations.get(sid);
    if (conversation === undefined) throw new Error("no conversation");
    const supervisor = standIn.supervise(conversation, "Supervisor");
    await supervisor.send("let me help");
    expect(await events("/conversation")).toEqual(["onParticipantAdded", "onMessageAdded"]);
    expect(standIn.tasks.size).toBe(1);
  });

  test("the member ends it by the Interactions API: with routing closed the task needs no wrap-up", async () => {
    const agent = standIn.createAgent();
    const { client, interaction, conversation } = await opened();
    const chat = await agent.accept();
    const channel = client.flexApi.v1.interaction(interaction.sid).channels(chat.channel.sid);
    await expect(channel.update({ status: "inactive" })).rejects.toMatchObject({ status: 400 });
    expect((await channel.update({ status: "closed", routing: { status: "closed" } })).status).toBe("closed");
    expect(chat.task.status).toBe("completed");
    expect((await conversation.fetch()).state).toBe("closed");
  });
});
