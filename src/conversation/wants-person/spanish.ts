import { oneOf, words } from "../plain-text.ts";
import { before, type Language, LOAN } from "./language.ts";

const real =
  "(?: (?:real|reales|humano|humana|de verdad|en vivo|de carne y hueso|de(?:l equipo de)? soporte|del equipo|del? (?:servicio|atencion) al cliente))*";
const role = `${oneOf(
  "agente|persona|humano|ser humano|operador(?:a)?|representante|asesor(?:a)?|empleado|ejecutivo|moderador(?:a)?|admin",
  "supervisor(?:a)?",
  LOAN,
)}${real}`;
const desk =
  "(?:el |su )?(?:soporte(?: tecnico)?|servicio al cliente|servicio de atencion al cliente|atencion al cliente)";
const end = before(
  "por favor|porfa|ahora|ya|sobre|porque|para (?:que|ayudarme|hablar|resolver)|y|aqui|que (?:me|pueda|sepa|entienda)|en vez|please|pls",
);
const one = "(?:un |una |algun |alguna |otra |uno de sus |su |el |la )?";
const some = `(?:(?:un |una |algun |alguna |otra |uno de sus |su )?${role}|(?:el |la |su |un )?(?:encargad[oa]|gerente|supervisora?)|alguien${real}|ustedes)`;
const reach = oneOf(
  "(?:hablar|chatear|charlar|conversar|contactar|escribir|comunicar|conectar|transferir|pasar|poner)(?:me|nos)?",
  "(?:conecta|conecte|pasa|pase|pasen|comunica|comuniquen)(?:me|nos)|me (?:pasa|pasan|comunica|comunican|conecta|conectan)|ponme|pongame|transfiereme|transfierame|comuniqueme",
  "contacto|me (?:comunico|contacto)|ponerme en contacto",
);

export const spanish: Language = {
  call: `(?:con )?${oneOf(
    `(?:agente|humano|operador|asesor|representante)${real}|persona (?:real|humana|de verdad)|agente en vivo`,
    `atencion al cliente|servicio al cliente|soporte humano`,
  )}`,
  politeCall: "soporte|persona",
  please: words("por favor|porfa|porfavor|xfa"),
  around: words("hola|quiero|una?|ya|ahora|gracias|hablar con"),
  request: words(
    `${reach}(?: (?:por favor|directamente|ya))* (?:con|a) (?:${some}|${desk})${end}`,
    `(?:contactar|contacto|llamar)(?: (?:a|al|con))? ${desk}${end}`,
    `(?:quiero|necesito|quisiera|deseo|exijo|dame|deme|prefiero|me gustaria|busco) (?:a )?(?:un|una) (?:${role})${end}`,
    `(?:hay|esta) (?:alguna? |un |una )?(?:${role}|alguien) (?:aqui|disponible|con (?:quien|la que|el que)|que (?:me )?pueda)`,
    `(?:me )?puede (?:atender|ayudar)(?:me)? (?:un|una) ${role}`,
    `(?:que|q) me (?:atienda|ayude|conteste|responda|llame|contacte) ${some}${end}`,
    `(?:ayuda|atencion|respuesta|ser atendid[oa]|atendid[oa]) (?:de|por) ${some}${end}`,
    `que ${some} me (?:atienda|ayude|conteste|responda|llame|contacte)`,
    "(?:quiero|necesito|quisiera|prefiero) (?:atencion|ayuda|asistencia|soporte) human[oa]|con quien (?:puedo|podria) (?:hablar|chatear)",
    "no quiero (?:hablar|chatear|tratar) con (?:un |una |este |el )?(?:bot|robot|maquina|ia)",
  ),
  refusal: words(
    `(?:no|sin)(?: (?:quiero|necesito|deseo|quisiera|hace falta|es necesario|me|pases|conectes|comuniques|transfieras|hablar))+(?: \\S+){0,3}? ${one}${role}`,
    `sin (?:hablar|un|una)(?: \\S+){0,3}? ${role}|ayer`,
  ),
  words: ["hablar", "agente", "persona", "humano", "operador", "representante", "asesor", "soporte", "cliente"],
};
