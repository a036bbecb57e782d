import type { GatewayMessageCreateDispatchData } from "discord-api-types/v10";
import { describe, expect, test } from "vitest";
import { memberEventOf } from "../../src/discord/gateway/member-event.ts";

/** A DM as the Gateway brings it; `changes` go over it. */
function message(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "1200000000000000001",
    channel_id: "1200000000000000002",
    channel_type: 1,
    type: 0,
    author: {
      id: "1200000000000000003",
      username: "member",
      global_name: "A Member",
      discriminator: "0",
      avatar: null,
    },
    content: "hello",
    timestamp: "2026-03-01T10:00:00.000000+00:00",
    edited_timestamp: null,
    attachments: [],
    embeds: [],
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    tts: false,
    pinned: false,
    ...changes,
  } satisfies Partial<Record<keyof GatewayMessageCreateDispatchData, unknown>> & Record<string, unknown>;
}

const written = (changes?: Record<string, unknown>) => memberEventOf("MESSAGE_CREATE", message(changes));
const updated = (changes?: Record<string, unknown>) => memberEventOf("MESSAGE_UPDATE", message(changes));
const file = (filename: string) => ({
  id: "1",
  filename,
  size: 3,
  url: `https://cdn.example/${filename}?ex=1`,
  proxy_url: "",
});

describe("a DM becomes an event of its author's conversation", () => {
  test("with its ids, its author's display name and its time", () => {
    expect(written()).toEqual({
      kind: "member-wrote",
      message: "1200000000000000001",
      channel: "1200000000000000002",
      profile: { member: "1200000000000000003", displayName: "A Member" },
      text: "hello",
      incomplete: false,
      at: Date.UTC(2026, 2, 1, 10),
    });
  });

  test("an author without a display name goes by the user name", () => {
    const author = { id: "1200000000000000003", username: "member", global_name: null };
    expect(written({ author })).toMatchObject({ profile: { displayName: "member" } });
  });

  test("a reply is a message like any other", () => {
    expect(written({ type: 19, content: "yes" })).toMatchObject({ text: "yes", incomplete: false });
  });

  test("a message without channel type, as REST gives it, is taken for a DM", () => {
    expect(written({ channel_type: undefined })).toMatchObject({ kind: "member-wrote" });
  });
});

describe("what crosses", () => {
  test("attachments cross as one link a line, after the text", () => {
    expect(written({ content: "look", attachments: [file("a.png"), file("b.txt")] })).toMatchObject({
      text: "look\na.png: https://cdn.example/a.png?ex=1\nb.txt: https://cdn.example/b.txt?ex=1",
      incomplete: false,
    });
  });

  test("a voice message crosses as a link to its recording", () => {
    const voice = { ...file("voice-message.ogg"), duration_secs: 2.5, waveform: "AAAA" };
    expect(written({ content: "", flags: 1 << 13, attachments: [voice] })).toMatchObject({
      text: "voice-message.ogg: https://cdn.example/voice-message.ogg?ex=1",
      incomplete: false,
    });
  });

  test.each([
    [1, "https://cdn.discordapp.com/stickers/1200000000000000009.png", "png"],
    [2, "https://cdn.discordapp.com/stickers/1200000000000000009.png", "png"],
    [3, "https://cdn.discordapp.com/stickers/1200000000000000009.json", "json"],
    [4, "https://media.discordapp.net/stickers/1200000000000000009.gif", "gif"],
  ])("a sticker of format %i crosses as a link", (format, url, extension) => {
    const sticker = { id: "1200000000000000009", name: "wave", format_type: format };
    expect(written({ content: "", sticker_items: [sticker] })).toMatchObject({
      text: `wave.${extension}: ${url}`,
      incomplete: false,
    });
  });

  test("a forwarded message crosses with its text and links", () => {
    const snapshot = { message: { content: "original", attachments: [file("a.png")] } };
    expect(written({ content: "", message_snapshots: [snapshot] })).toMatchObject({
      text: "forwarded:\noriginal\na.png: https://cdn.example/a.png?ex=1",
      incomplete: false,
    });
  });

  test("a forwarded message of which nothing can cross is incomplete", () => {
    expect(written({ content: "", message_snapshots: [{ message: { content: "" } }] })).toMatchObject({
      text: "forwarded:",
      incomplete: true,
    });
  });

  test("a poll cannot cross: what else there is does, and the author is to be told", () => {
    expect(written({ content: "", poll: { question: { text: "?" } } })).toMatchObject({ text: "", incomplete: true });
    expect(written({ content: "vote", poll: { question: { text: "?" } } })).toMatchObject({
      text: "vote",
      incomplete: true,
    });
  });

  test("an invitation to play together cannot cross either", () => {
    expect(written({ content: "join me", activity: { type: 1 } })).toMatchObject({ text: "join me", incomplete: true });
  });

  test("a message of which nothing is known is incomplete", () => {
    expect(written({ content: "" })).toMatchObject({ text: "", incomplete: true });
  });
});

describe("what is none of our business", () => {
  test.each([
    ["a bot's message, such as our own", { author: { id: "1200000000000000003", username: "bot", bot: true } }],
    ["a message of Discord itself", { author: { id: "1200000000000000003", username: "discord", system: true } }],
    ["a webhook's message", { webhook_id: "1200000000000000008" }],
    ["a message in a server", { guild_id: "1200000000000000007", channel_type: 0 }],
    ["a message in a group DM", { channel_type: 3 }],
    ["a call", { type: 3 }],
    ["a pin", { type: 6 }],
    ["the echo of a command", { type: 20 }],
  ])("%s", (_, changes) => {
    expect(written(changes)).toBeNull();
    expect(updated({ edited_timestamp: "2026-03-01T10:05:00.000000+00:00", ...changes })).toBeNull();
  });

  test("other events of the Gateway", () => {
    expect(memberEventOf("TYPING_START", { channel_id: "1" })).toBeNull();
  });
});

describe("edits", () => {
  const edit = { content: "hello!", edited_timestamp: "2026-03-01T10:05:00.000000+00:00" };

  test("an edit carries the new text, and the time of the edit as its revision", () => {
    expect(updated(edit)).toEqual({
      kind: "member-edited",
      message: "1200000000000000001",
      revision: "2026-03-01T10:05:00.000000+00:00",
      channel: "1200000000000000002",
      profile: { member: "1200000000000000003", displayName: "A Member" },
      text: "hello!",
      at: Date.UTC(2026, 2, 1, 10, 5),
    });
  });

  test("a link preview is no edit", () => {
    expect(updated({ embeds: [{ url: "https://example.com" }] })).toBeNull();
  });

  test("a link preview of an edited message is the same revision again", () => {
    expect(updated({ ...edit, embeds: [{ url: "https://example.com" }] })).toEqual(updated(edit));
  });
});

describe("a message that is not in the documented shape is unreadable", () => {
  test.each([
    ["no object", null],
    ["no author", message({ author: undefined })],
    ["a numeric id", message({ id: 12 })],
    ["no time", message({ timestamp: "yesterday" })],
    ["no content", message({ content: undefined })],
    ["an attachment without URL", message({ attachments: [{ filename: "a" }] })],
  ])("%s", (_, data) => {
    expect(memberEventOf("MESSAGE_CREATE", data)).toBe("unreadable");
    expect(memberEventOf("MESSAGE_UPDATE", data)).toBe("unreadable");
  });
});
