import { abortAllDurableObjects, applyD1Migrations, listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Case } from "../../src/cases/case.ts";
import type { CaseButton } from "../../src/conversation/case-buttons.ts";
import type { DiscordUserId } from "../../src/conversation/ids.ts";
import {
  bookAt,
  byAgent,
  caseNow,
  expectPrivate,
  newInteraction,
  newMember,
  openCase,
  press,
  send,
  slashCase,
  submit,
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

describe("the buttons of a check-in", () => {
  test("Close closes the case, and takes the place of the buttons", async () => {
    const { id, number } = await openCase(member);
    await byAgent(id, { checkIn: true });
    expect(await send(press(member, id, { kind: "close" }))).toMatchObject({
      type: 7,
      data: { content: `Is this solved? (Case #${number})\n**Close**`, components: [] },
    });
    expect((await caseNow(id)).status).toBe("closed");
  });

  test("Close after somebody else has closed it is answered privately", async () => {
    const { id } = await openCase(member);
    await byAgent(id, { set: { status: "closed" } });
    expectPrivate(await send(press(member, id, { kind: "close" })), "is closed already");
  });

  test.each(["pending", "resolved", "closed", "elevated"] as const)(
    "Still a problem elevates a case that is %s, and brings a person who sees it in the task",
    async (status) => {
      const { id, number } = await openCase(member);
      await byAgent(id, { set: { status } });
      const use = press(member, id, { kind: "still-a-problem" });
      const answer = await send(use);
      expect(answer).toMatchObject({
        type: 7,
        data: { content: `Is this solved? (Case #${number})\n**Still a problem**`, components: [] },
      });
      expect((await caseNow(id)).status).toBe("elevated");
      await vi.waitUntil(() => outside.to("/Interactions").length > 0);
      expect(await send(use)).toEqual(answer);
      await env.CONVERSATION.getByName(member).wake();
      const [task, ...others] = outside.to("/Interactions");
      expect(others).toEqual([]);
      expect(decodeURIComponent(task?.body ?? "")).toContain(`"caseNumber":${number}`);
      await vi.waitUntil(async () => (await bookAt().sessions(id)).length > 0);
      expect(await bookAt().sessions(id)).toEqual([`${member}-1`]);
      const count = await env.DB.prepare("SELECT count(*) AS n FROM cases WHERE member = ?").bind(member).first("n");
      expect(count).toBe(1);
    },
  );

  test("Still a problem with a case of long ago is continued by a new one, which the person gets", async () => {
    const long = Date.now() - 100 * DAY;
    const { id, number } = await openCase(member, {}, long);
    await byAgent(id, { set: { status: "closed" } }, long);
    const answer = await send(press(member, id, { kind: "still-a-problem" }));
    const [next] = await bookAt().linked(id);
    expect(next).toMatchObject({ status: "elevated" });
    expect(answer.data.content).toContain(`#${number} was closed too long ago`);
    await vi.waitUntil(() => outside.to("/Interactions").length > 0);
    expect(decodeURIComponent(outside.to("/Interactions")[0]?.body ?? "")).toContain(`"caseNumber":${next?.number}`);
  });
});

test("the session stands in the case's history once, also when linking it was tried again", async () => {
  const { id } = await openCase(member);
  await send(press(member, id, { kind: "still-a-problem" }));
  const links = async () => (await bookAt().history(id)).filter(({ what }) => what === "session-linked");
  await vi.waitUntil(async () => (await links()).length > 0);
  const conversation = env.CONVERSATION.getByName(member);
  await conversation.wake();
  await runInDurableObject(conversation, (_instance, { storage }) => {
    storage.sql.exec("UPDATE deliveries SET status = 'waiting', due_at = 1 WHERE kind = 'link-session'");
  });
  await abortAllDurableObjects();
  await env.CONVERSATION.getByName(member).wake();
  expect(await links()).toHaveLength(1);
});

describe("satisfaction", () => {
  const closedCase = async () => {
    const { id } = await openCase(member);
    return byAgent(id, { set: { status: "closed" } });
  };

  test("is stored, and a comment is offered", async () => {
    const { id, number } = await closedCase();
    const answer = await send(press(member, id, { kind: "rate", stars: 4 }));
    expect(answer.type).toBe(7);
    expect(answer.data.content).toBe(`How was our help with your case #${number}?\n★★★★☆\nThank you for your rating!`);
    expect(answer.data.components?.[0]?.components.map(({ label }) => label)).toEqual(["Add a comment"]);
    expect((await caseNow(id)).satisfaction).toEqual({ stars: 4, comment: null });
  });

  test("is stored once: whoever presses again is told so kindly", async () => {
    const { id } = await closedCase();
    const use = press(member, id, { kind: "rate", stars: 5 });
    const first = await send(use);
    expect(await send(use)).toEqual(first);
    expectPrivate(await send(press(member, id, { kind: "rate", stars: 1 })), "have told us already");
    expect((await caseNow(id)).satisfaction).toEqual({ stars: 5, comment: null });
  });

  test("of a case that was opened anew waits until it is over", async () => {
    const { id } = await closedCase();
    await byAgent(id, { set: { status: "open" } });
    expectPrivate(await send(press(member, id, { kind: "rate", stars: 5 })), "is open again");
    expect((await caseNow(id)).satisfaction).toBeNull();
  });

  test("takes a comment in a form, once", async () => {
    const { id } = await closedCase();
    await send(press(member, id, { kind: "rate", stars: 5 }));
    const form = await send(press(member, id, { kind: "comment" }));
    expect(form).toMatchObject({ type: 9, data: { title: "Your comment" } });
    const answer = await send(submit(member, id, "  Very quick!  "));
    expect(answer).toMatchObject({ type: 7, data: { components: [] } });
    expect(answer.data.content).toMatch(/★★★★★\nThank you for your comment!$/);
    expect((await caseNow(id)).satisfaction).toEqual({ stars: 5, comment: "Very quick!" });
    expectPrivate(await send(submit(member, id, "More")), "have told us already");
    expectPrivate(await send(press(member, id, { kind: "comment" })), "have told us already");
    expect((await caseNow(id)).satisfaction?.comment).toBe("Very quick!");
  });

  test("keeps a comment to 1,000 characters, and stores no empty one", async () => {
    const { id } = await closedCase();
    await send(press(member, id, { kind: "rate", stars: 2 }));
    expectPrivate(await send(submit(member, id, "   ")), "nothing in your comment");
    await send(submit(member, id, "x".repeat(1_200)));
    expect((await caseNow(id)).satisfaction?.comment).toHaveLength(1_000);
  });
});

describe("another member's case", () => {
  let theirs: Case;
  beforeEach(async () => {
    theirs = await openCase(newMember(), { title: "Not for you" });
    await openCase(member, { title: "Mine" });
  });
  const untouched = async () => expect(await caseNow(theirs.id)).toEqual(theirs);

  test.each(["view", "close", "reopen"])("is none to /case %s, by id and by number", async (subcommand) => {
    for (const number of [theirs.id, String(theirs.number), `#${theirs.number}`]) {
      expectPrivate(await send(slashCase(member, subcommand, { number })), "cannot find this case");
    }
    await untouched();
  });

  test("is not in /case list", async () => {
    const { data } = await send(slashCase(member, "list"));
    expect(data.content).toContain("Mine");
    expect(data.content).not.toContain("Not for you");
  });

  test.each(["", "Not", "#"])("is not offered while %j is typed", async (number) => {
    for (const subcommand of ["view", "close", "reopen"]) {
      const { data } = await send(slashCase(member, subcommand, { number }, true));
      expect((data.choices ?? []).map(({ value }) => value)).not.toContain(theirs.id);
    }
  });

  test.each<CaseButton>([
    { kind: "close" },
    { kind: "still-a-problem" },
    { kind: "rate", stars: 1 },
    { kind: "comment" },
  ])("is none to the button $kind, while it is open and after", async (button) => {
    expectPrivate(await send(press(member, theirs.id, button)), "cannot find this case");
    await untouched();
    theirs = await byAgent(theirs.id, { set: { status: "closed" } });
    expectPrivate(await send(press(member, theirs.id, button)), "cannot find this case");
    await untouched();
    const conversations = (await listDurableObjectIds(env.CONVERSATION)).map(String);
    for (const one of [member, theirs.member]) {
      expect(conversations).not.toContain(String(env.CONVERSATION.idFromName(one)));
    }
  });

  test("takes no comment by the form", async () => {
    await byAgent(theirs.id, { set: { status: "closed" } });
    theirs = await byAgent(theirs.id, { rating: 5 });
    expectPrivate(await send(submit(member, theirs.id, "Mine now")), "cannot find this case");
    await untouched();
  });

  test("does not use up an interaction: whoever owns the case can still be answered", async () => {
    const interaction = newInteraction();
    await send(press(member, theirs.id, { kind: "close" }, interaction));
    await send(press(theirs.member, theirs.id, { kind: "close" }, interaction));
    expect((await caseNow(theirs.id)).status).toBe("closed");
  });
});
