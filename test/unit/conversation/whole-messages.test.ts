import fc from "fast-check";
import { expect, test } from "vitest";
import type { Line } from "../../../src/conversation/deliveries.ts";
import type { DiscordMessageId } from "../../../src/conversation/ids.ts";
import { splitIntoPieces } from "../../../src/conversation/split.ts";
import { wholeMessages } from "../../../src/conversation/whole-messages.ts";

const NOON = Date.UTC(2026, 10, 2, 12);

type Kind = "text" | "edited-text";
const id = (source: string) => source as DiscordMessageId;

function line(text: string, source: string | null, at = NOON, kind: Kind = "text"): Line {
  return {
    author: "member",
    content: { kind, open: "", text, close: "" },
    at,
    source: source === null ? null : id(source),
  };
}

const told = (lines: readonly Line[]) =>
  lines.map(({ content }) => (content.kind === "text" || content.kind === "edited-text" ? content.text : content.kind));

test("a message that was cut for Twilio is whole again, without what was added around its parts", () => {
  const texts = fc.array(fc.constantFrom("word ", "```js\n", "code();\n", "```", "🙂", "\n"), { maxLength: 60 });
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 3 }), (messages) => {
      const whole = messages.map((some) => `begin ${some.join("")}`);
      const lines = whole.flatMap((text, n): Line[] =>
        splitIntoPieces(text, 80).map((piece) => ({
          author: "member",
          content: { kind: "text", ...piece },
          at: NOON + n,
          source: id(`60000000000000000${n}`),
        })),
      );
      expect(told(wholeMessages(lines))).toEqual(whole);
      expect(
        wholeMessages(lines).every(({ content }) => "open" in content && content.open + content.close === ""),
      ).toBe(true);
    }),
  );
});

test("messages stand in the order they were written, not in the one they failed in", () => {
  const lines = [line("third", "603", NOON + 2), line("first", "601"), line("second", "602", NOON + 1)];
  expect(told(wholeMessages(lines))).toEqual(["first", "second", "third"]);
});

test("those of one millisecond stand by Discord's ids, which are numbers", () => {
  const lines = [line("third", "1000"), line("second", "999"), line("first", "998")];
  expect(told(wholeMessages(lines))).toEqual(["first", "second", "third"]);
});

test("what has no message of its own is left alone", () => {
  const button: Line = { author: "member", content: { kind: "asked-for-person" }, at: NOON, source: null };
  expect(told(wholeMessages([line("one", null), line("two", null), button, button]))).toEqual([
    "one",
    "two",
    "asked-for-person",
    "asked-for-person",
  ]);
  const about: Line = { ...button, source: id("601") };
  expect(wholeMessages([about, about])).toEqual([about, about]);
  expect(told(wholeMessages([line("text", "601"), about]))).toEqual(["text", "asked-for-person"]);
});

test("an edit is a message apart from what it corrects, and whole as well", () => {
  const lines = [
    line("text", "601"),
    line("edited: te", "601", NOON + 1, "edited-text"),
    line("xt", "601", NOON + 1, "edited-text"),
  ];
  const whole = wholeMessages(lines);
  expect(told(whole)).toEqual(["text", "edited: text"]);
  expect(whole.map(({ content }) => content.kind)).toEqual(["text", "edited-text"]);
});

test("nothing is done to the lines that were given", () => {
  const lines = [line("b", "601", NOON + 1), line("a", "601")];
  wholeMessages(lines);
  expect(told(lines)).toEqual(["b", "a"]);
});
