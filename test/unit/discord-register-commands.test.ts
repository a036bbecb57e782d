import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DiscordStandIn, startDiscord } from "../../playground/discord/index.ts";
import { registerCommands } from "../../scripts/register-commands.ts";
import { commands } from "../../src/discord/commands/index.ts";

/** Runs the command with these variables; returns its exit code and what it printed. */
async function run(args: string[], variables: Record<string, unknown> = {}) {
  const printed: string[] = [];
  const complaints: string[] = [];
  const code = await registerCommands(args, {
    fetch,
    now: Date.now,
    variables: async () => variables,
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
  });
  return { code, printed: printed.join("\n"), complaints: complaints.join("\n") };
}

describe("a command's definition", () => {
  test.each(commands.map(({ definition }) => definition))(
    "/$name keeps to Discord's rules in every language",
    (command) => {
      const { name_localizations: names, description_localizations: descriptions } = command;
      for (const name of [command.name, ...Object.values(names ?? {})]) {
        expect(name).toMatch(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u);
        expect(name).toBe(name?.toLowerCase());
      }
      expect(Object.keys(descriptions ?? {}).sort()).toEqual(["de", "es-419", "es-ES", "fr", "ja", "pt-BR", "zh-TW"]);
      for (const description of [command.description, ...Object.values(descriptions ?? {})]) {
        expect(description?.length).toBeGreaterThan(0);
        expect(description?.length).toBeLessThanOrEqual(100);
      }
      expect(command).toMatchObject({ contexts: [0, 1], integration_types: [0], default_member_permissions: null });
    },
  );

  test("has a name of its own", () => {
    const names = commands.map(({ definition }) => definition.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("registering", () => {
  let discord: DiscordStandIn;
  let variables: Record<string, string>;
  beforeEach(async () => {
    discord = await startDiscord();
    variables = {
      DISCORD_APPLICATION_ID: discord.applicationId,
      DISCORD_BOT_TOKEN: discord.botToken,
      DISCORD_API_URL: `${discord.apiUrl}/`,
      PUBLIC_URL: "https://flexcord.example.com",
    };
  });
  afterEach(() => discord.close());

  test("puts all commands into Discord and says which; again, it changes nothing", async () => {
    const first = await run([], variables);
    expect(first).toMatchObject({ code: 0, complaints: "" });
    const [registered] = [...discord.commands.values()];
    expect(first.printed.split("\n")).toEqual(
      [...discord.commands.values()].map(({ name, id }) => {
        return `/${name} is registered (id ${id}), in all servers and in DMs.`;
      }),
    );
    expect(first.printed).toContain("/case is registered");
    expect(registered?.description_localizations?.de).toContain("Hilfe");
    expect(await run([], variables)).toEqual(first);
  });

  test("tells Discord's reason when it fails, and no token", async () => {
    const token = "not the bot's token";
    const { code, complaints } = await run([], { ...variables, DISCORD_BOT_TOKEN: token });
    expect(code).toBe(1);
    expect(complaints).toBe("The commands were not registered: not authorized: check DISCORD_BOT_TOKEN.");
  });

  test("names the variables that are missing, and only those of Discord", async () => {
    const { code, complaints } = await run([], {
      PUBLIC_URL: "https://flexcord.example.com",
      DISCORD_APPLICATION_ID: "x",
    });
    expect(code).toBe(1);
    expect(complaints.split("\n").sort()).toEqual([
      "DISCORD_APPLICATION_ID must be the application's id, 15 to 20 digits",
      "DISCORD_BOT_TOKEN is not set",
    ]);
    expect(discord.log).toEqual([]);
  });

  test("with --dry-run only shows what would be sent, and needs no variables", async () => {
    const { code, printed } = await run(["--dry-run"]);
    expect(code).toBe(0);
    expect(JSON.parse(printed)).toEqual(commands.map(({ definition }) => definition));
  });

  test("with a file that is not there says so", async () => {
    expect(await run(["--env-file", "no/such/file"], variables)).toMatchObject({
      code: 1,
      complaints: "There is no file no/such/file.",
    });
  });

  test("with words that it does not know explains itself", async () => {
    const { code, complaints } = await run(["--all"]);
    expect(code).toBe(2);
    expect(complaints).toContain("Usage: npm run register-commands");
    expect(await run(["--help"])).toMatchObject({ code: 0, printed: expect.stringContaining("Usage:") });
  });
});
