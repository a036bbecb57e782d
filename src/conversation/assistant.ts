import type { Answer } from "../assistant/port.ts";
import { endChat } from "./closing.ts";
import type { Delivery } from "./deliveries.ts";
import { askForPerson } from "./hand-over.ts";
import { countMiss, remember } from "./memory.ts";
import { closeSession, say, type Turn } from "./turn.ts";

/** After this many questions in a row that nothing is found for, a person is offered unasked. */
const MISSES_BEFORE_OFFER = 2;

/** The assistant has answered. */
export function answered(turn: Turn, asked: Extract<Delivery, { kind: "ask-assistant" }>, answer: Answer): void {
  switch (answer.kind) {
    case "suggestions":
      remember(turn, asked, answer);
      say(turn, { kind: "suggestions", articles: answer.articles });
      return;
    case "nothing":
      remember(turn, asked, answer);
      say(turn, { kind: countMiss(turn) < MISSES_BEFORE_OFFER ? "nothing-found" : "offer-person" });
      return;
    case "small-talk":
      say(turn, { kind: "small-talk", topic: answer.topic });
      return;
    case "reply":
      remember(turn, asked, answer);
      say(turn, { kind: "reply", text: answer.text, choices: [...new Set(answer.buttons)], articles: answer.articles });
      return;
    case "hand-over":
      remember(turn, asked, { kind: "nothing" });
      if (answer.text !== null) say(turn, { kind: "last-words", text: answer.text });
      askForPerson(turn, "assistant-gave-up");
      return;
    case "end":
      if (answer.text !== null) say(turn, { kind: "last-words", text: answer.text });
      endSession(turn);
      return;
  }
}

/** The matter is done. A Twilio Conversation that is there, or being made, is closed with it, after what stands before. */
function endSession(turn: Turn): void {
  if (turn.state.session?.twilio) endChat(turn);
  else {
    say(turn, { kind: "closed" });
    closeSession(turn);
  }
}
