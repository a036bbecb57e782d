import { parseArgs } from "node:util";
import { runAll } from "../test/simulation/pool.ts";
import { complaintLines, Summary } from "../test/simulation/report.ts";
import { run } from "../test/simulation/run.ts";

const HELP = `Runs whole histories of members, agents and failures against the production code, on a virtual clock.

  npm run simulate -- [--seeds N] [--seed S] [--steps M]

  --seeds N        how many histories (default 500; 1 with --seed alone)
  --seed S         the first seed (default 1); seeds count up from it
  --steps M        steps of each history (default 200)
  --without KIND   leaves a kind of failure out, to see what a broken promise does not need; may be repeated
  --trace          prints all that happens in the first history
  --keep-going     goes on after the first broken promise

The same seed, steps and code always give the same history. Ends with 1 when a promise was broken.`;

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    steps: { type: "string", default: "200" },
    without: { type: "string", multiple: true, default: [] },
    trace: { type: "boolean", default: false },
    "keep-going": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const first = wholeNumber("seed", values.seed ?? "1");
  const count = wholeNumber("seeds", values.seeds ?? (values.seed === undefined ? "500" : "1"));
  const steps = wholeNumber("steps", values.steps);
  const { without } = values;
  if (values.trace) {
    const { trace, complaints } = await run(first, steps, without);
    console.log(trace.join("\n"));
    for (const { promise, what } of complaints) console.log(`\nbroken: ${promise}\n  ${what}`);
    return complaints.length > 0 ? 1 : 0;
  }
  const summary = new Summary();
  const every = Math.max(1, Math.floor(count / 10));
  const orders = Array.from({ length: count }, (_, n) => ({ seed: first + n, steps, without }));
  await runAll(orders, (outcome) => {
    summary.add(outcome);
    if (outcome.complaints.length > 0) console.log(complaintLines(outcome, without).join("\n"));
    else if (summary.seeds % every === 0) console.log(`${summary.seeds} of ${count} histories kept their promises`);
    return outcome.complaints.length === 0 || values["keep-going"];
  });
  console.log(summary.lines().join("\n"));
  return summary.broken > 0 ? 1 : 0;
}

function wholeNumber(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} must be a whole number from 1`);
  return number;
}
