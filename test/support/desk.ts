import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Agent } from "../../playground/twilio/index.ts";

/** Where Chromium or Chrome usually is; `CHROMIUM` goes before. */
const USUAL = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const CHROMIUM = process.env.CHROMIUM ?? USUAL.find((path) => existsSync(path));

/** Whether pages can be looked at here. The gate says by `CHROMIUM` which one it has, so that nothing is left out there. */
export const hasChromium = CHROMIUM !== undefined;
if (!hasChromium) console.warn("No Chromium was found, so the pages are not looked at. CHROMIUM can name one.");

/** Flex's CRM panel at its narrowest. */
export const PANEL = { width: 380, height: 800 } as const;
/** A tab of its own. */
export const WIDE = { width: 1440, height: 900 } as const;

export function launchChromium(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error("No Chromium was found; the variable CHROMIUM can name one.");
  // Without a sandbox, since containers have none to give; it only sees pages of our own.
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: ["--no-sandbox"] });
}

type DeskOptions = BrowserContextOptions & { readonly role?: "agent" | "supervisor" | "admin" };

/** Opens a browser of its own in which this agent has signed in at the desk, as Flex does it. */
export async function enterDesk(
  browser: Browser,
  workerUrl: string,
  agent: Agent,
  { role = "agent", ...options }: DeskOptions = {},
): Promise<Page> {
  const signedIn = await fetch(`${workerUrl}/desk/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token: agent.flexToken({ roles: [role] }) }),
  });
  if (!signedIn.ok) throw new Error(`the desk let nobody in: ${signedIn.status} ${await signedIn.text()}`);
  const { url } = (await signedIn.json()) as { url: string };
  const context = await browser.newContext({ viewport: WIDE, baseURL: workerUrl, timezoneId: "UTC", ...options });
  const page = await context.newPage();
  await page.goto(url);
  await page.goto("/desk");
  return page;
}
