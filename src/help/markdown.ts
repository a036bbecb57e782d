import { raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import type { HelpTexts } from "./texts.ts";

/**
 * An article's Markdown (CommonMark and GitHub's extensions) as HTML. HTML in it is shown as text, and links of protocols
 * other than http(s), mailto, irc(s) and xmpp lead nowhere: that is micromark's default, which must stay.
 */
export function htmlOfMarkdown(
  markdown: string,
  texts: Pick<HelpTexts, "footnotes" | "backToText">,
): HtmlEscapedString {
  const footnotes = { label: texts.footnotes, backLabel: texts.backToText };
  return raw(micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml(footnotes)] }));
}
