import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeliveryId } from "../../src/conversation/ids.ts";
import type { Fetch } from "../../src/outside/call.ts";
import { attributesOfMark, filesOf, markOf } from "../../src/twilio/message.ts";
import { twilioRest } from "../../src/twilio/rest.ts";
import { CONFIG, CONVERSATION, json, MARK, MEDIA, NOON, sid, twilioError, wireOf } from "./twilio-support.ts";

type Stored = { sid: string; index: number; attributes: string | null; [field: string]: unknown };

const message = (index: number, more: Record<string, unknown> = {}): Stored => ({
  sid: sid("IM", index),
  index,
  author: "agent",
  body: `text ${index}`,
  media: null,
  attributes: "{}",
  date_created: new Date(NOON + index * 1000).toISOString(),
  ...more,
});

/**
 * A conversation that is read in pages, newest first, as Twilio gives them: a page token counts from the newest message at
 * the time of the request. `onPage` runs after each page.
 */
function conversationOf(stored: Stored[], onPage: (n: number) => void = () => undefined) {
  const urls: string[] = [];
  const fetch: Fetch = async (url, init) => {
    urls.push(url);
    const { query } = wireOf(init.method ?? "GET", url, new Headers(init.headers), "");
    const given = new Map(query.map((pair) => pair.split("=", 2) as [string, string]));
    const size = Number(given.get("PageSize"));
    const start = Number(given.get("PageToken") ?? 0);
    const newestFirst = stored.toSorted((a, b) => b.index - a.index);
    const more = start + size < newestFirst.length;
    const next = `https://elsewhere.example/v1/Messages?PageSize=7&Page=1&PageToken=${start + size}`;
    const page = newestFirst.slice(start, start + size);
    onPage(urls.length);
    return json({ messages: page, meta: { next_page_url: more ? next : null } });
  };
  return { urls, twilio: twilioRest({ fetch, now: () => NOON, config: CONFIG }) };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

describe("Reading the messages from an index", () => {
  test("brings each of them once, oldest first, whatever the gaps and the number of pages", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(2000), { maxLength: 350 }), fc.nat(2000), async (indexes, from) => {
        const { twilio } = conversationOf(indexes.map((index) => message(index)));
        const read = await twilio.messagesFrom(CONVERSATION, from);
        const wanted = indexes.filter((index) => index >= from).sort((a, b) => a - b);
        expect(read.kind === "done" && read.value.map(({ index }) => index)).toEqual(wanted);
      }),
      { numRuns: 100 },
    );
  });

  test("stops at the first page that reaches back far enough", async () => {
    const { twilio, urls } = conversationOf(range(0, 500).map((index) => message(index)));
    await twilio.messagesFrom(CONVERSATION, 450);
    expect(urls).toHaveLength(1);
  });

  test("misses nothing when a page ends just before the index", async () => {
    const { twilio, urls } = conversationOf(range(0, 101).map((index) => message(index)));
    const read = await twilio.messagesFrom(CONVERSATION, 0);
    expect(read.kind === "done" && read.value.map(({ index }) => index)).toEqual(range(0, 101));
    expect(urls).toHaveLength(2);
  });

  test("goes on at Twilio's own address, wherever the page before pointed", async () => {
    const { twilio, urls } = conversationOf(range(0, 150).map((index) => message(index)));
    await twilio.messagesFrom(CONVERSATION, 0);
    expect(urls).toHaveLength(2);
    for (const url of urls) expect(url).toMatch(/^https:\/\/conversations\.twilio\.com\/.*Order=desc&PageSize=100/);
  });

  test("loses and doubles nothing when messages arrive between two pages", async () => {
    const stored = range(0, 150).map((index) => message(index));
    const { twilio } = conversationOf(stored, (n) => n === 1 && stored.push(message(150), message(151)));
    const read = await twilio.messagesFrom(CONVERSATION, 0);
    expect(read.kind === "done" && read.value.map(({ index }) => index)).toEqual(range(0, 150));
  });

  test("is refused, not cut short, when there are too many", async () => {
    const { twilio, urls } = conversationOf(range(0, 2101).map((index) => message(index)));
    expect(await twilio.messagesFrom(CONVERSATION, 0)).toEqual({
      kind: "refused",
      status: 0,
      code: 0,
      reason: "more than 2000 messages to read",
    });
    expect(urls).toHaveLength(20);
  });

  test("says who wrote what and when, with files, and which messages are our own", async () => {
    const media = [{ sid: MEDIA, filename: "shot.png", content_type: "image/png", size: 1 }];
    const stored = [
      message(3, { media, body: null }),
      message(4, { author: null, attributes: attributesOfMark(MARK) }),
    ];
    const base = { kind: "agent-wrote", conversation: CONVERSATION, files: [] };
    expect(await conversationOf(stored).twilio.messagesFrom(CONVERSATION, 0)).toEqual({
      kind: "done",
      value: [
        {
          ...base,
          message: sid("IM", 3),
          index: 3,
          author: "agent",
          text: "",
          files: [{ media: MEDIA, filename: "shot.png" }],
          delivery: null,
          at: NOON + 3000,
        },
        { ...base, message: sid("IM", 4), index: 4, author: "system", text: "text 4", delivery: MARK, at: NOON + 4000 },
      ],
    });
  });

  test("says when it fails", async () => {
    const fetch: Fetch = async () => twilioError(429, 20429);
    const twilio = twilioRest({ fetch, now: () => NOON, config: CONFIG });
    expect(await twilio.messagesFrom(CONVERSATION, 0)).toMatchObject({ kind: "later" });
    expect(await twilio.findByMark(CONVERSATION, MARK)).toMatchObject({ kind: "later" });
  });
});

describe("Looking for our mark", () => {
  const ours = (index: number) => message(index, { attributes: attributesOfMark(MARK) });

  test("finds the message among the newest first", async () => {
    const { twilio, urls } = conversationOf([...range(0, 400).map((index) => message(index)), ours(400)]);
    expect(await twilio.findByMark(CONVERSATION, MARK)).toEqual({
      kind: "done",
      value: { message: sid("IM", 400), index: 400 },
    });
    expect(urls).toHaveLength(1);
  });

  test("looks through the newest 500 messages and no further", async () => {
    const within = conversationOf([ours(0), ...range(1, 500).map((index) => message(index))]);
    expect(await within.twilio.findByMark(CONVERSATION, MARK)).toMatchObject({ value: { index: 0 } });
    const beyond = conversationOf([ours(0), ...range(1, 501).map((index) => message(index))]);
    expect(await beyond.twilio.findByMark(CONVERSATION, MARK)).toEqual({ kind: "done", value: null });
    expect(beyond.urls).toHaveLength(5);
  });

  test("finds nothing in an empty conversation", async () => {
    expect(await conversationOf([]).twilio.findByMark(CONVERSATION, MARK)).toEqual({ kind: "done", value: null });
  });
});

describe("A mark", () => {
  test("comes back from the attributes it was written into", () => {
    const character = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    const marks = fc.string({ unit: character, minLength: 22, maxLength: 22 });
    fc.assert(fc.property(marks, (mark) => markOf(attributesOfMark(mark as DeliveryId)) === mark));
  });

  test.each([null, undefined, "", "{", "null", "[]", '"flexcord"', '{"flexcord":1}', '{"flexcord":"short"}'])(
    "is not seen in %s",
    (attributes) => {
      expect(markOf(attributes)).toBe(null);
    },
  );
});

describe("Media", () => {
  test("is read in each of Twilio's spellings", () => {
    const file = { media: MEDIA, filename: "a.png" };
    expect(filesOf([{ sid: MEDIA, filename: "a.png" }])).toEqual([file]);
    expect(filesOf([{ Sid: MEDIA, Filename: "a.png", ContentType: "image/png" }])).toEqual([file]);
    expect(filesOf([{ MediaSid: MEDIA, Filename: "a.png" }])).toEqual([file]);
  });

  test("has a name even when Twilio gives none", () => {
    expect(filesOf([{ Sid: MEDIA }, { sid: MEDIA, filename: "" }, { sid: MEDIA, filename: null }])).toEqual(
      Array(3).fill({ media: MEDIA, filename: "file" }),
    );
  });

  test("that cannot be read is left out, the rest is kept", () => {
    expect(filesOf([{ Sid: "x" }, null, 5, { Sid: MEDIA, Filename: "a" }])).toEqual([{ media: MEDIA, filename: "a" }]);
    expect(filesOf(undefined)).toEqual([]);
    expect(filesOf({ Sid: MEDIA })).toEqual([]);
  });
});
