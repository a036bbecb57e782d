import type { JSX } from "hono/jsx/jsx-runtime";
import type { CaseStatus, Priority, Stars } from "../cases/case.ts";
import type { Time } from "../conversation/events.ts";
import type { Due } from "./due.ts";
import { When } from "./times.tsx";
import { BREACH_WORDS, PRIORITY_WORDS, STATUS_WORDS } from "./words.ts";

export function StatusMark({ status }: { readonly status: CaseStatus }): JSX.Element {
  return <span class={`mark status-${status}`}>{STATUS_WORDS[status]}</span>;
}

export function PriorityMark({ priority }: { readonly priority: Priority }): JSX.Element {
  return <span class={`priority priority-${priority}`}>{PRIORITY_WORDS[priority]}</span>;
}

export function Tags({ tags }: { readonly tags: readonly string[] }): JSX.Element {
  return (
    <>
      {tags.map((tag) => (
        <span class="tag">{tag}</span>
      ))}
    </>
  );
}

/** What has to be done next, and until when. */
export function DueMark({ due, now }: { readonly due: Due | null; readonly now: Time }): JSX.Element {
  if (due === null) return <span class="faint">–</span>;
  return (
    <span class={`due due-${due.urgency}`}>
      {BREACH_WORDS[due.what]} {due.urgency === "missed" ? "missed" : "due"} <When at={due.at} now={now} />
    </span>
  );
}

export function StarsMark({ stars }: { readonly stars: Stars }): JSX.Element {
  return (
    <span class="stars" role="img" aria-label={`${stars} of 5 stars`}>
      {"★".repeat(stars)}
      <span class="faint">{"★".repeat(5 - stars)}</span>
    </span>
  );
}
