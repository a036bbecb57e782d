import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PLANTED_BUGS, type PlantedBug } from "./planted-bugs.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
/** What the simulation needs of the project. */
const PARTS = ["src", "migrations", "playground", "test/simulation", "scripts/simulate.ts", "package.json"];
/** Within so many histories each bug must show. */
const [FIRST_SEED, SEEDS] = [501, 150];
/** A bug that makes a history endless is no proof: the test fails then, in place of waiting. */
const LIMIT_MS = 240_000;

let copy = "";

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "planted-bugs-"));
  for (const part of PARTS) cpSync(join(PROJECT, part), join(copy, part), { recursive: true });
  symlinkSync(join(PROJECT, "node_modules"), join(copy, "node_modules"));
});

afterAll(() => rmSync(copy, { recursive: true }));

test("without a bug all histories keep their promises", () => {
  const { status, stdout } = simulate();
  expect(stdout).not.toContain("BROKEN");
  expect(stdout).toContain(`${SEEDS} of ${SEEDS} histories kept their promises`);
  expect(status).toBe(0);
});

test.each(PLANTED_BUGS)("it shows when $name", (bug) => {
  const { file, original } = plant(bug);
  try {
    const { status, stdout, stderr } = simulate(bug.from);
    expect(stdout, stderr).toMatch(/BROKEN in seed \d+: /);
    expect(stdout).toMatch(/again: npm run simulate -- --seed \d+/);
    expect(status).toBe(1);
  } finally {
    writeFileSync(file, original);
  }
});

function plant({ file: path, find, replace }: PlantedBug): { file: string; original: string } {
  const file = join(copy, path);
  const original = readFileSync(file, "utf8");
  const [before, after, ...more] = original.split(find);
  // The bug belongs to the code as it was: whoever changed that must plant it anew.
  expect(more).toEqual([]);
  expect(after).toBeDefined();
  writeFileSync(file, `${before}${replace}${after}`);
  return { file, original };
}

/** `npm run simulate` in the copy; it stops at the first broken promise. */
function simulate(first = FIRST_SEED): { status: number | null; stdout: string; stderr: string } {
  const options = ["scripts/simulate.ts", "--seed", String(first), "--seeds", String(SEEDS)];
  const env = { ...process.env, NODE_OPTIONS: "--max-old-space-size=2000" };
  return spawnSync(process.execPath, options, {
    cwd: copy,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    timeout: LIMIT_MS,
    env,
  });
}
