/**
 * Mutation testing of the pure code: `npm run mutate`, or of one file `npm run mutate -- --mutate src/config.ts`.
 * @type {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
export default {
  mutate: [
    "src/config.ts",
    "src/conversation/*.ts",
    // Nothing but words; what they say is tested where they are used.
    "!src/conversation/texts.ts",
    "src/delivery/{outcome,policy}.ts",
    "src/discord/{errors,interaction-shape,member-message,names,rate-limits,render,snowflake}.ts",
    "src/discord/gateway/{close-codes,connection,connection-state,event-queue,frames}.ts",
    "src/discord/gateway/{hand-over-errors,identify-budget,member-event}.ts",
    "src/knowledge/{article,parse-article,terms}.ts",
    "src/twilio/{conversation-events,errors,form,message,reading,sids,signature}.ts",
    "src/twilio/{task-attributes,task-events,worker-attributes}.ts",
  ],
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "vitest.mutation.config.ts", related: true },
  coverageAnalysis: "perTest",
  concurrency: 2,
  timeoutMS: 2000,
  // Stryker would rewrite it by a library that TypeScript no longer has, and nothing in the sandbox reads it.
  tsconfigFile: "none.json",
  disableTypeChecks: false,
  ignorePatterns: [".wrangler", "bench", "coverage", "dist", "docs", "reports"],
  tempDirName: ".stryker-tmp",
  incremental: true,
  incrementalFile: "reports/mutation/incremental.json",
  reporters: ["clear-text", "progress-append-only", "html"],
  htmlReporter: { fileName: "reports/mutation/index.html" },
  clearTextReporter: { logTests: false, reportTests: false, skipFull: true },
  // Tables and patterns are mutants that concern every test; they are worth their time.
  warnings: { slow: false },
  thresholds: { high: 95, low: 90, break: 85 },
};
