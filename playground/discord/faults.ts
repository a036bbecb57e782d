import type { Dispatch } from "./world.ts";

/** What can go wrong with one REST request. "after" means that Discord did the work before it went wrong. */
export type RestFaultKind =
  | "429-user"
  | "429-shared"
  | "429-global"
  /** Cloudflare's ban: plain text, no headers of Discord's. */
  | "cloudflare-1015"
  | "5xx-before"
  | "5xx-after"
  /** No answer: the connection stays open until the client gives up. */
  | "timeout-before"
  | "timeout-after"
  | "reset-before"
  | "reset-after"
  /** The work is done at once, the answer comes so much later. */
  | { readonly delayMs: number }
  /** Any refusal in Discord's JSON, such as `{ status: 403, code: 40003, message: "…" }`. */
  | { readonly status: number; readonly code: number; readonly message: string };

export type RestFault = {
  /** A part of the path below `/api/v10`, or an expression it must match. Absent: every path. */
  readonly route?: RegExp | string;
  readonly method?: string;
  /** How many requests it hits; `Infinity` until it is removed. Default 1. */
  readonly times?: number;
  readonly kind: RestFaultKind;
  /** Seconds, for the 429 kinds. Default 1. */
  readonly retryAfter?: number;
};

/** Which events a Gateway fault counts; absent: every event. */
export type DispatchFilter = (event: Dispatch) => boolean;

/** What the faults can do to running connections; the Gateway does it. */
export type GatewayControl = {
  drop(code?: number): void;
  reconnect(): void;
  invalidate(resumable: boolean): void;
  endSessions(): void;
  askForHeartbeat(): void;
};

/** Faults of the Gateway. Counts are used up; switches stay until they are turned. */
export class GatewayFaults {
  /** While true, heartbeats get no answer. */
  muteAcks = false;
  readonly #control: GatewayControl;
  #refusals = { times: 0, status: 0 };
  #duplicate: { times: number; matches: DispatchFilter } = { times: 0, matches: () => true };
  #withhold: { times: number; matches: DispatchFilter } = { times: 0, matches: () => true };

  constructor(control: GatewayControl) {
    this.#control = control;
  }

  /** Closes all connections with this code, or cuts them (the bot sees 1006). The sessions can be resumed unless the code ends them. */
  drop(code?: number): void {
    this.#control.drop(code);
  }

  /** Op 7: asks to reconnect and resume. */
  reconnect(): void {
    this.#control.reconnect();
  }

  /** Op 9. With `false` the sessions are gone. */
  invalidate(resumable: boolean): void {
    this.#control.invalidate(resumable);
  }

  /** Forgets all sessions without a word: connections are cut, and a Resume gets op 9 `false`. */
  endSessions(): void {
    this.#control.endSessions();
  }

  /** Op 1: asks for a heartbeat at once. */
  askForHeartbeat(): void {
    this.#control.askForHeartbeat();
  }

  /** The next connections are refused at the upgrade with this HTTP status. */
  refuseConnects(times: number, status: 401 | 500 | 502 | 503 = 503): void {
    this.#refusals = { times, status };
  }

  /** The next events are sent twice, with the same sequence number. */
  duplicateNext(times: number, matches: DispatchFilter = () => true): void {
    this.#duplicate = { times, matches };
  }

  /** The next events get their sequence number but are not sent; a Resume from before them brings them. */
  withholdNext(times: number, matches: DispatchFilter = () => true): void {
    this.#withhold = { times, matches };
  }

  takeRefusal(): number | null {
    return useUp(this.#refusals) ? this.#refusals.status : null;
  }

  /** How often the next event goes out: 0, 1 or 2 times. */
  copiesOf(event: Dispatch): number {
    if (this.#withhold.times > 0 && this.#withhold.matches(event)) return useUp(this.#withhold) ? 0 : 1;
    if (this.#duplicate.times > 0 && this.#duplicate.matches(event)) return useUp(this.#duplicate) ? 2 : 1;
    return 1;
  }

  clear(): void {
    this.muteAcks = false;
    this.#refusals.times = 0;
    this.#duplicate.times = 0;
    this.#withhold.times = 0;
  }
}

/** Everything that can be made to go wrong. */
export class Faults {
  readonly gateway: GatewayFaults;
  readonly #rest: { rule: RestFault; times: number }[] = [];

  constructor(control: GatewayControl) {
    this.gateway = new GatewayFaults(control);
  }

  /** Adds a rule for REST; older rules go first. Returns what removes it. */
  rest(rule: RestFault): () => void {
    const entry = { rule, times: rule.times ?? 1 };
    this.#rest.push(entry);
    return () => {
      entry.times = 0;
    };
  }

  takeRest(method: string, path: string): RestFault | null {
    const hit = this.#rest.find(({ rule, times }) => times > 0 && matches(rule, method, path));
    return hit && useUp(hit) ? hit.rule : null;
  }

  /** Ends all faults. */
  clear(): void {
    this.#rest.length = 0;
    this.gateway.clear();
  }
}

function useUp(counted: { times: number }): boolean {
  if (counted.times <= 0) return false;
  counted.times -= 1;
  return true;
}

function matches({ route, method }: RestFault, requestMethod: string, path: string): boolean {
  if (method !== undefined && method.toUpperCase() !== requestMethod) return false;
  if (route === undefined) return true;
  return typeof route === "string" ? path.includes(route) : path.search(route) >= 0;
}
