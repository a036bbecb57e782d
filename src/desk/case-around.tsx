import type { JSX } from "hono/jsx/jsx-runtime";
import type { Case } from "../cases/case.ts";
import { casePath } from "./case-list.tsx";
import { StatusMark } from "./case-marks.tsx";
import type { Around, CaseView, Typed } from "./case-view.ts";
import { Csrf, Field } from "./forms.tsx";

type AroundProps = {
  readonly view: CaseView;
  readonly around: Around;
  readonly typed: Typed;
  readonly csrf: string;
};

/** What is around a case: its member with their other cases, and the cases that it is linked with. */
export function AroundPanels({ view, around, typed, csrf }: AroundProps): JSX.Element {
  return (
    <>
      <MemberPanel view={view} around={around} typed={typed} csrf={csrf} />
      <section class="panel" aria-labelledby="links-title">
        <h2 id="links-title">Linked cases</h2>
        <ShortList cases={around.linked} empty="None." />
        <form method="post" action={casePath(view.case.id)} class="inline">
          <Csrf token={csrf} />
          <input type="hidden" name="form" value="link" />
          <label for="number">Link case number</label>
          <input name="number" id="number" inputmode="numeric" pattern="#?[0-9]+" size={6} required />
          <button type="submit">Link</button>
        </form>
      </section>
    </>
  );
}

function MemberPanel({ view, around: { member, others }, typed, csrf }: AroundProps): JSX.Element {
  const { case: one, memberName } = view;
  const hasConflict = typed.labels !== undefined || typed.memberNotes !== undefined;
  const stored = { labels: member?.labels.join(", ") ?? "", notes: member?.notes ?? "" };
  return (
    <section class="panel" aria-labelledby="member-title">
      <h2 id="member-title" dir="auto">
        {memberName}
      </h2>
      <p class="faint">Discord id {one.member}</p>
      {member && (
        <form method="post" action={casePath(one.id)} data-guard="">
          <Csrf token={csrf} />
          <input type="hidden" name="form" value="member" />
          <input type="hidden" name="version" value={String(member.version)} />
          <Field label="Labels, with commas between them" for="labels" wide>
            <input name="labels" id="labels" value={typed.labels ?? stored.labels} autocomplete="off" dir="auto" />
            {hasConflict && <Stored text={stored.labels} />}
          </Field>
          <Field label="Notes about the member" for="member-notes" wide>
            <textarea name="notes" id="member-notes" rows={2} maxlength={10_000} dir="auto">
              {typed.memberNotes ?? stored.notes}
            </textarea>
            {hasConflict && <Stored text={stored.notes} />}
          </Field>
          <button type="submit">Save profile</button>
        </form>
      )}
      <h3>Other cases</h3>
      <ShortList cases={others} empty="None." />
      <p class="more">
        <a href={newCaseAddress(one, memberName)}>New case of this member</a>
        {others.length > 0 && (
          <>
            {" · "}
            <a href={`/desk/cases?member=${one.member}`}>All of this member’s cases</a>
          </>
        )}
      </p>
    </section>
  );
}

/** "Add case" with what this case says already filled in. */
function newCaseAddress({ member, server }: Case, name: string): string {
  return `/desk/cases/new?${new URLSearchParams({ member, name, ...(server !== null && { server }) })}`;
}

function Stored({ text }: { readonly text: string }): JSX.Element {
  return (
    <p class="theirs">
      Stored now: <q dir="auto">{text === "" ? "nothing" : text}</q>
    </p>
  );
}

function ShortList({ cases, empty }: { readonly cases: readonly Case[]; readonly empty: string }): JSX.Element {
  if (cases.length === 0) return <p class="empty">{empty}</p>;
  return (
    <ul class="short">
      {cases.map(({ id, number, title, status }) => (
        <li>
          <a href={casePath(id)}>
            <span class="number">#{number}</span> <span dir="auto">{title}</span>
          </a>{" "}
          <StatusMark status={status} />
        </li>
      ))}
    </ul>
  );
}
