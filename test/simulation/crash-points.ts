import type { Death, ObjectLife } from "./durable-object.ts";
import { type End, endOf } from "./crash-end.ts";
import { type Flow } from "./crash-flows.ts";
import { Scene } from "./crash-scene.ts";
import { DISK_ERROR } from "./durable-object.ts";
import { quietConsole } from "./run.ts";
import type { Life } from "./timeline.ts";

/** Where an instance dies: at the end of its n-th turn in the flow, and what remains of that turn. */
export type CrashPoint = { readonly turn: number; readonly death: Death; readonly object: string };
/** Who dies, and how it comes back. */
export const WHO = ["the one", "both"] as const;
export type Crash = CrashPoint & { readonly who: (typeof WHO)[number] };

/** A flow as it was played. */
export type Played = {
  readonly end: End;
  readonly points: readonly CrashPoint[];
  readonly counts: Counts;
  /** Uses of a command or button that were stored, but not acknowledged, so that the member repeated them. */
  readonly repeated: readonly number[];
  readonly trace: readonly string[];
};
export type Counts = { turns: number; commits: number; calls: number };

const REST_MS = 12 * 60_000;
const CONNECTED_MS = 5_000;
/** What follows from the last step belongs to the flow as well. */
const LAST_MS = 3_000;
const MOMENT_MS = 300;

/** Plays a flow; with a crash, or with something that the member does twice. */
export async function play(flow: Flow, crash: Crash | null, twice: number | null = null): Promise<Played> {
  const scene = new Scene(twice);
  const { world, account } = scene;
  const { timeline, bridge, trace } = world;
  const console = quietConsole((line) => trace.add(account.id, `  log ${line}`));
  const points: CrashPoint[] = [];
  const counts: Counts = { turns: 0, commits: 0, calls: 0 };
  let calls = 0;

  const endTurn = (life: Life, leaving: number) => {
    if (!isObject(life) || life.isOver || life.name === "budget") return;
    const turn = ++counts.turns;
    const hasWritten = (life.name === "shard" ? bridge.shard : bridge.conversationOf(account.id)).storage.hasUncommitted;
    const isCall = world.network.calls > calls;
    calls = world.network.calls;
    if (hasWritten) counts.commits += 1;
    if (isCall) counts.calls += 1;
    const deaths: Death[] = ["writes kept"];
    if (leaving > 0) deaths.push("writes kept, nothing left");
    if (hasWritten) deaths.push("writes lost");
    for (const death of deaths) points.push({ turn, death, object: life.name });
    if (crash?.turn !== turn) return;
    life.doom(crash.death);
    if (crash.who === "both") killBoth(scene, life);
  };

  try {
    await scene.pause(CONNECTED_MS);
    timeline.onTurnEnd = endTurn;
    await flow(scene);
    await scene.pause(LAST_MS);
    timeline.onTurnEnd = () => undefined;
    await scene.pause(REST_MS);
  } catch (error) {
    world.watch.unexpected("the flow comes to its end", error);
  } finally {
    console.restore();
  }
  return { end: endOf(scene), points, counts, repeated: repeatedIn(scene), trace: trace.all() };
}

function killBoth({ world, account }: Scene, first: ObjectLife): void {
  const { bridge, timeline } = world;
  const conversation = bridge.conversationOf(account.id);
  if (first.name === "shard") conversation.kill("dies with the shard");
  else bridge.shard.kill("dies with the conversation");
  timeline.after(MOMENT_MS, () => {
    conversation.call(null, (one) => one.wake()).catch(() => undefined);
    bridge.shard.call(null, (one) => one.wake()).catch(() => undefined);
  });
}

function repeatedIn({ world, account, unacknowledged }: Scene): number[] {
  const { storage } = world.bridge.conversationOf(account.id);
  return unacknowledged
    .filter(({ key }) => storage.read("SELECT 1 AS there FROM journal WHERE key = ?", key).length > 0)
    .map(({ use }) => use);
}

function isObject(life: Life): life is ObjectLife {
  return "doom" in life;
}
export { DISK_ERROR };
