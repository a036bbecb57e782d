import * as v from "valibot";
import { SNOWFLAKE } from "../conversation/ids.ts";

/** One of Discord's ids in what Discord sends, as the type of id that stands in that place. */
export function snowflake<Id extends string>() {
  return v.custom<Id>((value) => typeof value === "string" && SNOWFLAKE.test(value));
}
