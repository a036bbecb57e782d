import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const DEMO = join(import.meta.dirname, "..", "..", "scripts", "demo.ts");

test.each(["bridge", "studio"])(
  "the demo plays the whole conversation under %s routing, finds every check passed and exits 0",
  async (routing) => {
    const { code, output } = await runDemo({}, ["--routing", routing]);
    expect(output).toMatch(/^All \d+ checks passed\.$/m);
    expect(code).toBe(0);
  },
);

test("a demo of a routing that does not exist says what there is", async () => {
  const { code, output } = await runDemo({}, ["--routing", "none"]);
  expect(output).toContain("--routing is bridge or studio, not none");
  expect(code).toBe(2);
});

test("a demo that cannot even start exits with an error", async () => {
  const { code, output } = await runDemo({ TMPDIR: join(import.meta.dirname, "no such folder") });
  expect(output).toContain("ENOENT");
  expect(output).not.toContain("checks passed");
  expect(code).toBe(1);
});

function runDemo(
  changes: NodeJS.ProcessEnv = {},
  args: readonly string[] = [],
): Promise<{ code: number | string | null | undefined; output: string }> {
  const env = { ...process.env, NO_COLOR: "1", ...changes };
  return new Promise((resolve) => {
    execFile(process.execPath, [DEMO, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, output: stdout + stderr }),
    );
  });
}
