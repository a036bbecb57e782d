import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const DEMO = join(import.meta.dirname, "..", "..", "scripts", "demo.ts");

test("the demo plays the whole conversation, finds every check passed and exits 0", async () => {
  const { code, output } = await run(DEMO);
  expect(output).toMatch(/^All \d+ checks passed\.$/m);
  expect(code).toBe(0);
});

function run(script: string): Promise<{ code: number | string | undefined; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env: { ...process.env, NO_COLOR: "1" } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? undefined), output: stdout + stderr }),
    );
  });
}
