import { existsSync } from "node:fs";
import { readConfig } from "../src/config.ts";
import { readCommandLine, UsageError } from "./lib/command-line.ts";
import { OperatorClient, OperatorError } from "./lib/operator-client.ts";
import {
  describeDeadLetters,
  describeGateway,
  describeQuestions,
  describeRetry,
  printable,
} from "./lib/operator-report.ts";
import { PROGRAMS_USAGE, type ProgramsCommand, programsCommandOf } from "./lib/programs-arguments.ts";
import { runPrograms } from "./lib/programs-command.ts";
import { type Surroundings, TERMINAL } from "./lib/surroundings.ts";

const USAGE = `Usage: npm run operate -- COMMAND [OPTIONS]

  dead-letters     list the messages that did not, or may not have, reached the other side
  retry ID         send one of them again
  retry --all      send all of them again, oldest first
  gateway          show how the connection to Discord does
  gateway resume   connect again after a halt whose cause was removed
  questions        list members' questions that no article answered
  questions helped list those that an article helped with
  questions dismiss ID
                   take one of them off its list
${PROGRAMS_USAGE}

  --url URL        the Worker's address, instead of PUBLIC_URL
  --env-file FILE  read this file instead of .dev.vars
  --help           print this

PUBLIC_URL and SIGNING_SECRET are taken from the environment, else from FILE (else .dev.vars), else from [vars] in
wrangler.toml. The secret must be that of the Worker at this address.

Exit codes: 0 done, 1 not (all) done, 2 not understood.`;

type Command =
  | { readonly kind: "dead-letters" | "gateway" | "gateway-resume" }
  | { readonly kind: "questions"; readonly state: "unanswered" | "helped" }
  | { readonly kind: "dismiss"; readonly id: string }
  | { readonly kind: "programs"; readonly command: ProgramsCommand }
  /** `id` null: all of them. */
  | { readonly kind: "retry"; readonly id: string | null };

type Asked = {
  readonly command: Command;
  readonly url: string | undefined;
  readonly envFile: string | undefined;
};

/** Does what an operator asks for by `args`. Returns the exit code. */
export async function operate(args: readonly string[], io: Surroundings): Promise<0 | 1 | 2> {
  try {
    const asked = readArguments(args);
    if (asked === "help") {
      io.print(USAGE);
      return 0;
    }
    return (await run(asked.command, await connect(asked, io), io)) ? 0 : 1;
  } catch (error) {
    if (error instanceof UsageError) {
      io.complain(`${error.message}\n\n${USAGE}`);
      return 2;
    }
    if (!(error instanceof OperatorError)) throw error;
    io.complain(printable(error.message));
    return 1;
  }
}

function readArguments(args: readonly string[]): Asked | "help" {
  const { values, positionals } = readCommandLine({
    args: [...args],
    allowPositionals: true,
    options: {
      all: { type: "boolean", default: false },
      scopes: { type: "string" },
      types: { type: "string" },
      url: { type: "string" },
      "env-file": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const [name, what, ...rest] = positionals;
  const programs = programsCommandOf(positionals, values);
  if (programs) {
    return { command: { kind: "programs", command: programs }, url: values.url, envFile: values["env-file"] };
  }
  if (values.scopes !== undefined) throw new UsageError("--scopes is for keys create");
  if (values.types !== undefined) throw new UsageError("--types is for webhooks create");
  const id = name === "questions" && what === "dismiss" ? rest.shift() : undefined;
  if (rest.length > 0) throw new UsageError(`there is more than the command takes: ${rest.join(" ")}`);
  if (values.all && name !== "retry") throw new UsageError("--all is for retry");
  return { command: commandOf(name, what, { id, all: values.all }), url: values.url, envFile: values["env-file"] };
}

function commandOf(
  name: string | undefined,
  what: string | undefined,
  { id, all }: { readonly id: string | undefined; readonly all: boolean },
): Command {
  switch (name) {
    case "dead-letters":
      if (what !== undefined) throw new UsageError("dead-letters takes no arguments");
      return { kind: "dead-letters" };
    case "retry":
      if ((what === undefined) !== all) throw new UsageError("retry needs either an ID or --all");
      return { kind: "retry", id: what ?? null };
    case "gateway":
      if (what !== undefined && what !== "resume") throw new UsageError(`gateway knows no ${what}`);
      return { kind: what === undefined ? "gateway" : "gateway-resume" };
    case "questions":
      if (what === undefined || what === "helped") return { kind: "questions", state: what ?? "unanswered" };
      if (what !== "dismiss") throw new UsageError(`questions knows no ${what}`);
      if (id === undefined) throw new UsageError("questions dismiss needs an ID");
      return { kind: "dismiss", id };
    default:
      throw new UsageError(name === undefined ? "a command is missing" : `there is no command ${name}`);
  }
}

/** Only two variables are needed, and they are checked as the Worker does it. */
async function connect({ url, envFile }: Omit<Asked, "command">, io: Surroundings): Promise<OperatorClient> {
  if (envFile !== undefined && !existsSync(envFile)) throw new OperatorError(`There is no file ${envFile}.`);
  const named = url === undefined ? {} : { PUBLIC_URL: url };
  const variables: Readonly<Record<string, unknown>> = { ...(await io.variables(envFile)), ...named };
  const config = readConfig(variables);
  const problems = config.ok ? [] : config.problems.filter(({ name }) => name in NEEDED);
  if (problems.length > 0) {
    throw new OperatorError(problems.map(({ name, message }) => `${message}${NEEDED[name]}`).join("; "));
  }
  const address = String(variables.PUBLIC_URL).replace(/\/+$/, "");
  if (!isSafe(new URL(address))) {
    throw new OperatorError(`${address} must begin with https://: what is sent there lets others in for five minutes.`);
  }
  return new OperatorClient({ ...io, url: address, signingSecret: String(variables.SIGNING_SECRET) });
}

/** What each variable is, where it is not given. */
const NEEDED: Readonly<Record<string, string>> = {
  PUBLIC_URL: " (or give the Worker's address with --url)",
  SIGNING_SECRET: " (the Worker's own)",
};

/** Nobody listens on the way. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}

/** Whether all was done. */
async function run(command: Command, client: OperatorClient, io: Surroundings): Promise<boolean> {
  const say = (lines: readonly string[]) => {
    for (const line of lines) io.print(line);
  };
  switch (command.kind) {
    case "dead-letters": {
      const { letters, total } = await client.deadLetters();
      say(describeDeadLetters(letters, total));
      return true;
    }
    case "retry":
      return retry(client, io, command.id);
    case "questions": {
      const { questions, next } = await client.questions(command.state);
      say(describeQuestions(questions, next !== null));
      return true;
    }
    case "dismiss":
      await client.dismissQuestion(command.id);
      io.print(`Question ${command.id} is off its list.`);
      return true;
    case "programs":
      return runPrograms(command.command, client, io);
    case "gateway":
      say(describeGateway(await client.gateway()));
      return true;
    case "gateway-resume": {
      const before = await client.gateway();
      if (before.halted === null) io.print("The Gateway is not halted: there is nothing to resume.");
      say(describeGateway(before.halted === null ? before : await client.resumeGateway()));
      return true;
    }
  }
}

/** Sends again what has this id, or everything (null). One that fails does not keep the others from it. */
async function retry(client: OperatorClient, io: Surroundings, id: string | null): Promise<boolean> {
  const tally = { "sent-again": 0, "nothing-left": 0, failed: 0 };
  for await (const letter of client.allDeadLetters()) {
    if (id !== null && letter.id !== id) continue;
    try {
      const result = await client.retry(letter);
      tally[result] += 1;
      io.print(describeRetry(letter, result));
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      tally.failed += 1;
      io.complain(printable(`${letter.id} of member ${letter.member}: ${error.message}`));
    }
  }
  const found = tally["sent-again"] + tally["nothing-left"] + tally.failed;
  if (found === 0 && id === null) io.print("There are no dead letters.");
  if (found === 0 && id !== null) io.complain(`No dead letter has the id ${id}: dead-letters lists those that stand.`);
  if (tally["sent-again"] > 0) io.print("What fails again is soon on the list again: npm run operate -- dead-letters.");
  if (id === null && found > 0) {
    io.print(`${tally["sent-again"]} sent again, ${tally["nothing-left"]} with nothing left, ${tally.failed} failed.`);
  }
  return tally["sent-again"] === found && (found > 0 || id === null);
}

if (import.meta.main) process.exitCode = await operate(process.argv.slice(2), TERMINAL);
