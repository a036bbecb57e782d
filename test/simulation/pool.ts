import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Outcome } from "./run.ts";

/** A history that a thread is asked for. */
export type Order = { readonly seed: number; readonly steps: number; readonly without: readonly string[] };

/** A history takes a second. What takes so long goes round in circles without ever letting go. */
const PATIENCE_MS = 60_000;
const LIMITS = { maxOldGenerationSizeMb: 1500 };

/**
 * Runs histories in as many threads as there are processors; `take` gets each outcome as it comes, and says whether to go on.
 * Outcomes come without their whole trace.
 */
export async function runAll(orders: readonly Order[], take: (outcome: Outcome) => boolean): Promise<void> {
  const waiting = [...orders];
  const threads = Math.max(1, Math.min(availableParallelism(), orders.length));
  await Promise.all(Array.from({ length: threads }, () => work(waiting, take)));
}

/** Takes one history after the other; a thread that breaks or hangs is replaced, and its history counts as broken. */
async function work(waiting: Order[], take: (outcome: Outcome) => boolean): Promise<void> {
  let worker = newWorker();
  for (let order = waiting.shift(); order !== undefined; order = waiting.shift()) {
    const outcome = await answerOf(worker, order);
    if ("failure" in outcome) {
      await worker.terminate();
      worker = newWorker();
    }
    const isEnough = !take("failure" in outcome ? unfinished(order, outcome.failure) : outcome);
    if (isEnough) waiting.length = 0;
  }
  await worker.terminate();
}

function newWorker(): Worker {
  return new Worker(new URL("./thread.ts", import.meta.url), { resourceLimits: LIMITS });
}

type Answer = Outcome | { readonly failure: string };

function answerOf(worker: Worker, order: Order): Promise<Answer> {
  return new Promise((resolve) => {
    const end = (answer: Answer) => {
      clearTimeout(patience);
      worker.off("message", end);
      worker.off("error", fail);
      resolve(answer);
    };
    const fail = (error: Error) => end({ failure: error.message });
    const patience = setTimeout(() => end({ failure: `it goes on for more than ${PATIENCE_MS} ms` }), PATIENCE_MS);
    worker.on("message", end);
    worker.on("error", fail);
    worker.postMessage(order);
  });
}

function unfinished({ seed, steps }: Order, what: string): Outcome {
  const complaint = { promise: "the history comes to its end", about: null, subject: null, what, trace: [] };
  const nothing = { events: 0, calls: 0, crashes: 0, notices: 0, duration: 0, faults: new Map(), trace: [] };
  return { seed, steps, complaints: [complaint], ...nothing };
}
