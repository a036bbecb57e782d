import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { Account, type Exchange, type Listener } from "./account.ts";
import { ActionLimit } from "./action-limit.ts";
import { Agent, type Desk, Supervisor } from "./agent.ts";
import { conversationRoutes } from "./conversation-routes.ts";
import { ALOUD, Conversations } from "./conversations.ts";
import type { Faults } from "./faults.ts";
import { flexTokenRoutes } from "./flex-tokens.ts";
import { interactionRoutes } from "./interaction-routes.ts";
import { Interactions } from "./interactions.ts";
import { mediaRoutes, temporaryMedia } from "./media.ts";
import type { Conversation, Interaction, Task } from "./model.ts";
import type { Rest } from "./rest.ts";
import { notServed, ownService, refuse, restGate } from "./server.ts";
import { Studio } from "./studio/studio.ts";
import { TaskRouter } from "./taskrouter.ts";
import { taskRouterRoutes } from "./taskrouter-routes.ts";
import { Webhooks } from "./webhooks.ts";

export type { Exchange, Happening, Listener, RestExchange, WebhookExchange } from "./account.ts";
export type { Agent, Chat, Supervisor } from "./agent.ts";
export type * from "./faults.ts";
export type { FlexTokenOptions } from "./flex-tokens.ts";
export type * from "./model.ts";
export type { Execution, Step } from "./studio/execution.ts";
export type { StudioFaults } from "./studio/faults.ts";
export type { Studio } from "./studio/studio.ts";

export type TwilioOptions = {
  /** Port on 127.0.0.1; any free one by default. */
  readonly port?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** The longest message body, in characters; default 1,600. */
  readonly maxBody?: number;
  /** Actions per second on one conversation before 429/50063; default 30, as at Twilio. */
  readonly actionsPerSecond?: number;
};

/** A Twilio account with a Flex project, on loopback. */
export interface TwilioStandIn {
  readonly url: string;
  /** `url` with the placeholder `{service}`, as the bridge's `TWILIO_API_URL` wants it. */
  readonly apiUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKeySid: string;
  readonly apiKeySecret: string;
  readonly chatServiceSid: string;
  readonly workspaceSid: string;
  readonly workflowSid: string;
  readonly flexInstanceSid: string;
  /** The task channel `chat`. */
  readonly taskChannelSid: string;
  /** The workspace's `EventCallbackUrl`. */
  taskEventsUrl: string | null;
  readonly agents: readonly Agent[];
  readonly conversations: ReadonlyMap<string, Conversation>;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly interactions: ReadonlyMap<string, Interaction>;
  /** Publishes and runs Studio flows. */
  readonly studio: Studio;
  readonly faults: Faults;
  /** All REST calls and webhooks so far, oldest first. */
  readonly log: Exchange[];

  /** A worker in Flex UI, available unless said otherwise. New tasks go to the first one available. */
  createAgent(options?: { readonly name?: string; readonly identity?: string; readonly available?: boolean }): Agent;
  /** Somebody joins the conversation without a task. */
  supervise(conversation: Conversation, name: string): Supervisor;
  closeConversation(sid: string, reason: "TIMER" | "API"): void;
  timeOutWorkflow(task: Task): void;
  cancelTask(task: Task, reason?: string): void;
  deleteTask(task: Task): void;

  subscribe(listener: Listener): () => void;
  /** Resolves with the first value of `probe` other than undefined, null and false; rejects naming `what` at the limit (10 s). */
  until<T>(probe: () => T | undefined | null | false, what: string, timeLimitMs?: number): Promise<T>;
  /** Resolves when all webhooks so far were sent, those held back by faults excepted. */
  webhooksSettled(): Promise<void>;
  /** Sends the webhooks that faults hold back. */
  releaseWebhooks(): void;
  close(): Promise<void>;
}

/** Starts the stand-in; each start is an account of its own. */
export async function startTwilio(options: TwilioOptions = {}): Promise<TwilioStandIn> {
  const account = new Account(options.now ?? Date.now);
  const webhooks = new Webhooks(account);
  const conversations = new Conversations(account, webhooks, options.maxBody ?? 1_600);
  const router = new TaskRouter(account, webhooks);
  const interactions = new Interactions(account, conversations, router, webhooks);
  const limit = new ActionLimit(options.actionsPerSecond ?? 30, account.now);
  const desk: Desk = { account, conversations, interactions, router };
  const studio = new Studio(desk);

  const app = new Hono<Rest>();
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  const url = await listen(server as Server, options.port ?? 0);
  mount(app, desk, limit, url);

  const agents: Agent[] = [];
  const conversationOf = (sid: string): Conversation => {
    const conversation = account.conversations.get(sid);
    if (conversation === undefined) throw new Error(`no conversation ${sid}`);
    return conversation;
  };

  return {
    url,
    apiUrl: `${url}/{service}`,
    accountSid: account.accountSid,
    authToken: account.authToken,
    apiKeySid: account.apiKeySid,
    apiKeySecret: account.apiKeySecret,
    chatServiceSid: account.chatServiceSid,
    workspaceSid: account.workspaceSid,
    workflowSid: account.workflowSid,
    flexInstanceSid: account.flexInstanceSid,
    taskChannelSid: router.taskChannelSid("chat"),
    get taskEventsUrl() {
      return account.taskEventsUrl;
    },
    set taskEventsUrl(callback) {
      account.taskEventsUrl = callback;
    },
    agents,
    conversations: account.conversations,
    tasks: account.tasks,
    interactions: account.interactions,
    studio,
    faults: account.faults,
    log: account.log,
    createAgent: ({ name = "Agent", identity, available = true } = {}) => {
      const number = account.workers.size === 0 ? "" : String(account.workers.size + 1);
      const worker = router.createWorker(name, identity ?? `agent${number}_40example_2Ecom`, available);
      const agent = new Agent(desk, worker);
      agents.push(agent);
      return agent;
    },
    supervise: (conversation, name) => {
      const identity = `supervisor${account.workers.size + 1}_40example_2Ecom`;
      return new Supervisor(desk, conversation, router.createWorker(name, identity, false));
    },
    closeConversation: (sid, reason) => conversations.setState(conversationOf(sid), "closed", reason, ALOUD),
    timeOutWorkflow: (task) => router.timeOutWorkflow(task),
    cancelTask: (task, reason) => router.cancel(task, reason ?? null),
    deleteTask: (task) => router.remove(task),
    subscribe: (listener) => account.subscribe(listener),
    until: (probe, what, timeLimitMs) => account.until(probe, what, timeLimitMs),
    webhooksSettled: () => account.settled(),
    releaseWebhooks: () => webhooks.release(),
    close: async () => {
      account.end();
      await account.settled();
      await closeServer(server as Server);
    },
  };
}

function mount(
  app: Hono<Rest>,
  { account, conversations, interactions, router }: Desk,
  limit: ActionLimit,
  url: string,
): void {
  app.route("/media", temporaryMedia(account));
  for (const service of ["conversations", "flex-api", "mcs.us1", "taskrouter", "iam"])
    app.use(`/${service}/*`, restGate(account));
  for (const service of ["conversations", "mcs.us1"])
    app.use(`/${service}/v1/Services/:service/*`, ownService(account));
  const conversationsV1 = conversationRoutes(account, conversations, limit, url);
  app.route("/conversations/v1", conversationsV1);
  app.route("/conversations/v1/Services/:service", conversationsV1);
  app.route("/flex-api/v1", interactionRoutes(account, conversations, interactions, url));
  app.route("/mcs.us1/v1/Services/:service", mediaRoutes(account, url));
  app.route("/iam/v1", flexTokenRoutes(account));
  app.route("/taskrouter/v1", taskRouterRoutes(account, router, url));
  app.notFound(notServed);
  app.onError(refuse);
}

async function listen(server: Server, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, "127.0.0.1", resolve);
  await promise;
  const { port: actual } = server.address() as AddressInfo;
  return `http://127.0.0.1:${actual}`;
}

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}
