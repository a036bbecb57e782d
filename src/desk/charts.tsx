import { scaleBand, scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import type { JSX } from "hono/jsx/jsx-runtime";

/** Numbers over the same days; null where there was nothing to count. At most two series stand in one chart. */
export type Series = { readonly name: string; readonly values: readonly (number | null)[] };

const WIDTH = 640;
const HEIGHT = 200;
const LEFT = 44;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 22;
/** More days than that are drawn as curves: bars would be too thin to be told apart. */
const MAX_BARS = 31;

type TimeChartProps = {
  readonly title: string;
  /** What the numbers count, for the table's head and for those who cannot see the chart. */
  readonly unit: string;
  readonly days: readonly string[];
  readonly series: readonly Series[];
  /** Ends the axis where the numbers cannot go further. */
  readonly max?: number;
};

/** Numbers over days, as bars or curves, and as a table. Colours are classes: the policy lets no style in. */
export function TimeChart({ title, unit, days, series, max }: TimeChartProps): JSX.Element {
  const top = max ?? Math.max(1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const y = scaleLinear([0, top], [HEIGHT - BOTTOM, TOP]).nice(4);
  const x = scaleBand([...days.keys()], [LEFT, WIDTH - RIGHT]).paddingInner(0.25);
  const every = Math.max(1, Math.ceil(days.length / 6));
  const isEmpty = series.every(({ values }) => values.every((value) => value === null));
  return (
    <figure class="panel">
      <figcaption>{title}</figcaption>
      {series.length > 1 && (
        <p class="legend" aria-hidden="true">
          {series.map(({ name }, n) => (
            <span class={`series-${n}`}>{name}</span>
          ))}
        </p>
      )}
      {isEmpty ? (
        <p class="empty">Nothing in this time.</p>
      ) : (
        <svg
          class="chart"
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="img"
          aria-label={`${title}, ${unit}; see the table`}
        >
          {y.ticks(4).map((tick) => (
            <>
              <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
              <text class="axis" x={LEFT - 6} y={y(tick) + 4} text-anchor="end">
                {shortNumber(tick)}
              </text>
            </>
          ))}
          {days.map(
            (day, n) =>
              n % every === 0 && (
                <text class="axis" x={x(n) ?? 0} y={HEIGHT - 6}>
                  {shortDay(day)}
                </text>
              ),
          )}
          {days.length <= MAX_BARS && max === undefined
            ? series.map((one, n) => <Bars values={one.values} x={x} y={y} n={n} of={series.length} />)
            : series.map((one, n) => <Curve values={one.values} x={x} y={y} n={n} />)}
        </svg>
      )}
      <details>
        <summary>As a table</summary>
        {/* Focusable, so that it can be scrolled without a mouse. */}
        <section tabindex={0} aria-label={`${title}: table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Day</th>
                {series.map(({ name }) => (
                  <th scope="col" class="numeric">{`${name}, ${unit}`}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map((day, n) => (
                <tr>
                  <th scope="row">{day}</th>
                  {series.map(({ values }) => (
                    <td class="numeric">{numberText(values[n] ?? null)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}

type Scales = {
  readonly values: readonly (number | null)[];
  readonly x: ReturnType<typeof scaleBand<number>>;
  readonly y: ReturnType<typeof scaleLinear<number, number>>;
  /** Which series it is. */
  readonly n: number;
};

function Bars({ values, x, y, n, of }: Scales & { readonly of: number }): JSX.Element {
  const width = x.bandwidth() / of;
  return (
    <g class={`series-${n}`}>
      {values.map((value, day) =>
        value === null || value === 0 ? null : (
          <rect
            class="bar"
            x={rounded((x(day) ?? 0) + n * width)}
            y={rounded(y(value))}
            width={rounded(width * 0.9)}
            height={rounded(y(0) - y(value))}
            rx={1}
          />
        ),
      )}
    </g>
  );
}

/** A curve through the days that have a number, with dots where there is room for them. */
function Curve({ values, x, y, n }: Scales): JSX.Element {
  const points = values.flatMap((value, day) =>
    value === null ? [] : [[(x(day) ?? 0) + x.bandwidth() / 2, y(value)] as [number, number]],
  );
  const below = area<[number, number]>(
    ([at]) => at,
    y(0),
    ([, value]) => value,
  ).digits(1);
  return (
    <g class={`series-${n}`}>
      <path class="area" d={below(points) ?? ""} />
      <path class="curve" d={line().digits(1)(points) ?? ""} />
      {points.length <= MAX_BARS &&
        points.map(([at, value]) => <circle class="dot" cx={rounded(at)} cy={rounded(value)} r={2.5} />)}
    </g>
  );
}

const BAR = 22;
const NAMES = 150;

/** How often each of some things, as bars that lie, and as a table. */
export function CountChart(props: {
  readonly title: string;
  /** Heads the column of the names. */
  readonly what: string;
  readonly counts: readonly { readonly name: string; readonly count: number }[];
}): JSX.Element {
  const { title, what, counts } = props;
  const x = scaleLinear([0, Math.max(1, ...counts.map(({ count }) => count))], [NAMES, WIDTH - 60]);
  return (
    <figure class="panel">
      <figcaption>{title}</figcaption>
      {counts.every(({ count }) => count === 0) ? (
        <p class="empty">Nothing in this time.</p>
      ) : (
        <svg
          class="chart"
          viewBox={`0 0 ${WIDTH} ${counts.length * BAR}`}
          role="img"
          aria-label={`${title}; see the table`}
        >
          <g class="series-0">
            {counts.map(({ name, count }, n) => (
              <>
                <text class="axis" x={NAMES - 8} y={n * BAR + 15} text-anchor="end">
                  {name.length > 22 ? `${name.slice(0, 21)}…` : name}
                </text>
                <rect class="bar" x={NAMES} y={n * BAR + 3} width={rounded(x(count) - NAMES)} height={BAR - 6} rx={2} />
                <text class="axis" x={rounded(x(count) + 6)} y={n * BAR + 15}>
                  {count}
                </text>
              </>
            ))}
          </g>
        </svg>
      )}
      <details>
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{what}</th>
              <th scope="col" class="numeric">
                Cases
              </th>
            </tr>
          </thead>
          <tbody>
            {counts.map(({ name, count }) => (
              <tr>
                <th scope="row">{name}</th>
                <td class="numeric">{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function shortNumber(value: number): string {
  return value.toLocaleString("en", { notation: "compact" });
}

function numberText(value: number | null): string {
  return value === null ? "–" : value.toLocaleString("en", { maximumFractionDigits: 2 });
}

function shortDay(day: string): string {
  return new Date(day).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}
