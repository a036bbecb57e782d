import * as v from "valibot";
import { BREACHES, CASE_KINDS, CASE_STATUSES, type Case, type History, PRIORITIES, STARS } from "../cases/case.ts";
import { MAX_DESCRIPTION, MAX_NOTE, MAX_TAG, MAX_TAGS, MAX_TITLE } from "../cases/fields.ts";
import type { ListedCase } from "../cases/search.ts";
import {
  ActorShape,
  anyText,
  caseId,
  isoOf,
  memberId,
  PAGING,
  serverId,
  sessionId,
  staffIdentity,
  time,
  timeAsked,
  version,
  words,
} from "./shapes.ts";

const oneOf = <const Options extends readonly string[]>(options: Options) =>
  v.picklist(options, `must be ${options.join(", ")}`);

const CustomValue = v.union(
  [v.string(), v.pipe(v.number(), v.finite()), v.boolean()],
  "must be a text, a number, true or false",
);

/** What a case is like, as people set it. */
const FIELDS = {
  kind: v.optional(oneOf(CASE_KINDS)),
  status: v.optional(oneOf(CASE_STATUSES)),
  priority: v.optional(oneOf(PRIORITIES)),
  assignee: v.optional(v.nullable(staffIdentity)),
  product: v.optional(v.nullable(words(60))),
  tags: v.optional(v.pipe(v.array(words(MAX_TAG)), v.maxLength(MAX_TAGS, `must be at most ${MAX_TAGS}`))),
  /** All custom fields: one that is not named is emptied. */
  fields: v.optional(v.record(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,39}$/)), CustomValue)),
  description: v.optional(anyText(MAX_DESCRIPTION)),
};

/** What opens a case. */
export const NewCaseShape = v.strictObject({
  ...FIELDS,
  title: words(MAX_TITLE),
  member: v.strictObject({ id: memberId, displayName: words(100) }),
  server: v.optional(v.nullable(serverId), null),
  session: v.optional(sessionId),
  continues: v.optional(caseId),
});

/** What changes a case, and which version of it was seen. */
export const CaseChangeShape = v.strictObject({ version, ...FIELDS, title: v.optional(words(MAX_TITLE)) });
export const NoteShape = v.strictObject({ text: words(MAX_NOTE) });

/** The filters of the list of cases. */
export const CASE_QUERY = {
  text: v.optional(words(200)),
  server: v.optional(v.union([v.literal("none"), serverId], "must be a Discord server's id, or none")),
  kind: v.optional(v.array(oneOf(CASE_KINDS))),
  status: v.optional(v.array(oneOf(CASE_STATUSES))),
  priority: v.optional(v.array(oneOf(PRIORITIES))),
  tag: v.optional(v.pipe(v.array(words(MAX_TAG)), v.maxLength(MAX_TAGS, `must be at most ${MAX_TAGS}`))),
  assignee: v.optional(v.union([v.literal("none"), staffIdentity], "must be the identity of somebody, or none")),
  product: v.optional(words(60)),
  stars: v.optional(v.array(v.picklist(STARS, "must be 1 to 5"))),
  member: v.optional(memberId),
  createdFrom: v.optional(timeAsked),
  createdTo: v.optional(timeAsked),
  ...PAGING,
};

const maybeTime = v.nullable(time);

/** A case in an answer. */
export const CaseShape = v.object({
  id: v.string(),
  server: v.nullable(v.string()),
  number: v.number(),
  member: v.string(),
  kind: v.picklist(CASE_KINDS),
  status: v.picklist(CASE_STATUSES),
  priority: v.picklist(PRIORITIES),
  assignee: v.nullable(v.string()),
  product: v.nullable(v.string()),
  tags: v.array(v.string()),
  fields: v.record(v.string(), CustomValue),
  title: v.string(),
  description: v.string(),
  createdBy: ActorShape,
  createdAt: time,
  updatedAt: time,
  resolvedAt: maybeTime,
  reopenedAt: maybeTime,
  closedBy: v.nullable(ActorShape),
  closedAt: maybeTime,
  firstResponseAt: maybeTime,
  firstResponseDue: maybeTime,
  resolutionDue: maybeTime,
  breaches: v.array(v.picklist(BREACHES)),
  satisfaction: v.nullable(v.object({ stars: v.picklist(STARS), comment: v.nullable(v.string()) })),
  version,
});
export const ListedCaseShape = v.object({ ...CaseShape.entries, memberName: v.string() });

/** How many cases have each status. */
export const StatusCountsShape = v.object({
  open: v.number(),
  pending: v.number(),
  elevated: v.number(),
  resolved: v.number(),
  closed: v.number(),
});

/** A line of a case's history in an answer. */
export const HistoryShape = v.object({
  version,
  at: time,
  actor: ActorShape,
  what: v.picklist([
    "opened",
    "field",
    "note",
    "session-linked",
    "case-linked",
    "check-in",
    "first-response",
    "breach",
    "rated",
    "rating-comment",
  ]),
  field: v.optional(v.string()),
  before: v.optional(v.unknown()),
  after: v.optional(v.unknown()),
});

const maybeIso = (at: number | null) => (at === null ? null : isoOf(at));

/** A case as the API answers it. */
export function caseJson(one: Case) {
  return {
    ...one,
    createdAt: isoOf(one.createdAt),
    updatedAt: isoOf(one.updatedAt),
    resolvedAt: maybeIso(one.resolvedAt),
    reopenedAt: maybeIso(one.reopenedAt),
    closedAt: maybeIso(one.closedAt),
    firstResponseAt: maybeIso(one.firstResponseAt),
    firstResponseDue: maybeIso(one.firstResponseDue),
    resolutionDue: maybeIso(one.resolutionDue),
  };
}

/** A case on a list as the API answers it. */
export function listedCaseJson({ memberName, ...one }: ListedCase) {
  return { ...caseJson(one), memberName };
}

/** A line of the history as the API answers it. */
export function historyJson(line: History) {
  return { ...line, at: isoOf(line.at) };
}
