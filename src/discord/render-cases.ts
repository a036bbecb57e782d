import type { APIActionRowComponent, APIButtonComponentWithCustomId } from "discord-api-types/v10";
import { type Case, STARS, type Stars } from "../cases/case.ts";
import type { OfferedCase } from "../cases/own-cases.ts";
import { type CaseButton, customIdOfCase } from "../conversation/case-buttons.ts";
import { caseTextsIn } from "../conversation/case-texts.ts";
import type { Say } from "../conversation/deliveries.ts";
import { DISCORD_TEXT_LIMIT } from "../conversation/deliveries.ts";
import type { Locale, Time } from "../conversation/events.ts";
import type { CaseId } from "../conversation/ids.ts";
import { shortenText } from "../conversation/split.ts";
import type { OpenCase } from "../conversation/state.ts";
import { nameAsText } from "./names.ts";

/** What is said about a case. */
export type CaseSay = Extract<Say, { kind: "case-status" | "case-check-in" | "case-how-was-it" }>;

type ButtonRow = APIActionRowComponent<APIButtonComponentWithCustomId>;

/** The longest title in a list, markup included: ten of them fit into a message. */
const TITLE_LIMIT = 120;
/** docs: interactions/application-commands, "Application Command Option Choice Structure". */
const CHOICE_LIMIT = 100;
const ACTION_ROW = 1;
const BUTTON = 2;
const [PRIMARY, SECONDARY, SUCCESS] = [1, 2, 3] as const;

/** What is said about a case, in words. */
export function caseWords(say: CaseSay, locale: Locale): string {
  const texts = caseTextsIn(locale);
  switch (say.kind) {
    case "case-status":
      return texts.isNow[say.status](say.number);
    case "case-check-in":
      return texts.checkIn(say.number);
    case "case-how-was-it":
      return texts.howWasIt(say.number);
  }
}

/** The buttons below a question about a case. */
export function caseButtons(
  { kind, case: id }: Extract<CaseSay, { readonly case: CaseId }>,
  locale: Locale,
): ButtonRow[] {
  const texts = caseTextsIn(locale);
  if (kind === "case-how-was-it") {
    return rowOf(STARS.map((stars) => buttonOf(id, { kind: "rate", stars }, "★".repeat(stars), SECONDARY)));
  }
  return rowOf([
    buttonOf(id, { kind: "close" }, texts.close, SUCCESS),
    buttonOf(id, { kind: "still-a-problem" }, texts.stillAProblem, PRIMARY),
  ]);
}

/** The button that opens the form for a comment. */
export function commentButton(id: CaseId, locale: Locale): ButtonRow[] {
  return rowOf([buttonOf(id, { kind: "comment" }, caseTextsIn(locale).addComment, SECONDARY)]);
}

/** What agents read when the member has pressed `Still a problem`. */
export function stillAProblemLine({ number }: OpenCase, locale: Locale): string {
  return `${caseTextsIn(locale).stillAProblem} (#${number})`;
}

/** Stars as text: ★★★★☆. */
export function starsAsText(stars: Stars): string {
  return "★".repeat(stars) + "☆".repeat(STARS.length - stars);
}

/** The private answer to `/case list`. */
export function renderCaseList(cases: readonly Case[], locale: Locale): string {
  const texts = caseTextsIn(locale);
  if (cases.length === 0) return texts.noCases;
  const lines = cases.map(({ number, title, status, updatedAt }) => {
    return `**#${number}** ${nameAsText(title, TITLE_LIMIT)} · ${texts.statuses[status]} · ${stamp(updatedAt)}`;
  });
  return shortenText([texts.yourCases, ...lines].join("\n"), DISCORD_TEXT_LIMIT);
}

/** The private answer to `/case view`: what concerns the member, nothing of what staff write among themselves. */
export function renderCase(one: Case, locale: Locale): string {
  const texts = caseTextsIn(locale);
  const lines = [
    `**#${one.number} ${nameAsText(one.title, TITLE_LIMIT)}**`,
    `${texts.status}: ${texts.statuses[one.status]}`,
    `${texts.priority}: ${texts.priorities[one.priority]}`,
    `${texts.opened}: ${stamp(one.createdAt)}`,
    `${texts.changed}: ${stamp(one.updatedAt)}`,
    ...(one.satisfaction ? [`${texts.satisfaction}: ${starsAsText(one.satisfaction.stars)}`] : []),
    ...(one.description.trim() === "" ? [] : ["", one.description.trim()]),
  ];
  return shortenText(lines.join("\n"), DISCORD_TEXT_LIMIT);
}

/** A case as autocomplete offers it. Its title is no markup there. */
export function choiceOf({ id, number, title, status }: OfferedCase, locale: Locale): { name: string; value: string } {
  const [before, after] = [`#${number} `, ` (${caseTextsIn(locale).statuses[status]})`];
  const room = CHOICE_LIMIT - before.length - after.length;
  return { name: `${before}${shortenText(title.replace(/\s+/g, " "), room)}${after}`, value: id };
}

/** How long ago it was, in the reader's own language and time zone (docs: reference, "Timestamp Styles"). */
function stamp(time: Time): string {
  return `<t:${Math.floor(time / 1000)}:R>`;
}

function buttonOf(id: CaseId, button: CaseButton, label: string, style: 1 | 2 | 3): APIButtonComponentWithCustomId {
  return { type: BUTTON, style, label, custom_id: customIdOfCase(id, button) };
}

function rowOf(buttons: APIButtonComponentWithCustomId[]): ButtonRow[] {
  return [{ type: ACTION_ROW, components: buttons }];
}
