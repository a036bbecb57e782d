import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressesIn, withoutForeignAddresses } from "../../src/assistant/addresses.ts";

const ours = ["See https://help.example/gps, or [refunds](https://shop.example/refunds). Write to care@shop.example!"];
const allowed = addressesIn(ours);
const clean = (text: string) => withoutForeignAddresses(text, allowed);

test("the addresses of a text are found without the signs around them", () => {
  expect([...allowed]).toEqual(["https://help.example/gps", "https://shop.example/refunds", "care@shop.example"]);
});

describe("a text that others had a hand in", () => {
  test.each([
    ["Read https://help.example/gps.", "Read https://help.example/gps."],
    ["Read [this](https://help.example/gps)!", "Read [this](https://help.example/gps)!"],
    ["Write to care@shop.example.", "Write to care@shop.example."],
    ["Press Save. Then wait, e.g. 2.5 minutes; it costs $1.50, i.e. little.", undefined],
    ["Press Save.Then wait.", undefined],
    ["Ask @ home: 10:30, 50% off <3 > 2", undefined],
    ["保存を押してください。次に待ちます。", undefined],
    ["می‌خواهم بازپرداخت بگیرم؟", undefined],
    ["👩‍👩‍👧 is fine", undefined],
  ])("keeps what is ours or no address: %s", (text, kept = text) => {
    expect(clean(text)).toBe(kept);
  });

  test.each([
    ["Go to https://evil.example/login now.", "Go to now."],
    ["Go to https://evil.example/login.", "Go to."],
    ["Go to HTTPS://EVIL.EXAMPLE", "Go to"],
    ["Go to www.evil.example", "Go to"],
    ["Go to evil.example/login please", "Go to please"],
    ["Go to evil.com", "Go to"],
    ["Join discord.gg/abc today", "Join today"],
    ["Open steam://run/1", "Open"],
    ["Mail thief@evil.example", "Mail"],
    ["Mail mailto:thief", "Mail"],
    ["Click [here](https://evil.example/a).", "Click here."],
    ["Click [here](<https://evil.example/a> 'title').", "Click here."],
    ["Click **evil.example** or ||_evil.example_||", "Click **** or ||__||"],
    ["Click [https://help.example/gps](https://evil.example)", "Click https://help.example/gps"],
    ["Read https://help.example/gps.evil.example", "Read"],
    ["Read https://help.example/gps?next=https://evil.example", "Read"],
    ["Read https://help.example@evil.example/gps", "Read"],
    ["Hello @everyone and @HERE", "Hello everyone and HERE"],
    ["Hello <@1>, <@!2>, <@&3> in <#4>, use </ban:5> <a:x:6> <t:1:R>", "Hello,, in, use"],
    ["Hello <<@1>@2>", "Hello"],
    ["Hello @@everyone", "Hello everyone"],
    ["Go to steam ://run/1", "Go to"],
    ["Go to http\u200Bs://evil.example", "Go to"],
    ["Go to \u202Eelpmaxe.live//:sptth", "Go to"],
    ["Go to пример.com", "Go to"],
  ])("loses what leads elsewhere or notifies: %s", (text, left) => {
    expect(clean(text)).toBe(left);
  });

  test("is cleaned in no time, however long its words are", () => {
    for (const word of ["x", "x.", "x-", "https://", "[", "<@", "@", "x@", "](", "_", "é", " "]) {
      expect(clean(word.repeat(20_000)).length).toBeLessThanOrEqual(20_000 * word.length);
    }
  });

  test("stays clean however its parts are put together", () => {
    const part = fc.constantFrom(
      ..."<>@!&#:/.[]()*\\` \n",
      "<@1>",
      "@everyone",
      "@here",
      "every",
      "one",
      "http",
      "https://",
      "://",
      "evil.example",
      "help.example/gps",
      "https://help.example/gps",
      "[a](",
      "www.",
      "mailto:",
      "discord.gg/",
      "\u200B",
      "\u200D",
      "x",
      "É",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 25 }), (parts) => {
        const once = clean(parts.join(""));
        expect(once).not.toMatch(/@everyone|@here|<@[!&]?\d|<#\d/i);
        // Whatever Discord makes a link of begins with a scheme that browsers know.
        const links = [...once.matchAll(/https?:\/\/\S+/gi)].map(([link]) => link);
        for (const link of links) expect([...allowed].some((address) => link.startsWith(address))).toBe(true);
        expect(clean(once)).toBe(once);
      }),
      { numRuns: 5_000 },
    );
  });
});
