import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { api } from "./api/api.ts";
import { apiOptions } from "./api/options.ts";
import { type Config, type ConfigProblem, readConfig } from "./config.ts";
import type { GatewayStatus } from "./discord/gateway/status.ts";
import { discordInteractions, type Ingest } from "./discord/interactions.ts";
import { helpPages } from "./help/routes.ts";
import { knowledgeApi } from "./knowledge/routes.ts";
import { log } from "./log.ts";
import { operatorRoutes } from "./operator/routes.ts";
import { twilioWebhooks } from "./twilio/webhooks.ts";

/** The Worker's HTTP side. Routes and answers are those of the contract in `docs/architecture.md`. */
export function createApp(env: Env): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  // For what a browser may open. Discord and Twilio, who call the most, have no use for them.
  for (const path of ["/health", "/desk/*", "/api/*"]) app.use(path, secureHeaders());
  app.notFound((c) => c.json({ error: "Not found" }, 404));
  app.onError((error, c) => {
    log("error", "http.failed", { method: c.req.method, path: c.req.routePath, reason: error.message });
    return c.json({ error: "Internal error" }, 500);
  });

  const read = readConfig({ ...env });
  app.get("/health", async (c) => {
    const health = read.ok ? await healthOf(env) : unhealthy(read.problems);
    return c.json(health, health.status === "ok" ? 200 : 503);
  });
  app.all("/health", (c) => c.json({ error: "Method not allowed" }, 405, { Allow: "GET" }));

  if (read.ok) mount(app, env, read.config);

  // The desk and its API are for agents who have proven who they are; there is no way in yet.
  app.all("/desk/*", (c) => c.json({ error: "Sign in first" }, 401));
  app.all("/api/*", (c) => c.json({ error: "Sign in first" }, 401));

  if (!read.ok) {
    const problems = read.problems.map(({ message }) => message);
    app.all("/*", (c) => c.json({ error: "Not configured", problems }, 503));
  }
  return app;
}

function mount(app: Hono<{ Bindings: Env }>, env: Env, config: Config): void {
  const now = () => Date.now();
  const ingest: Ingest = async (member, event) => env.CONVERSATION.getByName(member).ingest(event);
  app.route("/", discordInteractions({ publicKey: config.DISCORD_PUBLIC_KEY, now, ingest }));
  app.route("/", twilioWebhooks({ config, now, ingest }));
  app.route("/", helpPages({ db: env.DB, publicUrl: config.PUBLIC_URL }));
  const operators = { signingSecret: config.SIGNING_SECRET, now, db: env.DB };
  app.route("/", api(apiOptions(env, config)));
  app.route("/", knowledgeApi(operators));
  app.route(
    "/",
    operatorRoutes({
      ...operators,
      retry: async (member, letter, request) => env.CONVERSATION.getByName(member).retry(letter, request),
      gateway: () => env.GATEWAY.getByName(GATEWAY_SHARD),
    }),
  );
}

type Health = {
  status: "ok" | "degraded";
  gateway: GatewayStatus["state"] | "unknown";
  missing: string[];
  invalid: string[];
};

async function healthOf(env: Env): Promise<Health> {
  try {
    const { state } = await env.GATEWAY.getByName(GATEWAY_SHARD).describe();
    return { status: state === "ready" ? "ok" : "degraded", gateway: state, missing: [], invalid: [] };
  } catch {
    return { status: "degraded", gateway: "unknown", missing: [], invalid: [] };
  }
}

function unhealthy(problems: readonly ConfigProblem[]): Health {
  return {
    status: "degraded",
    gateway: "unknown",
    missing: problems.filter(({ unset }) => unset).map(({ name }) => name),
    invalid: problems.filter(({ unset }) => !unset).map(({ name }) => name),
  };
}

/** The one shard that gets direct messages; Discord sends them to shard 0 only. */
export const GATEWAY_SHARD = "0";
