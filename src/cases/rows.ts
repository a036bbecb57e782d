import type { Time } from "../conversation/events.ts";
import type { CaseId, DiscordGuildId, DiscordUserId, StaffIdentity } from "../conversation/ids.ts";
import { actorText, parseActor } from "./actor.ts";
import type { Breach, Case, CaseKind, CaseStatus, History, Priority, Stars } from "./case.ts";

/** A case as it is stored. */
export type CaseRow = {
  key: number;
  id: CaseId;
  server: string;
  number: number;
  member: DiscordUserId;
  kind: CaseKind;
  status: CaseStatus;
  priority: Priority;
  assignee: StaffIdentity | null;
  product: string | null;
  tags: string;
  fields: string;
  title: string;
  description: string;
  created_by: string;
  created_at: Time;
  updated_at: Time;
  reopened_at: Time | null;
  resolved_at: Time | null;
  closed_by: string | null;
  closed_at: Time | null;
  first_response_at: Time | null;
  first_response_due: Time | null;
  resolution_due: Time | null;
  breaches: string;
  stars: Stars | null;
  stars_comment: string | null;
  version: number;
};

/** The columns of {@link CaseRow}, in its order. */
export const CASE_COLUMNS = `cases.key, cases.id, cases.server, cases.number, cases.member, cases.kind, cases.status,
  cases.priority, cases.assignee, cases.product, cases.tags, cases.fields, cases.title, cases.description,
  cases.created_by, cases.created_at, cases.updated_at, cases.reopened_at, cases.resolved_at, cases.closed_by,
  cases.closed_at, cases.first_response_at, cases.first_response_due, cases.resolution_due, cases.breaches, cases.stars,
  cases.stars_comment, cases.version`;

export function caseOfRow(row: CaseRow): Case {
  return {
    id: row.id,
    server: row.server === "" ? null : (row.server as DiscordGuildId),
    number: row.number,
    member: row.member,
    kind: row.kind,
    status: row.status,
    priority: row.priority,
    assignee: row.assignee,
    product: row.product,
    tags: linesOf(row.tags),
    fields: JSON.parse(row.fields),
    title: row.title,
    description: row.description,
    createdBy: parseActor(row.created_by),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    reopenedAt: row.reopened_at,
    resolvedAt: row.resolved_at,
    closedBy: row.closed_by === null ? null : parseActor(row.closed_by),
    closedAt: row.closed_at,
    firstResponseAt: row.first_response_at,
    firstResponseDue: row.first_response_due,
    resolutionDue: row.resolution_due,
    breaches: linesOf(row.breaches) as Breach[],
    satisfaction: row.stars === null ? null : { stars: row.stars, comment: row.stars_comment },
    version: row.version,
  };
}

/** The values of the columns that may change, by their names. */
export function changeableColumns(one: Case): Record<string, string | number | null> {
  return {
    kind: one.kind,
    status: one.status,
    priority: one.priority,
    assignee: one.assignee,
    product: one.product,
    tags: one.tags.join("\n"),
    fields: JSON.stringify(one.fields),
    title: one.title,
    description: one.description,
    updated_at: one.updatedAt,
    reopened_at: one.reopenedAt,
    resolved_at: one.resolvedAt,
    closed_by: one.closedBy && actorText(one.closedBy),
    closed_at: one.closedAt,
    first_response_at: one.firstResponseAt,
    first_response_due: one.firstResponseDue,
    resolution_due: one.resolutionDue,
    breaches: one.breaches.join("\n"),
    stars: one.satisfaction?.stars ?? null,
    stars_comment: one.satisfaction?.comment ?? null,
    version: one.version,
  };
}

/** A line of the history as it is stored. */
export type HistoryRow = {
  version: number;
  at: Time;
  actor: string;
  what: History["what"];
  field: string | null;
  before: string | null;
  after: string | null;
};

export function historyOfRow({ version, at, actor, what, field, before, after }: HistoryRow): History {
  const entry = {
    what,
    ...(field !== null && { field }),
    ...(before !== null && { before: JSON.parse(before) }),
    ...(after !== null && { after: JSON.parse(after) }),
  };
  return { version, at, actor: parseActor(actor), ...entry } as History;
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split("\n");
}
