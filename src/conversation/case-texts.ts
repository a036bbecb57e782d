import type { CaseStatus, Priority } from "../cases/case.ts";
import { de } from "./case-texts/de.ts";
import { en } from "./case-texts/en.ts";
import { es } from "./case-texts/es.ts";
import { fr } from "./case-texts/fr.ts";
import { ja } from "./case-texts/ja.ts";
import { ptBR } from "./case-texts/pt-br.ts";
import { zhTW } from "./case-texts/zh-tw.ts";
import type { Locale } from "./events.ts";

/** What the bot says to a member about their cases, in one language. */
export type CaseTexts = {
  /** What statuses and priorities are called, in the middle of a line. */
  readonly statuses: Readonly<Record<CaseStatus, string>>;
  readonly priorities: Readonly<Record<Priority, string>>;
  /** The case has got this status. */
  readonly isNow: Readonly<Record<CaseStatus, (number: number) => string>>;
  /** Asks whether the case is solved. */
  checkIn(number: number): string;
  /** Asks how the help was. */
  howWasIt(number: number): string;
  readonly thanks: string;
  readonly thanksForComment: string;

  /** Labels of buttons, at most 80 characters. */
  readonly close: string;
  readonly stillAProblem: string;
  readonly addComment: string;
  /** Title and field of the form for a comment, at most 45 characters each. */
  readonly commentTitle: string;
  readonly commentField: string;

  /** Above the list of cases, and in place of an empty one. */
  readonly yourCases: string;
  readonly noCases: string;
  /** What stands before the parts of a case. */
  readonly status: string;
  readonly priority: string;
  readonly opened: string;
  readonly changed: string;
  readonly satisfaction: string;

  /** A case was closed too long ago: a new one continues it. */
  continued(number: number, next: number): string;
  /** Private answers to what cannot be done. */
  readonly noSuchCase: string;
  alreadyClosed(number: number): string;
  notClosed(number: number): string;
  /** It was opened anew before it was rated. */
  notOver(number: number): string;
  ratedAlready(number: number): string;
  readonly emptyComment: string;
};

const TEXTS: Readonly<Record<Locale, CaseTexts>> = { en, de, es, fr, "pt-BR": ptBR, ja, "zh-TW": zhTW };

/** The texts about cases in one language. */
export function caseTextsIn(locale: Locale): CaseTexts {
  return TEXTS[locale];
}
