import type { SmallTalk } from "../assistant/small-talk.ts";
import type { HandOverReason, HandOverSummary } from "./deliveries.ts";
import type { Locale } from "./events.ts";
import type { ArticleFate } from "./state.ts";
import { de } from "./texts/de.ts";
import { en } from "./texts/en.ts";
import { es } from "./texts/es.ts";
import { fr } from "./texts/fr.ts";
import { ja } from "./texts/ja.ts";
import { ptBR } from "./texts/pt-br.ts";
import { zhTW } from "./texts/zh-tw.ts";

/** What the bot says to a member, in one language. Names and titles are put in as they are given. */
export type Texts = {
  greeting(name: string): string;
  /** The private answer to `/helpme`; `mention` shows the member's name. */
  lookIntoDm(mention: string): string;
  /** The private answer to `/helpme` where the member takes no direct messages: what to change, and where. */
  readonly dmClosed: string;
  readonly stillHere: string;
  readonly suggestions: string;
  readonly nothingFound: string;
  /** Nothing was found again: offers a person. */
  readonly offerPerson: string;
  /** What is answered where nothing was asked. */
  readonly smallTalk: Readonly<Record<SmallTalk, (name: string) => string>>;
  suggestedArticle(title: string): string;
  readonly articleGone: string;
  readonly gladItHelped: string;
  caseOpened(number: number): string;
  readonly transferring: string;
  /** Flex does not answer; we keep trying. */
  readonly agentsUnreachable: string;
  /** Flex found nobody; the assistant is back and the case stays open. */
  readonly noAgentAvailable: string;
  /** Nobody is there: when people are back, and that the case is open; two buttons follow. */
  outsideHours(back: string): string;
  leftAsCase(number: number): string;
  agentJoined(name: string): string;
  agentLeft(name: string): string;
  readonly backToAssistant: string;
  readonly closed: string;
  readonly notDelivered: string;
  readonly maybeNotDelivered: string;
  /** More was written while the bot was away than it could read. */
  readonly messagesMissed: string;
  /** The text of a message crossed, something else in it could not. */
  readonly partlyDelivered: string;
  /** Stands for an agent whose name is not known. */
  readonly anAgent: string;
  /** In place of the link to a file that cannot be had. */
  fileUnavailable(filename: string): string;

  /** Labels of buttons, at most 80 characters. */
  readonly talkToPerson: string;
  readonly thatHelped: string;
  readonly leaveAsCase: string;
  readonly sendAgain: string;

  /** Private answers to what cannot be done. */
  readonly staleButton: string;
  readonly nothingToResend: string;
  readonly foreignButton: string;
  readonly unknownCommand: string;
  readonly outOfDate: string;
  readonly tryAgain: string;
};

const TEXTS: Readonly<Record<Locale, Texts>> = { en, de, es, fr, "pt-BR": ptBR, ja, "zh-TW": zhTW };

/** The texts in one language. */
export function textsIn(locale: Locale): Texts {
  return TEXTS[locale];
}

/**
 * The language for one of Discord's locales: the same one, else another kind of the same language, else English.
 * Simplified Chinese readers get English, since many do not read Traditional Chinese with ease.
 */
export function localeOf(discordLocale: string | undefined): Locale {
  switch (discordLocale) {
    case "de":
    case "fr":
    case "pt-BR":
    case "ja":
    case "zh-TW":
      return discordLocale;
    case "es-ES":
    case "es-419":
      return "es";
    default:
      return "en";
  }
}

/** What agents on Flex read from the bridge. */
export const agentTexts = {
  notDelivered: "Your message was not delivered.",
  maybeNotDelivered: "Your message may not have been delivered.",
  messagesMissed: "Some messages may have been missed here.",
  caseOpened: (number: number) => `The case id is #${number}.`,
  summary: summaryText,
} as const;

const REASONS: Readonly<Record<HandOverReason, string>> = {
  "asked-for": "The member asked for a person.",
  "assistant-gave-up": "The assistant handed over.",
  "assistant-failed": "The assistant could not answer.",
};
const FATES: Readonly<Record<ArticleFate, string>> = {
  suggested: "suggested, not opened",
  opened: "opened",
  helped: "opened, helped",
};

function summaryText({ reason, asked }: HandOverSummary): string {
  const questions = asked.flatMap(({ text, articles }) => [
    `Asked: ${text}`,
    ...(articles.length === 0 ? ["- no article was found"] : []),
    ...articles.map(({ title, fate }) => `- ${title} (${FATES[fate]})`),
  ]);
  return [`Summary, seen by agents only. ${REASONS[reason]}`, ...questions].join("\n");
}
