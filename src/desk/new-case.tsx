import { Hono } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import {
  type DiscordGuildId,
  type DiscordUserId,
  memberOfSession,
  type SessionId,
  SNOWFLAKE,
} from "../conversation/ids.ts";
import type { Settings } from "../settings/settings.ts";
import { settingsOf } from "../settings/store.ts";
import { CaseFieldsForm } from "./case-form.tsx";
import { type CaseInput, fieldsOfInput, inputOf, readInput } from "./case-input.ts";
import { casePath } from "./case-list.tsx";
import { Csrf, Field, Problems, Select } from "./forms.tsx";
import { show } from "./layout.tsx";
import type { DeskContext, DeskOptions } from "./options.ts";
import { allStaff, assigneeProblems, knownServers } from "./people.ts";
import { actorOf, type DeskEnv } from "./visitor.ts";
import type { StaffNames } from "./words.ts";

/** Whom and what a new case is about, as it stands in the address and in the form. */
type Origin = {
  readonly member: string;
  readonly name: string;
  /** Empty, or the chat that it belongs to. */
  readonly session: string;
  /** Empty, or the task in Flex. */
  readonly task: string;
  /** Empty for none. */
  readonly server: string;
};

const SESSION = /^[0-9]{15,20}-[0-9]{1,9}$/;
const TASK = /^WT[0-9a-f]{32}$/;
const MAX_NAME = 100;

const EMPTY = {
  title: "",
  description: "",
  kind: "support",
  priority: "normal",
  assignee: null,
  product: null,
  tags: [],
  fields: {},
} as const;

/** "Add case": from the task that is worked on, or from nothing. */
export function newCaseRoutes(options: DeskOptions): Hono<DeskEnv> {
  const { db } = options;
  const app = new Hono<DeskEnv>();

  app.get("/cases/new", async (c) => {
    const { searchParams } = new URL(c.req.url);
    const origin = originOf((name) => searchParams.get(name) ?? "");
    const existing = SESSION.test(origin.session) ? await options.book(c).ofSession(origin.session as SessionId) : null;
    if (existing) return c.redirect(`${casePath(existing.id)}?done=was-there`, 302);
    const settings = await settingsOf(db, serverOf(origin));
    const assignee = c.var.visitor.kind === "staff" ? c.var.visitor.identity : null;
    return shown(c, origin, settings, inputOf({ ...EMPTY, assignee }, settings), []);
  });

  app.post("/cases/new", async (c) => {
    const form = await c.req.formData();
    const origin = originOf((name) => {
      const value = form.get(name);
      return typeof value === "string" ? value : "";
    });
    const settings = await settingsOf(db, serverOf(origin));
    const input = readInput(form, inputOf(EMPTY, settings));
    const asked = fieldsOfInput(input, settings);
    const problems = [
      ...problemsWithOrigin(origin),
      ...(asked.kind === "invalid"
        ? asked.problems
        : await assigneeProblems(db, asked.set.assignee, null, c.var.visitor)),
    ];
    if (asked.kind === "invalid" || problems.length > 0) return shown(c, origin, settings, input, problems);
    const book = options.book(c);
    const by = actorOf(c.var.visitor);
    const existing = origin.session === "" ? null : await book.ofSession(origin.session as SessionId);
    if (existing) return c.redirect(`${casePath(existing.id)}?done=was-there`, 303);
    const opened = await book.open(
      {
        ...asked.set,
        server: serverOf(origin),
        member: { id: origin.member as DiscordUserId, displayName: origin.name },
        ...(origin.session !== "" && { session: origin.session as SessionId }),
      },
      by,
    );
    if (opened.kind === "invalid") return shown(c, origin, settings, input, opened.problems);
    if (origin.task !== "") await book.change(opened.case.id, { note: `Opened for the task ${origin.task}` }, by);
    return c.redirect(`${casePath(opened.case.id)}?done=opened`, 303);
  });

  async function shown(
    c: DeskContext,
    origin: Origin,
    settings: Settings,
    input: CaseInput,
    problems: readonly string[],
  ): Promise<Response> {
    const [staff, servers] = await Promise.all([allStaff(db), knownServers(db)]);
    const first = origin.server === "" ? (servers[0] ?? "") : origin.server;
    return show(
      c,
      { title: "Add case", room: "new", status: problems.length > 0 ? 422 : 200 },
      <>
        <Problems problems={problems} />
        <section class="panel narrow">
          <h1>Add case</h1>
          <NewCaseForm
            origin={{ ...origin, server: first }}
            settings={settings}
            input={input}
            staff={staff}
            servers={servers}
            csrf={c.var.csrf}
          />
        </section>
      </>,
    );
  }

  return app;
}

function NewCaseForm(props: {
  readonly origin: Origin;
  readonly settings: Settings;
  readonly input: CaseInput;
  readonly staff: StaffNames;
  readonly servers: readonly DiscordGuildId[];
  readonly csrf: string;
}): JSX.Element {
  const { origin, settings, input, staff, servers, csrf } = props;
  return (
    <form method="post" action="/desk/cases/new" data-guard="">
      <Csrf token={csrf} />
      <input type="hidden" name="session" value={origin.session} />
      <input type="hidden" name="task" value={origin.task} />
      {origin.session !== "" && <p class="faint">With the chat {origin.session}.</p>}
      {origin.task !== "" && <p class="faint">For the task {origin.task}.</p>}
      <div class="fields">
        <Field label="Member’s Discord id" for="member">
          <input name="member" id="member" value={origin.member} inputmode="numeric" pattern="[0-9]{15,20}" required />
        </Field>
        <Field label="Member’s name" for="name">
          <input name="name" id="name" value={origin.name} maxlength={MAX_NAME} required dir="auto" />
        </Field>
        <Field label="Server" for="server">
          <Select
            name="server"
            value={origin.server}
            choices={[["", "None"], ...servers.map((server) => [server, server] as const)]}
          />
        </Field>
      </div>
      <CaseFieldsForm input={input} settings={settings} staff={staff} />
      <p class="actions">
        <button type="submit" class="primary">
          Open the case
        </button>
      </p>
    </form>
  );
}

/** What is not of the right form is left to {@link problemsWithOrigin}; a session tells its member. */
function originOf(read: (name: string) => string): Origin {
  const one = (name: string) => read(name).trim();
  const session = one("session");
  const member = one("member") || (SESSION.test(session) ? memberOfSession(session as SessionId) : "");
  return { member, name: one("name"), session, task: one("task"), server: one("server") };
}

function problemsWithOrigin({ member, name, session, task, server }: Origin): string[] {
  return [
    ...(SNOWFLAKE.test(member) ? [] : ["member must be a Discord user id"]),
    ...(name !== "" && name.length <= MAX_NAME ? [] : [`name must have 1 to ${MAX_NAME} characters`]),
    ...(session === "" || (SESSION.test(session) && session.startsWith(`${member}-`))
      ? []
      : ["session must be one of this member’s"]),
    ...(task === "" || TASK.test(task) ? [] : ["task must be the id of a task (WT…)"]),
    ...(server === "" || SNOWFLAKE.test(server) ? [] : ["server must be a Discord server’s id"]),
  ];
}

function serverOf({ server }: Origin): DiscordGuildId | null {
  return SNOWFLAKE.test(server) ? (server as DiscordGuildId) : null;
}
