import { Arrivals } from "./arrivals.ts";
import { FarGateway } from "./gateway.ts";
import { BOT, messageObject } from "./message.ts";
import { type Answer, startFarServer } from "./server.ts";

/** Discord as the Worker sees it: REST with room in every bucket, and the Gateway. */
export type FarDiscord = {
  readonly apiUrl: string;
  readonly gateway: FarGateway;
  readonly toMembers: Arrivals;
  /** Called with each message that the bot sends. */
  onMessage: (channel: string, content: string) => void;
  /** Calls so far. */
  calls: number;
  close(): void;
};

const BUCKET = {
  "x-ratelimit-limit": "5",
  "x-ratelimit-remaining": "4",
  "x-ratelimit-reset-after": "1.000",
  "x-ratelimit-bucket": "80c17d2f203122d936070c88c8d10f33",
};
const MESSAGES = /^\/channels\/(\d+)\/messages$/;
const FIRST_ID = 1_500_000_000_000_000_000n;

export async function startFarDiscord(): Promise<FarDiscord> {
  let ids = FIRST_ID;
  const toMembers = new Arrivals();

  function answer(method: string, path: string, body: string): Answer {
    far.calls += 1;
    const route = path.slice("/api/v10".length);
    const channel = MESSAGES.exec(route)?.[1];
    if (method === "POST" && channel !== undefined) {
      const { content, nonce = null } = JSON.parse(body) as { content: string; nonce?: string };
      toMembers.note(content);
      far.onMessage(channel, content);
      return ok(messageObject({ id: String(++ids), channel_id: channel, author: BOT, content, nonce }));
    }
    if (method === "PATCH" && route.startsWith("/webhooks/")) {
      return ok(messageObject({ id: String(++ids), channel_id: "1", author: BOT, content: "" }));
    }
    if (method === "POST" && route === "/users/@me/channels") {
      // The DM of a member has the member's number; see `dmOf`.
      const { recipient_id: member } = JSON.parse(body) as { recipient_id: string };
      return ok({ id: dmOf(member), type: 1 });
    }
    if (route === "/gateway/bot") {
      const session_start_limit = { total: 1000, remaining: 1000, reset_after: 86_400_000, max_concurrency: 1 };
      return ok({ url: `ws://${server.host}`, shards: 1, session_start_limit });
    }
    return { status: 404, body: JSON.stringify({ message: "404: Not Found", code: 0 }) };
  }

  const server = await startFarServer(answer, BUCKET);
  const far: FarDiscord = {
    apiUrl: `http://${server.host}/api/v10`,
    gateway: new FarGateway(server.server, server.host),
    toMembers,
    onMessage: () => undefined,
    calls: 0,
    close: () => {
      far.gateway.close();
      toMembers.close();
      server.close();
    },
  };
  return far;
}

/** The DM channel of a member: the same digits with another first one. */
export function dmOf(member: string): string {
  return `3${member.slice(1)}`;
}

function ok(value: object): Answer {
  return { status: 200, body: JSON.stringify(value) };
}
