import type {
  APIInteractionResponse,
  APIInteractionResponseCallbackData,
  APIModalInteractionResponseCallbackData,
} from "discord-api-types/v10";

/** Only the one who used the command or button sees it (message flag EPHEMERAL). */
const EPHEMERAL = 64;

/** What goes back to Discord in the response to an interaction. */
export type InteractionAnswer = APIInteractionResponse;

/** What is offered to whoever types: `name` is shown, `value` is sent; at most 100 characters each. */
export type Choice = { readonly name: string; readonly value: string };

/** Answers Discord's check that the endpoint is alive. */
export const pong: InteractionAnswer = { type: 1 };

/** Shows the member that a private answer will follow; it is written with the interaction's token. */
export const privateAnswerFollows: InteractionAnswer = { type: 5, data: { flags: EPHEMERAL } };

/** Takes note of a button: nothing changes for the member yet. */
export const noted: InteractionAnswer = { type: 6 };

/** Takes the buttons away from the message that carries them: they have done what they were for. */
export const withoutButtons: InteractionAnswer = { type: 7, data: { components: [] } };

/** Puts other words, and these buttons or none, in the place of the message that carries the button. */
export function replacedBy(
  content: string,
  components: NonNullable<APIInteractionResponseCallbackData["components"]> = [],
): InteractionAnswer {
  return { type: 7, data: { content, components, allowed_mentions: { parse: [] } } };
}

/** Opens a form. */
export function opensForm(form: APIModalInteractionResponseCallbackData): InteractionAnswer {
  return { type: 9, data: form };
}

/** Offers these, at most 25, to complete what the member types. */
export function offers(choices: readonly Choice[]): InteractionAnswer {
  return { type: 8, data: { choices: [...choices] } };
}

/** Offers nothing to complete what the member types. */
export const noChoices: InteractionAnswer = { type: 8, data: { choices: [] } };

/** A text that only this member sees, and that pings nobody. */
export function privateAnswer(content: string): InteractionAnswer {
  return { type: 4, data: { content, flags: EPHEMERAL, allowed_mentions: { parse: [] } } };
}
