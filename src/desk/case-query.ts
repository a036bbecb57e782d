import {
  CASE_KINDS,
  CASE_STATUSES,
  type CaseKind,
  type CaseStatus,
  PRIORITIES,
  type Priority,
  STARS,
  type Stars,
} from "../cases/case.ts";
import { tidyTags } from "../cases/fields.ts";
import type { CaseFilter } from "../cases/search.ts";
import type { Time } from "../conversation/events.ts";
import { type DiscordGuildId, type DiscordUserId, SNOWFLAKE, type StaffIdentity } from "../conversation/ids.ts";
import { isDay } from "../settings/day.ts";

/** What stands for nobody, and for no server, in an address. */
export const NONE = "none";
const DAY_MS = 24 * 60 * 60 * 1000;

/** A search as it stands in an address, so that it can be shared. What says nothing, or nothing that is known, is left out. */
export type CaseQuery = {
  readonly text: string;
  readonly server: string;
  readonly statuses: readonly CaseStatus[];
  readonly priorities: readonly Priority[];
  readonly kinds: readonly CaseKind[];
  readonly stars: readonly Stars[];
  readonly tags: readonly string[];
  readonly assignee: string;
  readonly product: string;
  readonly member: string;
  /** Days such as `2026-11-21`, both included. */
  readonly from: string;
  readonly to: string;
};

/** Reads the search of an address. */
export function readCaseQuery(parameters: URLSearchParams): CaseQuery {
  const one = (name: string) => parameters.get(name)?.trim() ?? "";
  const known = <T extends string>(name: string, all: readonly T[]) =>
    all.filter((value) => parameters.getAll(name).includes(value));
  return {
    text: one("text").slice(0, 200),
    server: one("server") === NONE || SNOWFLAKE.test(one("server")) ? one("server") : "",
    statuses: known("status", CASE_STATUSES),
    priorities: known("priority", PRIORITIES),
    kinds: known("kind", CASE_KINDS),
    stars: STARS.filter((stars) => parameters.getAll("stars").includes(String(stars))),
    tags: tidyTags(parameters.getAll("tags").flatMap((tags) => tags.split(","))),
    assignee: one("assignee"),
    product: one("product"),
    member: SNOWFLAKE.test(one("member")) ? one("member") : "",
    from: isDay(one("from")) ? one("from") : "",
    to: isDay(one("to")) ? one("to") : "",
  };
}

/** The address of a search, from the question mark on; empty for a search for everything. */
export function addressOfQuery(query: CaseQuery, cursor: string | null = null): string {
  const { text, server, statuses, priorities, kinds, stars, tags, assignee, product, member, from, to } = query;
  const one = { text, server, tags: tags.join(","), assignee, product, member, from, to, cursor: cursor ?? "" };
  const many = { status: statuses, priority: priorities, kind: kinds, stars: stars.map(String) };
  const parameters = new URLSearchParams([
    ...Object.entries(one).filter(([, value]) => value !== ""),
    ...Object.entries(many).flatMap(([name, values]) => values.map((value) => [name, value])),
  ]);
  return parameters.size === 0 ? "" : `?${parameters}`;
}

/** What a search looks for. */
export function filterOfQuery(query: CaseQuery): CaseFilter {
  const { text, server, statuses, priorities, kinds, stars, tags, assignee, product, member, from, to } = query;
  return {
    statuses,
    priorities,
    kinds,
    stars,
    tags,
    text,
    ...(server !== "" && { server: server === NONE ? null : (server as DiscordGuildId) }),
    ...(assignee !== "" && { assignee: assignee === NONE ? null : (assignee as StaffIdentity) }),
    ...(product !== "" && { product }),
    ...(member !== "" && { member: member as DiscordUserId }),
    ...(from !== "" && { createdFrom: startOf(from) }),
    ...(to !== "" && { createdTo: startOf(to) + DAY_MS }),
  };
}

/** How many filters there are besides the words. */
export function filtersIn({ text: _, ...filters }: CaseQuery): number {
  return Object.values(filters).filter(({ length }) => length > 0).length;
}

/** Midnight in Greenwich. */
function startOf(day: string): Time {
  return Date.parse(day);
}
