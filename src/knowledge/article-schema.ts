import * as v from "valibot";
import { ARTICLE_SLUG, type ArticleSlug } from "../conversation/ids.ts";
import { canonicalLocale } from "../locale.ts";
import type { ArticleLocale } from "./article.ts";

const oneLine = (limit: number) =>
  v.pipe(
    v.string("must be text"),
    v.trim(),
    v.nonEmpty("must not be empty"),
    v.maxLength(limit, `must not be longer than ${limit} characters`),
    v.check((text) => !/\p{Cc}/u.test(text), "must be one line without control characters"),
  );

/** The most characters that an example question may have. */
export const MAX_EXAMPLE = 200;

/** An example question. */
export const EXAMPLE = oneLine(MAX_EXAMPLE);

const MAX_BODY = 20_000;

/**
 * What each field of an article may hold, wherever the article comes from. Messages read on after the field's name. Texts
 * come out trimmed, a locale in its canonical form.
 */
export const ARTICLE_FIELDS = {
  slug: v.pipe(
    v.string("must be text"),
    v.regex(ARTICLE_SLUG, "must be a-z, 0-9 and dashes, at most 64 characters"),
    v.transform((slug) => slug as ArticleSlug),
  ),
  locale: v.pipe(
    v.string("must be text"),
    v.check((locale) => canonicalLocale(locale) !== null, "must be a language tag such as en, pt-BR or fa"),
    v.transform((locale): ArticleLocale => canonicalLocale(locale) ?? locale),
  ),
  audience: v.picklist(["members", "agents"], "must be members or agents"),
  /** Discord cuts the label of a button at 80 characters. */
  title: oneLine(80),
  summary: oneLine(400),
  questions: v.array(EXAMPLE, "must be a list of questions"),
  labels: v.array(oneLine(40), "must be a list of labels"),
  link: v.pipe(
    oneLine(500),
    v.check(
      (link) => /^\/(?!\/)/.test(link) || /^https?:$/.test(URL.parse(link)?.protocol ?? ""),
      "must be an http(s) URL or a path beginning with /",
    ),
  ),
  body: v.pipe(
    v.string("must be text"),
    v.trim(),
    v.nonEmpty("must not be empty"),
    v.maxLength(MAX_BODY, `must not be longer than ${MAX_BODY} characters`),
    v.check((body) => !/[\p{Cc}--[\n\t]]/v.test(body), "must not have control characters"),
  ),
} as const;
