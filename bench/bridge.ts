import { type Bundle, durableObjects } from "./bundle.ts";
import { dmOf, type FarDiscord, startFarDiscord } from "./far/discord.ts";
import { type FarTwilio, startFarTwilio } from "./far/twilio.ts";
import { Client } from "./load/client.ts";
import {
  ACCOUNT,
  APPLICATION,
  agentMessage,
  CHAT_SERVICE,
  directMessage,
  memberOf,
  reservationAccepted,
  WORKSPACE,
} from "./load/payloads.ts";
import { DiscordSigner, TwilioSigner } from "./load/signed.ts";
import { numbered, type Talk } from "./talk.ts";
import { startWorkerd, type Workerd } from "./workerd.ts";

const PUBLIC_URL = "https://flexcord.example";
const AUTH_TOKEN = "auth-token-of-the-benchmark";
/** How many conversations are opened side by side. */
const OPENED_AT_ONCE = 16;
const OPENING_LIMIT_MS = 60_000;

/** The Worker itself between its two far sides, with the Gateway connected. */
export type Bridge = {
  readonly workerd: Workerd;
  /** From the start of the process. */
  readonly firstAnswerMs: number;
  readonly client: Client;
  readonly discord: FarDiscord;
  readonly twilio: FarTwilio;
  readonly signer: DiscordSigner;
  /** Opens conversations in which an agent has joined. */
  openTalks(count: number): Promise<Talk[]>;
  /** A number for a conversation that nobody else has. */
  newConversation(): number;
  stop(): Promise<void>;
};

export type BridgeParts = {
  /** For the config and the data. */
  readonly folder: string;
  readonly worker: Bundle;
  readonly database: { readonly bundle: Bundle; readonly migrations: string };
};

export async function startBridge({ folder, worker, database }: BridgeParts): Promise<Bridge> {
  const [discord, twilio] = await Promise.all([startFarDiscord(), startFarTwilio()]);
  const signer = new DiscordSigner();
  const forms = new TwilioSigner(PUBLIC_URL, AUTH_TOKEN);
  const variables = variablesFor(discord, twilio, signer);
  const workerd = await startWorkerd(folder, { bundle: worker, objects: durableObjects(), variables, database });
  const client = new Client(workerd.url);
  await client.answers();
  const firstAnswerMs = performance.now() - workerd.startedAt;

  const waiting = new Map<string, () => void>();
  const told = (key: string) => new Promise<void>((resolve) => waiting.set(key, resolve));
  discord.onMessage = (channel, content) => {
    if (content.includes("has joined")) waiting.get(`joined/${channel}`)?.();
  };
  const tasks = new Map<string, { sid: string; attributes: string }>();
  twilio.onTask = (task) => {
    const { memberId } = JSON.parse(task.attributes) as { memberId: string };
    tasks.set(memberId, task);
    waiting.get(`task/${memberId}`)?.();
  };

  async function openTalk(conversation: number): Promise<Talk> {
    const member = memberOf(conversation);
    const [asked, joined] = [told(`task/${member}`), told(`joined/${dmOf(member)}`)];
    discord.gateway.dispatch("MESSAGE_CREATE", directMessage(conversation, "live agent"));
    await inTime(asked, "a hand-over");
    const task = tasks.get(member);
    if (task === undefined) throw new Error("a task without attributes");
    await client.post(forms.prepare("/twilio/task-events", reservationAccepted(task)));
    await inTime(joined, "an agent's joining");
    return {
      member,
      toTwilio: numbered(twilio.toAgents, conversation, async (text) => {
        discord.gateway.dispatch("MESSAGE_CREATE", directMessage(conversation, text));
      }),
      toDiscord: numbered(discord.toMembers, conversation, (text) => {
        const form = agentMessage(twilio.nextIndex(member), text);
        return client.post(forms.prepare(`/twilio/forward-to-discord/${member}`, form));
      }),
    };
  }

  async function inTime(awaited: Promise<void>, what: string): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const explain = () => reject(new Error([`${what} takes too long; workerd says:`, ...workerd.output].join("\n")));
    const timer = setTimeout(explain, OPENING_LIMIT_MS);
    await Promise.race([awaited, late]).finally(() => clearTimeout(timer));
  }

  let conversations = 0;
  const bridge: Bridge = {
    workerd,
    firstAnswerMs,
    client,
    discord,
    twilio,
    signer,
    newConversation: () => conversations++,
    openTalks: async (count) => {
      const talks: Talk[] = [];
      while (talks.length < count) {
        const size = Math.min(OPENED_AT_ONCE, count - talks.length);
        talks.push(...(await Promise.all(Array.from({ length: size }, () => openTalk(bridge.newConversation())))));
      }
      return talks;
    },
    stop: async () => {
      client.close();
      await workerd.stop();
      discord.close();
      twilio.close();
    },
  };
  // The first request of an isolate has the Gateway connected.
  await inTime(discord.gateway.ready, "the Gateway's session");
  return bridge;
}

function variablesFor(discord: FarDiscord, twilio: FarTwilio, signer: DiscordSigner): Record<string, string> {
  return {
    PUBLIC_URL,
    DISCORD_APPLICATION_ID: APPLICATION,
    DISCORD_PUBLIC_KEY: signer.publicKey,
    DISCORD_BOT_TOKEN: "bot-token-of-the-benchmark",
    DISCORD_API_URL: discord.apiUrl,
    // Far above what is measured: this is not a benchmark of waiting.
    DISCORD_REQUESTS_PER_SECOND: "100000",
    TWILIO_ACCOUNT_SID: ACCOUNT,
    TWILIO_AUTH_TOKEN: AUTH_TOKEN,
    TWILIO_API_KEY_SID: `SK${"1".repeat(32)}`,
    TWILIO_API_KEY_SECRET: "api-key-secret-of-the-benchmark",
    TWILIO_API_URL: twilio.apiUrl,
    TWILIO_CHAT_SERVICE_SID: CHAT_SERVICE,
    TWILIO_WORKSPACE_SID: WORKSPACE,
    TWILIO_WORKFLOW_SID: `WW${"1".repeat(32)}`,
    SIGNING_SECRET: "signing-secret-of-the-benchmark-0123456789",
  };
}
