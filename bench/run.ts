import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { MIGRATIONS } from "../scripts/lib/project.ts";
import { startBridge } from "./bridge.ts";
import { bundleWorker } from "./bundle.ts";
import type { Group } from "./figures.ts";
import { startAcknowledgeFloor, startRelayFloor } from "./floors.ts";
import { measureAcknowledgement } from "./measure/acknowledge.ts";
import { measureBreadth } from "./measure/breadth.ts";
import { measureDelivery } from "./measure/delivery.ts";
import { measureGateway } from "./measure/gateway.ts";
import { measureHistory } from "./measure/history.ts";
import { measureMachine } from "./measure/machine.ts";
import { measureRelay } from "./measure/relay.ts";
import { measureStart } from "./measure/start.ts";
import { measureStorage } from "./measure/storage.ts";
import { FULL, type Plan, QUICK } from "./plan.ts";
import { tableOf } from "./report.ts";

const USAGE = `npm run bench -- [--quick] [--json FILE]

Measures the built Worker on plain workerd between lean stand-ins for Discord and Twilio on 127.0.0.1, in turn with two
floors, the least that could do the same work (bench/floor/). Durable Objects are on disk, below the folder for temporary
files (TMPDIR). D1 exists only at Cloudflare and in Miniflare: a small one in the same workerd stands in for it
(bench/worker/database.ts); it is asked when sessions open and close, not for each message.

  --quick      less than a minute, to see that everything works
  --json FILE  where the figures go; by default a file in the folder for temporary files

Exits with 1 when a message was lost, doubled or out of order, with 0 otherwise, whatever goals were missed.`;

const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, json: { type: "string" }, help: { type: "boolean", short: "h" } },
});
// Only an exit by our own hand tells the processes that were started that it is over.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

if (options.help) console.log(USAGE);
else await report(options.quick ? QUICK : FULL, options.json);

async function report(plan: Plan, json = join(tmpdir(), "flexcord-bench.json")): Promise<void> {
  const startedAt = new Date();
  const groups = await measureAll(plan);
  const machine = { cpus: cpus().map(({ model }) => model), node: process.version, folder: tmpdir() };
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
  const file = resolve(json);
  await writeFile(file, `${JSON.stringify({ startedAt, seconds, machine, plan, groups }, null, 2)}\n`);
  console.log(`${tableOf(groups)}\n\n${seconds} s, median [least … most] of ${plan.runs} runs; figures in ${file}`);
  const delivery = groups.at(-1);
  if (delivery?.figures.some(({ goal }) => goal?.isMet === false)) process.exitCode = 1;
}

/** The last group is what became of all messages. */
async function measureAll(plan: Plan): Promise<Group[]> {
  const folder = await mkdtemp(join(tmpdir(), "flexcord-bench-"));
  // However this ends, by Ctrl-C as well: see the signals above.
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const stops: (() => Promise<void>)[] = [];
  async function running<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const started = await starting;
    stops.push(started.stop);
    return started;
  }
  const groups: Group[] = [];
  const tell = async (what: string, group: Promise<Group>) => {
    process.stderr.write(`${what} … `);
    groups.push(await group);
    process.stderr.write("done\n");
  };
  try {
    const bundles = await bundleAll(join(folder, "bundles"));
    const database = { bundle: bundles.database, migrations: await readMigrations() };
    const start = {
      bridge: (name: string, worker = bundles.worker) => startBridge({ folder: join(folder, name), worker, database }),
      acknowledgeFloor: (name: string) => startAcknowledgeFloor(join(folder, name), bundles.acknowledge),
      relayFloor: (name: string) => startRelayFloor(join(folder, name), bundles.relay),
    };
    await tell("machine", measureMachine(folder));
    await tell(
      "size and start",
      measureStart(
        plan,
        { bundle: bundles.worker, start: () => start.bridge("started") },
        { bundle: bundles.acknowledge, start: () => start.acknowledgeFloor("started") },
      ),
    );
    const bridge = await running(start.bridge("bridge"));
    const acknowledgeFloor = await running(start.acknowledgeFloor("acknowledge-floor"));
    const relayFloor = await running(start.relayFloor("relay-floor"));
    await tell("acknowledgement", measureAcknowledgement(plan, bridge, acknowledgeFloor));
    await tell("relay", measureRelay(plan, bridge, relayFloor));
    await tell("history", measureHistory(plan, bridge));
    await tell("breadth", measureBreadth(plan, bridge));
    await tell("Gateway", measureGateway(plan, bridge));
    const counted = await running(start.bridge("counting", bundles.counting));
    await tell("rows", measureStorage(plan, counted));
    return [...groups, measureDelivery([bridge, counted], relayFloor)];
  } finally {
    for (const stop of stops) await stop();
  }
}

async function bundleAll(folder: string) {
  await mkdir(folder);
  return {
    worker: await bundleWorker(folder, "src/worker.ts"),
    counting: await bundleWorker(folder, "bench/worker/counting.ts"),
    database: await bundleWorker(folder, "bench/worker/database.ts"),
    acknowledge: await bundleWorker(folder, "bench/floor/acknowledge.ts"),
    relay: await bundleWorker(folder, "bench/floor/relay.ts"),
  };
}

async function readMigrations(): Promise<string> {
  const files = (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql")).sort();
  return (await Promise.all(files.map((name) => readFile(join(MIGRATIONS, name), "utf8")))).join("\n");
}
