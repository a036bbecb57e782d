import type { CaseTexts } from "../case-texts.ts";

export const fr: CaseTexts = {
  statuses: {
    open: "ouvert",
    pending: "en attente de votre réponse",
    elevated: "urgent",
    resolved: "résolu",
    closed: "fermé",
  },
  priorities: { low: "basse", normal: "normale", high: "haute", urgent: "urgente" },
  isNow: {
    open: (number) => `Votre dossier #${number} est maintenant ouvert.`,
    pending: (number) => `Votre dossier #${number} est maintenant en attente de votre réponse.`,
    elevated: (number) => `Votre dossier #${number} est maintenant urgent : une personne va bientôt s'en occuper.`,
    resolved: (number) => `Votre dossier #${number} est maintenant résolu.`,
    closed: (number) => `Votre dossier #${number} est maintenant fermé.`,
  },
  checkIn: (number) => `Est-ce résolu ? (Dossier #${number})`,
  howWasIt: (number) => `Comment avez-vous trouvé notre aide pour votre dossier #${number} ?`,
  thanks: "Merci pour votre note !",
  thanksForComment: "Merci pour votre commentaire !",

  close: "Fermer",
  stillAProblem: "Toujours un problème",
  addComment: "Ajouter un commentaire",
  commentTitle: "Votre commentaire",
  commentField: "Ce qui allait bien, ce qui peut s'améliorer",

  yourCases: "Vos dossiers, les derniers modifiés d'abord :",
  noCases: "Vous n'avez pas encore de dossier. Utilisez /helpme pour obtenir de l'aide.",
  status: "État",
  priority: "Priorité",
  opened: "Ouvert",
  changed: "Dernière modification",
  satisfaction: "Votre note",

  continued: (number, next) =>
    `Votre dossier #${number} est fermé depuis trop longtemps pour être rouvert. Votre dossier #${next} en prend la suite.`,
  noSuchCase: "Je ne trouve pas ce dossier parmi les vôtres.",
  alreadyClosed: (number) => `Votre dossier #${number} est déjà fermé.`,
  notClosed: (number) => `Votre dossier #${number} n'est pas fermé : nous y travaillons encore.`,
  notOver: (number) => `Votre dossier #${number} est de nouveau ouvert. Je vous demanderai votre avis à la fin.`,
  ratedAlready: (number) => `Vous avez déjà donné votre avis sur notre aide pour votre dossier #${number}. Merci !`,
  emptyComment: "Votre commentaire était vide ; il n'a donc pas été enregistré.",
};
