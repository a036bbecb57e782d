import type { CaseFilter } from "../../src/cases/search.ts";
import type { DiscordGuildId, DiscordUserId, StaffIdentity } from "../../src/conversation/ids.ts";
import { DAY, memberOf, NOW, SERVERS } from "./data.ts";
import { vocabulary } from "./words.ts";

/** What is asked of the cases. */
export type Question = { readonly name: string; readonly filter: CaseFilter; readonly cursor: string | null };

/** The n-th most frequent word: the first 20 are in nearly every case, the 500th in one of fifty, the last in a few. */
const word = (n: number) => vocabulary[n] ?? "word";
const AGENT = "agent_3" as StaffIdentity;

const FILTERS: Readonly<Record<string, CaseFilter>> = {
  everything: {},
  "at work": { statuses: ["open", "pending", "elevated"] },
  closed: { statuses: ["closed"] },
  "an agent's open ones": { assignee: AGENT, statuses: ["open", "pending", "elevated"] },
  "nobody's": { assignee: null },
  "a server's urgent bugs": { server: SERVERS[0] as DiscordGuildId, kinds: ["bug"], priorities: ["urgent"] },
  "two tags": { tags: ["tag-3", "tag-20"] },
  "a member's": { member: memberOf(77) as DiscordUserId },
  "opened in the last 30 days": { createdFrom: NOW - 30 * DAY },
  "opened in a month long ago": { createdFrom: NOW - 600 * DAY, createdTo: NOW - 570 * DAY },
  "opened more than 700 days ago": { createdTo: NOW - 700 * DAY },
  "a rare word": { text: word(8_000) },
  "a medium word": { text: word(500) },
  "a very common word": { text: word(0) },
  "three very common words": { text: [word(0), word(1), word(2)].join(" ") },
  "two letters": { text: word(0).slice(0, 2) },
  "four letters": { text: word(0).slice(0, 4) },
  "a common word, an agent, a status": { text: word(1), assignee: AGENT, statuses: ["closed"] },
  "a common word and a rare tag": { text: word(0), tags: ["tag-190"] },
  "a medium word, a tag, a status": { text: word(200), tags: ["tag-3"], statuses: ["closed"] },
  "a common word, stars, kind, time": { text: word(2), stars: [1], kinds: ["bug"], createdFrom: NOW - 200 * DAY },
  "a number": { text: "#1200" },
};

/** Behind nine tenths of all cases. */
const deep = (cases: number) => String(Math.ceil(cases / 10));
const DEEP = ["everything", "closed", "a very common word", "a medium word", "three very common words"];

/** First pages of all, and deep ones of some. */
export function questionsTo(cases: number): Question[] {
  const first = Object.entries(FILTERS).map(([name, filter]) => ({ name, filter, cursor: null }));
  const later = first.filter(({ name }) => DEEP.includes(name));
  return [...first, ...later.map(({ name, filter }) => ({ name: `${name}, deep`, filter, cursor: deep(cases) }))];
}
