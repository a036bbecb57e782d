import { parentPort } from "node:worker_threads";
import { tryCrashPoints } from "./crash-points.ts";
import type { Share } from "./crash-pool.ts";

parentPort?.on("message", ({ flow, part, parts }: Share) => {
  void tryCrashPoints(flow, part, parts).then((report) => parentPort?.postMessage(report));
});
