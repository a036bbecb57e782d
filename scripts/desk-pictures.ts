import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { startStage } from "../playground/stage.ts";
import { enterDesk, launchChromium, PANEL } from "../test/support/desk.ts";
import { fillDesk } from "../test/support/desk-cases.ts";

/** Takes the pictures in `docs/pictures`: `node scripts/desk-pictures.ts`, optionally with another folder. */
const folder = process.argv[2] ?? fileURLToPath(new URL("../docs/pictures", import.meta.url));

const browser = await launchChromium();
const stage = await startStage({ prepare: fillDesk });
try {
  await mkdir(folder, { recursive: true });
  const member = stage.discord.createMember({ name: "Member One" });
  const agent = stage.twilio.createAgent({ name: "Agent One", available: true });
  member.dm("My gems have not arrived, and I paid an hour ago");
  await stage.discord.until(() => member.dmMessages.some(({ author }) => author.bot), "an answer");
  member.dm("live agent");
  await stage.twilio.until(() => agent.reservations.some(({ status }) => status === "pending"), "a task");
  const chat = await agent.accept();
  await chat.send("Hello! Let me look that up for you.");
  await stage.discord.until(
    () => member.dmMessages.some(({ content }) => content.includes("Let me look")),
    "the agent's words",
  );

  for (const colorScheme of ["light", "dark"] as const) {
    const page = await enterDesk(browser, stage.worker.url, agent, { role: "supervisor", colorScheme });
    const picture = (name: string) => page.screenshot({ path: join(folder, `desk-${name}-${colorScheme}.png`) });
    await openNewest(page);
    // Asked in each theme, so that there is something to suggest an article for.
    member.dm("Is there a refund for gems?");
    await page.locator("#suggestions a, #suggestions strong").first().waitFor();
    await picture("case");
    await page.goto("/desk/dashboard?days=90");
    await picture("dashboard");
    if (colorScheme === "light") {
      await page.goto("/desk/cases?status=open&status=elevated");
      await picture("cases");
      await page.goto("/desk/settings");
      await picture("settings");
    } else {
      await page.setViewportSize(PANEL);
      await page.goto("/desk");
      await picture("panel");
      await openNewest(page);
      await picture("case-panel");
    }
    await page.context().close();
  }
} finally {
  await browser.close();
  await stage.close();
}

async function openNewest(page: Page): Promise<void> {
  await page.goto("/desk/cases");
  await page.locator("[data-row]").first().click();
  await page.getByText("live", { exact: true }).waitFor();
}
