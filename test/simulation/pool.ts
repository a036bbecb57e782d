import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Outcome } from "./run.ts";

/** A history that a thread is asked for. */
export type Order = { readonly seed: number; readonly steps: number; readonly without: readonly string[] };

/**
 * Runs histories in as many threads as there are processors; `take` gets each outcome as it comes, and says whether to go on.
 * Outcomes come without their whole trace.
 */
export async function runAll(orders: readonly Order[], take: (outcome: Outcome) => boolean): Promise<void> {
  const waiting = [...orders];
  const threads = Math.max(1, Math.min(availableParallelism(), orders.length));
  await Promise.all(Array.from({ length: threads }, () => work(waiting, take)));
}

function work(waiting: Order[], take: (outcome: Outcome) => boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const worker = new Worker(new URL("./thread.ts", import.meta.url));
  const next = () => {
    const order = waiting.shift();
    if (order) worker.postMessage(order);
    else void worker.terminate().then(() => resolve(), reject);
  };
  worker.on("message", (outcome: Outcome) => {
    if (!take(outcome)) waiting.length = 0;
    next();
  });
  worker.on("error", reject);
  next();
  return promise;
}
