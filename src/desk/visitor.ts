import type { Actor } from "../cases/actor.ts";
import type { CaseId, StaffIdentity } from "../conversation/ids.ts";

export const ROLES = ["agent", "supervisor", "admin"] as const;
/** What Flex calls somebody; admins change settings and keys, supervisors settings. */
export type Role = (typeof ROLES)[number];

/** Whoever has come in at the desk's door. */
export type Visitor =
  | { readonly kind: "staff"; readonly identity: StaffIdentity; readonly name: string; readonly role: Role }
  /** By the link in a task: for this one case. */
  | { readonly kind: "link"; readonly case: CaseId };

/** What the door leaves with a request, for the desk's pages (`Hono<DeskEnv>`). */
export type DeskEnv = {
  Variables: {
    visitor: Visitor;
    /** To be sent back with every form as `csrf`, or as the header `X-CSRF-Token`. */
    csrf: string;
  };
};

/** How the history names a visitor. */
export function actorOf(visitor: Visitor): Actor {
  return visitor.kind === "staff" ? { kind: "staff", identity: visitor.identity } : { kind: "link" };
}

/** Whether a visitor may see and change a case. */
export function maySee(visitor: Visitor, id: CaseId): boolean {
  return visitor.kind === "staff" || visitor.case === id;
}
