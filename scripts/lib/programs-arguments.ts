import { UsageError } from "./command-line.ts";

/** How the commands for other programs are used, for the usage of `operate`. */
export const PROGRAMS_USAGE = `
  keys             list the API keys
  keys create NAME --scopes A,B
                   make one, and show it this once
  keys revoke ID   take its effect for good
  webhooks         list who is told of what happens
  webhooks create URL --types A,B
                   have events sent there; shows the secret this once
  webhooks rotate ID
                   give one a new secret; the old one holds for a day as well
  webhooks disable ID, webhooks enable ID, webhooks delete ID
  webhooks failed ID
                   list the events that did not arrive there
  webhooks replay ID EVENT
                   send one of them again
  webhooks replay ID --all
                   send again all that were given up`;

/** What an operator wants done about other programs. */
export type ProgramsCommand =
  | { readonly kind: "keys" | "webhooks" }
  | { readonly kind: "create-key"; readonly name: string; readonly scopes: readonly string[] }
  | { readonly kind: "create-webhook"; readonly url: string; readonly types: readonly string[] }
  | { readonly kind: "revoke" | "rotate" | "disable" | "enable" | "delete" | "failed"; readonly id: string }
  /** `event` null: all of them. */
  | { readonly kind: "replay"; readonly id: string; readonly event: string | null };

type Options = { readonly all: boolean; readonly scopes?: string | undefined; readonly types?: string | undefined };

/** The command that these words are; null for one about something else. Throws a {@link UsageError}. */
export function programsCommandOf([name, ...words]: readonly string[], options: Options): ProgramsCommand | null {
  if (name !== "keys" && name !== "webhooks") return null;
  const [what, subject, event, ...rest] = words;
  const title = [name, what].filter(Boolean).join(" ");
  const command: ProgramsCommand = what === undefined ? { kind: name } : commandOf(title, subject, event, options);
  const isReplay = command.kind === "replay";
  const tooMany = [...(isReplay || event === undefined ? [] : [event]), ...rest];
  if (tooMany.length > 0) throw new UsageError(`there is more than the command takes: ${tooMany.join(" ")}`);
  if (options.all && !isReplay) throw new UsageError("--all is for retry and webhooks replay");
  if (options.scopes !== undefined && command.kind !== "create-key")
    throw new UsageError("--scopes is for keys create");
  if (options.types !== undefined && command.kind !== "create-webhook") {
    throw new UsageError("--types is for webhooks create");
  }
  return command;
}

function commandOf(
  title: string,
  subject: string | undefined,
  event: string | undefined,
  { all, scopes, types }: Options,
): ProgramsCommand {
  const needed = (what: string): string => {
    if (subject === undefined) throw new UsageError(`${title} needs ${what}`);
    return subject;
  };
  switch (title) {
    case "keys create":
      return { kind: "create-key", name: needed("a NAME"), scopes: listOf(title, "--scopes", scopes) };
    case "keys revoke":
      return { kind: "revoke", id: needed("an ID") };
    case "webhooks create":
      return { kind: "create-webhook", url: needed("a URL"), types: listOf(title, "--types", types) };
    case "webhooks rotate":
      return { kind: "rotate", id: needed("an ID") };
    case "webhooks disable":
      return { kind: "disable", id: needed("an ID") };
    case "webhooks enable":
      return { kind: "enable", id: needed("an ID") };
    case "webhooks delete":
      return { kind: "delete", id: needed("an ID") };
    case "webhooks failed":
      return { kind: "failed", id: needed("an ID") };
    case "webhooks replay":
      if ((event === undefined) !== all) throw new UsageError("webhooks replay needs either an EVENT or --all");
      return { kind: "replay", id: needed("an ID"), event: event ?? null };
    default:
      throw new UsageError(`there is no command ${title}`);
  }
}

function listOf(title: string, option: string, value: string | undefined): string[] {
  const items = (value ?? "").split(",").map((item) => item.trim());
  if (items.includes("")) throw new UsageError(`${title} needs ${option} with names and commas between them`);
  return items;
}
