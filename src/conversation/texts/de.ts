import type { Texts } from "../texts.ts";

export const de: Texts = {
  greeting: (name) => `Hallo ${name}, wie kann ich dir helfen?`,
  lookIntoDm: (mention) =>
    `Hallo ${mention}! Du hast um Hilfe gebeten. Unser Kundenservice hat dir gerade eine Direktnachricht geschickt!`,
  dmClosed:
    "Ich konnte dir keine Direktnachricht schicken. Bitte erlaube Direktnachrichten von Mitgliedern dieses Servers (tippe " +
    "auf den Namen des Servers, dann auf Privatsphäre-Einstellungen, dann auf Direktnachrichten) und nutze /helpme noch " +
    "einmal.",
  stillHere: "Unsere Unterhaltung ist noch offen. Schreib deine Nachricht einfach hier.",
  suggestions: "Hilft dir einer dieser Artikel?",
  nothingFound:
    "Dazu habe ich leider nichts gefunden. Du kannst es anders formulieren oder mit einem Menschen sprechen.",
  offerPerson:
    "Dazu finde ich leider wieder nichts. Soll ich jemanden aus unserem Team holen? Ein Druck auf den Knopf genügt.",
  smallTalk: {
    greeting: (name) => `Hallo ${name}! Wobei kann ich dir helfen?`,
    thanks: () => "Gern geschehen! Wenn du noch etwas brauchst, schreib einfach hier.",
    goodbye: () => "Bis bald! Wenn du noch etwas brauchst, schreib einfach hier.",
  },
  suggestedArticle: (title) => `Vorgeschlagener Artikel: ${title}`,
  articleGone: "Diesen Artikel gibt es nicht mehr. Bitte frag mich noch einmal.",
  gladItHelped: "Das freut mich! Wenn du noch etwas brauchst, schreib einfach hier.",
  caseOpened: (number) => `Deine Fallnummer ist #${number}.`,
  transferring: "Du wirst mit jemandem aus unserem Team verbunden…",
  agentsUnreachable:
    "Unser Team ist im Moment nicht erreichbar. Ich versuche es weiter, und nichts, was du hier schreibst, geht verloren.",
  noAgentAvailable:
    "Leider ist im Moment niemand aus unserem Team verfügbar. Dein Fall bleibt offen. Du kannst inzwischen mich fragen " +
    "oder später noch einmal um einen Menschen bitten.",
  outsideHours: (back) =>
    `Unser Team ist gerade nicht da und am ${back} zurück. Deine Frage ist als Fall festgehalten. Du kannst es dabei belassen oder auf einen Menschen warten.`,
  leftAsCase: (number) => `Deine Frage ist als Fall #${number} festgehalten. Unser Team meldet sich hier bei dir.`,
  agentJoined: (name) => `${name} ist der Unterhaltung beigetreten.`,
  agentLeft: (name) => `${name} hat die Unterhaltung verlassen.`,
  backToAssistant: "Du sprichst wieder mit dem virtuellen Assistenten. Was kann ich noch für dich tun?",
  closed: "Diese Unterhaltung wurde geschlossen. Schick eine Nachricht, um eine neue zu beginnen.",
  notDelivered: "Deine Nachricht wurde nicht zugestellt.",
  maybeNotDelivered: "Deine Nachricht wurde möglicherweise nicht zugestellt.",
  messagesMissed: "Hier fehlen möglicherweise einige Nachrichten.",
  partlyDelivered: "Ein Teil deiner Nachricht konnte nicht zugestellt werden; der Text wurde zugestellt.",
  anAgent: "Jemand aus unserem Team",
  fileUnavailable: (filename) => `${filename} (diese Datei konnte nicht geladen werden)`,

  talkToPerson: "Mit einem Menschen sprechen",
  thatHelped: "Das hat geholfen",
  leaveAsCase: "Als Fall belassen",
  sendAgain: "Erneut senden",

  staleButton: "Diese Schaltfläche gehört zu einer früheren Unterhaltung. Bitte schick mir stattdessen eine Nachricht.",
  nothingToResend:
    "Diese Nachricht wurde schon erneut gesendet, oder sie ist zu alt. Bitte schreibe sie noch einmal, falls du sie noch brauchst.",
  foreignButton: "Diese Schaltfläche ist für jemand anderen. Mit /helpme bekommst du selbst Hilfe.",
  unknownCommand: "Diesen Befehl kenne ich leider nicht. Mit /helpme bekommst du Hilfe.",
  outOfDate: "Das funktioniert leider nicht mehr. Mit /helpme bekommst du Hilfe.",
  tryAgain: "Unser Kundenservice war leider nicht erreichbar. Bitte versuch es gleich noch einmal.",
};
