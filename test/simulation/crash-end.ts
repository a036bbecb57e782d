import { parseCustomId } from "../../src/conversation/buttons.ts";
import type { SessionCase } from "../../src/conversation/state.ts";
import type { Scene } from "./crash-scene.ts";
import type { DmMessage } from "./far-discord.ts";
import { complaintsAbout, whoWaits } from "./promises.ts";

/**
 * What has become of a history, in parts that can be compared. Times are left out, ids are replaced by what they name, and
 * messages are listed by author: order is promised for each author, and not between them.
 */
export type End = Readonly<Record<string, readonly string[]>>;

/** Everything outside and inside that is there when all is at rest. */
export async function endOf(scene: Scene): Promise<End> {
  // Whoever was to tell of a case may have died: the cron does it, which these histories do without.
  void scene.world.bridge.dispatchers.sweep();
  const [cases, directory, letters] = await Promise.all([
    rowsOf(scene, "SELECT server, number, opening_session, member, title, status, version FROM cases ORDER BY number"),
    rowsOf(scene, "SELECT member, channel, open_since IS NOT NULL AS open FROM conversations"),
    rowsOf(scene, "SELECT id, direction, outcome FROM dead_letters"),
    scene.pause(1000),
  ]);
  const { world } = scene;
  return {
    ...inTheDm(scene),
    ...onTwilio(scene),
    ...onFlex(scene),
    cases: cases.map((one) => JSON.stringify(one)),
    directory: directory.map((one) => JSON.stringify(one)),
    "dead letters": letters.map((one) => JSON.stringify({ ...one, id: namedBy(scene, String(one.id)) })),
    conversation: conversationOf(scene),
    unsettled: unsettledOf(scene),
    complaints: [...world.watch.complaints, ...whoWaits(world), ...complaintsAbout(world)].map(
      ({ promise, what }) => `${promise}: ${what}`,
    ),
  };
}

function inTheDm(scene: Scene): End {
  const { account, world } = scene;
  const shown = (message: DmMessage) => {
    const { content, edited, replyTo, buttons } = message;
    const pressable = buttons.map((id) => {
      const button = parseCustomId(id)?.button;
      return button?.kind === "resend" ? namedBy(scene, button.message) : button;
    });
    return JSON.stringify({ content, edited: edited !== null, replyTo: replyTo && namedBy(scene, replyTo), pressable });
  };
  const agents = world.flex.workers.map(({ name }) => name);
  const authorOf = ({ by, content }: DmMessage) =>
    by === "member" ? "the member" : (agents.find((name) => content.startsWith(`**${name}:**`)) ?? "the bot");
  const answers = [...world.discord.interactions.values()].filter(({ deferred }) => deferred);
  return {
    ...byAuthor(
      "in the DM",
      account.messages.map((message) => [authorOf(message), shown(message)]),
    ),
    "private answers": answers.map(({ answer }) => String(answer)),
  };
}

function onTwilio({ world }: Scene): End {
  const all = [...world.conversations.all.values()];
  const messages = all.flatMap((conversation) =>
    conversation.messages.map(({ author, body, media }): [string, string] => [
      author,
      JSON.stringify([conversation.uniqueName, body, ...media]),
    ]),
  );
  const about = all.map(({ uniqueName, state, participants, webhooks }) =>
    JSON.stringify({ uniqueName, state, participants: participants.map(({ identity }) => identity), webhooks }),
  );
  return { ...byAuthor("on Twilio", messages), "Twilio Conversations": about };
}

function onFlex({ world }: Scene): End {
  const { channels, tasks } = world.flex;
  return {
    channels: channels.map(({ status, customer, attributes, conversation, agents }) => {
      const here = [...agents.values()].map(({ name }) => name);
      return JSON.stringify({ on: conversation.uniqueName, status, customer, attributes, here });
    }),
    tasks: tasks.map(({ status, isTransfer, reservation, channel }) => {
      const by = reservation?.worker.name;
      return JSON.stringify({ of: channels.indexOf(channel), status, isTransfer, by, reservation: reservation?.state });
    }),
  };
}

/** What the conversation remembers, less what only says when it will look again. */
function conversationOf({ world, account }: Scene): string[] {
  const state = world.bridge.stateOf(account.id);
  const session = state?.session;
  const twilio = session?.twilio;
  const order = twilio?.order;
  const agents = Object.entries(twilio?.agents ?? {});
  return [
    JSON.stringify({ dm: state?.dm, sessions: state?.sessions, agentNames: state?.agentNames }),
    JSON.stringify({ id: session?.id, owner: session?.owner.kind, case: caseIn(session?.case), topic: session?.topic }),
    JSON.stringify({
      conversation: world.conversations.all.get(twilio?.conversation ?? "")?.uniqueName,
      isReady: twilio?.hasMember && twilio.hasWebhook,
      inactive: twilio?.inactive,
      present: agents.filter(([, { present }]) => present).map(([identity]) => identity),
      order: [order?.next, order?.own, order?.held, order?.reading, order?.skipped],
      attempt: twilio?.flex?.attempt,
      channel: world.flex.channels.findIndex(({ sid }) => sid === twilio?.flex?.channel),
      underWay: [twilio?.flex?.requested, twilio?.pausing, twilio?.look, twilio?.closing],
    }),
  ];
}

/** A case without its id, which is another one in each history. */
function caseIn(known: SessionCase | undefined): string {
  return JSON.stringify({ ...known, id: null });
}

/** Deliveries that are not settled. */
function unsettledOf({ world, account }: Scene): string[] {
  return world.bridge
    .conversationOf(account.id)
    .storage.read<{ kind: string; status: string }>(
      "SELECT kind, status FROM deliveries WHERE status IN ('waiting', 'trying', 'unknown') ORDER BY seq",
    )
    .map(({ kind, status }) => `${kind} ${status}`);
}

/** A message's text instead of its id. */
function namedBy({ account, world }: Scene, id: string): string {
  const ofAgent = world.fromAgents.find(({ sid }) => sid === id)?.name;
  return account.messages.find((one) => one.id === id)?.content ?? ofAgent ?? id;
}

/** How an end differs from an expected one: nothing where it is the same. */
export function differences(expected: End, end: End): string[] {
  const parts = [...new Set([...Object.keys(expected), ...Object.keys(end)])];
  return parts.flatMap((part) => {
    const [wanted, found] = [expected[part] ?? [], end[part] ?? []];
    const at = Array.from({ length: Math.max(wanted.length, found.length) }, (_, n) => n).find(
      (n) => wanted[n] !== found[n],
    );
    return at === undefined ? [] : [`${part}, line ${at + 1}: ${found[at]} instead of ${wanted[at]}`];
  });
}

function byAuthor(where: string, messages: readonly (readonly [author: string, text: string])[]): End {
  const end: Record<string, string[]> = {};
  for (const [author, text] of messages) {
    const key = `${author} ${where}`;
    end[key] = [...(end[key] ?? []), text];
  }
  return end;
}

async function rowsOf({ world }: Scene, query: string): Promise<Record<string, unknown>[]> {
  return (await world.d1.seenBy(null).prepare(query).all<Record<string, unknown>>()).results;
}
