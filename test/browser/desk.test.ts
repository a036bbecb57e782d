import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Agent } from "../../playground/twilio/index.ts";
import { seriousViolations } from "../support/axe.ts";
import { enterDesk, hasChromium, launchChromium, PANEL } from "../support/desk.ts";
import { fillDesk } from "../support/desk-cases.ts";
import { attributesOf, useStage } from "../support/scenario.ts";

const scenario = useStage({ prepare: fillDesk });
let browser: Browser;
let agent: Agent;
/** What the browser complained of: a policy that refuses something, a script that fails. */
const complaints: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  agent = scenario.newAgent();
});
afterAll(() => browser.close());
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(complaints.splice(0)).toEqual([]);
});

async function enter(options: Parameters<typeof enterDesk>[3] = {}): Promise<Page> {
  const page = await enterDesk(browser, scenario.worker.url, agent, options);
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto("/desk");
  return page;
}

const title = (page: Page) => page.getByRole("heading", { level: 1 });
const ROOMS = ["", "/cases?status=open", "/cases/new", "/questions", "/dashboard", "/settings", "/keys", "/webhooks"];

describe.skipIf(!hasChromium)("an agent", () => {
  test("searches by words and filters, from anywhere by a key", async () => {
    const page = await enter();
    await page.keyboard.press("/");
    await page.keyboard.type("season pass");
    await page.keyboard.press("Enter");
    await page.waitForURL(/text=season\+pass/);
    const rows = page.locator("[data-row]");
    expect(await rows.count()).toBeGreaterThan(5);
    await page.getByText("Filters", { exact: true }).click();
    await page.getByLabel("Closed", { exact: true }).check();
    await page.getByLabel("Urgent", { exact: true }).check();
    await page.getByRole("button", { name: "Search" }).first().click();
    await page.waitForURL(/status=closed/);
    for (const row of await page.locator("tbody tr").all()) {
      expect(await row.textContent()).toMatch(/season pass.*Closed.*Urgent/);
    }
  });

  test("goes through a list by keys, and opens one", async () => {
    const page = await enter();
    await page.goto("/desk/cases");
    for (const key of ["j", "j", "ArrowDown", "k"]) await page.keyboard.press(key);
    const second = page.locator("[data-row]").nth(1);
    expect(await second.evaluate((row) => row === document.activeElement)).toBe(true);
    const name = await second.textContent();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/desk\/cases\/[0-9a-f-]{36}$/);
    expect(await title(page).textContent()).toBe(name);
    await page.keyboard.press("n");
    await page.keyboard.type("j/k?");
    expect(await page.getByLabel("Note for staff").inputValue()).toBe("j/k?");
  });

  test("turns single keys off where they are in the way", async () => {
    const page = await enter();
    await page.keyboard.press("?");
    await page.getByLabel("Single keys do this").uncheck();
    await page.getByRole("button", { name: "Close" }).click();
    await page.reload();
    await page.keyboard.press("?");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("adds a case and edits it", async () => {
    const page = await enter();
    await page.getByRole("link", { name: "Add case" }).click();
    await page.getByLabel("Member’s Discord id").fill("200000000000000001");
    await page.getByLabel("Member’s name").fill("Member Two");
    await page.getByLabel("Title").fill("Sound is gone");
    await page.getByRole("button", { name: "Open the case" }).click();
    await page.getByText("The case is open.").waitFor();

    await page.getByLabel("Priority").selectOption("High");
    await page.getByLabel("Platform").selectOption("iOS");
    await page.getByLabel("Tags").fill("Sound, ios");
    await page.getByLabel("Note for staff").fill("Only with headphones");
    await page.getByRole("button", { name: "Resolve" }).click();
    await page.getByText("Saved.").waitFor();
    expect(await page.locator(".case-head").textContent()).toMatch(/Sound is gone.*Resolved.*High.*ios.*sound/);
    expect(await page.locator(".history").textContent()).toContain("Only with headphones");
    await page.getByRole("button", { name: "Reopen" }).click();
    await page.locator(".case-head .status-open").waitFor();
  });

  test("is told of what a colleague did meanwhile, and keeps what was typed", async () => {
    const page = await enter();
    await page.goto("/desk/cases?text=dark+mode&status=closed");
    await page.locator("[data-row]").first().click();
    await page.waitForURL(/[0-9a-f-]{36}$/);
    const colleague = await page.context().newPage();
    await colleague.goto(page.url());
    await colleague.getByLabel("Title").fill("Dark mode, please");
    await colleague.getByRole("button", { name: "Save", exact: true }).first().click();
    await colleague.getByText("Saved.").waitFor();

    await page.getByLabel("Title").fill("A dark theme");
    await page.getByLabel("Note for staff").fill("Many want that");
    await page.getByRole("button", { name: "Save", exact: true }).first().click();
    await page.getByText("Somebody else has changed this case meanwhile").waitFor();
    expect(await page.getByText("Meanwhile changed to:").textContent()).toContain("Dark mode, please");
    expect(await page.getByLabel("Note for staff").inputValue()).toBe("Many want that");
    await page.getByRole("button", { name: "Save", exact: true }).first().click();
    await page.getByText("Saved.").waitFor();
    expect(await title(page).textContent()).toContain("A dark theme");
    // The browser writes each answer that is no success on its console.
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes("409")));
  });

  test("is asked before another form of the page throws away what was typed into the case", async () => {
    const page = await enter();
    await page.goto("/desk/cases");
    await page.locator("[data-row]").first().click();
    await page.getByLabel("Note for staff").fill("Not saved yet");
    const asked = new Promise<string>((resolve) => {
      page.once("dialog", (dialog) => {
        resolve(dialog.type());
        void dialog.dismiss();
      });
    });
    await page.getByLabel("Link case number").fill("1");
    await page.getByRole("button", { name: "Link", exact: true }).click({ noWaitAfter: true });
    expect(await asked).toBe("beforeunload");
    expect(await page.getByLabel("Note for staff").inputValue()).toBe("Not saved yet");
  });

  test("follows the chat live, with articles that fit, copies a reply and checks in", async () => {
    const { member } = await scenario.connect(scenario.newMember(), agent);
    const page = await enter({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(`/desk/cases?member=${member.id}`);
    await page.locator("[data-row]").click();
    await page.getByText("live", { exact: true }).waitFor();
    member.dm("Is there a refund for gems?");
    await page.getByRole("log").getByText("Is there a refund for gems?").waitFor();
    await page.getByRole("link", { name: "Get a refund for a purchase" }).waitFor();
    await page.getByRole("button", { name: "Goodbye" }).click();
    await page.getByText("Copied: Goodbye").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("Glad I could help. Have fun!");
    await page.getByRole("button", { name: "Check in" }).click();
    await page.getByText("The member was asked whether it is solved.").waitFor();
    await page.locator(".case-head .status-pending").waitFor();
  });

  test("reads the dashboard, of another period at once", async () => {
    const page = await enter();
    await page.getByRole("link", { name: "Dashboard" }).click();
    await page.getByRole("img", { name: /^Volume/ }).waitFor();
    await page.getByLabel("Period").selectOption("7 days");
    await page.waitForURL(/days=7/);
    await page.getByText("As a table").first().click();
    expect(await page.locator("figure table").first().locator("tbody tr").count()).toBeGreaterThanOrEqual(7);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export as CSV" }).click();
    expect((await download).suggestedFilename()).toBe("statistics-7-days.csv");
  });

  test("chooses the theme, and keeps it on the next page", async () => {
    const page = await enter({ colorScheme: "light" });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.getByRole("button", { name: "Switch between dark and light" }).click();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.goto("/desk/cases");
    expect(await background()).toBe(dark);
  });
});

test.skipIf(!hasChromium)(
  "whoever comes by the link in a task follows its chat too, with the desk's style",
  async () => {
    const member = scenario.newMember();
    member.dm("live agent");
    const { caseUrl } = attributesOf(await scenario.taskOf(member));
    const page = await (await browser.newContext({ viewport: PANEL })).newPage();
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    const { pathname, search } = new URL(String(caseUrl));
    await page.goto(`${scenario.worker.url}${pathname}${search}`);
    await page.getByText("live", { exact: true }).waitFor();
    member.dm("Is anybody there?");
    await page.getByRole("log").getByText("Is anybody there?").waitFor();
    expect(await page.evaluate(() => getComputedStyle(document.body).margin)).toBe("0px");
  },
);

test.skipIf(!hasChromium)("a supervisor changes the settings, row by row", async () => {
  const page = await enter({ role: "supervisor" });
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Add a reply" }).click();
  await page.keyboard.type("Greeting");
  await page.getByLabel("Text", { exact: true }).last().fill("Hello!");
  await page.getByRole("button", { name: "Remove Goodbye" }).click();
  await page.getByRole("button", { name: "Save the settings" }).click();
  await page.getByText("The settings are saved.").waitFor();
  const titles = page.locator('input[name^="cannedReplies"]');
  expect(await titles.evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value))).toEqual([
    "Ask for the receipt",
    "Purchases may take a while",
    "Greeting",
  ]);
});

describe.skipIf(!hasChromium).each(["light", "dark"] as const)("in the %s theme", (colorScheme) => {
  test("no page has a serious accessibility violation, nor is wider than the panel in Flex", async () => {
    const page = await enter({ role: "admin", colorScheme, viewport: PANEL });
    const paths = ROOMS.map((room) => `/desk${room}`);
    await page.goto("/desk/cases?status=open");
    const open = await page.locator("[data-row]").first().getAttribute("href");
    for (const path of [...paths, open ?? "", "/desk/cases?text=nothing-like-that", "/desk/nowhere"]) {
      await page.goto(path);
      expect([path, await seriousViolations(page)]).toEqual([path, []]);
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, PANEL.width]);
    }
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes("404")));
  });
});
