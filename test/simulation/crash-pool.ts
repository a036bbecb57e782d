import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Report } from "./crash-points.ts";

/** A share of a flow's crash points, for one thread at a time. */
export type Share = { readonly flow: string; readonly part: number; readonly parts: number };

/** Small enough that no thread is left alone with the last one. */
const PARTS = 4;

/** Tries all crash points of the flows, in as many threads as there are processors. One report for each flow. */
export async function tryAllCrashPoints(flows: readonly string[]): Promise<Report[]> {
  const shares = flows.flatMap((flow) => Array.from({ length: PARTS }, (_, part) => ({ flow, part, parts: PARTS })));
  const waiting = [...shares];
  const reports: Report[] = [];
  await Promise.all(Array.from({ length: availableParallelism() }, () => work(waiting, reports)));
  return flows.map((flow) => reports.filter((one) => one.flow === flow).reduce(joined));
}

function work(waiting: Share[], reports: Report[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const worker = new Worker(new URL("./crash-thread.ts", import.meta.url));
  const next = () => {
    const share = waiting.shift();
    if (share) worker.postMessage(share);
    else void worker.terminate().then(() => resolve(), reject);
  };
  worker.on("message", (report: Report) => {
    reports.push(report);
    next();
  });
  worker.on("error", reject);
  next();
  return promise;
}

function joined(one: Report, other: Report): Report {
  return {
    ...one,
    runs: one.runs + other.runs,
    others: one.others + other.others,
    failures: [...one.failures, ...other.failures],
  };
}
