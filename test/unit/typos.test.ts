import { expect, test } from "vitest";
import { mendTypos } from "../../src/conversation/typos.ts";

const WORDS = new Set(["person", "parler", "hablar", "human"]);

test.each([
  ["talk to a preson", "talk to a person"],
  ["talk to a persson", "talk to a person"],
  ["talk to a perzon", "talk to a person"],
  ["quiero ablar", "quiero hablar"],
  ["humn, preson", "human, person"],
])("one wrong letter is mended: “%s”", (written, meant) => {
  expect(mendTypos(written, WORDS)).toBe(meant);
});

test.each(["parle", "habla", "persona", "prezon", "prsn", "hmn", "human", "persanns", "perrsson"])(
  "“%s” is left alone",
  (written) => {
    expect(mendTypos(written, WORDS)).toBe(written);
  },
);
