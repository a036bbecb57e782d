import { resolve } from "node:path";
import { type Clock, type Fetch, fetchWithin } from "../../src/outside/call.ts";

/** What a command touches. */
export type Surroundings = {
  readonly fetch: Fetch;
  readonly now: Clock;
  /** The variables of the project; of the file where one is named. */
  readonly variables: (envFile: string | undefined) => Promise<Readonly<Record<string, unknown>>>;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
};

/** The surroundings of a command that was started in a terminal. */
export const TERMINAL: Surroundings = {
  fetch: fetchWithin,
  now: Date.now,
  variables: async (envFile) => {
    // wrangler takes a second to load, and not every command comes this far.
    const { variablesForDev } = await import("./wrangler-config.ts");
    return { ...variablesForDev(envFile === undefined ? [] : [resolve(envFile)]), ...process.env };
  },
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
};
