import type { APIApplicationCommandSubcommandOption } from "discord-api-types/v10";
import { CASE_STATUSES, type Case, type CaseStatus, isOver } from "../../cases/case.ts";
import type { CaseUse } from "../../cases/own-cases.ts";
import { caseTextsIn } from "../../conversation/case-texts.ts";
import { type InteractionAnswer, privateAnswer } from "../answers.ts";
import { answerToChange } from "../case-answers.ts";
import { choiceOf, renderCase, renderCaseList } from "../render-cases.ts";
import { NAMES, shown } from "./case-names.ts";
import type { Command, CommandOutside, CommandUse } from "./command.ts";

const LISTED = 10;
/** Discord's limit (docs: interactions/receiving-and-responding, "Autocomplete"). */
const OFFERED = 25;
const SUBCOMMAND = 1;
const STRING = 3;

/** A subcommand about one of the member's cases. */
function aboutOne(names: (typeof NAMES)["view" | "close" | "reopen"]): APIApplicationCommandSubcommandOption {
  const number = { type: STRING, ...shown(NAMES.number), required: true, autocomplete: true } as const;
  return { type: SUBCOMMAND, ...shown(names), options: [number] };
}

/** Which cases each subcommand is of use for. */
const FITTING: Readonly<Record<string, readonly CaseStatus[]>> = {
  view: CASE_STATUSES,
  close: CASE_STATUSES.filter((status) => status !== "closed"),
  reopen: CASE_STATUSES.filter(isOver),
};

/** `/case`: what members can see and do of their own cases. All answers are private. */
export const caseCommand: Command = {
  definition: {
    ...shown(NAMES.case),
    options: [
      { type: SUBCOMMAND, ...shown(NAMES.list) },
      aboutOne(NAMES.view),
      aboutOne(NAMES.close),
      aboutOne(NAMES.reopen),
    ],
    contexts: [0, 1],
    integration_types: [0],
    default_member_permissions: null,
  },

  async run(use, { cases }) {
    const { member, locale = "en" } = use.profile;
    if (use.subcommand === "list") return privateAnswer(renderCaseList(await cases.list(member, LISTED), locale));
    const given = use.options.find(({ name }) => name === NAMES.number.name)?.value ?? "";
    const found = await cases.find(member, given, use.guild);
    return found ? answerAbout(found, use, cases) : privateAnswer(caseTextsIn(locale).noSuchCase);
  },

  async offer({ profile, subcommand, options }, { cases }) {
    const { member, locale = "en" } = profile;
    const typed = options.find(({ focused }) => focused)?.value ?? "";
    const offered = await cases.offer(member, typed, FITTING[subcommand ?? ""] ?? [], OFFERED);
    return offered.map((one) => choiceOf(one, locale));
  },
};

async function answerAbout(
  found: Case,
  { interaction, profile, subcommand }: CommandUse,
  cases: CommandOutside["cases"],
): Promise<InteractionAnswer> {
  const { member, displayName, locale = "en" } = profile;
  const use: CaseUse = { interaction, member, displayName, case: found.id };
  switch (subcommand) {
    case "close":
      return privateAnswer(answerToChange(await cases.close(use), locale));
    case "reopen":
      return privateAnswer(answerToChange(await cases.reopen(use), locale));
    default:
      return privateAnswer(renderCase(found, locale));
  }
}
