import * as v from "valibot";
import { changeMember, type MemberProfile, memberProfile } from "../cases/members.ts";
import type { DiscordUserId } from "../conversation/ids.ts";
import { SNOWFLAKE } from "../conversation/ids.ts";
import { ApiError } from "./api-error.ts";
import type { CaseApiOptions } from "./case-options.ts";
import { ListedCaseShape, listedCaseJson } from "./case-shapes.ts";
import { answer, type Endpoint, endpoint } from "./endpoint.ts";
import { memberPage } from "./member-list.ts";
import { ErrorShape } from "./openapi.ts";
import { anyText, isoOf, memberId, next, PAGING, time, version, words } from "./shapes.ts";

const shape = { tag: "Members", access: ["members:read"] } as const;
const BAD_CURSOR = ["cursor must be the `next` of an earlier answer"];
const MAX_LABELS = 50;
const MAX_MEMBER_NOTES = 10_000;

/** A member in an answer. */
export const MemberShape = v.object({
  id: v.string(),
  displayName: v.string(),
  labels: v.array(v.string()),
  notes: v.string(),
  version,
  createdAt: time,
  updatedAt: time,
});
export const MemberConflictShape = v.object({ ...ErrorShape.entries, member: MemberShape });

const label = v.pipe(
  words(40),
  v.check((text) => !/[\r\n]/.test(text), "must be one line"),
  v.transform((text) => text.trim()),
);
const MemberChangeShape = v.strictObject({
  version,
  labels: v.optional(v.pipe(v.array(label), v.maxLength(MAX_LABELS, `must be at most ${MAX_LABELS}`))),
  notes: v.optional(anyText(MAX_MEMBER_NOTES)),
});

function memberJson(member: MemberProfile) {
  return { ...member, createdAt: isoOf(member.createdAt), updatedAt: isoOf(member.updatedAt) };
}

/** What staff know of members. */
export function memberEndpoints({ db, now, list: listCases }: CaseApiOptions): Endpoint[] {
  const list = endpoint(
    {
      ...shape,
      method: "GET",
      path: "/members",
      summary: "List the members that have had a case",
      query: PAGING,
      answers: { 200: v.object({ members: v.array(MemberShape), next }) },
    },
    async ({ query: { cursor, limit } }) => {
      if (cursor !== undefined && !SNOWFLAKE.test(cursor)) {
        throw new ApiError(400, "The request is not understood", BAD_CURSOR);
      }
      const page = await memberPage(db, cursor === undefined ? null : (cursor as DiscordUserId), limit);
      return answer(200, { members: page.members.map(memberJson), next: page.next });
    },
  );

  const get = endpoint(
    {
      ...shape,
      method: "GET",
      path: "/members/{id}",
      summary: "Read a member's profile",
      params: { id: memberId },
      answers: { 200: MemberShape },
    },
    async ({ params }) => answer(200, memberJson(await existing(params.id))),
  );

  const change = endpoint(
    {
      ...shape,
      access: ["members:read", "members:write"],
      method: "PATCH",
      path: "/members/{id}",
      summary: "Change what staff know of a member",
      description: "`version` is that of the profile as it was read: where somebody else has changed it since, 409.",
      params: { id: memberId },
      body: MemberChangeShape,
      answers: { 200: MemberShape, 409: MemberConflictShape },
    },
    async ({ params: { id }, body, caller }) => {
      const current = await existing(id);
      const labels = body.labels === undefined ? current.labels : [...new Set(body.labels)];
      const wish = { id, labels, notes: body.notes ?? current.notes, version: body.version };
      if (!(await changeMember(db, wish, caller.actor, now()))) {
        const member = memberJson(await existing(id));
        return answer(409, {
          error: `The member has version ${member.version} by now: look at it, and try again`,
          member,
        });
      }
      return answer(200, memberJson(await existing(id)));
    },
  );

  const cases = endpoint(
    {
      ...shape,
      access: ["members:read", "cases:read"],
      method: "GET",
      path: "/members/{id}/cases",
      summary: "List a member's cases, the last changed first",
      params: { id: memberId },
      query: PAGING,
      answers: { 200: v.object({ cases: v.array(ListedCaseShape), next }) },
    },
    async ({ params: { id }, query: { cursor = null, limit } }) => {
      await existing(id);
      const page = await listCases({ member: id }, cursor, limit);
      if (!page) throw new ApiError(400, "The request is not understood", BAD_CURSOR);
      return answer(200, { cases: page.cases.map(listedCaseJson), next: page.next });
    },
  );

  async function existing(id: DiscordUserId): Promise<MemberProfile> {
    const member = await memberProfile(db, id);
    if (!member) throw new ApiError(404, "There is no such member: members are known by their first case");
    return member;
  }

  return [list, get, change, cases];
}
