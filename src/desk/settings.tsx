import { Hono } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import { type DiscordGuildId, SNOWFLAKE } from "../conversation/ids.ts";
import type { Settings, StoredSettings } from "../settings/settings.ts";
import { storedSettings, storeSettings } from "../settings/store.ts";
import { Csrf, Done, Problems } from "./forms.tsx";
import { show, showProblem } from "./layout.tsx";
import type { DeskContext, DeskOptions } from "./options.ts";
import { knownServers } from "./people.ts";
import { SettingsFields } from "./settings-form.tsx";
import { inputOfSettings, readSettingsInput, type SettingsInput, settingsOfInput } from "./settings-input.ts";
import { actorOf, type DeskEnv } from "./visitor.ts";

const SECTION_WORDS: Readonly<Record<keyof Settings, string>> = {
  businessHours: "Business hours",
  targets: "Targets",
  staffChannel: "Staff channel",
  reopenDays: "Days in which a closed case is reopened",
  products: "Products",
  fields: "Fields of your own",
  cannedReplies: "Replies to copy",
};

/** The settings of a server, or of all that have none of their own: for supervisors and admins. */
export function settingsRoutes({ db, now }: DeskOptions): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();

  app.use("/settings", async (c, next) => {
    const { visitor } = c.var;
    if (visitor.kind === "staff" && visitor.role !== "agent") return next();
    return showProblem(c, 403, "For supervisors and admins", "Ask one of them to change the settings.");
  });

  app.get("/settings", async (c) => {
    const stored = await storedSettings(db, serverOf(c));
    return shown(c, stored, inputOfSettings(stored.settings), {});
  });

  app.post("/settings", async (c) => {
    const server = serverOf(c);
    const form = await c.req.formData();
    const input = readSettingsInput(form);
    const version = Number(form.get("version"));
    const read = settingsOfInput(input);
    if (read.kind === "invalid" || !Number.isInteger(version)) {
      const problems = read.kind === "invalid" ? read.problems : ["version must be that of the settings"];
      const stored = await storedSettings(db, server);
      // What was typed was typed over that version, whatever the stored one is by now.
      return shown(c, { ...stored, version: Number.isInteger(version) ? version : stored.version }, input, {
        problems,
      });
    }
    const by = actorOf(c.var.visitor);
    if (!(await storeSettings(db, { server, settings: read.settings, version }, by, now()))) {
      return shown(c, await storedSettings(db, server), input, { mine: read.settings });
    }
    return c.redirect(`${pathOf(server)}${server === null ? "?" : "&"}done=saved`, 303);
  });

  async function shown(
    c: DeskContext,
    stored: StoredSettings,
    input: SettingsInput,
    { problems = [], mine }: { readonly problems?: readonly string[]; readonly mine?: Settings },
  ): Promise<Response> {
    const servers = await knownServers(db);
    const { server, version } = stored;
    return show(
      c,
      { title: "Settings", room: "settings", status: mine ? 409 : problems.length > 0 ? 422 : 200 },
      <div class="narrow settings">
        {c.req.query("done") === "saved" && problems.length === 0 && !mine && <Done>The settings are saved.</Done>}
        <Problems problems={problems} />
        {mine && <Conflict stored={stored.settings} mine={mine} />}
        <div class="head">
          <h1>Settings</h1>
          <ServerChoice server={server} servers={servers} />
        </div>
        {version === 0 && server !== null && (
          <p class="faint">This server has no settings of its own yet: those of all servers hold until you save.</p>
        )}
        <form method="post" action={pathOf(server)} data-guard="">
          <Csrf token={c.var.csrf} />
          <input type="hidden" name="version" value={String(version)} />
          <SettingsFields input={input} />
          <p class="actions sticky">
            <button type="submit" class="primary">
              Save the settings
            </button>
          </p>
        </form>
      </div>,
    );
  }

  return app;
}

function ServerChoice(props: {
  readonly server: DiscordGuildId | null;
  readonly servers: readonly DiscordGuildId[];
}): JSX.Element {
  const known = [...new Set([...props.servers, ...(props.server === null ? [] : [props.server])])];
  return (
    <form method="get" action="/desk/settings" class="actions">
      <label for="server">Of</label>
      <span class="pair">
        <select name="server" id="server" data-submit="">
          <option value="" selected={props.server === null}>
            All servers without their own
          </option>
          {known.map((one) => (
            <option value={one} selected={one === props.server}>{`Server ${one}`}</option>
          ))}
        </select>
      </span>
      <noscript>
        <button type="submit">Show</button>
      </noscript>
    </form>
  );
}

/** What somebody else has stored while the form was filled in. */
function Conflict({ stored, mine }: { readonly stored: Settings; readonly mine: Settings }): JSX.Element {
  const names = Object.keys(SECTION_WORDS) as (keyof Settings)[];
  const different = names.filter((name) => JSON.stringify(stored[name]) !== JSON.stringify(mine[name]));
  return (
    <div class="message bad stored" role="alert">
      <p>
        Somebody else has changed the settings meanwhile, and yours are not stored yet. The form shows what you typed.
        Save again to store it in place of theirs.
      </p>
      {different.map((name) => (
        <details>
          <summary>{SECTION_WORDS[name]}: theirs</summary>
          <pre tabindex={0}>{JSON.stringify(stored[name], null, 2)}</pre>
        </details>
      ))}
    </div>
  );
}

function serverOf(c: DeskContext): DiscordGuildId | null {
  const server = c.req.query("server") ?? "";
  return SNOWFLAKE.test(server) ? (server as DiscordGuildId) : null;
}

function pathOf(server: DiscordGuildId | null): string {
  return server === null ? "/desk/settings" : `/desk/settings?server=${server}`;
}
