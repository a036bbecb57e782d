import { parseCustomId } from "../../src/conversation/buttons.ts";
import type { Scene } from "./crash-scene.ts";
import { complaintsAbout, whoWaits } from "./promises.ts";
import type { World } from "./world.ts";

/** What has become of a history, in parts that can be compared; times are left out, and ids stand for what they name. */
export type End = Readonly<Record<string, readonly string[]>>;

/** Everything outside and inside that is there when all is at rest. */
export function endOf({ world, account }: Scene): End {
  const names = new Map<string, string>();
  const plain = (value: unknown) => withoutIds(typeof value === "string" ? value : JSON.stringify(value), names);
  // Whoever is named first in the DM is named the same in all that follows.
  const messages = account.messages.map(({ id, by, content, edited, replyTo, buttons }) =>
    plain({ id, by, content, edited: edited !== null, replyTo, buttons: buttons.map((one) => parseCustomId(one)) }),
  );
  const conversations = [...world.conversations.all.values()];
  const state = world.bridge.stateOf(account.id);
  const { session } = state ?? {};
  return {
    "the DM": messages,
    "private answers": [...world.discord.interactions.values()].map(({ deferred, answer }) => `${deferred}: ${answer}`),
    "Twilio Conversations": conversations.map(({ uniqueName, state: is, participants, webhooks }) =>
      plain({ uniqueName, is, participants: participants.map(({ identity }) => identity), webhooks }),
    ),
    "messages on Twilio": conversations.flatMap(({ uniqueName, messages: all }) =>
      all.map(({ index, author, body, media }) => plain(`${uniqueName}#${index} ${author}: ${body} ${media.join()}`)),
    ),
    "channels on Flex": world.flex.channels.map(({ status, customer, attributes, agents }) =>
      plain({ status, customer, attributes, agents: [...agents.values()].map(({ name }) => name) }),
    ),
    "tasks on Flex": world.flex.tasks.map(({ status, isTransfer, reservation }) =>
      plain({ status, isTransfer, by: reservation?.worker.name, state: reservation?.state }),
    ),
    cases: world.d1
      .read<object>("SELECT server, number, session, member, title, status FROM cases ORDER BY number")
      .map(plain),
    directory: world.d1
      .read<object>("SELECT member, channel, twilio_conversation, open_since IS NOT NULL AS open FROM conversations")
      .map(plain),
    "dead letters": world.d1.read<object>("SELECT member, id, direction, outcome FROM dead_letters").map(plain),
    conversation: [
      plain({
        dm: state?.dm,
        sessions: state?.sessions,
        names: state?.agentNames,
        session: session?.id,
        owner: session?.owner.kind,
        case: session?.case,
        topic: session?.topic,
      }),
    ],
    "its Twilio side": session?.twilio
      ? [
          plain({
            conversation: session.twilio.conversation,
            isReady: session.twilio.hasMember && session.twilio.hasWebhook,
            next: session.twilio.order.next,
            waiting: [session.twilio.order.own, session.twilio.order.held, session.twilio.order.reading],
            inactive: session.twilio.inactive,
            attempt: session.twilio.flex?.attempt,
            interaction: session.twilio.flex?.interaction,
            channel: session.twilio.flex?.channel,
            present: Object.entries(session.twilio.agents).map(([identity, { present }]) => [identity, present]),
            pending: [session.twilio.pausing, session.twilio.look, session.twilio.closing],
          }),
        ]
      : [],
    "deliveries that did not succeed": deliveriesOf(world, account.id),
    complaints: [...world.watch.complaints, ...whoWaits(world), ...complaintsAbout(world)].map(
      ({ promise, what }) => `${promise}: ${what}`,
    ),
  };
}

function deliveriesOf(world: World, member: string): string[] {
  return world.bridge
    .conversationOf(member)
    .storage.read<{ kind: string; status: string }>(
      "SELECT kind, status FROM deliveries WHERE status NOT IN ('sent', 'skipped') ORDER BY seq",
    )
    .map(({ kind, status }) => `${kind} ${status}`);
}

/** Ids depend on when something happened: each becomes a number, in the order in which they are named. */
function withoutIds(text: string, names: Map<string, string>): string {
  return text.replaceAll(/\b([A-Z]{2})?\d{17,32}\b/g, (id, kind = "") => {
    const known = names.get(id);
    if (known) return known;
    const name = `${kind}<${names.size + 1}>`;
    names.set(id, name);
    return name;
  });
}
