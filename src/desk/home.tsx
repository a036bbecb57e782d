import { CASE_STATUSES } from "../cases/case.ts";
import { countByStatus, searchCases } from "../cases/search.ts";
import { CaseList } from "./case-list.tsx";
import { SOON_MS } from "./due.ts";
import { dueCases } from "./due-cases.ts";
import { show, showProblem } from "./layout.tsx";
import type { DeskContext, DeskOptions } from "./options.ts";
import { allStaff } from "./people.ts";
import { STATUS_WORDS } from "./words.ts";

const AT_WORK = ["open", "pending", "elevated"] as const;
const SHOWN = 15;

/** The first page: what waits for whoever is here, and for all. */
export async function homePage(c: DeskContext, { db, now: clock }: DeskOptions): Promise<Response> {
  const { visitor } = c.var;
  if (visitor.kind === "link")
    return showProblem(c, 403, "Not with this link", "The link in a task opens its case only.");
  const now = clock();
  const [counts, due, mine, unassigned, staff] = await Promise.all([
    countByStatus(db, {}),
    dueCases(db, now, now + SOON_MS, SHOWN),
    searchCases(db, { assignee: visitor.identity, statuses: AT_WORK }, null, SHOWN),
    searchCases(db, { assignee: null, statuses: AT_WORK }, null, SHOWN),
    allStaff(db),
  ]);
  const atWork = AT_WORK.map((status) => `status=${status}`).join("&");
  const lists = [
    { title: "Due soon or missed", cases: due, more: null, empty: "Nothing is due within four hours." },
    {
      title: "My open cases",
      cases: mine.cases,
      more: mine.next && `/desk/cases?assignee=${encodeURIComponent(visitor.identity)}&${atWork}`,
      empty: "You have no open cases.",
    },
    {
      title: "Unassigned",
      cases: unassigned.cases,
      more: unassigned.next && `/desk/cases?assignee=none&${atWork}`,
      empty: "Every open case is somebody’s.",
    },
  ];
  return show(
    c,
    { title: "Desk", room: "home" },
    <>
      <h1 class="sr-only">Desk</h1>
      <nav class="counts" aria-label="Cases by status">
        {CASE_STATUSES.map((status) => (
          <a href={`/desk/cases?status=${status}`} class={`count status-${status}`}>
            <strong>{counts[status].toLocaleString("en")}</strong> {STATUS_WORDS[status]}
          </a>
        ))}
      </nav>
      {lists.map(({ title, cases, more, empty }) => (
        <section class="panel">
          <h2>{title}</h2>
          <CaseList cases={cases} staff={staff} now={now} label={title} empty={empty} />
          {more && (
            <p class="more">
              <a href={more}>All of them</a>
            </p>
          )}
        </section>
      ))}
    </>,
  );
}
