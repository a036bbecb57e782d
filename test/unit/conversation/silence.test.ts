import { describe, expect, test } from "vitest";
import { AGENT } from "../../support/people.ts";
import { close, rememberingBridge } from "../../support/remembering-outside.ts";
import { HOUR, MINUTE, SECOND } from "../../support/times.ts";
import { Decisions } from "./decisions.ts";

/** A member in an agent's hands, with a Twilio that remembers. */
async function withAgent() {
  const { bridge, outside } = rememberingBridge();
  await bridge.toAgent();
  const far = outside.conversations[0];
  if (!far) throw new Error("there is no Twilio Conversation");
  far.present.add(AGENT.identity);
  /** An agent writes, and the webhook is lost. */
  const writesUnheard = (text: string) => {
    const message = bridge.agentWrote(text, { index: far.messages.length });
    far.messages.push({ message, line: null });
    return message;
  };
  return { bridge, outside, far, writesUnheard };
}

describe("silence in the Twilio Conversation", () => {
  test("an agent's last message whose webhook was lost is found a minute after the last sign", async () => {
    const { bridge, writesUnheard } = await withAgent();
    writesUnheard("lost");
    await bridge.pass(59 * SECOND);
    expect(bridge.agentTexts).toEqual([]);
    await bridge.pass(2 * SECOND);
    expect(bridge.agentTexts).toEqual(["lost"]);
  });

  test("one that is lost later is found about as late again as it had been silent", async () => {
    const { bridge, writesUnheard } = await withAgent();
    await bridge.pass(10 * MINUTE);
    writesUnheard("lost");
    await bridge.pass(10 * MINUTE);
    expect(bridge.agentTexts).toEqual(["lost"]);
  });

  test("a message found so and heard of later crosses once", async () => {
    const { bridge, writesUnheard } = await withAgent();
    const late = writesUnheard("late");
    await bridge.pass(2 * MINUTE);
    await bridge.take(late);
    expect(bridge.agentTexts).toEqual(["late"]);
  });

  test("the end of the chat is found as well", async () => {
    const { bridge, far, writesUnheard } = await withAgent();
    writesUnheard("bye");
    close(far);
    await bridge.pass(2 * MINUTE);
    expect(bridge.agentTexts).toEqual(["bye"]);
    expect(bridge.owner).toBe("nobody");
  });

  test("costs ever less: four reads a day at last, and none when the assistant is back", async () => {
    const { bridge, outside } = await withAgent();
    await bridge.pass(24 * HOUR);
    const before = outside.count("read-messages");
    await bridge.pass(48 * HOUR);
    expect(outside.count("read-messages") - before).toBeLessThanOrEqual(8);
    await bridge.take(bridge.agentWrote("/assistant", { index: outside.conversations[0]?.messages.length ?? 0 }));
    const after = outside.count("read-messages");
    await bridge.pass(24 * HOUR);
    expect(outside.count("read-messages") - after).toBeLessThanOrEqual(1);
  });

  test("is read through once, however long that takes; Flex is asked all the same", () => {
    const conversation = new Decisions().toAgent();
    const read = { lane: "twilio", kind: "read-messages", from: 2, final: false };
    const look = { lane: "twilio", kind: "read-channel" };
    expect(conversation.take(conversation.clock())).toEqual([read, look]);
    conversation.take(conversation.channel("active", { hasTask: true }));
    expect(conversation.take(conversation.clock())).toEqual([look]);
    conversation.take(conversation.done({ kind: "read-messages", messages: [], last: 1 }));
    conversation.take(conversation.channel("active", { hasTask: true }));
    expect(conversation.take(conversation.clock())).toEqual([read, look]);
  });
});
