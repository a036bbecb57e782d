import * as v from "valibot";
import { type Config, type TwilioService, twilioUrl } from "../config.ts";
import { CALL_LIMIT_MS, type CallResult, type Clock, callOutside, type Fetch, parseJson } from "../outside/call.ts";
import { failureOf } from "./errors.ts";

/** Names and values of a query or a form; a list repeats its name. */
type Fields = Readonly<Record<string, string | readonly string[]>>;

/** One REST call: a form POST if it has a `form`, else a GET. */
export type TwilioRequest<T> = {
  readonly service: TwilioService;
  /** Below the service, starting with a slash. What is not one of Twilio's own ids must be encoded. */
  readonly path: string;
  readonly query?: Fields;
  readonly form?: Fields;
  /** Sets off webhooks, which calls by REST otherwise do not. */
  readonly wakesWebhooks?: boolean;
  /** The part of the answer that is used. */
  readonly answer: v.GenericSchema<unknown, T>;
};

/** Makes a REST call. Never throws. */
export type TwilioClient = <T>(request: TwilioRequest<T>) => Promise<CallResult<T>>;

/** Calls Twilio with the API key over the given `fetch`. */
export function twilioClient(options: { fetch: Fetch; now: Clock; config: Config }): TwilioClient {
  const { fetch, now, config } = options;
  const credentials = btoa(`${config.TWILIO_API_KEY_SID}:${config.TWILIO_API_KEY_SECRET}`);

  return async ({ service, path, query = {}, form, wakesWebhooks = false, answer: schema }) => {
    const search = encode(query);
    const url = twilioUrl(config, service) + path + (search && `?${search}`);
    const headers: Record<string, string> = {
      Accept: "application/json",
      Authorization: `Basic ${credentials}`,
      "User-Agent": "flexcord",
    };
    const init: RequestInit = { method: "GET", headers };
    if (form !== undefined) {
      headers["Content-Type"] = "application/x-www-form-urlencoded";
      init.method = "POST";
      init.body = encode(form);
      if (wakesWebhooks) headers["X-Twilio-Webhook-Enabled"] = "true";
    }
    const answer = await callOutside(fetch, url, init, CALL_LIMIT_MS);
    if (answer.kind === "unknown") return answer;
    if (answer.status < 200 || answer.status > 299) return failureOf(answer, now());
    const parsed = v.safeParse(schema, parseJson(answer.body));
    if (parsed.success) return { kind: "done", value: parsed.output };
    // It was done, but what it brought cannot be read: whoever called has to look.
    return { kind: "unknown", reason: `HTTP ${answer.status} with an answer that makes no sense` };
  };
}

function encode(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).map((one) => [name, one]),
  );
  return new URLSearchParams(pairs).toString();
}
