import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { workerVariables } from "./test/support/worker-variables.ts";

const { variables, discordPrivateKey } = workerVariables();

/**
 * Five tiers: `unit` is pure code and the stand-ins in plain Node, `simulation` runs whole histories on a virtual clock,
 * `worker` runs inside workerd, `scenario` drives the whole Worker under `wrangler dev` against the stand-ins,
 * `browser` looks at its pages in Chromium.
 */
export default defineConfig({
  test: {
    teardownTimeout: 60_000,
    silent: "passed-only",
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], environment: "node" } },
      {
        test: {
          name: "simulation",
          include: ["test/simulation/**/*.test.ts"],
          environment: "node",
          testTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: { name: "bench", include: ["bench/**/*.test.ts"], environment: "node" },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            remoteBindings: false,
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                ...variables,
                TEST_DISCORD_PRIVATE_KEY: discordPrivateKey,
                TEST_MIGRATIONS: await readD1Migrations("./migrations"),
              },
            },
          })),
        ],
        test: { name: "worker", include: ["test/worker/**/*.test.ts"] },
      },
      {
        test: {
          name: "scenario",
          include: ["test/scenario/**/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
