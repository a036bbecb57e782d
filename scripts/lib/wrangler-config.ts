import * as v from "valibot";
import { unstable_getVarsForDev, unstable_readConfig } from "wrangler";
import type { LanguageModel } from "../../src/assistant/language-model.ts";
import { WRANGLER_CONFIG } from "./project.ts";

/** The part of `wrangler.toml` that scripts read; wrangler's own types leave it open. */
const Config = v.object({
  vars: v.record(v.string(), v.string("must be text")),
  ai: v.optional(v.object({ binding: v.string() })),
  d1_databases: v.array(
    v.object({
      binding: v.string(),
      database_id: v.optional(v.string()),
      preview_database_id: v.optional(v.string()),
    }),
  ),
});
const Bindings = v.record(v.string(), v.object({ value: v.unknown() }));

function readWranglerConfig() {
  return v.parse(Config, unstable_readConfig({ config: WRANGLER_CONFIG }, { hideWarnings: true }));
}

/** The id that names the local D1 database; wrangler takes the preview database's where there is one. */
export function localDatabaseId(): string {
  const database = readWranglerConfig().d1_databases.find(({ binding }) => binding === "DB");
  const id = database?.preview_database_id ?? database?.database_id;
  if (id === undefined) throw new Error("wrangler.toml has no [[d1_databases]] with binding DB and a database_id");
  return id;
}

/** Stands in for Workers AI, of which only the runtime has the real one. */
const LANGUAGE_MODEL: LanguageModel = { run: () => Promise.reject(new Error("only the Worker can ask the model")) };

/**
 * What `wrangler dev` gives to the Worker to be configured with: `[vars]`, then the env files, else `.dev.vars`; and the binding of
 * Workers AI, where there is one. Relative names of
 * files are looked up from the project's folder, as wrangler does.
 */
export function variablesForDev(envFiles: readonly string[]): Record<string, unknown> {
  const files = envFiles.length > 0 ? [...envFiles] : undefined;
  const { vars, ai } = readWranglerConfig();
  const bindings = v.parse(Bindings, unstable_getVarsForDev(WRANGLER_CONFIG, files, vars, undefined, true));
  const variables = Object.entries(bindings).map(([name, { value }]) => [name, value] as const);
  return { ...Object.fromEntries(variables), ...(ai && { [ai.binding]: LANGUAGE_MODEL }) };
}
