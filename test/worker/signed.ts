import { env } from "cloudflare:workers";

/** A request to the interactions endpoint as Discord signs it. */
export async function signedInteraction(interaction: object): Promise<Request> {
  const body = JSON.stringify(interaction);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const pkcs8 = Uint8Array.from(atob(env.TEST_DISCORD_PRIVATE_KEY), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  const signature = await crypto.subtle.sign("Ed25519", key, new TextEncoder().encode(timestamp + body));
  const hex = [...new Uint8Array(signature)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return new Request(`${env.PUBLIC_URL}/discord/interactions`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-signature-ed25519": hex, "x-signature-timestamp": timestamp },
    body,
  });
}

/** A webhook as Twilio signs it (https://www.twilio.com/docs/usage/security#validating-requests). */
export async function signedWebhook(path: string, params: Readonly<Record<string, string>>): Promise<Request> {
  const url = `${env.PUBLIC_URL}${path}`;
  const data =
    url +
    Object.keys(params)
      .sort()
      .map((name) => name + params[name])
      .join("");
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const secret = new TextEncoder().encode(env.TWILIO_AUTH_TOKEN);
  const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(data));
  return new Request(url, {
    method: "POST",
    headers: { "x-twilio-signature": btoa(String.fromCharCode(...new Uint8Array(signature))) },
    body: new URLSearchParams(params),
  });
}

/** `/helpme` in a server, used by this member. */
export function helpme(member: string): object {
  return {
    id: `8${member.slice(1)}`,
    application_id: env.DISCORD_APPLICATION_ID,
    type: 2,
    token: "interaction-token",
    version: 1,
    guild_id: "300000000000000001",
    channel_id: "200000000000000009",
    locale: "en-US",
    member: { user: { id: member, username: "member", global_name: "member" } },
    data: { id: "400000000000000001", name: "helpme", type: 1 },
  };
}
