import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "../src/config.ts";
import { commands } from "../src/discord/commands/index.ts";
import { type DiscordRest, discordRest } from "../src/discord/rest.ts";
import { type Fetch, fetchWithin } from "../src/outside/call.ts";

const USAGE = `Usage: npm run register-commands -- [--env-file FILE] [--dry-run]

Puts the slash commands into Discord, in place of all that are registered. Variables are taken from the environment,
else from FILE (else .dev.vars), else from [vars] in wrangler.toml:
DISCORD_APPLICATION_ID, DISCORD_BOT_TOKEN, PUBLIC_URL, and DISCORD_API_URL if it is not Discord's own.

  --env-file FILE   read this file instead of .dev.vars
  --dry-run         print what would be sent, and send nothing
  --help            print this`;

const NEEDED = ["DISCORD_APPLICATION_ID", "DISCORD_BOT_TOKEN", "PUBLIC_URL", "DISCORD_API_URL"];

/** What the command touches. */
export type Surroundings = {
  readonly fetch: Fetch;
  /** The variables of the project; of the file where one is named. */
  readonly variables: (envFile: string | undefined) => Promise<Readonly<Record<string, unknown>>>;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
};

/** Registers the slash commands as `args` ask. Returns the exit code: 1 when it failed, 2 when it was not understood. */
export async function registerCommands(args: readonly string[], io: Surroundings): Promise<0 | 1 | 2> {
  const asked = readArguments(args);
  if (typeof asked === "string") {
    io.complain(`${asked}\n\n${USAGE}`);
    return 2;
  }
  if (asked.help) {
    io.print(USAGE);
    return 0;
  }
  const definitions = commands.map(({ definition }) => definition);
  if (asked["dry-run"]) {
    io.print(JSON.stringify(definitions, null, 2));
    return 0;
  }
  const file = asked["env-file"];
  if (file !== undefined && !existsSync(file)) {
    io.complain(`There is no file ${file}.`);
    return 1;
  }
  const rest = connect(await io.variables(file), io.fetch);
  if ("problems" in rest) {
    for (const problem of rest.problems) io.complain(problem);
    return 1;
  }
  const result = await rest.putCommands(definitions);
  if (result.kind !== "done") {
    io.complain(`The commands were not registered: ${result.reason}.`);
    return 1;
  }
  for (const { name, id } of result.value) io.print(`/${name} is registered (id ${id}), in all servers and in DMs.`);
  return 0;
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        "env-file": { type: "string" },
        "dry-run": { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Only Discord's variables are needed: the commands can be registered before Twilio is set up. */
function connect(
  variables: Readonly<Record<string, unknown>>,
  fetch: Fetch,
): DiscordRest | { problems: readonly string[] } {
  const config = readConfig(variables);
  const problems = config.ok ? [] : config.problems.filter(({ name }) => NEEDED.includes(name));
  if (problems.length > 0) return { problems: problems.map(({ message }) => message) };
  const variable = (name: string, fallback = "") => String(variables[name] || fallback);
  return discordRest({
    fetch,
    now: Date.now,
    apiUrl: variable("DISCORD_API_URL", "https://discord.com/api/v10").replace(/\/+$/, ""),
    botToken: variable("DISCORD_BOT_TOKEN"),
    applicationId: variable("DISCORD_APPLICATION_ID"),
    publicUrl: variable("PUBLIC_URL"),
  });
}

if (import.meta.main) {
  process.exitCode = await registerCommands(process.argv.slice(2), {
    fetch: fetchWithin,
    variables: async (envFile) => {
      // wrangler takes a second to load, and is only needed here.
      const { variablesForDev } = await import("./lib/wrangler-config.ts");
      return { ...variablesForDev(envFile === undefined ? [] : [resolve(envFile)]), ...process.env };
    },
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
  });
}
