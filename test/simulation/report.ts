import type { FaultKind } from "./faults.ts";
import type { Outcome } from "./run.ts";

/** A run of the simulation in figures. */
export class Summary {
  seeds = 0;
  broken = 0;
  readonly #began = performance.now();
  readonly #sums = { steps: 0, events: 0, calls: 0, crashes: 0, notices: 0, duration: 0 };
  readonly #faults = new Map<FaultKind, number>();

  add(outcome: Outcome): void {
    this.seeds += 1;
    if (outcome.complaints.length > 0) this.broken += 1;
    this.#sums.steps += outcome.steps;
    this.#sums.events += outcome.events;
    this.#sums.calls += outcome.calls;
    this.#sums.crashes += outcome.crashes;
    this.#sums.notices += outcome.notices;
    this.#sums.duration += outcome.duration;
    for (const [kind, count] of outcome.faults) this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + count);
  }

  lines(): string[] {
    const { steps, events, calls, crashes, notices, duration } = this.#sums;
    const seconds = (performance.now() - this.#began) / 1000;
    const faults = [...this.#faults].sort(([a], [b]) => (a < b ? -1 : 1));
    const rows: [string, string][] = [
      ["histories", String(this.seeds)],
      ["with a broken promise", String(this.broken)],
      ["steps", String(steps)],
      ["events", String(events)],
      ["calls to Discord and Twilio", String(calls)],
      ["instances that died", String(crashes)],
      ["notices of a failure", String(notices)],
      ["virtual time", `${(duration / 3_600_000).toFixed(0)} h`],
      ["time", `${seconds.toFixed(1)} s, ${((seconds * 1000) / Math.max(1, this.seeds)).toFixed(0)} ms a history`],
      ["failures", String(faults.reduce((sum, [, count]) => sum + count, 0))],
    ];
    return ["", ...rows.map(row), ...faults.map(([kind, count]) => row([`  ${kind}`, String(count)]))];
  }
}

/** What was broken in a history, how to see it again, and the part of its trace that tells why. */
export function complaintLines({ seed, steps, complaints }: Outcome, without: readonly string[]): string[] {
  const [first] = complaints;
  if (!first) return [];
  const options = without.map((kind) => ` --without "${kind}"`).join("");
  return [
    "",
    ...complaints.map(({ promise, what }) => `BROKEN in seed ${seed}: ${promise}\n  ${what}`),
    "",
    ...first.trace.map((line) => `  ${line}`),
    "",
    `  again: npm run simulate -- --seed ${seed} --steps ${steps}${options} [--trace]`,
  ];
}

function row([name, value]: readonly [string, string]): string {
  return `${name.padEnd(40)} ${value}`;
}
