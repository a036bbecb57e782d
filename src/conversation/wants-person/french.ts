import { oneOf, words } from "../plain-text.ts";
import { before, type Language, LOAN } from "./language.ts";

const real =
  "(?: (?:reel(?:le)?|vraie?|humaine?|en direct|du support|du service client|de l'equipe|en chair et en os))*";
const role = `(?:vraie? )?${oneOf(
  "agent|personne|humain|etre humain|conseill(?:er|ere)|operateur|operatrice|representante?|responsable|employee?",
  "membre (?:de l'equipe|du support)|moderateur|superviseur|admin",
  LOAN,
)}${real}`;
const someone = `(?:quelqu'un|qqn|qq1)(?: (?:de (?:reel|vrai|humain|l'equipe)|du support|d'humain))?`;
const desk = "(?:au |le |du |votre )?(?:support|service clients?|assistance)";
const polite = "s'il (?:vous|te) plait|svp|stp|please";
const end = before(
  polite,
  "maintenant|tout de suite|de (?:votre|l'equipe|mon|ma)|a propos|pour (?:m'|me|qu|parler|resoudre|mon|ma|un)|parce",
  "qui (?:peut|pourra|comprend)|et|au|sur|directement|ici|pour moi",
);
const one = "(?:une? (?:autre )?|l'un de vos |un de vos |votre |ton )?";
const reach = oneOf(
  "parler|discuter|echanger|m'adresser|ecrire|chatter|contacter|joindre|(?:me |m')?(?:passer|transferer|connecter)",
  "(?:passez|passe|transferez|transfere|connectez|connecte)[- ]moi",
  "(?:mettez[- ]moi|mets[- ]moi|etre mise?|me mettre) en (?:relation|contact)|entrer en contact",
);

export const french: Language = {
  call: `${oneOf(
    `(?:vraie? )?(?:agent|humain|conseill(?:er|ere)|operateur)${real}|vraie personne|personne (?:reelle|humaine)`,
    "service client|quelqu'un de (?:reel|vrai)",
  )}`,
  politeCall: "support|personne",
  please: words(polite),
  around: words("bonjour|salut|une?|maintenant|merci|parler a"),
  request: words(
    `${reach}(?: (?:directement|plutot|${polite}))* (?:a |avec |vers |au )?(?:${one}${role}|${someone}|${desk})${end}`,
    `(?:je (?:veux|voudrais?t?|souhaite|prefere|demande)|jveux|j'aimerais|(?:j'ai )?besoin d'?|il me faut|(?:donnez|donne|mettez|mets|envoyez|contactez|appelez)(?:[- ]moi)?|(?:je peux|puis[- ]je) avoir) ?(?:avoir )?(?:(?:une? )?${role}|${someone})${end}`,
    `(?:y a-t-il|(?:il )?y a|est-ce qu'il y a) (?:(?:une? )?${role}|${someone}) (?:ici|disponible|a qui|avec qui|qui (?:peut|pourrait))`,
    "(?:il )?y a quelqu'un (?:du support|de reel|de vrai|d'humain)",
    `(?:qu'une? ${role}|que ${someone}) (?:me|m'|nous) ?(?:reponde|contacte|rappelle|appelle|parle|aide)`,
    `une? ${role} (?:peut|pourrait|peut-il|peut-elle)(?: \\S+)? (?:m'aider|me repondre|me contacter)`,
    "(?:ne veux pas|veux pas|plus) (?:parler|discuter) (?:a |avec )(?:un |une |ce |cette )?(?:bot|robot|machine|ia)",
  ),
  refusal: words(
    `(?:pas|sans|jamais|aucune?|plus|inutile)(?: (?!je |j'|jveux)\\S+){0,6}? ${role}`,
    "(?:ne|n'\\S+)(?: \\S+){1,3} personne|pas (?:besoin|envie|la peine) d(?:e|')|hier",
  ),
  words: ["parler", "humain", "personne", "conseiller", "operateur", "quelqu'un", "responsable"],
};
