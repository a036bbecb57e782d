import type { Account, WebhookExchange } from "../account.ts";
import type { HttpRequest } from "./execution.ts";
import type { CallFault } from "./faults.ts";

/** https://www.twilio.com/docs/studio/widget-library/http-request */
const TIME_LIMIT_MS = 10_000;

/**
 * Makes the call of an HTTP widget: only an answer with 2xx in time is a success. Credentials in the URL become Basic
 * authentication. Nothing is signed: the widget's documentation promises no signature.
 */
export async function makeHttpRequest(
  { method, url, form }: HttpRequest,
  account: Account,
  fault: CallFault | null,
): Promise<"success" | "failed"> {
  const record = (outcome: WebhookExchange["outcome"], status: number | null, to = url) =>
    account.record({
      kind: "webhook",
      at: account.now(),
      to: "studio",
      eventType: "make-http-request",
      url: to,
      params: Object.fromEntries(form),
      outcome,
      status,
    });
  if (fault === "before" || !URL.canParse(url)) {
    record("failed", null);
    return "failed";
  }
  const target = new URL(url);
  const headers = credentialsOf(target);
  target.username = "";
  target.password = "";
  if (method === "GET") for (const [name, value] of form) target.searchParams.append(name, value);
  try {
    const response = await fetch(target, {
      method,
      headers,
      ...(method === "POST" ? { body: form } : {}),
      redirect: "manual",
      signal: AbortSignal.any([account.ending, AbortSignal.timeout(TIME_LIMIT_MS)]),
    });
    await response.arrayBuffer();
    record(fault === "after" ? "timed-out" : "answered", response.status, target.href);
    return response.ok && fault === null ? "success" : "failed";
  } catch (error) {
    record(error instanceof Error && error.name === "TimeoutError" ? "timed-out" : "failed", null, target.href);
    return "failed";
  }
}

function credentialsOf({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
