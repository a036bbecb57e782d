import * as v from "valibot";
import { SNOWFLAKE } from "../conversation/ids.ts";

/** The first moment of Discord's ids: 2015-01-01, in milliseconds since 1970. */
const DISCORD_EPOCH = 1_420_070_400_000n;

/** The lowest id of its moment: what has a higher one is younger (docs: reference, "Snowflakes"). */
export function snowflakeAt<Id extends string>(time: number): Id {
  return String((BigInt(time) - DISCORD_EPOCH) << 22n) as Id;
}

/** One of Discord's ids in what Discord sends, as the type of id that stands in that place. */
export function snowflake<Id extends string>() {
  return v.custom<Id>((value) => typeof value === "string" && SNOWFLAKE.test(value));
}
