import { createApp, GATEWAY_SHARD } from "./app.ts";
import { elevateBreached } from "./cases/breach-sweep.ts";
import { dispatchCase, sweepOutbox } from "./cases/outbox.ts";
import type { CaseId } from "./conversation/ids.ts";
import { forgetDeadLetters } from "./delivery/dead-letters.ts";
import { RETENTION_MS } from "./delivery/policy.ts";
import { leastRecentlySwept } from "./directory.ts";
import { deliverEvents, deliveryOptions } from "./events/deliver.ts";
import { forgetQuestions, QUESTION_RETENTION_MS } from "./knowledge/feedback.ts";
import { log } from "./log.ts";
import { messengersOf } from "./messengers.ts";

export { Conversation } from "../durable-objects/conversation.ts";
export { DiscordBudget } from "../durable-objects/discord-budget.ts";
export { GatewayShard } from "../durable-objects/gateway-shard.ts";

/** How many conversations one sweep looks after: a Worker on the free plan may make 50 calls. */
const SWEEP_SIZE = 40;
/** What was stored so long ago should have been told: whoever stored it is not at it any more. */
const TOLD_WITHIN_MS = 60_000;

let app: ReturnType<typeof createApp> | undefined;

export default {
  fetch(request, env, ctx) {
    if (!app) {
      app = createApp(env);
      // Locally nothing fires the cron: the first request of each isolate sees to the Gateway.
      ctx.waitUntil(connectGateway(env));
    }
    return app.fetch(request, env, ctx);
  },

  queue: (batch, env) => deliverEvents(batch, deliveryOptions(env)),

  /**
   * Every minute: the Gateway is connected, no open conversation sleeps although something is due, what is old goes, missed
   * targets of cases are noticed, and news of cases that nobody could be told are told.
   */
  async scheduled({ scheduledTime }, env) {
    await connectGateway(env);
    await sweep(env);
    await forget(env);
    if (new Date(scheduledTime).getUTCMinutes() === 0) await forgetAsked(env);
    await sweepCases(env);
  },
} satisfies ExportedHandler<Env>;

async function connectGateway(env: Env): Promise<void> {
  try {
    await env.GATEWAY.getByName(GATEWAY_SHARD).ensureConnected();
  } catch (error) {
    log("error", "gateway.unreachable", { reason: reasonOf(error) });
  }
}

async function sweep(env: Env): Promise<void> {
  try {
    const members = await leastRecentlySwept(env.DB, SWEEP_SIZE, Date.now());
    const woken = await Promise.allSettled(members.map((member) => env.CONVERSATION.getByName(member).wake()));
    const failed = woken.filter(({ status }) => status === "rejected").length;
    if (failed > 0) log("error", "sweep.failed", { failed, of: woken.length });
  } catch (error) {
    log("error", "sweep.failed", { reason: reasonOf(error) });
  }
}

/** Last, since it may make many calls: both parts end without an error when no more are allowed. */
async function sweepCases(env: Env): Promise<void> {
  const messengers = messengersOf(env);
  const tell = (id: CaseId) => dispatchCase(env.DB, id, messengers);
  await elevateBreached({ db: env.DB, now: () => Date.now(), tell });
  await sweepOutbox(env.DB, Date.now() - TOLD_WITHIN_MS, messengers);
}

/** Cheap where nothing is old: the entries are found by their age. */
async function forget(env: Env): Promise<void> {
  try {
    await forgetDeadLetters(env.DB, Date.now() - RETENTION_MS);
  } catch (error) {
    log("error", "dead-letters.not-forgotten", { reason: reasonOf(error) });
  }
}

/** Once an hour is soon enough. */
async function forgetAsked(env: Env): Promise<void> {
  try {
    await forgetQuestions(env.DB, Date.now() - QUESTION_RETENTION_MS);
  } catch (error) {
    log("error", "questions.not-forgotten", { reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown error";
}
