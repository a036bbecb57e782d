import type { D1Database } from "@cloudflare/workers-types";
import { type Context, Hono } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import * as v from "valibot";
import { NewKeyShape } from "../api/key-endpoints.ts";
import { type ApiKey, createKey, listKeys, revokeKey } from "../api/keys.ts";
import { SCOPES } from "../api/scopes.ts";
import type { ApiKeyId } from "../conversation/ids.ts";
import type { Clock } from "../outside/call.ts";
import { problemsOf } from "../problems.ts";
import { adminsOnly, type Layout } from "./admin-pages.ts";
import { At, ButtonForm, SecretOnce } from "./admin-parts.tsx";
import { Csrf, Problems, Ticks } from "./forms.tsx";
import { actorOf, type DeskEnv } from "./visitor.ts";

type Shown = {
  readonly secret?: string;
  readonly problems?: readonly string[];
  readonly name?: string;
  readonly scopes?: readonly string[];
};

/** The page of API keys, for admins; to be mounted at `/desk`. */
export function keyPages(options: {
  readonly db: D1Database;
  readonly now: Clock;
  readonly layout: Layout;
}): Hono<DeskEnv> {
  const { db, now, layout } = options;
  const app = new Hono<DeskEnv>();
  app.use("/keys/*", adminsOnly);

  app.get("/keys", (c) => shown(c, {}));

  app.post("/keys", async (c) => {
    const form = await c.req.formData();
    const typed = { name: String(form.get("name") ?? ""), scopes: form.getAll("scopes").map(String) };
    const read = v.safeParse(NewKeyShape, typed);
    if (!read.success) return shown(c, { ...typed, problems: problemsOf(read.issues, "form") });
    const { secret } = await createKey(
      db,
      { ...read.output, name: read.output.name.trim() },
      actorOf(c.var.visitor),
      now(),
    );
    return shown(c, { secret });
  });

  app.post("/keys/:id/revoke", async (c) => {
    await revokeKey(db, c.req.param("id") as ApiKeyId, actorOf(c.var.visitor), now());
    return c.redirect("/desk/keys", 303);
  });

  async function shown(c: Context<DeskEnv>, page: Shown): Promise<Response> {
    const status = page.problems ? 422 : 200;
    const content = <KeysContent keys={await listKeys(db)} csrf={c.var.csrf} {...page} />;
    return layout(c, { title: "API keys", room: "keys", status }, content);
  }

  return app;
}

/** What the page of API keys shows. */
export function KeysContent(props: Shown & { readonly keys: readonly ApiKey[]; readonly csrf: string }): JSX.Element {
  const { keys, csrf, secret, problems = [], name = "", scopes = [] } = props;
  return (
    <div class="narrow">
      {secret !== undefined && <SecretOnce what="This is the key." secret={secret} />}
      <Problems problems={problems} />
      <h1>API keys</h1>
      {keys.length === 0 && <p>No program has a key yet.</p>}
      {keys.length > 0 && <KeyTable keys={keys} csrf={csrf} />}
      <section class="panel">
        <h2>New key</h2>
        <form method="post" action="/desk/keys">
          <Csrf token={csrf} />
          <div class="field">
            <label for="name">Name of the program</label>
            <input type="text" id="name" name="name" value={name} maxlength={80} required />
          </div>
          <Ticks
            legend="It may"
            name="scopes"
            choices={SCOPES.map((scope) => [scope, scope] as const)}
            ticked={scopes}
          />
          <p class="actions">
            <button type="submit" class="primary">
              Make the key
            </button>
          </p>
        </form>
      </section>
    </div>
  );
}

function KeyTable({ keys, csrf }: { readonly keys: readonly ApiKey[]; readonly csrf: string }): JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Id</th>
          <th scope="col">May</th>
          <th scope="col">Made</th>
          <th scope="col">Last used</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {keys.map(({ id, name, scopes, createdAt, lastUsedAt, revokedAt }) => (
          <tr>
            <th scope="row">{name}</th>
            <td>
              <code>{id}</code>
            </td>
            <td>{scopes.join(", ")}</td>
            <td>
              <At time={createdAt} never="" />
            </td>
            <td>
              <At time={lastUsedAt} never="never" />
            </td>
            <td>
              {revokedAt === null ? (
                <ButtonForm action={`/desk/keys/${id}/revoke`} csrf={csrf} label="Revoke" about={name} />
              ) : (
                "revoked"
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
