import type { ApiKeyId, DiscordUserId, StaffIdentity } from "../conversation/ids.ts";

/** Who does something to a case. */
export type Actor =
  | { readonly kind: "member"; readonly id: DiscordUserId }
  /** Somebody on the desk. */
  | { readonly kind: "staff"; readonly identity: StaffIdentity }
  /** A program, by its API key. */
  | { readonly kind: "key"; readonly id: ApiKeyId }
  /** Whoever opened the case by the link in its task: Flex says which case, not which agent. */
  | { readonly kind: "link" }
  /** Flexcord itself: the clock, the assistant, a chat that goes on. */
  | { readonly kind: "bridge" };

export const BRIDGE: Actor = { kind: "bridge" };

/** An actor as it is stored: `member:ID`, `staff:IDENTITY`, `key:ID`, `link`, `bridge`. */
export function actorText(actor: Actor): string {
  switch (actor.kind) {
    case "member":
    case "key":
      return `${actor.kind}:${actor.id}`;
    case "staff":
      return `staff:${actor.identity}`;
    case "link":
    case "bridge":
      return actor.kind;
  }
}

/** Reads what {@link actorText} made. Throws on anything else: it would be a fault of ours. */
export function parseActor(text: string): Actor {
  const colon = text.indexOf(":");
  const [kind, id] = colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
  switch (kind) {
    case "member":
      return { kind, id: id as DiscordUserId };
    case "staff":
      return { kind, identity: id as StaffIdentity };
    case "key":
      return { kind, id: id as ApiKeyId };
    case "link":
    case "bridge":
      return { kind };
    default:
      throw new Error(`no actor: ${text}`);
  }
}
