import type { Case } from "../cases/case.ts";
import { MAX_RATING_COMMENT } from "../cases/fields.ts";
import type { CaseUse, OwnCases, OwnChange } from "../cases/own-cases.ts";
import { customIdOfCase, type PressedCaseButton } from "../conversation/case-buttons.ts";
import { caseTextsIn } from "../conversation/case-texts.ts";
import type { Locale, MemberProfile, Time } from "../conversation/events.ts";
import type { CaseId } from "../conversation/ids.ts";
import { shortenText } from "../conversation/split.ts";
import { type InteractionAnswer, opensForm, privateAnswer, replacedBy } from "./answers.ts";
import { answerToChange } from "./case-answers.ts";
import type { HandOver } from "./commands/command.ts";
import type { ComponentInteraction, FormInteraction } from "./interaction-shape.ts";
import { caseWords, commentButton, starsAsText } from "./render-cases.ts";

/** The field of the form for a comment. */
const COMMENT_FIELD = "comment";
const [LABEL, TEXT_INPUT, PARAGRAPH] = [18, 4, 2] as const;

type CaseInteractionsOptions = { readonly cases: OwnCases; readonly handOver: HandOver; readonly at: Time };

/** A member pressed a button of a case. Whose case it is is asked of the case, whatever the button says. */
export async function pressCaseButton(
  interaction: ComponentInteraction,
  profile: MemberProfile,
  { case: id, button }: PressedCaseButton,
  { cases, handOver, at }: CaseInteractionsOptions,
): Promise<InteractionAnswer> {
  const { member, displayName, locale = "en" } = profile;
  const texts = caseTextsIn(locale);
  const use: CaseUse = { interaction: interaction.id, member, displayName, case: id };
  switch (button.kind) {
    case "close": {
      const change = await cases.close(use);
      return change.kind === "done" ? chosen(change.case, `**${texts.close}**`, locale) : sorry(change, locale);
    }
    case "still-a-problem": {
      const change = await cases.contradict(use);
      if (change.kind !== "done" && change.kind !== "continued") return sorry(change, locale);
      const { id: about, number } = change.kind === "continued" ? change.next : change.case;
      const { id: by } = interaction;
      await handOver(member, { kind: "said-still-a-problem", interaction: by, profile, case: about, number, at });
      const more = change.kind === "continued" ? [texts.continued(change.case.number, number)] : [];
      return chosen(change.case, [`**${texts.stillAProblem}**`, ...more].join("\n"), locale);
    }
    case "rate": {
      const change = await cases.rate(use, button.stars);
      if (change.kind !== "done") return sorry(change, locale);
      return replacedBy(rated(change.case, texts.thanks, locale), commentButton(id, locale));
    }
    case "comment": {
      const found = await cases.get(member, id);
      if (!found) return sorry({ kind: "no-such-case" }, locale);
      const isThere = found.satisfaction?.comment != null;
      return isThere ? privateAnswer(texts.ratedAlready(found.number)) : commentForm(id, locale);
    }
  }
}

/** A member has filled in the form for a comment. */
export async function submitComment(
  interaction: FormInteraction,
  profile: MemberProfile,
  id: CaseId,
  cases: OwnCases,
): Promise<InteractionAnswer> {
  const { member, displayName, locale = "en" } = profile;
  const texts = caseTextsIn(locale);
  const field = interaction.data.components.find(({ component }) => component.custom_id === COMMENT_FIELD);
  const comment = shortenText(field?.component.value.trim() ?? "", MAX_RATING_COMMENT);
  if (comment === "") return privateAnswer(texts.emptyComment);
  const change = await cases.comment({ interaction: interaction.id, member, displayName, case: id }, comment);
  if (change.kind !== "done") return sorry(change, locale);
  // Opened from a message: that has the button for it no longer.
  return interaction.message
    ? replacedBy(rated(change.case, texts.thanksForComment, locale))
    : privateAnswer(texts.thanksForComment);
}

/** The question whether a case is solved, with the answer in place of its buttons. */
function chosen({ id, number }: Case, answer: string, locale: Locale): InteractionAnswer {
  return replacedBy(`${caseWords({ kind: "case-check-in", case: id, number }, locale)}\n${answer}`);
}

/** The question how the help was, with the stars and our thanks. */
function rated({ id, number, satisfaction }: Case, thanks: string, locale: Locale): string {
  const question = caseWords({ kind: "case-how-was-it", case: id, number }, locale);
  return [question, ...(satisfaction ? [starsAsText(satisfaction.stars)] : []), thanks].join("\n");
}

function sorry(change: OwnChange, locale: Locale): InteractionAnswer {
  return privateAnswer(answerToChange(change, locale));
}

function commentForm(id: CaseId, locale: Locale): InteractionAnswer {
  const texts = caseTextsIn(locale);
  const field = {
    type: TEXT_INPUT,
    custom_id: COMMENT_FIELD,
    style: PARAGRAPH,
    min_length: 1,
    max_length: MAX_RATING_COMMENT,
    required: true,
  } as const;
  return opensForm({
    custom_id: customIdOfCase(id, { kind: "comment" }),
    title: texts.commentTitle,
    components: [{ type: LABEL, label: texts.commentField, component: field }],
  });
}
