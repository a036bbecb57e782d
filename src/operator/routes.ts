import type { D1Database } from "@cloudflare/workers-types";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as v from "valibot";
import type { IngestReply } from "../conversation/events.ts";
import { type DeadLetterId, type DiscordUserId, SNOWFLAKE } from "../conversation/ids.ts";
import type { GatewayStatus } from "../discord/gateway/status.ts";
import { log } from "../log.ts";
import { type Clock, parseJson } from "../outside/call.ts";
import { deadLetterPage, readCursor } from "./dead-letter-page.ts";
import { problemsOf } from "./problems.ts";
import { operatorsOnly } from "./sign-in.ts";

/** The one Gateway shard, as far as an operator deals with it. */
export type OperatorsGateway = {
  describe(): Promise<GatewayStatus>;
  clearHalt(): Promise<void>;
};

export type OperatorOptions = {
  readonly signingSecret: string;
  readonly now: Clock;
  readonly db: D1Database;
  /** Asks the member's conversation to send a dead letter again; `request` is unique. */
  readonly retry: (member: DiscordUserId, letter: DeadLetterId, request: string) => Promise<IngestReply>;
  /** Anew for each use: a stub stays broken after a failed call. */
  readonly gateway: () => OperatorsGateway;
};

/** What became of the wish to send a dead letter again. */
type RetryResult = "sent-again" | "nothing-left";

const BODY_LIMIT = 16 * 1024;
const PAGE_SIZE = 200;

const Letter = v.object(
  {
    member: v.pipe(
      v.string("must be a text"),
      v.regex(SNOWFLAKE, "must be a Discord user id, 15 to 20 digits"),
      v.transform((id) => id as DiscordUserId),
    ),
    id: v.pipe(
      v.string("must be a text"),
      v.nonEmpty("must not be empty"),
      v.maxLength(300, "must have at most 300 characters"),
      v.transform((id) => id as DeadLetterId),
    ),
  },
  "is missing",
);

/** What an operator can do, below `/api/operator`. Nothing here shows what people wrote. */
export function operatorRoutes({ signingSecret, now, db, retry, gateway }: OperatorOptions): Hono {
  const app = new Hono().basePath("/api/operator");

  app.use("/*", operatorsOnly({ signingSecret, now }));

  app.get("/dead-letters", async (c) => {
    const cursor = c.req.query("after");
    const after = cursor === undefined ? null : readCursor(cursor);
    if (cursor !== undefined && !after) return c.json({ error: "after must be the `next` of an earlier answer" }, 400);
    const page = await deadLetterPage(db, after, PAGE_SIZE);
    log("info", "operator.listed", { total: page.total, shown: page.letters.length });
    return c.json(page);
  });

  const tooLarge = bodyLimit({ maxSize: BODY_LIMIT, onError: (c) => c.json({ error: "Body too large" }, 413) });
  app.post("/dead-letters/retry", tooLarge, async (c) => {
    const read = v.safeParse(Letter, parseJson(await c.req.text()));
    if (!read.success)
      return c.json({ error: problemsOf(read.issues, "the body must be JSON with member and id") }, 400);
    const { member, id } = read.output;
    const reply = await retry(member, id, crypto.randomUUID());
    const result: RetryResult = reply === "accepted" ? "sent-again" : "nothing-left";
    log("info", "operator.retried", { member, letter: id, result });
    return c.json({ result });
  });

  app.get("/gateway", async (c) => {
    const status = await gateway().describe();
    log("info", "operator.looked-at-gateway", { state: status.state });
    return c.json(status);
  });

  app.post("/gateway/resume", async (c) => {
    const shard = gateway();
    const { halted } = await shard.describe();
    await shard.clearHalt();
    const status = await shard.describe();
    log("info", "operator.resumed-gateway", { halted, state: status.state });
    return c.json(status);
  });

  for (const [path, allow] of [
    ["/dead-letters", "GET"],
    ["/dead-letters/retry", "POST"],
    ["/gateway", "GET"],
    ["/gateway/resume", "POST"],
  ] as const) {
    app.all(path, (c) => c.json({ error: "Method not allowed" }, 405, { allow }));
  }
  app.all("/*", (c) => c.json({ error: "Not found" }, 404));
  return app;
}
