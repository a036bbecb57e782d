import { Hono } from "hono";
import { CASE_STATUSES, type Case } from "../cases/case.ts";
import type { CaseBook, ChangeResult } from "../cases/case-book.ts";
import { MAX_NOTE } from "../cases/fields.ts";
import { changeMember, memberProfile } from "../cases/members.ts";
import type { CaseChange, Refusal } from "../cases/rules.ts";
import { CASE_ID, type CaseId } from "../conversation/ids.ts";
import { settingsOf } from "../settings/store.ts";
import { caseBefore, fieldsOfInput, inputOf, mergeInputs, readInput } from "./case-input.ts";
import { casePath } from "./case-list.tsx";
import { showCase } from "./case-page.tsx";
import { type Outcome, type Typed, viewCase } from "./case-view.ts";
import { showProblem } from "./layout.tsx";
import type { DeskContext, DeskOptions } from "./options.ts";
import { assigneeProblems } from "./people.ts";
import { actorOf, type DeskEnv, maySee } from "./visitor.ts";
import { STATUS_WORDS } from "./words.ts";

/** What the page says after it was sent back to itself, by `?done=`. */
const DONE_WORDS: Readonly<Record<string, string>> = {
  saved: "Saved.",
  linked: "The cases are linked.",
  "checked-in": "The member was asked whether it is solved.",
  profile: "The member’s profile is saved.",
  opened: "The case is open.",
  "was-there": "This chat had its case already: here it is.",
  continued: "This case continues the closed one.",
};

const MAX_LABELS = 20;
const MAX_LABEL = 40;

/** The page of a case, below `/cases/{id}`. */
export function caseRoutes(options: DeskOptions): Hono<DeskEnv> {
  const { db, now } = options;
  const app = new Hono<DeskEnv>();

  app.get("/:id", async (c) => {
    const { one, book } = await found(c);
    if (!one) return noSuchCase(c);
    const what = DONE_WORDS[c.req.query("done") ?? ""];
    return shown(c, book, one, what === undefined ? null : { kind: "done", what });
  });

  app.post("/:id", async (c) => {
    const { one, book } = await found(c);
    if (!one) return noSuchCase(c);
    const form = await c.req.formData();
    switch (form.get("form")) {
      case "case":
        return changeCase(c, book, one, form);
      case "link":
      case "member":
      case "continue":
        if (c.var.visitor.kind === "link") return noSuchCase(c);
        if (form.get("form") === "link") return linkCase(c, book, one, form);
        return form.get("form") === "member" ? saveMember(c, book, one, form) : continueCase(c, book, one);
      default:
        return shown(c, book, one, { kind: "problems", problems: ["form must say which form it is"] });
    }
  });

  /** Whoever may not see a case is told the same as when there is none. */
  async function found(c: DeskContext): Promise<{ one: Case | null; book: CaseBook }> {
    const book = options.book(c);
    const id = c.req.param("id") ?? "";
    const isAllowed = CASE_ID.test(id) && maySee(c.var.visitor, id as CaseId);
    return { book, one: isAllowed ? await book.get(id as CaseId) : null };
  }

  async function shown(
    c: DeskContext,
    book: CaseBook,
    one: Case,
    outcome: Outcome | null,
    typed: Typed = {},
  ): Promise<Response> {
    const view = await viewCase(options, book, one, c.var.visitor, c.req.query("session"));
    return showCase(c, view, outcome, typed);
  }

  async function changeCase(c: DeskContext, book: CaseBook, one: Case, form: FormData): Promise<Response> {
    const settings = await settingsOf(db, one.server);
    const stored = inputOf(one, settings);
    const input = readInput(form, stored);
    const note = text(form, "note").trim();
    const seen = Number(text(form, "version"));
    if (!Number.isInteger(seen)) {
      return shown(c, book, one, { kind: "problems", problems: ["version must be that of the case"] }, { input, note });
    }
    const asked = fieldsOfInput(input, settings, one.fields);
    const problems = [
      ...(asked.kind === "invalid"
        ? asked.problems
        : await assigneeProblems(db, asked.set.assignee, one.assignee, c.var.visitor)),
      ...(note.length > MAX_NOTE ? [`note must have at most ${MAX_NOTE} characters`] : []),
    ];
    if (asked.kind === "invalid" || problems.length > 0) {
      return shown(c, book, one, { kind: "problems", problems }, { input, note, seen });
    }
    const status = CASE_STATUSES.find((move) => move === form.get("do"));
    const isCheckIn = form.get("do") === "check-in";
    const change: CaseChange = {
      set: { ...asked.set, ...(status && { status }) },
      ...(note !== "" && { note }),
      ...(isCheckIn && { checkIn: true }),
    };
    const result = await book.change(one.id, change, actorOf(c.var.visitor), seen);
    if (result.kind === "conflict") {
      const before = inputOf(caseBefore(result.case, result.since), settings);
      const merged = mergeInputs(before, readInput(form, before), inputOf(result.case, settings));
      const outcome = { kind: "conflict", since: result.since, clashes: merged.clashes } as const;
      return shown(c, book, result.case, outcome, { input: merged.input, note });
    }
    return answered(c, book, result, isCheckIn ? "checked-in" : "saved", { input, note });
  }

  async function linkCase(c: DeskContext, book: CaseBook, one: Case, form: FormData): Promise<Response> {
    const number = /^\s*#?(\d{1,9})\s*$/.exec(text(form, "number"))?.[1];
    const other = number === undefined ? null : await book.byNumber(one.server, Number(number));
    if (!other || other.id === one.id) {
      const problem = other ? "a case cannot be linked with itself" : "there is no case of this number";
      return shown(c, book, one, { kind: "problems", problems: [problem] });
    }
    const result = await book.change(one.id, { linkCase: other.id }, actorOf(c.var.visitor));
    return answered(c, book, result, "linked", {});
  }

  async function continueCase(c: DeskContext, book: CaseBook, one: Case): Promise<Response> {
    const member = await memberProfile(db, one.member);
    const result = await book.reopen(one.id, actorOf(c.var.visitor), member?.displayName ?? one.member);
    return answered(c, book, result, "continued", {});
  }

  async function saveMember(c: DeskContext, book: CaseBook, one: Case, form: FormData): Promise<Response> {
    const typed = { labels: text(form, "labels"), memberNotes: text(form, "notes") };
    const labels = [...new Set(typed.labels.split(",").map((label) => label.trim()))].filter((label) => label !== "");
    const problems = [
      ...(labels.length > MAX_LABELS ? [`labels must be at most ${MAX_LABELS}`] : []),
      ...(labels.some((label) => label.length > MAX_LABEL) ? [`labels must have at most ${MAX_LABEL} characters`] : []),
      ...(typed.memberNotes.length > MAX_NOTE ? [`notes must have at most ${MAX_NOTE} characters`] : []),
    ];
    if (problems.length > 0) return shown(c, book, one, { kind: "problems", problems }, typed);
    const change = { id: one.member, labels, notes: typed.memberNotes, version: Number(text(form, "version")) };
    const isChanged = await changeMember(db, change, actorOf(c.var.visitor), now());
    if (!isChanged) return shown(c, book, one, { kind: "member-conflict" }, typed);
    return c.redirect(`${casePath(one.id)}?done=profile`, 303);
  }

  async function answered(
    c: DeskContext,
    book: CaseBook,
    result: ChangeResult,
    done: string,
    typed: Typed,
  ): Promise<Response> {
    switch (result.kind) {
      case "done":
        return c.redirect(`${casePath(result.case.id)}?done=${done}`, 303);
      case "refused":
        return shown(c, book, result.case, { kind: "problems", problems: problemsOf(result.refusal) }, typed);
      case "conflict":
        return shown(c, book, result.case, { kind: "conflict", since: result.since, clashes: {} }, typed);
      case "no-such-case":
        return noSuchCase(c);
    }
  }

  return app;
}

function noSuchCase(c: DeskContext): Promise<Response> {
  const why =
    c.var.visitor.kind === "link"
      ? "The link in a task opens its case only, and only there."
      : "It may have been another number, or the link is not complete.";
  return showProblem(c, 404, "There is no such case", why);
}

function problemsOf(refusal: Refusal): readonly string[] {
  switch (refusal.kind) {
    case "invalid":
      return refusal.problems;
    case "illegal-move":
      return [`a case cannot go from ${STATUS_WORDS[refusal.from]} to ${STATUS_WORDS[refusal.to]}`];
    case "closed-too-long-ago":
      return ["the case was closed too long ago: continue it in a new one"];
    case "over":
      return ["the case is over: reopen it before you ask the member"];
    case "rated-already":
      return ["the case was rated already"];
    case "not-over":
      return ["only a case that is over can be rated"];
  }
}

function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.replaceAll("\r\n", "\n") : "";
}
