import { setTimeout as wait } from "node:timers/promises";
import { Lost } from "../far/arrivals.ts";

/** What a load was like: how many pieces of work were done in a second, and how long each took, in milliseconds. */
export type Load = { readonly perSecond: number; readonly durationsMs: readonly number[] };

/** A piece of work; resolves when it is done. */
export type Work = (n: number) => Promise<unknown>;

/** As fast as it goes: `inFlight` pieces of work at any time, `count` in all. */
export async function saturate({ count, inFlight }: { count: number; inFlight: number }, work: Work): Promise<Load> {
  const durationsMs: number[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) await timed(work, next++, durationsMs);
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, worker));
  return { perSecond: (count * 1000) / (performance.now() - startedAt), durationsMs };
}

/**
 * At a steady pace, whatever becomes of it: a piece of work begins when its time has come, not when the one before is done,
 * so that a slow answer cannot hide those that would have waited behind it.
 */
export async function pace({ count, perSecond }: { count: number; perSecond: number }, work: Work): Promise<Load> {
  const durationsMs: number[] = [];
  const running: Promise<void>[] = [];
  const startedAt = performance.now();
  while (running.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - startedAt) * perSecond) / 1000) + 1);
    while (running.length < due) running.push(timed(work, running.length, durationsMs));
    // The clock is what begins the next one.
    await wait(1);
  }
  await Promise.all(running);
  return { perSecond: (count * 1000) / (performance.now() - startedAt), durationsMs };
}

/** What is lost has no duration; it is counted where it should have arrived. */
async function timed(work: Work, n: number, durationsMs: number[]): Promise<void> {
  const startedAt = performance.now();
  try {
    await work(n);
    durationsMs.push(performance.now() - startedAt);
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
  }
}
