import type { SessionId } from "../conversation/ids.ts";
import type { ConversationState } from "../conversation/state.ts";
import type { SayContext } from "../discord/render.ts";

/** Who and what a text of this session is about, as the conversation knows it now. */
export function sayContext(state: ConversationState, session: SessionId): SayContext {
  return {
    session,
    locale: state.locale,
    memberName: state.displayName,
    // Identities come from outside and may be named like something that every object has.
    agentName: (identity) => (Object.hasOwn(state.agentNames, identity) ? (state.agentNames[identity] ?? null) : null),
  };
}
