import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Case } from "../../src/cases/case.ts";
import type { DiscordUserId, StaffIdentity } from "../../src/conversation/ids.ts";
import {
  bookAt,
  byAgent,
  caseNow,
  expectPrivate,
  newMember,
  OTHER_SERVER,
  openCase,
  SERVER,
  send,
  slashCase,
} from "./case-support.ts";
import { OutsideCalls } from "./outside.ts";

const DAY = 86_400_000;

let outside: OutsideCalls;
let member: DiscordUserId;

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
// Never undone: what a test has begun goes on behind it, and must not reach the real network.
beforeEach(() => {
  member = newMember();
  outside = new OutsideCalls();
  outside.install();
});

/** What the bot has said in the DM. */
const said = () => outside.to("/messages").map(({ body }): string => JSON.parse(body).content);

describe("/case list", () => {
  test("shows the ten last changed, with number, title, status and time", async () => {
    const opened = [];
    for (let n = 1; n <= 11; n++) opened.push(await openCase(member, { title: `Case ${n}` }, n * DAY));
    const first = opened[0] as Case;
    await byAgent(first.id, { set: { status: "resolved" } }, 20 * DAY);
    const answer = await send(slashCase(member, "list"));
    expectPrivate(answer, /^Your cases/);
    const lines = (answer.data.content ?? "").split("\n").slice(1);
    expect(lines[0]).toBe(`**#${first.number}** Case 1 · resolved · <t:${(20 * DAY) / 1000}:R>`);
    expect(lines.slice(1).map((line) => /Case (\d+)/.exec(line)?.[1])).toEqual(
      [11, 10, 9, 8, 7, 6, 5, 4, 3].map(String),
    );
  });

  test("of a member without cases says so, also where others have some", async () => {
    await openCase(newMember());
    expectPrivate(await send(slashCase(member, "list")), "You have no cases yet.");
  });
});

describe("/case view", () => {
  test("shows what concerns the member: no notes, and nobody of staff", async () => {
    const { id, number } = await openCase(member, { description: "Order 12 of <@1> did not arrive." });
    await byAgent(id, { note: "A secret note", set: { assignee: "agent_one" as StaffIdentity, priority: "high" } });
    const answer = await send(slashCase(member, "view", { number: id }));
    expectPrivate(answer, `**#${number} My gems have not arrived**`);
    expect(answer.data.content).toMatch(/Status: open\nPriority: high\nOpened: <t:\d+:R>\nLast change: <t:\d+:R>/);
    expect(answer.data.content).toContain("Order 12 of <@1> did not arrive.");
    expect(answer.data.content).not.toMatch(/secret|agent/);
  });

  test("shows how the member has rated it", async () => {
    const { id } = await openCase(member);
    await byAgent(id, { set: { status: "closed" } });
    await byAgent(id, { rating: 4 });
    expect((await send(slashCase(member, "view", { number: id }))).data.content).toContain("Your rating: ★★★★☆");
  });

  test("cuts a description to what a message takes", async () => {
    const { id } = await openCase(member, { description: "long ".repeat(1_000) });
    expect((await send(slashCase(member, "view", { number: id }))).data.content?.length).toBeLessThanOrEqual(2000);
  });

  test.each(["12", "#12", " # 12 "])("takes the number as it is typed: %j", async (typed) => {
    const { id, number } = await openCase(member, { title: "The one" });
    const answer = await send(slashCase(member, "view", { number: typed.replace("12", String(number)) }));
    expect(answer.data.content).toContain("The one");
    expect((await caseNow(id)).number).toBe(number);
  });

  test("prefers the server's own case of that number, else takes the last changed", async () => {
    const here = await openCase(member, { title: "Here" }, 1);
    let there = await openCase(member, { server: OTHER_SERVER, title: "There" }, 2);
    while (there.number < here.number) there = await openCase(member, { server: OTHER_SERVER, title: "There" }, 2);
    const number = String(here.number);
    expect((await send(slashCase(member, "view", { number }))).data.content).toContain("Here");
    expect((await send(slashCase(member, "view", { number, server: OTHER_SERVER }))).data.content).toContain("There");
    expect((await send(slashCase(member, "view", { number, server: null }))).data.content).toContain("There");
  });

  test.each(["", "x", "#", "-1", "999999", "99999999999999999999", "00000000-0000-4000-8000-000000000000"])(
    "of what is no case of theirs says so: %j",
    async (number) => {
      await openCase(member);
      expectPrivate(await send(slashCase(member, "view", { number })), "cannot find this case");
    },
  );
});

describe("/case close", () => {
  test("closes the case, and then asks in the DM how it was", async () => {
    const { id, number } = await openCase(member);
    expectPrivate(await send(slashCase(member, "close", { number: id })), `Your case #${number} is now closed.`);
    expect(await caseNow(id)).toMatchObject({ status: "closed", closedBy: { kind: "member", id: member } });
    const aboutIt = () => said().filter((text) => text.includes(`#${number}`));
    await vi.waitUntil(() => aboutIt().length > 0);
    await env.CONVERSATION.getByName(member).wake();
    expect(aboutIt()).toEqual([`How was our help with your case #${number}?`]);
  });

  test("of a case that is closed already says so", async () => {
    const { id } = await openCase(member);
    const { version } = await byAgent(id, { set: { status: "closed" } });
    expectPrivate(await send(slashCase(member, "close", { number: id })), "is closed already");
    expect((await caseNow(id)).version).toBe(version);
  });

  test("that is delivered again does nothing, also when the case was reopened meanwhile", async () => {
    const { id, number } = await openCase(member);
    const use = slashCase(member, "close", { number: id });
    const first = await send(use);
    expect(await send(use)).toEqual(first);
    await byAgent(id, { set: { status: "open" } });
    expectPrivate(await send(use), `Your case #${number} is now open.`);
    expect((await caseNow(id)).status).toBe("open");
  });
});

describe("/case reopen", () => {
  test("opens what is over anew, and nobody is told what they did themselves", async () => {
    const { id, number } = await openCase(member);
    await byAgent(id, { set: { status: "resolved" } });
    expectPrivate(await send(slashCase(member, "reopen", { number: id })), `Your case #${number} is now open.`);
    expect((await caseNow(id)).status).toBe("open");
  });

  test("leaves a case alone that is being worked on", async () => {
    const { id } = await openCase(member);
    await byAgent(id, { set: { status: "elevated" } });
    expectPrivate(await send(slashCase(member, "reopen", { number: id })), "is not closed");
    expect((await caseNow(id)).status).toBe("elevated");
  });

  test("continues a case of long ago as a new one and says so; once, however often it is asked for", async () => {
    const long = Date.now() - 100 * DAY;
    const { id, number } = await openCase(member, {}, long);
    await byAgent(id, { set: { status: "closed" } }, long);
    const use = slashCase(member, "reopen", { number: id });
    const answer = await send(use);
    const [next, ...others] = await bookAt().linked(id);
    expect(others).toEqual([]);
    expectPrivate(
      answer,
      `#${number} was closed too long ago to be reopened. Your case #${next?.number} continues it.`,
    );
    expect(await send(use)).toEqual(answer);
    expect((await send(slashCase(member, "reopen", { number: id }))).data).toEqual(answer.data);
    expect(await bookAt().linked(id)).toHaveLength(1);
    if (!next) throw new Error("nothing continues it");
    await byAgent(next.id, { set: { status: "elevated" } });
    expect((await send(slashCase(member, "reopen", { number: id }))).data).toEqual(answer.data);
    expect((await caseNow(next.id)).status).toBe("elevated");
    expect(next).toMatchObject({ member, status: "open", title: "My gems have not arrived" });
  });
});

describe("while a number is typed", () => {
  const typing = async (subcommand: string, number: string, locale = "en-US") => {
    const answer = await send(slashCase(member, subcommand, { number, locale }, true));
    expect(answer.type).toBe(8);
    return answer.data.choices ?? [];
  };

  test("the member's fitting cases are offered, the newest first", async () => {
    const open = await openCase(member, { title: "First" }, 1);
    const closed = await openCase(member, { title: "Second" }, 2);
    await byAgent(closed.id, { set: { status: "closed" } }, 3);
    expect(await typing("view", "")).toEqual([
      { name: `#${closed.number} Second (closed)`, value: closed.id },
      { name: `#${open.number} First (open)`, value: open.id },
    ]);
    expect((await typing("close", "")).map(({ value }) => value)).toEqual([open.id]);
    expect((await typing("reopen", "")).map(({ value }) => value)).toEqual([closed.id]);
    expect((await typing("reopen", "", "de")).map(({ name }) => name)).toEqual([
      `#${closed.number} Second (geschlossen)`,
    ]);
  });

  test("what is typed narrows them down, by number or by a part of the title", async () => {
    const gems = await openCase(member, { title: "Ärger mit Edelsteinen" });
    await openCase(member, { title: "Something else" });
    expect((await typing("view", "ÄRGER")).map(({ value }) => value)).toEqual([gems.id]);
    expect((await typing("view", `#${gems.number}`)).map(({ value }) => value)).toContain(gems.id);
    expect(await typing("view", "nothing of the kind")).toEqual([]);
  });

  test("at most 25 are offered, in labels of at most 100 characters", async () => {
    for (let n = 1; n <= 27; n++) await openCase(member, { title: `${n} 👩‍👩‍👧‍👦`.repeat(14).slice(0, 200) });
    const choices = await typing("view", "");
    expect(choices).toHaveLength(25);
    for (const { name } of choices) {
      expect(name.length).toBeLessThanOrEqual(100);
      expect(name).toMatch(/^#\d+ .*… \(open\)$/);
    }
  });

  test("nothing is offered for what takes no number", async () => {
    await openCase(member);
    expect(await typing("list", "1")).toEqual([]);
  });
});

test("an answer that the database cannot give has to be asked for again, and nothing is offered while typing", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  await env.DB.exec("ALTER TABLE cases RENAME TO cases_away");
  try {
    expectPrivate(await send(slashCase(member, "list", { server: SERVER })), "Please try again in a moment");
    expect(await send(slashCase(member, "view", { number: "1" }, true))).toEqual({ type: 8, data: { choices: [] } });
  } finally {
    logged.mockRestore();
    await env.DB.exec("ALTER TABLE cases_away RENAME TO cases");
  }
});
