import { describe, expect, test } from "vitest";
import type { Actor } from "../../src/cases/actor.ts";
import type { Case, CaseStatus, History, HistoryEntry } from "../../src/cases/case.ts";
import { memberMessenger, newsForMember } from "../../src/cases/member-news.ts";
import type { CaseNewsCame } from "../../src/conversation/case-events.ts";
import type { StaffIdentity } from "../../src/conversation/ids.ts";
import { CASE, MEMBER } from "../support/people.ts";

const AGENT: Actor = { kind: "staff", identity: "agent_one" as StaffIdentity };
const THEMSELVES: Actor = { kind: "member", id: MEMBER };
const NOTHING = { resolvedAt: null, reopenedAt: null, closedBy: null, closedAt: null, firstResponseAt: null };
const ONE: Case = {
  ...{ kind: "support", status: "open", priority: "normal", assignee: null, product: null, tags: [], fields: {} },
  ...{ title: "My gems", description: "", id: CASE, server: null, number: 12, member: MEMBER, createdBy: THEMSELVES },
  ...{ createdAt: 1, updatedAt: 9, firstResponseDue: null, resolutionDue: null, breaches: [], satisfaction: null },
  ...NOTHING,
  version: 5,
};

const moved = (after: CaseStatus): HistoryEntry => ({ what: "field", field: "status", before: "open", after });
const changed = (entries: readonly HistoryEntry[], actor: Actor, now: Partial<Case> = {}) => ({
  case: { ...ONE, ...now },
  version: 3,
  entries: entries.map((entry): History => ({ ...entry, version: 3, at: 7, actor })),
});

describe("what a member is told of a change", () => {
  test.each(["open", "pending", "elevated", "resolved"] as const)("is that the case is %s now", (status) => {
    expect(newsForMember(changed([moved(status)], AGENT, { status }))).toEqual([{ kind: "status", status }]);
  });

  test("when it was closed is that, and the question how it was", () => {
    expect(newsForMember(changed([moved("closed")], AGENT, { status: "closed" }))).toEqual([
      { kind: "status", status: "closed" },
      { kind: "how-was-it" },
    ]);
  });

  test("who closed it themselves is the question alone", () => {
    expect(newsForMember(changed([moved("closed")], THEMSELVES, { status: "closed" }))).toEqual([
      { kind: "how-was-it" },
    ]);
    expect(newsForMember(changed([moved("open")], THEMSELVES))).toEqual([]);
  });

  test("is not the question how it was where that is known, or the case is open again", () => {
    const rated = { status: "closed", satisfaction: { stars: 5, comment: null } } as const;
    expect(newsForMember(changed([moved("closed")], AGENT, rated))).toEqual([{ kind: "status", status: "closed" }]);
    expect(newsForMember(changed([moved("closed")], THEMSELVES, { status: "open" }))).toEqual([]);
  });

  test("at a check-in is the question alone, as long as the case is not over", () => {
    const entries = [moved("pending"), { what: "check-in" }] as const;
    expect(newsForMember(changed(entries, AGENT, { status: "pending" }))).toEqual([{ kind: "check-in" }]);
    expect(newsForMember(changed(entries, AGENT, { status: "closed" }))).toEqual([]);
  });

  test("is nothing of what staff do among themselves", () => {
    expect(newsForMember(changed([{ what: "note", after: "secret" }], AGENT))).toEqual([]);
  });
});

test("the messenger hands the news to the member's conversation, also where nothing is left to be said", async () => {
  const handed: [string, CaseNewsCame][] = [];
  const messenger = memberMessenger(async (member, news) => handed.push([member, news]));
  const about = { kind: "case-news", case: CASE, number: 12, version: 3, at: 7 } as const;
  await messenger(changed([moved("pending")], AGENT, { status: "pending" }));
  await messenger(changed([moved("closed")], THEMSELVES, { status: "open" }));
  expect(handed).toEqual([
    [MEMBER, { ...about, news: [{ kind: "status", status: "pending" }] }],
    [MEMBER, { ...about, news: [] }],
  ]);
});
