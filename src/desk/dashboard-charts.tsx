import type { JSX } from "hono/jsx/jsx-runtime";
import { CASE_STATUSES, STARS } from "../cases/case.ts";
import type { CaseStatistics, Durations } from "../cases/statistics.ts";
import { CountChart, TimeChart } from "./charts.tsx";
import { lengthOfTime } from "./times.tsx";
import { STATUS_WORDS } from "./words.ts";

const MINUTE = 60_000;
const UNITS = [
  { name: "minutes", ms: MINUTE },
  { name: "hours", ms: 60 * MINUTE },
  { name: "days", ms: 24 * 60 * MINUTE },
] as const;

/** All numbers of the dashboard: the most telling ones as tiles, the rest as charts. */
export function Charts({ statistics }: { readonly statistics: CaseStatistics }): JSX.Element {
  const { opened, closed, firstResponse, resolution, byDay, satisfaction, byTag, byStatus, assistant } = statistics;
  const days = opened.map(({ day }) => day);
  const closedOn = new Map(closed.map(({ day, count }) => [day, count]));
  const dayOf = new Map(byDay.map((one) => [one.day, one]));
  const total = (counts: readonly { readonly count: number }[]) => counts.reduce((sum, { count }) => sum + count, 0);
  const rated = STARS.reduce((sum, stars) => sum + satisfaction[stars], 0);
  return (
    <>
      <dl class="tiles">
        <Tile name="Opened" value={total(opened).toLocaleString("en")} />
        <Tile name="Closed" value={total(closed).toLocaleString("en")} />
        <Tile name="First response" value={median(firstResponse)} more={slowest(firstResponse)} />
        <Tile name="Time to resolve" value={median(resolution)} more={slowest(resolution)} />
        <Tile
          name="Satisfaction"
          value={satisfaction.average === null ? "–" : `${satisfaction.average.toFixed(1)} ★`}
          more={`of ${rated.toLocaleString("en")} ratings`}
        />
        <Tile
          name="Solved by the assistant"
          value={assistant.sessions === 0 ? "–" : `${Math.round((100 * assistant.solved) / assistant.sessions)} %`}
          more={`of ${assistant.sessions.toLocaleString("en")} chats that asked it`}
        />
      </dl>
      <div class="charts">
        <TimeChart
          title="Volume"
          unit="cases"
          days={days}
          series={[
            { name: "Opened", values: opened.map(({ count }) => count) },
            { name: "Closed", values: days.map((day) => closedOn.get(day) ?? 0) },
          ]}
        />
        <LengthChart
          title="First response, median"
          days={days}
          values={days.map((day) => dayOf.get(day)?.firstResponseMedian ?? null)}
        />
        <LengthChart
          title="Time to resolve, median"
          days={days}
          values={days.map((day) => dayOf.get(day)?.resolutionMedian ?? null)}
        />
        <TimeChart
          title="Satisfaction, average"
          unit="stars"
          days={days}
          series={[{ name: "Average", values: days.map((day) => dayOf.get(day)?.satisfactionAverage ?? null) }]}
          max={5}
        />
        <CountChart
          title="Ratings"
          what="Stars"
          counts={STARS.toReversed().map((stars) => ({ name: "★".repeat(stars), count: satisfaction[stars] }))}
        />
        <CountChart
          title="By status"
          what="Status"
          counts={CASE_STATUSES.map((status) => ({ name: STATUS_WORDS[status], count: byStatus[status] }))}
        />
        <CountChart title="By tag" what="Tag" counts={byTag.map(({ tag, count }) => ({ name: tag, count }))} />
      </div>
    </>
  );
}

function Tile(props: { readonly name: string; readonly value: string; readonly more?: string }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>
        {props.value}
        {props.more && <small>{props.more}</small>}
      </dd>
    </div>
  );
}

/** Lengths of time over days, in the unit in which they are easy to read. */
function LengthChart(props: {
  readonly title: string;
  readonly days: readonly string[];
  readonly values: readonly (number | null)[];
}): JSX.Element {
  const longest = Math.max(0, ...props.values.map((value) => value ?? 0));
  const unit = UNITS.findLast(({ ms }) => longest >= 2 * ms) ?? UNITS[0];
  const values = props.values.map((value) => (value === null ? null : value / unit.ms));
  return (
    <TimeChart
      title={`${props.title} (${unit.name})`}
      unit={unit.name}
      days={props.days}
      series={[{ name: "Median", values }]}
    />
  );
}

function median({ median }: Durations): string {
  return median === null ? "–" : lengthOfTime(median);
}

function slowest({ p90 }: Durations): string {
  return p90 === null ? "nothing to measure" : `90 % within ${lengthOfTime(p90)}`;
}
