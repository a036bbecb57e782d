import { STARS, type Stars } from "../cases/case.ts";
import { CASE_ID, type CaseId } from "./ids.ts";

/** What a button does that belongs to a case, not to a session. */
export type CaseButton =
  | { readonly kind: "close" }
  | { readonly kind: "still-a-problem" }
  | { readonly kind: "rate"; readonly stars: Stars }
  /** Opens the form for a comment; the form itself is called the same. */
  | { readonly kind: "comment" };

/** A case's button as it comes back from Discord. Whose case it is the case itself must say. */
export type PressedCaseButton = { readonly case: CaseId; readonly button: CaseButton };

const LETTERS = { close: "cc", "still-a-problem": "cp", rate: "cs", comment: "cm" } as const;

/** The `custom_id` of a case's button, at most 100 characters: a case id has 36. */
export function customIdOfCase(id: CaseId, button: CaseButton): string {
  const customId = `${LETTERS[button.kind]}:${id}`;
  return button.kind === "rate" ? `${customId}:${button.stars}` : customId;
}

/** Reads a `custom_id` back; null for anything that {@link customIdOfCase} did not make. */
export function parseCaseCustomId(customId: string): PressedCaseButton | null {
  const [letters = "", id = ""] = customId.split(":");
  if (!CASE_ID.test(id)) return null;
  const pressed = buttonsWith(letters).map((button) => ({ case: id as CaseId, button }));
  return pressed.find((one) => customIdOfCase(one.case, one.button) === customId) ?? null;
}

function buttonsWith(letters: string): CaseButton[] {
  switch (letters) {
    case LETTERS.close:
      return [{ kind: "close" }];
    case LETTERS["still-a-problem"]:
      return [{ kind: "still-a-problem" }];
    case LETTERS.rate:
      return STARS.map((stars) => ({ kind: "rate", stars }));
    case LETTERS.comment:
      return [{ kind: "comment" }];
    default:
      return [];
  }
}
