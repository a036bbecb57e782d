import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { type Config, readConfig } from "../src/config.ts";
import { twilioClient } from "../src/twilio/client.ts";
import { readCommandLine, UsageError } from "./lib/command-line.ts";
import { PROJECT } from "./lib/project.ts";
import { type Surroundings, TERMINAL } from "./lib/surroundings.ts";

const USAGE = `Usage: npm run -s studio-flow -- [--env-file FILE]

Prints twilio/flow.json with the values of this project filled in, ready to become a Studio flow. Variables are taken
from the environment, else from FILE (else .dev.vars), else from [vars] in wrangler.toml. The task channel "chat" is
looked up at Twilio, and nothing is changed there. With STUDIO_PASSWORD the flow holds that password.

  --env-file FILE   read this file instead of .dev.vars
  --help            print this

Exit codes: 0 done, 1 not done, 2 not understood.`;

/** What differs from project to project in the flow. */
export type FlowValues = Pick<Config, "PUBLIC_URL" | "TWILIO_WORKFLOW_SID" | "STUDIO_PASSWORD"> & {
  /** `TC…` of the task channel `chat`. */
  readonly taskChannelSid: string;
};

/** The shipped flow with the values in the place of its `${…}`. */
export async function filledInFlow(values: FlowValues): Promise<unknown> {
  const url = new URL(`${values.PUBLIC_URL}/twilio/chatbot-to-discord`);
  if (values.STUDIO_PASSWORD !== undefined) {
    url.username = "flexcord";
    url.password = values.STUDIO_PASSWORD;
  }
  const places: Readonly<Record<string, string>> = {
    CHATBOT_URL: url.href,
    TWILIO_WORKFLOW_SID: values.TWILIO_WORKFLOW_SID,
    TASK_CHANNEL_SID: values.taskChannelSid,
  };
  const fillIn = (text: string) =>
    text.replace(/\$\{(\w+)\}/g, (place, name: string) => {
      const value = places[name];
      if (value === undefined) throw new Error(`twilio/flow.json: nothing is known for ${place}`);
      return value;
    });
  const flow = await readFile(join(PROJECT, "twilio", "flow.json"), "utf8");
  return JSON.parse(flow, (_, value: unknown) => (typeof value === "string" ? fillIn(value) : value));
}

/** Prints the flow as `args` ask. Returns the exit code. */
export async function printStudioFlow(args: readonly string[], io: Surroundings): Promise<0 | 1 | 2> {
  try {
    const { values } = readCommandLine({
      args: [...args],
      options: { "env-file": { type: "string" }, help: { type: "boolean", short: "h", default: false } },
    });
    if (values.help) {
      io.print(USAGE);
      return 0;
    }
    return await print(values["env-file"], io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.complain(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

const TaskChannel = v.object({ sid: v.pipe(v.string(), v.regex(/^TC[0-9a-fA-F]{32}$/)) });

async function print(envFile: string | undefined, io: Surroundings): Promise<0 | 1> {
  if (envFile !== undefined && !existsSync(envFile)) {
    io.complain(`There is no file ${envFile}.`);
    return 1;
  }
  const read = readConfig(await io.variables(envFile));
  if (!read.ok) {
    for (const { message } of read.problems) io.complain(message);
    return 1;
  }
  const { config } = read;
  const call = twilioClient({ fetch: io.fetch, now: io.now, config });
  const path = `/v1/Workspaces/${config.TWILIO_WORKSPACE_SID}/TaskChannels/chat`;
  const found = await call({ service: "taskrouter", path, answer: TaskChannel });
  if (found.kind !== "done") {
    io.complain(`The task channel "chat" of the workspace was not found: ${found.reason}.`);
    return 1;
  }
  io.print(JSON.stringify(await filledInFlow({ ...config, taskChannelSid: found.value.sid }), null, 2));
  if (config.STUDIO_PASSWORD === undefined) {
    io.complain(
      "STUDIO_PASSWORD is not set: the flow works only if Studio signs its requests, which Twilio does not promise.",
    );
  }
  return 0;
}

if (import.meta.main) process.exitCode = await printStudioFlow(process.argv.slice(2), TERMINAL);
