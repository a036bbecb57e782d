import * as v from "valibot";
import { actorText } from "../cases/actor.ts";
import type { Case } from "../cases/case.ts";
import type { NewCase } from "../cases/case-book.ts";
import type { CaseFilter } from "../cases/search.ts";
import { memberOfSession } from "../conversation/ids.ts";
import { ApiError } from "./api-error.ts";
import { authorize } from "./authentication.ts";
import { bookFor, type CaseApiOptions } from "./case-options.ts";
import {
  CASE_QUERY,
  CaseShape,
  caseJson,
  ListedCaseShape,
  listedCaseJson,
  NewCaseShape,
  StatusCountsShape,
} from "./case-shapes.ts";
import { definedOf } from "./defined.ts";
import { type Asked, answer, type Endpoint, endpoint, type Read } from "./endpoint.ts";
import { releaseCase, reserveCase } from "./idempotency.ts";
import { caseId, next } from "./shapes.ts";

const shape = { tag: "Cases", access: ["cases:read"] } as const;
const { limit: _limit, cursor: _cursor, status: _status, ...COUNT_QUERY } = CASE_QUERY;

/** Cases as a whole: listing, counting, reading and opening them. */
export function caseEndpoints(options: CaseApiOptions): Endpoint[] {
  const list = endpoint(
    {
      ...shape,
      method: "GET",
      path: "/cases",
      summary: "List cases, the last changed first",
      description: "Of a filter that is given several times any value will do, but all of the tags must be there.",
      query: CASE_QUERY,
      answers: { 200: v.object({ cases: v.array(ListedCaseShape), next }) },
    },
    async ({ query }) => {
      const { limit, cursor = null, ...filter } = query;
      const page = await options.list(filterOf(filter), cursor, limit);
      if (!page)
        throw new ApiError(400, "The request is not understood", ["cursor must be the `next` of an earlier answer"]);
      return answer(200, { cases: page.cases.map(listedCaseJson), next: page.next });
    },
  );

  const count = endpoint(
    {
      ...shape,
      method: "GET",
      path: "/cases/counts",
      summary: "Count cases by their status",
      query: COUNT_QUERY,
      answers: { 200: StatusCountsShape },
    },
    async ({ query }) => answer(200, await options.count(filterOf(query))),
  );

  const get = endpoint(
    {
      ...shape,
      method: "GET",
      path: "/cases/{id}",
      summary: "Read a case",
      params: { id: caseId },
      answers: { 200: CaseShape },
    },
    async (asked) => {
      const found = await bookFor(options, asked).get(asked.params.id);
      if (!found) throw new ApiError(404, "There is no such case");
      return answer(200, caseJson(found));
    },
  );

  const open = endpoint(
    {
      ...shape,
      access: ["cases:write"],
      method: "POST",
      path: "/cases",
      summary: "Open a case",
      description:
        "Answers 201 for a new case; 200 for the case that the session has already, or that the same Idempotency-Key has opened " +
        "in the last 24 hours. The same key with another body is refused with 422.",
      body: NewCaseShape,
      takesIdempotencyKey: true,
      answers: { 200: CaseShape, 201: CaseShape },
    },
    async (asked) => {
      const { opened, isNew } = await openOnce(options, asked);
      // The session may have a case that somebody else has opened.
      if (actorText(opened.createdBy) !== actorText(asked.caller.actor)) authorize(asked.caller, ["cases:read"]);
      const headers = { Location: `/api/cases/${opened.id}` };
      return isNew ? answer(201, caseJson(opened), headers) : answer(200, caseJson(opened), headers);
    },
  );

  return [list, count, get, open];
}

type Opening = Asked<Record<never, never>, Record<never, never>, typeof NewCaseShape>;

async function openOnce(options: CaseApiOptions, asked: Opening): Promise<{ opened: Case; isNew: boolean }> {
  const { caller, idempotencyKey, body } = asked;
  const book = bookFor(options, asked);
  const wish = definedOf(body) satisfies NewCase;
  const { session, continues } = wish;
  if (session && memberOfSession(session) !== wish.member.id) {
    throw new ApiError(422, "The case cannot be opened", ["session must be one of the member's"]);
  }
  if (continues && !(await book.get(continues))) {
    throw new ApiError(422, "The case cannot be opened", ["continues must be the id of a case"]);
  }
  if (idempotencyKey === undefined) {
    // Reading first tells a new case from the one that a session has; both may be asked for at the same moment.
    const before = session ? await book.ofSession(session) : null;
    const result = await book.open(wish, caller.actor);
    if (result.kind === "invalid") throw new ApiError(422, "The case cannot be opened", result.problems);
    return { opened: result.case, isNew: before === null };
  }
  const reserved = await reserveCase(options.db, caller.actor, idempotencyKey, body, options.now());
  if (reserved.kind === "other-content") {
    throw new ApiError(422, "This Idempotency-Key was used for another request: choose a new one");
  }
  const already = await book.get(reserved.id);
  if (already) return { opened: already, isNew: false };
  try {
    const result = await book.open({ ...wish, id: reserved.id }, caller.actor);
    if (result.kind === "done") return { opened: result.case, isNew: result.case.id === reserved.id };
    await releaseCase(options.db, caller.actor, idempotencyKey);
    throw new ApiError(422, "The case cannot be opened", result.problems);
  } catch (error) {
    // The same request at the same moment was quicker.
    const quicker = error instanceof ApiError ? null : await book.get(reserved.id);
    if (!quicker) throw error;
    return { opened: quicker, isNew: false };
  }
}

type CaseQuery = Omit<Read<typeof CASE_QUERY>, "limit" | "cursor">;

/** The filter of a query: its names are those of one value, as they stand in an address. */
function filterOf({ server, kind, status, priority, tag, assignee, ...same }: CaseQuery): CaseFilter {
  return definedOf({
    ...same,
    server: server === "none" ? null : server,
    kinds: kind,
    statuses: status,
    priorities: priority,
    tags: tag?.map((one) => one.trim().toLowerCase()),
    assignee: assignee === "none" ? null : assignee,
  });
}
