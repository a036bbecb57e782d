import type { DiscordStandIn } from "../../playground/discord/index.ts";

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, never> & { code: number };
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
    return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : text };
  };
}
