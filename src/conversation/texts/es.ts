import type { Texts } from "../texts.ts";

export const es: Texts = {
  greeting: (name) => `Hola, ${name}: ¿en qué puedo ayudarte?`,
  lookIntoDm: (mention) =>
    `¡Hola, ${mention}! Has pedido ayuda. ¡Nuestro servicio de atención al cliente acaba de enviarte un mensaje directo!`,
  dmClosed:
    "No he podido enviarte un mensaje directo. Permite los mensajes directos de los miembros de este servidor (toca el " +
    "nombre del servidor, luego Ajustes de privacidad y después Mensajes directos) y usa /helpme otra vez.",
  stillHere: "Nuestra conversación sigue abierta. Escribe aquí tu mensaje.",
  suggestions: "¿Te ayuda alguno de estos artículos?",
  nothingFound: "No he encontrado nada sobre eso. Puedes decirlo con otras palabras o hablar con una persona.",
  offerPerson:
    "Sigo sin encontrar nada. ¿Quieres que avise a una persona de nuestro equipo? Solo tienes que pulsar el botón.",
  smallTalk: {
    greeting: (name) => `¡Hola, ${name}! ¿En qué puedo ayudarte?`,
    thanks: () => "¡De nada! Si necesitas algo más, escribe aquí.",
    goodbye: () => "¡Hasta pronto! Si necesitas algo más, escribe aquí.",
  },
  suggestedArticle: (title) => `Artículo sugerido: ${title}`,
  articleGone: "Este artículo ya no está disponible. Por favor, pregúntame otra vez.",
  gladItHelped: "¡Me alegro! Si necesitas algo más, escribe aquí.",
  caseOpened: (number) => `Tu número de caso es #${number}.`,
  transferring: "Te estamos transfiriendo con uno de nuestros agentes…",
  agentsUnreachable:
    "En este momento no podemos contactar con nuestros agentes. Seguiré intentándolo y no se perderá nada de lo que " +
    "escribas aquí.",
  noAgentAvailable:
    "Lo sentimos, en este momento no hay ningún agente disponible. Tu caso sigue abierto. Mientras tanto puedes " +
    "preguntarme a mí o volver a pedir hablar con una persona más tarde.",
  outsideHours: (back) =>
    `Nuestro equipo no está ahora y volverá el ${back}. Tu pregunta queda guardada como caso. Puedes dejarlo así o esperar a una persona.`,
  leftAsCase: (number) => `Tu pregunta queda guardada como el caso #${number}. Nuestro equipo te responderá aquí.`,
  agentJoined: (name) => `${name} se ha unido a la conversación.`,
  agentLeft: (name) => `${name} ha salido de la conversación.`,
  backToAssistant: "Vuelves a hablar con el asistente virtual. ¿Qué más puedo hacer por ti?",
  closed: "Esta conversación se ha cerrado. Envía un mensaje para empezar una nueva.",
  notDelivered: "Tu mensaje no se ha entregado.",
  maybeNotDelivered: "Es posible que tu mensaje no se haya entregado.",
  messagesMissed: "Es posible que aquí falten algunos mensajes.",
  partlyDelivered: "Una parte de tu mensaje no se ha podido entregar; el texto sí.",
  anAgent: "Un agente",
  fileUnavailable: (filename) => `${filename} (no se ha podido cargar este archivo)`,

  talkToPerson: "Hablar con una persona",
  thatHelped: "Me ha servido",
  leaveAsCase: "Dejarlo como caso",
  sendAgain: "Enviar de nuevo",

  staleButton: "Este botón es de una conversación anterior. Por favor, envíame un mensaje nuevo.",
  nothingToResend:
    "Este mensaje ya se envió de nuevo o es demasiado antiguo. Escríbelo otra vez si todavía lo necesitas.",
  foreignButton: "Este botón es para otra persona. Usa /helpme para recibir ayuda.",
  unknownCommand: "Lo siento, no conozco ese comando. Usa /helpme para recibir ayuda.",
  outOfDate: "Lo siento, esto ya no funciona. Usa /helpme para recibir ayuda.",
  tryAgain:
    "Lo sentimos, no se ha podido contactar con nuestro servicio de atención al cliente. Inténtalo de nuevo en un momento.",
};
