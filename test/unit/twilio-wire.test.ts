import type twilio from "twilio";
import { describe, expect, test } from "vitest";
import { WEBHOOK_FILTERS } from "../../src/twilio/conversations.ts";
import {
  bridge,
  CHANNEL,
  CONFIG,
  CONVERSATION,
  FACTS,
  IDENTITY,
  INTERACTION,
  json,
  MARK,
  MEMBER,
  MESSAGE,
  NOON,
  recorded,
  SESSION,
} from "./twilio-support.ts";

const HOOK = "https://bridge.example/twilio/forward-to-discord/100000000000000001";
const OPEN = { sid: CONVERSATION, state: "active" };
const CLOSED = { sid: CONVERSATION, state: "closed" };

describe("On the wire a call looks like the same call by Twilio's own library:", () => {
  const conversations = (client: twilio.Twilio) =>
    client.conversations.v1.services(CONFIG.TWILIO_CHAT_SERVICE_SID).conversations;

  test("create a conversation", async () => {
    const { twilio, requests } = bridge(json(OPEN, 201));
    await twilio.createConversation({ uniqueName: "flexcord-1", friendlyName: "Discord", attributes: { a: 1 } });
    const options = { uniqueName: "flexcord-1", friendlyName: "Discord", attributes: '{"a":1}' };
    expect(requests).toEqual(await recorded((client) => conversations(client).create(options)));
  });

  test("add a participant", async () => {
    const { twilio, requests } = bridge(json({}, 201));
    await twilio.addParticipant(CONVERSATION, IDENTITY);
    const create = (client: twilio.Twilio) =>
      conversations(client)(CONVERSATION).participants.create({ identity: IDENTITY });
    expect(requests).toEqual(await recorded(create));
  });

  test("add a webhook", async () => {
    const { twilio, requests } = bridge(json({}, 201));
    await twilio.addWebhook(CONVERSATION, HOOK);
    const create = (client: twilio.Twilio) =>
      conversations(client)(CONVERSATION).webhooks.create({
        target: "webhook",
        "configuration.url": HOOK,
        "configuration.method": "post",
        "configuration.filters": [...WEBHOOK_FILTERS],
      });
    expect(requests).toEqual(await recorded(create));
  });

  test("post a message", async () => {
    const { twilio, requests } = bridge(json({ sid: MESSAGE, index: 0 }, 201));
    await twilio.postMessage(CONVERSATION, { author: IDENTITY, body: "hällo & 😀", at: NOON, mark: MARK });
    const [theirs] = await recorded((client) =>
      conversations(client)(CONVERSATION).messages.create({
        author: IDENTITY,
        body: "hällo & 😀",
        dateCreated: new Date(NOON),
        attributes: `{"flexcord":"${MARK}"}`,
      }),
    );
    // The library leaves out the milliseconds, which Twilio takes: the order within a second needs them.
    const form = theirs?.form.map((pair) => pair.replace("12:00:00Z", "12:00:00.000Z"));
    expect(requests).toEqual([{ ...theirs, form }]);
  });

  test("post a message that Studio is to act upon", async () => {
    const { twilio, requests } = bridge(json({ sid: MESSAGE, index: 0 }, 201));
    await twilio.postMessage(CONVERSATION, { author: IDENTITY, body: "hi", at: NOON, mark: MARK, wakesStudio: true });
    const [theirs] = await recorded((client) =>
      conversations(client)(CONVERSATION).messages.create({ xTwilioWebhookEnabled: "true", body: "hi" }),
    );
    expect(theirs?.webhooks).toBe("true");
    expect(requests).toMatchObject([{ method: theirs?.method, url: theirs?.url, webhooks: "true" }]);
  });

  test("add the webhook that starts a flow of Studio", async () => {
    const { twilio, requests } = bridge(json({}, 201));
    const flow = `FW${"0".repeat(32)}`;
    await twilio.addStudioWebhook(CONVERSATION, flow);
    const create = (client: twilio.Twilio) =>
      conversations(client)(CONVERSATION).webhooks.create({
        target: "studio",
        "configuration.flowSid": flow,
        "configuration.filters": ["onMessageAdded"],
      });
    expect(requests).toEqual(await recorded(create));
  });

  test("replace the attributes of a conversation", async () => {
    const { twilio, requests } = bridge(json(OPEN));
    await twilio.updateAttributes(CONVERSATION, { wants: "person" });
    const update = (client: twilio.Twilio) =>
      conversations(client)(CONVERSATION).update({ attributes: '{"wants":"person"}' });
    expect(requests).toEqual(await recorded(update));
  });

  test("close a conversation", async () => {
    const { twilio, requests } = bridge(json(CLOSED));
    await twilio.closeConversation(CONVERSATION);
    const close = (client: twilio.Twilio) => conversations(client)(CONVERSATION).update({ state: "closed" });
    expect(requests).toEqual(await recorded(close));
  });

  test("create an interaction", async () => {
    const { twilio, requests } = bridge(json({ sid: INTERACTION, channel: { sid: CHANNEL } }));
    await twilio.createInteraction({ conversation: CONVERSATION, identity: IDENTITY, attributes: FACTS, attempt: 2 });
    const create = (client: twilio.Twilio) =>
      client.flexApi.v1.interaction.create({
        channel: {
          type: "web",
          initiated_by: "customer",
          properties: { media_channel_sid: CONVERSATION },
          participants: [{ identity: IDENTITY }],
        },
        routing: {
          properties: {
            workspace_sid: CONFIG.TWILIO_WORKSPACE_SID,
            workflow_sid: CONFIG.TWILIO_WORKFLOW_SID,
            task_channel_unique_name: "chat",
            attributes: {
              channelType: "discord",
              customerName: "Member",
              caseNumber: 12,
              caseUrl: "https://bridge.example/desk/cases/12",
              sessionId: SESSION,
              memberId: MEMBER,
              interactionAttempt: 2,
            },
          },
        },
      });
    expect(requests).toEqual(await recorded(create));
  });

  test("read and pause a channel", async () => {
    const { twilio, requests } = bridge(json({ status: "active" }), json({ status: "inactive" }));
    await twilio.channelStatus(INTERACTION, CHANNEL);
    await twilio.pauseChannel(INTERACTION, CHANNEL);
    const channel = (client: twilio.Twilio) => client.flexApi.v1.interaction(INTERACTION).channels(CHANNEL);
    const theirs = await recorded(
      (client) => channel(client).fetch(),
      (client) => channel(client).update({ status: "inactive", routing: { status: "closed" } }),
    );
    expect(requests).toEqual(theirs);
  });

  test("look for a task and for a worker", async () => {
    const { twilio, requests } = bridge(json({ tasks: [] }), json({ workers: [] }), json({ workers: [] }));
    await twilio.findTask(SESSION, 1);
    await twilio.findWorker("agent_40example_2Ecom" as typeof IDENTITY);
    const workspace = (client: twilio.Twilio) => client.taskrouter.v1.workspaces(CONFIG.TWILIO_WORKSPACE_SID);
    const evaluateTaskAttributes = `memberId == "${MEMBER}" AND interactionAttempt == 1`;
    const targetWorkersExpression = 'contact_uri == "client:agent_40example_2Ecom"';
    const theirs = await recorded(
      (client) => workspace(client).tasks.page({ evaluateTaskAttributes, pageSize: 100 }),
      (client) => workspace(client).workers.page({ targetWorkersExpression, pageSize: 50 }),
      (client) => workspace(client).workers.page({ friendlyName: "agent_40example_2Ecom", pageSize: 50 }),
    );
    expect(requests).toEqual(theirs);
  });
});
