import type { Bundle } from "../bundle.ts";
import { alone, compared, type Group } from "../figures.ts";
import type { Plan } from "../plan.ts";

/** Starts a Worker afresh. */
export type Start = () => Promise<{ readonly firstAnswerMs: number; stop(): Promise<void> }>;

/** The size of what is uploaded, and how long it takes from nothing to the first answer, the runtime's own start included. */
export async function measureStart(
  plan: Plan,
  ours: { readonly bundle: Bundle; readonly start: Start },
  floor: { readonly bundle: Bundle; readonly start: Start },
): Promise<Group> {
  const [times, floorTimes]: [number[], number[]] = [[], []];
  for (let run = 0; run < plan.runs; run++) {
    times.push(await timeToFirstAnswer(ours.start));
    floorTimes.push(await timeToFirstAnswer(floor.start));
  }
  const kilobytes = ({ bundle }: { bundle: Bundle }, what: "size" | "gzipped") => [bundle[what] / 1000];
  return {
    title: "Size and start",
    figures: [
      compared("bundle", "kB", kilobytes(ours, "size"), kilobytes(floor, "size")),
      alone("bundle, gzipped", "kB", kilobytes(ours, "gzipped"), { kind: "at most", limit: 150 }),
      compared("start to first answer", "ms", times, floorTimes),
    ],
  };
}

async function timeToFirstAnswer(start: Start): Promise<number> {
  const { firstAnswerMs, stop } = await start();
  await stop();
  return firstAnswerMs;
}
