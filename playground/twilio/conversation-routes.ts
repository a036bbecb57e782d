import { type Context, Hono } from "hono";
import type { Account } from "./account.ts";
import type { ActionLimit } from "./action-limit.ts";
import {
  conversationJson,
  messageJson,
  participantConversationJson,
  participantJson,
  webhookJson,
} from "./conversation-json.ts";
import {
  conversationChanges,
  messageChanges,
  newMessage,
  newParticipant,
  newWebhook,
  participantChanges,
  webhookSettings,
} from "./conversation-params.ts";
import type { Act, Conversations } from "./conversations.ts";
import { badRequest, notFound, TwilioError } from "./errors.ts";
import { BY_API, CONVERSATION_STATES, type Conversation } from "./model.ts";
import { pageOf, type Rest } from "./rest.ts";

/** Conversations v1; mounted at the root and below `/Services/{IS}`. */
export function conversationRoutes(
  account: Account,
  conversations: Conversations,
  limit: ActionLimit,
  origin: string,
): Hono<Rest> {
  const routes = new Hono<Rest>();
  const base = (c: Context<Rest>) =>
    origin + c.req.path.slice(0, c.req.path.search(/\/(Conversations|ParticipantConv)/));

  const conversationOf = (c: Context<Rest>): Conversation => {
    const conversation = conversations.find(c.req.param("conversation") ?? "");
    if (conversation === undefined) throw notFound(c.get("exchange").path);
    return conversation;
  };
  const changeable = (c: Context<Rest>): Conversation => {
    const conversation = conversationOf(c);
    limit.take(conversation.sid);
    return conversation;
  };
  const oneOf = <T extends { readonly sid: string }>(c: Context<Rest>, items: readonly T[]): T => {
    const item = items.find(({ sid }) => sid === c.req.param("sid"));
    if (item === undefined) throw notFound(c.get("exchange").path);
    return item;
  };

  routes.get("/Conversations", (c) => {
    const newestFirst = conversations.all().reverse();
    const state = c.get("params").oneOf("State", CONVERSATION_STATES);
    const wanted = newestFirst.filter((one) => state === undefined || one.state === state);
    return c.json(pageOf(c, origin, "conversations", wanted, (one) => conversationJson(account, one, base(c))));
  });
  routes.post("/Conversations", (c) => {
    limit.take(account.chatServiceSid);
    const created = conversations.create(conversationChanges(c.get("params"), account.now()), act(c));
    return c.json(conversationJson(account, created, base(c)), 201);
  });
  routes.get("/Conversations/:conversation", (c) => c.json(conversationJson(account, conversationOf(c), base(c))));
  routes.post("/Conversations/:conversation", (c) => {
    const conversation = changeable(c);
    conversations.update(conversation, conversationChanges(c.get("params"), account.now()), act(c));
    return c.json(conversationJson(account, conversation, base(c)));
  });
  routes.delete("/Conversations/:conversation", (c) => {
    limit.take(account.chatServiceSid);
    conversations.remove(conversationOf(c), act(c));
    return c.body(null, 204);
  });

  routes.get("/Conversations/:conversation/Participants", (c) => {
    const conversation = conversationOf(c);
    const render = pageItem(participantJson, account, conversation, base(c));
    return c.json(pageOf(c, origin, "participants", conversation.participants, render));
  });
  routes.post("/Conversations/:conversation/Participants", (c) => {
    const conversation = changeable(c);
    const participant = conversations.addParticipant(conversation, newParticipant(c.get("params")), act(c));
    return c.json(participantJson(account, conversation, participant, base(c)), 201);
  });
  const participantOf = (c: Context<Rest>, conversation: Conversation) => {
    const wanted = c.req.param("sid");
    const found = conversation.participants.find((one) => one.sid === wanted || one.identity === wanted);
    if (found === undefined) throw new TwilioError(404, 50432, "Participant not found");
    return found;
  };
  routes.get("/Conversations/:conversation/Participants/:sid", (c) => {
    const conversation = conversationOf(c);
    return c.json(participantJson(account, conversation, participantOf(c, conversation), base(c)));
  });
  routes.post("/Conversations/:conversation/Participants/:sid", (c) => {
    const conversation = changeable(c);
    const participant = participantOf(c, conversation);
    conversations.updateParticipant(conversation, participant, participantChanges(c.get("params")), act(c));
    return c.json(participantJson(account, conversation, participant, base(c)));
  });
  routes.delete("/Conversations/:conversation/Participants/:sid", (c) => {
    const conversation = changeable(c);
    conversations.removeParticipant(conversation, participantOf(c, conversation), act(c));
    return c.body(null, 204);
  });

  routes.get("/Conversations/:conversation/Messages", (c) => {
    const conversation = conversationOf(c);
    const newestFirst = c.get("params").oneOf("Order", ["asc", "desc"]) === "desc";
    const messages = newestFirst ? conversation.messages.toReversed() : conversation.messages;
    return c.json(pageOf(c, origin, "messages", messages, pageItem(messageJson, account, conversation, base(c))));
  });
  routes.post("/Conversations/:conversation/Messages", (c) => {
    const conversation = changeable(c);
    const message = conversations.addMessage(conversation, newMessage(c.get("params"), account.media), act(c));
    return c.json(messageJson(account, conversation, message, base(c)), 201);
  });
  routes.get("/Conversations/:conversation/Messages/:sid", (c) => {
    const conversation = conversationOf(c);
    return c.json(messageJson(account, conversation, oneOf(c, conversation.messages), base(c)));
  });
  routes.post("/Conversations/:conversation/Messages/:sid", (c) => {
    const conversation = changeable(c);
    const message = oneOf(c, conversation.messages);
    conversations.updateMessage(conversation, message, messageChanges(c.get("params")), act(c));
    return c.json(messageJson(account, conversation, message, base(c)));
  });
  routes.delete("/Conversations/:conversation/Messages/:sid", (c) => {
    const conversation = changeable(c);
    conversations.removeMessage(conversation, oneOf(c, conversation.messages), act(c));
    return c.body(null, 204);
  });

  routes.get("/Conversations/:conversation/Webhooks", (c) => {
    const conversation = conversationOf(c);
    const render = pageItem(webhookJson, account, conversation, base(c));
    return c.json(pageOf(c, origin, "webhooks", conversation.webhooks, render));
  });
  routes.post("/Conversations/:conversation/Webhooks", (c) => {
    const conversation = conversationOf(c);
    const hook = conversations.addWebhook(conversation, newWebhook(c.get("params")));
    return c.json(webhookJson(account, conversation, hook, base(c)), 201);
  });
  routes.get("/Conversations/:conversation/Webhooks/:sid", (c) => {
    const conversation = conversationOf(c);
    return c.json(webhookJson(account, conversation, oneOf(c, conversation.webhooks), base(c)));
  });
  routes.post("/Conversations/:conversation/Webhooks/:sid", (c) => {
    const conversation = conversationOf(c);
    const hook = oneOf(c, conversation.webhooks);
    const changes = webhookSettings(c.get("params"));
    Object.assign(hook, changes, { dateUpdated: account.now() });
    return c.json(webhookJson(account, conversation, hook, base(c)));
  });
  routes.delete("/Conversations/:conversation/Webhooks/:sid", (c) => {
    const conversation = conversationOf(c);
    conversation.webhooks.splice(conversation.webhooks.indexOf(oneOf(c, conversation.webhooks)), 1);
    return c.body(null, 204);
  });

  routes.get("/ParticipantConversations", (c) => {
    const identity = c.get("params").text("Identity");
    const address = c.get("params").text("Address");
    if (!identity && !address) throw badRequest("One of Identity and Address is required");
    const memberships = conversations
      .all()
      .filter(({ state }) => state !== "closed")
      .flatMap((conversation) =>
        conversation.participants
          .filter((one) => (identity ? one.identity === identity : one.messagingBinding?.address === address))
          .map((participant) => ({ sid: participant.sid, participant, conversation })),
      );
    return c.json(
      pageOf(
        c,
        origin,
        "conversations",
        memberships,
        ({ conversation, participant }) => participantConversationJson(account, conversation, participant, base(c)),
        50,
      ),
    );
  });
  return routes;
}

/** Webhooks follow a REST call only when its header asks for them. */
function act(c: Context<Rest>): Act {
  return { source: BY_API, webhooks: c.req.header("X-Twilio-Webhook-Enabled") === "true" };
}

function pageItem<T>(
  render: (account: Account, conversation: Conversation, item: T, base: string) => unknown,
  account: Account,
  conversation: Conversation,
  base: string,
): (item: T) => unknown {
  return (item) => render(account, conversation, item, base);
}
