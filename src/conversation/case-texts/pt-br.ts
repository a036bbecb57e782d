import type { CaseTexts } from "../case-texts.ts";

export const ptBR: CaseTexts = {
  statuses: {
    open: "aberto",
    pending: "aguardando sua resposta",
    elevated: "urgente",
    resolved: "resolvido",
    closed: "fechado",
  },
  priorities: { low: "baixa", normal: "média", high: "alta", urgent: "urgente" },
  isNow: {
    open: (number) => `Seu caso #${number} agora está aberto.`,
    pending: (number) => `Seu caso #${number} agora está aguardando sua resposta.`,
    elevated: (number) => `Seu caso #${number} agora é urgente: uma pessoa vai cuidar dele em breve.`,
    resolved: (number) => `Seu caso #${number} agora está resolvido.`,
    closed: (number) => `Seu caso #${number} agora está fechado.`,
  },
  checkIn: (number) => `Isso está resolvido? (Caso #${number})`,
  howWasIt: (number) => `Como foi nossa ajuda com o seu caso #${number}?`,
  thanks: "Obrigado pela sua avaliação!",
  thanksForComment: "Obrigado pelo seu comentário!",

  close: "Fechar",
  stillAProblem: "Ainda é um problema",
  addComment: "Adicionar um comentário",
  commentTitle: "Seu comentário",
  commentField: "O que foi bom? O que pode melhorar?",

  yourCases: "Seus casos, os alterados por último primeiro:",
  noCases: "Você ainda não tem casos. Use /helpme para pedir ajuda.",
  status: "Situação",
  priority: "Prioridade",
  opened: "Aberto",
  changed: "Última alteração",
  satisfaction: "Sua avaliação",

  continued: (number, next) =>
    `Seu caso #${number} foi fechado há tempo demais para ser reaberto. Seu caso #${next} dá continuidade a ele.`,
  noSuchCase: "Não encontro esse caso entre os seus.",
  alreadyClosed: (number) => `Seu caso #${number} já está fechado.`,
  notClosed: (number) => `Seu caso #${number} não está fechado: ainda estamos cuidando dele.`,
  notOver: (number) => `Seu caso #${number} está aberto de novo. Vou perguntar quando ele terminar.`,
  ratedAlready: (number) => `Você já nos disse como foi nossa ajuda com o seu caso #${number}. Obrigado!`,
  emptyComment: "Seu comentário estava vazio, por isso não foi salvo.",
};
