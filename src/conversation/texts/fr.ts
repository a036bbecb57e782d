import type { Texts } from "../texts.ts";

export const fr: Texts = {
  greeting: (name) => `Bonjour ${name}, comment puis-je vous aider ?`,
  lookIntoDm: (mention) =>
    `Bonjour ${mention} ! Vous avez demandé de l'aide. Notre service client vient de vous envoyer un message privé !`,
  dmClosed:
    "Je n'ai pas pu vous envoyer de message privé. Veuillez autoriser les messages privés des membres de ce serveur " +
    "(touchez le nom du serveur, puis Paramètres de confidentialité, puis Messages privés) et utiliser à nouveau /helpme.",
  stillHere: "Notre conversation est toujours ouverte. Écrivez simplement votre message ici.",
  suggestions: "L'un de ces articles vous aide-t-il ?",
  nothingFound:
    "Je n'ai rien trouvé à ce sujet. Vous pouvez reformuler votre question ou parler à une personne de notre équipe.",
  offerPerson:
    "Je ne trouve toujours rien. Voulez-vous que j'appelle une personne de notre équipe ? Il suffit d'appuyer sur le bouton.",
  smallTalk: {
    greeting: (name) => `Bonjour ${name} ! Comment puis-je vous aider ?`,
    thanks: () => "Avec plaisir ! Si vous avez besoin d'autre chose, écrivez ici.",
    goodbye: () => "À bientôt ! Si vous avez besoin d'autre chose, écrivez ici.",
  },
  suggestedArticle: (title) => `Article suggéré : ${title}`,
  articleGone: "Cet article n'est plus disponible. Veuillez me reposer votre question.",
  gladItHelped: "Tant mieux ! Si vous avez besoin d'autre chose, écrivez simplement ici.",
  caseOpened: (number) => `Votre numéro de dossier est le #${number}.`,
  transferring: "Nous vous mettons en relation avec l'un de nos agents…",
  agentsUnreachable:
    "Nos agents sont injoignables pour le moment. Je continue d'essayer, et rien de ce que vous écrivez ici ne sera perdu.",
  noAgentAvailable:
    "Désolé, aucun de nos agents n'est disponible pour le moment. Votre dossier reste ouvert. En attendant, vous pouvez " +
    "me poser vos questions, ou demander à nouveau une personne plus tard.",
  outsideHours: (back) =>
    `Notre équipe est absente et sera de retour le ${back}. Votre question est enregistrée comme dossier. Vous pouvez en rester là ou attendre un agent.`,
  leftAsCase: (number) => `Votre question est enregistrée sous le dossier #${number}. Notre équipe vous répondra ici.`,
  agentJoined: (name) => `${name} a rejoint la conversation.`,
  agentLeft: (name) => `${name} a quitté la conversation.`,
  backToAssistant: "Vous parlez à nouveau avec l'assistant virtuel. Que puis-je faire d'autre pour vous ?",
  closed: "Cette conversation est terminée. Envoyez un message pour en commencer une nouvelle.",
  notDelivered: "Votre message n'a pas été remis.",
  maybeNotDelivered: "Il est possible que votre message n'ait pas été remis.",
  messagesMissed: "Il manque peut-être des messages ici.",
  partlyDelivered: "Une partie de votre message n'a pas pu être remise ; le texte l'a été.",
  anAgent: "Un agent",
  fileUnavailable: (filename) => `${filename} (ce fichier n'a pas pu être chargé)`,

  talkToPerson: "Parler à une personne",
  thatHelped: "Cela m'a aidé",
  leaveAsCase: "En rester là",
  sendAgain: "Renvoyer",

  staleButton: "Ce bouton appartient à une conversation précédente. Veuillez plutôt m'envoyer un nouveau message.",
  nothingToResend:
    "Ce message a déjà été renvoyé, ou il est trop ancien. Écrivez-le à nouveau si vous en avez encore besoin.",
  foreignButton: "Ce bouton est destiné à quelqu'un d'autre. Utilisez /helpme pour obtenir de l'aide.",
  unknownCommand: "Désolé, je ne connais pas cette commande. Utilisez /helpme pour obtenir de l'aide.",
  outOfDate: "Désolé, cela ne fonctionne plus. Utilisez /helpme pour obtenir de l'aide.",
  tryAgain: "Désolé, notre service client est injoignable. Veuillez réessayer dans un instant.",
};
