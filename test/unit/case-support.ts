import fc from "fast-check";
import type { Actor } from "../../src/cases/actor.ts";
import {
  BREACHES,
  CASE_KINDS,
  CASE_STATUSES,
  type Case,
  type CaseFields,
  PRIORITIES,
  STARS,
} from "../../src/cases/case.ts";
import type { CaseChange } from "../../src/cases/rules.ts";
import type {
  ApiKeyId,
  CaseId,
  DiscordGuildId,
  DiscordUserId,
  SessionId,
  StaffIdentity,
} from "../../src/conversation/ids.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/settings/settings.ts";

export const MEMBER: Actor = { kind: "member", id: "100000000000000001" as DiscordUserId };
export const AGENT: Actor = { kind: "staff", identity: "agent_one" as StaffIdentity };
export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;
/** When {@link aCase} was opened. */
export const OPENED = Date.parse("2026-11-18T09:00Z");

/** Settings with two products, two fields, and targets that are the shorter the more pressing a case is. */
export const SETTINGS: Settings = {
  ...DEFAULT_SETTINGS,
  reopenDays: 14,
  products: ["Gem Quest", "Moon Farm"],
  fields: [
    { name: "order", label: "Order", type: "number" },
    { name: "platform", label: "Platform", type: "choice", choices: ["iOS", "Android"] },
  ],
  targets: {
    low: { firstResponse: null, resolution: null },
    normal: { firstResponse: 60, resolution: 2880 },
    high: { firstResponse: 30, resolution: 480 },
    urgent: { firstResponse: 10, resolution: 120 },
  },
};

/** An open case of normal priority that nobody has answered. */
export function aCase(change: Partial<Case> = {}): Case {
  return {
    id: "5a0c1e7e-6d1b-4c4e-9d8f-0a1b2c3d4e5f" as CaseId,
    server: "300000000000000001" as DiscordGuildId,
    number: 12,
    member: "100000000000000001" as DiscordUserId,
    kind: "support",
    status: "open",
    priority: "normal",
    assignee: null,
    product: null,
    tags: [],
    fields: {},
    title: "My gems have not arrived",
    description: "",
    createdBy: MEMBER,
    createdAt: OPENED,
    updatedAt: OPENED,
    reopenedAt: null,
    resolvedAt: null,
    closedBy: null,
    closedAt: null,
    firstResponseAt: null,
    firstResponseDue: OPENED + 60 * MINUTE,
    resolutionDue: OPENED + 2880 * MINUTE,
    breaches: [],
    satisfaction: null,
    version: 1,
    ...change,
  };
}

/** Who may change a case. */
export const anyActor: fc.Arbitrary<Actor> = fc.constantFrom<Actor>(
  MEMBER,
  AGENT,
  { kind: "key", id: "k1" as ApiKeyId },
  { kind: "link" },
  { kind: "bridge" },
);

const word = fc.constantFrom("gems", "shop", "login", "", "x".repeat(201));
const fields: fc.Arbitrary<Partial<CaseFields>> = fc.record(
  {
    kind: fc.constantFrom(...CASE_KINDS),
    status: fc.constantFrom(...CASE_STATUSES),
    priority: fc.constantFrom(...PRIORITIES),
    assignee: fc.constantFrom("agent_one" as StaffIdentity, null),
    product: fc.constantFrom("Gem Quest", "Moon Farm", "Atlantis", null),
    tags: fc.subarray(["crash", "gems", "refund"]),
    fields: fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ order: fc.nat(3), platform: fc.constantFrom("iOS", "Android") }, { requiredKeys: [] }),
      },
      { weight: 1, arbitrary: fc.constantFrom({ order: "seven" }, { colour: "red" }) },
    ),
    title: word,
    description: word,
  },
  { requiredKeys: [] },
);

/** Any change, most of them of one thing or two, some of them not allowed. */
export const anyChange: fc.Arbitrary<CaseChange> = fc
  .record({
    set: fc.tuple(
      fields,
      fc.subarray(["kind", "status", "priority", "assignee", "product", "tags", "fields", "title"]),
    ),
    rest: fc.record(
      {
        note: fc.constantFrom("Called", ""),
        linkSession: fc.constantFrom("100000000000000001-2" as SessionId),
        linkCase: fc.constantFrom("00000000-0000-4000-8000-000000000000" as CaseId),
        checkIn: fc.constant(true as const),
        firstResponse: fc.record({ at: fc.constant(OPENED + 5 * MINUTE) }),
        breach: fc.constantFrom(...BREACHES),
        rating: fc.constantFrom(...STARS),
        ratingComment: fc.constantFrom("Quick", " "),
      },
      { requiredKeys: [] },
    ),
    kept: fc.uniqueArray(fc.nat(7), { maxLength: 2 }),
  })
  .map(({ set: [all, names], rest, kept }) => ({
    ...(names.length > 0 && {
      set: Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))) as Partial<CaseFields>,
    }),
    ...Object.fromEntries(Object.entries(rest).filter((_, n) => kept.includes(n))),
  }));
