import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const DEMO = join(import.meta.dirname, "..", "..", "scripts", "demo.ts");

test("the demo plays the whole conversation, finds every check passed and exits 0", async () => {
  const { code, output } = await runDemo();
  expect(output).toMatch(/^All \d+ checks passed\.$/m);
  expect(code).toBe(0);
});

test("a demo that cannot even start exits with an error", async () => {
  const { code, output } = await runDemo({ TMPDIR: join(import.meta.dirname, "no such folder") });
  expect(output).toContain("ENOENT");
  expect(output).not.toContain("checks passed");
  expect(code).toBe(1);
});

function runDemo(
  changes: NodeJS.ProcessEnv = {},
): Promise<{ code: number | string | null | undefined; output: string }> {
  const env = { ...process.env, NO_COLOR: "1", ...changes };
  return new Promise((resolve) => {
    execFile(process.execPath, [DEMO], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, output: stdout + stderr }),
    );
  });
}
