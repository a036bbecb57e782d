import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import * as v from "valibot";
import { unstable_readConfig } from "wrangler";
import { PROJECT, WRANGLER_CONFIG } from "../scripts/lib/project.ts";
import { runWrangler } from "../scripts/lib/wrangler.ts";

/** A Worker as `wrangler deploy` would upload it. */
export type Bundle = {
  readonly file: string;
  readonly compatibilityDate: string;
  /** Bytes. */
  readonly size: number;
  readonly gzipped: number;
};

/** What is read of `wrangler.toml`; wrangler's own types leave it open. */
const Config = v.object({
  compatibility_date: v.string(),
  minify: v.optional(v.boolean(), false),
  keep_names: v.optional(v.boolean(), true),
  alias: v.optional(v.record(v.string(), v.string()), {}),
  durable_objects: v.object({ bindings: v.array(v.object({ name: v.string(), class_name: v.string() })) }),
});

function readWranglerConfig(): v.InferOutput<typeof Config> {
  return v.parse(Config, unstable_readConfig({ config: WRANGLER_CONFIG }, { hideWarnings: true }));
}

/** The Worker's classes of Durable Objects by the name of their binding. */
export function durableObjects(): Record<string, string> {
  const { bindings } = readWranglerConfig().durable_objects;
  return Object.fromEntries(bindings.map(({ name, class_name: type }) => [name, type]));
}

/** Bundles a Worker of this project; `entry` is its file, relative to the project. All have the date of the real one. */
export async function bundleWorker(folder: string, entry: string): Promise<Bundle> {
  const name = basename(entry, ".ts");
  const { durable_objects: _, alias, ...options } = readWranglerConfig();
  const date = options.compatibility_date;
  const absolute = Object.fromEntries(Object.entries(alias).map(([from, to]) => [from, join(PROJECT, to)]));
  const config = join(folder, `${name}.json`);
  await writeFile(config, JSON.stringify({ name, main: join(PROJECT, entry), ...options, alias: absolute }));
  const outdir = join(folder, name);
  await runWrangler(["deploy", "--dry-run", "--config", config, "--outdir", outdir]);
  const file = join(outdir, `${name}.js`);
  const code = await readFile(file);
  return { file, compatibilityDate: date, size: code.length, gzipped: (await promisify(gzip)(code)).length };
}
