import type { MiddlewareHandler } from "hono";
import { log } from "../log.ts";
import type { Clock } from "../outside/call.ts";
import { isOperatorToken } from "./token.ts";

/** Lets in who sends an operator's token as `Authorization: Bearer`; 401 for everybody else. No answer is kept anywhere. */
export function operatorsOnly(options: { readonly signingSecret: string; readonly now: Clock }): MiddlewareHandler {
  const { signingSecret, now } = options;
  return async (c, next) => {
    const token = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (token === undefined || !(await isOperatorToken(token, signingSecret, now()))) {
      log("warn", "operator.refused");
      return c.json({ error: "Sign in first" }, 401, { "WWW-Authenticate": "Bearer" });
    }
    c.header("Cache-Control", "no-store");
    return next();
  };
}
