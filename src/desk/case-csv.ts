import { actorText } from "../cases/actor.ts";
import type { ListedCase } from "../cases/search.ts";
import type { Time } from "../conversation/events.ts";
import type { Cell } from "./csv.ts";

/** What stands above the columns of an export; custom fields follow by their names. */
export const CASE_CSV_HEAD = [
  "number",
  "server",
  "title",
  "member",
  "member_id",
  "kind",
  "status",
  "priority",
  "assignee",
  "product",
  "tags",
  "opened_at",
  "opened_by",
  "changed_at",
  "first_response_at",
  "first_response_due",
  "resolved_at",
  "resolution_due",
  "closed_at",
  "missed",
  "stars",
  "comment",
  "id",
] as const;

/** A case as a line of an export, in the order of {@link CASE_CSV_HEAD}. */
export function cellsOfCase(one: ListedCase, fields: readonly string[]): Cell[] {
  return [
    one.number,
    one.server,
    one.title,
    one.memberName,
    one.member,
    one.kind,
    one.status,
    one.priority,
    one.assignee,
    one.product,
    one.tags.join(", "),
    timeCell(one.createdAt),
    actorText(one.createdBy),
    timeCell(one.updatedAt),
    timeCell(one.firstResponseAt),
    timeCell(one.firstResponseDue),
    timeCell(one.resolvedAt),
    timeCell(one.resolutionDue),
    timeCell(one.closedAt),
    one.breaches.join(", "),
    one.satisfaction?.stars ?? null,
    one.satisfaction?.comment ?? null,
    one.id,
    ...fields.map((name) => fieldCell(one.fields[name])),
  ];
}

function timeCell(at: Time | null): Cell {
  return at === null ? null : new Date(at).toISOString();
}

function fieldCell(value: string | number | boolean | undefined): Cell {
  if (value === undefined) return null;
  return typeof value === "boolean" ? (value ? "yes" : "no") : value;
}
