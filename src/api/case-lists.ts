import type { D1Database } from "@cloudflare/workers-types";
import { countByStatus, InvalidCursor, searchCases } from "../cases/search.ts";
import { statisticsOf } from "../cases/statistics.ts";
import type { ApiOptions } from "./api.ts";

/** The lists and figures that the API answers. */
export function caseLists(db: D1Database): Pick<ApiOptions, "list" | "count" | "statistics"> {
  return {
    list: async (filter, cursor, size) => {
      try {
        return await searchCases(db, filter, cursor, size);
      } catch (error) {
        if (error instanceof InvalidCursor) return null;
        throw error;
      }
    },
    count: (filter) => countByStatus(db, filter),
    statistics: (wish) => statisticsOf(db, wish),
  };
}
