import { REPLY } from "./assistant.ts";
import type { ObjectLife } from "./durable-object.ts";
import type { TwilioConversation } from "./far-conversations.ts";
import { type FlexTask, isLive } from "./far-flex.ts";
import { type Answer, type Call, type CallWatcher, type FarRequest, isBeside } from "./network.ts";
import type { World } from "./world.ts";

/** A broken promise. `about`: the member concerned; `subject`: what its trace should be searched for. */
export type Complaint = {
  readonly promise: string;
  readonly about: string | null;
  readonly subject: string | null;
  readonly what: string;
};

/** What the assistant's messages begin with; the greeting is said in any case. */
const ASSISTANTS = [
  "Does one of these help?",
  "I could not find anything",
  "Suggested article:",
  "This article is no longer",
  "Glad to hear that!",
  "I still could not find anything",
  "You're welcome!",
  "Goodbye!",
  REPLY,
];

/** Sees to the promises that hold at every moment. */
export class Watch implements CallWatcher {
  readonly complaints: Complaint[] = [];
  readonly #world: World;
  /** Until when Discord has told an instance to wait on a route, by that instance's clock. */
  readonly #limits = new WeakMap<ObjectLife, Map<string, number>>();

  constructor(world: World) {
    this.#world = world;
  }

  conversationMade(made: TwilioConversation): void {
    const open = this.#world.conversations.openOf(made.member);
    if (open.length < 2) return;
    const what = open.map(({ uniqueName }) => uniqueName).join(" and ");
    this.#complain("one Twilio Conversation is open at most", made.member, `${what} are open`, made.uniqueName);
  }

  taskMade(task: FlexTask): void {
    const { member } = task.channel.conversation;
    if (task.isTransfer) return;
    const others = this.#world.flex.tasks.filter(
      (other) => other !== task && isLive(other) && other.channel.conversation.member === member,
    );
    if (others.length === 0) return;
    const what = `${[...others, task].map(({ sid, status }) => `${sid.slice(-3)} ${status}`).join(" and ")} live`;
    this.#complain("one task is live at most, transfers aside", member, what, `task ${task.sid.slice(-3)}`);
  }

  callLeaves({ life, about, side, request, inFlight }: Call): void {
    if (inFlight > 1 && !isBeside(request)) {
      this.#complain(
        "each lane makes one call at a time",
        about,
        `${inFlight} calls to ${side}: ${request.path}`,
        null,
      );
    }
    const limitedUntil = this.#limits.get(life)?.get(routeOf(request)) ?? 0;
    if (limitedUntil > life.now()) {
      const what = `${request.path}, ${Math.round(limitedUntil - life.now())} ms too early`;
      this.#complain("a rate limit that Discord has told of is waited for", about, what, null);
    }
    if (about === null || side !== "discord" || request.method !== "POST" || life.isOver) return;
    const content = /"content":"([^"]{0,40})/.exec(request.body)?.[1] ?? "";
    if (!ASSISTANTS.some((words) => content.startsWith(words))) return;
    if (this.#world.bridge.stateOf(about)?.session?.owner.kind !== "agent") return;
    this.#complain("the assistant is silent while an agent owns the conversation", about, content, content);
  }

  answerComes({ life, side, request }: Call, { status, headers, body }: Answer): void {
    if (side !== "discord") return;
    const seconds = status === 429 ? /"retry_after":([0-9.]+)/.exec(body)?.[1] : headers?.["x-ratelimit-reset-after"];
    const limits = this.#limits.get(life) ?? new Map<string, number>();
    this.#limits.set(life, limits);
    if (status !== 429 && headers?.["x-ratelimit-remaining"] !== "0") {
      // Answers to calls that go beside each other may cross: the last word counts.
      if (headers?.["x-ratelimit-remaining"] && isBeside(request)) limits.delete(routeOf(request));
      return;
    }
    limits.set(routeOf(request), life.now() + Number(seconds ?? 0) * 1000);
  }

  /** The sweep is for objects whose alarm the runtime has lost: whatever else waits has set one. */
  sweepBegins(): void {
    for (const [member, { isForgotten, storage }] of this.#world.bridge.conversations) {
      if (!isForgotten || this.#world.bridge.stateOf(member) === null) continue;
      const [left] = storage.read<{ kind: string }>(
        "SELECT kind FROM deliveries WHERE status IN ('waiting', 'trying', 'unknown') LIMIT 1",
      );
      if (left) this.#complain("whatever waits is looked after by an alarm", member, left.kind, null);
    }
  }

  /** Something went wrong that nobody should see at all. */
  unexpected(promise: string, error: unknown): void {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#complain(promise, null, what, null);
  }

  #complain(promise: string, about: string | null, what: string, subject: string | null): void {
    this.#world.trace.add(about, `✗ ${promise}: ${what}`);
    this.complaints.push({ promise, about, what, subject });
  }
}

function routeOf({ method, url }: FarRequest): string {
  return `${method} ${url.pathname}`;
}
