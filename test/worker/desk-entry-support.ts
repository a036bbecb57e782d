import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { sign } from "hono/jwt";
import { readConfig } from "../../src/config.ts";
import type { CaseId } from "../../src/conversation/ids.ts";
import { deskEntry } from "../../src/desk/entry.ts";
import { deskHeaders } from "../../src/desk/entry-headers.ts";
import { deskDoor } from "../../src/desk/session-door.ts";
import type { DeskEnv } from "../../src/desk/visitor.ts";
import type { Fetch } from "../../src/outside/call.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const CASE = "00000000-0000-4000-8000-000000000001" as CaseId;
export const OTHER_CASE = "00000000-0000-4000-8000-000000000002" as CaseId;
export const CASE_PAGE = `/desk/cases/${CASE}`;
export const FLEX = "https://flex.twilio.com";
export const TEAM = "team.cloudflareaccess.com";
export const AUDIENCE = "ab".repeat(32);
export const OWN = env.PUBLIC_URL;

/** What Twilio says of a Flex token, unless a test says otherwise. */
export const VALID = {
  valid: true,
  identity: "ann_40example_2Ecom",
  roles: ["agent"],
  realm_user_id: "ann@example.com",
};

/** The desk with one page that tells who is there, and all that its door depends on. */
export class Desk {
  now = 1_800_000_000_000;
  /** The answers of the outside by a part of the address; what is not there cannot be reached. */
  readonly answers = new Map<string, () => Response>();
  readonly asked: { url: string; init: RequestInit }[] = [];
  readonly #app: Hono<DeskEnv>;

  constructor(variables: Record<string, string> = {}) {
    const read = readConfig({ ...env, ...variables });
    if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("; "));
    const fetch: Fetch = async (url, init) => {
      this.asked.push({ url, init });
      const answer = [...this.answers].find(([part]) => url.includes(part))?.[1];
      if (answer === undefined) throw new Error("unreachable");
      return answer();
    };
    const options = { config: read.config, db: env.DB, now: () => this.now, fetch };
    this.#app = new Hono<DeskEnv>();
    this.#app.use("/desk/*", deskHeaders(read.config));
    this.#app.route("/", deskDoor(options));
    this.#app.use("/desk/*", deskEntry(options));
    this.#app.all("/desk/*", async (c) => {
      const form = c.req.method === "POST" ? { text: (await c.req.parseBody()).text } : {};
      return c.json({ visitor: c.var.visitor, csrf: c.var.csrf, ...form });
    });
    this.twilioSays(VALID);
  }

  twilioSays(answer: object, status = 200): void {
    const expiration = new Date(this.now + HOUR).toISOString();
    this.answers.set("/Tokens/validate", () => Response.json({ expiration, ...answer }, { status }));
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    return this.#app.fetch(new Request(new URL(path, OWN), { redirect: "manual", ...init }));
  }

  /** What Flex's plugin does. */
  async signIn(headers: Record<string, string> = {}): Promise<Response> {
    const body = JSON.stringify({ token: "flex-token" });
    return this.ask("/desk/session", { method: "POST", body, headers: { Origin: FLEX, ...headers } });
  }

  /** A browser that has come in by Flex. */
  async browser(): Promise<Browser> {
    const { url } = await (await this.signIn()).json<{ url: string }>();
    const browser = new Browser(this);
    await browser.get(url);
    return browser;
  }
}

/** Keeps cookies and sends them, as a browser does. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0) headers.set("Cookie", this.cookieHeader);
    const response = await this.#desk.ask(path, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.send(path, { headers });
  }

  /** Sends a form; of the desk's own page unless told otherwise. */
  async post(path: string, fields: Record<string, string>, headers: Record<string, string> = { Origin: OWN }) {
    return this.send(path, { method: "POST", body: new URLSearchParams(fields), headers });
  }

  /** The token that this browser's forms carry. */
  async csrf(path: string): Promise<string> {
    return (await (await this.get(path)).json<{ csrf: string }>()).csrf;
  }
}

/** A team of Cloudflare Access with one key. */
export class AccessTeam {
  readonly kid: string;
  readonly #keys: CryptoKeyPair;

  private constructor(kid: string, keys: CryptoKeyPair) {
    this.kid = kid;
    this.#keys = keys;
  }

  static async create(kid = "key-1"): Promise<AccessTeam> {
    const algorithm = {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    };
    const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    if (!("privateKey" in keys)) throw new Error("no pair of keys");
    return new AccessTeam(kid, keys);
  }

  async jwk(): Promise<Record<string, unknown>> {
    return { ...(await crypto.subtle.exportKey("jwk", this.#keys.publicKey)), kid: this.kid, alg: "RS256", use: "sig" };
  }

  async token(now: number, change: Record<string, unknown> = {}, alg: "RS256" | "RS512" = "RS256"): Promise<string> {
    const iat = Math.floor(now / 1000);
    const claims = {
      aud: [AUDIENCE],
      email: "Boss@example.com",
      iss: `https://${TEAM}`,
      type: "app",
      sub: "0",
      iat,
      nbf: iat,
      exp: iat + 3600,
      ...change,
    };
    const jwk = await crypto.subtle.exportKey("jwk", this.#keys.privateKey);
    if (jwk instanceof ArrayBuffer) throw new Error("no JWK");
    const { alg: _alg, key_ops: _ops, ...key } = jwk;
    return sign(claims, { ...key, kid: this.kid, alg }, alg);
  }
}
