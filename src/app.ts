import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { api } from "./api/api.ts";
import { apiOptions } from "./api/options.ts";
import { CaseBook } from "./cases/case-book.ts";
import { dispatchCase } from "./cases/outbox.ts";
import { type TranscriptLine, transcriptOf } from "./cases/transcripts.ts";
import { type Config, type ConfigProblem, readConfig } from "./config.ts";
import { type CaseId, memberOfSession, type SessionId } from "./conversation/ids.ts";
import { deskEntry } from "./desk/entry.ts";
import { deskHeaders } from "./desk/entry-headers.ts";
import { deskFiles } from "./desk/files.ts";
import { deskPages } from "./desk/routes.ts";
import { deskDoor } from "./desk/session-door.ts";
import type { GatewayStatus } from "./discord/gateway/status.ts";
import { discordInteractions, type Ingest } from "./discord/interactions.ts";
import { helpPages } from "./help/routes.ts";
import { knowledgeApi } from "./knowledge/routes.ts";
import { log } from "./log.ts";
import { messengersOf } from "./messengers.ts";
import { operatorRoutes } from "./operator/routes.ts";
import { fetchWithin } from "./outside/call.ts";
import { twilioWebhooks } from "./twilio/webhooks.ts";

/** The Worker's HTTP side. Routes and answers are those of the contract in `docs/architecture.md`. */
export function createApp(env: Env): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  // For what a browser may open. Discord and Twilio, who call the most, have no use for them.
  for (const path of ["/health", "/api/*"]) app.use(path, secureHeaders());
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

  // For those who have proven who they are, and nobody can while the configuration is wrong.
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
  app.route(
    "/",
    discordInteractions({
      publicKey: config.DISCORD_PUBLIC_KEY,
      now,
      ingest,
      db: env.DB,
      dispatch: (id) => dispatchCase(env.DB, id, messengersOf(env)),
    }),
  );
  app.route("/", twilioWebhooks({ config, now, ingest }));
  app.route("/", helpPages({ db: env.DB, publicUrl: config.PUBLIC_URL }));
  const desk = { config, db: env.DB, now, fetch: fetchWithin };
  app.use("/desk/*", deskHeaders(config));
  // In front of the door: whoever has only the pass of one case is nobody at any other address, yet reads its page.
  app.route("/desk", deskFiles());
  app.route("/", deskDoor(desk));
  app.use("/desk/*", deskEntry(desk));
  app.route("/desk", deskOf(env, config));
  const operators = { signingSecret: config.SIGNING_SECRET, now, db: env.DB };
  app.route("/", api(apiOptions(env, config, transcripts(env))));
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

/** What was said in a session. A conversation forgets what has ended long ago; then what was kept of it is all that is known. */
function transcripts(env: Env): (session: SessionId) => Promise<readonly TranscriptLine[]> {
  return async (session) => {
    const lines = await env.CONVERSATION.getByName(memberOfSession(session)).transcript(session);
    return lines.length > 0 ? lines : ((await transcriptOf(env.DB, session)) ?? []);
  };
}

function deskOf(env: Env, config: Config) {
  const now = () => Date.now();
  const conversationOf = (session: SessionId) => env.CONVERSATION.getByName(memberOfSession(session));
  return deskPages({
    db: env.DB,
    now,
    book: (c) => {
      const changed = (id: CaseId) => c.executionCtx.waitUntil(dispatchCase(env.DB, id, messengersOf(env)));
      return new CaseBook({ db: env.DB, now, changed });
    },
    publicUrl: config.PUBLIC_URL,
    frameAncestors: config.DESK_FRAME_ANCESTORS ?? [],
    queue: env.EVENTS,
    transcript: transcripts(env),
    live: async (session, request) => conversationOf(session).fetch(new Request(`https://live/${session}`, request)),
  });
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
