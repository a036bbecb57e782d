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
import { fetchWithin } from "../../src/outside/call.ts";
import {
  base,
  endpoint,
  helpme,
  inDm,
  inServer,
  member,
  NO_DATABASE,
  NOW,
  press,
  send,
  URL_PATH,
  user,
} from "./discord-interactions-support.ts";

const stranger = "223456789012345678";
const session = sessionIdOf(member, 2);
const en = textsIn("en");
const personButton = customIdOf(session, { kind: "person" });
const onlyFor = (content: string) => ({ type: 4, data: { content, flags: 64, allowed_mentions: { parse: [] } } });

const logged = vi.spyOn(console, "error");
beforeEach(() => {
  logged.mockReset().mockImplementation(() => undefined);
});
afterEach(() => {
  logged.mockReset();
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
          profile: { member, displayName: "Nick", locale: "es", language: "es-419" },
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
          profile: { member, displayName: "The member", locale: "en", language: "en-US" },
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

  test("that sends a message again goes away once that is stored", async () => {
    const { app, ingested } = endpoint();
    expect(await send(app, press(`r:${session}:723456789012345679`))).toEqual({ type: 7, data: { components: [] } });
    expect(ingested).toMatchObject([{ event: { button: { kind: "resend", message: "723456789012345679" } } }]);
  });

  test("that has nothing left to send again says so privately", async () => {
    const { app } = endpoint(async () => "stale");
    expect(await send(app, press(`r:${session}:723456789012345679`))).toEqual(onlyFor(en.nothingToResend));
  });

  test("that is meant for somebody else does nothing", async () => {
    const { app, ingested } = endpoint();
    const who = { ...inDm, user: { ...user, id: stranger } };
    expect(await send(app, press(personButton, who))).toEqual(onlyFor(en.foreignButton));
    expect(ingested).toEqual([]);
  });

  test.each([
    "",
    "x",
    `p:${session}:more`,
    `z:${session}`,
    "p:1-1",
    `a:${session}:No/Slug`,
    `r:${session}`,
    `r:${session}:12`,
  ])("with the id %j is none of ours", async (customId) => {
    const { app, ingested } = endpoint();
    expect(await send(app, press(customId))).toEqual(onlyFor(en.outOfDate));
    expect(ingested).toEqual([]);
  });
});

describe("what is not known", () => {
  test.each([
    ["a command", { ...helpme, data: { name: "gone", type: 1 } }, onlyFor(en.unknownCommand)],
    ["a command of another kind", { ...helpme, data: { name: "helpme", type: 2 } }, onlyFor(en.unknownCommand)],
    ["a form", { ...inServer, type: 5, data: { custom_id: "gone", components: [] } }, onlyFor(en.outOfDate)],
    [
      "a form that is not ours any more",
      { ...inServer, type: 5, data: { custom_id: "p:1", components: [] } },
      onlyFor(en.outOfDate),
    ],
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
    ...NO_DATABASE,
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
    const rest = discordRest({ fetch: fetchWithin, now: Date.now, apiUrl, applicationId, botToken, publicUrl });
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
