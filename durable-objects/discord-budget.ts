import { DurableObject } from "cloudflare:workers";
import { createHash } from "node:crypto";
import { readConfig } from "../src/config.ts";
import {
  type BudgetReport,
  DEFAULT_REQUESTS_PER_SECOND,
  type LeaseAnswer,
  type LeaseRequest,
  type RequestBudget,
} from "../src/discord/budget.ts";
import { StoredBudget } from "../src/discord/budget-store.ts";
import { storageOf } from "./storage.ts";

/** The one object that shares out Discord's limits among all that call with the same bot token; see {@link StoredBudget}. */
export class DiscordBudget extends DurableObject<Env> {
  readonly #budget: StoredBudget;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const read = readConfig({ ...env });
    if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("; "));
    this.#budget = new StoredBudget({
      storage: storageOf(ctx),
      now: () => Date.now(),
      requestsPerSecond: read.config.DISCORD_REQUESTS_PER_SECOND ?? DEFAULT_REQUESTS_PER_SECOND,
      tokenMark: createHash("sha256").update(read.config.DISCORD_BOT_TOKEN).digest("hex"),
    });
  }

  /** Asks for leave to call Discord. */
  lease(request: LeaseRequest): LeaseAnswer {
    return this.#budget.lease(request);
  }

  /** Tells how a call ended, where others must know. */
  report(report: BudgetReport): void {
    this.#budget.report(report);
  }
}

/** The budget of the bot as other objects see it. A stub stays broken after a failed call, so each call has a new one. */
export function discordBudgetOf(env: Env): RequestBudget {
  const stub = () => env.DISCORD_BUDGET.getByName("bot");
  return { lease: async (request) => stub().lease(request), report: async (report) => stub().report(report) };
}
