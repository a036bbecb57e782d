import { CALL_LIMIT_MS, type Fetch } from "../../src/outside/call.ts";
import type { ObjectLife } from "./durable-object.ts";
import type { CallFault, Faults, Side } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";

/** A request as the far side gets it. */
export type FarRequest = {
  readonly method: string;
  /** Below the API's base, with its query. */
  readonly path: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
};

/** What the far side answers. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
};

/** One of the two companies, seen from the network. */
export interface FarSide {
  readonly side: Side;
  isDown: boolean;
  handle(request: FarRequest): Answer;
  /** An answer that says: too many requests. */
  tooMany(): Answer;
  /** An answer that says: never. Null where there is no such answer to this request. */
  refusal(request: FarRequest): Answer | null;
  fails(): Answer;
}

/** A call of an instance. */
export type Call = {
  readonly life: ObjectLife;
  readonly about: string | null;
  readonly side: Side;
  readonly request: FarRequest;
  /** How many calls of its lane are under way, itself included. */
  readonly inFlight: number;
};

/** Who sees each call before it leaves, and each answer when it comes. */
export interface CallWatcher {
  callLeaves(call: Call): void;
  answerComes(call: Call, answer: Answer): void;
}

/** How long after its time limit a call may still take effect: what may come later is documented as not promised. */
const LATE_COMMIT_MS = 5_000;
/** Flex makes the task of an Interaction a moment later; that moment counts as well. */
const MARGIN_MS = 1_500;

/** An answer whose body is there at once. */
class FarResponse extends Response {
  readonly #text: string;

  constructor({ status, headers = {}, body }: Answer) {
    super(null, { status, headers });
    this.#text = body;
  }

  override text(): Promise<string> {
    return Promise.resolve(this.#text);
  }
}

type Parts = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly sideOf: (url: URL) => { readonly far: FarSide; readonly path: string };
  readonly watcher: CallWatcher;
};

/** The way from our objects to the far sides and back, with all that happens on it. */
export class Network {
  calls = 0;
  /** Requests that are on their way and may still take effect. */
  underWay = 0;
  readonly #parts: Parts;
  readonly #inFlight = new WeakMap<ObjectLife, Map<string, number>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** `fetch` for one instance. */
  fetchFor(life: ObjectLife, about: string | null): Fetch {
    return (url, init, limit) =>
      new Promise((resolve, reject) => this.#request(life, about, url, init, limit, resolve, reject));
  }

  #request(
    life: ObjectLife,
    about: string | null,
    address: string,
    init: RequestInit,
    limit: number,
    resolve: (response: Response) => void,
    reject: (error: Error) => void,
  ): void {
    const { timeline, random, faults, trace, sideOf, watcher } = this.#parts;
    if (life.isOver) return;
    this.calls += 1;
    const url = new URL(address);
    const { far, path } = sideOf(url);
    const headers = new Headers(init.headers);
    const request: FarRequest = { method: init.method ?? "GET", path, url, headers, body: String(init.body ?? "") };
    const lane = laneOf(far.side, request);
    const lanes = this.#inFlight.get(life) ?? new Map<string, number>();
    this.#inFlight.set(life, lanes);
    const inFlight = (lanes.get(lane) ?? 0) + 1;
    lanes.set(lane, inFlight);
    const call: Call = { life, about, side: far.side, request, inFlight };
    watcher.callLeaves(call);

    const fault: CallFault | "down" | null = far.isDown && !faults.isOver ? "down" : faults.ofCall(far.side);
    const said = `${request.method} ${path}${wordsOf(request)}`;
    trace.add(about, `→ ${said}${fault ? ` ⚡ ${fault}` : ""}`);
    let isOver = false;
    const finish = (how: string, run: () => void) => {
      if (isOver) return;
      isOver = true;
      lanes.set(lane, (lanes.get(lane) ?? 1) - 1);
      trace.add(about, `← ${how} (${request.method} ${path})`);
      run();
    };
    const timeLimit = timeline.after(limit, () => finish("time-out", () => reject(timedOut())), life);
    const answer = (ms: number, what: Answer) =>
      timeline.after(
        ms,
        () =>
          finish(String(what.status), () => {
            timeLimit.isOff = true;
            watcher.answerComes(call, what);
            resolve(new FarResponse(what));
          }),
        life,
      );
    const reset = (ms: number) =>
      timeline.after(
        ms,
        () =>
          finish("reset", () => {
            timeLimit.isOff = true;
            reject(new TypeError("fetch failed"));
          }),
        life,
      );
    const commit = (ms: number, then: (what: Answer) => void) => {
      this.underWay += 1;
      const arrival = timeline.after(ms, () => {
        this.underWay -= 1;
        then(far.handle(request));
      });
      // What is taken back with its turn never arrives.
      arrival.onTakenBack = () => {
        this.underWay -= 1;
      };
    };
    const [there, back] = [random.between(10, 90), random.between(10, 90)];
    switch (fault) {
      case null:
      case "caller dies after":
        if (fault) life.doom("writes kept");
        commit(there, (what) => answer(back, what));
        return;
      case "caller dies before":
        life.doom(random.chance(0.5) ? "writes lost" : "writes kept, nothing left");
        return;
      case "down": {
        const how = random.next();
        if (how < 0.15) commit(there, () => undefined);
        else if (how < 0.55) answer(there + back, far.fails());
        else if (how < 0.75) reset(there + back);
        return;
      }
      case "too many requests":
        answer(there + back, far.tooMany());
        return;
      case "refused": {
        const refusal = far.refusal(request);
        if (refusal) answer(there + back, refusal);
        else commit(there, (what) => answer(back, what));
        return;
      }
      case "5xx before":
        answer(there + back, far.fails());
        return;
      case "5xx after":
        commit(there, () => answer(back, far.fails()));
        return;
      case "time-out before":
        return;
      case "time-out after":
        commit(random.between(there, limit), () => undefined);
        return;
      case "reset before":
        reset(there + back);
        return;
      case "reset after":
        commit(there, () => reset(back));
        return;
      case "late commit":
        commit(limit + random.between(0, CALL_LIMIT_MS + LATE_COMMIT_MS - MARGIN_MS - limit), () => undefined);
        return;
      case "slow":
        commit(random.between(there, limit * 0.8), (what) => answer(random.between(back, limit * 0.4), what));
        return;
      case "garbled":
        commit(there, (what) => answer(back, what.status < 300 ? { status: 200, body: "<html>" } : what));
        return;
    }
  }
}

function timedOut(): Error {
  return Object.assign(new Error("The operation was aborted due to timeout"), { name: "TimeoutError" });
}

/** Calls that change something go one after the other in each lane; reads, of names and of gaps, and the sign that somebody types may go beside them. */
function laneOf(side: Side, { method, path }: FarRequest): string {
  return isBeside({ method, path }) ? `${method} ${path}` : side;
}

/** Whether a call may go beside another one: what changes nothing that lasts. */
export function isBeside({ method, path }: Pick<FarRequest, "method" | "path">): boolean {
  return method === "GET" || path.endsWith("/typing");
}

/** The words of a request, for the trace. */
function wordsOf({ body }: FarRequest): string {
  if (body === "") return "";
  const text = body.startsWith("{") ? contentOf(body) : new URLSearchParams(body).get("Body");
  return text === null ? "" : ` “${text.length > 60 ? `${text.slice(0, 40)}…${text.slice(-15)}` : text}”`;
}

function contentOf(body: string): string | null {
  const parsed: unknown = JSON.parse(body);
  return typeof parsed === "object" && parsed !== null && "content" in parsed ? String(parsed.content) : null;
}
