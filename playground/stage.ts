import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { D1Database } from "@cloudflare/workers-types";
import { prepareLocalDatabase, type RunningWorker, startWorker } from "../scripts/lib/dev-server.ts";
import { openLocalDatabase } from "../scripts/lib/local-database.ts";
import { registerCommands } from "../scripts/register-commands.ts";
import { filledInFlow } from "../scripts/studio-flow.ts";
import { type DiscordOptions, type DiscordStandIn, startDiscord } from "./discord/index.ts";
import { startTwilio, type TwilioOptions, type TwilioStandIn } from "./twilio/index.ts";

/** The Worker under `wrangler dev` between a Discord and a Twilio, all on 127.0.0.1 and all real HTTP and WebSocket. */
export interface Stage {
  readonly discord: DiscordStandIn;
  readonly twilio: TwilioStandIn;
  readonly worker: RunningWorker;
  /** Kills the Worker as a crash would, and starts it again on the same storage and port. */
  crashAndRestart(): Promise<void>;
  close(): Promise<void>;
}

export type Routing = "bridge" | "studio";

export type StageOptions = {
  readonly discord?: DiscordOptions;
  readonly twilio?: TwilioOptions;
  /** Who decides what a member's message leads to: the bridge (default), or the shipped Studio flow. */
  readonly routing?: Routing;
  /** Replaces variables of the Worker; undefined removes one. */
  readonly vars?: Readonly<Record<string, string | undefined>>;
  /** Whether to wait until the Gateway is connected; default true. */
  readonly waitForGateway?: boolean;
  /** Fills the Worker's database before it starts. */
  readonly prepare?: (db: D1Database) => Promise<void>;
};

/** Starts everything, registers the commands and waits for the Gateway. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const [discord, twilio, port, persistTo] = await Promise.all([
    startDiscord(options.discord),
    startTwilio(options.twilio),
    freePort(),
    mkdtemp(join(tmpdir(), "flexcord-stage-")),
  ]);
  const ownVariables = variablesFor(discord, twilio, port);
  const studioVariables = options.routing === "studio" ? await publishFlow(twilio, ownVariables) : {};
  const variables = { ...ownVariables, ...studioVariables, ...options.vars };
  const vars = Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => !!entry[1]));
  const start = () => startWorker({ port, persistTo, vars });

  await prepareLocalDatabase({ persistTo });
  if (options.prepare) await inDatabase(persistTo, options.prepare);
  let worker = await start();
  const close = async () => {
    await worker.stop();
    await Promise.all([discord.close(), twilio.close()]);
    await rm(persistTo, { recursive: true, force: true });
  };
  const connect = async () => {
    const connections = connectionsOf(discord);
    // Each isolate's first request sees to the Gateway.
    await fetch(`${worker.url}/health`);
    if (options.waitForGateway ?? true) {
      await discord.until(() => isReady(discord, connections), "Gateway session of the Worker", 30_000);
    }
  };
  try {
    discord.interactionsUrl = `${worker.url}/discord/interactions`;
    twilio.taskEventsUrl = `${worker.url}/twilio/task-events`;
    await register(vars);
    await connect();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    discord,
    twilio,
    get worker() {
      return worker;
    },
    crashAndRestart: async () => {
      worker.kill();
      await worker.ended;
      worker = await start();
      await connect();
    },
    close,
  };
}

async function inDatabase(persistTo: string, work: (db: D1Database) => Promise<void>): Promise<void> {
  const { db, close } = await openLocalDatabase(persistTo);
  try {
    await work(db);
  } finally {
    await close();
  }
}

function variablesFor(discord: DiscordStandIn, twilio: TwilioStandIn, port: number) {
  return {
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DISCORD_APPLICATION_ID: discord.applicationId,
    DISCORD_PUBLIC_KEY: discord.publicKey,
    DISCORD_BOT_TOKEN: discord.botToken,
    DISCORD_API_URL: discord.apiUrl,
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_API_KEY_SID: twilio.apiKeySid,
    TWILIO_API_KEY_SECRET: twilio.apiKeySecret,
    TWILIO_API_URL: twilio.apiUrl,
    TWILIO_CHAT_SERVICE_SID: twilio.chatServiceSid,
    TWILIO_WORKSPACE_SID: twilio.workspaceSid,
    TWILIO_WORKFLOW_SID: twilio.workflowSid,
    SIGNING_SECRET: "a-secret-for-the-stand-ins-only-0123456789",
  };
}

/** Publishes the shipped flow as an operator would; returns the variables that turn Studio routing on. */
async function publishFlow(
  twilio: TwilioStandIn,
  variables: { readonly PUBLIC_URL: string; readonly TWILIO_WORKFLOW_SID: string },
): Promise<Record<string, string>> {
  const password = { STUDIO_PASSWORD: "a password: for the stand-ins only" };
  const flow = await filledInFlow({ ...variables, ...password, taskChannelSid: twilio.taskChannelSid });
  return { ...password, TWILIO_STUDIO_FLOW_SID: twilio.studio.publish(flow) };
}

async function register(variables: Readonly<Record<string, string>>): Promise<void> {
  const complaints: string[] = [];
  const code = await registerCommands([], {
    fetch,
    now: Date.now,
    variables: async () => variables,
    print: () => undefined,
    complain: (line) => complaints.push(line),
  });
  if (code !== 0) throw new Error(`the commands could not be registered: ${complaints.join("; ")}`);
}

function connectionsOf(discord: DiscordStandIn): number {
  return discord.log.filter((entry) => entry.kind === "connection" && entry.what === "opened").length;
}

/** Whether a connection after the first `n` has got READY or RESUMED. */
function isReady(discord: DiscordStandIn, n: number): boolean {
  return discord.log.some((entry) => {
    if (entry.kind !== "gateway" || entry.direction !== "out" || entry.connection <= n) return false;
    const { t } = entry.frame as { t?: string };
    return t === "READY" || t === "RESUMED";
  });
}

/** A port that is free now. `PUBLIC_URL` has to be known before the Worker starts. */
async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
