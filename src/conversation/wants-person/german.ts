import { oneOf, words } from "../plain-text.ts";
import { before, type Language, LOAN } from "./language.ts";

const kind = "(?:(?:echte[nrms]?|richtige[nrm]?|menschliche[nrm]?|reale[nrm]?|lebende[nrm]?|andere[nrm]?) )*";
const role = `${kind}${oneOf(
  "mensch(?:en)?|person|(?:(?:support|kundendienst|service)-?)?mitarbeiter(?:in)?|agent(?:en|in)?|supporter(?:in)?",
  "(?:kunden)?berater(?:in)?|ansprechpartner(?:in)?|operator|moderator(?:en|in)?|admin|vorgesetzten?|teamleiter",
  LOAN,
)}`;
const desk = `(?:dem |den |der |die |eure[mn] |ihre[mn] |vom |zum )?(?:menschlichen )?${oneOf("(?:kunden)?support|kundendienst|kundenservice|kundenbetreuung|service")}(?:-?team)?`;
const from = `(?: (?:vom|aus dem|von euch|von ihnen|von eurem)(?: (?:support|team|kundendienst|kundenservice))?)?`;
const one = "(?:(?:ein(?:en|em|er|e)?|ne[nrm]?|eure[nmr]|ihre[nmr]) )?";
const withOne = `mit (?:${one}${role}|jemand(?:em)?(?: (?:echte[mn]|richtige[mn]))?|${desk})${from}`;
const atOne = `an (?:${one}${role}|jemand(?:en)?|${desk})${from}`;
const soon = "(?:(?:bitte|jetzt|endlich|gerne?|lieber|mal|direkt|personlich|daruber|einfach|auch) )*";
const end = before(
  "bitte|jetzt|sprechen|weil|damit|wegen|uber|haben|(?:der|die|dem) (?:mir|mich|ich|das)|und|hier|weiter",
);
const want = oneOf(
  "brauche?|will|m(?:o|oe)chte|h(?:a|ae)tte|wunsche|verlange|gib mir|gebt mir|geben sie mir|holen?(?: sie)?(?: mir)?|hol mir|ruft?(?: mir)?",
);

export const german: Language = {
  call: `(?:mit )?${one}${oneOf(
    `${kind}(?:mensch(?:en)?|mitarbeiter(?:in)?|agent(?:en)?|(?:kunden)?berater|ansprechpartner)`,
    `(?:echte[nr]?|richtige[nr]?) person|kundendienst|kundenservice|kundensupport|menschliche[nr]? support|${LOAN}`,
  )}`,
  politeCall: "support|service",
  please: words("bitte"),
  around: words("hallo|jetzt|danke|sprechen|reden|sofort|endlich|lieber"),
  request: words(
    `${withOne} ${soon}(?:sprechen|reden|chatten|schreiben|telefonieren|quatschen|unterhalten|verbunden werden|verbinden|in kontakt)`,
    `(?:verbinde|verbinden(?: sie)?|verbindet|sprechen|reden|kontakt) (?:mich )?${soon}${withOne}${end}`,
    `${atOne} ${soon}(?:weiterleiten|weitergeben|ubergeben|verweisen|wenden|schreiben)`,
    `(?:leite|leiten sie|leitet|gib|geben sie) (?:mich )?${soon}${atOne} weiter`,
    `${want} (?:ich )?${soon}${one}${role}${from}${end}`,
    `${want} (?:ich )?${soon}jemand(?:en)? ${oneOf("(?:vom|aus dem) (?:support|kundendienst|kundenservice|team)")}${end}`,
    `(?:hilfe|antwort|unterstutzung|ruckruf|nachricht) (?:von|durch) ${one}${role}${end}`,
    `(?:erreiche|erreichen|kontaktiere|kontaktieren|kontakt(?: (?:zu|mit))?)(?: ich| man| wir)? ${desk}${end}`,
    `(?:gibt'?s|gibt es|ist) hier (?:(?:auch|irgendwo|denn) )*(?:ein(?:en|e)?|ne[nr]?) ${role}$`,
    `(?:gibt'?s|gibt es|ist) (?:hier )?(?:(?:auch|irgendwo|denn) )*(?:ein(?:en|e)?|ne[nr]?) ${role}${before("hier|da|erreichbar|verf(?:u|ue)gbar|mit dem|mit der|dem ich|der mir")}`,
    `(?:m(?:o|oe)chte|will|w(?:u|ue)rde gerne?) ${soon}(?:jemanden|${one}${role})${from} sprechen`,
    `(?:m(?:o|oe)chte|will) (?:den|die|euren?|ihren?|eine?n?) (?:vorgesetzten?|teamleiter(?:in)?|manager(?:in)?) sprechen`,
    `(?:gibt'?s|gibt es|sind) (?:(?:hier|auch|denn) )*(?:echte|richtige|menschliche) (?:menschen|personen|mitarbeiter|agenten)${before("hier|da|erreichbar|verf(?:u|ue)gbar")}`,
    `kann (?:mi(?:ch|r) )?${soon}jemand (?:vom|aus dem) (?:support|kundendienst|kundenservice|team) (?:mi(?:ch|r) )?(?:kontaktieren|helfen|anschreiben|anrufen|zuruckrufen|antworten|schreiben|melden)`,
    "nicht (?:mehr )?mit (?:(?:einem|einer|dem|der|diesem) )?(?:bot|roboter|maschine|ki|computer|chatbot) (?:sprechen|reden|schreiben|chatten)",
  ),
  refusal: words(
    `(?:kein(?:en|e|em|er)?|ohne|nicht)(?: \\S+){0,2}? ${kind}${role}`,
    "nicht (?:mit (?:jemand(?:em)?|dem support)|an jemand(?:en)?)|gestern|neulich|letzten? (?:woche|monat|mal)",
  ),
  words: [
    "sprechen",
    "menschen",
    "mensch",
    "mitarbeiter",
    "mitarbeiterin",
    "ansprechpartner",
    "berater",
    "verbinden",
    "kundendienst",
    "kundenservice",
  ],
};
