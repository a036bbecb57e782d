import type { Say } from "../../src/conversation/deliveries.ts";
import { ASSISTANT_PROMISES } from "./assistant-promises.ts";
import { CASE_PROMISES } from "./case-promises.ts";
import { Evidence, nameOf, type Spoken } from "./evidence.ts";
import { isLive } from "./far-flex.ts";
import {
  fateOfAgentMessage,
  fateOfMemberMessage,
  type Grievance,
  isUndecided,
  isWholeOnTwilio,
  mayComeLate,
  wasTold,
} from "./fates.ts";
import type { Complaint } from "./watch.ts";
import type { World } from "./world.ts";

/** Invalid requests in ten minutes; Discord bans at 10,000. */
const MOST_INVALID = 1000;
const MOST_IDENTIFIES = 150;
const TEN_MINUTES = 10 * 60_000;
const DAY = 24 * 60 * 60_000;

/** What holds at the end of every history. */
const PROMISES: Readonly<Record<string, (evidence: Evidence) => readonly Grievance[]>> = {
  ...ASSISTANT_PROMISES,
  ...CASE_PROMISES,

  "what a member wrote stands on Twilio once, or is kept for it, or its author was told": (evidence) =>
    evidence.world.fromMembers.flatMap((message) => fateOfMemberMessage(evidence, message)),

  "nobody is told that a message was not delivered which was": (evidence) =>
    evidence.world.fromMembers
      // A notice about an edit looks the same; and what was sent again may be there by now.
      .filter(({ versions, resent }) => versions.length === 1 && resent === 0)
      .filter((message) => isWholeOnTwilio(evidence, message) && wasTold(evidence, message, ["not-delivered"]))
      .map(({ account, name }) => ({ about: account.id, subject: name, what: `${name} stands there` })),

  "a member's messages keep their order": (evidence) =>
    evidence.world.accounts.flatMap(({ id }) => {
      const own = evidence.world.fromMembers.filter(({ account }) => account.id === id);
      const order = own.filter((one) => !mayComeLate(evidence, one)).map(({ name }) => name);
      return disorder(evidence.onTwilio(id).all, order, id);
    }),

  "what an agent wrote stands in the DM once, or its author was told": (evidence) =>
    evidence.world.fromAgents.flatMap((message) => fateOfAgentMessage(evidence, message)),

  "agents' messages keep their order": (evidence) =>
    [...evidence.world.conversations.all.values()].flatMap(({ sid, member }) => {
      const own = evidence.world.fromAgents.filter(({ conversation }) => conversation === sid);
      const order = own.filter((one) => !isUndecided(evidence, one)).map(({ name }) => name);
      return disorder(evidence.inDm(member).all, order, member);
    }),

  "nobody reads what was meant for somebody else": (evidence) => {
    const { accounts, fromAgents, fromMembers } = evidence.world;
    const members = new Map(fromMembers.map(({ name, account }) => [name, account.id]));
    const agents = new Map(fromAgents.map(({ name, member }) => [name, member]));
    return accounts.flatMap(({ id }) => [
      ...strangers(evidence.inDm(id).all, agents, id),
      ...strangers(evidence.onTwilio(id).all, members, id),
    ]);
  },

  "each message of the bot stands in the DM once": ({ world }) =>
    doubles(world.said.map(({ account, message }) => ({ about: account.id, key: message.nonce ?? "" }))),

  "each post of ours stands on Twilio once": ({ world }) =>
    doubles(
      [...world.conversations.all.values()].flatMap(({ member, messages }) =>
        messages
          .filter(({ attributes }) => attributes !== "{}")
          .map(({ attributes }) => ({ about: member, key: attributes })),
      ),
    ),

  "what counts as failed did not happen": (evidence) => {
    const { said, conversations, accounts } = evidence.world;
    const posts = [...conversations.all.values()].flatMap(({ messages }) => messages);
    const happened = new Set([
      ...said.map(({ message }) => message.nonce),
      ...posts.map(({ attributes }) => /"flexcord":"([^"]+)"/.exec(attributes)?.[1] ?? null),
    ]);
    return accounts.flatMap(({ id }) =>
      evidence
        .rows<{ id: string }>(id, "SELECT id FROM deliveries WHERE status = 'failed' AND kind IN ('say', 'post')")
        .filter((delivery) => happened.has(delivery.id))
        .map((delivery) => ({ about: id, subject: delivery.id, what: delivery.id })),
    );
  },

  "an agent is announced once a stay, before the first word": (evidence) =>
    evidence.world.accounts.flatMap(({ id }) => announcements(id, evidence.says(id))),

  "a session has one case and one end, and nothing is said in it after that": (evidence) =>
    evidence.world.accounts.flatMap(({ id }) => afterEnd(id, evidence.says(id))),

  "one session is open at most": (evidence) =>
    evidence.world.accounts.flatMap(({ id }) => {
      const open = evidence.rows<{ id: string }>(id, "SELECT id FROM sessions WHERE closed_at IS NULL");
      return open.length > 1 ? [{ about: id, what: open.map((one) => one.id).join() }] : [];
    }),

  "whoever used /helpme gets a private answer, as long as Discord takes one": (evidence) =>
    [...evidence.world.discord.interactions].flatMap(([token, { member, deferred, answer }]) => {
      if (!deferred || answer !== null) return [];
      const ended =
        "SELECT 1 AS there FROM deliveries WHERE kind = 'answer-helpme' AND status IN ('failed', 'undecided') AND body LIKE ?";
      return evidence.has(member, ended, `%${token}%`) ? [] : [{ about: member, what: token }];
    }),

  "nothing is left undone": (evidence) => [
    ...evidence.world.accounts.flatMap(({ id }) =>
      evidence
        .rows<{ kind: string; status: string; reason: string | null }>(
          id,
          "SELECT kind, status, reason FROM deliveries WHERE status IN ('waiting', 'trying', 'unknown')",
        )
        .map(({ kind, status, reason }) => ({ about: id, what: `${kind} ${status} (${reason})` })),
    ),
    ...evidence.world.bridge.shard.storage
      .read<{ member: string }>("SELECT member FROM parked")
      .map(({ member }) => ({ about: member, what: "an event is parked" })),
  ],

  "the operator sees each message whose author was told that it was not delivered": (evidence) => {
    const { world } = evidence;
    const letters = world.d1.read<{ member: string; id: string }>("SELECT member, id FROM dead_letters");
    const listed = new Set(letters.map(({ member, id }) => `${member} ${id}`));
    return world.fromMembers
      .filter(({ resent }) => resent === 0)
      .filter(({ account, id }) => !listed.has(`${account.id} ${id}`) && evidence.has(account.id, NOTICE_OF, id))
      .map(({ account, name }) => ({ about: account.id, subject: name, what: name }));
  },

  "Discord is asked far less in vain than it bans for": ({ world }) => {
    const most = mostWithin(world.discord.invalid, TEN_MINUTES);
    return most > MOST_INVALID ? [{ about: null, what: `${most} invalid requests in ten minutes` }] : [];
  },

  "the bot identifies far less often than Discord resets its token for": ({ world }) => {
    const most = mostWithin(world.gateway.identifies, DAY);
    return most > MOST_IDENTIFIES ? [{ about: null, what: `${most} Identifies in a day` }] : [];
  },
};

/** A notice with the button that sends a message again. */
const NOTICE_OF = `SELECT 1 AS there FROM deliveries WHERE kind = 'say'
  AND body ->> '$.say.kind' LIKE '%not-delivered' AND body ->> '$.say.resend' = ?`;

/** Every complaint about a finished history, with the promise that was broken. */
export function complaintsAbout(world: World): Complaint[] {
  const evidence = new Evidence(world);
  return Object.entries(PROMISES).flatMap(([promise, grievances]) =>
    grievances(evidence).map(({ about, what, subject = null }) => ({ promise, about, subject, what })),
  );
}

/** To be asked when all is at rest: whoever waits in the queue is being fetched. */
export function whoWaits({ accounts, bridge, flex }: World): Complaint[] {
  return accounts.flatMap(({ id }) => {
    const session = bridge.stateOf(id)?.session;
    if (session?.owner.kind !== "queue") return [];
    const tasks = flex.tasks.filter((task) => task.channel.conversation.member === id);
    const channels = flex.channels.filter(({ conversation }) => conversation.member === id);
    // In a chat that was left, Flex makes the next task of the member's next message.
    const wasLeft = session.twilio?.inactive && channels.some(({ status }) => status === "inactive");
    if (tasks.some(isLive) || wasLeft) return [];
    const statuses = (all: readonly { status: string }[]) => all.map(({ status }) => status).join();
    const what = `tasks: ${statuses(tasks)}; channels: ${statuses(channels)}`;
    return [{ promise: "whoever waits in the queue is being fetched", about: id, subject: null, what }];
  });
}

function announcements(about: string, spoken: readonly Spoken[]): Grievance[] {
  const stays = new Map<string, "here" | "handed back" | "left">();
  const grievances: Grievance[] = [];
  const complain = (what: string) => grievances.push({ about, what });
  for (const { say } of spoken) {
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

function strangers(words: readonly string[], owners: ReadonlyMap<string, string>, member: string): Grievance[] {
  return words
    .filter((word) => owners.has(nameOf(word)) && owners.get(nameOf(word)) !== member)
    .map((word) => ({ about: member, subject: nameOf(word), what: `${word} is there` }));
}

function doubles(keys: readonly { readonly about: string; readonly key: string }[]): Grievance[] {
  const seen = new Set<string>();
  return keys.flatMap(({ about, key }) => {
    if (seen.has(key)) return [{ about, what: key }];
    seen.add(key);
    return [];
  });
}

/** Whether the texts that are there, told by their first words, stand in the order in which they were written. */
function disorder(words: readonly string[], order: readonly string[], about: string): Grievance[] {
  const places = words
    .filter((word) => word.endsWith("w0"))
    .map((word) => order.indexOf(nameOf(word)))
    .filter((place) => place >= 0);
  const at = places.findIndex((place, n) => n > 0 && place < (places[n - 1] ?? 0));
  if (at < 0) return [];
  const [late = "", before = ""] = [order[places[at] ?? 0], order[places[at - 1] ?? 0]];
  return [{ about, subject: late, what: `${late} comes after ${before}` }];
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
