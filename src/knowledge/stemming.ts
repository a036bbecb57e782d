import { stemmer as arabic } from "@orama/stemmers/arabic";
import { stemmer as danish } from "@orama/stemmers/danish";
import { stemmer as dutch } from "@orama/stemmers/dutch";
import { stemmer as english } from "@orama/stemmers/english";
import { stemmer as finnish } from "@orama/stemmers/finnish";
import { stemmer as french } from "@orama/stemmers/french";
import { stemmer as german } from "@orama/stemmers/german";
import { stemmer as italian } from "@orama/stemmers/italian";
import { stemmer as norwegian } from "@orama/stemmers/norwegian";
import { stemmer as portuguese } from "@orama/stemmers/portuguese";
import { stemmer as russian } from "@orama/stemmers/russian";
import { stemmer as spanish } from "@orama/stemmers/spanish";
import { stemmer as swedish } from "@orama/stemmers/swedish";
import { stemmer as turkish } from "@orama/stemmers/turkish";

const STEMMERS: ReadonlyMap<string, (word: string) => string> = new Map([
  ["ar", arabic],
  ["da", danish],
  ["de", german],
  ["en", english],
  ["es", spanish],
  ["fi", finnish],
  ["fr", french],
  ["it", italian],
  ["nb", norwegian],
  ["nl", dutch],
  ["nn", norwegian],
  ["no", norwegian],
  ["pt", portuguese],
  ["ru", russian],
  ["sv", swedish],
  ["tr", turkish],
]);

/** The stem of a folded word: what its forms have in common. A language without a stemmer keeps its words as they are. */
export function stemOf(word: string, language: string): string {
  return STEMMERS.get(language)?.(word) || word;
}
