import { existsSync } from "node:fs";
import { readConfig } from "../src/config.ts";
import { commands } from "../src/discord/commands/index.ts";
import { type DiscordRest, discordRest } from "../src/discord/rest.ts";
import { readCommandLine, UsageError } from "./lib/command-line.ts";
import { type Surroundings, TERMINAL } from "./lib/surroundings.ts";

const USAGE = `Usage: npm run register-commands -- [--env-file FILE] [--dry-run]

Puts the slash commands into Discord, in place of all that are registered. Variables are taken from the environment,
else from FILE (else .dev.vars), else from [vars] in wrangler.toml:
DISCORD_APPLICATION_ID, DISCORD_BOT_TOKEN, PUBLIC_URL, and DISCORD_API_URL if it is not Discord's own.

  --env-file FILE   read this file instead of .dev.vars
  --dry-run         print what would be sent, and send nothing
  --help            print this`;

const NEEDED = ["DISCORD_APPLICATION_ID", "DISCORD_BOT_TOKEN", "PUBLIC_URL", "DISCORD_API_URL"];

/** Registers the slash commands as `args` ask. Returns the exit code: 1 when it failed, 2 when it was not understood. */
export async function registerCommands(args: readonly string[], io: Surroundings): Promise<0 | 1 | 2> {
  try {
    const { values } = readCommandLine({
      args: [...args],
      options: {
        "env-file": { type: "string" },
        "dry-run": { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (!values.help) return await register({ file: values["env-file"], dryRun: values["dry-run"] }, io);
    io.print(USAGE);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.complain(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

type Asked = { readonly file: string | undefined; readonly dryRun: boolean };

async function register({ file, dryRun }: Asked, io: Surroundings): Promise<0 | 1> {
  const definitions = commands.map(({ definition }) => definition);
  if (dryRun) {
    io.print(JSON.stringify(definitions, null, 2));
    return 0;
  }
  if (file !== undefined && !existsSync(file)) {
    io.complain(`There is no file ${file}.`);
    return 1;
  }
  const rest = connect(await io.variables(file), io);
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

/** Only Discord's variables are needed: the commands can be registered before Twilio is set up. */
function connect(
  variables: Readonly<Record<string, unknown>>,
  { fetch, now }: Pick<Surroundings, "fetch" | "now">,
): DiscordRest | { problems: readonly string[] } {
  const config = readConfig(variables);
  const problems = config.ok ? [] : config.problems.filter(({ name }) => NEEDED.includes(name));
  if (problems.length > 0) return { problems: problems.map(({ message }) => message) };
  const variable = (name: string, fallback = "") => String(variables[name] || fallback);
  return discordRest({
    fetch,
    now,
    apiUrl: variable("DISCORD_API_URL", "https://discord.com/api/v10").replace(/\/+$/, ""),
    botToken: variable("DISCORD_BOT_TOKEN"),
    applicationId: variable("DISCORD_APPLICATION_ID"),
    publicUrl: variable("PUBLIC_URL"),
  });
}

if (import.meta.main) process.exitCode = await registerCommands(process.argv.slice(2), TERMINAL);
