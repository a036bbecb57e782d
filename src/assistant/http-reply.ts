import * as v from "valibot";
import { ARTICLE_SLUG, type ArticleSlug } from "../conversation/ids.ts";
import { shortenText } from "../conversation/split.ts";
import { type Answer, type ArticleCard, BUTTON_LIMIT, CHOICE_LIMIT, REPLY_LIMIT } from "./port.ts";

/** Discord takes 80 characters on a button. */
const TITLE_LIMIT = 80;
const SUMMARY_LIMIT = 400;

const text = v.pipe(
  v.string(),
  v.transform((value) => value.toWellFormed().trim()),
);
const slug = v.pipe(
  v.string(),
  v.regex(ARTICLE_SLUG),
  v.transform((value) => value as ArticleSlug),
);
const title = v.pipe(text, v.nonEmpty());

/** A field that we do not know is refused: a misspelt one would be lost in silence. */
const MessageReply = v.strictObject({
  text: v.nullish(text, ""),
  buttons: v.nullish(v.array(v.pipe(text, v.nonEmpty())), []),
  articles: v.nullish(v.array(v.object({ slug, title })), []),
  handOver: v.nullish(v.boolean(), false),
  end: v.nullish(v.boolean(), false),
});

const ArticleReply = v.strictObject({
  article: v.nullable(
    v.object({
      title,
      summary: v.nullish(text, ""),
      url: v.nullish(
        v.pipe(
          v.string(),
          v.maxLength(2_000),
          v.check((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? "")),
        ),
        null,
      ),
    }),
  ),
});

/** What a chatbot's reply means; `cut` names the fields that were longer than what we can show. */
export type ReadReply<T> =
  | { readonly ok: true; readonly value: T; readonly cut: readonly string[] }
  /** `field` is where it is wrong, in words fit to be logged. */
  | { readonly ok: false; readonly field: string };

/** Reads a chatbot's reply to a message. A person who is to take over goes before everything else, an end before an answer. */
export function readMessageReply(json: unknown): ReadReply<Answer> {
  const result = v.safeParse(MessageReply, json);
  if (!result.success) return { ok: false, field: fieldOf(result.issues[0]) };
  const { handOver, end, ...reply } = result.output;
  const cutText = shortenText(reply.text, REPLY_LIMIT);
  // Two buttons that look the same would be the same.
  const labels = [...new Set(reply.buttons.map((label) => shortenText(label, BUTTON_LIMIT)))];
  const buttons = labels.slice(0, CHOICE_LIMIT);
  const different = reply.articles.filter(
    (article, n) => reply.articles.findIndex(({ slug }) => slug === article.slug) === n,
  );
  const articles = different
    .slice(0, CHOICE_LIMIT - buttons.length)
    .map(({ slug, title }) => ({ slug, title: shortenText(title, TITLE_LIMIT) }));
  const cut = [
    ...(cutText === reply.text ? [] : ["text"]),
    ...(reply.buttons.every((label) => buttons.includes(label)) ? [] : ["buttons"]),
    ...(articles.length === different.length ? [] : ["articles"]),
  ];

  if (handOver) return { ok: true, value: { kind: "hand-over", text: cutText || null }, cut };
  if (end) return { ok: true, value: { kind: "end", text: cutText || null }, cut };
  if (cutText !== "") return { ok: true, value: { kind: "reply", text: cutText, buttons, articles }, cut };
  if (buttons.length > 0) return { ok: false, field: "buttons without a text" };
  if (articles.length > 0) return { ok: true, value: { kind: "suggestions", articles }, cut };
  return { ok: true, value: { kind: "nothing" }, cut };
}

/** Reads a chatbot's reply to the wish for one article. */
export function readArticleReply(json: unknown, slug: ArticleSlug): ReadReply<ArticleCard | null> {
  const result = v.safeParse(ArticleReply, json);
  if (!result.success) return { ok: false, field: fieldOf(result.issues[0]) };
  const { article } = result.output;
  if (article === null) return { ok: true, value: null, cut: [] };
  const title = shortenText(article.title, TITLE_LIMIT);
  const summary = shortenText(article.summary, SUMMARY_LIMIT);
  const cut = [...(title === article.title ? [] : ["title"]), ...(summary === article.summary ? [] : ["summary"])];
  return { ok: true, value: { slug, title, summary, url: article.url }, cut };
}

/** Names the field; never what it holds. */
function fieldOf(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => String(key)).join(".");
  if (path === "") return "the whole reply";
  return /^[\w.]{1,40}$/.test(path) ? path : "a field with an odd name";
}
