import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { articlesOfFolder, importArticles, localKnowledgeBase, reindexArticles } from "./knowledge-base.ts";
import { openLocalDatabase } from "./local-database.ts";
import { KNOWLEDGE, PROJECT, WRANGLER_CONFIG } from "./project.ts";
import { WRANGLER, wranglerEnvironment } from "./wrangler.ts";

/**
 * Applies the D1 migrations locally, imports `knowledge/` where no article is there yet, and puts into the index what an
 * older version stored. Safe to repeat.
 */
export async function prepareLocalDatabase({ persistTo }: { readonly persistTo?: string | undefined }): Promise<void> {
  const { db, close } = await openLocalDatabase(persistTo);
  try {
    const base = localKnowledgeBase(db);
    const now = Date.now();
    const count = await db
      .prepare("SELECT count(*) AS stored, count(*) FILTER (WHERE updated_at = 0) AS old FROM articles")
      .first<{ stored: number; old: number }>();
    if (count?.stored === 0) await importArticles(base, await articlesOfFolder(KNOWLEDGE), { now });
    if (count !== null && count.old > 0) await reindexArticles(base, { now });
  } finally {
    await close();
  }
}

/** A running `wrangler dev`. */
export type WranglerDev = {
  readonly pid: number;
  /** What it has printed so far, a line each; grows. */
  readonly output: string[];
  /** Resolves with the Worker's URL, without a slash at the end, as soon as it listens. */
  readonly ready: Promise<string>;
  /** Resolves with the exit code when it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Ends it in good order, and for certain. */
  stop(): Promise<void>;
  /** SIGKILL to the whole process tree, at once: a crash. */
  kill(): void;
};

/** A graceful end takes well under a second; what is still there after this is killed. */
const STOP_LIMIT_MS = 5_000;
/** Starting takes two seconds; a Worker that does not build never listens. */
const START_LIMIT_MS = 60_000;

export type WranglerDevOptions = {
  /** Arguments behind `wrangler dev`; `--ip 127.0.0.1` and `--inspector-port 0` are added where they are missing. */
  readonly args: readonly string[];
  /** Called for each line as it is printed. */
  readonly onLine?: (line: string) => void;
  /**
   * In a process group of its own the whole tree can be killed at once, but what is sent to our own group does not reach it:
   * Ctrl-C in the terminal, or a kill of the group.
   */
  readonly ownGroup: boolean;
};

/** Starts `wrangler dev`. It ends with this process, whichever way this process ends by itself. */
export function startWranglerDev({ args, onLine, ownGroup }: WranglerDevOptions): WranglerDev {
  const child = spawnWranglerDev(args, ownGroup);
  const output: string[] = [];
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));

  const kill = () => signalTree(child, "SIGKILL", ownGroup);
  // Without a group of its own a SIGKILL would reach the first process only and leave the others behind.
  const endWithUs = () => signalTree(child, ownGroup ? "SIGKILL" : "SIGTERM", ownGroup);
  process.once("exit", endWithUs);
  void ended.then(() => process.off("exit", endWithUs));

  const ready = new Promise<string>((resolve, reject) => {
    const read = (line: string) => {
      output.push(line);
      onLine?.(line);
      const url = /Ready on (https?:\/\/[^\s/]+)/.exec(line)?.[1];
      if (url) resolve(url);
    };
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on("line", read);
    child.once("error", reject);
    void ended.then((code) => reject(new Error(`wrangler dev ended (${code}):\n${output.join("\n")}`)));
  });
  // Whoever only waits for the end need not look at this.
  ready.catch(() => undefined);

  const stop = async () => {
    const timer = setTimeout(kill, STOP_LIMIT_MS);
    signalTree(child, "SIGTERM", ownGroup);
    await ended;
    clearTimeout(timer);
  };
  return { pid: child.pid ?? 0, output, ready, ended, stop, kill };
}

function spawnWranglerDev(args: readonly string[], ownGroup: boolean): ChildProcess {
  const has = (name: string) => args.some((arg) => arg === name || arg.startsWith(`${name}=`));
  return spawn(
    process.execPath,
    [
      WRANGLER,
      "dev",
      ...(has("--config") ? [] : ["--config", WRANGLER_CONFIG]),
      ...(has("--ip") ? [] : ["--ip", "127.0.0.1"]),
      ...(has("--inspector-port") ? [] : ["--inspector-port", "0"]),
      ...(has("--show-interactive-dev-session") ? [] : ["--show-interactive-dev-session=false"]),
      ...args,
    ],
    { cwd: PROJECT, env: wranglerEnvironment(), stdio: ["ignore", "pipe", "pipe"], detached: ownGroup },
  );
}

function signalTree(child: ChildProcess, signal: NodeJS.Signals, ownGroup: boolean): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    // A negative id means the whole group.
    if (ownGroup) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** A Worker that listens. */
export type RunningWorker = Pick<WranglerDev, "pid" | "output" | "ended" | "stop" | "kill"> & {
  /** Without a slash at the end. */
  readonly url: string;
};

/**
 * Starts the Worker on its own local data with the given variables, and nothing of `.dev.vars`; resolves when it listens.
 * `port` 0 takes any free one. The variables, secrets among them, travel in a file that only this user can read and that
 * is deleted when the Worker has ended: wrangler reads it again whenever it reloads.
 */
export async function startWorker(options: {
  readonly port: number;
  readonly persistTo: string;
  readonly vars: Readonly<Record<string, string>>;
}): Promise<RunningWorker> {
  const variables = formatEnvFile(options.vars);
  const folder = await mkdtemp(join(tmpdir(), "flexcord-vars-"));
  const file = join(folder, "vars.env");
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeFolder);
  await writeFile(file, variables, { mode: 0o600 });

  const args = ["--port", String(options.port), "--persist-to", options.persistTo, "--env-file", file];
  const { ready, ...wrangler } = startWranglerDev({ args, ownGroup: true });
  void wrangler.ended.then(() => {
    removeFolder();
    process.off("exit", removeFolder);
  });
  const limit = setTimeout(wrangler.kill, START_LIMIT_MS);
  try {
    return { ...wrangler, url: await ready };
  } finally {
    clearTimeout(limit);
  }
}

/** A file that wrangler's reader of env files takes literally: a quote around the value, and `$` escaped. */
export function formatEnvFile(vars: Readonly<Record<string, string>>): string {
  return Object.entries(vars)
    .map(([name, value]) => {
      const quote = ["'", "`"].find((candidate) => !value.includes(candidate));
      if (quote === undefined) throw new Error(`${name} must not have both ' and \``);
      return `${name}=${quote}${value.replaceAll("$", "\\$")}${quote}\n`;
    })
    .join("");
}
