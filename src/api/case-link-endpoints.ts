import * as v from "valibot";
import type { Case } from "../cases/case.ts";
import type { CaseBook } from "../cases/case-book.ts";
import { type CaseId, memberOfSession } from "../conversation/ids.ts";
import { ApiError } from "./api-error.ts";
import { bookFor, type CaseApiOptions } from "./case-options.ts";
import { CaseShape, caseJson, HistoryShape, historyJson } from "./case-shapes.ts";
import { changedCase } from "./case-work-endpoints.ts";
import { answer, type Endpoint, endpoint } from "./endpoint.ts";
import { caseId, isoOf, next, PAGING, sessionId, time } from "./shapes.ts";

const shape = { tag: "Cases", access: ["cases:read"], params: { id: caseId } } as const;

/** A line of a chat in an answer. */
export const TranscriptLineShape = v.object({
  n: v.number(),
  at: time,
  author: v.picklist(["member", "assistant", "agent", "bridge"]),
  name: v.nullable(v.string()),
  text: v.string(),
  state: v.picklist(["sent", "pending", "failed"]),
});

const LinkShape = v.strictObject({ case: caseId });
const SessionShape = v.strictObject({ session: sessionId });
const CURSOR = /^[1-9][0-9]{0,9}$/;

/** What hangs on a case: its history, the cases it is linked with, its sessions and their transcripts. */
export function caseLinkEndpoints(options: CaseApiOptions): Endpoint[] {
  const history = endpoint(
    {
      ...shape,
      method: "GET",
      path: "/cases/{id}/history",
      summary: "Read what was done to a case, oldest first",
      description: "A page has `limit` versions of the case; a version may have several lines.",
      query: PAGING,
      answers: { 200: v.object({ history: v.array(HistoryShape), next }) },
    },
    async (asked) => {
      const { cursor = "0", limit } = asked.query;
      if (cursor !== "0" && !CURSOR.test(cursor)) {
        throw new ApiError(400, "The request is not understood", ["cursor must be the `next` of an earlier answer"]);
      }
      const { book, one } = await found(asked);
      const last = Number(cursor) + limit;
      const lines = await book.history(one.id, Number(cursor), last);
      return answer(200, { history: lines.map(historyJson), next: last < one.version ? String(last) : null });
    },
  );

  const links = endpoint(
    {
      ...shape,
      method: "GET",
      path: "/cases/{id}/links",
      summary: "List the cases that a case is linked with",
      answers: { 200: v.object({ cases: v.array(CaseShape) }) },
    },
    async (asked) => {
      const { book, one } = await found(asked);
      return answer(200, { cases: (await book.linked(one.id)).map(caseJson) });
    },
  );

  const link = endpoint(
    {
      ...shape,
      access: ["cases:read", "cases:write"],
      method: "POST",
      path: "/cases/{id}/links",
      summary: "Link a case with another one",
      body: LinkShape,
      answers: { 200: CaseShape },
    },
    async (asked) => {
      const { id } = asked.params;
      const other = asked.body.case;
      const book = bookFor(options, asked);
      if (other === id) throw new ApiError(422, "The case cannot be linked", ["case must be another case"]);
      const [current, target, linked] = await Promise.all([book.get(id), book.get(other), book.linked(id)]);
      if (!current) throw new ApiError(404, "There is no such case");
      if (!target) throw new ApiError(422, "The case cannot be linked", ["case must be the id of a case"]);
      if (linked.some((one) => one.id === other)) return answer(200, caseJson(current));
      const result = await book.change(id, { linkCase: other }, asked.caller.actor);
      return answer(200, caseJson(changedCase(result)));
    },
  );

  const sessions = endpoint(
    {
      ...shape,
      method: "GET",
      path: "/cases/{id}/sessions",
      summary: "List the sessions that belong to a case, oldest first",
      answers: { 200: v.object({ sessions: v.array(v.string()) }) },
    },
    async (asked) => {
      const { book, one } = await found(asked);
      return answer(200, { sessions: await book.sessions(one.id) });
    },
  );

  const addSession = endpoint(
    {
      ...shape,
      access: ["cases:read", "cases:write"],
      method: "POST",
      path: "/cases/{id}/sessions",
      summary: "Make a session of the member belong to a case",
      body: SessionShape,
      answers: { 200: CaseShape },
    },
    async (asked) => {
      const { session } = asked.body;
      const { book, one: current } = await found(asked);
      if (memberOfSession(session) !== current.member) {
        throw new ApiError(422, "The session cannot be linked", ["session must be one of the case's member"]);
      }
      if ((await book.sessions(current.id)).includes(session)) return answer(200, caseJson(current));
      const result = await book.change(current.id, { linkSession: session }, asked.caller.actor);
      return answer(200, caseJson(changedCase(result)));
    },
  );

  const transcript = endpoint(
    {
      ...shape,
      method: "GET",
      path: "/cases/{id}/sessions/{session}/transcript",
      summary: "Read what was said in a session of a case",
      params: { id: caseId, session: sessionId },
      answers: { 200: v.object({ session: v.string(), lines: v.array(TranscriptLineShape) }) },
    },
    async (asked) => {
      const { id, session } = asked.params;
      const own = await bookFor(options, asked).sessions(id);
      if (!own.includes(session)) throw new ApiError(404, "The case has no such session");
      const lines = await options.transcript(session);
      return answer(200, { session, lines: lines.map((line) => ({ ...line, at: isoOf(line.at) })) });
    },
  );

  async function found(asked: {
    readonly params: { readonly id: CaseId };
    readonly waitUntil: (work: Promise<unknown>) => void;
  }): Promise<{ readonly book: CaseBook; readonly one: Case }> {
    const book = bookFor(options, asked);
    const one = await book.get(asked.params.id);
    if (!one) throw new ApiError(404, "There is no such case");
    return { book, one };
  }

  return [history, links, link, sessions, addSession, transcript];
}
