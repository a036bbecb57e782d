import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createAdaptorServer } from "@hono/node-server";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startDiscord } from "../../playground/discord/index.ts";
import { customIdOf } from "../../src/conversation/buttons.ts";
import type { ConversationEvent, IngestReply } from "../../src/conversation/events.ts";
import { type ArticleSlug, type DeliveryId, type DiscordUserId, sessionIdOf } from "../../src/conversation/ids.ts";
import { textsIn } from "../../src/conversation/texts.ts";
import { commands } from "../../src/discord/commands/index.ts";
import { discordInteractions } from "../../src/discord/interactions.ts";
import { renderSay } from "../../src/discord/render.ts";
import { discordRest } from "../../src/discord/rest.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const URL_PATH = "/discord/interactions";
const discordsKey = generateKeyPairSync("ed25519");
const member = "123456789012345678" as DiscordUserId;
const stranger = "223456789012345678";
const session = sessionIdOf(member, 2);
const en = textsIn("en");

function rawPublicKey(key: KeyObject): string {
  return key.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
}

/** The endpoint, with everything that it handed over. */
function endpoint(reply: () => Promise<IngestReply> = async () => "accepted") {
  const ingested: { member: DiscordUserId; event: ConversationEvent }[] = [];
  const app = discordInteractions({
    publicKey: rawPublicKey(discordsKey.publicKey),
    now: () => NOW,
    ingest: (to, event) => {
      ingested.push({ member: to, event });
      return reply();
    },
  });
  return { app, ingested };
}

type Signed = { body: string; timestamp?: string; key?: KeyObject };

function signatureOf({ body, timestamp = String(NOW / 1000), key = discordsKey.privateKey }: Signed): string {
  return sign(null, Buffer.from(timestamp + body), key).toString("hex");
}

function headersFor(signed: Signed): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-signature-ed25519": signatureOf(signed),
    "x-signature-timestamp": signed.timestamp ?? String(NOW / 1000),
  };
}

/** Sends an interaction as Discord does; returns what Discord reads. */
async function send(app: ReturnType<typeof endpoint>["app"], interaction: unknown) {
  const body = JSON.stringify(interaction);
  const response = await app.request(URL_PATH, { method: "POST", body, headers: headersFor({ body }) });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("application/json");
  return response.json();
}

const user = { id: member, username: "member", global_name: "The member" };
const base = {
  id: "323456789012345678",
  application_id: "423456789012345678",
  token: "secret-for-answers",
  version: 1,
  locale: "en-US",
};
const inServer = { ...base, guild_id: "523456789012345678", member: { user, nick: "Nick" } };
const inDm = { ...base, user };
const helpme = { ...inServer, type: 2, data: { id: "623456789012345678", name: "helpme", type: 1 } };
const press = (customId: string, who: object = inDm) => ({
  ...who,
  type: 3,
  data: { custom_id: customId, component_type: 2 },
  message: { id: "723456789012345678", content: "…" },
});
const personButton = customIdOf(session, { kind: "person" });
const onlyFor = (content: string) => ({ type: 4, data: { content, flags: 64, allowed_mentions: { parse: [] } } });

const logged = vi.spyOn(console, "error");
beforeEach(() => {
  logged.mockReset().mockImplementation(() => undefined);
});
afterEach(() => {
  logged.mockReset();
});

describe("a request that Discord has not signed", () => {
  const body = JSON.stringify(helpme);
  const good = headersFor({ body });
  const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
  const signature = good["x-signature-ed25519"] ?? "";
  const at = (seconds: number) => String(NOW / 1000 + seconds);

  async function isRefused(init: { body: string; headers: Record<string, string> }) {
    const { app, ingested } = endpoint();
    const response = await app.request(URL_PATH, { method: "POST", ...init });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: "invalid request signature" });
    expect(ingested).toEqual([]);
  }

  test.each([
    ["no signature", without("x-signature-ed25519")],
    ["no time stamp", without("x-signature-timestamp")],
    ["an empty signature", { ...good, "x-signature-ed25519": "" }],
    ["a signature that is too short", { ...good, "x-signature-ed25519": signature.slice(2) }],
    ["a signature with half a byte missing", { ...good, "x-signature-ed25519": signature.slice(1) }],
    ["a signature that is too long", { ...good, "x-signature-ed25519": `${signature}00` }],
    ["a signature in capitals", { ...good, "x-signature-ed25519": signature.toUpperCase() }],
    ["a signature that is not hexadecimal", { ...good, "x-signature-ed25519": "zz".repeat(64) }],
    ["a signature with blank space in it", { ...good, "x-signature-ed25519": `${signature.slice(0, -2)} 0` }],
    ["a time stamp that is no number", headersFor({ body, timestamp: "now" })],
    ["a negative time stamp", headersFor({ body, timestamp: "-1" })],
    ["a time stamp with a fraction", headersFor({ body, timestamp: `${at(0)}.5` })],
    ["a time stamp of six minutes ago", headersFor({ body, timestamp: at(-360) })],
    ["a time stamp in six minutes", headersFor({ body, timestamp: at(360) })],
    ["another time stamp than the signed one", { ...good, "x-signature-timestamp": at(1) }],
    ["somebody else's key", headersFor({ body, key: generateKeyPairSync("ed25519").privateKey })],
    ["the signature of another body", headersFor({ body: `${body} ` })],
    ["no body", headersFor({ body: "{}" })],
  ])("is refused: %s", async (_, headers) => {
    await isRefused({ body, headers });
  });

  test("is refused for every single bit that is wrong in signature, time stamp or body", async () => {
    const { app, ingested } = endpoint();
    const ping = JSON.stringify({ type: 1 });
    const flips = (text: string, encoding: "hex" | "utf8") =>
      Array.from({ length: Buffer.from(text, encoding).length * 8 }, (_, bit) => {
        const bytes = Buffer.from(text, encoding);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        return { bit, bytes, text: bytes.toString(encoding) };
      });
    const headers = headersFor({ body: ping });
    const wrong = [
      ...flips(headers["x-signature-ed25519"] ?? "", "hex").map(({ text }) => ({
        body: Buffer.from(ping),
        headers: { ...headers, "x-signature-ed25519": text },
      })),
      ...flips(headers["x-signature-timestamp"] ?? "", "utf8")
        .filter(({ text }) => /^[\x20-\x7e]+$/.test(text))
        .map(({ text }) => ({ body: Buffer.from(ping), headers: { ...headers, "x-signature-timestamp": text } })),
      ...flips(ping, "utf8").map(({ bytes }) => ({ body: bytes, headers })),
    ];
    expect(wrong.length).toBeGreaterThan(600);
    for (const request of wrong) {
      const response = await app.request(URL_PATH, { method: "POST", ...request });
      expect(response.status).toBe(401);
    }
    expect(ingested).toEqual([]);
    expect((await app.request(URL_PATH, { method: "POST", body: ping, headers })).status).toBe(200);
  });

  test("is let in within five minutes", async () => {
    const { app, ingested } = endpoint();
    for (const timestamp of [at(-299), at(299)]) {
      const headers = headersFor({ body, timestamp });
      expect((await app.request(URL_PATH, { method: "POST", body, headers })).status).toBe(200);
    }
    expect(ingested).toHaveLength(2);
  });
});

describe("a request that is no interaction", () => {
  test.each([
    ["above 1 MiB", 413, `"${"x".repeat(1024 * 1024)}"`],
    ["that is not JSON", 400, "type=1"],
    ["that is empty", 400, ""],
    ["without a type", 400, "{}"],
    ["of a type that nobody knows", 400, JSON.stringify({ ...helpme, type: 99 })],
    ["that names nobody", 400, JSON.stringify({ ...helpme, member: undefined })],
    ["with a user that has no id", 400, JSON.stringify({ ...helpme, member: { user: { username: "member" } } })],
    ["with an id that is a number", 400, JSON.stringify({ ...helpme, id: 323456789 })],
    ["without a token", 400, JSON.stringify({ ...helpme, token: undefined })],
    ["a command without a name", 400, JSON.stringify({ ...helpme, data: {} })],
    ["a button without a message", 400, JSON.stringify({ ...press(personButton), message: undefined })],
  ])("%s is refused with %i", async (_, status, body) => {
    const { app, ingested } = endpoint();
    const response = await app.request(URL_PATH, { method: "POST", body, headers: headersFor({ body }) });
    expect(response.status).toBe(status);
    expect(ingested).toEqual([]);
  });

  test("is not read further than 1 MiB", async () => {
    let read = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        read += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const { app } = endpoint();
    const init: RequestInit = { method: "POST", body: endless, headers: headersFor({ body: "" }) };
    const response = await app.request(
      new Request(`http://localhost${URL_PATH}`, { ...init, duplex: "half" } as RequestInit),
    );
    expect(response.status).toBe(413);
    expect(read).toBeLessThan(1.5 * 1024 * 1024);
  });

  test.each(["GET", "PUT", "DELETE"])("by %s is refused with 405", async (method) => {
    const response = await endpoint().app.request(URL_PATH, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
  });
});

test("Discord's PING is answered", async () => {
  const { app, ingested } = endpoint();
  expect(await send(app, { ...base, type: 1 })).toEqual({ type: 1 });
  expect(ingested).toEqual([]);
});

describe("/helpme", () => {
  test("in a server is handed over, and its private answer follows", async () => {
    const { app, ingested } = endpoint();
    expect(await send(app, { ...helpme, locale: "es-419" })).toEqual({ type: 5, data: { flags: 64 } });
    expect(ingested).toEqual([
      {
        member,
        event: {
          kind: "member-asked-for-help",
          interaction: "323456789012345678",
          token: base.token,
          profile: { member, displayName: "Nick", locale: "es" },
          guild: "523456789012345678",
          at: NOW,
        },
      },
    ]);
  });

  test("works in the DM, too", async () => {
    const { app, ingested } = endpoint();
    await send(app, { ...helpme, ...inDm, member: undefined, guild_id: undefined });
    expect(ingested[0]?.event).toMatchObject({ guild: null, profile: { displayName: "The member" } });
  });

  test("by somebody without a display name comes under the user name", async () => {
    const { app, ingested } = endpoint();
    const plain = { user: { id: member, username: "member", global_name: null }, nick: null };
    await send(app, { ...helpme, member: plain });
    expect(ingested[0]?.event).toMatchObject({ profile: { displayName: "member" } });
  });
});

describe("a button", () => {
  test.each([
    { kind: "person" } as const,
    { kind: "article", slug: "lost-account" as ArticleSlug } as const,
    { kind: "helped", slug: "lost-account" as ArticleSlug } as const,
  ])("$kind is handed over, and nothing else is shown", async (button) => {
    const { app, ingested } = endpoint();
    expect(await send(app, press(customIdOf(session, button)))).toEqual({ type: 6 });
    expect(ingested).toEqual([
      {
        member,
        event: {
          kind: "member-pressed",
          interaction: "323456789012345678",
          profile: { member, displayName: "The member", locale: "en" },
          message: "723456789012345678",
          session,
          button,
          at: NOW,
        },
      },
    ]);
  });

  test("that comes a second time is taken note of", async () => {
    expect(await send(endpoint(async () => "duplicate").app, press(personButton))).toEqual({ type: 6 });
  });

  test("of an earlier conversation is answered privately", async () => {
    expect(await send(endpoint(async () => "stale").app, press(personButton))).toEqual(onlyFor(en.staleButton));
  });

  test("that is meant for somebody else does nothing", async () => {
    const { app, ingested } = endpoint();
    const who = { ...inDm, user: { ...user, id: stranger } };
    expect(await send(app, press(personButton, who))).toEqual(onlyFor(en.foreignButton));
    expect(ingested).toEqual([]);
  });

  test.each(["", "x", `p:${session}:more`, `z:${session}`, "p:1-1", `a:${session}:No/Slug`])(
    "with the id %j is none of ours",
    async (customId) => {
      const { app, ingested } = endpoint();
      expect(await send(app, press(customId))).toEqual(onlyFor(en.outOfDate));
      expect(ingested).toEqual([]);
    },
  );
});

describe("what is not known", () => {
  test.each([
    ["a command", { ...helpme, data: { name: "gone", type: 1 } }, onlyFor(en.unknownCommand)],
    ["a command of another kind", { ...helpme, data: { name: "helpme", type: 2 } }, onlyFor(en.unknownCommand)],
    ["a form", { ...inServer, type: 5, data: { custom_id: "gone", components: [] } }, onlyFor(en.outOfDate)],
    ["what is being typed", { ...helpme, type: 4 }, { type: 8, data: { choices: [] } }],
  ])("%s is answered politely", async (_, interaction, answer) => {
    const { app, ingested } = endpoint();
    expect(await send(app, interaction)).toEqual(answer);
    expect(ingested).toEqual([]);
  });

  test("is answered in the member's language", async () => {
    const command = { ...helpme, locale: "ja", data: { name: "gone", type: 1 } };
    expect(await send(endpoint().app, command)).toEqual(onlyFor(textsIn("ja").unknownCommand));
  });
});

describe("when the conversation cannot be reached", () => {
  test.each([
    ["rejects", () => Promise.reject(new Error("storage is gone"))],
    [
      "throws",
      () => {
        throw new Error("storage is gone");
      },
    ],
  ])("because it %s, the member is asked to try again, and one line is logged", async (_, reply) => {
    for (const interaction of [helpme, press(personButton)]) {
      expect(await send(endpoint(reply).app, interaction)).toEqual(onlyFor(en.tryAgain));
    }
    expect(logged).toHaveBeenCalledTimes(2);
    const lines = JSON.stringify(logged.mock.calls);
    expect(lines).toContain("interaction.failed");
    expect(lines).toContain("323456789012345678");
    expect(lines).toContain("storage is gone");
    expect(lines).not.toContain(base.token);
  });

  test("in time, the member is asked to try again although the work goes on", async () => {
    const slow = Promise.withResolvers<IngestReply>();
    const limit = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(limit.signal);
    const { app } = endpoint(() => {
      queueMicrotask(() => limit.abort());
      return slow.promise;
    });
    expect(await send(app, helpme)).toEqual(onlyFor(en.tryAgain));
    expect(timeout).toHaveBeenCalledExactlyOnceWith(2500);
    timeout.mockRestore();
    // Nobody waits for it any more: its failure must not bring the isolate down.
    slow.reject(new Error("too late"));
    await expect(slow.promise).rejects.toThrow("too late");
  });
});

test("a Discord on loopback accepts the endpoint, and its members' commands and buttons arrive", async () => {
  const discord = await startDiscord();
  const ingested: ConversationEvent[] = [];
  const app = discordInteractions({
    publicKey: discord.publicKey,
    now: Date.now,
    ingest: async (_, event) => {
      ingested.push(event);
      return "accepted";
    },
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  try {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = v.parse(v.object({ port: v.number() }), server.address());
    discord.interactionsUrl = `http://127.0.0.1:${port}${URL_PATH}`;
    expect(await discord.checkEndpoint()).toMatchObject({ ok: true });

    const { apiUrl, applicationId, botToken } = discord;
    const publicUrl = "https://flexcord.example.com";
    const rest = discordRest({ fetch, now: Date.now, apiUrl, applicationId, botToken, publicUrl });
    await rest.putCommands(commands.map(({ definition }) => definition));
    const someone = discord.createMember({ name: "member", locale: "fr" });
    expect(await someone.slash("helpme")).toMatchObject({ state: "deferred", ephemeral: true });

    const id = someone.id as DiscordUserId;
    const dm = await rest.openDm(id);
    if (dm.kind !== "done") throw new Error(dm.reason);
    const theirs = sessionIdOf(id, 1);
    const context = {
      session: theirs,
      locale: "fr",
      memberName: "member",
      agentName: () => null,
      replyTo: null,
    } as const;
    const sent = await rest.createMessage(
      dm.value,
      renderSay({ kind: "nothing-found" }, context),
      "nonce" as DeliveryId,
    );
    if (sent.kind !== "done") throw new Error(sent.reason);
    await someone.press(sent.value, textsIn("fr").talkToPerson);
    expect(ingested).toMatchObject([
      { kind: "member-asked-for-help", profile: { member: id, locale: "fr" }, guild: discord.guild.id },
      { kind: "member-pressed", profile: { member: id }, session: theirs, button: { kind: "person" } },
    ]);
  } finally {
    server.close();
    await discord.close();
  }
});
