import type { ArticleSlug, DiscordMessageId, SessionId } from "../conversation/ids.ts";
import type { ArticleLocale } from "../knowledge/article.ts";
import type { SmallTalk } from "./small-talk.ts";

/** An article as a suggestion. */
export type ArticleTitle = { readonly slug: ArticleSlug; readonly title: string };

/** An article as it is shown in Discord. */
export type ArticleCard = ArticleTitle & {
  /** One or two sentences of plain text. */
  readonly summary: string;
  /** Where the whole article can be read: its own link, else its page below the Worker's public URL. */
  readonly url: string | null;
};

/** What a member said to the assistant. */
export type Question = {
  readonly text: string;
  /** The languages the member reads, best first. */
  readonly locales: readonly ArticleLocale[];
  readonly session: SessionId;
  /** The message that asks; null when it was no message of its own. The same id again is the same question again. */
  readonly message: DiscordMessageId | null;
  readonly displayName: string;
};

/** Discord takes 2,000 characters a message; some are left for what is added when it is sent. */
export const REPLY_LIMIT = 1_900;
/** Discord shows five buttons a row; the last one is always `Talk to a person`. */
export const CHOICE_LIMIT = 4;
/** Discord takes 80 characters on a button; longer ones than this are cut off on a phone. */
export const BUTTON_LIMIT = 60;

/** What the assistant says to it. */
export type Answer =
  /** One to four articles, best first. */
  | { readonly kind: "suggestions"; readonly articles: readonly ArticleTitle[] }
  /** Nothing in the knowledge base fits. */
  | { readonly kind: "nothing" }
  /** The member asked nothing yet, or has finished. */
  | { readonly kind: "small-talk"; readonly topic: SmallTalk }
  /** An answer in words. */
  | {
      readonly kind: "reply";
      /** At most {@link REPLY_LIMIT} characters. */
      readonly text: string;
      /** What the member may say next, each at most {@link BUTTON_LIMIT} characters: pressing one says it. */
      readonly buttons: readonly string[];
      /** At most {@link CHOICE_LIMIT} together with the buttons. */
      readonly articles: readonly ArticleTitle[];
    }
  /** A person is to take over; `text` is said first. */
  | { readonly kind: "hand-over"; readonly text: string | null }
  /** The member's matter is done; `text` is said first. */
  | { readonly kind: "end"; readonly text: string | null };

/** The virtual agent: engines plug in here. Both methods may throw; the conversation then fetches a person. */
export interface Assistant {
  answer(question: Question): Promise<Answer>;
  /** The article that a member opened, in the first of the languages that has it; null when it is gone. */
  article(slug: ArticleSlug, locales: readonly ArticleLocale[]): Promise<ArticleCard | null>;
}
