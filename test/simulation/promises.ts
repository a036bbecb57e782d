import type { Say } from "../../src/conversation/deliveries.ts";
import type { DiscordUserId } from "../../src/conversation/ids.ts";
import { identityOf } from "../../src/conversation/ids.ts";
import type { Account } from "./far-discord.ts";
import { isLive } from "./far-flex.ts";
import type { Complaint } from "./watch.ts";
import type { AgentMessage, MemberMessage, Version, World } from "./world.ts";

/** One who would have reason to complain: the member concerned, what the trace should be searched for, and why. */
type Grievance = { readonly about: string | null; readonly subject?: string; readonly what: string };

/** Invalid requests in ten minutes; Discord bans at 10,000. */
const MOST_INVALID = 1000;
const MOST_IDENTIFIES = 150;
const TEN_MINUTES = 10 * 60_000;
const DAY = 24 * 60 * 60_000;
/** How many lines with the assistant are kept. */
const TRANSCRIPT_LIMIT = 100;

/** What holds at the end of every history. */
const PROMISES: Readonly<Record<string, (world: World) => readonly Grievance[]>> = {
  "what a member wrote stands on Twilio once, or is kept for it, or its author was told": (world) =>
    world.fromMembers.flatMap((message) => fateOfMemberMessage(world, message)),

  "nobody is told that a message was not delivered which was": (world) =>
    world.fromMembers
      // A notice about an edit looks the same; and what was sent again may be there by now.
      .filter(({ versions, resent }) => versions.length === 1 && resent === 0)
      .filter((message) => isWholeOnTwilio(world, message) && wasTold(world, message, ["not-delivered"]))
      .map((message) => grievance(message, "stands there")),

  "a member's messages keep their order": (world) =>
    world.accounts.flatMap(({ id }) => {
      const order = world.fromMembers
        .filter((one) => one.account.id === id && !mayComeLate(world, one))
        .map(({ name }) => name);
      const arrived = wordsOnTwilio(world, id).filter((word) => word.startsWith("m") && word.endsWith("w0"));
      return disorder(arrived.map(nameOf), order, id);
    }),

  "what an agent wrote stands in the DM once, or its author was told": (world) =>
    world.fromAgents.flatMap((message) => fateOfAgentMessage(world, message)),

  "agents' messages keep their order": (world) =>
    [...world.conversations.all.values()].flatMap(({ sid, member }) => {
      const order = world.fromAgents.filter(({ conversation }) => conversation === sid).map(({ name }) => name);
      const arrived = wordsInDm(world, member).filter((word) => word.endsWith("w0") && order.includes(nameOf(word)));
      return disorder(arrived.map(nameOf), order, member);
    }),

  "nobody reads what was meant for somebody else": (world) => [
    ...world.accounts.flatMap(({ id }) => strangers(wordsInDm(world, id), ownersOfAgentWords(world), id)),
    ...world.accounts.flatMap(({ id }) => strangers(wordsOnTwilio(world, id), ownersOfMemberWords(world), id)),
  ],

  "each message of the bot stands in the DM once": (world) =>
    doubles(world.said.map(({ account, message }) => ({ about: account.id, key: message.nonce ?? "" }))),

  "each post of ours stands on Twilio once": (world) =>
    doubles(
      [...world.conversations.all.values()].flatMap(({ member, messages }) =>
        messages
          .filter(({ attributes }) => attributes !== "{}")
          .map(({ attributes }) => ({ about: member, key: attributes })),
      ),
    ),

  "an agent is announced once a stay, before the first word": (world) =>
    world.accounts.flatMap(({ id }) => announcements(id, saysOf(world, id))),

  "a session has one case and one end, and nothing is said in it after that": (world) =>
    world.accounts.flatMap(({ id }) => afterEnd(id, saysOf(world, id))),

  "one session is open at most": (world) =>
    world.accounts.flatMap(({ id }) => {
      const open = rows<{ id: string }>(world, id, "SELECT id FROM sessions WHERE closed_at IS NULL");
      return open.length > 1 ? [{ about: id, what: open.map((one) => one.id).join() }] : [];
    }),

  "whoever used /helpme gets a private answer, as long as Discord takes one": (world) =>
    [...world.discord.interactions].flatMap(([token, { member, deferred, answer }]) => {
      if (!deferred || answer !== null) return [];
      const ended = rows(
        world,
        member,
        "SELECT 1 AS there FROM deliveries WHERE kind = 'answer-helpme' AND status IN ('failed', 'undecided') AND body LIKE ?",
        `%${token}%`,
      );
      return ended.length > 0 ? [] : [{ about: member, what: token }];
    }),

  "nothing is left undone": (world) => [
    ...world.accounts.flatMap(({ id }) =>
      rows<{ kind: string; status: string; reason: string | null }>(
        world,
        id,
        "SELECT kind, status, reason FROM deliveries WHERE status IN ('waiting', 'trying', 'unknown')",
      ).map(({ kind, status, reason }) => ({ about: id, what: `${kind} ${status} (${reason})` })),
    ),
    ...world.bridge.shard.storage
      .read<{ member: string }>("SELECT member FROM parked")
      .map(({ member }) => ({ about: member, what: "an event is parked" })),
  ],

  "Discord is asked far less in vain than it bans for": (world) => {
    const most = mostWithin(world.discord.invalid, TEN_MINUTES);
    return most > MOST_INVALID ? [{ about: null, what: `${most} invalid requests in ten minutes` }] : [];
  },

  "the bot identifies far less often than Discord resets its token for": (world) => {
    const most = mostWithin(world.gateway.identifies, DAY);
    return most > MOST_IDENTIFIES ? [{ about: null, what: `${most} Identifies in a day` }] : [];
  },
};

/** Every complaint about a finished history, with the promise that was broken. */
export function complaintsAbout(world: World): Complaint[] {
  return Object.entries(PROMISES).flatMap(([promise, grievances]) =>
    grievances(world).map(({ about, what, subject = null }) => ({ promise, about, subject, what })),
  );
}

/** To be asked when all is at rest: whoever waits in the queue is being fetched. */
export function whoWaits(world: World): Complaint[] {
  return world.accounts.flatMap(({ id }) => {
    const session = world.bridge.stateOf(id)?.session;
    if (session?.owner.kind !== "queue") return [];
    const own = world.flex.tasks.filter((task) => task.channel.conversation.member === id);
    // In a chat that was left, Flex makes the next task of the member's next message.
    const wasLeft = world.flex.channels.some(
      ({ conversation, status }) => conversation.member === id && status === "inactive",
    );
    if (own.some(isLive) || (session.twilio?.inactive && wasLeft)) return [];
    const channels = world.flex.channels.filter(({ conversation }) => conversation.member === id);
    const what = `tasks: ${own.map(({ status }) => status).join()}; channels: ${channels.map(({ status }) => status).join()}`;
    return [{ promise: "whoever waits in the queue is being fetched", about: id, subject: null, what }];
  });
}

function fateOfMemberMessage(world: World, message: MemberMessage): Grievance[] {
  const { account, versions, id, resent } = message;
  const there = countsOf(wordsOnTwilio(world, account.id));
  // An edit may come both ways: by itself, and with the message, where that was read after it.
  const doubled = versions.flatMap((version, n) =>
    wordsOf(version).filter((word) => (there.get(word) ?? 0) > (n === 0 ? 1 : 2) + resent),
  );
  if (doubled.length > 0) return [grievance(message, `is there ${there.get(doubled[0] ?? "")} times`)];
  const kept = keptWords(world, account.id);
  if (versions.some((version) => wordsOf(version).every((word) => there.has(word) || kept.has(word)))) return [];
  if (kept.size >= TRANSCRIPT_LIMIT) return [];
  if (wasTold(world, message, ["not-delivered", "maybe-not-delivered"])) return [];
  if (isAccepted(world, account.id, `discord/message/${id}`)) return [grievance(message, "is not there whole")];
  return wasToBeAccepted(world, message) ? [grievance(message, "was never taken in")] : [];
}

/** What is sent again comes late; what the Gateway had missed is waited for, but not for ever. */
function mayComeLate(world: World, { gateway, resent }: MemberMessage): boolean {
  if (resent > 0) return true;
  return world.bridge.lateFills > 0 && (gateway === null || !world.gateway.sessions.has(gateway));
}

/** Discord brings what was written in a Gateway session that lives; what came while none did is read for whoever is being helped. */
function wasToBeAccepted(
  world: World,
  { account, at, gateway, session, isDeleted, isDmKnown }: MemberMessage,
): boolean {
  if (gateway !== null && world.gateway.sessions.has(gateway)) return true;
  // A DM that counts as closed is not read.
  if (session === null || isDeleted || !isDmKnown || account.tookNoneAt >= at) return false;
  const closed = rows<{ closed_at: number | null }>(
    world,
    account.id,
    "SELECT closed_at FROM sessions WHERE id = ?",
    session,
  )[0];
  return closed !== undefined && (closed.closed_at === null || closed.closed_at > world.calmSince);
}

function isWholeOnTwilio(world: World, { account, versions }: MemberMessage): boolean {
  const there = countsOf(wordsOnTwilio(world, account.id));
  return versions.every((version) => wordsOf(version).every((word) => there.has(word)));
}

/** A notice counts also where it could not be brought: a notice that itself fails is not reported again. */
function wasTold(world: World, { account, id }: MemberMessage, kinds: readonly Say["kind"][]): boolean {
  const told = rows<{ kind: Say["kind"] }>(
    world,
    account.id,
    "SELECT body ->> '$.say.kind' AS kind FROM deliveries WHERE kind = 'say' AND body ->> '$.replyTo' = ?",
    id,
  );
  return told.some(({ kind }) => kinds.includes(kind));
}

function fateOfAgentMessage(world: World, message: AgentMessage): Grievance[] {
  const { name, member, sid, versions } = message;
  const there = countsOf(wordsInDm(world, member));
  // An edit may come both ways: by itself, and with the message, where that was read after it.
  const doubled = versions.flatMap((version, n) =>
    wordsOf(version).filter((word) => (there.get(word) ?? 0) > (n === 0 ? 1 : 2)),
  );
  const about = { about: member, subject: name };
  if (doubled.length > 0)
    return [{ ...about, what: `${name}: ${doubled[0]} is there ${there.get(doubled[0] ?? "")} times` }];
  if (versions.some((version) => wordsOf(version).every((word) => there.has(word)))) return [];
  const uniqueName = world.conversations.all.get(message.conversation)?.uniqueName ?? "";
  const session = uniqueName.replace("flexcord-", "");
  const failed = rows<{ tried_at: number | null }>(
    world,
    member,
    "SELECT tried_at FROM deliveries WHERE status IN ('failed', 'undecided') AND body ->> '$.source' = ?",
    sid,
  );
  if (failed.length > 0)
    return agentWasTold(world, message, session, failed)
      ? []
      : [{ ...about, what: `${name} failed, and its author was not told` }];
  const unread = rows(
    world,
    member,
    "SELECT 1 AS there FROM deliveries WHERE kind = 'read-messages' AND status IN ('failed', 'undecided') AND session = ?",
    session,
  );
  if (unread.length > 0) return [];
  const accepted = isAccepted(world, member, `twilio/message/${sid}`) ? "was taken in" : "was never taken in";
  return [{ ...about, what: `${name} is not there; it ${accepted}` }];
}

/** A system line in the chat; after the chat was closed nobody can be told. */
function agentWasTold(
  world: World,
  message: AgentMessage,
  session: string,
  failed: readonly { tried_at: number | null }[],
): boolean {
  const told = world.conversations.all
    .get(message.conversation)
    ?.messages.some(
      ({ author, body }) => author === "system" && /not (?:have been )?delivered|not delivered/.test(body),
    );
  if (told) return true;
  const line = rows(
    world,
    message.member,
    "SELECT 1 AS there FROM deliveries WHERE kind = 'post' AND session = ? AND body ->> '$.line.content.kind' IN ('not-delivered', 'maybe-not-delivered')",
    session,
  );
  if (line.length > 0) return true;
  const [closed] = rows<{ closed_at: number | null }>(
    world,
    message.member,
    "SELECT closed_at FROM sessions WHERE id = ?",
    session,
  );
  return (
    closed?.closed_at != null &&
    failed.some(({ tried_at }) => tried_at !== null && tried_at >= (closed.closed_at ?? 0) - 15_000)
  );
}

/** What was to be said to a member, in order; with what was refused, and without what was silenced before it was tried. */
function saysOf(world: World, member: string): Spoken[] {
  return rows<{ session: string | null; say: string }>(
    world,
    member,
    "SELECT session, body ->> '$.say' AS say FROM deliveries WHERE kind = 'say' AND status <> 'skipped' ORDER BY seq",
  ).map(({ session, say }) => ({ session, say: JSON.parse(say) as Say }));
}

type Spoken = { readonly session: string | null; readonly say: Say };

function announcements(about: string, spoken: readonly Spoken[]): Grievance[] {
  const stays = new Map<string, "here" | "handed back" | "left">();
  const grievances: Grievance[] = [];
  for (const { say } of spoken) {
    const complain = (what: string) => grievances.push({ about, what });
    if (say.kind === "closed") stays.clear();
    if (say.kind === "back-to-assistant") for (const agent of stays.keys()) stays.set(agent, "handed back");
    if (!("agent" in say)) continue;
    const stay = stays.get(say.agent);
    if (say.kind === "agent-joined" && stay === "here") complain(`${say.agent} joins twice`);
    if (say.kind === "agent-left" && (!stay || stay === "left")) complain(`${say.agent} leaves twice`);
    // Words from before the agent left, found later, need no second introduction.
    if (say.kind === "agent-text" && !stay) complain(`${say.agent} speaks unannounced: ${say.text.slice(0, 10)}`);
    if (say.kind !== "agent-text") stays.set(say.agent, say.kind === "agent-joined" ? "here" : "left");
  }
  return grievances;
}

/** What may still be said about a session that has ended: that something in it was not delivered. */
const AFTERWARDS: readonly Say["kind"][] = ["not-delivered", "maybe-not-delivered", "partly-delivered"];

function afterEnd(about: string, spoken: readonly Spoken[]): Grievance[] {
  const ended = new Set<string>();
  const cases = new Set<string>();
  const grievances: Grievance[] = [];
  for (const { session, say } of spoken) {
    if (session === null) continue;
    if (ended.has(session) && !AFTERWARDS.includes(say.kind))
      grievances.push({ about, what: `${say.kind} in ${session}` });
    if (say.kind === "case-opened" && cases.has(session))
      grievances.push({ about, what: `a second case in ${session}` });
    if (say.kind === "closed") ended.add(session);
    if (say.kind === "case-opened") cases.add(session);
  }
  return grievances;
}

function wordsOnTwilio(world: World, member: string): string[] {
  const author = identityOf(member as DiscordUserId);
  return [...world.conversations.all.values()].flatMap(({ messages }) =>
    messages.filter((one) => one.author === author).flatMap(({ body }) => wordsIn(body)),
  );
}

function wordsInDm(world: World, member: string): string[] {
  return world.said.filter(({ account }) => account.id === member).flatMap(({ message }) => wordsIn(message.content));
}

function keptWords(world: World, member: string): Set<string> {
  return new Set(
    rows<{ line: string }>(world, member, "SELECT line FROM transcript").flatMap(({ line }) => wordsIn(line)),
  );
}

function ownersOfMemberWords(world: World): ReadonlyMap<string, string> {
  return new Map(world.fromMembers.map(({ name, account }: { name: string; account: Account }) => [name, account.id]));
}

function ownersOfAgentWords(world: World): ReadonlyMap<string, string> {
  return new Map(world.fromAgents.map(({ name, member }) => [name, member]));
}

function strangers(words: readonly string[], owners: ReadonlyMap<string, string>, member: string): Grievance[] {
  return words
    .filter((word) => owners.has(nameOf(word)) && owners.get(nameOf(word)) !== member)
    .map((word) => ({ about: member, subject: nameOf(word), what: `${word} is there` }));
}

function doubles(keys: readonly { readonly about: string; readonly key: string }[]): Grievance[] {
  const seen = new Set<string>();
  return keys.flatMap(({ about, key }) => {
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [{ about, what: key }];
  });
}

function disorder(arrived: readonly string[], order: readonly string[], about: string): Grievance[] {
  const places = arrived.map((name) => order.indexOf(name)).filter((place) => place >= 0);
  const at = places.findIndex((place, n) => n > 0 && place < (places[n - 1] ?? 0));
  if (at < 0) return [];
  const [late = "", before = ""] = [order[places[at] ?? 0], order[places[at - 1] ?? 0]];
  return [{ about, subject: late, what: `${late} comes after ${before}` }];
}

function isAccepted(world: World, member: string, key: string): boolean {
  return rows(world, member, "SELECT 1 AS there FROM journal WHERE key = ?", key).length > 0;
}

function rows<Row extends Record<string, string | number | null>>(
  world: World,
  member: string,
  query: string,
  ...bindings: (string | number)[]
): Row[] {
  if (world.bridge.stateOf(member) === null) return [];
  return world.bridge.conversationOf(member).storage.read<Row>(query, ...bindings);
}

function mostWithin(times: readonly number[], span: number): number {
  let most = 0;
  let from = 0;
  times.forEach((time, n) => {
    while ((times[from] ?? time) <= time - span) from += 1;
    most = Math.max(most, n - from + 1);
  });
  return most;
}

function wordsOf({ name, words }: Version): string[] {
  return Array.from({ length: words }, (_, n) => `${name}w${n}`);
}

function wordsIn(text: string): string[] {
  return text.match(/\b[maef]\d+w\d+\b/g) ?? [];
}

function nameOf(word: string): string {
  return word.slice(0, word.indexOf("w"));
}

function countsOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function grievance({ account, name }: MemberMessage, what: string): Grievance {
  return { about: account.id, subject: name, what: `${name} ${what}` };
}
