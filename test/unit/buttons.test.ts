import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Button, customIdOf, parseCustomId } from "../../src/conversation/buttons.ts";
import {
  ARTICLE_SLUG,
  type ArticleSlug,
  type DiscordMessageId,
  type DiscordUserId,
  memberOfSession,
  type SessionId,
  sessionIdOf,
} from "../../src/conversation/ids.ts";

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength, maxLength });
const slugs = fc
  .string({ unit: fc.constantFrom(..."abcz019-"), minLength: 1, maxLength: 64, size: "max" })
  .filter((slug) => !slug.startsWith("-") && !slug.endsWith("-")) as fc.Arbitrary<ArticleSlug>;
const members = digits(15, 20) as fc.Arbitrary<DiscordUserId>;
const numbers = fc.integer({ min: 1, max: 9_999_999_999 });
const buttons: fc.Arbitrary<Button> = fc.oneof(
  slugs.map((slug) => ({ kind: "article", slug }) as const),
  slugs.map((slug) => ({ kind: "helped", slug }) as const),
  fc.constant({ kind: "person" } as const),
  fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
    .map((text) => ({ kind: "choice", text: text.slice(0, 60) }) as const),
  fc.constant({ kind: "choice", text: "a:b:c" } as const),
  digits(15, 20).map((message) => ({ kind: "resend", message: message as DiscordMessageId }) as const),
);

describe("a button", () => {
  test("comes back as it was made, in at most the 100 characters that Discord takes", () => {
    fc.assert(
      fc.property(members, numbers, buttons, (member, n, button) => {
        const session = sessionIdOf(member, n);
        const customId = customIdOf(session, button);
        expect(customId.length).toBeLessThanOrEqual(100);
        expect(parseCustomId(customId)).toEqual({ session, button });
        expect(memberOfSession(session)).toBe(member);
      }),
    );
  });

  test("of an article that is named by a number is no button that sends a message again", () => {
    const session = "100000000000000001-3" as SessionId;
    const button = { kind: "article", slug: "500000000000000001" as ArticleSlug } as const;
    expect(parseCustomId(customIdOf(session, button))).toEqual({ session, button });
  });

  test("keeps its form for good: those in old messages are pressed years later", () => {
    const session = "100000000000000001-3" as SessionId;
    const slug = "lost-account" as ArticleSlug;
    const message = "500000000000000001" as DiscordMessageId;
    const forms: readonly [string, Button][] = [
      ["a:100000000000000001-3:lost-account", { kind: "article", slug }],
      ["h:100000000000000001-3:lost-account", { kind: "helped", slug }],
      ["p:100000000000000001-3", { kind: "person" }],
      ["r:100000000000000001-3:500000000000000001", { kind: "resend", message }],
      ["t:100000000000000001-3:Yes: both", { kind: "choice", text: "Yes: both" }],
    ];
    for (const [customId, button] of forms) {
      expect(customIdOf(session, button)).toBe(customId);
      expect(parseCustomId(customId)).toEqual({ session, button });
    }
  });

  test.each([
    "",
    "p",
    "p:",
    "a:100000000000000001-3",
    "a:100000000000000001-3:",
    "a:100000000000000001-3:Lost",
    "a:100000000000000001-3:-lost",
    "a:100000000000000001-3:lost:more",
    "h:100000000000000001-3",
    "p:100000000000000001-3:",
    "p:100000000000000001-3:lost-account",
    "p:100000000000000001",
    "p:100000000000000001-",
    "p:100000000000000001-0",
    "p:100000000000000001-03",
    "p:100000000000000001-x",
    "p:100000000000000001-3x",
    "p:100000000000000001-x3",
    "p:100000000000000001-12345678901",
    "p:100000000000000001-3-4",
    "p:10000000000000-3",
    "p:100000000000000000001-3",
    "p:x00000000000000001-3",
    "r:100000000000000001-3",
    "r:100000000000000001-3:lost-account",
    "r:100000000000000001-3:10000000000000",
    "x:100000000000000001-3:lost-account",
    "x:100000000000000001-3",
    ":100000000000000001-3:lost-account",
  ])("that we did not make is none: %j", (customId) => {
    expect(parseCustomId(customId)).toBeNull();
  });
});

test("an article's short name is of small letters, digits and inner dashes, at most 64", () => {
  for (const slug of ["a", "7", "lost-account", "a--b", "a".repeat(64)]) expect(slug).toMatch(ARTICLE_SLUG);
  for (const slug of ["", "-", "-a", "a-", "A", "a_b", "a b", "a".repeat(65)]) expect(slug).not.toMatch(ARTICLE_SLUG);
});
