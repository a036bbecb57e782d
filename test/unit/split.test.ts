import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { shortenText, splitIntoPieces, splitText } from "../../src/conversation/split.ts";

const RUNS = 10_000;
// So many cases take seconds where other work shares the machine.
vi.setConfig({ testTimeout: 60_000 });

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
/** What surrounds the code in a part of a cut fence: a marker with a language of at most 32 characters, and a closing one. */
const FENCE_MARKUP = "```".length + 32 + "\n".length + "\n```".length;

const scraps = fc.constantFrom(
  ...["a", "word", "Sentence.", "Really?!", "x".repeat(40), " ", "  ", "\n", "\n\n", "\r\n", "\t", "`", "``"],
  ...["👍", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "👍🏽", "e\u0301", "क्षि", "\u0600", "\u200d", "\u0301", "\ud83d", "\udc4d"],
  ...["日本語の文。", "質問です！", "「はい。」", "繁體中文？"],
);
const textOf = (characters: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength, size: "max" });
const markers = fc.constantFrom("```", "```js\n", "```typescript\n", "\n```\n");
const plainTexts = fc.array(fc.oneof({ weight: 4, arbitrary: scraps }, fc.string({ unit: "binary", maxLength: 6 })), {
  maxLength: 60,
  size: "max",
});
const plain = plainTexts.map((some) => some.join("")).filter((text) => !text.includes("```"));
const fenced = fc
  .array(fc.oneof({ weight: 5, arbitrary: scraps }, { weight: 1, arbitrary: markers }), {
    maxLength: 80,
    size: "max",
  })
  .map((some) => some.join(""));

/** Positions in the text between one part and the next. */
function cutsOf(pieces: readonly { text: string }[]): number[] {
  let at = 0;
  return pieces.slice(0, -1).map(({ text }) => {
    at += text.length;
    return at;
  });
}

/** The graphemes that a cut goes through. */
function brokenGraphemes(text: string, cuts: readonly number[]): string[] {
  return [...graphemes.segment(text)]
    .filter(({ index, segment }) => cuts.some((cut) => cut > index && cut < index + segment.length))
    .map(({ segment }) => segment);
}

function breaksPair(text: string, cut: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(cut - 1, cut + 1));
}

describe("any text", () => {
  test("without fences comes back exactly when its parts are joined, and each part has its size", () => {
    fc.assert(
      fc.property(plain, fc.integer({ min: 2, max: 200 }), (text, limit) => {
        const parts = splitText(text, limit);
        expect(parts.join("")).toBe(text);
        for (const part of parts) {
          expect(part.length).toBeGreaterThan(0);
          expect(part.length).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("is never cut inside a surrogate pair, nor inside a grapheme that fits into a part", () => {
    fc.assert(
      fc.property(plain, fc.integer({ min: 2, max: 120 }), (text, limit) => {
        const cuts = cutsOf(splitIntoPieces(text, limit));
        for (const cut of cuts) expect(breaksPair(text, cut)).toBe(false);
        for (const grapheme of brokenGraphemes(text, cuts)) expect(grapheme.length).toBeGreaterThan(limit);
      }),
      { numRuns: RUNS },
    );
  });

  test("gives no blank part, as long as it has no long run of blank space", () => {
    const lines = fc.array(
      fc.tuple(fc.constantFrom("a", "word", "👨‍👩‍👧‍👦", "end.", "x".repeat(200)), textOf(" \n", 0, 9)),
      {
        minLength: 1,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(lines, textOf(" \n", 0, 9), fc.integer({ min: 30, max: 90 }), (some, before, limit) => {
        const text = before + some.flat().join("");
        for (const part of splitText(text, limit)) expect(part.trim()).not.toBe("");
      }),
      { numRuns: RUNS },
    );
  });
});

describe("a text with code fences", () => {
  test("loses nothing: what was added apart, its pieces are the text", () => {
    fc.assert(
      fc.property(fenced, fc.integer({ min: 80, max: 300 }), (text, limit) => {
        const pieces = splitIntoPieces(text, limit);
        expect(pieces.map((piece) => piece.text).join("")).toBe(text);
        for (const { open, text: piece, close } of pieces) {
          expect(piece).not.toBe("");
          expect((open + piece + close).length).toBeLessThanOrEqual(limit);
          expect(open).toMatch(/^(?:```[\w+\-.#]{0,32}\n)?$/);
          expect(close).toMatch(/^(?:\n?```)?$/);
        }
        const cuts = cutsOf(pieces);
        for (const cut of cuts) expect(breaksPair(text, cut)).toBe(false);
        for (const grapheme of brokenGraphemes(text, cuts)) {
          expect(grapheme.length).toBeGreaterThan(limit - FENCE_MARKUP);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("has every fence closed in each part, and none that was short is cut", () => {
    const prose = textOf("abc .\n", 0, 60);
    const code = fc.tuple(fc.constantFrom("", "js\n", "\n"), textOf("xyz(){};\n ", 1, 400), fc.boolean());
    const blocks = fc.array(fc.tuple(prose, code), { maxLength: 4, size: "max" });
    fc.assert(
      fc.property(blocks, fc.integer({ min: 80, max: 300 }), (some, limit) => {
        const fences = some.map(
          ([, [language, body, newline]]) => `\`\`\`${language}x${body}${newline ? "\n" : ""}\`\`\``,
        );
        const text = some.map(([before], i) => `${before}${fences[i]}`).join("");
        const pieces = splitIntoPieces(text, limit);
        for (const part of splitText(text, limit)) {
          expect(part.length).toBeLessThanOrEqual(limit);
          expect(part.split("```").length % 2).toBe(1);
          expect(part).not.toMatch(/```(?:js\n)?\s*```$/);
        }
        // The prose before a fence may be blank and stay with it.
        const long = fences.filter((fence) => fence.length + 61 > limit).length;
        if (long === 0) expect(pieces.every(({ open, close }) => open === "" && close === "")).toBe(true);
        pieces.forEach(({ close }, i) => {
          expect(pieces[i + 1]?.open !== undefined && pieces[i + 1]?.open !== "").toBe(close !== "");
        });
      }),
      { numRuns: RUNS },
    );
  });

  test("a long fence is closed in one part and opened again with its language in the next", () => {
    const code = Array.from({ length: 20 }, (_, i) => `line(${i});`).join("\n");
    const parts = splitText(`Try this:\n\`\`\`js\n${code}\n\`\`\`\nDone.`, 100);
    expect(parts[0]).toBe("Try this:\n");
    for (const part of parts.slice(1, -1)) expect(part).toMatch(/^```js\nline\(\d+\);\n[^`]*```$/);
    expect(parts.at(-1)).toMatch(/^```js\nline[^`]*```\nDone\.$/);
  });

  test("a fence that fits goes into the next part as a whole", () => {
    const fence = `\`\`\`\n${"code\n".repeat(12)}\`\`\``;
    expect(splitText(`Some words before. ${fence}\nSome words after.`, 80)).toEqual([
      "Some words before. ",
      `${fence}\n`,
      "Some words after.",
    ]);
  });

  test("blank space after a fence that has just fitted makes no part of its own", () => {
    const fence = `\`\`\`\n${"code\n".repeat(14)}c\n\`\`\``;
    expect(fence).toHaveLength(79);
    for (const part of splitText(`${fence}\n\n\n`, 80)) expect(part.trim()).not.toBe("");
  });

  test.each([
    ["before", `${"x".repeat(70)}\u0600`, `\`\`\`js\n${"y".repeat(70)}\n\`\`\``],
    ["after", "", `\`\`\`js\n${"y".repeat(70)}\n\`\`\`\u0301${"z".repeat(30)}`],
  ])("a marker that belongs to a grapheme that begins or ends %s it is text", (_, before, rest) => {
    const text = before + rest;
    expect(brokenGraphemes(text, cutsOf(splitIntoPieces(text, 80)))).toEqual([]);
  });

  test("a long line of code is cut rather than its fence left empty, at its start as at its end", () => {
    const line = "x".repeat(70);
    expect(splitText(`\`\`\`js\n${line}${line}\n\`\`\``, 80)).toEqual([
      `\`\`\`js\n${line}\n\`\`\``,
      `\`\`\`js\n${line}\n\`\`\``,
    ]);
    expect(splitText(`\`\`\`js\n${line}\n\n\n\`\`\``, 80)).toEqual([
      `\`\`\`js\n${line.slice(1)}\n\`\`\``,
      "```js\nx\n\n\n```",
    ]);
  });

  test("a long word after a fence goes into the next part as a whole", () => {
    const word = "x".repeat(75);
    expect(splitText(`\`\`\`code\`\`\`${word}`, 80)).toEqual(["```code```", word]);
  });

  test("a piece of a fence is closed on a line of its own", () => {
    expect(splitIntoPieces(`\`\`\`js\na\n\n${"x".repeat(100)}\n\`\`\``, 80)).toEqual([
      { open: "", text: "```js\na\n\n", close: "```" },
      { open: "```js\n", text: "x".repeat(70), close: "\n```" },
      { open: "```js\n", text: `${"x".repeat(30)}\n\`\`\``, close: "" },
    ]);
  });

  test("a language has at most 32 characters and ends its line; without one the fence is opened again plain", () => {
    const code = "code();\n".repeat(12);
    const second = (opener: string) => splitText(`\`\`\`${opener}\n${code}\`\`\``, 100)[1]?.split("\n")[0];
    expect(second("l".repeat(32))).toBe(`\`\`\`${"l".repeat(32)}`);
    expect(second("l".repeat(33))).toBe("```");
    expect(second("C++")).toBe("```C++");
    expect(second(" js")).toBe("```");
    expect(second("")).toBe("```");
  });

  test("three backticks right behind three others close nothing: there is no code between them", () => {
    const text = `\`\`\`\`\`\`${"word ".repeat(30)}`;
    expect(splitIntoPieces(text, 100).every(({ open, close }) => open + close === "")).toBe(true);
  });

  test("a fence of blank space alone, or with little beside it, is cut like any other", () => {
    const blank = `\`\`\`js\n${"\n".repeat(100)}\n\`\`\`x`;
    expect(splitIntoPieces(blank, 80).map(({ text }) => text.length)).toEqual([76, 35]);
    expect(splitText(`ab\`\`\`js\n${" ".repeat(78)}z\n\`\`\`x`, 80)).toEqual([
      "ab",
      `\`\`\`js\n${" ".repeat(70)}\n\`\`\``,
      `\`\`\`js\n${" ".repeat(8)}z\n\`\`\`x`,
    ]);
  });

  test("below eighty characters a fence is cut like other text", () => {
    const pieces = splitIntoPieces(`\`\`\`js\n${"code();\n".repeat(12)}\`\`\``, 79);
    expect(pieces.every(({ open, close }) => open + close === "")).toBe(true);
    expect(pieces).toHaveLength(2);
  });

  test("a fence that nobody closed is text", () => {
    const text = `\`\`\`js\n${"word ".repeat(50)}`;
    expect(splitText(text, 100).join("")).toBe(text);
  });
});

describe("a part ends, where it can, at the end of", () => {
  const eighty = `${"word ".repeat(15)}word`;

  test.each([
    ["a paragraph", `${eighty}\n\n`, `Next line\nand a sentence. And words ${eighty}`],
    ["a line", `${eighty}\n`, `Next sentence. And words ${eighty}`],
    ["a sentence", `${eighty}. `, `Next words without end ${eighty}`],
    ["a sentence in a script without spaces", `${eighty}。`, `つぎの ${eighty}`],
    ["a word", `${eighty} `, `${"x".repeat(150)}`],
  ])("%s", (_, first, rest) => {
    expect(splitText(first + rest, 120)[0]).toBe(first);
  });

  test("the best of them, if it is in the second half of the part; the last of all where none is", () => {
    expect(splitText("abcdefgh\n\nijk lmn opq rst", 20)[0]).toBe("abcdefgh\n\n");
    expect(splitText("abcdefg\n\nhijk lmn opq rst", 20)[0]).toBe("abcdefg\n\nhijk lmn ");
    expect(splitText(`one\n\ntwo ${"x".repeat(20)}`, 20)[0]).toBe("one\n\ntwo ");
    expect(splitText(`a\n\nb. c ${"x".repeat(20)}`, 20)[0]).toBe("a\n\nb. c ");
    expect(splitText(`a b. c\n\n${"x".repeat(20)}`, 20)[0]).toBe("a b. c\n\n");
    expect(splitText(`a b c. ${"x".repeat(20)}`, 20)[0]).toBe("a b c. ");
  });

  test("a sentence whose last sign is followed by quotes or brackets, but not by a word", () => {
    expect(splitText('He said "stop!" and went', 20)[0]).toBe('He said "stop!" ');
    expect(splitText("(He went away.) and then", 20)[0]).toBe("(He went away.) ");
    expect(splitText("version 1.2x is the newest", 20)[0]).toBe("version 1.2x is the ");
    expect(splitText("そうですか！？」はいはいはい", 10)[0]).toBe("そうですか！？」");
  });

  test("a word rather than inside one, even if that is far from the limit", () => {
    const link = `https://example.com/${"x".repeat(70)}`;
    expect(splitText(`See ${link}`, 90)).toEqual(["See ", link]);
  });
});

test("a text that is short enough is not shortened", () => {
  expect(shortenText("short", 5)).toBe("short");
});

test("a text that fits is one part, and no text is none", () => {
  expect(splitText("short", 5)).toEqual(["short"]);
  expect(splitText("", 5)).toEqual([]);
  expect(() => splitText("text", 1)).toThrow(new RangeError("cannot split into parts of 1 characters"));
});

test("a grapheme longer than a part is cut between its code points", () => {
  const family = "👨‍👩‍👧‍👦";
  expect(splitText(family, 4)).toEqual(["👨‍", "👩‍", "👧‍", "👦"]);
  expect(splitText(family, 2).join("")).toBe(family);
  expect(splitText(family, 2).every((part) => part.isWellFormed())).toBe(true);
});

test.each([
  ["words", "word ".repeat(20_000)],
  ["one word", "x".repeat(100_000)],
  ["blank space", `${" ".repeat(99_999)}x`],
  ["ends of sentences", "!".repeat(100_000)],
  ["small fences", "```x```\n".repeat(12_500)],
  ["one fence", `\`\`\`js\n${"code();\n".repeat(12_500)}\`\`\``],
  ["backticks", "`".repeat(100_000)],
  ["one grapheme", `e${"\u0301".repeat(99_999)}`],
])("100 KB of %s are split", (_, text) => {
  const pieces = splitIntoPieces(text, 2000);
  expect(pieces.map((piece) => piece.text).join("")).toBe(text);
  expect(pieces.length).toBeLessThan(110);
});

describe("a shortened text", () => {
  test("has its size, ends with an ellipsis and breaks no grapheme", () => {
    fc.assert(
      fc.property(plain, fc.integer({ min: 1, max: 80 }), (text, limit) => {
        const short = shortenText(text, limit);
        fc.pre(text.length > limit);
        expect(short.length).toBeLessThanOrEqual(limit);
        expect(short.endsWith("…")).toBe(true);
        const kept = short.slice(0, -1);
        expect(text.startsWith(kept)).toBe(true);
        expect(brokenGraphemes(text, [kept.length])).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});
