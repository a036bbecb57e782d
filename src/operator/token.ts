import { readToken, signedToken, type TokenKind } from "../signing.ts";

const OPERATOR: TokenKind = { purpose: "operator", lifetimeS: 5 * 60 };

/** Signs an operator's token, good for five minutes. `now` in milliseconds since 1970. */
export async function operatorToken(signingSecret: string, now: number): Promise<string> {
  return signedToken(OPERATOR, null, signingSecret, now);
}

/** Whether {@link operatorToken} made this with the same secret in the last five minutes. Never throws. */
export async function isOperatorToken(token: string, signingSecret: string, now: number): Promise<boolean> {
  return (await readToken(OPERATOR, token, signingSecret, now)) !== null;
}
