import { oneOf, words } from "../plain-text.ts";
import { before, type Language, LOAN } from "./language.ts";

const real = "(?: (?:real|humano|humana|de verdade|ao vivo|do suporte|do atendimento|da equipe))*";
const role = `${oneOf(
  "agente|pessoa|gente|humano|ser humano|atendente|operador(?:a)?|representante|funcionari[oa]|supervisor(?:a)?|moderador(?:a)?|admin",
  "alguem",
  LOAN,
)}${real}`;
const desk = "(?:o |a )?(?:suporte(?: tecnico)?|atendimento(?: humano| ao cliente)?|sac|central de atendimento)";
const polite = "por favor|pfv|pf|porfavor|please";
const end = before(
  polite,
  "agora|ja|sobre|porque|urgente|(?:pra|para) (?:que|me|falar|resolver)|e|aqui|que (?:possa|me|entenda)",
);
const one = "(?:um |uma |algum |alguma |outra |outro )?";
const reach = oneOf(
  "falar|falo|conversar|contatar|transferir|ser transferid[oa]|(?:entrar|entro) em contato|encaminhe-me|conecte-me",
  "me (?:conecta|conecte|passa|passe|passar|transfere|transfira|transferir|coloca|coloque|encaminha|encaminhe)",
);

export const portuguese: Language = {
  call: `(?:com )?${oneOf(
    `(?:agente|humano|atendente|operador|representante)${real}|atendimento humano|suporte humano|pessoa (?:real|de verdade)`,
  )}`,
  politeCall: "suporte|pessoa",
  please: words(polite),
  around: words("oi|ola|quero|uma?|agora|ja|obrigad[oa]|falar com"),
  request: words(
    `${reach}(?: (?:direto|diretamente|logo|${polite}))* (?:com|pra|para|a|c) (?:${one}${role}|(?:o |a |seu |sua )?(?:gerente|supervisora?|responsavel)|${desk})${end}`,
    `(?:quero|preciso de|preciso|gostaria de|desejo|prefiro|me da|me de|chama|chame|exijo) (?:ter )?(?:um |uma )${role}${end}`,
    `(?:chama|chame|chamar) alguem (?:do|da) (?:suporte|equipe|atendimento)`,
    `(?:tem|ha|existe) ${one}${role} (?:ai|aqui|disponivel|com quem|que possa)`,
    "alguem (?:do|da) (?:suporte|equipe|atendimento) (?:pode|poderia) (?:me )?(?:ajudar|atender|responder)",
    "(?:quero|preciso de|gostaria de) (?:ajuda|suporte|assistencia|atendimento) human[oa]",
    `(?:tem|ha|existe) atendimento humano`,
    `(?:um|uma) ${role} (?:pode|poderia) me (?:ajudar|atender|responder)`,
    `(?:atendid[oa]|ajuda|resposta) (?:por|de) ${one}${role}${end}`,
    "(?:nao quero|chega de) (?:falar|conversar) com (?:um |uma |esse |essa |o )?(?:bot|robo|maquina|ia)",
  ),
  refusal: words(`(?:nao (?:quero|preciso|gostaria|desejo|me|e necessario|precisa)|sem)(?: \\S+){0,4}? ${role}|ontem`),
  words: ["falar", "pessoa", "humano", "atendente", "atendimento", "suporte", "representante", "agente"],
};
