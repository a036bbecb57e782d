import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AGENT_TEXT_LIMIT, type Say } from "../../src/conversation/deliveries.ts";
import { type DiscordUserId, sessionIdOf, type TwilioIdentity } from "../../src/conversation/ids.ts";
import { nameAsText } from "../../src/discord/names.ts";
import { plainTextOf, type RenderContext, renderSay } from "../../src/discord/render.ts";

const member = "123456789012345678" as DiscordUserId;
const session = sessionIdOf(member, 3);
const agent = "agent_40example_2Dcom" as TwilioIdentity;
const context: RenderContext = {
  session,
  locale: "en",
  memberName: "member",
  agentName: () => "Agent One",
  replyTo: null,
};
const agentText = (text: string): Say => ({ kind: "agent-text", agent, text, files: [] });

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

  test("keeps its links beside the text up to Discord's 2,000 characters", () => {
    const around = "**Agent One:** See:\nsteps.pdf: https://example.com/";
    const rendered = (length: number) => {
      const url = `https://example.com/${"x".repeat(length - around.length)}`;
      return renderSay(agentText("See:"), { ...context, files: [{ filename: "steps.pdf", url }] });
    };
    expect(rendered(2000).content).toHaveLength(2000);
    expect(rendered(2000).embeds).toBeUndefined();
    expect(rendered(2001).content).toBe("**Agent One:** See:");
    expect(rendered(2001).embeds).toHaveLength(1);
  });

  test("has as many links on its card as there is room for, to the character", () => {
    const rendered = (length: number) => {
      const filename = "steps.pdf";
      const url = `https://example.com/${"x".repeat(length - `${filename}: https://example.com/`.length)}`;
      const lines = renderSay(agentText("See:"), { ...context, files: [{ filename, url }] }).embeds?.[0]?.description;
      return lines?.length;
    };
    expect(rendered(4095)).toBe(4095);
    expect(rendered(4096)).toBe("steps.pdf (this file could not be loaded)".length);
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
