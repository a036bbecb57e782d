import { expect, test } from "vitest";
import { numbered, useStage, wordsOfAgent, wordsOfMember } from "../support/scenario.ts";

const scenario = useStage();

test("Cloudflare bans the address for a minute: everybody's messages wait, and arrive once and in order", async () => {
  const [one, two] = [await scenario.connect(), await scenario.connect()];
  const toOne = `/channels/${one.member.dmChannelId}/messages`;
  scenario.discord.faults.rest({ kind: "cloudflare-1015", method: "POST", route: toOne });
  for (const text of numbered("text", 3)) await one.chat.send(text);
  await scenario.discord.until(() => scenario.discord.invalidRequests > 0, "the ban");
  // What was let out before the ban was known may still go; what comes later must not.
  for (const text of numbered("text", 3)) await two.chat.send(text);
  two.member.dm("Hello?");
  await Promise.all([scenario.sayLastWords(one, 90_000), scenario.sayLastWords(two, 90_000)]);
  for (const { member, agent } of [one, two]) {
    expect(wordsOfAgent(member, agent)).toEqual([...numbered("text", 3), "last words of the agent"]);
  }
  expect(wordsOfMember(two.member, two.chat.conversation)).toContain("Hello?");
  expect(scenario.discord.invalidRequests).toBeLessThan(5);
}, 120_000);
