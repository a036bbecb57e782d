import type { Bundle } from "./bundle.ts";
import { dmOf, type FarDiscord, startFarDiscord } from "./far/discord.ts";
import { type FarTwilio, sid, startFarTwilio } from "./far/twilio.ts";
import { Client } from "./load/client.ts";
import { agentMessage, CHAT_SERVICE, memberOf } from "./load/payloads.ts";
import { DiscordSigner, TwilioSigner } from "./load/signed.ts";
import { numbered, type Talk } from "./talk.ts";
import { startWorkerd, type Workerd } from "./workerd.ts";

const PUBLIC_URL = "https://floor.example";
const AUTH_TOKEN = "auth-token-of-the-benchmark";

/** The floor of acknowledging. */
export type AcknowledgeFloor = {
  readonly workerd: Workerd;
  /** From the start of the process. */
  readonly firstAnswerMs: number;
  readonly client: Client;
  readonly signer: DiscordSigner;
  stop(): Promise<void>;
};

export async function startAcknowledgeFloor(folder: string, bundle: Bundle): Promise<AcknowledgeFloor> {
  const signer = new DiscordSigner();
  const variables = { DISCORD_PUBLIC_KEY: signer.publicKey };
  const workerd = await startWorkerd(folder, { bundle, objects: { INBOX: "Inbox" }, variables, database: null });
  const client = new Client(workerd.url);
  await client.answers();
  const firstAnswerMs = performance.now() - workerd.startedAt;
  const stop = () => {
    client.close();
    return workerd.stop();
  };
  return { workerd, firstAnswerMs, client, signer, stop };
}

/** The floor of relaying. Both ways in are its webhook. */
export type RelayFloor = {
  readonly workerd: Workerd;
  readonly discord: FarDiscord;
  readonly twilio: FarTwilio;
  openTalks(count: number): Talk[];
  stop(): Promise<void>;
};

export async function startRelayFloor(folder: string, bundle: Bundle): Promise<RelayFloor> {
  const [discord, twilio] = await Promise.all([startFarDiscord(), startFarTwilio()]);
  const forms = new TwilioSigner(PUBLIC_URL, AUTH_TOKEN);
  const variables = {
    PUBLIC_URL,
    TWILIO_AUTH_TOKEN: AUTH_TOKEN,
    TWILIO_BASIC_CREDENTIALS: btoa("api-key:api-key-secret-of-the-benchmark"),
    TWILIO_SERVICE_URL: `${twilio.apiUrl.replace("{service}", "conversations")}/v1/Services/${CHAT_SERVICE}`,
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_BOT_TOKEN: "bot-token-of-the-benchmark",
  };
  const workerd = await startWorkerd(folder, { bundle, objects: { RELAY: "Relay" }, variables, database: null });
  const client = new Client(workerd.url);

  let conversations = 0;
  function openTalk(): Talk {
    const conversation = conversations++;
    const member = memberOf(conversation);
    const twilioConversation = sid("CH");
    let index = 0;
    const send = (path: string) => (text: string) =>
      client.post(forms.prepare(path, agentMessage({ conversation: twilioConversation, index: index++ }, text)));
    return {
      member,
      toTwilio: numbered(twilio.toAgents, conversation, send(`/to/twilio/${twilioConversation}`)),
      toDiscord: numbered(discord.toMembers, conversation, send(`/to/discord/${dmOf(member)}`)),
    };
  }

  return {
    workerd,
    discord,
    twilio,
    openTalks: (count) => Array.from({ length: count }, openTalk),
    stop: async () => {
      client.close();
      await workerd.stop();
      discord.close();
      twilio.close();
    },
  };
}
