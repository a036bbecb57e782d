import type { CaseTexts } from "../case-texts.ts";

export const es: CaseTexts = {
  statuses: {
    open: "abierto",
    pending: "a la espera de tu respuesta",
    elevated: "urgente",
    resolved: "resuelto",
    closed: "cerrado",
  },
  priorities: { low: "baja", normal: "media", high: "alta", urgent: "urgente" },
  isNow: {
    open: (number) => `Tu caso #${number} está ahora abierto.`,
    pending: (number) => `Tu caso #${number} está ahora a la espera de tu respuesta.`,
    elevated: (number) => `Tu caso #${number} es ahora urgente: una persona lo revisará pronto.`,
    resolved: (number) => `Tu caso #${number} está ahora resuelto.`,
    closed: (number) => `Tu caso #${number} está ahora cerrado.`,
  },
  checkIn: (number) => `¿Está resuelto? (Caso #${number})`,
  howWasIt: (number) => `¿Qué te ha parecido nuestra ayuda con tu caso #${number}?`,
  thanks: "¡Gracias por tu valoración!",
  thanksForComment: "¡Gracias por tu comentario!",

  close: "Cerrar",
  stillAProblem: "Sigue siendo un problema",
  addComment: "Añadir un comentario",
  commentTitle: "Tu comentario",
  commentField: "¿Qué ha ido bien? ¿Qué podría mejorar?",

  yourCases: "Tus casos, primero los que cambiaron hace menos:",
  noCases: "Todavía no tienes casos. Usa /helpme para recibir ayuda.",
  status: "Estado",
  priority: "Prioridad",
  opened: "Abierto",
  changed: "Último cambio",
  satisfaction: "Tu valoración",

  continued: (number, next) =>
    `Tu caso #${number} se cerró hace demasiado tiempo para reabrirlo. Tu caso #${next} lo continúa.`,
  noSuchCase: "No encuentro este caso entre los tuyos.",
  alreadyClosed: (number) => `Tu caso #${number} ya está cerrado.`,
  notClosed: (number) => `Tu caso #${number} no está cerrado: seguimos trabajando en él.`,
  notOver: (number) => `Tu caso #${number} está abierto de nuevo. Te preguntaré cuando haya terminado.`,
  ratedAlready: (number) => `Ya nos has dicho qué te pareció nuestra ayuda con tu caso #${number}. ¡Gracias!`,
  emptyComment: "Tu comentario estaba vacío, así que no se ha guardado.",
};
