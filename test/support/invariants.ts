import { isAssistants } from "../../src/conversation/deliveries.ts";
import type { TwilioIdentity } from "../../src/conversation/ids.ts";
import type { Walk } from "./walk.ts";

/** What holds at the end of every history. Each names those who would have reason to complain. */
const INVARIANTS: Readonly<Record<string, (walk: Walk) => readonly string[]>> = {
  "what a member wrote stands on Twilio once, or is kept for it, or its author was told": (walk) =>
    walk.memberWrote
      .filter(({ message, text }) => {
        const copies = onTwilio(walk, text) + kept(walk, text);
        return copies > 1 || (copies === 0 && !wasTold(walk, message, ["not-delivered", "maybe-not-delivered"]));
      })
      .map(({ text }) => `${text} is there ${onTwilio(walk, text)} times`),

  "nobody is told that a message was not delivered which was": (walk) =>
    walk.memberWrote
      .filter(({ message, text }) => onTwilio(walk, text) > 0 && wasTold(walk, message, ["not-delivered"]))
      .map(({ text }) => text),

  "a member's messages keep their order": (walk) => {
    const order = walk.memberWrote.map(({ text }) => text);
    const arrived = walk.outside.posted.flatMap(({ author, content }) =>
      author === "member" && content.kind === "text" ? [order.indexOf(content.text)] : [],
    );
    return isRising(arrived) ? [] : [arrived.join()];
  },

  "what an agent wrote stands in the DM once": (walk) =>
    walk.agentsWrote
      .map(({ text }) => `${text} is there ${walk.bridge.agentTexts.filter((other) => other === text).length} times`)
      .filter((count) => !count.endsWith("there 1 times")),

  "agents' messages keep their order": (walk) => {
    const order = walk.agentsWrote.map(({ text }) => text);
    const arrived = walk.bridge.agentTexts.map((text) => order.indexOf(text));
    return isRising(arrived) ? [] : [arrived.join()];
  },

  "the assistant is silent while an agent owns the conversation": (walk) =>
    walk.outside.utterances
      .filter(({ say, owner }) => owner === "agent" && isAssistants(say) && say.kind !== "greeting")
      .map(({ say }) => say.kind),

  "an agent is announced once a stay, before the first word": (walk) => {
    const stays = new Map<TwilioIdentity, "here" | "handed back" | "left">();
    const complaints: string[] = [];
    for (const { say } of walk.outside.utterances) {
      if (say.kind === "closed") stays.clear();
      if (say.kind === "back-to-assistant") for (const agent of stays.keys()) stays.set(agent, "handed back");
      if (!("agent" in say)) continue;
      const stay = stays.get(say.agent);
      if (say.kind === "agent-joined" && stay === "here") complaints.push(`${say.agent} joins twice`);
      if (say.kind === "agent-left" && (!stay || stay === "left")) complaints.push(`${say.agent} leaves twice`);
      // Words from before the agent left, found later, need no second introduction.
      if (say.kind === "agent-text" && !stay) complaints.push(`${say.agent} speaks unannounced`);
      if (say.kind !== "agent-text") stays.set(say.agent, say.kind === "agent-joined" ? "here" : "left");
    }
    return complaints;
  },

  "a session has one case and one end": (walk) => {
    const { sessions } = walk.bridge.store.state;
    return ["case-opened", "closed"].filter((kind) => walk.bridge.seen.filter((one) => one === kind).length > sessions);
  },

  "one session is open at most": ({ bridge }) => {
    const open = bridge.storage.sql<{ id: string }>("SELECT id FROM sessions WHERE closed_at IS NULL");
    return open.length > 1 ? open.map(({ id }) => id) : [];
  },

  "one Twilio Conversation and one task are live at most": ({ outside }) => outside.breaches,

  "whoever waits in the queue is being fetched": ({ forgotten }) => forgotten,

  "nothing is left undone": ({ bridge }) => {
    const left = bridge.store.deliveries.unsettled();
    return left === 0 ? [] : [`${left} deliveries`];
  },
};

/** Every complaint about a finished history, with the promise that was broken. */
export function violations(walk: Walk): string[] {
  return Object.entries(INVARIANTS).flatMap(([promise, complaints]) =>
    complaints(walk).map((complaint) => `${promise}: ${complaint}`),
  );
}

/** How often a message of the member stands on Twilio, whatever the conversation. */
function onTwilio({ outside }: Walk, text: string): number {
  return outside.posted.filter(({ author, content }) => {
    return author === "member" && content.kind === "text" && content.text === text;
  }).length;
}

/** How often a message is kept for the time when a person is asked for. */
function kept({ bridge }: Walk, text: string): number {
  const rows = bridge.storage.sql<{ text: string }>("SELECT line ->> '$.content.text' AS text FROM transcript");
  return rows.filter((row) => row.text === text).length;
}

function wasTold({ outside }: Walk, message: string, kinds: readonly string[]): boolean {
  return outside.utterances.some(({ say, replyTo }) => replyTo === message && kinds.includes(say.kind));
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((n, i) => i === 0 || n > (numbers[i - 1] ?? n));
}
