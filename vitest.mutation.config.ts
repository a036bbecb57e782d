import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const fewRuns = fileURLToPath(new URL("test/mutation/few-runs.ts", import.meta.url));

/**
 * The tests that judge mutants: the quick, pure ones of `test/unit`, gathered into a few files in `test/mutation`, since
 * for each mutant every file costs the start of a worker. Properties are tried a few times only.
 */
export default defineConfig({
  plugins: [
    {
      name: "few-runs-of-each-property",
      enforce: "pre",
      resolveId: (id, importer) => (id === "fast-check" && importer !== fewRuns ? fewRuns : undefined),
    },
  ],
  test: {
    include: ["test/mutation/{conversation,discord,files,gateway,twilio}.ts"],
    environment: "node",
    silent: true,
  },
});
