import { Desk } from "./desk.ts";
import { DISK_ERROR } from "./durable-object.ts";
import type { FaultKind } from "./faults.ts";
import { People } from "./people.ts";
import { complaintsAbout, whoWaits } from "./promises.ts";
import { Steps } from "./steps.ts";
import type { Complaint } from "./watch.ts";
import { World } from "./world.ts";

/** What became of one history. */
export type Outcome = {
  readonly seed: number;
  readonly steps: number;
  readonly complaints: readonly (Complaint & { readonly trace: readonly string[] })[];
  readonly events: number;
  readonly calls: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly crashes: number;
  readonly notices: number;
  /** Virtual time in milliseconds. */
  readonly duration: number;
  readonly trace: readonly string[];
};

const MINUTE = 60_000;
/** Longer than any pause that is left when all goes well: parked events and gaps wait up to ten minutes. */
const REST_MS = 25 * MINUTE;
/** What is ended when nothing goes wrong any more has ended after this. */
const ENDING_MS = 5 * MINUTE;
/** Sessions that a history may leave to be ended: the last words of one may open the next. */
const ENDINGS = 6;
const TRACE_LENGTH = 60;

/**
 * One history: so many steps of people, platforms and machines; then nothing goes wrong any more, all comes to rest, what is
 * open is ended, and all comes to rest again. The same seed and steps always give the same history.
 */
export async function run(seed: number, steps: number, without: readonly string[] = []): Promise<Outcome> {
  const world = new World(seed, without);
  const console = quietConsole((line) => {
    const about = world.accounts.find(({ id }) => line.includes(id));
    world.trace.add(about?.id ?? null, `  log ${line}`);
  });
  const onRejection = (error: unknown) => {
    // What a broken disk does to work in the background, the runtime logs and forgets.
    if (error instanceof Error && error.message === DISK_ERROR)
      world.trace.add(null, "work in the background broke: disk error");
    else world.watch.unexpected("no promise is left to reject on its own", error);
  };
  process.on("unhandledRejection", onRejection);
  try {
    await history(world, steps);
  } catch (error) {
    world.watch.unexpected("the history comes to its end", error);
  } finally {
    console.restore();
    process.off("unhandledRejection", onRejection);
  }
  const complaints = [...world.watch.complaints, ...complaintsAbout(world)];
  return {
    seed,
    steps,
    complaints: complaints.map((one) => ({ ...one, trace: world.trace.around(one.about, one.subject, TRACE_LENGTH) })),
    events: world.timeline.events,
    calls: world.network.calls,
    faults: world.faults.counts,
    crashes: world.bridge.objects.reduce((sum, { deaths }) => sum + deaths, 0),
    notices: world.said.filter(({ say }) => say?.kind === "not-delivered" || say?.kind === "maybe-not-delivered")
      .length,
    duration: world.timeline.time,
    trace: world.trace.all(),
  };
}

async function history(world: World, steps: number): Promise<void> {
  const { timeline, trace } = world;
  const choice = new Steps(world, new People(world));
  const desk = new Desk(world);
  world.bridge.startCron(() => world.watch.sweepBegins());
  await timeline.runUntil(5_000);
  for (let n = 0; n < steps; n++) {
    choice.next();
    desk.next();
    await timeline.runUntil(timeline.time + choice.pause());
  }
  world.faults.end();
  trace.add(null, "— nothing goes wrong any more");
  await timeline.runUntil(timeline.time + REST_MS);
  world.calmSince = timeline.now();
  world.watch.complaints.push(...whoWaits(world));
  for (let n = 0; n < ENDINGS && choice.endAll(); n++) {
    trace.add(null, "— what is open is ended");
    await timeline.runUntil(timeline.time + ENDING_MS);
  }
}

/** Takes what the program logs. */
export function quietConsole(take: (line: string) => void): { restore: () => void } {
  const levels = ["info", "warn", "error"] as const;
  const before = levels.map((level) => console[level]);
  for (const level of levels) console[level] = (line: unknown) => take(String(line));
  return {
    restore: () => {
      levels.forEach((level, n) => {
        const original = before[n];
        if (original) console[level] = original;
      });
    },
  };
}
