import { parentPort } from "node:worker_threads";
import type { Order } from "./pool.ts";
import { run } from "./run.ts";

parentPort?.on("message", ({ seed, steps, without }: Order) => {
  void run(seed, steps, without).then((outcome) => parentPort?.postMessage({ ...outcome, trace: [] }));
});
