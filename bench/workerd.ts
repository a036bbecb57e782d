import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import type { Readable } from "node:stream";
import type { Bundle } from "./bundle.ts";

/** The runtime's binary; the package is what wrangler and Miniflare run, and has no types. */
const { default: WORKERD } = createRequire(import.meta.url)("workerd") as { default: string };

/** A Worker as plain workerd runs it: its Durable Objects keep SQLite files on disk. */
export type Service = {
  readonly bundle: Bundle;
  /** Classes of Durable Objects by the name of their binding. */
  readonly objects: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  /** A D1 database under the name `DB`, see `worker/database.ts`; `null` for none. */
  readonly database: { readonly bundle: Bundle; readonly migrations: string } | null;
};

export type Workerd = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** When the process was started, by `performance.now()`. */
  readonly startedAt: number;
  /** Processor time that the process has used, in milliseconds; null where the system does not tell. */
  cpuMs(): number | null;
  /** What it has printed last. */
  readonly output: readonly string[];
  stop(): Promise<void>;
};

const START_LIMIT_MS = 20_000;
const LINES_KEPT = 40;
/** What the kernel counts processor time in, by POSIX `sysconf(_SC_CLK_TCK)` on Linux. */
const MS_PER_TICK = 10;

/** Starts workerd on a fresh folder; `folder` is emptied first. */
export async function startWorkerd(folder: string, service: Service): Promise<Workerd> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "objects"), { recursive: true });
  const config = join(folder, "config.capnp");
  await writeFile(config, configOf(folder, service));

  const startedAt = performance.now();
  const child = spawn(WORKERD, ["serve", config, "--control-fd=3"], { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  void ended.then(() => process.off("exit", kill));
  const output = keepOutput(child);
  const limit = setTimeout(kill, START_LIMIT_MS);
  const port = await Promise.race([portOf(child), ended]);
  clearTimeout(limit);
  if (port === undefined) throw new Error(`workerd did not start:\n${output.join("\n")}`);
  return {
    url: `http://127.0.0.1:${port}`,
    startedAt,
    cpuMs: () => cpuMsOf(child.pid),
    output,
    stop: async () => {
      kill();
      await ended;
    },
  };
}

/** Whatever the network service may not reach cannot be called by mistake: of all addresses only private ones. */
function configOf(folder: string, { bundle, objects, variables, database }: Service): string {
  const bindings = [
    ...Object.entries(objects).map(([name, type]) => `(name = ${text(name)}, durableObjectNamespace = ${text(type)})`),
    ...Object.entries(variables).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`),
    ...(database ? [D1_BINDING] : []),
  ];
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),${database ? '\n    (name = "database", worker = .database),' : ""}
    (name = "disk", disk = (path = ${text(join(folder, "objects"))}, writable = true)),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const main :Workerd.Worker = ${workerOf(folder, bundle, Object.values(objects), bindings)};
${
  database
    ? `const database :Workerd.Worker = ${workerOf(
        folder,
        database.bundle,
        ["Database"],
        [
          '(name = "DATABASE", durableObjectNamespace = "Database")',
          `(name = "MIGRATIONS", text = ${text(database.migrations)})`,
        ],
      )};\n`
    : ""
}`;
}

function workerOf(
  folder: string,
  { file, compatibilityDate }: Bundle,
  classes: readonly string[],
  bindings: readonly string[],
): string {
  const namespaces = classes.map((type) => `(className = ${text(type)}, uniqueKey = ${text(type)}, enableSql = true)`);
  return `(
  modules = [(name = "worker.js", esModule = embed ${text(relative(folder, file))})],
  compatibilityDate = ${text(compatibilityDate)},
  durableObjectNamespaces = [${namespaces.join(", ")}],
  durableObjectStorage = (localDisk = "disk"),
  bindings = [${bindings.join(", ")}],
  globalOutbound = "internet",
)`;
}

/** How D1 is bound in workerd itself: its client over a service that answers its queries. */
const D1_BINDING = `(name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api",
    innerBindings = [(name = "fetcher", service = "database")]))`;

/** Cap'n Proto writes text as C does. */
function text(value: string): string {
  return JSON.stringify(value);
}

function keepOutput({ stdout, stderr }: ChildProcess): string[] {
  const lines: string[] = [];
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      lines.push(...chunk.split("\n").filter((line) => line !== ""));
      lines.splice(0, lines.length - LINES_KEPT);
    });
  }
  return lines;
}

/** workerd tells on the control channel, one JSON object a line, which port each socket has got. */
function portOf(child: ChildProcess): Promise<number> {
  const control = child.stdio[3] as Readable;
  return new Promise((resolve) => {
    control.setEncoding("utf8").on("data", (chunk: string) => {
      const port = /"port":\s*(\d+)/.exec(chunk)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
}

/** User and system time, the 14th and 15th field; the 2nd, the command's name, may itself hold spaces. */
function cpuMsOf(pid: number | undefined): number | null {
  if (process.platform !== "linux" || pid === undefined) return null;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
