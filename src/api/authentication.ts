import type { D1Database } from "@cloudflare/workers-types";
import type { Actor } from "../cases/actor.ts";
import type { StaffIdentity } from "../conversation/ids.ts";
import { isOperatorToken } from "../operator/token.ts";
import type { Clock } from "../outside/call.ts";
import { ApiError } from "./api-error.ts";
import { keyOf } from "./keys.ts";
import type { Scope } from "./scopes.ts";

/** Who uses the API. An operator may do all. */
export type Caller =
  | { readonly kind: "operator"; readonly actor: Actor }
  | { readonly kind: "key"; readonly actor: Actor; readonly scopes: readonly Scope[] };

/** What a route asks of its caller: all of these scopes, or to be an operator. Whoever asks for no scope is public. */
export type Access = "public" | "operators" | readonly [Scope, ...Scope[]];

export type AuthenticationOptions = {
  readonly db: D1Database;
  readonly signingSecret: string;
  readonly now: Clock;
};

/** Operators have no names of their own. No agent is called this: identities have no blanks. */
const OPERATOR: Actor = { kind: "staff", identity: "command line" as StaffIdentity };

/** Who sends this `Authorization` header. Throws 401 for whoever is nobody. */
export async function callerOf(
  authorization: string | undefined,
  { db, signingSecret, now }: AuthenticationOptions,
): Promise<Caller> {
  const token = /^Bearer (\S{1,2000})$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) throw new ApiError(401, "Send an API key: Authorization: Bearer fck_…");
  const key = await keyOf(db, token, now());
  if (key) return { kind: "key", actor: { kind: "key", id: key.id }, scopes: key.scopes };
  if (await isOperatorToken(token, signingSecret, now())) return { kind: "operator", actor: OPERATOR };
  throw new ApiError(401, "This API key is not known, or was revoked");
}

/** Throws 403, which names what is missing, where the caller may not do this. */
export function authorize(caller: Caller, access: Exclude<Access, "public">): void {
  if (caller.kind === "operator") return;
  if (access === "operators") throw new ApiError(403, "Only operators may do this: npm run operate -- --help");
  const missing = access.filter((scope) => !caller.scopes.includes(scope));
  if (missing.length > 0) throw new ApiError(403, `This API key lacks the scope ${missing.join(" and ")}`);
}
