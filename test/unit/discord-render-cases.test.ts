import { describe, expect, test } from "vitest";
import { parseCaseCustomId } from "../../src/conversation/case-buttons.ts";
import { isAssistants, type Say } from "../../src/conversation/deliveries.ts";
import { sessionIdOf } from "../../src/conversation/ids.ts";
import { plainLineOf, plainTextOf, type RenderContext, renderSay } from "../../src/discord/render.ts";
import { choiceOf, renderCaseList, starsAsText } from "../../src/discord/render-cases.ts";
import { CASE, MEMBER } from "../support/people.ts";

const context: RenderContext = {
  session: sessionIdOf(MEMBER, 1),
  locale: "en",
  memberName: "member",
  agentName: () => null,
  replyTo: null,
};
const about = { case: CASE, number: 12 };

/** Labels and meanings of a message's buttons. */
function buttonsOf(say: Say) {
  return (renderSay(say, context).components ?? []).flatMap((row) => {
    if (!("components" in row)) throw new Error("not a row");
    return row.components.map((button) => {
      if (!("custom_id" in button) || !("label" in button)) throw new Error("not a button of ours");
      return [button.label, parseCaseCustomId(button.custom_id)];
    });
  });
}

describe("what is said about a case", () => {
  test("that has another status is one line that pings nobody", () => {
    const say = { kind: "case-status", number: 12, status: "resolved" } as const;
    expect(renderSay(say, context)).toEqual({
      content: "Your case #12 is now resolved.",
      allowed_mentions: { parse: [] },
    });
    expect(renderSay(say, { ...context, locale: "de" }).content).toBe("Dein Fall #12 ist jetzt gelöst.");
  });

  test("at a check-in has two buttons, which belong to the case", () => {
    expect(buttonsOf({ kind: "case-check-in", ...about })).toEqual([
      ["Close", { case: CASE, button: { kind: "close" } }],
      ["Still a problem", { case: CASE, button: { kind: "still-a-problem" } }],
    ]);
  });

  test("once it is over has five buttons, from one star to five", () => {
    expect(buttonsOf({ kind: "case-how-was-it", ...about })).toEqual(
      ([1, 2, 3, 4, 5] as const).map((stars) => ["★".repeat(stars), { case: CASE, button: { kind: "rate", stars } }]),
    );
  });

  test("is the bridge's: no assistant says it, so that none can be silenced with it", () => {
    const says: Say[] = [
      { kind: "case-status", number: 12, status: "open" },
      { kind: "case-check-in", ...about },
      { kind: "case-how-was-it", ...about },
    ];
    expect(says.filter(isAssistants)).toEqual([]);
    for (const say of says) expect(plainTextOf(say, context)).toBe(renderSay(say, context).content);
  });

  test("agents read for which case somebody still wants a person", () => {
    const line = { kind: "asked-for-person", about: { id: CASE, number: 12 } } as const;
    expect(plainLineOf(line, context)).toBe("Still a problem (#12)");
    expect(plainLineOf({ kind: "asked-for-person" }, context)).toBe("Talk to a person");
  });
});

test("stars are told apart in any font", () => {
  expect([starsAsText(1), starsAsText(5)]).toEqual(["★☆☆☆☆", "★★★★★"]);
});

test("a title is never markup in a list, and never more than a label takes", () => {
  const one = { id: CASE, number: 12, status: "open", title: "**Bold** <@1>\n# Big" } as const;
  expect(renderCaseList([], "en")).toContain("You have no cases yet.");
  expect(choiceOf(one, "en")).toEqual({ name: "#12 **Bold** <@1> # Big (open)", value: CASE });
  expect(choiceOf({ ...one, title: "x".repeat(200) }, "es").name).toHaveLength(100);
});
