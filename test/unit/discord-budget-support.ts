import { type Budget, NEAR_MS } from "../../src/discord/budget.ts";
import { NO_SHARE, nextStep, takeAnswer } from "../../src/discord/budget-lease.ts";

/** The most calls that any second saw, wherever it begins. `times` in milliseconds. */
export function mostInASecond(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  sorted.forEach((time, last) => {
    while ((sorted[first] ?? time) <= time - 1000) first++;
    most = Math.max(most, last - first + 1);
  });
  return most;
}

/** One caller with its calls: it comes at `at`, makes `calls` calls, `everyMs` apart, and comes late when sent away. */
export type Caller = {
  readonly at: number;
  readonly calls: number;
  readonly everyMs: number;
  readonly lateMs: () => number;
};

export type Served = { readonly caller: number; readonly time: number };

/** Callers at one budget, each following the rules of its share, until all calls are made. Answers take no time. */
export function serve(budget: Budget, callers: readonly Caller[]): { served: Served[]; asked: number } {
  const served: Served[] = [];
  let asked = 0;
  const shares = callers.map(() => NO_SHARE);
  const left = callers.map(({ calls }) => calls);
  const agenda = callers.map(({ at }, caller) => ({ at, caller }));
  for (let events = 0; agenda.length > 0; events++) {
    if (events > 1_000_000) throw new Error("the callers are never done");
    agenda.sort((a, b) => b.at - a.at);
    const { at, caller } = agenda.pop() ?? { at: 0, caller: 0 };
    const { everyMs, lateMs } = callers[caller] ?? { everyMs: 0, lateMs: () => 0 };
    const step = nextStep(shares[caller] ?? NO_SHARE, at);
    switch (step.kind) {
      case "go":
        shares[caller] = step.share;
        served.push({ caller, time: at });
        left[caller] = (left[caller] ?? 0) - 1;
        if ((left[caller] ?? 0) > 0) agenda.push({ at: at + everyMs, caller });
        break;
      case "ask":
        asked++;
        shares[caller] = takeAnswer(budget.lease(step.request, at), at, at);
        agenda.push({ at, caller });
        break;
      case "wait":
        agenda.push({ at: at + step.ms + (step.ms > NEAR_MS ? lateMs() : 0), caller });
    }
  }
  return { served, asked };
}
