import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom, withTypos } from "../../scripts/lib/typos.ts";
import { corrected } from "../../src/knowledge/correction.ts";
import { isCorrectable, keysOf } from "../../src/knowledge/spelling.ts";
import { tokensOf } from "../../src/knowledge/terms.ts";
import { isOneEditApart } from "../../src/one-edit-apart.ts";

const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "é", "𠮷"), minLength: 3, maxLength: 8 });

describe("two words are one edit apart", () => {
  test("when a letter is added, left out, changed or swapped with its neighbour", () => {
    for (const other of ["refnd", "refunds", "rrefund", "refumd", "refnud", "erfund"])
      expect(isOneEditApart("refund", other), other).toBe(true);
    for (const other of ["refund", "rfnd", "refnudd", "fundre", "rednuf"])
      expect(isOneEditApart("refund", other), other).toBe(false);
  });

  test("either way round", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(isOneEditApart(a, b)).toBe(isOneEditApart(b, a));
      }),
    );
  });

  test("and then they share a key, so that the index finds one by the other", () => {
    const edit = fc.tuple(word, fc.nat(7), fc.nat(3), fc.constantFrom("a", "z"));
    fc.assert(
      fc.property(edit, ([from, place, kind, letter]) => {
        const letters = [...from];
        const at = place % letters.length;
        const to = [
          () => letters.toSpliced(at, 1),
          () => letters.toSpliced(at, 0, letter),
          () => letters.toSpliced(at, 1, letter),
          () => letters.toSpliced(at, 2, ...letters.slice(at, at + 2).toReversed()),
        ]
          [kind]?.()
          .join("");
        if (to === undefined || to === from || [...to].length < 3) return;
        expect(isOneEditApart(from, to)).toBe(true);
        expect(keysOf(from).some((key) => keysOf(to).includes(key))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

test("short words, numbers and pairs of letters are left as they are", () => {
  for (const text of ["as", "ps5", "不具"]) expect(tokensOf(text, "en").some(isCorrectable), text).toBe(false);
});

describe("a question with unknown words", () => {
  const reading = { locale: "en", tokens: tokensOf("my cadr was eaten", "en") };
  const near = (unknown: string, ...words: string[]) =>
    words.map((text) => ({ unknown, word: text, term: tokensOf(text, "en")[0]?.term ?? "" }));
  const about = (...texts: string[]) =>
    texts.map((text) => ({
      terms: { title: tokensOf(text, "en").map(({ term }) => term), questions: [], body: [] },
      score: 0.5,
    }));

  test("is read with the one known word that is one edit apart", () => {
    const { tokens } = corrected(reading, near("cadr", "card", "cadres"), about("card"));
    expect(tokens.map(({ word }) => word)).toEqual(["my", "card", "was", "eaten"]);
  });

  test("is read with the word that articles about the rest of it use, when there are several", () => {
    const neighbours = near("cadr", "card", "cadre");
    expect(corrected(reading, neighbours, about("cadre training", "cadre")).tokens[1]?.word).toBe("cadre");
    expect(corrected(reading, neighbours, about("card eaten")).tokens[1]?.word).toBe("card");
  });

  test("stays the same where no known word is near", () => {
    expect(corrected(reading, [], about("card"))).toBe(reading);
    expect(corrected(reading, near("cadr", "castle"), about("castle"))).toBe(reading);
  });
});

test("typing errors are one edit each, in about the share asked for, and the same for the same seed", () => {
  const text = Array.from({ length: 2_000 }, () => "different").join(" ");
  const wrong = withTypos(text, 0.25, seededRandom(7));
  expect(withTypos(text, 0.25, seededRandom(7))).toBe(wrong);
  const words = wrong.split(" ");
  const changed = words.filter((other) => other !== "different");
  expect(changed.length / words.length).toBeGreaterThan(0.2);
  expect(changed.length / words.length).toBeLessThan(0.3);
  for (const other of changed) expect(isOneEditApart("different", other), other).toBe(true);
  expect(withTypos("a to be", 1, seededRandom(1))).toBe("a to be");
});
