import type { CaseTexts } from "../case-texts.ts";

export const de: CaseTexts = {
  statuses: {
    open: "offen",
    pending: "wartet auf dich",
    elevated: "dringend",
    resolved: "gelöst",
    closed: "geschlossen",
  },
  priorities: { low: "niedrig", normal: "mittel", high: "hoch", urgent: "dringend" },
  isNow: {
    open: (number) => `Dein Fall #${number} ist jetzt offen.`,
    pending: (number) => `Dein Fall #${number} wartet jetzt auf deine Antwort.`,
    elevated: (number) => `Dein Fall #${number} ist jetzt dringend: Jemand aus unserem Team sieht ihn sich bald an.`,
    resolved: (number) => `Dein Fall #${number} ist jetzt gelöst.`,
    closed: (number) => `Dein Fall #${number} ist jetzt geschlossen.`,
  },
  checkIn: (number) => `Ist das gelöst? (Fall #${number})`,
  howWasIt: (number) => `Wie war unsere Hilfe bei deinem Fall #${number}?`,
  thanks: "Danke für deine Bewertung!",
  thanksForComment: "Danke für deinen Kommentar!",

  close: "Schließen",
  stillAProblem: "Immer noch ein Problem",
  addComment: "Kommentar hinzufügen",
  commentTitle: "Dein Kommentar",
  commentField: "Was war gut, was könnte besser sein?",

  yourCases: "Deine Fälle, die zuletzt geänderten zuerst:",
  noCases: "Du hast noch keine Fälle. Mit /helpme bekommst du Hilfe.",
  status: "Stand",
  priority: "Dringlichkeit",
  opened: "Eröffnet",
  changed: "Letzte Änderung",
  satisfaction: "Deine Bewertung",

  continued: (number, next) =>
    `Dein Fall #${number} ist schon zu lange geschlossen, um wieder geöffnet zu werden. Dein Fall #${next} setzt ihn fort.`,
  noSuchCase: "Diesen Fall finde ich unter deinen nicht.",
  alreadyClosed: (number) => `Dein Fall #${number} ist schon geschlossen.`,
  notClosed: (number) => `Dein Fall #${number} ist nicht geschlossen: Wir arbeiten noch daran.`,
  notOver: (number) => `Dein Fall #${number} ist wieder offen. Ich frage dich, wenn er abgeschlossen ist.`,
  ratedAlready: (number) => `Du hast uns schon gesagt, wie unsere Hilfe bei deinem Fall #${number} war. Danke!`,
  emptyComment: "Dein Kommentar war leer und wurde deshalb nicht gespeichert.",
};
