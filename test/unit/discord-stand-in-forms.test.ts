import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DiscordStandIn, type Member, startDiscord } from "../../playground/discord/index.ts";
import { restClient } from "./discord-stand-in-client.ts";

/** What the bot may send, and where and why it is refused. */
let discord: DiscordStandIn;
let member: Member;

beforeEach(async () => {
  discord = await startDiscord({ rateLimits: false });
  member = discord.createMember();
});
afterEach(() => discord.close());

const bot = (...args: Parameters<ReturnType<typeof restClient>>) => restClient(discord)(...args);
const messages = () => `/channels/${member.dmChannelId}/messages`;
const send = (body: object) => bot("POST", messages(), body);
const row = (...components: object[]) => ({ type: 1, components });
const button = (more: object = {}) => ({ type: 2, style: 1, label: "Go", custom_id: "go", ...more });
const long = (length: number) => "x".repeat(length);

describe("the form of a message", () => {
  test.each<[string, object]>([
    ["2,000 characters", { content: long(2000) }],
    ["10 embeds", { embeds: Array.from({ length: 10 }, () => ({ title: "t" })) }],
    ["embeds of 6,000 characters together", { embeds: [{ description: long(4096) }, { description: long(1904) }] }],
    ["5 rows of 5 buttons", { components: rows(5, 5) }],
    ["a nonce of 25 characters", { content: "x", nonce: long(25) }],
    ["a link button", { components: [row(button({ style: 5, url: "https://example.com", custom_id: undefined }))] }],
    ["a select menu", { components: [row({ type: 3, custom_id: "s", options: [{ label: "a", value: "a" }] })] }],
  ])("%s: taken", async (_what, body) => {
    expect((await send(body)).status).toBe(200);
  });

  test.each<[string, object, string, string]>([
    ["2,001 characters", { content: long(2001) }, "content", "BASE_TYPE_MAX_LENGTH"],
    ["a nonce of 26 characters", { content: "x", nonce: long(26) }, "nonce", "BASE_TYPE_MAX_LENGTH"],
    ["11 embeds", { embeds: Array.from({ length: 11 }, () => ({ title: "t" })) }, "embeds", "BASE_TYPE_MAX_LENGTH"],
    ["a title of 257 characters", { embeds: [{ title: long(257) }] }, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"],
    [
      "a description of 4,097",
      { embeds: [{ description: long(4097) }] },
      "embeds.0.description",
      "BASE_TYPE_MAX_LENGTH",
    ],
    ["26 fields", { embeds: [{ fields: fields(26) }] }, "embeds.0.fields", "BASE_TYPE_MAX_LENGTH"],
    [
      "a field without text",
      { embeds: [{ fields: [{ name: "a" }] }] },
      "embeds.0.fields.0.value",
      "BASE_TYPE_REQUIRED",
    ],
    ["a foreign link in an embed", { embeds: [{ url: "javascript:1" }] }, "embeds.0.url", "URL_TYPE_INVALID_URL"],
    [
      "embeds of 6,001 characters together",
      { embeds: [{ description: long(4096) }, { description: long(1905) }] },
      "embeds",
      "MAX_EMBED_SIZE_EXCEEDED",
    ],
    ["6 buttons in a row", { components: rows(1, 6) }, "components.0.components", "BASE_TYPE_BAD_LENGTH"],
    ["6 rows", { components: rows(6, 1) }, "components", "BASE_TYPE_BAD_LENGTH"],
    [
      "a custom_id of 101",
      { components: [row(button({ custom_id: long(101) }))] },
      "components.0.components.0.custom_id",
      "BASE_TYPE_BAD_LENGTH",
    ],
    [
      "a label of 81",
      { components: [row(button({ label: long(81) }))] },
      "components.0.components.0.label",
      "BASE_TYPE_MAX_LENGTH",
    ],
    ["a custom_id twice", { components: [row(button(), button())] }, "components.0", "COMPONENT_CUSTOM_ID_DUPLICATED"],
    ["a button outside a row", { components: [button()] }, "components.0", "UNION_TYPE_CHOICES"],
    [
      "a select beside a button",
      { components: [row(button(), { type: 3, custom_id: "s", options: [{ label: "a", value: "a" }] })] },
      "components.0.components",
      "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
    ],
    [
      "parse together with a list of users",
      { content: "x", allowed_mentions: { parse: ["users"], users: ["123456789012345678"] } },
      "allowed_mentions",
      "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ],
    [
      "a reply to nothing",
      { content: "x", message_reference: { message_id: "1" } },
      "message_reference",
      "REPLIES_UNKNOWN_MESSAGE",
    ],
  ])("%s: 50035 at the right place", async (_what, body, path, code) => {
    const answer = await send(body);
    expect([answer.status, answer.json.code]).toEqual([400, 50035]);
    const complaint = path
      .split(".")
      .reduce<Record<string, unknown>>((node, key) => Object(node[key]), answer.json.errors);
    expect(complaint._errors ?? Object(complaint.type)._errors).toMatchObject([{ code }]);
    expect(member.dmMessages).toEqual([]);
  });

  test("an empty message, or one of spaces only, is refused with 50006", async () => {
    for (const body of [{}, { content: "  \n" }, { embeds: [] }]) expect((await send(body)).json.code).toBe(50006);
  });

  test("surrounding spaces are cut off", async () => {
    expect((await send({ content: "  hello \n" })).json.content).toBe("hello");
  });

  test("any text of 1 to 2,000 characters arrives as it was, apart from that", async () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }).filter((value) => value.trim() !== "");
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        await send({ content });
        expect(member.dmMessages.at(-1)?.content).toBe(content.trim());
      }),
      { numRuns: 50 },
    );
  });
});

describe("files of the bot", () => {
  function form(files: number, size: number): FormData {
    const body = new FormData();
    body.set("payload_json", JSON.stringify({ attachments: [{ id: 0, filename: "note.txt", description: "a note" }] }));
    for (let n = 0; n < files; n += 1) body.set(`files[${n}]`, new Blob([new Uint8Array(size)]), `f${n}.bin`);
    return body;
  }

  test("come as multipart, with names and descriptions", async () => {
    const { status } = await bot("POST", messages(), form(2, 3));
    expect(status).toBe(200);
    expect(member.dmMessages[0]?.attachments).toMatchObject([
      { filename: "note.txt", description: "a note", size: 3 },
      { filename: "f1.bin" },
    ]);
  });

  test.each([
    ["11 files", 11, 1, 400, 30015],
    ["a file above 10 MiB", 1, 10 * 1024 * 1024 + 1, 400, 50045],
    ["a request above 25 MiB", 3, 9 * 1024 * 1024, 413, 40005],
  ])("%s: refused", async (_what, files, size, status, code) => {
    expect(await bot("POST", messages(), form(files, size))).toMatchObject({ status, json: { code } });
  });
});

describe("commands", () => {
  const path = () => `/applications/${discord.applicationId}/commands`;
  const helpme = { name: "helpme", description: "Ask for help", name_localizations: { de: "hilfe" } };

  test("PUT replaces all and keeps the ids of those that stay; POST adds or replaces one", async () => {
    await bot("PUT", path(), [helpme, { name: "bug", description: "Report a bug" }]);
    const id = [...discord.commands.values()].find(({ name }) => name === "helpme")?.id;
    await bot("PUT", path(), [{ ...helpme, description: "Changed" }]);
    expect([...discord.commands.values()]).toMatchObject([{ id, description: "Changed", contexts: null }]);
    expect((await bot("POST", path(), { name: "bug", description: "Report a bug" })).status).toBe(201);
    expect((await bot("POST", path(), helpme)).status).toBe(200);
    expect((await bot("GET", path())).list).toHaveLength(2);
    expect((await bot("DELETE", `${path()}/${id}`)).status).toBe(204);
    expect(discord.commands.size).toBe(1);
  });

  test.each<[string, object, string]>([
    ["capital letters", { ...helpme, name: "HelpMe" }, "APPLICATION_COMMAND_INVALID_NAME"],
    ["no description", { name: "helpme" }, "BASE_TYPE_REQUIRED"],
    ["a language that does not exist", { ...helpme, name_localizations: { xx: "x" } }, "BASE_TYPE_CHOICES"],
    ["more than 8,000 characters", { ...helpme, options: options(80) }, "APPLICATION_COMMAND_TOO_LARGE"],
    [
      "a required option after an optional one",
      { ...helpme, options: [option("a"), option("b", { required: true })] },
      "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ],
  ])("%s: refused", async (_what, body, code) => {
    const answer = await bot("PUT", path(), [body]);
    expect(answer.json.code).toBe(50035);
    expect(JSON.stringify(answer.json.errors)).toContain(code);
    expect(discord.commands.size).toBe(0);
  });
});

function rows(count: number, buttons: number): object[] {
  return Array.from({ length: count }, (_, y) =>
    row(...Array.from({ length: buttons }, (_, x) => button({ custom_id: `${y}:${x}` }))),
  );
}

function fields(count: number): object[] {
  return Array.from({ length: count }, (_, n) => ({ name: `${n}`, value: "v" }));
}

function option(name: string, more: object = {}): object {
  return { type: 3, name, description: "d", ...more };
}

/** Options with choices, together far above what a command may hold. */
function options(choiceLength: number): object[] {
  const choices = Array.from({ length: 25 }, (_, n) => ({ name: `${n}${long(choiceLength)}`, value: `${n}` }));
  return Array.from({ length: 5 }, (_, n) => option(`o${n}`, { choices }));
}
