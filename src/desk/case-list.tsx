import type { JSX } from "hono/jsx/jsx-runtime";
import type { ListedCase } from "../cases/search.ts";
import type { Time } from "../conversation/events.ts";
import type { CaseId } from "../conversation/ids.ts";
import { DueMark, PriorityMark, StatusMark, Tags } from "./case-marks.tsx";
import { nextDue } from "./due.ts";
import { When } from "./times.tsx";
import { type StaffNames, staffName } from "./words.ts";

/** The path of a case's page. */
export const casePath = (id: CaseId) => `/desk/cases/${id}`;

type ListProps = {
  readonly cases: readonly ListedCase[];
  readonly staff: StaffNames;
  readonly now: Time;
  /** What the list is called, for those who cannot see where it stands. */
  readonly label: string;
  /** What to say when there is none. */
  readonly empty: string;
};

/** Cases, a row each; on a narrow page a row becomes a card. */
export function CaseList({ cases, staff, now, label, empty }: ListProps): JSX.Element {
  if (cases.length === 0) return <p class="empty">{empty}</p>;
  return (
    <table class="cases">
      <caption class="sr-only">{label}</caption>
      <thead>
        <tr>
          {["Case", "Member", "Status", "Priority", "Assignee", "Due", "Changed"].map((head) => (
            <th scope="col">{head}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {cases.map((one) => (
          <Row one={one} staff={staff} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ one, staff, now }: Pick<ListProps, "staff" | "now"> & { readonly one: ListedCase }): JSX.Element {
  return (
    <tr>
      <th scope="row" class="what">
        <a href={casePath(one.id)} data-row="">
          <span class="number">#{one.number}</span> <span dir="auto">{one.title}</span>
        </a>
        <Tags tags={one.tags} />
      </th>
      <td class="member">
        <span dir="auto">{one.memberName}</span>
      </td>
      <td>
        <StatusMark status={one.status} />
      </td>
      <td>
        <PriorityMark priority={one.priority} />
      </td>
      <td class="assignee">
        {one.assignee === null ? <span class="faint">Nobody</span> : staffName(one.assignee, staff)}
      </td>
      <td>
        <DueMark due={nextDue(one, now)} now={now} />
      </td>
      <td class="changed">
        <When at={one.updatedAt} now={now} />
      </td>
    </tr>
  );
}
