import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatEnvFile } from "../../scripts/lib/dev-server.ts";
import { variablesForDev } from "../../scripts/lib/wrangler-config.ts";

test("the Worker gets each variable exactly as it was given", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flexcord-test-"));
  const file = join(folder, "vars.env");
  const value = fc
    .array(fc.constantFrom("a", "$", "$HOME", "{X}", "\\", "\\n", "\n", '"', "'", "#", " ", "=", "é"), {
      maxLength: 12,
    })
    .map((parts) => parts.join(""));
  try {
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        await writeFile(file, formatEnvFile({ BEFORE: "1", GIVEN: given, AFTER: "2" }));
        expect(variablesForDev([file])).toMatchObject({ BEFORE: "1", GIVEN: given, AFTER: "2" });
      }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a value that no quote can hold is refused by name", () => {
  expect(() => formatEnvFile({ ODD: "'`" })).toThrow("ODD");
});
