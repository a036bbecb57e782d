import { stemmer as english } from "@orama/stemmers/english";
import { stemmer as french } from "@orama/stemmers/french";
import { stemmer as german } from "@orama/stemmers/german";
import { stemmer as portuguese } from "@orama/stemmers/portuguese";
import { stemmer as spanish } from "@orama/stemmers/spanish";

const STEMMERS: ReadonlyMap<string, (word: string) => string> = new Map([
  ["de", german],
  ["en", english],
  ["es", spanish],
  ["fr", french],
  ["pt", portuguese],
]);

/** The stem of a folded word: what its forms have in common. A language without a stemmer keeps its words as they are. */
export function stemOf(word: string, language: string): string {
  return STEMMERS.get(language)?.(word) || word;
}
