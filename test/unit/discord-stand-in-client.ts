import type { DiscordStandIn } from "../../playground/discord/index.ts";

/** The fields of answers that the tests read; which of them are there depends on the route. */
export type Json = {
  readonly id: string;
  readonly content: string;
  readonly nonce: string;
  readonly mentions: readonly unknown[];
  readonly attachments: readonly { readonly url: string }[];
  readonly code: number;
  readonly errors: Record<string, unknown>;
  readonly retry_after: number;
  readonly global: boolean;
  readonly session_start_limit: { readonly remaining: number };
};

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  /** The whole body. */
  readonly text: string;
  /** The body where it is a JSON object, else empty. */
  readonly json: Json;
  /** The body where it is a JSON list, else empty. */
  readonly list: readonly Json[];
};

/** Calls the stand-in's REST API as a bot does. `body` is sent as JSON, or as it is when it is a `FormData`. */
export function restClient(discord: DiscordStandIn) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    options: { headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<Answer> => {
    const multipart = body instanceof FormData;
    const response = await fetch(discord.apiUrl + path, {
      method,
      headers: {
        authorization: `Bot ${discord.botToken}`,
        "user-agent": "DiscordBot (https://example.com, 1.0)",
        ...(body !== undefined && !multipart && { "content-type": "application/json" }),
        ...options.headers,
      },
      ...(body !== undefined && { body: multipart ? body : JSON.stringify(body) }),
      ...(options.signal && { signal: options.signal }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    const parsed = isJson ? JSON.parse(text) : {};
    const isList = Array.isArray(parsed);
    const { status, headers } = response;
    return { status, headers, text, json: isList ? {} : parsed, list: isList ? parsed : [] };
  };
}
