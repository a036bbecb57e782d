import * as v from "valibot";
import type { StatisticsQuestion } from "../cases/statistics.ts";
import { isTimeZone } from "../settings/time-zone.ts";
import { ApiError } from "./api-error.ts";
import { StatusCountsShape } from "./case-shapes.ts";
import { definedOf } from "./defined.ts";
import { answer, type Endpoint, endpoint, type ReadonlyDeep } from "./endpoint.ts";
import { serverId, timeAsked } from "./shapes.ts";

const perDay = v.array(v.object({ day: v.string(), count: v.number() }));
const duration = v.nullable(v.number());
const durations = v.object({ count: v.number(), median: duration, p90: duration });

/** Figures over some time; durations in milliseconds, null where there was nothing. */
export const StatisticsShape = v.object({
  opened: perDay,
  closed: perDay,
  firstResponse: durations,
  resolution: durations,
  byDay: v.array(
    v.object({
      day: v.string(),
      firstResponseMedian: duration,
      resolutionMedian: duration,
      satisfactionAverage: duration,
    }),
  ),
  satisfaction: v.object({
    1: v.number(),
    2: v.number(),
    3: v.number(),
    4: v.number(),
    5: v.number(),
    average: v.nullable(v.number()),
  }),
  byTag: v.array(v.object({ tag: v.string(), count: v.number() })),
  byStatus: StatusCountsShape,
  assistant: v.object({ sessions: v.number(), solved: v.number() }),
});
/** What {@link StatisticsShape} says. */
export type StatisticsAnswer = ReadonlyDeep<v.InferOutput<typeof StatisticsShape>>;

const MAX_SPAN_MS = 366 * 24 * 60 * 60 * 1000;

/** The figures of the dashboard. */
export function statisticsEndpoint(options: {
  readonly statistics: (wish: StatisticsQuestion) => Promise<StatisticsAnswer>;
}): Endpoint {
  return endpoint(
    {
      tag: "Cases",
      access: ["cases:read"],
      method: "GET",
      path: "/statistics",
      summary: "Figures over at most a year",
      query: {
        from: timeAsked,
        to: timeAsked,
        server: v.optional(v.union([v.literal("none"), serverId], "must be a Discord server's id, or none")),
        timeZone: v.optional(
          v.pipe(v.string(), v.check(isTimeZone, "must be a time zone such as Europe/Berlin")),
          "UTC",
        ),
      },
      answers: { 200: StatisticsShape },
    },
    async ({ query: { from, to, server, timeZone } }) => {
      if (from >= to || to - from > MAX_SPAN_MS) {
        throw new ApiError(400, "The request is not understood", ["to must be after from, by at most a year"]);
      }
      const wish = definedOf({ from, to, timeZone, server: server === "none" ? null : server });
      return answer(200, await options.statistics(wish));
    },
  );
}
