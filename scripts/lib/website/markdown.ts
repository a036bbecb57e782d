import TurndownService from "turndown";

/** Makes Markdown of HTML: headings, lists, links, code and tables stay, pictures and everything active do not. */
export function markdownOf(html: string): string {
  return service.turndown(html).trim();
}

const service = new TurndownService({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-" });

service.remove([
  "script",
  "style",
  "noscript",
  "iframe",
  "object",
  "video",
  "audio",
  "canvas",
  "form",
  "button",
  "img",
]);

service.addRule("picture", { filter: "img", replacement: () => "" });

service.addRule("link", {
  filter: "a",
  replacement: (content, node) => {
    const href = node.getAttribute("href") ?? "";
    // A link without words was one around a picture; one within a heading's anchor leads nowhere else.
    if (content.trim() === "" || !/^(?:https?|mailto):/i.test(href)) return content;
    return `[${content}](${href.replaceAll(/[()\s<>]/g, percentEncoded)})`;
  },
});

/** Tables as GitHub's Markdown has them, whose first row is the header and whose cells are one line. */
service.addRule("cell", {
  filter: ["th", "td"],
  replacement: (content) =>
    ` ${content
      .trim()
      .replaceAll("|", "\\|")
      .replaceAll(/\s*\n\s*/g, " ")} |`,
});
service.addRule("row", {
  filter: "tr",
  replacement: (content, node) => {
    const isFirst = node.closest("table")?.querySelector("tr") === node;
    const columns = node.querySelectorAll("th, td").length;
    return `\n|${content.replaceAll("\n", "")}${isFirst ? `\n|${" --- |".repeat(columns)}` : ""}`;
  },
});
service.addRule("table", {
  filter: "table",
  replacement: (content) => `\n\n${content.trim().replaceAll(/\n{2,}/g, "\n")}\n\n`,
});

/** Brackets and blanks would end the address in Markdown. */
function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
