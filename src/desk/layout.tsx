import { getCookie } from "hono/cookie";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { DeskContext } from "./options.ts";
import type { Role, Visitor } from "./visitor.ts";

/** The desk's rooms, as the menu names them. */
export type Room = "home" | "cases" | "new" | "questions" | "dashboard" | "settings" | "keys" | "webhooks";

type Door = { readonly room: Room; readonly path: string; readonly name: string; readonly roles?: readonly Role[] };

const DOORS: readonly Door[] = [
  { room: "home", path: "/desk", name: "Desk" },
  { room: "cases", path: "/desk/cases", name: "Cases" },
  { room: "new", path: "/desk/cases/new", name: "Add case" },
  { room: "questions", path: "/desk/questions", name: "Questions" },
  { room: "dashboard", path: "/desk/dashboard", name: "Dashboard" },
  { room: "settings", path: "/desk/settings", name: "Settings", roles: ["supervisor", "admin"] },
  { room: "keys", path: "/desk/keys", name: "API keys", roles: ["admin"] },
  { room: "webhooks", path: "/desk/webhooks", name: "Webhooks", roles: ["admin"] },
];

/** The cookie that remembers which theme was chosen. The script sets it. */
export const THEME_COOKIE = "desk-theme";

export type PageOptions = {
  readonly title: string;
  /** Which entry of the menu the page belongs to; null for none. */
  readonly room: Room | null;
  readonly status?: ContentfulStatusCode;
};

/** Answers with a page of the desk. */
export async function show(
  c: DeskContext,
  { title, room, status = 200 }: PageOptions,
  content: Child,
): Promise<Response> {
  const theme = getCookie(c, THEME_COOKIE);
  const { visitor } = c.var;
  const page = (
    <html lang="en" data-theme={theme === "dark" || theme === "light" ? theme : undefined}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · Flexcord`}</title>
        <link rel="icon" href="/desk/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/desk/style.css" />
        <script src="/desk/script.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <Header visitor={visitor} room={room} />
        <main id="content" tabindex={-1}>
          {content}
        </main>
        <p class="sr-only" role="status" id="announcement"></p>
        <Shortcuts />
      </body>
    </html>
  );
  c.header("Cache-Control", "no-store");
  return c.html(html`<!doctype html>${page}`, status);
}

function Header({ visitor, room }: { readonly visitor: Visitor; readonly room: Room | null }): JSX.Element {
  return (
    <header class="top">
      <span class="brand" aria-hidden="true">
        Flexcord
      </span>
      {visitor.kind === "staff" && (
        <nav aria-label="Desk">
          {DOORS.filter(({ roles }) => roles === undefined || roles.includes(visitor.role)).map((door) => (
            <a href={door.path} aria-current={door.room === room ? "page" : undefined}>
              {door.name}
            </a>
          ))}
        </nav>
      )}
      {visitor.kind === "staff" && (
        <search>
          <form action="/desk/cases" method="get">
            <input
              type="search"
              name="text"
              id="search"
              placeholder="Search cases  /"
              aria-label="Search cases"
              aria-keyshortcuts="/"
            />
          </form>
        </search>
      )}
      <div class="tools">
        <button type="button" class="quiet" data-shortcuts="" aria-keyshortcuts="?" title="Keyboard shortcuts">
          <span aria-hidden="true">?</span>
          <span class="sr-only">Keyboard shortcuts</span>
        </button>
        <button type="button" class="quiet" data-switch-theme="" title="Dark or light">
          <span aria-hidden="true">◐</span>
          <span class="sr-only">Switch between dark and light</span>
        </button>
        {visitor.kind === "staff" && (
          <span class="who" title={`${visitor.identity}, ${visitor.role}`}>
            {visitor.name}
          </span>
        )}
      </div>
    </header>
  );
}

const SHORTCUTS: readonly (readonly [string, string])[] = [
  ["/", "Search"],
  ["j or ↓", "Next in the list"],
  ["k or ↑", "Previous in the list"],
  ["Enter", "Open it"],
  ["e", "Edit the case"],
  ["n", "Write a note"],
  ["?", "This list"],
];

function Shortcuts(): JSX.Element {
  return (
    <dialog id="shortcuts" aria-labelledby="shortcuts-title">
      <form method="dialog">
        <h2 id="shortcuts-title">Keyboard shortcuts</h2>
        <dl>
          {SHORTCUTS.map(([key, what]) => (
            <div>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <label class="check">
          <input type="checkbox" data-shortcuts-on="" checked /> Single keys do this
        </label>
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

/** A page that only says why there is nothing else. */
export async function showProblem(
  c: DeskContext,
  status: ContentfulStatusCode,
  title: string,
  why: string,
): Promise<Response> {
  return show(
    c,
    { title, room: null, status },
    <section class="panel narrow">
      <h1>{title}</h1>
      <p>{why}</p>
      {c.var.visitor.kind === "staff" && (
        <p>
          <a href="/desk">To the desk</a>
        </p>
      )}
    </section>,
  );
}
