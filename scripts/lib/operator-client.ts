import * as v from "valibot";
import { operatorToken } from "../../src/operator/token.ts";
import { CALL_LIMIT_MS, type Clock, callOutside, type Fetch, parseJson } from "../../src/outside/call.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Milliseconds since 1970, as far as a date goes. */
const time = v.pipe(count, v.maxValue(8.64e15));

const DeadLetterSchema = v.object({
  member: v.string(),
  id: v.string(),
  direction: v.picklist(["to-agents", "to-member"]),
  outcome: v.picklist(["failed", "undecided", "unprocessable"]),
  reason: v.string(),
  at: time,
});
const PageSchema = v.object({ total: count, letters: v.array(DeadLetterSchema), next: v.nullable(v.string()) });
const RetrySchema = v.object({ result: v.picklist(["sent-again", "nothing-left"]) });
const GatewaySchema = v.object({
  state: v.string(),
  since: time,
  cause: v.string(),
  lastAcknowledgedAt: v.nullable(time),
  identifiesIn24h: count,
  identifiesRemaining: v.nullable(v.number()),
  lag: count,
  parked: count,
  halted: v.nullable(v.string()),
});
const slugs = v.array(v.string());
const QuestionSchema = v.object({
  id: v.string(),
  locale: v.string(),
  text: v.string(),
  answer: v.picklist(["suggestions", "nothing", "reply"]),
  shown: slugs,
  opened: slugs,
  helped: slugs,
  notHelped: slugs,
  personAsked: v.boolean(),
  at: time,
});
const QuestionPageSchema = v.object({ questions: v.array(QuestionSchema), next: v.nullable(v.string()) });
const SettledSchema = v.object({ outcome: v.object({ kind: v.literal("dismissed") }) });
const RefusalSchema = v.object({ error: v.string(), problems: v.optional(v.array(v.string()), []) });

/** A message that did not, or may not have, reached the other side, as the Worker tells of it. */
export type DeadLetter = v.InferOutput<typeof DeadLetterSchema>;
export type RetryResult = v.InferOutput<typeof RetrySchema>["result"];
export type Gateway = v.InferOutput<typeof GatewaySchema>;
/** A member's question, as the Worker tells of it. */
export type Question = v.InferOutput<typeof QuestionSchema>;

/** What the Worker could not be brought to do, in words for the operator: what is wrong and what to do. */
export class OperatorError extends Error {}

/** The Worker's routes for operators. Everything rejects with {@link OperatorError}. */
export class OperatorClient {
  readonly #url: string;
  readonly #signingSecret: string;
  readonly #fetch: Fetch;
  readonly #now: Clock;

  /** `url` is that of the Worker, without a slash at its end. */
  constructor({ url, signingSecret, fetch, now }: { url: string; signingSecret: string; fetch: Fetch; now: Clock }) {
    this.#url = url;
    this.#signingSecret = signingSecret;
    this.#fetch = fetch;
    this.#now = now;
  }

  /** The oldest dead letters that stand (at most 200), or those behind `after`, the `next` of an earlier answer. */
  deadLetters(after: string | null = null): Promise<v.InferOutput<typeof PageSchema>> {
    const query = after === null ? "" : `?${new URLSearchParams({ after })}`;
    return this.call(PageSchema, "GET", `operator/dead-letters${query}`);
  }

  /** All that stand, each once, oldest first: also one that is sent again meanwhile, and fails again. */
  async *allDeadLetters(): AsyncGenerator<DeadLetter> {
    const seen = new Set<string>();
    for (let after: string | null = null; ; ) {
      const { letters, next } = await this.deadLetters(after);
      for (const letter of letters) {
        const name = `${letter.member} ${letter.id}`;
        if (seen.has(name)) continue;
        seen.add(name);
        yield letter;
      }
      if (next === null || next === after) return;
      after = next;
    }
  }

  async retry({ member, id }: Pick<DeadLetter, "member" | "id">): Promise<RetryResult> {
    return (await this.call(RetrySchema, "POST", "operator/dead-letters/retry", { member, id })).result;
  }

  gateway(): Promise<Gateway> {
    return this.call(GatewaySchema, "GET", "operator/gateway");
  }

  /** Ends a halt; answers how the connection does now. */
  resumeGateway(): Promise<Gateway> {
    return this.call(GatewaySchema, "POST", "operator/gateway/resume");
  }

  /** The newest members' questions (at most 50) that an article is missing for, or that an article helped with. */
  questions(state: "unanswered" | "helped"): Promise<v.InferOutput<typeof QuestionPageSchema>> {
    return this.call(QuestionPageSchema, "GET", `knowledge/questions?${new URLSearchParams({ state })}`);
  }

  /** Takes a question off its list. */
  async dismissQuestion(id: string): Promise<void> {
    await this.call(SettledSchema, "POST", `knowledge/questions/${encodeURIComponent(id)}/dismiss`);
  }

  /** Calls a route below `/api/` and reads its answer, which is null where there is none. */
  async call<Schema extends v.GenericSchema>(
    schema: Schema,
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    body?: object,
  ): Promise<v.InferOutput<Schema>> {
    // A token for each call: a long list takes longer than one lasts.
    const token = await operatorToken(this.#signingSecret, this.#now());
    const init: RequestInit = {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    };
    const answer = await callOutside(this.#fetch, `${this.#url}/api/${path}`, init, CALL_LIMIT_MS);
    if (answer.kind === "unknown") {
      throw new OperatorError(
        `${this.#url} cannot be reached: ${answer.reason}. Check PUBLIC_URL, or give another address with --url.`,
      );
    }
    const json = answer.status === 204 ? null : parseJson(answer.body);
    if (answer.status < 200 || answer.status > 299) throw new OperatorError(this.#explain(answer.status, json));
    const read = v.safeParse(schema, json);
    if (!read.success) throw new OperatorError(`${this.#url} did not answer as Flexcord does. ${CHECK_ADDRESS}`);
    return read.output;
  }

  #explain(status: number, json: unknown): string {
    const refusal = v.safeParse(RefusalSchema, json);
    const said = refusal.success ? `: ${[refusal.output.error, ...refusal.output.problems].join("; ")}` : "";
    if (status === 401) {
      return (
        `${this.#url} did not accept the signature (HTTP 401). SIGNING_SECRET must be that Worker's, its configuration ` +
        "complete (see its /health), and this machine's clock right."
      );
    }
    const isOurs = refusal.success && refusal.output.error !== "Not found";
    if ((status === 404 && !isOurs) || (status >= 300 && status < 400)) {
      return `${this.#url} knows no such route (HTTP ${status}). ${CHECK_ADDRESS}`;
    }
    if (status >= 500) return `The Worker failed (HTTP ${status})${said}. Its log says why: npx wrangler tail.`;
    return `The Worker refused (HTTP ${status})${said}.`;
  }
}

const CHECK_ADDRESS = "Check the address, and that this version is deployed there.";
