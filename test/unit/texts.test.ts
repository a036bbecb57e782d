import { describe, expect, test } from "vitest";
import type { Locale } from "../../src/conversation/events.ts";
import { agentTexts, localeOf, textsIn } from "../../src/conversation/texts.ts";

const LOCALES: readonly Locale[] = ["en", "de", "es", "fr", "pt-BR", "ja", "zh-TW"];
const en = textsIn("en");

/** Every text of a language, by name, with the same things put in. */
function allTexts(locale: Locale): Record<string, string> {
  const { smallTalk, ...texts } = textsIn(locale);
  return {
    ...texts,
    "small talk: greeting": smallTalk.greeting("NAME"),
    "small talk: thanks": smallTalk.thanks("NAME"),
    "small talk: goodbye": smallTalk.goodbye("NAME"),
    greeting: texts.greeting("NAME"),
    lookIntoDm: texts.lookIntoDm("<@1>"),
    suggestedArticle: texts.suggestedArticle("TITLE"),
    caseOpened: texts.caseOpened(12),
    outsideHours: texts.outsideHours("Monday"),
    leftAsCase: texts.leftAsCase(12),
    agentJoined: texts.agentJoined("NAME"),
    agentLeft: texts.agentLeft("NAME"),
    fileUnavailable: texts.fileUnavailable("FILE"),
  };
}

test("English reads as agreed", () => {
  expect(en.greeting("NAME")).toBe("Hi NAME, how may I help you?");
  expect(en.lookIntoDm("<@1>")).toBe("Hi <@1>! You requested help. Our customer service just DM'ed you!");
  expect(en.suggestions).toBe("Does one of these help?");
  expect(en.talkToPerson).toBe("Talk to a person");
  expect(en.thatHelped).toBe("That helped");
  expect(en.suggestedArticle("TITLE")).toBe("Suggested article: TITLE");
  expect(en.caseOpened(12)).toBe("Your case id is #12.");
  expect(en.transferring).toBe("Transferring you to one of our agents…");
  expect(en.agentJoined("NAME")).toBe("NAME has joined the conversation.");
  expect(en.agentLeft("NAME")).toBe("NAME has left the conversation.");
  expect(en.closed).toBe("This conversation was closed. Send a message to start a new one.");
  expect(en.notDelivered).toBe("Your message was not delivered.");
  expect(en.maybeNotDelivered).toBe("Your message may not have been delivered.");
  expect(en.anAgent).toBe("An agent");
  expect(agentTexts.notDelivered).toBe("Your message was not delivered.");
  expect(agentTexts.maybeNotDelivered).toBe("Your message may not have been delivered.");
  expect(agentTexts.caseOpened(12)).toBe("The case id is #12.");
});

describe.each(LOCALES)("in %s", (locale) => {
  const texts = allTexts(locale);

  test("every text says something, and what is put in stands in it", () => {
    for (const text of Object.values(texts)) expect(text.trim()).not.toBe("");
    expect(texts.greeting).toContain("NAME");
    expect(texts.lookIntoDm).toContain("<@1>");
    expect(texts.suggestedArticle).toContain("TITLE");
    expect(texts.caseOpened).toContain("#12");
    expect(texts.agentJoined).toContain("NAME");
    expect(texts.agentLeft).toContain("NAME");
    expect(texts.fileUnavailable).toContain("FILE");
  });

  test("whoever takes no direct messages reads which command to use again", () => {
    expect(texts.dmClosed).toContain("/helpme");
  });

  test("labels fit on a button, other texts into a message", () => {
    expect(textsIn(locale).talkToPerson.length).toBeLessThanOrEqual(80);
    expect(textsIn(locale).thatHelped.length).toBeLessThanOrEqual(80);
    for (const text of Object.values(texts)) expect(text.length).toBeLessThanOrEqual(500);
  });
});

test.each(["de", "es", "fr", "pt-BR", "ja", "zh-TW"] as const)("no text of %s is left in English", (locale) => {
  const english = allTexts("en");
  for (const [name, text] of Object.entries(allTexts(locale))) expect(text, name).not.toBe(english[name]);
});

test.each([
  ["de", "de"],
  ["fr", "fr"],
  ["pt-BR", "pt-BR"],
  ["ja", "ja"],
  ["zh-TW", "zh-TW"],
  ["es-ES", "es"],
  ["es-419", "es"],
  ["en-US", "en"],
  ["en-GB", "en"],
  ["zh-CN", "en"],
  ["ko", "en"],
  ["", "en"],
  [undefined, "en"],
])("Discord's locale %s is answered in %s", (discordLocale, locale) => {
  expect(localeOf(discordLocale)).toBe(locale);
});
