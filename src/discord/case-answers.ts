import type { OwnChange } from "../cases/own-cases.ts";
import { caseTextsIn } from "../conversation/case-texts.ts";
import type { Locale } from "../conversation/events.ts";

/** What a member reads of what became of their wish. */
export function answerToChange(change: OwnChange, locale: Locale): string {
  const texts = caseTextsIn(locale);
  switch (change.kind) {
    case "done":
      return texts.isNow[change.case.status](change.case.number);
    case "continued":
      return texts.continued(change.case.number, change.next.number);
    case "no-such-case":
      return texts.noSuchCase;
    case "not-possible":
      return whyNot(change, locale);
  }
}

function whyNot({ why, case: { number } }: Extract<OwnChange, { kind: "not-possible" }>, locale: Locale): string {
  const texts = caseTextsIn(locale);
  switch (why) {
    case "already-closed":
      return texts.alreadyClosed(number);
    case "not-closed":
      return texts.notClosed(number);
    case "not-over":
      return texts.notOver(number);
    case "rated-already":
      return texts.ratedAlready(number);
  }
}
