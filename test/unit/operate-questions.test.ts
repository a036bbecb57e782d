import { describe, expect, test } from "vitest";
import { FakeWorker, NOW, run } from "./operate-support.ts";

const QUESTIONS = "GET /api/knowledge/questions";
const DISMISS = "POST /api/knowledge/questions/500000000000000001/dismiss";
const question = (change: object = {}) => ({
  id: "500000000000000001",
  locale: "en",
  text: "Where are my gems?",
  answer: "nothing",
  shown: [],
  opened: [],
  helped: [],
  notHelped: [],
  personAsked: false,
  at: NOW,
  ...change,
});

describe("questions", () => {
  test("shows what no article answered: what the member got, and made of it", async () => {
    const questions = [
      question(),
      question({ answer: "suggestions", shown: ["gems", "codes"], personAsked: true, locale: "pt-BR" }),
      question({ answer: "suggestions", shown: ["gems", "codes"], opened: ["gems"], notHelped: ["gems"] }),
    ];
    const worker = new FakeWorker({ [`${QUESTIONS}?state=unanswered`]: { questions, next: null } });
    const { code, printed } = await run(["questions"], worker);
    expect(code).toBe(0);
    expect(printed).toEqual([
      `ASKED                    ID${" ".repeat(18)}LANGUAGE  ANSWER${" ".repeat(24)}QUESTION`,
      `2026-11-21 08:30:15 UTC  500000000000000001  en        nothing${" ".repeat(23)}Where are my gems?`,
      "2026-11-21 08:30:15 UTC  500000000000000001  pt-BR     gems codes, person asked for  Where are my gems?",
      `2026-11-21 08:30:15 UTC  500000000000000001  en        gems did not help${" ".repeat(13)}Where are my gems?`,
      "",
      "3 in all.",
      "To take one off the list: npm run operate -- questions dismiss ID.",
    ]);
  });

  test("helped shows what an article helped with, and says where there is more", async () => {
    const questions = [question({ helped: ["gems"], text: "steer\u001b[2J the\nterminal" })];
    const worker = new FakeWorker({ [`${QUESTIONS}?state=helped`]: { questions, next: "1_500000000000000001" } });
    const { printed } = await run(["questions", "helped"], worker);
    expect(printed[1]).toMatch(/ {2}gems helped {2}steer \[2J the terminal$/);
    expect(printed).toContain("The newest 1; there are more.");
  });

  test("says that there are none", async () => {
    const worker = new FakeWorker({ [`${QUESTIONS}?state=unanswered`]: { questions: [], next: null } });
    expect((await run(["questions"], worker)).printed).toEqual(["There are no such questions."]);
  });
});

describe("questions dismiss", () => {
  const dismiss = ["questions", "dismiss", "500000000000000001"];

  test("takes one off its list", async () => {
    const worker = new FakeWorker({ [DISMISS]: { outcome: { kind: "dismissed" } } });
    expect(await run(dismiss, worker)).toEqual({
      code: 0,
      printed: ["Question 500000000000000001 is off its list."],
      complaints: [],
    });
  });

  test.for([
    [409, "Somebody has made this question an example of gems (en)", /refused \(HTTP 409\): Somebody has made/],
    [404, "There is no such question", /refused \(HTTP 404\): There is no such question/],
    [404, "Not found", /knows no such route \(HTTP 404\)/],
  ] as const)("that is answered with %i %s says so", async ([status, error, complaint]) => {
    const worker = new FakeWorker({ [DISMISS]: Response.json({ error }, { status }) });
    const { code, complaints } = await run(dismiss, worker);
    expect([code, complaints]).toEqual([1, [expect.stringMatching(complaint)]]);
  });
});

test.for([
  [["questions", "all"], "questions knows no all"],
  [["questions", "dismiss"], "questions dismiss needs an ID"],
  [["questions", "dismiss", "1", "2"], "there is more than the command takes: 2"],
  [["questions", "helped", "1"], "there is more than the command takes: 1"],
  [["questions", "--all"], "--all is for retry"],
] as const)("%j is not understood", async ([args, complaint]) => {
  const { code, complaints } = await run([...args]);
  expect(code).toBe(2);
  expect(complaints.join()).toContain(complaint);
});
