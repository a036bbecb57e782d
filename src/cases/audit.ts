import type { D1Database, D1PreparedStatement } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import { type Actor, actorText } from "./actor.ts";

/** What was done that no case's history says. `subject` names what it was done to, such as `settings/SERVER`. */
export type Deed = {
  readonly action: string;
  readonly subject: string;
  /** Without secrets, and without what members wrote. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
};

/** Notes who did what: to be stored in one batch with what was done. */
export function audited(db: D1Database, deed: Deed, by: Actor, at: Time): D1PreparedStatement {
  return note(db, "TRUE", deed, by, at);
}

/** The same, unless the statement right before it in the batch has changed nothing. */
export function auditedIfChanged(db: D1Database, deed: Deed, by: Actor, at: Time): D1PreparedStatement {
  return note(db, "changes() > 0", deed, by, at);
}

function note(db: D1Database, condition: string, { action, subject, detail }: Deed, by: Actor, at: Time) {
  return db
    .prepare(`INSERT INTO audit (at, actor, action, subject, detail) SELECT ?, ?, ?, ?, ? WHERE ${condition}`)
    .bind(at, actorText(by), action, subject, detail ? JSON.stringify(detail) : "");
}
