import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import twilio from "twilio";
import type { TwilioStandIn } from "../../playground/twilio/index.ts";

/** Twilio's own client, pointed at the stand-in. */
export function clientOf(standIn: TwilioStandIn): twilio.Twilio {
  const client = twilio(standIn.apiKeySid, standIn.apiKeySecret, { accountSid: standIn.accountSid });
  client.conversations.baseUrl = `${standIn.url}/conversations`;
  client.flexApi.baseUrl = `${standIn.url}/flex-api`;
  client.taskrouter.baseUrl = `${standIn.url}/taskrouter`;
  return client;
}

export type Received = {
  /** Path and query as they arrived. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly params: Readonly<Record<string, string>>;
};

export type Receiver = {
  readonly url: string;
  readonly received: Received[];
  /** The answer's status; 204 at first. */
  status: number;
  /** The values of one field in order of arrival. */
  field(name: string): (string | undefined)[];
  /** What arrived, with Twilio's own check of the signature. */
  genuine(received: Received, authToken: string): boolean;
  close(): Promise<void>;
};

/** A web server that takes webhooks. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const params = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    received.push({ path: request.url ?? "", headers: request.headers, params });
    response.writeHead(receiver.status).end();
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const receiver: Receiver = {
    url,
    received,
    status: 204,
    field: (name) => received.map(({ params }) => params[name]),
    genuine: ({ path, headers, params }, authToken) =>
      twilio.validateRequest(authToken, String(headers["x-twilio-signature"]), url + path, params),
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
  return receiver;
}

/** A conversation with the member in it, as the bridge would set one up, and an interaction on it. */
export async function openInteraction(standIn: TwilioStandIn, attributes: Record<string, unknown> = {}) {
  const client = clientOf(standIn);
  const conversation = await client.conversations.v1.conversations.create({});
  await client.conversations.v1.conversations(conversation.sid).participants.create({ identity: "member_1" });
  const interaction = await client.flexApi.v1.interaction.create(interactionOn(standIn, conversation.sid, attributes));
  return {
    client,
    conversation: client.conversations.v1.conversations(conversation.sid),
    sid: conversation.sid,
    interaction,
  };
}

export function interactionOn(
  standIn: TwilioStandIn,
  conversationSid: string,
  attributes: Record<string, unknown> = {},
) {
  return {
    channel: {
      type: "web",
      initiated_by: "customer",
      properties: { media_channel_sid: conversationSid },
      participants: [{ identity: "member_1" }],
    },
    routing: {
      properties: {
        workspace_sid: standIn.workspaceSid,
        workflow_sid: standIn.workflowSid,
        task_channel_unique_name: "chat",
        attributes,
      },
    },
  };
}
