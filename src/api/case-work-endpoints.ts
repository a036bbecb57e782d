import * as v from "valibot";
import type { Case } from "../cases/case.ts";
import type { ChangeResult } from "../cases/case-book.ts";
import type { CaseChange, Refusal } from "../cases/rules.ts";
import type { CaseId } from "../conversation/ids.ts";
import { ApiError } from "./api-error.ts";
import type { Caller } from "./authentication.ts";
import { bookFor, type CaseApiOptions } from "./case-options.ts";
import { CaseChangeShape, CaseShape, caseJson, HistoryShape, historyJson, NoteShape } from "./case-shapes.ts";
import { definedOf } from "./defined.ts";
import { answer, type Endpoint, endpoint } from "./endpoint.ts";
import { ErrorShape } from "./openapi.ts";
import { caseId } from "./shapes.ts";

// Each answers the case, so whoever may not read cases cannot do it either.
const shape = { tag: "Cases", access: ["cases:read", "cases:write"], params: { id: caseId } } as const;

/** Somebody else has changed the case meanwhile: how it is now, and what they did. */
export const CaseConflictShape = v.object({
  ...ErrorShape.entries,
  case: CaseShape,
  since: v.array(HistoryShape),
});

/** What is done to a case. */
export function caseWorkEndpoints(options: CaseApiOptions): Endpoint[] {
  const change = endpoint(
    {
      ...shape,
      method: "PATCH",
      path: "/cases/{id}",
      summary: "Change a case",
      description:
        "`version` is that of the case as it was read: where somebody else has changed it since, nothing is changed, and 409 " +
        "says how the case is now and what they did. `fields` stands in the place of all custom fields.",
      body: CaseChangeShape,
      answers: { 200: CaseShape, 409: CaseConflictShape },
    },
    async (asked) => {
      const { version, ...set } = asked.body;
      const { id } = asked.params;
      const result = await bookFor(options, asked).change(id, { set: definedOf(set) }, asked.caller.actor, version);
      if (result.kind !== "conflict") return answer(200, caseJson(changedCase(result)));
      return answer(409, {
        error: `The case has version ${result.case.version} by now: look at what was changed since, and try again`,
        case: caseJson(result.case),
        since: result.since.map(historyJson),
      });
    },
  );

  const note = endpoint(
    {
      ...shape,
      method: "POST",
      path: "/cases/{id}/notes",
      summary: "Add a note",
      body: NoteShape,
      answers: { 200: CaseShape },
    },
    (asked) => doTo(asked, { note: asked.body.text.trim() }),
  );

  const checkIn = endpoint(
    {
      ...shape,
      method: "POST",
      path: "/cases/{id}/check-in",
      summary: "Ask the member whether it is solved",
      answers: { 200: CaseShape },
    },
    (asked) => doTo(asked, { checkIn: true }),
  );

  async function doTo(
    asked: {
      readonly params: { readonly id: CaseId };
      readonly caller: Caller;
      readonly waitUntil: (work: Promise<unknown>) => void;
    },
    wish: CaseChange,
  ) {
    const result = await bookFor(options, asked).change(asked.params.id, wish, asked.caller.actor);
    return answer(200, caseJson(changedCase(result)));
  }

  return [change, note, checkIn];
}

/** The case after a change. Throws an `ApiError` where it was not made. */
export function changedCase(result: ChangeResult): Case {
  switch (result.kind) {
    case "done":
      return result.case;
    case "no-such-case":
      throw new ApiError(404, "There is no such case");
    case "refused":
      throw new ApiError(422, "The case cannot be changed like this", problemsOf(result.refusal));
    case "conflict":
      throw new ApiError(409, "Somebody else has changed the case meanwhile");
  }
}

function problemsOf(refusal: Refusal): readonly string[] {
  switch (refusal.kind) {
    case "illegal-move":
      return [`status cannot go from ${refusal.from} to ${refusal.to}`];
    case "closed-too-long-ago":
      return ["status: the case was closed too long ago; open a new one with `continues`"];
    case "over":
      return ["the case is over: there is nothing to ask the member"];
    case "rated-already":
    case "not-over":
      return ["the case cannot be rated"];
    case "invalid":
      return refusal.problems;
  }
}
