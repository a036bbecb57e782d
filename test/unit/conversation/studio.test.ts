import { describe, expect, test } from "vitest";
import type { ConversationEvent } from "../../../src/conversation/events.ts";
import { identityOf, type TwilioIdentity, type TwilioMessageSid } from "../../../src/conversation/ids.ts";
import { Bridge } from "../../support/bridge.ts";
import { LATER, Outside, REFUSED, times } from "../../support/outside.ts";
import { AGENT, MEMBER } from "../../support/people.ts";
import { HOUR, SECOND } from "../../support/times.ts";

/** A Twilio whose posts can be told apart. */
class Posts extends Outside {
  readonly sids: TwilioMessageSid[] = [];

  override success(row: Parameters<Outside["success"]>[0]) {
    const attempt = super.success(row);
    if (attempt.kind === "done" && attempt.result.kind === "post") this.sids.push(attempt.result.message);
    return attempt;
  }
}

function studioBridge() {
  const outside = new Posts();
  const bridge = new Bridge(outside, "studio");
  const asks = (
    message: TwilioMessageSid | undefined,
    author: TwilioIdentity = identityOf(MEMBER),
  ): ConversationEvent => ({
    kind: "studio-asked",
    conversation: bridge.conversation,
    message: message ?? ("IMnone" as TwilioMessageSid),
    author,
    text: "",
    at: bridge.now,
  });
  return { bridge, outside, asks };
}

describe("where Studio decides who answers", () => {
  test("the Twilio Conversation exists from the first message, which wakes Studio; the assistant waits to be asked", async () => {
    const { bridge, outside, asks } = studioBridge();
    await bridge.take(bridge.wrote("I lost my account"));
    expect(outside.calls.filter((call) => call !== "update-directory")).toEqual([
      "create-conversation",
      "add-member",
      "add-webhook",
      "add-studio-webhook",
      "post",
    ]);
    await bridge.take(asks(outside.sids[0]));
    expect(bridge.seen).toEqual(["suggestions"]);
    expect(bridge.owner).toBe("assistant");
    expect(outside.posted.map(({ author }) => author)).toEqual(["member", "assistant"]);
  });

  test("a message is answered once, however often Studio asks, and whoever else claims to ask", async () => {
    const { bridge, outside, asks } = studioBridge();
    await bridge.take(bridge.wrote("I lost my account"));
    await bridge.take(asks(outside.sids[0], "agent_one" as TwilioIdentity));
    expect(bridge.seen).toEqual([]);
    for (let n = 0; n < 3; n++) await bridge.take(asks(outside.sids[0]));
    await bridge.pass(20 * SECOND);
    await bridge.take(asks(outside.sids[0]));
    expect(bridge.seen).toEqual(["suggestions"]);
  });

  test("what Studio does not ask about within eight seconds is answered without it", async () => {
    const { bridge, outside, asks } = studioBridge();
    await bridge.take(bridge.wrote("I lost my account"));
    await bridge.pass(7 * SECOND);
    expect(bridge.seen).toEqual([]);
    await bridge.pass(2 * SECOND);
    expect(bridge.seen).toEqual(["suggestions"]);
    await bridge.take(asks(outside.sids[0]));
    expect(bridge.seen).toEqual(["suggestions"]);
  });

  test("so is what cannot be posted", async () => {
    const { bridge, outside } = studioBridge();
    outside.next("post", ...times(100, LATER));
    await bridge.take(bridge.wrote("I lost my account"));
    await bridge.pass(9 * SECOND);
    expect(bridge.seen).toContain("suggestions");
  });

  test("Studio may ask before the post's answer is in", async () => {
    const { bridge, outside, asks } = studioBridge();
    await bridge.take(bridge.wrote("first"));
    await bridge.take(asks(outside.sids[0]));
    const post = Promise.withResolvers<never>();
    outside.next("post", post.promise);
    await bridge.begin(bridge.wrote("second"));
    await bridge.begin(asks("IMearly" as TwilioMessageSid));
    expect(bridge.seen).toEqual(["suggestions"]);
    post.resolve({ kind: "done", result: { kind: "post", message: "IMearly", index: 9 } } as never);
    await bridge.settle();
    expect(bridge.seen).toEqual(["suggestions", "suggestions"]);
  });

  test("a person comes by way of Studio: it is told, woken, and Flex is not asked a second time", async () => {
    const { bridge, outside } = studioBridge();
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.seen).toEqual(["case-opened", "transferring"]);
    expect(outside.calls.indexOf("tell-studio")).toBeLessThan(outside.calls.lastIndexOf("post"));
    await bridge.take(bridge.task({ type: "task-created" }));
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: AGENT }));
    await bridge.pass(HOUR);
    expect(bridge.owner).toBe("agent");
    expect(outside.count("create-interaction")).toBe(0);
  });

  test("where no task comes of it, Flex is asked without Studio", async () => {
    const { bridge, outside } = studioBridge();
    await bridge.take(bridge.wrote("live agent"));
    outside.nextChannel("active", { hasTask: false });
    await bridge.pass(30 * SECOND);
    expect(outside.count("create-interaction")).toBe(1);
  });

  test("a chat that Studio sends to Flex by itself, since it could not reach us, has a person on the way", async () => {
    const { bridge, outside } = studioBridge();
    await bridge.take(bridge.wrote("I lost my account"));
    await bridge.take(bridge.task({ type: "task-created" }));
    expect(bridge.owner).toBe("queue");
    expect(bridge.seen).toEqual(["case-opened", "transferring"]);
    await bridge.pass(30 * SECOND);
    expect(bridge.seen).not.toContain("suggestions");
    expect(outside.count("create-interaction")).toBe(0);
  });

  test("without a Twilio Conversation the bridge decides, and nothing is asked for ever", async () => {
    const { bridge, outside } = studioBridge();
    outside.next("create-conversation", REFUSED);
    await bridge.take(bridge.wrote("I lost my account"));
    expect(bridge.seen).toEqual(["suggestions"]);
    await bridge.take(bridge.wrote("another question"));
    expect(bridge.seen).toEqual(["suggestions", "suggestions"]);
    expect(outside.count("post")).toBeLessThan(5);
  });
});
