import { join } from "node:path";

/** The folder that holds `package.json`, whatever the working directory is. */
export const PROJECT = join(import.meta.dirname, "..", "..");
export const WRANGLER_CONFIG = join(PROJECT, "wrangler.toml");
export const MIGRATIONS = join(PROJECT, "migrations");
export const KNOWLEDGE = join(PROJECT, "knowledge");
/** Where `wrangler dev` keeps its data unless told otherwise. */
export const DEFAULT_STATE = join(PROJECT, ".wrangler", "state");
