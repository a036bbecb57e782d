import { compared, type Figure, type Goal, quantile } from "../figures.ts";
import { type Load, pace, saturate, type Work } from "../load/patterns.ts";
import type { Plan } from "../plan.ts";
import type { Workerd } from "../workerd.ts";

/** One of the two that are compared. */
export type Side = {
  readonly workerd: Workerd;
  /** Makes ready so many pieces of work, so that making them is not part of what is measured. */
  readonly prepare: (count: number) => Work;
};

export type Comparison = {
  readonly name: string;
  readonly count: number;
  readonly inFlight: number;
  /** For the delays: a pace that neither side has trouble with. */
  readonly pacedPerSecond: number;
  readonly ours: Side;
  readonly floor: Side;
};

type Sample = { readonly full: Load; readonly paced: Load; readonly cpuMs: number };

const RATE: Goal = { kind: "at least", limit: 0.8 };
const DELAY: Goal = { kind: "at most", limit: 1.5 };

/** Ours, floor, ours, floor …: whatever else the machine does in between happens to both. */
export async function sideBySide(plan: Plan, comparison: Comparison): Promise<Figure[]> {
  const { name, ours, floor } = comparison;
  const warmUp = { ...comparison, count: Math.ceil(comparison.count / 4) };
  for (const side of [ours, floor]) await sample(warmUp, plan.paced / 4, side);
  const samples: { ours: Sample; floor: Sample }[] = [];
  for (let run = 0; run < plan.runs; run++) {
    samples.push({
      ours: await sample(comparison, plan.paced, ours),
      floor: await sample(comparison, plan.paced, floor),
    });
  }
  const figure = (what: string, unit: string, of: (sample: Sample) => number, goal: Goal | null = null) =>
    compared(
      `${name}: ${what}`,
      unit,
      samples.map((run) => of(run.ours)),
      samples.map((run) => of(run.floor)),
      goal,
    );
  const pacing = `at ${comparison.pacedPerSecond}/s`;
  return [
    figure("rate", "/s", ({ full }) => full.perSecond, RATE),
    figure(`p50 ${pacing}`, "ms", ({ paced }) => quantile(paced.durationsMs, 0.5)),
    figure(`p99 ${pacing}`, "ms", ({ paced }) => quantile(paced.durationsMs, 0.99), DELAY),
    figure("p99 at full rate", "ms", ({ full }) => quantile(full.durationsMs, 0.99)),
    figure("processor time each", "ms", ({ cpuMs }) => cpuMs / comparison.count),
  ];
}

async function sample(
  { count, inFlight, pacedPerSecond }: Comparison,
  paced: number,
  { workerd, prepare }: Side,
): Promise<Sample> {
  const work = prepare(count);
  const cpuBefore = workerd.cpuMs();
  const full = await saturate({ count, inFlight }, work);
  const cpuMs = (workerd.cpuMs() ?? Number.NaN) - (cpuBefore ?? Number.NaN);
  const pacedCount = Math.ceil(paced);
  const perSecond = pacedPerSecond;
  return { full, cpuMs, paced: await pace({ count: pacedCount, perSecond }, prepare(pacedCount)) };
}
