import { describe, expect, test } from "vitest";
import { changesBetween, describeChanges } from "../../scripts/lib/article-changes.ts";
import { article } from "./article-support.ts";

const NOW = 1_800_000_000_000;
const exactly = { now: NOW, keepOthers: false };
const stored = [article("a"), article("a", { locale: "de" }), article("b")];

test("what is not stored is added, what differs is changed, what is not wanted is removed", () => {
  const changes = changesBetween(stored, [article("a"), article("b", { body: "Other." }), article("c")], exactly);
  expect(describeChanges(changes)).toEqual([
    "  added    c  en",
    "  changed  b  en",
    "  removed  a  de",
    "1 added, 1 changed, 1 removed, 1 unchanged",
  ]);
});

test("others stay where they are to be kept", () => {
  expect(changesBetween(stored, [article("c")], { now: NOW, keepOthers: true }).removed).toEqual([]);
});

test.each([
  { title: "Other" },
  { summary: "Other" },
  { questions: [] },
  { questions: ["What about a?", "And?"] },
  { labels: ["new"] },
  { link: "/desk/a" },
  { audience: "agents" as const },
  { body: "Other" },
  { updatedAt: 5 },
])("an article differs by %j", (rest) => {
  expect(changesBetween([article("a")], [article("a", rest)], exactly).changed).toHaveLength(1);
});

describe("an article whose source names no time", () => {
  const untimed = (rest = {}) => ({ ...article("a", rest), updatedAt: null });

  test("keeps its stored time while it stays as it is", () => {
    expect(changesBetween([article("a")], [untimed()], exactly)).toMatchObject({ changed: [], unchanged: 1 });
  });

  test("was changed now when it is new or other than before", () => {
    const { added } = changesBetween([], [untimed()], exactly);
    const { changed } = changesBetween([article("a")], [untimed({ body: "Other." })], exactly);
    expect([added[0]?.updatedAt, changed[0]?.updatedAt]).toEqual([NOW, NOW]);
  });
});

test("an article that a version without today's index stored is stored anew", () => {
  const { changed } = changesBetween([article("a", { updatedAt: 0 })], [{ ...article("a"), updatedAt: null }], exactly);
  expect(changed).toEqual([article("a", { updatedAt: NOW })]);
});
