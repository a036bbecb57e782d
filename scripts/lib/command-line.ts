import { type ParseArgsConfig, parseArgs } from "node:util";

/** The command line cannot be understood; the message says why. */
export class UsageError extends Error {}

/** Reads options and, unless the command takes none, words; whatever is unknown throws {@link UsageError}. */
export function readCommandLine<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
