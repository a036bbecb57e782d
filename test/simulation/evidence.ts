import type { Say } from "../../src/conversation/deliveries.ts";
import { type DiscordUserId, identityOf } from "../../src/conversation/ids.ts";
import type { Version, World } from "./world.ts";

/** What was to be said to a member, and in which session. */
export type Spoken = { readonly session: string | null; readonly say: Say };

/**
 * What stands where at the end of a history: in the DMs, on Twilio, on our disks. Texts are looked at word by word, since long
 * ones cross in pieces.
 */
export class Evidence {
  readonly world: World;
  readonly #onTwilio = new Map<string, Words>();
  readonly #inDm = new Map<string, Words>();

  constructor(world: World) {
    this.world = world;
    for (const { id } of world.accounts) {
      const author = identityOf(id as DiscordUserId);
      const posts = [...world.conversations.all.values()].flatMap(({ messages }) => messages);
      const own = posts.filter((post) => post.author === author);
      this.#onTwilio.set(id, new Words(own.flatMap(({ body }) => wordsIn(body))));
      const said = world.said.filter(({ account }) => account.id === id);
      this.#inDm.set(id, new Words(said.flatMap(({ message }) => wordsIn(message.content))));
    }
  }

  /** What stands on Twilio by this member, by conversation and index. */
  onTwilio(member: string): Words {
    return this.#onTwilio.get(member) ?? new Words([]);
  }

  /** What the bot has said to this member. */
  inDm(member: string): Words {
    return this.#inDm.get(member) ?? new Words([]);
  }

  /** The words of what is kept for the time when a person is asked for. */
  kept(member: string): ReadonlySet<string> {
    const query = "SELECT line ->> '$.content.text' AS text FROM transcript";
    return new Set(this.rows<{ text: string | null }>(member, query).flatMap(({ text }) => wordsIn(text ?? "")));
  }

  /** How many lines were not kept, since there were too many. */
  trimmedLines(member: string): number {
    const { bridge } = this.world;
    return bridge.stateOf(member) === null ? 0 : bridge.conversationOf(member).storage.trimmedLines;
  }

  /** What was to be said, in order; with what was refused, and without what was silenced before it was tried. */
  says(member: string): Spoken[] {
    const query =
      "SELECT session, body ->> '$.say' AS say FROM deliveries WHERE kind = 'say' AND status <> 'skipped' ORDER BY seq";
    const found = this.rows<{ session: string | null; say: string }>(member, query);
    return found.map(({ session, say }) => ({ session, say: JSON.parse(say) as Say }));
  }

  /** Whether an event has its entry in the member's journal. */
  isAccepted(member: string, key: string): boolean {
    return this.has(member, "SELECT 1 AS there FROM journal WHERE key = ?", key);
  }

  has(member: string, query: string, ...bindings: (string | number)[]): boolean {
    return this.rows(member, query, ...bindings).length > 0;
  }

  /** Rows on the disk of the member's conversation; none before its first event. */
  rows<Row extends Record<string, string | number | null>>(
    member: string,
    query: string,
    ...bindings: (string | number)[]
  ): Row[] {
    const { bridge } = this.world;
    return bridge.stateOf(member) === null ? [] : bridge.conversationOf(member).storage.read<Row>(query, ...bindings);
  }
}

/** Words in order, and how often each is there. */
export class Words {
  readonly all: readonly string[];
  readonly #counts = new Map<string, number>();

  constructor(all: readonly string[]) {
    this.all = all;
    for (const word of all) this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
  }

  times(word: string): number {
    return this.#counts.get(word) ?? 0;
  }
}

/** The words of a text that somebody wrote. */
export function wordsOf({ name, words }: Version): string[] {
  return Array.from({ length: words }, (_, n) => `${name}w${n}`);
}

/** The name of the text that a word is from. */
export function nameOf(word: string): string {
  return word.slice(0, word.indexOf("w"));
}

function wordsIn(text: string): string[] {
  return text.match(/\b[maef]\d+w\d+\b/g) ?? [];
}
