/**
 * `npm run dev -- [--port P] [--persist-to DIR] [--env-file FILE …] …`: prepares the local database and runs the Worker under
 * `wrangler dev`, which gets all arguments.
 */
import { parseArgs } from "node:util";
import { readConfig } from "../src/config.ts";
import { prepareLocalDatabase, startWranglerDev } from "./lib/dev-server.ts";
import { variablesForDev } from "./lib/wrangler-config.ts";

/** Says what is wrong with the configuration. The Worker starts all the same and answers 503 on /health. */
function reportConfiguration(envFiles: readonly string[]): void {
  const result = readConfig(variablesForDev(envFiles));
  if (result.ok) return;
  const source = envFiles.length > 0 ? envFiles.join(", ") : ".dev.vars";
  console.warn("The Worker is not configured yet:");
  for (const { message } of result.problems) console.warn(`  ${message}`);
  console.warn(`Put variables under [vars] in wrangler.toml and secrets as NAME=value lines into ${source}.`);
}

const args = process.argv.slice(2);
const { values } = parseArgs({
  args,
  strict: false,
  allowPositionals: true,
  options: { "persist-to": { type: "string" }, "env-file": { type: "string", multiple: true } },
});
const envFiles = (values["env-file"] ?? []).filter((file) => typeof file === "string");
const persistTo = typeof values["persist-to"] === "string" ? values["persist-to"] : undefined;

try {
  reportConfiguration(envFiles);
  await prepareLocalDatabase({ persistTo });
  const wrangler = startWranglerDev({ args, onLine: (line) => console.log(line), ownGroup: false });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void wrangler.stop());
  process.exitCode = (await wrangler.ended) ?? 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
