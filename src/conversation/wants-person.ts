import { oneOf, plainText, without } from "./plain-text.ts";
import { mendTypos } from "./typos.ts";
import { chinese } from "./wants-person/chinese.ts";
import { english } from "./wants-person/english.ts";
import { french } from "./wants-person/french.ts";
import { german } from "./wants-person/german.ts";
import { japanese } from "./wants-person/japanese.ts";
import { portuguese } from "./wants-person/portuguese.ts";
import { spanish } from "./wants-person/spanish.ts";

/**
 * Whether a member asks for a person in words of their own. Conservative: a question that merely speaks of agents, people or
 * support stays with the assistant, since the button `Talk to a person` is always there, while a person who was fetched
 * by mistake costs a member and an agent their time.
 *
 * All languages are tried on every message, because members write in another language than the one their Discord is set
 * to, and mix them.
 */
export function wantsPerson(text: string): boolean {
  const plain = mendTypos(withoutQuotes(plainText(text.slice(0, MAX_TEXT))), WORDS);
  const clauses = plain
    .split(CLAUSE_END)
    .map((clause) => clause.trim())
    .filter((clause) => !/^(?:no|nope|nein|non|nao)?$/.test(clause));
  return isCall(clauses.join(" ")) || clauses.some((clause) => isPoliteCall(clause) || isRequest(clause));
}

const LANGUAGES = [english, german, spanish, french, portuguese, japanese, chinese];
const WORDS: ReadonlySet<string> = new Set(LANGUAGES.flatMap(({ words }) => words));
const PLEASE = LANGUAGES.map(({ please }) => please);
const AROUND = LANGUAGES.map(({ around }) => around);
const CALL = new RegExp(`^${oneOf(...LANGUAGES.map(({ call }) => call))}$`, "u");
const POLITE_CALL = new RegExp(`^${oneOf(...LANGUAGES.map(({ politeCall }) => politeCall))}$`, "u");

/** The whole message is nothing but a call. */
function isCall(message: string): boolean {
  return CALL.test(without(without(message, PLEASE), AROUND)) || isPoliteCall(message);
}

function isPoliteCall(clause: string): boolean {
  const asked = without(clause, PLEASE);
  const call = without(asked, AROUND);
  return asked !== clause && (CALL.test(call) || POLITE_CALL.test(call));
}

/** A refusal takes back the requests of its own language: "no" and "sin" mean something else in another. */
function isRequest(clause: string): boolean {
  return LANGUAGES.some(({ request, refusal }) => request.test(clause) && !refusal.test(clause));
}

/** The longest message that Discord lets a member type is 4,000 characters; who wants a person says so sooner. */
const MAX_TEXT = 2_000;
const CLAUSE_END = /[.!?…;:,\n()。！？；：，、]+|\s+-+\s+|\s(?:but|aber|pero|mais|mas)\s/u;

/** What is quoted is spoken about, not said, unless nothing else is said. */
function withoutQuotes(text: string): string {
  const said = text.replace(/[“”„"«「『][^“”„"«»「」『』]*[“”"»」』]/gu, " ");
  return /\p{L}/u.test(said) ? said : text.replace(/[“”„"«»「」『』]/gu, " ");
}
