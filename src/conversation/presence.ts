import type { FlexWorker, Time } from "./events.ts";
import type { TwilioIdentity } from "./ids.ts";
import { announceDeparture, lookAtChannel } from "./look.ts";
import { breakSilence } from "./silence.ts";
import type { AgentPresence } from "./state.ts";
import { deliver, say, setOwner, someoneIsHere, type Turn, updateTwilio } from "./turn.ts";

/** Remembers a worker that the task was offered to, so that its name is known before it says a word. */
export function introduce(turn: Turn, worker: FlexWorker): void {
  if (!worker.identity) return;
  nameAgent(turn, worker.identity, worker.name);
  if (!presenceOf(turn, worker.identity))
    setPresence(turn, worker.identity, { present: false, since: null, leftAt: null });
}

export function nameAgent(turn: Turn, identity: TwilioIdentity, name: string | null): void {
  turn.state = { ...turn.state, agentNames: { ...turn.state.agentNames, [identity]: name } };
}

/** An agent is here, by whichever sign came first; announced once per stay, before the agent's first message. */
export function join(turn: Turn, identity: TwilioIdentity, at: Time): void {
  const presence = presenceOf(turn, identity);
  if (presence?.present || (presence?.leftAt != null && at <= presence.leftAt)) return;
  takeOver(turn);
  setPresence(turn, identity, { present: true, since: at, leftAt: presence?.leftAt ?? null });
  announceDeparture(turn);
  if (!Object.hasOwn(turn.state.agentNames, identity)) {
    nameAgent(turn, identity, null);
    deliver(turn, { lane: "discord", kind: "find-agent", identity });
  }
  say(turn, { kind: "agent-joined", agent: identity });
}

/** A person owns the session: the assistant is silent from now on, and the person sees what it had heard. */
export function takeOver(turn: Turn): void {
  const { session } = turn.state;
  if (!session?.twilio || session.twilio.closing) return;
  setOwner(turn, { kind: "agent" });
  if (session.owner.kind === "assistant") {
    turn.effects.push({ kind: "silence-assistant", session: session.id }, { kind: "replay", session: session.id });
  }
  const { flex } = session.twilio;
  updateTwilio(turn, { flex: flex && { ...flex, failures: 0 }, nextLook: null, inactive: false });
  breakSilence(turn);
}

/** An agent is gone. After the last one, Flex is asked what that means. */
export function leave(turn: Turn, identity: TwilioIdentity, at: Time): void {
  const presence = presenceOf(turn, identity);
  if (!presence?.present || (presence.since !== null && at < presence.since)) return;
  setPresence(turn, identity, { ...presence, present: false, leftAt: at });
  if (someoneIsHere(turn)) say(turn, { kind: "agent-left", agent: identity });
  else lookAtChannel(turn, { left: identity });
}

/** Null for somebody of whom nothing was heard in this session. */
export function presenceOf(turn: Turn, identity: TwilioIdentity): AgentPresence | null {
  const agents = turn.state.session?.twilio?.agents ?? {};
  // Identities come from outside and may be named like something that every object has.
  return Object.hasOwn(agents, identity) ? (agents[identity] ?? null) : null;
}

/** In an inactive channel is no agent: whoever had come by then has left, and the news of it were lost. */
export function everybodyLeft(turn: Turn, by: Time): void {
  const agents = turn.state.session?.twilio?.agents ?? {};
  for (const [identity, presence] of Object.entries(agents) as [TwilioIdentity, AgentPresence][]) {
    if (!presence.present || (presence.since ?? 0) >= by) continue;
    setPresence(turn, identity, { ...presence, present: false, leftAt: turn.now });
    say(turn, { kind: "agent-left", agent: identity });
  }
}

function setPresence(turn: Turn, identity: TwilioIdentity, presence: AgentPresence): void {
  const agents = turn.state.session?.twilio?.agents;
  if (agents) updateTwilio(turn, { agents: { ...agents, [identity]: presence } });
}
