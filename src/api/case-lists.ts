import type { D1Database } from "@cloudflare/workers-types";
import type { ApiOptions } from "./api.ts";

/** The lists and figures that the API answers. */
export function caseLists(_db: D1Database): Pick<ApiOptions, "list" | "count" | "statistics"> {
  const missing = () => Promise.reject(new Error("not built yet"));
  return { list: missing, count: missing, statistics: missing };
}
