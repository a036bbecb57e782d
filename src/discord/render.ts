import type { RESTPostAPIChannelMessageJSONBody } from "discord-api-types/v10";
import type { ArticleTitle } from "../assistant/port.ts";
import { type Button, customIdOf } from "../conversation/buttons.ts";
import {
  AGENT_NAME_LIMIT,
  type Delivery,
  DISCORD_TEXT_LIMIT,
  type LineContent,
  type Say,
  TWILIO_TEXT_LIMIT,
} from "../conversation/deliveries.ts";
import type { Locale, Time } from "../conversation/events.ts";
import {
  type DiscordMessageId,
  type DiscordUserId,
  memberOfSession,
  type SessionId,
  type TwilioIdentity,
} from "../conversation/ids.ts";
import { shortenText } from "../conversation/split.ts";
import { agentTexts, type Texts, textsIn } from "../conversation/texts.ts";
import { nameAsText } from "./names.ts";

/** A message as Discord's API takes it. It pings nobody, whatever is written in it. */
export type MessageBody = Pick<
  RESTPostAPIChannelMessageJSONBody,
  "content" | "embeds" | "components" | "message_reference"
> & { allowed_mentions: { parse: [] } };

/** A file that an agent sent, with a link that needs no password; null when there is none. */
export type FileLink = { readonly filename: string; readonly url: string | null };

/** Who and what a {@link Say} is about. Names are as their owners chose them. */
export type SayContext = {
  readonly session: SessionId;
  readonly locale: Locale;
  readonly memberName: string;
  /** Null when the name is not known. */
  readonly agentName: (identity: TwilioIdentity) => string | null;
};

export type RenderContext = SayContext & {
  /** The links to the files of an agent's message. */
  readonly files?: readonly FileLink[];
  /** The message that is answered; it may have been deleted since. */
  readonly replyTo: DiscordMessageId | null;
};

// Limits of Discord's API (docs: resources/message, "Embed Limits"; components/reference, "Button", "Action Row").
const EMBED_TITLE_LIMIT = 256;
const EMBED_TEXT_LIMIT = 4096;
const LABEL_LIMIT = 80;
const BUTTONS_PER_ROW = 5;
/** Ours: keeps the lines of several files below the limits. */
const FILENAME_LIMIT = 100;
const FILE_LINE_RESERVE = 2 * FILENAME_LIMIT;

const ACTION_ROW = 1;
const BUTTON = 2;
const STYLES = { article: 1, "leave-case": 1, person: 2, helped: 3, choice: 2, resend: 1 } as const;
const NOBODY: MessageBody["allowed_mentions"] = { parse: [] };

type Extras = Pick<MessageBody, "embeds" | "components">;

/** The Discord message that says it, in the member's language, at most 2,000 characters. */
export function renderSay(say: Say, context: RenderContext): MessageBody {
  const texts = textsIn(context.locale);
  const words = wordsOf(say, texts, {
    member: nameAsText(context.memberName, AGENT_NAME_LIMIT) || mentionOf(memberOfSession(context.session)),
    agent: (identity) => nameAsText(context.agentName(identity) ?? "", AGENT_NAME_LIMIT) || texts.anAgent,
    label: (name) => `**${name}:**`,
    // Each reader sees it in their own time zone (docs: reference, "Timestamp Styles").
    time: (at) => `<t:${Math.floor(at / 1000)}:F>`,
  });
  const extras =
    say.kind === "agent-text" ? withFiles(words, context.files ?? [], texts) : extrasOf(say, context.session, texts);
  return {
    content: shortenText(words, DISCORD_TEXT_LIMIT),
    ...extras,
    allowed_mentions: NOBODY,
    ...(context.replyTo && { message_reference: { message_id: context.replyTo, fail_if_not_exists: false } }),
  };
}

/** The private answer that completes `/helpme`. */
export function renderHelpmeAnswer(
  answer: Extract<Delivery, { kind: "answer-helpme" }>["answer"],
  member: DiscordUserId,
  locale: Locale,
): MessageBody {
  const texts = textsIn(locale);
  const content = answer === "look-into-dm" ? texts.lookIntoDm(mentionOf(member)) : texts.dmClosed;
  return { content, allowed_mentions: NOBODY };
}

/** The same as {@link renderSay} in plain text, for the transcript that agents read. */
export function plainTextOf(say: Say, context: SayContext): string {
  const texts = textsIn(context.locale);
  const words = wordsOf(say, texts, {
    member: context.memberName,
    agent: (identity) => context.agentName(identity) || texts.anAgent,
    label: (name) => `${name}:`,
    time: (at) => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`,
  });
  switch (say.kind) {
    case "suggestions":
      return [words, ...say.articles.map(({ title }) => `- ${title}`)].join("\n");
    case "reply":
      return [
        words,
        ...say.choices.map((choice) => `[${choice}]`),
        ...say.articles.map(({ title }) => `- ${title}`),
      ].join("\n");
    case "article":
      return [words, say.article.summary, say.article.url].filter(Boolean).join("\n");
    default:
      return words;
  }
}

/** A line of the chat as agents read it, at most 1,600 characters. */
export function plainLineOf(content: LineContent, context: SayContext): string {
  switch (content.kind) {
    case "text":
    case "edited-text":
      return content.open + content.text + content.close;
    case "say":
      return shortenText(plainTextOf(content.say, context), TWILIO_TEXT_LIMIT);
    case "asked-for-person":
      return textsIn(context.locale).talkToPerson;
    case "summary":
      return shortenText(agentTexts.summary(content.summary), TWILIO_TEXT_LIMIT);
    case "case-opened":
      return agentTexts.caseOpened(content.number);
    case "not-delivered":
      return agentTexts.notDelivered;
    case "maybe-not-delivered":
      return agentTexts.maybeNotDelivered;
    case "messages-missed":
      return agentTexts.messagesMissed;
  }
}

/** How names are written: as Discord text, or plain. */
type Names = {
  readonly member: string;
  readonly agent: (identity: TwilioIdentity) => string;
  /** What stands before an agent's own words. */
  readonly label: (agentName: string) => string;
  readonly time: (at: Time) => string;
};

function wordsOf(say: Say, texts: Texts, names: Names): string {
  switch (say.kind) {
    case "greeting":
      return texts.greeting(names.member);
    case "still-here":
      return texts.stillHere;
    case "suggestions":
      return texts.suggestions;
    case "nothing-found":
      return texts.nothingFound;
    case "offer-person":
      return texts.offerPerson;
    case "small-talk":
      return texts.smallTalk[say.topic](names.member);
    case "reply":
    case "last-words":
      return say.text;
    case "article":
      return texts.suggestedArticle(say.article.title);
    case "article-gone":
      return texts.articleGone;
    case "glad-it-helped":
      return texts.gladItHelped;
    case "case-opened":
      return texts.caseOpened(say.number);
    case "transferring":
      return texts.transferring;
    case "agents-unreachable":
      return texts.agentsUnreachable;
    case "no-agent-available":
      return texts.noAgentAvailable;
    case "agent-joined":
      return texts.agentJoined(names.agent(say.agent));
    case "agent-left":
      return texts.agentLeft(names.agent(say.agent));
    case "agent-text":
      // Discord cuts blank space at the end: what was sent shall be found by its content again.
      return `${names.label(names.agent(say.agent))} ${say.text}`.trimEnd();
    case "back-to-assistant":
      return texts.backToAssistant;
    case "closed":
      return texts.closed;
    case "not-delivered":
      return texts.notDelivered;
    case "maybe-not-delivered":
      return texts.maybeNotDelivered;
    case "outside-hours":
      return texts.outsideHours(names.time(say.back));
    case "left-as-case":
      return texts.leftAsCase(say.number);
    case "partly-delivered":
      return texts.partlyDelivered;
    case "messages-missed":
      return texts.messagesMissed;
  }
}

function extrasOf(say: Say, session: SessionId, texts: Texts): Extras {
  const person = { button: { kind: "person" }, label: texts.talkToPerson } as const;
  switch (say.kind) {
    case "suggestions":
      return { components: rowsOf(session, [...articleButtons(say.articles), person]) };
    case "reply": {
      const choices = say.choices.map((text) => ({ button: { kind: "choice", text }, label: text }) as const);
      return { components: rowsOf(session, [...choices, ...articleButtons(say.articles), person]) };
    }
    case "outside-hours": {
      const leave = { button: { kind: "leave-case" }, label: texts.leaveAsCase } as const;
      return { components: rowsOf(session, [leave, person]) };
    }
    case "nothing-found":
    case "offer-person":
    case "article-gone":
      return { components: rowsOf(session, [person]) };
    case "not-delivered":
    case "maybe-not-delivered": {
      if (!say.resend) return {};
      const button = { kind: "resend", message: say.resend } as const;
      return { components: rowsOf(session, [{ button, label: texts.sendAgain }]) };
    }
    case "article": {
      const { slug, title, summary, url } = say.article;
      const helped = { button: { kind: "helped", slug }, label: texts.thatHelped } as const;
      const embed = {
        title: shortenText(title, EMBED_TITLE_LIMIT),
        ...(url && { url }),
        description: shortenText(summary, EMBED_TEXT_LIMIT),
      };
      return { embeds: [embed], components: rowsOf(session, [helped, person]) };
    }
    default:
      return {};
  }
}

function articleButtons(articles: readonly ArticleTitle[]) {
  return articles.map(({ slug, title }) => ({ button: { kind: "article", slug }, label: title }) as const);
}

function rowsOf(session: SessionId, buttons: readonly { button: Button; label: string }[]) {
  const components = buttons.map(({ button, label }) => ({
    type: BUTTON,
    style: STYLES[button.kind],
    label: shortenText(label, LABEL_LIMIT),
    custom_id: customIdOf(session, button),
  }));
  const rows = [];
  for (let i = 0; i < components.length; i += BUTTONS_PER_ROW) {
    rows.push({ type: ACTION_ROW, components: components.slice(i, i + BUTTONS_PER_ROW) });
  }
  return rows;
}

/**
 * An agent's words with the links to the files, one a line; in an embed when the links do not fit beside the words. What
 * does not even fit there is named as a file that could not be loaded.
 */
function withFiles(words: string, files: readonly FileLink[], texts: Texts): Extras & { content: string } {
  const lines = files.map(({ filename, url }) => {
    const name = nameAsText(filename, FILENAME_LIMIT);
    const unavailable = texts.fileUnavailable(name);
    return { link: url === null ? unavailable : `${name}: ${url}`, unavailable };
  });
  const content = [words, ...lines.map(({ link }) => link)].join("\n");
  if (content.length <= DISCORD_TEXT_LIMIT) return { content };

  let room = EMBED_TEXT_LIMIT - lines.length * FILE_LINE_RESERVE;
  const fitting = lines.map(({ link, unavailable }) => {
    const beyond = Math.max(0, link.length + 1 - FILE_LINE_RESERVE);
    if (beyond > room) return unavailable;
    room -= beyond;
    return link;
  });
  return { content: words, embeds: [{ description: shortenText(fitting.join("\n"), EMBED_TEXT_LIMIT) }] };
}

function mentionOf(member: DiscordUserId): string {
  return `<@${member}>`;
}
