import type { JSX } from "hono/jsx/jsx-runtime";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { isOver } from "../cases/case.ts";
import { MAX_NOTE } from "../cases/fields.ts";
import { AroundPanels } from "./case-around.tsx";
import { ChatPanel } from "./case-chat.tsx";
import { CaseFieldsForm } from "./case-form.tsx";
import { HistoryList } from "./case-history.tsx";
import { casePath } from "./case-list.tsx";
import { DueMark, PriorityMark, StarsMark, StatusMark, Tags } from "./case-marks.tsx";
import { assignees, type CaseView, type Outcome, storedInput, type Typed } from "./case-view.ts";
import { nextDue } from "./due.ts";
import { Csrf, Done, Field, Problems } from "./forms.tsx";
import { show } from "./layout.tsx";
import type { DeskContext } from "./options.ts";
import { When } from "./times.tsx";
import { BREACH_WORDS, MOVE_WORDS } from "./words.ts";

/** Answers with the page of a case: beside its chat all that is known, and the forms to change it. */
export async function showCase(
  c: DeskContext,
  view: CaseView,
  outcome: Outcome | null = null,
  typed: Typed = {},
): Promise<Response> {
  const { case: one, history, settings, staff, memberName, now } = view;
  const { csrf } = c.var;
  return show(
    c,
    { title: `#${one.number} ${one.title}`, room: null, status: statusOf(outcome) },
    <>
      <OutcomeMessage outcome={outcome} view={view} />
      <Head view={view} csrf={csrf} />
      <div class="case">
        <ChatPanel view={view} />
        <section class="panel" aria-labelledby="edit-title">
          <h2 id="edit-title">Case</h2>
          <form id="case" method="post" action={casePath(one.id)} data-guard="">
            <Csrf token={csrf} />
            <input type="hidden" name="form" value="case" />
            <input type="hidden" name="version" value={String(typed.seen ?? one.version)} />
            <Field label="Note for staff" for="note" wide>
              <textarea name="note" id="note" rows={2} maxlength={MAX_NOTE} dir="auto" aria-keyshortcuts="n">
                {typed.note ?? ""}
              </textarea>
            </Field>
            <CaseFieldsForm
              input={typed.input ?? storedInput(view)}
              settings={settings}
              staff={assignees(view)}
              clashes={outcome?.kind === "conflict" ? outcome.clashes : {}}
            />
            <p class="actions">
              <button type="submit" class="primary">
                Save
              </button>
            </p>
          </form>
        </section>
        <div class="side">
          {view.around && <AroundPanels view={view} around={view.around} typed={typed} csrf={csrf} />}
          <section class="panel" aria-labelledby="history-title">
            <h2 id="history-title">History</h2>
            <HistoryList history={history} settings={settings} staff={staff} memberName={memberName} now={now} />
          </section>
        </div>
      </div>
    </>,
  );
}

function Head({ view, csrf }: { readonly view: CaseView; readonly csrf: string }): JSX.Element {
  const { case: one, moves, now, memberName } = view;
  const due = nextDue(one, now);
  return (
    <header class="case-head">
      <div>
        <h1>
          <span class="number">#{one.number}</span> <span dir="auto">{one.title}</span>
        </h1>
        <p class="facts">
          <StatusMark status={one.status} /> <PriorityMark priority={one.priority} />{" "}
          {due && <DueMark due={due} now={now} />}
          {one.breaches.map((breach) => (
            <span class="due due-missed">{BREACH_WORDS[breach]} target missed</span>
          ))}
          {one.satisfaction && <StarsMark stars={one.satisfaction.stars} />}
          <span>
            by <span dir="auto">{memberName}</span>, opened <When at={one.createdAt} now={now} />
          </span>
          <Tags tags={one.tags} />
        </p>
      </div>
      {/* All of them send the form below along, so that nothing typed into it is lost. The first one is what Enter does. */}
      <p class="actions">
        <button type="submit" form="case" class="primary">
          Save
        </button>
        {!isOver(one.status) && (
          <button type="submit" form="case" name="do" value="check-in" title="Asks the member whether it is solved">
            Check in
          </button>
        )}
        {moves.map((status) => (
          <button type="submit" form="case" name="do" value={status}>
            {isOver(one.status) && status === "open" ? "Reopen" : MOVE_WORDS[status]}
          </button>
        ))}
      </p>
      {view.isFinal && view.around && (
        <form method="post" action={casePath(one.id)} class="actions">
          <Csrf token={csrf} />
          <input type="hidden" name="form" value="continue" />
          <button type="submit">Continue in a new case</button>
        </form>
      )}
    </header>
  );
}

function OutcomeMessage(props: { readonly outcome: Outcome | null; readonly view: CaseView }): JSX.Element | null {
  const { outcome, view } = props;
  switch (outcome?.kind) {
    case undefined:
      return null;
    case "done":
      return <Done>{outcome.what}</Done>;
    case "problems":
      return <Problems problems={outcome.problems} />;
    case "member-conflict":
      return (
        <div class="message bad" role="alert">
          <p>
            Somebody else has changed this member’s profile meanwhile. Yours is not stored yet: it stands in the form,
            with what they wrote below it. Save again to store yours.
          </p>
        </div>
      );
    case "conflict":
      return (
        <div class="message bad" role="alert">
          <p>
            Somebody else has changed this case meanwhile, and yours is not stored yet. What you typed stands in the
            form; where both of you wrote something, what they wrote stands below it. Press the button again to store
            yours.
          </p>
          <HistoryList
            history={outcome.since}
            settings={view.settings}
            staff={view.staff}
            memberName={view.memberName}
            now={view.now}
          />
        </div>
      );
  }
}

function statusOf(outcome: Outcome | null): ContentfulStatusCode {
  switch (outcome?.kind) {
    case undefined:
    case "done":
      return 200;
    case "problems":
      return 422;
    case "conflict":
    case "member-conflict":
      return 409;
  }
}
