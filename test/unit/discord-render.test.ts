import { describe, expect, test } from "vitest";
import type { SmallTalk } from "../../src/assistant/small-talk.ts";
import { parseCustomId } from "../../src/conversation/buttons.ts";
import type { Say } from "../../src/conversation/deliveries.ts";
import {
  type ArticleSlug,
  type DiscordMessageId,
  type DiscordUserId,
  sessionIdOf,
  type TwilioIdentity,
} from "../../src/conversation/ids.ts";
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

describe("what an assistant says in words of its own", () => {
  const reply = {
    kind: "reply",
    text: "Which one do you mean?",
    choices: ["The first", "The second"],
    articles: [{ slug: slug("refunds"), title: "Refunds" }],
  } as const;

  test("has its choices, its articles, and last a person as buttons", () => {
    const body = renderSay(reply, context);
    expect(body.content).toBe("Which one do you mean?");
    expect(body.allowed_mentions).toEqual({ parse: [] });
    expect(buttonsOf(body)).toEqual([
      [
        { label: "The first", does: { kind: "choice", text: "The first" } },
        { label: "The second", does: { kind: "choice", text: "The second" } },
        { label: "Refunds", does: { kind: "article", slug: "refunds" } },
        { label: "Talk to a person", does: { kind: "person" } },
      ],
    ]);
  });

  test("reads as a list in the transcript", () => {
    expect(plainTextOf(reply, context)).toBe("Which one do you mean?\n[The first]\n[The second]\n- Refunds");
  });
});

test("a second miss in a row offers a person", () => {
  const body = renderSay({ kind: "offer-person" }, context);
  expect(body.content).toContain("agents");
  expect(buttonsOf(body)).toEqual([[{ label: "Talk to a person", does: { kind: "person" } }]]);
});

test("small talk is answered in kind, by name where it greets", () => {
  const said = (topic: SmallTalk) => renderSay({ kind: "small-talk", topic }, context).content;
  expect(said("greeting")).toBe("Hi member! What can I help you with?");
  expect(said("thanks")).toContain("welcome");
  expect(said("goodbye")).toContain("Goodbye");
});

test("the summary names what was asked, and what became of each article, within Twilio's limit", () => {
  const articles = [
    { slug: slug("refunds"), title: "Refunds", fate: "helped" },
    { slug: slug("bag-full"), title: "Bag full", fate: "suggested" },
  ] as const;
  const asked = [
    { text: "where is my money", message: null, articles },
    { text: "?!", message: null, articles: [] },
  ];
  const line = (reason: "asked-for" | "assistant-failed", questions: typeof asked) =>
    plainLineOf({ kind: "summary", summary: { reason, asked: questions } }, context);
  expect(line("asked-for", asked).split("\n")).toEqual([
    "Summary, seen by agents only. The member asked for a person.",
    "Asked: where is my money",
    "- Refunds (opened, helped)",
    "- Bag full (suggested, not opened)",
    "Asked: ?!",
    "- no article was found",
  ]);
  expect(line("assistant-failed", [])).toBe("Summary, seen by agents only. The assistant could not answer.");
  expect(line("asked-for", Array(50).fill(asked[0])).length).toBeLessThanOrEqual(1600);
});

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

const everySay: readonly Say[] = [
  ...(["greeting", "still-here", "nothing-found", "article-gone", "glad-it-helped", "transferring"] as const),
  ...(["agents-unreachable", "no-agent-available", "back-to-assistant", "closed"] as const),
  ...(["partly-delivered", "messages-missed"] as const),
].map((kind) => ({ kind }));

test.each<[Say, string]>([
  [{ kind: "greeting" }, "Hi member, how may I help you?"],
  [{ kind: "still-here" }, "Our conversation is still open. Just write your message here."],
  [{ kind: "article-gone" }, "This article is no longer available. Please ask me again."],
  [{ kind: "glad-it-helped" }, "Glad to hear that! If you need anything else, just write here."],
  [{ kind: "case-opened", number: 12 }, "Your case id is #12."],
  [{ kind: "transferring" }, "Transferring you to one of our agents…"],
  [
    { kind: "agents-unreachable" },
    "Our agents cannot be reached at the moment. I keep trying, and nothing you write here will get lost.",
  ],
  [
    { kind: "no-agent-available" },
    "Sorry, none of our agents is available at the moment. Your case stays open. You can ask me in the meantime, or " +
      "ask for a person again later.",
  ],
  [{ kind: "agent-joined", agent }, "Agent One has joined the conversation."],
  [{ kind: "agent-left", agent }, "Agent One has left the conversation."],
  [{ kind: "back-to-assistant" }, "You are talking to the virtual assistant again. What else can I do for you?"],
  [{ kind: "closed" }, "This conversation was closed. Send a message to start a new one."],
  [{ kind: "not-delivered", resend: null }, "Your message was not delivered."],
  [{ kind: "maybe-not-delivered", resend: null }, "Your message may not have been delivered."],
  [{ kind: "partly-delivered" }, "A part of your message could not be delivered; its text was."],
  [{ kind: "messages-missed" }, "Some messages may have been missed here."],
])("%j reads the same in Discord and in the transcript", (say, words) => {
  expect(renderSay(say, context).content).toBe(words);
  expect(plainTextOf(say, context)).toBe(words);
});

test("a notice that has nothing to press brings no buttons, an article that is gone the way to a person", () => {
  const person = [[{ label: "Talk to a person", does: { kind: "person" } }]];
  expect(buttonsOf(renderSay({ kind: "article-gone" }, context))).toEqual(person);
  expect(buttonsOf(renderSay({ kind: "nothing-found" }, context))).toEqual(person);
  for (const say of [{ kind: "closed" }, { kind: "not-delivered", resend: null }, { kind: "greeting" }] as const)
    expect(Object.keys(renderSay(say, context))).toEqual(["content", "allowed_mentions"]);
});

test("a message that was not delivered can be sent again by a button", () => {
  const resend = "600000000000000001" as DiscordMessageId;
  for (const kind of ["not-delivered", "maybe-not-delivered"] as const)
    expect(buttonsOf(renderSay({ kind, resend }, context))).toEqual([
      [{ label: "Send again", does: { kind: "resend", message: resend } }],
    ]);
});

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
    for (const kind of ["text", "edited-text"] as const)
      expect(plainLineOf({ kind, open: "```js\n", text: "code();", close: "\n```" }, context)).toBe(
        "```js\ncode();\n```",
      );
    expect(plainLineOf({ kind: "messages-missed" }, context)).toBe("Some messages may have been missed here.");
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
