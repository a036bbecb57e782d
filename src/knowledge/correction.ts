import { isOneEditApart } from "../one-edit-apart.ts";
import type { Neighbour, Reading } from "./look-up.ts";
import type { ArticleTerms, Token } from "./terms.ts";

/** An article that fits what is known of the question already, and how well. */
type Context = { readonly terms: ArticleTerms; readonly score: number };

/**
 * The question with words of the index in place of words that it does not know, where one edit makes one of the other. Of
 * several such words the one is taken that articles about the rest of the question use. The same object when there is
 * nothing to correct.
 */
export function corrected(reading: Reading, neighbours: readonly Neighbour[], context: readonly Context[]): Reading {
  const tokens = reading.tokens.map((token) => meantBy(token, neighbours, context));
  return tokens.every((token, at) => token === reading.tokens[at]) ? reading : { ...reading, tokens };
}

function meantBy(token: Token, neighbours: readonly Neighbour[], context: readonly Context[]): Token {
  const near = neighbours.filter(({ unknown, word }) => unknown === token.term && isOneEditApart(word, token.word));
  const terms = [...new Set(near.map(({ term }) => term))];
  const ranked = terms.map((term) => ({ term, use: useOf(term, context) })).sort((a, b) => b.use - a.use);
  const best = near.find(({ term }) => term === ranked[0]?.term);
  return best === undefined ? token : { ...token, word: best.word, term: best.term };
}

/** How much articles that fit make use of a term. */
function useOf(term: string, context: readonly Context[]): number {
  return context.reduce((sum, { terms, score }) => {
    const uses = [terms.title, ...terms.questions, terms.body].filter((list) => list.includes(term)).length;
    return sum + score ** 2 * Math.sqrt(uses);
  }, 0);
}
