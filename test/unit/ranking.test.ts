import fc from "fast-check";
import { expect, test } from "vitest";
import { scoresOf, weightOf } from "../../src/knowledge/ranking.ts";
import { type ArticleTerms, tokensOf } from "../../src/knowledge/terms.ts";

const terms = (text: string) => tokensOf(text, "en").map(({ term }) => term);
const article = (title: string, questions: string[] = [], body = ""): ArticleTerms => ({
  title: terms(title),
  questions: questions.map(terms),
  body: terms(body),
});
const query = (text: string, weights: Record<string, number> = {}) => {
  const searched = terms(text).filter((term) => !term.startsWith("~"));
  return { terms: terms(text), weights: new Map(searched.map((term) => [term, weights[term] ?? 1])) };
};
/** The places of the articles, best first. */
const order = (asked: ReturnType<typeof query>, articles: ArticleTerms[]) => {
  const scores = scoresOf(asked, articles);
  return articles.map((_, at) => at).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
};

test("a term in the title counts more than in an example question, and there more than in the text", () => {
  const articles = [
    article("card", ["pin"], "refund"),
    article("card", ["refund"], "pin"),
    article("refund", ["card"], "pin"),
  ];
  expect(order(query("refund"), articles)).toEqual([2, 1, 0]);
});

test("a rare term counts more than a common one", () => {
  const articles = [article("card lost"), article("card eaten")];
  expect(order(query("my card was eaten and lost", { card: 0.1, eaten: 3, lost: 1 }), articles)).toEqual([1, 0]);
  expect(weightOf(1, 100)).toBeGreaterThan(weightOf(50, 100));
  expect(weightOf(0, 100)).toBeGreaterThan(weightOf(1, 100));
  expect(weightOf(100, 90)).toBeGreaterThanOrEqual(0);
});

test("small words and the order of words decide between articles with the same terms", () => {
  const articles = [
    article("Transfers", ["Why was my transfer declined?"]),
    article("Transfers", ["When was my declined transfer sent?"]),
  ];
  expect(order(query("why was a transfer declined"), articles)).toEqual([0, 1]);
  expect(order(query("when will my declined transfer arrive"), articles)).toEqual([1, 0]);
});

test("several example questions that resemble the question count more than one", () => {
  const articles = [
    article("x", ["where is my card", "unrelated words here", "more unrelated words"]),
    article("x", ["where is my card", "where is the card", "card where"]),
  ];
  expect(order(query("where is my card"), articles)[0]).toBe(1);
});

test("what an article has nothing of scores 0, and every score is from 0 to 1", () => {
  expect(scoresOf(query("quantum physics"), [article("refund", ["money back"], "text")])).toEqual([0]);
  expect(scoresOf(query("is it the"), [article("refund")])).toEqual([0]);
  const text = fc.array(fc.constantFrom("card", "refund", "is", "my", "lost", "12", "pin"), { maxLength: 12 });
  fc.assert(
    fc.property(
      text,
      fc.array(fc.tuple(text, fc.array(text, { maxLength: 6 }), text), { maxLength: 5 }),
      (asked, of) => {
        const join = (words: string[]) => words.join(" ");
        const articles = of.map(([title, questions, body]) => article(join(title), questions.map(join), join(body)));
        for (const score of scoresOf(query(join(asked)), articles)) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
        }
      },
    ),
  );
});
