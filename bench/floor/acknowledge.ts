import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

/** The least that can acknowledge an interaction: Hono, the signature, and one row in the member's Durable Object. */

type FloorEnv = { readonly DISCORD_PUBLIC_KEY: string; readonly INBOX: DurableObjectNamespace<Inbox> };

export class Inbox extends DurableObject<FloorEnv> {
  constructor(ctx: DurableObjectState, env: FloorEnv) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS inbox (body TEXT NOT NULL)");
  }

  store(body: string): void {
    this.ctx.storage.sql.exec("INSERT INTO inbox (body) VALUES (?)", body);
  }
}

const utf8 = new TextEncoder();
let publicKey: Promise<CryptoKey> | undefined;

const app = new Hono<{ Bindings: FloorEnv }>();

app.post("/discord/interactions", async (c) => {
  const body = await c.req.text();
  const signed = utf8.encode(`${c.req.header("x-signature-timestamp")}${body}`);
  publicKey ??= crypto.subtle.importKey("raw", bytesOf(c.env.DISCORD_PUBLIC_KEY), "Ed25519", false, ["verify"]);
  const signature = bytesOf(c.req.header("x-signature-ed25519") ?? "");
  if (!(await crypto.subtle.verify("Ed25519", await publicKey, signature, signed))) return c.body(null, 401);
  const interaction = JSON.parse(body) as { user: { id: string } };
  await c.env.INBOX.getByName(interaction.user.id).store(body);
  return c.json({ type: 6 });
});

function bytesOf(hexadecimal: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hexadecimal.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

export default app;
