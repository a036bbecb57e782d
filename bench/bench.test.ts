import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { PROJECT } from "../scripts/lib/project.ts";
import type { Group } from "./figures.ts";

test("the quick benchmark runs, loses nothing and counts one outside call a message", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flexcord-bench-test-"));
  const json = join(folder, "figures.json");
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["bench/run.ts", "--quick", "--json", json], {
      cwd: PROJECT,
    });
    const { groups } = JSON.parse(await readFile(json, "utf8")) as { groups: Group[] };
    const figures = groups.flatMap((group) => group.figures);
    const calls = figures.filter(({ unit }) => unit === "outside calls").map(({ ours }) => ours.median);
    expect(calls).toEqual([1, 1, 1, 1]);
    for (const trouble of ["lost", "doubled", "out of order"]) {
      expect(figures.find(({ name }) => name === trouble)?.ours.median, trouble).toBe(0);
    }
    expect(stdout).toContain("RELAYING A MESSAGE");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 300_000);
