import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

/**
 * The least that can pass a message on: Hono, the signature, one row in the conversation's Durable Object, one outside call,
 * and one more write; one message at a time in each object.
 */

type Direction = "discord" | "twilio";
type FloorEnv = {
  readonly PUBLIC_URL: string;
  readonly TWILIO_AUTH_TOKEN: string;
  readonly TWILIO_BASIC_CREDENTIALS: string;
  readonly TWILIO_SERVICE_URL: string;
  readonly DISCORD_API_URL: string;
  readonly DISCORD_BOT_TOKEN: string;
  readonly RELAY: DurableObjectNamespace<Relay>;
};

export class Relay extends DurableObject<FloorEnv> {
  readonly #sql: SqlStorage;
  #last: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: FloorEnv) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, body TEXT NOT NULL, remote_id TEXT)");
  }

  /** Stores a message and passes it on after those before it. */
  take(to: Direction, address: string, body: string): void {
    const { id } = this.#sql.exec<{ id: number }>("INSERT INTO messages (body) VALUES (?) RETURNING id", body).one();
    this.#last = this.#last.then(() => this.#pass(id, to, address, body));
    this.ctx.waitUntil(this.#last);
  }

  async #pass(id: number, to: Direction, address: string, body: string): Promise<void> {
    const response = await (to === "discord" ? this.#toDiscord(address, body) : this.#toTwilio(address, body));
    const answer = await response.json<{ id?: string; sid?: string }>();
    this.#sql.exec("UPDATE messages SET remote_id = ? WHERE id = ?", answer.id ?? answer.sid ?? null, id);
  }

  #toDiscord(channel: string, content: string): Promise<Response> {
    return fetch(`${this.env.DISCORD_API_URL}/channels/${channel}/messages`, {
      method: "POST",
      headers: { authorization: `Bot ${this.env.DISCORD_BOT_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ content, allowed_mentions: { parse: [] } }),
    });
  }

  #toTwilio(conversation: string, text: string): Promise<Response> {
    return fetch(`${this.env.TWILIO_SERVICE_URL}/Conversations/${conversation}/Messages`, {
      method: "POST",
      headers: { authorization: `Basic ${this.env.TWILIO_BASIC_CREDENTIALS}` },
      body: new URLSearchParams({ Author: "member", Body: text }),
    });
  }
}

const utf8 = new TextEncoder();
let key: Promise<CryptoKey> | undefined;

const app = new Hono<{ Bindings: FloorEnv }>();

app.post("/to/:direction{discord|twilio}/:address", async (c) => {
  const form = new URLSearchParams(await c.req.text());
  const signed = utf8.encode(
    c.env.PUBLIC_URL +
      c.req.path +
      [...form]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flat()
        .join(""),
  );
  key ??= crypto.subtle.importKey("raw", utf8.encode(c.env.TWILIO_AUTH_TOKEN), HMAC, false, ["verify"]);
  const signature = Uint8Array.from(atob(c.req.header("x-twilio-signature") ?? ""), (byte) => byte.charCodeAt(0));
  if (!(await crypto.subtle.verify("HMAC", await key, signature, signed))) return c.body(null, 403);
  const { direction, address } = c.req.param();
  await c.env.RELAY.getByName(address).take(direction as Direction, address, form.get("Body") ?? "");
  return c.body(null, 204);
});

const HMAC = { name: "HMAC", hash: "SHA-1" };

export default app;
