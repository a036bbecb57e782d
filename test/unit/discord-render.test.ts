import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCustomId } from "../../src/conversation/buttons.ts";
import { AGENT_TEXT_LIMIT, type Say } from "../../src/conversation/deliveries.ts";
import {
  type ArticleSlug,
  type DiscordMessageId,
  type DiscordUserId,
  sessionIdOf,
  type TwilioIdentity,
} from "../../src/conversation/ids.ts";
import { nameAsText } from "../../src/discord/names.ts";
import {
  type MessageBody,
  plainLineOf,
  plainTextOf,
  type RenderContext,
  renderHelpmeAnswer,
  renderSay,
} from "../../src/discord/render.ts";

const member = "123456789012345678" as DiscordUserId;
const session = sessionIdOf(member, 3);
const agent = "agent_40example_2Dcom" as TwilioIdentity;
const slug = (name: string) => name as ArticleSlug;
const context: RenderContext = {
  session,
  locale: "en",
  memberName: "member",
  agentName: () => "Agent One",
  replyTo: null,
};
const agentText = (text: string): Say => ({ kind: "agent-text", agent, text, files: [] });

/** What the buttons of a message do, row by row. */
function buttonsOf({ components = [] }: MessageBody) {
  return components.map((row) => {
    if (!("components" in row)) throw new Error("not a row");
    return row.components.map((button) => {
      if (!("custom_id" in button) || !("label" in button)) throw new Error("not a button of ours");
      return { label: button.label, does: parseCustomId(button.custom_id)?.button };
    });
  });
}

describe("suggestions", () => {
  const titles = ["Lost account", "Refunds", "Friend codes", "Event tickets"];
  const articles = titles.map((title) => ({ slug: slug(title.toLowerCase().replace(" ", "-")), title }));

  test("are one button an article, and last a person, for this session", () => {
    const body = renderSay({ kind: "suggestions", articles }, context);
    expect(body.content).toBe("Does one of these help?");
    expect(buttonsOf(body)).toEqual([
      [
        ...articles.map(({ slug, title }) => ({ label: title, does: { kind: "article", slug } })),
        { label: "Talk to a person", does: { kind: "person" } },
      ],
    ]);
    expect(JSON.stringify(body)).toContain(`p:${session}`);
  });

  test("begin a new row after five buttons", () => {
    const five = [...articles, { slug: slug("lag"), title: "Lag" }];
    const rows = buttonsOf(renderSay({ kind: "suggestions", articles: five }, context));
    expect(rows.map((row) => row.length)).toEqual([5, 1]);
    expect(rows[1]?.[0]?.does).toEqual({ kind: "person" });
  });

  test("have labels of at most 80 units that end with a whole grapheme", () => {
    const title = "👨‍👩‍👧‍👦".repeat(20);
    const rows = buttonsOf(renderSay({ kind: "suggestions", articles: [{ slug: slug("family"), title }] }, context));
    expect(rows[0]?.[0]?.label).toBe(`${"👨‍👩‍👧‍👦".repeat(7)}…`);
  });

  test("are a list for the agent", () => {
    expect(plainTextOf({ kind: "suggestions", articles: articles.slice(0, 2) }, context)).toBe(
      "Does one of these help?\n- Lost account\n- Refunds",
    );
  });
});

describe("an article", () => {
  const article = { slug: slug("refunds"), title: "Refunds", summary: "How to get one.", url: "https://example.com/r" };

  test("is a card with its link, summary and two buttons", () => {
    const body = renderSay(
      { kind: "article", article },
      { ...context, replyTo: "223456789012345678" as DiscordMessageId },
    );
    expect(body).toMatchObject({
      content: "Suggested article: Refunds",
      embeds: [{ title: "Refunds", url: "https://example.com/r", description: "How to get one." }],
      message_reference: { message_id: "223456789012345678", fail_if_not_exists: false },
    });
    expect(buttonsOf(body)).toEqual([
      [
        { label: "That helped", does: { kind: "helped", slug: "refunds" } },
        { label: "Talk to a person", does: { kind: "person" } },
      ],
    ]);
  });

  test("without a page has no link", () => {
    const { embeds } = renderSay({ kind: "article", article: { ...article, url: null } }, context);
    expect(embeds).toEqual([{ title: "Refunds", description: "How to get one." }]);
  });

  test("keeps to the limits of a card", () => {
    const long = { ...article, title: "x".repeat(3000), summary: "y".repeat(5000) };
    const { content, embeds } = renderSay({ kind: "article", article: long }, context);
    expect(content?.length).toBe(2000);
    expect(embeds?.[0]?.title?.length).toBe(256);
    expect(embeds?.[0]?.description?.length).toBe(4096);
  });

  test("is title, summary and link for the agent", () => {
    expect(plainTextOf({ kind: "article", article }, context)).toBe(
      "Suggested article: Refunds\nHow to get one.\nhttps://example.com/r",
    );
  });
});

test("where nothing was found, a person is one press away", () => {
  expect(buttonsOf(renderSay({ kind: "nothing-found" }, context))).toEqual([
    [{ label: "Talk to a person", does: { kind: "person" } }],
  ]);
});

describe("an agent's message", () => {
  test("carries the agent's name and stays as it was written", () => {
    const text = "Try **this**:\n```js\nrun();\n```";
    expect(renderSay(agentText(text), context).content).toBe(`**Agent One:** ${text}`);
    expect(plainTextOf(agentText("Hello"), context)).toBe("Agent One: Hello");
  });

  test("without a known name comes from an agent", () => {
    for (const name of [null, "", " \n"]) {
      expect(renderSay(agentText("Hello"), { ...context, agentName: () => name }).content).toBe("**An agent:** Hello");
    }
  });

  test("of the greatest length fits, whatever the name", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constant("*".repeat(200))), (name) => {
        const text = "x".repeat(AGENT_TEXT_LIMIT);
        const { content = "" } = renderSay(agentText(text), { ...context, agentName: () => name });
        expect(content.length).toBeLessThanOrEqual(2000);
        expect(content.endsWith(` ${text}`)).toBe(true);
      }),
    );
  });

  test("has its files as links, one a line", () => {
    const files = [
      { filename: "steps.pdf", url: "https://example.com/1" },
      { filename: "gone.png", url: null },
    ];
    expect(renderSay(agentText("See:"), { ...context, files }).content).toBe(
      "**Agent One:** See:\nsteps.pdf: https://example.com/1\ngone.png (this file could not be loaded)",
    );
    expect(renderSay(agentText(""), { ...context, files: files.slice(0, 1) }).content).toBe(
      "**Agent One:**\nsteps.pdf: https://example.com/1",
    );
  });

  test("has its links on a card when they do not fit beside the text, and names what fits nowhere", () => {
    const link = (n: number) => `https://example.com/${n}/${"x".repeat(700)}`;
    const files = Array.from({ length: 10 }, (_, n) => ({ filename: `file${n}.png`, url: link(n) }));
    const { content, embeds } = renderSay(agentText("See:"), { ...context, files });
    expect(content).toBe("**Agent One:** See:");
    const lines = embeds?.[0]?.description?.split("\n") ?? [];
    expect(embeds?.[0]?.description?.length).toBeLessThanOrEqual(4096);
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe(`file0.png: ${link(0)}`);
    expect(lines[9]).toBe("file9.png (this file could not be loaded)");
  });
});

describe("a name", () => {
  test.each([
    ["*bold* _it_ ~no~", "\\*bold\\* \\_it\\_ \\~no\\~"],
    ["`code` ||spoiler||", "\\`code\\` \\|\\|spoiler\\|\\|"],
    ["<@123456789012345678>", "\\<\\@123456789012345678>"],
    ["@everyone", "\\@everyone"],
    ["[here](https://example.com)", "\\[here](https\\://example.com)"],
    ["# Title", "\\# Title"],
    ["> quote", "\\> quote"],
    ["-# small", "\\-# small"],
    ["1. list", "1\\. list"],
    ["two\nlines\t here ", "two lines here"],
    ["\u202eturned\u2066", "turned"],
    ["Anne-Marie O'Neil Jr.", "Anne-Marie O'Neil Jr."],
    ["名前 👍🏽", "名前 👍🏽"],
  ])("%j is written as %j", (name, text) => {
    expect(nameAsText(name, 80)).toBe(text);
  });

  test("is at most as long as asked for, and has no markup at work", () => {
    const names = fc.array(fc.constantFrom(..."*_~`|<>[]():@#-\\ aé👍\n")).map((some) => some.join(""));
    fc.assert(
      fc.property(names, fc.integer({ min: 4, max: 80 }), (name, limit) => {
        const text = nameAsText(name, limit);
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(text.replace(/\\[^a-z0-9\s]/gi, "x")).not.toMatch(/[*_~`|<[:@\\\n]|^[#>-]/);
      }),
      { numRuns: 5000 },
    );
  });

  test("that says nothing is replaced by a mention", () => {
    expect(renderSay({ kind: "greeting" }, { ...context, memberName: "\n" }).content).toBe(
      `Hi <@${member}>, how may I help you?`,
    );
  });
});

const everySay: readonly Say[] = [
  ...(["greeting", "still-here", "nothing-found", "article-gone", "glad-it-helped", "transferring"] as const),
  ...(["agents-unreachable", "no-agent-available", "back-to-assistant", "closed"] as const),
  ...(["not-delivered", "maybe-not-delivered", "partly-delivered"] as const),
].map((kind) => ({ kind }));

test("nothing that is said pings anybody, answers what was not asked, or is empty", () => {
  const named = [
    { kind: "case-opened", number: 12 },
    { kind: "agent-joined", agent },
    { kind: "agent-left", agent },
    agentText("@everyone <@123456789012345678>"),
  ] satisfies Say[];
  for (const say of [...everySay, ...named]) {
    const body = renderSay(say, context);
    expect(body.allowed_mentions).toEqual({ parse: [] });
    expect(body.message_reference).toBeUndefined();
    expect(body.content?.trim()).toBeTruthy();
    expect(plainTextOf(say, context).trim()).not.toBe("");
  }
});

test("a member is answered in the member's language", () => {
  expect(renderSay({ kind: "case-opened", number: 12 }, { ...context, locale: "de" }).content).toBe(
    "Deine Fallnummer ist #12.",
  );
});

describe("the private answer to /helpme", () => {
  test("greets the member by a mention that pings nobody", () => {
    expect(renderHelpmeAnswer("look-into-dm", member, "en")).toEqual({
      content: `Hi <@${member}>! You requested help. Our customer service just DM'ed you!`,
      allowed_mentions: { parse: [] },
    });
  });

  test("says what to do where DMs are closed", () => {
    expect(renderHelpmeAnswer("dm-closed", member, "en").content).toContain("Privacy Settings");
  });
});

describe("a line that agents read", () => {
  test("is the member's text, what the assistant said, or a word of the bridge", () => {
    expect(plainLineOf({ kind: "text", open: "", text: "Hello", close: "" }, context)).toBe("Hello");
    expect(plainLineOf({ kind: "say", say: { kind: "greeting" } }, context)).toBe("Hi member, how may I help you?");
    expect(plainLineOf({ kind: "asked-for-person" }, context)).toBe("Talk to a person");
    expect(plainLineOf({ kind: "case-opened", number: 7 }, context)).toBe("The case id is #7.");
    expect(plainLineOf({ kind: "not-delivered" }, context)).toBe("Your message was not delivered.");
    expect(plainLineOf({ kind: "maybe-not-delivered" }, context)).toBe("Your message may not have been delivered.");
  });

  test("has at most 1,600 characters", () => {
    const article = { slug: slug("long"), title: "Long", summary: "x".repeat(3000), url: null };
    expect(plainLineOf({ kind: "say", say: { kind: "article", article } }, context).length).toBe(1600);
  });
});
