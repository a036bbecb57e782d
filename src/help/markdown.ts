import { raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { micromark } from "micromark";
import { gfmAutolinkLiteral, gfmAutolinkLiteralHtml } from "micromark-extension-gfm-autolink-literal";
import { gfmStrikethrough, gfmStrikethroughHtml } from "micromark-extension-gfm-strikethrough";
import { gfmTable, gfmTableHtml } from "micromark-extension-gfm-table";

const OPTIONS = {
  extensions: [gfmAutolinkLiteral(), gfmStrikethrough(), gfmTable()],
  htmlExtensions: [gfmAutolinkLiteralHtml(), gfmStrikethroughHtml(), gfmTableHtml()],
};

/**
 * An article's Markdown (CommonMark, and GitHub's tables, bare links and strikethrough) as HTML. HTML in it is shown as text,
 * and links of protocols other than http(s), mailto, irc(s) and xmpp lead nowhere: that is micromark's default, which must stay.
 */
export function htmlOfMarkdown(markdown: string): HtmlEscapedString {
  return raw(micromark(markdown, OPTIONS));
}
