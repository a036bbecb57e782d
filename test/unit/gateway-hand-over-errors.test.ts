import { describe, expect, test } from "vitest";
import { classifyRefusal } from "../../src/discord/gateway/hand-over-errors.ts";

const flagged = (overloaded: unknown) => Object.assign(new Error("Durable Object is overloaded."), { overloaded });

describe("a conversation that takes no event", () => {
  test.each([
    ["flagged so", flagged(true)],
    ["requests in line", new Error("Durable Object is overloaded. Too many requests queued.")],
    ["data in line", new Error("Durable Object is overloaded. Too much data queued.")],
    ["time in line", new Error("Durable Object is overloaded. Requests queued for too long.")],
    ["requests in ten seconds", new Error("Too many requests for the same object within a 10 second window.")],
  ])("is overloaded: %s", (_, error) => {
    expect(classifyRefusal(error)).toBe("overloaded");
  });

  test.each([
    ["a deploy", new Error("Durable Object reset because its code was updated.")],
    ["a lost connection", new Error("Network connection lost.")],
    ["flagged as not overloaded", flagged(false)],
    ["flagged with something else", flagged("true")],
    ["a text that was thrown", "Too many requests queued."],
    ["nothing", undefined],
    ["an object", { overloaded: true, message: "Too many requests queued." }],
  ])("has refused: %s", (_, error) => {
    expect(classifyRefusal(error)).toBe("refused");
  });
});
