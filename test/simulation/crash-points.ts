import { differences, type End, endOf } from "./crash-end.ts";
import { FLOWS, type Flow } from "./crash-flows.ts";
import { type Loss, Scene } from "./crash-scene.ts";
import type { Death, ObjectLife } from "./durable-object.ts";
import { quietConsole } from "./run.ts";
import type { Life } from "./timeline.ts";

/**
 * Who dies, and how it comes back: one alone cannot be reached for a moment, so that webhooks get lost, and lives again when
 * its alarm or somebody asks for it; both are asked for right after that moment.
 */
const VICTIMS = ["one", "both"] as const;

/**
 * An instance dies at the end of a turn: its n-th one in the flow, counted over all instances. Whatever is stored, sent or
 * received happens in some turn, so that these are all places to die. What remains of the turn says where:
 * - `writes lost`: before the commit; what came in this turn, an answer say, has come in vain;
 * - `writes kept, nothing left`: after the commit, before the calls of the turn;
 * - `writes kept`: the calls of the turn take effect, and their answers find nobody.
 */
type Crash = {
  readonly turn: number;
  readonly death: Death;
  readonly object: string;
  readonly victims: (typeof VICTIMS)[number];
};

/** How much there is in a flow: turns of instances, those that write, and those that call Discord or Twilio. */
export type Size = { turns: number; commits: number; calls: number };

type Played = {
  readonly end: End;
  readonly crashes: readonly Crash[];
  readonly size: Size;
  readonly deaths: number;
  readonly losses: readonly Loss[];
  readonly trace: readonly string[];
};

/** What came of trying a share of a flow's crash points. */
export type Report = {
  readonly flow: string;
  readonly size: Size;
  /** All of the flow, each of which is tried once for each of {@link VICTIMS}. */
  readonly points: number;
  readonly runs: number;
  /** Ends that were not the undisturbed one, but that of a run without a crash in which something was lost. */
  readonly others: number;
  readonly failures: readonly Failure[];
};
export type Failure = { readonly point: string; readonly differences: readonly string[]; readonly trace: string[] };

const CONNECTED_MS = 5_000;
/** What follows from the last step belongs to the flow as well. */
const LAST_MS = 3_000;
/** Longer than anything takes that is found by looking: a webhook of which nothing else tells, an event that was parked. */
const REST_MS = 4 * 60_000;
const MOMENT_MS = 300;
const TRACE_LENGTH = 70;

/** Plays a flow once for each of its crash points; `part` of `parts` equal shares, counted from 0. */
export async function tryCrashPoints(name: string, part: number, parts: number): Promise<Report> {
  const flow = FLOWS[name];
  if (!flow) throw new Error(`there is no flow ${name}`);
  const { end, crashes, size } = await play(flow, {});
  const known = new Map<string, Promise<Played>>();
  const withLoss = (loss: Loss) => {
    const key = JSON.stringify(loss);
    const played = known.get(key) ?? play(flow, { loss });
    known.set(key, played);
    return played;
  };
  const mine = crashes.filter((_, n) => n % parts === part);
  const failures: Failure[] = [];
  let others = 0;
  for (const crash of mine) {
    const played = await play(flow, { crash });
    if (played.deaths === 0) throw new Error(`nobody died at ${labelOf(crash)}`);
    const differing = differences(end, played.end);
    // What was done twice must be seen twice.
    const isRepeated = played.losses.some(({ kind }) => kind === "acknowledgement");
    if (differing.length === 0 && !isRepeated) continue;
    let isGood = false;
    for (const loss of played.losses) {
      isGood ||= differences((await withLoss(loss)).end, played.end).length === 0;
    }
    if (isGood) others += 1;
    else failures.push({ point: labelOf(crash), differences: differing, trace: traceOf(played) });
  }
  return { flow: name, size, points: crashes.length / VICTIMS.length, runs: mine.length, others, failures };
}

/** Plays a flow to its end and until all is at rest. */
export async function play(flow: Flow, what: { readonly crash?: Crash; readonly loss?: Loss }): Promise<Played> {
  const scene = new Scene(what.loss ?? null);
  const { world, account } = scene;
  const { timeline, trace, watch, bridge } = world;
  const console = quietConsole((line) => trace.add(account.id, `  log ${line}`));
  const onRejection = (error: unknown) => watch.unexpected("no promise is left to reject on its own", error);
  process.on("unhandledRejection", onRejection);
  const turns = new Turns(scene, what.crash ?? null);
  try {
    await scene.pause(CONNECTED_MS);
    timeline.onTurnEnd = (life, leaving) => turns.end(life, leaving);
    await flow(scene);
    await scene.pause(LAST_MS);
    timeline.onTurnEnd = () => undefined;
    await scene.pause(REST_MS);
  } catch (error) {
    watch.unexpected("the flow comes to its end", error);
  } finally {
    console.restore();
    process.off("unhandledRejection", onRejection);
  }
  const { crashes, size } = turns;
  const deaths = bridge.objects.reduce((sum, one) => sum + one.deaths, 0);
  const end = await endOf(scene);
  return { end, crashes, size, deaths, losses: lossesOf(scene), trace: trace.all() };
}

/** Counts the turns of instances, says where one may die, and lets it die there. */
class Turns {
  readonly crashes: Crash[] = [];
  readonly size: Size = { turns: 0, commits: 0, calls: 0 };
  readonly #scene: Scene;
  readonly #crash: Crash | null;
  #calls = 0;

  constructor(scene: Scene, crash: Crash | null) {
    this.#scene = scene;
    this.#crash = crash;
  }

  end(life: Life, leaving: number): void {
    const { network, trace } = this.#scene.world;
    const hasCalled = network.calls > this.#calls;
    this.#calls = network.calls;
    if (!isObject(life) || life.isOver || life.name === "budget") return;
    const { size } = this;
    const hasWritten = this.#objectOf(life).storage.hasUncommitted;
    size.turns += 1;
    if (hasWritten) size.commits += 1;
    if (hasCalled) size.calls += 1;
    const deaths: Death[] = ["writes kept"];
    if (leaving > 0) deaths.push("writes kept, nothing left");
    if (hasWritten) deaths.push("writes lost");
    for (const death of deaths) {
      for (const victims of VICTIMS) this.crashes.push({ turn: size.turns, death, object: life.name, victims });
    }
    if (this.#crash?.turn !== size.turns) return;
    trace.add(this.#scene.account.id, `✝✝ ${labelOf(this.#crash)}`);
    this.#kill(life, this.#crash);
  }

  #kill(life: ObjectLife, { death, victims }: Crash): void {
    const { bridge, timeline } = this.#scene.world;
    const conversation = bridge.conversationOf(this.#scene.account.id);
    life.doom(death);
    life.endTurn();
    if (victims === "one") {
      this.#objectOf(life).cutOff(MOMENT_MS);
      return;
    }
    if (life.name === "shard") conversation.kill("dies with the shard");
    else bridge.shard.kill("dies with the conversation");
    timeline.after(MOMENT_MS, () => {
      conversation.call(null, (one) => one.wake()).catch(() => undefined);
      bridge.shard.call(null, (one) => one.wake()).catch(() => undefined);
    });
  }

  #objectOf({ name }: ObjectLife) {
    const { bridge } = this.#scene.world;
    return name === "shard" ? bridge.shard : bridge.conversationOf(this.#scene.account.id);
  }
}

/**
 * What a crash may take away for good, since its source does not repeat it. The end must then be the one that comes when that
 * alone is lost and nobody dies.
 * - Webhooks of Twilio that got no 2xx: messages are found by reading, edits are not, and so on.
 * - The acknowledgement of a command or button whose event was stored: the member sees that it failed and uses it again, so that
 *   it counts twice; how much of the first one is done by then depends on when the instance is back.
 * - A reading of what the Gateway had missed, if the conversation dies meanwhile: new messages wait for one that is under way, not
 *   for the next one, so that they come first.
 */
function lossesOf(scene: Scene): Loss[] {
  const keys = scene.refused.filter((key) => !key.startsWith("discord/") && !scene.isStored(key));
  const webhooks: Loss[] = keys.length > 0 ? [{ kind: "webhooks", keys }] : [];
  const repeated = scene.unacknowledged.filter(({ key }) => scene.isStored(key));
  const reading: Loss[] = scene.world.bridge.lateFills > 0 ? [{ kind: "reading" }] : [];
  return [
    ...webhooks,
    ...reading,
    ...repeated.flatMap(({ use }) =>
      [0, 3_000].map((repeatedAfter): Loss => ({ kind: "acknowledgement", use, repeatedAfter })),
    ),
  ];
}

function labelOf({ object, turn, death, victims }: Crash): string {
  return `${object}, turn ${turn}, ${death}, ${victims === "both" ? "both die" : "dies alone"}`;
}

function traceOf({ trace }: Played): string[] {
  const at = trace.findIndex((line) => line.includes("✝✝"));
  return trace.slice(Math.max(0, at - 15), at - 15 + TRACE_LENGTH);
}

function isObject(life: Life): life is ObjectLife {
  return "doom" in life;
}
