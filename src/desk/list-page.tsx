import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";
import { CASE_KINDS, CASE_STATUSES, PRIORITIES, STARS } from "../cases/case.ts";
import type { CasePage } from "../cases/search.ts";
import type { Time } from "../conversation/events.ts";
import type { DiscordGuildId } from "../conversation/ids.ts";
import { CaseList } from "./case-list.tsx";
import { addressOfQuery, type CaseQuery, filtersIn, NONE } from "./case-query.ts";
import { Field, Select, Ticks } from "./forms.tsx";
import { KIND_WORDS, PRIORITY_WORDS, STATUS_WORDS, type StaffNames } from "./words.ts";

type ListPageProps = {
  readonly query: CaseQuery;
  readonly page: CasePage;
  readonly isFirst: boolean;
  readonly staff: StaffNames;
  readonly servers: readonly DiscordGuildId[];
  readonly products: readonly string[];
  readonly now: Time;
};

/** The search over all cases: its filters, what was found, and the way on. */
export function ListPage({ query, page, isFirst, staff, servers, products, now }: ListPageProps): JSX.Element {
  const address = addressOfQuery(query);
  return (
    <>
      <div class="head">
        <h1>Cases</h1>
        <p class="actions">
          <a class="button" href={`/desk/cases.csv${address}`}>
            Export as CSV
          </a>
        </p>
      </div>
      <FilterForm query={query} staff={staff} servers={servers} products={products} />
      <section class="panel" aria-label="What was found">
        <CaseList cases={page.cases} staff={staff} now={now} label="Cases" empty="No case is like that." />
        <nav class="pages" aria-label="Pages">
          {!isFirst && <a href={`/desk/cases${address}`}>First page</a>}
          {page.next !== null && (
            <a href={`/desk/cases${addressOfQuery(query, page.next)}`} rel="next">
              Next page
            </a>
          )}
        </nav>
      </section>
    </>
  );
}

function FilterForm(props: Pick<ListPageProps, "query" | "staff" | "servers" | "products">): JSX.Element {
  const { query, staff, servers, products } = props;
  const count = filtersIn(query);
  return (
    <form method="get" action="/desk/cases" class="panel filter">
      <div class="inline">
        <label for="text" class="sr-only">
          Words, or a number
        </label>
        <input type="search" name="text" id="text" value={query.text} placeholder="Words, or #12" dir="auto" />
        <button type="submit" class="primary">
          Search
        </button>
      </div>
      <details open={count > 0}>
        <summary>Filters{count > 0 ? ` (${count})` : ""}</summary>
        <div class="fields">
          <Ticks legend="Status" name="status" choices={named(CASE_STATUSES, STATUS_WORDS)} ticked={query.statuses} />
          <Ticks
            legend="Priority"
            name="priority"
            choices={named(PRIORITIES, PRIORITY_WORDS)}
            ticked={query.priorities}
          />
          <Ticks legend="Kind" name="kind" choices={named(CASE_KINDS, KIND_WORDS)} ticked={query.kinds} />
          <Ticks
            legend="Stars"
            name="stars"
            choices={STARS.map((stars) => [String(stars), String(stars)] as const)}
            ticked={query.stars.map(String)}
          />
          {chosen("assignee", "Assignee", query.assignee, [["", "Anybody"], [NONE, "Nobody"], ...staff])}
          {chosen("product", "Product", query.product, [["", "Any"], ...products.map((one) => [one, one] as const)])}
          {chosen("server", "Server", query.server, [
            ["", "All"],
            [NONE, "None"],
            ...servers.map((server) => [server, server] as const),
          ])}
          <Field label="Tags, all of them" for="tags">
            <input name="tags" id="tags" value={query.tags.join(", ")} />
          </Field>
          <Field label="Member (Discord id)" for="member">
            <input name="member" id="member" value={query.member} inputmode="numeric" pattern="[0-9]{15,20}" />
          </Field>
          <Field label="Opened from" for="from">
            <input type="date" name="from" id="from" value={query.from} />
          </Field>
          <Field label="Opened until" for="to">
            <input type="date" name="to" id="to" value={query.to} />
          </Field>
        </div>
        <p class="actions">
          <button type="submit">Search</button> <a href="/desk/cases">Without filters</a>
        </p>
      </details>
    </form>
  );
}

function chosen(name: string, label: string, value: string, choices: readonly (readonly [string, string])[]): Child {
  return (
    <Field label={label} for={name}>
      <Select name={name} value={value} choices={choices} />
    </Field>
  );
}

function named<T extends string>(all: readonly T[], words: Readonly<Record<T, string>>) {
  return all.map((one) => [one, words[one]] as const);
}
