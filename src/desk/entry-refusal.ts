import type { Context } from "hono";
import { html } from "hono/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { log } from "../log.ts";

/** Nothing but text. */
const CSP = "default-src 'none'; base-uri 'none'; form-action 'none'";

/** Closes the door: a page that says which ways in there are, or JSON for programs. */
export function refused(c: Context, reason: string, hasAccess: boolean): Response | Promise<Response> {
  log("warn", "desk.refused", { method: c.req.method, reason });
  const ways = waysIn(hasAccess);
  if (!wantsPage(c)) return c.json({ error: "Sign in first", reason, ways }, 401);
  return plainPage(c, 401, "Sign in first", [`Why you see this: ${reason}.`, "The ways in:", ...ways]);
}

/** A request that some other site may have had the browser send. */
export function forged(c: Context, reason: string): Response | Promise<Response> {
  log("warn", "desk.forged", { method: c.req.method, reason });
  if (!wantsPage(c)) return c.json({ error: "Not sent from the desk", reason }, 403);
  return plainPage(c, 403, "Not sent from the desk", [
    "Nothing was changed: it could not be told that this came from the desk, or you have signed in anew meanwhile.",
    "Go back, where what you wrote still stands, copy it, load the page again and send it once more.",
  ]);
}

/** A page of text alone, for the few things that the door has to say. */
export function plainPage(c: Context, status: ContentfulStatusCode, title: string, texts: readonly string[]) {
  c.header("Content-Security-Policy", CSP);
  return c.html(
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
</head>
<body>
<main>
<h1>${title}</h1>
${texts.map((text) => html`<p>${text}</p>\n`)}</main>
</body>
</html>
`,
    status,
  );
}

/** Whether a person with a browser asks. */
export function wantsPage(c: Context): boolean {
  return (c.req.header("accept") ?? "").includes("text/html");
}

function waysIn(hasAccess: boolean): string[] {
  return [
    "In Flex, with the plugin of flex-plugin/: it signs you in as who you are there (agent, supervisor or admin). If the desk worked a moment ago, load Flex again.",
    "In Flex, without the plugin: the link in a task (caseUrl) opens that task's case, for a week.",
    hasAccess
      ? "Anywhere: through Cloudflare Access. Open this address again and sign in there."
      : "Anywhere: through Cloudflare Access. It is not configured; ACCESS_TEAM_DOMAIN and ACCESS_AUD turn it on.",
  ];
}
