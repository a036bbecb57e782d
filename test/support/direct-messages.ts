import type { DiscordMessageId } from "../../src/conversation/ids.ts";
import type { Fetch } from "../../src/outside/call.ts";

import { DM } from "./outside.ts";
import { MEMBER } from "./people.ts";

/** What becomes of a call to Discord. */
export type Line = "open" | "broken" | "answer lost" | "limited" | "refused";

/** A message as it stands in the DM. */
type Standing = { readonly id: DiscordMessageId; readonly author: string; readonly content: string };

/** How long Discord knows a nonce. */
const NONCE_MEMORY_MS = 5 * 60_000;
const BOT = "900000000000000001";

/** A DM at Discord, as far as sending and finding a message goes: it knows a repeated nonce for some minutes. */
export class DirectMessages {
  readonly standing: Standing[] = [];
  /** Every call in order. */
  readonly calls: string[] = [];
  /** How the next calls go; after them the line is as `line` says. */
  nextLines: Line[] = [];
  line: Line = "open";
  /** The answer to a read, where it is no list of messages. */
  refuseReads: (() => Response) | null = null;
  readonly #nonces = new Map<string, { readonly message: Standing; readonly at: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The texts that stand in the DM. */
  get contents(): string[] {
    return this.standing.map(({ content }) => content);
  }

  /** How many messages the bot has asked for. */
  get sends(): number {
    return this.calls.filter((method) => method === "POST").length;
  }

  readonly fetch: Fetch = async (url, { method = "GET", body }) => {
    const line = this.nextLines.shift() ?? this.line;
    this.calls.push(method);
    if (line === "broken") throw new TypeError("connection failed");
    if (line === "limited")
      return Response.json({ message: "limited", retry_after: 400, global: false }, { status: 429 });
    if (line === "refused") return Response.json({ message: "missing permissions", code: 50013 }, { status: 403 });
    const answer = method === "GET" ? this.#list(new URL(url)) : this.#create(JSON.parse(String(body)));
    if (line === "answer lost") throw new TypeError("connection failed");
    return answer;
  };

  /** The member writes. */
  memberWrites(content: string): void {
    this.#stand(MEMBER, content);
  }

  #create({ nonce, content }: { nonce: string; content: string }): Response {
    const before = this.#nonces.get(nonce);
    const isKnown = before && this.#now() < before.at + NONCE_MEMORY_MS;
    const message = isKnown ? before.message : this.#stand(BOT, content);
    if (!isKnown) this.#nonces.set(nonce, { message, at: this.#now() });
    return Response.json({ id: message.id, channel_id: DM });
  }

  /** The newest first, as Discord does. */
  #list(url: URL): Response {
    if (this.refuseReads) return this.refuseReads();
    const after = BigInt(url.searchParams.get("after") ?? "0");
    const limit = Number(url.searchParams.get("limit"));
    const found = this.standing.filter(({ id }) => BigInt(id) > after).slice(0, limit);
    return Response.json(
      found.toReversed().map(({ id, author, content }) => ({
        id,
        content,
        author: { id: author, bot: author === BOT },
        channel_id: DM,
        type: 0,
        timestamp: new Date(this.#now()).toISOString(),
      })),
    );
  }

  #stand(author: string, content: string): Standing {
    const id = String(700_000_000_000_000_000n + BigInt(this.standing.length)) as DiscordMessageId;
    const message = { id, author, content };
    this.standing.push(message);
    return message;
  }
}
