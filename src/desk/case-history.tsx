import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";
import { CASE_STATUSES, type CaseStatus, type History } from "../cases/case.ts";
import type { Time } from "../conversation/events.ts";
import type { StaffIdentity } from "../conversation/ids.ts";
import type { Settings } from "../settings/settings.ts";
import { When } from "./times.tsx";
import { actorName, BREACH_WORDS, STATUS_WORDS, type StaffNames, staffName } from "./words.ts";

type HistoryProps = {
  readonly history: readonly History[];
  readonly settings: Settings;
  readonly staff: StaffNames;
  readonly memberName: string;
  readonly now: Time;
};

/** Who did what, oldest first. */
export function HistoryList({ history, settings, staff, memberName, now }: HistoryProps): JSX.Element {
  return (
    <ol class="history">
      {history.map((entry) => (
        <li class={entry.what === "note" ? "note" : undefined}>
          <span class="by">
            <strong dir="auto">{actorName(entry.actor, staff, memberName)}</strong> <When at={entry.at} now={now} />
          </span>{" "}
          {said(entry, settings, staff)}
        </li>
      ))}
    </ol>
  );
}

function said(entry: History, settings: Settings, staff: StaffNames): Child {
  switch (entry.what) {
    case "opened":
      return "opened the case";
    case "note":
      return (
        <p class="text" dir="auto">
          {entry.after}
        </p>
      );
    case "field":
      return changed(entry, settings, staff);
    case "session-linked":
      return `added the chat ${entry.after}`;
    case "case-linked":
      return "linked another case";
    case "check-in":
      return "asked the member whether it is solved";
    case "first-response":
      return "answered the member for the first time";
    case "breach":
      return `missed the target: ${BREACH_WORDS[entry.after].toLowerCase()}`;
    case "rated":
      return `rated it ${entry.after} of 5`;
    case "rating-comment":
      return (
        <>
          commented the rating: <q dir="auto">{entry.after}</q>
        </>
      );
  }
}

function changed(
  { field, before, after }: Extract<History, { what: "field" }>,
  settings: Settings,
  staff: StaffNames,
): Child {
  if (field === "description") return "rewrote the description";
  const name = field.startsWith("fields.")
    ? (settings.fields.find((one) => `fields.${one.name}` === field)?.label ?? field.slice("fields.".length))
    : field;
  return (
    <>
      changed {name} from <q dir="auto">{valueText(field, before, staff)}</q> to{" "}
      <q dir="auto">{valueText(field, after, staff)}</q>
    </>
  );
}

function valueText(field: string, value: unknown, staff: StaffNames): string {
  if (value === null || value === undefined || value === "") return field === "assignee" ? "nobody" : "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "nothing" : value.join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (field === "status" && isStatus(value)) return STATUS_WORDS[value];
  return field === "assignee" ? staffName(String(value) as StaffIdentity, staff) : String(value);
}

function isStatus(value: unknown): value is CaseStatus {
  return CASE_STATUSES.some((status) => status === value);
}
