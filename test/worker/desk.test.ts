import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { memberProfile } from "../../src/cases/members.ts";
import { keepTranscript } from "../../src/cases/transcripts.ts";
import { type SessionId, sessionIdOf } from "../../src/conversation/ids.ts";
import { noteFeedback } from "../../src/knowledge/feedback.ts";
import { getArticle, putArticle, runStatements } from "../../src/knowledge/store.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/settings/settings.ts";
import { settingsOf, storeSettings } from "../../src/settings/store.ts";
import {
  AGENT,
  auditedActions,
  book,
  COLLEAGUE,
  caseForm,
  chats,
  deskFor,
  followed,
  MEMBER,
  NOW,
  OTHER_MEMBER,
  open,
  SERVER,
  staff,
} from "./desk-support.ts";
import { asked, gems, question, slug } from "./questions-support.ts";

const DAY = 86_400_000;
const desk = deskFor(staff());
const SESSION = sessionIdOf(MEMBER, 1);

const EMPTIED = [
  "case_outbox",
  "case_links",
  "case_sessions",
  "case_tags",
  "transcripts",
  "settings",
  "audit",
  "staff",
  "questions",
  "question_feedback",
  "articles",
];

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  await env.DB.prepare("INSERT INTO staff (identity, name, role, seen_at) VALUES (?, 'Agent One', 'agent', 0)")
    .bind(AGENT)
    .run();
});
afterEach(async () => {
  chats.clear();
  followed.length = 0;
  // The history refuses to be deleted, except when all that guards it is gone.
  await env.DB.exec("DROP TRIGGER IF EXISTS case_history_remains");
  for (const table of [...EMPTIED, "case_history", "cases", "members", "case_texts"]) {
    await env.DB.exec(`DELETE FROM ${table}`);
  }
});

const configure = (settings: Partial<Settings>) =>
  storeSettings(env.DB, { server: SERVER, settings: { ...DEFAULT_SETTINGS, ...settings }, version: 0 }, COLLEAGUE, NOW);

describe("every page", () => {
  test("lets no script or style of others in", async () => {
    const { id } = await open();
    for (const path of ["/desk", "/desk/cases", `/desk/cases/${id}`, "/desk/dashboard", "/desk/nowhere"]) {
      const response = await desk.get(path);
      const policy = response.headers.get("Content-Security-Policy");
      expect(policy, path).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(response.headers.get("X-Frame-Options")).toBeNull();
      const page = await response.text();
      expect(page).not.toMatch(/ style=|<style|<script(?! src="\/desk\/script.js")| on[a-z]+="/);
    }
  });

  test("comes in the theme that was chosen", async () => {
    expect(await (await desk.get("/desk", { Cookie: "desk-theme=dark" })).text()).toContain('data-theme="dark"');
    expect(await (await desk.get("/desk", { Cookie: "desk-theme=<b>" })).text()).not.toContain("data-theme=");
  });

  test("leaves the menu's closed doors out", async () => {
    expect(await desk.text("/desk")).not.toContain("/desk/settings");
    expect(await deskFor(staff("supervisor")).text("/desk")).toContain("/desk/settings");
    expect(await deskFor(staff("supervisor")).text("/desk")).not.toContain("/desk/keys");
    expect(await deskFor(staff("admin")).text("/desk")).toContain("/desk/keys");
  });
});

describe("the first page", () => {
  test("shows my open cases, those of nobody, and what is due", async () => {
    await configure({
      targets: { ...DEFAULT_SETTINGS.targets, urgent: { firstResponse: 30, resolution: null } },
    });
    await open({ title: "Mine", assignee: AGENT });
    await open({ title: "Of nobody" });
    await open({ title: "Of a colleague", assignee: "agent_two" as typeof AGENT });
    await open({ title: "Pressing", priority: "urgent", assignee: "agent_two" as typeof AGENT });
    const [due, mine, unassigned] = (await desk.text("/desk")).split("<h2>").slice(1, 4);
    expect(due).toContain("Pressing");
    expect(due).toContain("First response due");
    expect(mine).toContain("Mine");
    expect(unassigned).toContain("Of nobody");
    expect(`${due}${mine}${unassigned}`).not.toContain("Of a colleague");
  });
});

describe("the list", () => {
  test("finds words, also in notes, and narrows by every filter", async () => {
    const one = await open({ title: "Refund for gems", tags: ["gems"], priority: "high", kind: "bug" });
    await book.change(one.id, { note: "Receipt is there" }, COLLEAGUE);
    await open({ title: "Lost password", assignee: AGENT });
    for (const query of ["text=receipt", "tags=gems", "priority=high", "kind=bug", "assignee=none", "text=%231"]) {
      const page = await desk.text(`/desk/cases?${query}`);
      expect(page, query).toContain("Refund for gems");
      expect(page, query).not.toContain("Lost password");
    }
    expect(await desk.text("/desk/cases?status=closed")).toContain("No case is like that.");
    expect(await desk.text("/desk/cases?to=2026-11-20")).toContain("No case is like that.");
    expect(await desk.text("/desk/cases?from=2026-11-21&to=2026-11-21")).toContain("Lost password");
  });

  test("goes on behind its last row, and says that a wrong place is none", async () => {
    for (let n = 0; n < 51; n++) await open({ title: `Case of the list ${n}` });
    const first = await desk.text("/desk/cases?text=list");
    const next = /href="(\/desk\/cases\?[^"]*cursor[^"]*)"/.exec(first)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect(first).not.toContain("Case of the list 0<");
    expect(await desk.text(next)).toContain("Case of the list 0<");
    expect((await desk.get("/desk/cases?cursor=nonsense")).status).toBe(400);
  });

  test("can be had as CSV, defused and audited", async () => {
    await open({ title: '=HYPERLINK("https://bad.example")', member: { id: MEMBER, displayName: '@Member One, "M"' } });
    const response = await desk.get("/desk/cases.csv?text=hyperlink");
    expect(response.headers.get("Content-Disposition")).toBe('attachment; filename="cases.csv"');
    const [head, line] = (await response.text()).split("\r\n");
    expect(head).toMatch(/^number,server,title,member,/);
    expect(line).toContain(
      `1,${SERVER},"'=HYPERLINK(""https://bad.example"")","'@Member One, ""M""",${MEMBER},support`,
    );
    expect(await auditedActions()).toEqual(["cases.exported"]);
  });
});

describe("adding a case", () => {
  const address = `/desk/cases/new?task=WT${"0".repeat(32)}&member=${MEMBER}&session=${SESSION}&name=Member%20One`;
  const form = {
    member: MEMBER,
    name: "Member One",
    session: SESSION,
    task: `WT${"0".repeat(32)}`,
    server: SERVER,
    title: "Gems",
    kind: "bug",
    priority: "high",
    assignee: AGENT,
    tags: "Gems, shop",
    description: "one\r\ntwo",
  };

  test("comes filled in from the task, and opens the case of its chat", async () => {
    const page = await desk.text(address);
    for (const value of [MEMBER, SESSION, "Member One"]) expect(page).toContain(`value="${value}"`);
    const response = await desk.post("/desk/cases/new", form);
    expect(response.status).toBe(303);
    const one = await book.ofSession(SESSION);
    expect(response.headers.get("Location")).toBe(`/desk/cases/${one?.id}?done=opened`);
    expect(one).toMatchObject({
      title: "Gems",
      kind: "bug",
      priority: "high",
      assignee: AGENT,
      tags: ["gems", "shop"],
      description: "one\ntwo",
      createdBy: { kind: "staff", identity: AGENT },
    });
    expect(await (await desk.get(response.headers.get("Location") ?? "")).text()).toContain(`task WT${"0".repeat(32)}`);
  });

  test("leads to the case that the chat has already", async () => {
    const { id } = await open({ session: SESSION });
    expect((await desk.get(address)).headers.get("Location")).toBe(`/desk/cases/${id}?done=was-there`);
    expect((await desk.post("/desk/cases/new", form)).headers.get("Location")).toBe(`/desk/cases/${id}?done=was-there`);
  });

  test("says what is wrong and keeps what was typed", async () => {
    const response = await desk.post("/desk/cases/new", { ...form, member: "somebody", session: "", title: "Kept" });
    expect(response.status).toBe(422);
    const page = await response.text();
    expect(page).toContain("member must be a Discord user id");
    expect(page).toContain('value="Kept"');
  });
});

describe("a case", () => {
  test("is changed in all its fields, with a note, in one version", async () => {
    await configure({
      products: ["Shop"],
      fields: [
        { name: "order", label: "Order", type: "number" },
        { name: "paid", label: "Paid", type: "yes-no" },
      ],
    });
    const one = await open();
    const typed = {
      title: "Gems are missing",
      priority: "urgent",
      product: "Shop",
      tags: "Shop, gems",
      "fields.order": "12.5",
      "fields.paid": "no",
      note: "Looked it up",
      do: "elevated",
    };
    const response = await desk.post(`/desk/cases/${one.id}`, caseForm(one, typed));
    expect([response.status, response.headers.get("Location")]).toEqual([303, `/desk/cases/${one.id}?done=saved`]);
    expect(await book.get(one.id)).toMatchObject({
      version: 2,
      title: "Gems are missing",
      status: "elevated",
      priority: "urgent",
      product: "Shop",
      tags: ["gems", "shop"],
      fields: { order: 12.5, paid: false },
    });
    const page = await desk.text(`/desk/cases/${one.id}?done=saved`);
    for (const text of ["Saved.", "Looked it up", "Agent One", "Gems are missing", "12.5"])
      expect(page).toContain(text);
  });

  test("is not changed by what the rules refuse; what was typed stays", async () => {
    const one = await open();
    const response = await desk.post(
      `/desk/cases/${one.id}`,
      caseForm(one, { product: "Nothing we sell", note: "Kept note", title: "Kept title" }),
    );
    expect(response.status).toBe(422);
    const page = await response.text();
    for (const text of ["product must be one of", "Kept note", "Kept title"]) expect(page).toContain(text);
    expect((await book.get(one.id))?.version).toBe(1);
  });

  test("is given to nobody whom the desk does not know, and by a link to nobody at all", async () => {
    const one = await open();
    for (const [visitor, assignee] of [
      [desk, "a stranger"],
      [deskFor({ kind: "link", case: one.id }), AGENT],
    ] as const) {
      const response = await visitor.post(`/desk/cases/${one.id}`, caseForm(one, { assignee }));
      expect(await response.text()).toContain("assignee must be somebody who has been on the desk");
    }
    expect((await desk.post(`/desk/cases/${one.id}`, caseForm(one, { assignee: AGENT }))).status).toBe(303);
    expect((await book.get(one.id))?.assignee).toBe(AGENT);
  });

  test("that somebody else has changed shows both, and is stored with one more press", async () => {
    const one = await open();
    const mine = caseForm(one, { title: "My title", tags: "mine", note: "My note" });
    await book.change(one.id, { set: { title: "Their title", priority: "high" } }, COLLEAGUE);
    const response = await desk.post(`/desk/cases/${one.id}`, mine);
    expect(response.status).toBe(409);
    const page = await response.text();
    for (const text of ["agent_two", "Their title", 'value="My title"', 'value="mine"', "My note", 'value="2"']) {
      expect(page).toContain(text);
    }
    // What I did not touch is as they left it.
    expect(page).toMatch(/<option value="high" selected="">/);
    expect((await book.get(one.id))?.title).toBe("Their title");
    const again = { ...mine, version: "2", priority: "high" };
    expect((await desk.post(`/desk/cases/${one.id}`, again)).status).toBe(303);
    expect(await book.get(one.id)).toMatchObject({ title: "My title", priority: "high", tags: ["mine"], version: 3 });
  });

  test("that somebody else has changed is not overwritten by a form that was wrong first", async () => {
    const one = await open();
    const mine = caseForm(one, { title: "My title", assignee: "a stranger" });
    await book.change(one.id, { set: { title: "Their title" } }, COLLEAGUE);
    const wrong = await desk.post(`/desk/cases/${one.id}`, mine);
    expect(wrong.status).toBe(422);
    // What I typed was typed over the first version, whatever the stored one is by now.
    expect(await wrong.text()).toContain('name="form" value="case"/><input type="hidden" name="version" value="1"');
    expect((await desk.post(`/desk/cases/${one.id}`, { ...mine, assignee: "" })).status).toBe(409);
    expect((await book.get(one.id))?.title).toBe("Their title");
  });

  test("is checked in, resolved, closed and reopened by one press each", async () => {
    const one = await open();
    const press = async (what: string) => {
      const current = (await book.get(one.id)) ?? one;
      await desk.post(`/desk/cases/${one.id}`, caseForm(current, { do: what }));
      return (await book.get(one.id))?.status;
    };
    const statuses = [];
    for (const what of ["check-in", "resolved", "closed", "open"]) statuses.push(await press(what));
    expect(statuses).toEqual(["pending", "resolved", "closed", "open"]);
    expect((await book.history(one.id)).map(({ what }) => what)).toContain("check-in");
  });

  test("that was closed too long ago goes on in a new one", async () => {
    await configure({ reopenDays: 0 });
    const one = await open();
    await book.change(one.id, { set: { status: "closed" } }, COLLEAGUE);
    await env.DB.prepare("UPDATE cases SET closed_at = ?")
      .bind(NOW - DAY)
      .run();
    expect(await desk.text(`/desk/cases/${one.id}`)).toContain("Continue in a new case");
    const response = await desk.post(`/desk/cases/${one.id}`, { form: "continue" });
    expect(response.headers.get("Location")).toMatch(/^\/desk\/cases\/(?!.*undefined).+\?done=continued$/);
    expect((await book.linked(one.id)).map(({ number }) => number)).toEqual([2]);
  });

  test("is linked with another one by its number", async () => {
    const [one, other] = [await open(), await open({ title: "The other one" })];
    await desk.post(`/desk/cases/${one.id}`, { form: "link", number: `#${other.number}` });
    expect(await desk.text(`/desk/cases/${one.id}`)).toContain("The other one");
    const wrong = await desk.post(`/desk/cases/${one.id}`, { form: "link", number: "99" });
    expect(await wrong.text()).toContain("there is no case of this number");
  });

  test("shows its chats, the newest first, and follows the open one live", async () => {
    const one = await open({ session: SESSION });
    const second = sessionIdOf(MEMBER, 2);
    await book.change(one.id, { linkSession: second }, COLLEAGUE);
    const line = { n: 1, at: NOW, author: "member", name: null, state: "sent" } as const;
    await keepTranscript(env.DB, SESSION, [{ ...line, text: "Words of the first chat" }], NOW);
    chats.set(second, [{ ...line, text: "Words of the second chat" }]);
    const page = await desk.text(`/desk/cases/${one.id}`);
    expect(page).toContain("Words of the second chat");
    expect(page).toContain(`data-live="/desk/cases/${one.id}/live"`);
    const old = await desk.text(`/desk/cases/${one.id}?session=${SESSION}`);
    expect(old).toContain("Words of the first chat");
    expect(old).not.toContain("data-live");
  });

  test("has a live address while its session is open", async () => {
    const one = await open({ session: SESSION });
    const live = (headers: Record<string, string>) => desk.get(`/desk/cases/${one.id}/live`, headers);
    expect((await live({})).status).toBe(426);
    const response = await live({ Upgrade: "websocket", Origin: "https://flexcord.example" });
    expect(response.status).toBe(101);
    response.webSocket?.accept();
    response.webSocket?.close();
    expect(followed).toEqual([SESSION]);
    await keepTranscript(env.DB, SESSION, [], NOW);
    expect((await live({ Upgrade: "websocket", Origin: "https://flexcord.example" })).status).toBe(404);
  });

  test("offers the replies of its server, and what a member wrote never becomes markup", async () => {
    const evil = '"><script>alert(1)</script>';
    await configure({ cannedReplies: [{ title: evil, text: evil }] });
    const one = await open({
      title: evil,
      description: evil,
      tags: ["<b>"],
      session: SESSION,
      member: { id: MEMBER, displayName: evil },
    });
    await book.change(one.id, { note: evil }, COLLEAGUE);
    chats.set(SESSION, [{ n: 1, at: NOW, author: "member", name: evil, text: evil, state: "sent" }]);
    for (const path of [`/desk/cases/${one.id}`, "/desk", `/desk/cases?text=${encodeURIComponent(evil)}`]) {
      const page = await desk.text(path);
      expect(page, path).not.toContain("<script>alert");
      expect(page, path).not.toContain("<b>");
      expect(page, path).toContain("&lt;script&gt;alert(1)");
    }
  });
});

describe("the member’s profile", () => {
  test("leads to a new case of theirs that is filled in as far as it is known", async () => {
    const { id } = await open({ member: { id: MEMBER, displayName: "Mia & Ben" } });
    const page = await desk.text(`/desk/cases/${id}`);
    const address = /href="(\/desk\/cases\/new\?[^"]+)"/.exec(page)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const form = await desk.text(address);
    for (const value of [MEMBER, "Mia &amp; Ben"]) expect(form).toContain(`value="${value}"`);
    expect(form).toContain(`<option value="${SERVER}" selected="">`);
  });

  test("is changed beside the case, audited, and shows what somebody else wrote meanwhile", async () => {
    const one = await open();
    const mine = { form: "member", version: "1", labels: "vip, Vip 2", notes: "Plays on two phones" };
    expect((await desk.post(`/desk/cases/${one.id}`, mine)).status).toBe(303);
    expect(await memberProfile(env.DB, MEMBER)).toMatchObject({ labels: ["vip", "Vip 2"], version: 2 });
    const late = await desk.post(`/desk/cases/${one.id}`, { ...mine, notes: "Typed too late" });
    expect(late.status).toBe(409);
    const page = await late.text();
    for (const text of ["Typed too late", "Plays on two phones", "Stored now"]) expect(page).toContain(text);
    expect(await auditedActions()).toEqual(["member.changed"]);
  });
});

describe("whoever came by the link of a case", () => {
  test("sees and changes this one only, and nothing of others", async () => {
    const one = await open({ title: "Linked by the task", session: SESSION });
    const other = await open({ title: "Somebody else’s", member: { id: OTHER_MEMBER, displayName: "Olaf" } });
    const same = await open({ title: "Of the same member" });
    await book.change(one.id, { linkCase: other.id }, COLLEAGUE);
    const guest = deskFor({ kind: "link", case: one.id });

    const page = await guest.text(`/desk/cases/${one.id}`);
    expect(page).toContain("Linked by the task");
    for (const text of ["Somebody else’s", "Of the same member", "Olaf", "Agent One", 'href="/desk/cases"']) {
      expect(page).not.toContain(text);
    }
    expect(
      (await guest.post(`/desk/cases/${one.id}`, caseForm((await book.get(one.id)) ?? one, { note: "Mine" }))).status,
    ).toBe(303);
    expect((await book.history(one.id)).at(-1)).toMatchObject({ what: "note", actor: { kind: "link" } });

    for (const id of [other.id, same.id]) {
      expect((await guest.get(`/desk/cases/${id}`)).status).toBe(404);
      expect((await guest.post(`/desk/cases/${id}`, caseForm(other, { note: "x" }))).status).toBe(404);
      const upgrade = { Upgrade: "websocket", Origin: "https://flexcord.example" };
      expect((await guest.get(`/desk/cases/${id}/live`, upgrade)).status).toBe(404);
    }
    for (const form of ["link", "member", "continue"]) {
      expect((await guest.post(`/desk/cases/${one.id}`, { form, number: "2", version: "1", labels: "x" })).status).toBe(
        404,
      );
    }
    const rooms = ["", "/cases", "/cases.csv", "/cases/new", "/questions", "/dashboard", "/dashboard.csv", "/settings"];
    for (const room of rooms) {
      expect((await guest.get(`/desk${room}`)).status, room).toBe(403);
      if (room !== "") expect((await guest.post(`/desk${room}`, {})).status, room).toBe(403);
    }
    expect((await book.get(other.id))?.version).toBe(1);
  });
});

test("a case that is not there is not found, whatever its id", async () => {
  for (const id of [crypto.randomUUID(), "1", "x".repeat(500)]) {
    expect((await desk.get(`/desk/cases/${id}`)).status).toBe(404);
    expect((await desk.post(`/desk/cases/${id}`, { form: "case" })).status).toBe(404);
    expect((await desk.get(`/desk/cases/${id}/live`)).status).toBeGreaterThanOrEqual(404);
  }
});

describe("the dashboard", () => {
  test("draws numbers, with a table beside each chart, and is exported and audited", async () => {
    const one = await open({ tags: ["gems"] });
    await book.change(one.id, { set: { status: "closed" } }, COLLEAGUE);
    await book.change(one.id, { rating: 4 }, { kind: "member", id: MEMBER });
    await env.DB.exec(
      "UPDATE cases SET created_at = created_at - 7200000, resolved_at = resolved_at - 1, closed_at = closed_at - 1",
    );
    const page = await desk.text("/desk/dashboard?days=7");
    for (const text of ["4.0 ★", "<svg", "As a table", "2026-11-21", "gems"]) expect(page).toContain(text);
    expect(page.match(/<svg/g)?.length).toBeLessThanOrEqual(page.match(/As a table/g)?.length ?? 0);
    const csv = await desk.text("/desk/dashboard.csv?days=7");
    expect(csv).toContain("2026-11-21,1,1,,7200,4");
    expect(await auditedActions()).toEqual(["statistics.exported"]);
  });
});

describe("a question that nothing answered", () => {
  const ask = () => noteFeedback(env.DB, asked(1, { text: "Where are my gems?" }));
  const id = question(1);
  const settle = (fields: Record<string, string>) => desk.post("/desk/questions", { question: id, ...fields });
  const article = { slug: "gems", locale: "en", title: "Gems", summary: "Where they are.", body: "In the\r\nshop." };

  test("becomes an article with its own words as example, audited", async () => {
    await ask();
    expect(await desk.text("/desk/questions")).toContain("Where are my gems?");
    const response = await settle({ make: "article", ...article, example: "" });
    expect(response.headers.get("Location")).toBe("/desk/questions?done=article");
    expect(await getArticle(env.DB, slug("gems"), ["en"])).toMatchObject({
      body: "In the\nshop.",
      questions: ["Where are my gems?"],
    });
    expect(await auditedActions()).toEqual(["question.settled"]);
    expect(await desk.text("/desk/questions")).not.toContain("Where are my gems?");
    expect((await settle({ make: "dismissed" })).status).toBe(409);
  });

  test("becomes an example of an article that is there, in the words that were typed", async () => {
    await ask();
    await runStatements(env.DB, putArticle({ ...gems, questions: [] }));
    await settle({ make: "example", article: "gems en", example: "Gems are gone" });
    expect((await getArticle(env.DB, slug("gems"), ["en"]))?.questions).toEqual(["Gems are gone"]);
  });

  test("is dismissed", async () => {
    await ask();
    expect((await settle({ make: "dismissed" })).status).toBe(303);
    expect(await desk.text("/desk/questions")).toContain("None: every question found its article.");
  });

  test("keeps what was typed when that is no article", async () => {
    await ask();
    const response = await settle({ make: "article", ...article, slug: "No slug!" });
    expect(response.status).toBe(422);
    const page = await response.text();
    for (const text of ["slug must be a-z", 'value="No slug!"', "Where they are."]) expect(page).toContain(text);
  });
});

describe("settings", () => {
  const supervisor = deskFor(staff("supervisor"));
  const form = (typed: readonly (readonly [string, string])[] = []) =>
    new URLSearchParams([
      ["version", "0"],
      ["hasHours", "yes"],
      ["timeZone", "Europe/Berlin"],
      ["openings.0.days", "1"],
      ["openings.0.days", "5"],
      ["openings.0.from", "09:00"],
      ["openings.0.to", "17:30"],
      ["openings.1700000000000.from", ""],
      ["holidays", "2026-12-24\r\n2026-12-25"],
      ["targets.urgent.firstResponse.amount", "30"],
      ["targets.urgent.firstResponse.unit", "minutes"],
      ["targets.urgent.resolution.amount", "1.5"],
      ["targets.urgent.resolution.unit", "hours"],
      ["staffChannel", ""],
      ["reopenDays", "7"],
      ["products", "Shop"],
      ["products", ""],
      ["fields.0.name", "region"],
      ["fields.0.label", "Region"],
      ["fields.0.type", "choice"],
      ["fields.0.choices", "EU\r\nUS"],
      ["cannedReplies.0.title", "Hello"],
      ["cannedReplies.0.text", "Hello,\r\nhow can I help?"],
      ...typed,
    ]);

  test("are for supervisors and admins", async () => {
    expect((await desk.get("/desk/settings")).status).toBe(403);
    expect((await desk.post("/desk/settings", form())).status).toBe(403);
    expect((await deskFor(staff("admin")).get("/desk/settings")).status).toBe(200);
  });

  test("are stored as they were typed, audited, and shown again", async () => {
    const response = await supervisor.post(`/desk/settings?server=${SERVER}`, form());
    expect([response.status, response.headers.get("Location")]).toEqual([
      303,
      `/desk/settings?server=${SERVER}&done=saved`,
    ]);
    expect(await settingsOf(env.DB, SERVER)).toEqual({
      businessHours: {
        timeZone: "Europe/Berlin",
        openings: [{ days: [1, 5], from: "09:00", to: "17:30" }],
        holidays: ["2026-12-24", "2026-12-25"],
      },
      targets: { ...DEFAULT_SETTINGS.targets, urgent: { firstResponse: 30, resolution: 90 } },
      staffChannel: null,
      reopenDays: 7,
      products: ["Shop"],
      fields: [{ name: "region", label: "Region", type: "choice", choices: ["EU", "US"] }],
      cannedReplies: [{ title: "Hello", text: "Hello,\nhow can I help?" }],
    });
    expect(await auditedActions()).toEqual(["settings.changed"]);
    const page = await supervisor.text(`/desk/settings?server=${SERVER}&done=saved`);
    for (const text of ["The settings are saved.", "Europe/Berlin", 'value="17:30"', "how can I help?"]) {
      expect(page).toContain(text);
    }
  });

  test("that are wrong are not stored, and say what to do; what was typed stays", async () => {
    const typed = form();
    typed.set("timeZone", "Mars/Olympus");
    typed.set("openings.0.to", "08:00");
    typed.set("reopenDays", "");
    const response = await supervisor.post("/desk/settings", typed);
    expect(response.status).toBe(422);
    const page = await response.text();
    for (const text of [
      "businessHours.timeZone must be a time zone",
      "openings.1 must have a from that is before its to",
      "Mars/Olympus",
    ]) {
      expect(page).toContain(text);
    }
    expect(page).toContain("reopenDays must be days");
    expect(await settingsOf(env.DB, null)).toEqual(DEFAULT_SETTINGS);
  });

  test("that somebody else has changed show theirs, and are stored with one more press", async () => {
    await storeSettings(
      env.DB,
      { server: null, settings: { ...DEFAULT_SETTINGS, products: ["Theirs"] }, version: 0 },
      COLLEAGUE,
      NOW,
    );
    const response = await supervisor.post("/desk/settings", form());
    expect(response.status).toBe(409);
    const page = await response.text();
    for (const text of ["Products: theirs", "Theirs", 'value="Shop"', 'name="version" value="1"']) {
      expect(page).toContain(text);
    }
    const again = form();
    again.set("version", "1");
    expect((await supervisor.post("/desk/settings", again)).status).toBe(303);
    expect((await settingsOf(env.DB, null)).products).toEqual(["Shop"]);
  });
});

test("a session's id that the page is asked for by hand is only one of the case's own", async () => {
  const one = await open({ session: SESSION });
  const foreign = `${OTHER_MEMBER}-1` as SessionId;
  chats.set(foreign, [{ n: 1, at: NOW, author: "member", name: null, text: "Not theirs to read", state: "sent" }]);
  expect(await desk.text(`/desk/cases/${one.id}?session=${foreign}`)).not.toContain("Not theirs to read");
});
