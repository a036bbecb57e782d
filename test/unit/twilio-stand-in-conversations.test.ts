import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTwilio, type TwilioStandIn } from "../../playground/twilio/index.ts";
import { clientOf } from "./twilio-stand-in-support.ts";

let standIn: TwilioStandIn;
beforeEach(async () => {
  standIn = await startTwilio();
});
afterEach(() => standIn.close());

const conversationsOf = (one: TwilioStandIn) => clientOf(one).conversations.v1.conversations;

describe("Twilio's own client", () => {
  test("creates a conversation and finds it by sid and by unique name, at the root and in the chat service", async () => {
    const client = clientOf(standIn);
    const created = await client.conversations.v1.conversations.create({
      uniqueName: "help-1",
      friendlyName: "Help",
      attributes: '{"wants":"person"}',
    });
    expect(created.sid).toMatch(/^CH[0-9a-f]{32}$/);
    expect(created.state).toBe("active");
    const service = client.conversations.v1.services(standIn.chatServiceSid);
    for (const found of [
      await client.conversations.v1.conversations(created.sid).fetch(),
      await client.conversations.v1.conversations("help-1").fetch(),
      await service.conversations("help-1").fetch(),
    ]) {
      expect(found).toMatchObject({ sid: created.sid, uniqueName: "help-1", attributes: '{"wants":"person"}' });
    }
    expect((await service.conversations("help-1").fetch()).url).toContain(`/Services/${standIn.chatServiceSid}/`);
  });

  test("posts messages, reads them by page in either order and keeps the dates it gave", async () => {
    const { sid } = await conversationsOf(standIn).create();
    const { messages } = conversationsOf(standIn)(sid);
    const written = new Date("2026-01-02T03:04:05.000Z");
    for (const body of ["one", "two", "three", "four", "five"]) {
      await messages.create({ author: "member_1", body, dateCreated: written });
    }
    const forward = await messages.list({ pageSize: 2 });
    expect(forward.map(({ body }) => body)).toEqual(["one", "two", "three", "four", "five"]);
    expect(forward.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(forward[0]?.dateCreated).toEqual(written);
    const backward = await messages.list({ order: "desc", pageSize: 2, limit: 3 });
    expect(backward.map(({ body }) => body)).toEqual(["five", "four", "three"]);
    const pages = standIn.log.filter((one) => one.kind === "rest" && one.method === "GET");
    expect(pages).toHaveLength(5);
  });

  test("does not see a message twice when others arrive between two pages", async () => {
    const { sid } = await conversationsOf(standIn).create();
    const { messages } = conversationsOf(standIn)(sid);
    for (const body of ["one", "two", "three"]) await messages.create({ body });
    const first = await messages.page({ order: "desc", pageSize: 2 });
    await messages.create({ body: "four" });
    const second = await first.nextPage();
    expect(first.instances.map(({ body }) => body)).toEqual(["three", "two"]);
    expect(second?.instances.map(({ body }) => body)).toEqual(["one"]);
  });

  test("changes and removes messages and participants", async () => {
    const { sid } = await conversationsOf(standIn).create();
    const conversation = conversationsOf(standIn)(sid);
    const message = await conversation.messages.create({ body: "helo", author: "member_1" });
    expect((await conversation.messages(message.sid).update({ body: "hello" })).body).toBe("hello");
    await conversation.messages(message.sid).remove();
    expect(await conversation.messages.list()).toEqual([]);
    const member = await conversation.participants.create({ identity: "member_1", attributes: '{"a":1}' });
    expect((await conversation.participants(member.sid).fetch()).identity).toBe("member_1");
    await conversation.participants(member.sid).remove();
    await expect(conversation.participants(member.sid).fetch()).rejects.toMatchObject({ status: 404, code: 50432 });
  });

  test("lists the open conversations of a member", async () => {
    const open = await conversationsOf(standIn).create();
    const done = await conversationsOf(standIn).create();
    for (const { sid } of [open, done]) {
      await conversationsOf(standIn)(sid).participants.create({ identity: "member_1" });
    }
    await conversationsOf(standIn)(done.sid).update({ state: "closed" });
    const found = await clientOf(standIn).conversations.v1.participantConversations.list({ identity: "member_1" });
    expect(found.map(({ conversationSid }) => conversationSid)).toEqual([open.sid]);
  });

  test("names a message's author as participant when there is one", async () => {
    const { sid } = await conversationsOf(standIn).create();
    const conversation = conversationsOf(standIn)(sid);
    const member = await conversation.participants.create({ identity: "member_1" });
    expect((await conversation.messages.create({ author: "member_1", body: "hi" })).participantSid).toBe(member.sid);
    expect(await conversation.messages.create({ body: "hi" })).toMatchObject({
      author: "system",
      participantSid: null,
    });
  });

  test("sees indexes rise, with gaps when some were used up", async () => {
    const { sid } = await conversationsOf(standIn).create();
    const { messages } = conversationsOf(standIn)(sid);
    await messages.create({ body: "one" });
    standIn.faults.skipIndexes(3);
    await messages.create({ body: "two" });
    await messages.create({ body: "three" });
    expect((await messages.list()).map(({ index }) => index)).toEqual([0, 4, 5]);
  });
});

describe("a refusal reaches Twilio's own client as RestException", () => {
  test("wrong credentials: 401/20003, and nothing happens", async () => {
    const client = clientOf({ ...standIn, apiKeySecret: "wrong" });
    await expect(client.conversations.v1.conversations.create()).rejects.toMatchObject({ status: 401, code: 20003 });
    expect(standIn.conversations.size).toBe(0);
  });

  test("what does not exist: 404/20404, also in a foreign chat service", async () => {
    const missing = conversationsOf(standIn)(`CH${"0".repeat(32)}`);
    await expect(missing.fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
    await expect(missing.messages.create({ body: "hi" })).rejects.toMatchObject({ status: 404, code: 20404 });
    const foreign = clientOf(standIn).conversations.v1.services(`IS${"0".repeat(32)}`);
    await expect(foreign.conversations.create()).rejects.toMatchObject({ status: 404, code: 20404 });
    expect(standIn.conversations.size).toBe(0);
  });

  test("a unique name that is taken: 409/50353, and the conversation that has it stays alone", async () => {
    await conversationsOf(standIn).create({ uniqueName: "help-1" });
    const again = conversationsOf(standIn).create({ uniqueName: "help-1" });
    await expect(again).rejects.toMatchObject({ status: 409, code: 50353 });
    expect(standIn.conversations.size).toBe(1);
  });

  test("a participant who is there already: 409/50433; a sixth webhook: 400/50361", async () => {
    const { sid } = await conversationsOf(standIn).create();
    const conversation = conversationsOf(standIn)(sid);
    await conversation.participants.create({ identity: "member_1" });
    const again = conversation.participants.create({ identity: "member_1" });
    await expect(again).rejects.toMatchObject({ status: 409, code: 50433 });
    const hook = { target: "webhook", "configuration.url": "https://bridge.example/hook" } as const;
    for (let n = 1; n <= 5; n++) await conversation.webhooks.create(hook);
    await expect(conversation.webhooks.create(hook)).rejects.toMatchObject({ status: 400, code: 50361 });
    expect(await conversation.webhooks.list()).toHaveLength(5);
  });

  test("sizes and forms: body, attributes, identity, unknown media", async () => {
    const { sid } = await conversationsOf(standIn).create();
    const conversation = conversationsOf(standIn)(sid);
    await conversation.messages.create({ body: "x".repeat(1_600) });
    const tooLong = conversation.messages.create({ body: "x".repeat(1_601) });
    await expect(tooLong).rejects.toMatchObject({ status: 400, code: 50504 });
    for (const refused of [
      () => conversation.messages.create({ body: "hi", attributes: "{not json" }),
      () => conversation.messages.create({ body: "hi", attributes: JSON.stringify("x".repeat(4_096)) }),
      () => conversation.messages.create({}),
      () => conversation.messages.create({ mediaSid: `ME${"0".repeat(32)}` }),
      () => conversation.participants.create({ identity: "member@example.com" }),
      () => conversation.participants.create({}),
      () => conversation.update({ attributes: JSON.stringify("x".repeat(16_384)) }),
      () => conversation.update({ "timers.closed": "PT9M" }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ status: 400 });
    }
    expect(await conversation.messages.list()).toHaveLength(1);
    expect(await conversation.participants.list()).toEqual([]);
  });

  test("a closed conversation is final: no messages, participants, webhooks or changes", async () => {
    const { sid } = await conversationsOf(standIn).create();
    const conversation = conversationsOf(standIn)(sid);
    expect((await conversation.update({ state: "closed" })).state).toBe("closed");
    for (const refused of [
      () => conversation.messages.create({ body: "hi" }),
      () => conversation.participants.create({ identity: "member_1" }),
      () => conversation.update({ state: "active" }),
      () => conversation.webhooks.create({ target: "webhook", "configuration.url": "https://bridge.example/hook" }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ status: 400, code: 50377 });
    }
    expect((await conversation.fetch()).state).toBe("closed");
  });

  test("more than thirty actions on a conversation within a second: 429/50063, another conversation is not concerned", async () => {
    let now = Date.parse("2026-01-01T00:00:00Z");
    await using still = await disposable(startTwilio({ now: () => now }));
    const busy = conversationsOf(still.standIn)((await conversationsOf(still.standIn).create()).sid);
    const other = conversationsOf(still.standIn)((await conversationsOf(still.standIn).create()).sid);
    for (let n = 1; n <= 30; n++) await busy.messages.create({ body: String(n) });
    await expect(busy.messages.create({ body: "31" })).rejects.toMatchObject({ status: 429, code: 50063 });
    await other.messages.create({ body: "1" });
    now += 1_001;
    await busy.messages.create({ body: "31" });
    expect(await busy.messages.list()).toHaveLength(31);
  });
});

async function disposable(starting: Promise<TwilioStandIn>) {
  const one = await starting;
  return { standIn: one, [Symbol.asyncDispose]: () => one.close() };
}
