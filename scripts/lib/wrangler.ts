import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { PROJECT } from "./project.ts";

/** The command's file, to be run by Node. */
export const WRANGLER = fileURLToPath(new URL("../bin/wrangler.js", import.meta.resolve("wrangler")));

/** wrangler neither asks, nor calls home, nor looks for updates. */
export function wranglerEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CI: "1",
    WRANGLER_SEND_METRICS: "false",
    // The banner is what looks for a newer version.
    WRANGLER_HIDE_BANNER: "true",
    // Otherwise the local runtime fetches a sample of `request.cf`.
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
  };
}

/** Runs wrangler to its end and returns what it printed; throws that when it fails. */
export async function runWrangler(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: PROJECT,
    env: wranglerEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("close", resolve);
    child.once("error", reject);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (code !== 0) throw new Error(`wrangler ${args.slice(0, 2).join(" ")} failed:\n${stdout}${stderr}`.trimEnd());
  return stdout;
}
