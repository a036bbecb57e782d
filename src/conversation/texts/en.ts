import type { Texts } from "../texts.ts";

export const en: Texts = {
  greeting: (name) => `Hi ${name}, how may I help you?`,
  lookIntoDm: (mention) => `Hi ${mention}! You requested help. Our customer service just DM'ed you!`,
  dmClosed:
    "I could not send you a direct message. Please allow direct messages from members of this server (tap the server's " +
    "name, then Privacy Settings, then Direct Messages), and use /helpme again.",
  stillHere: "Our conversation is still open. Just write your message here.",
  suggestions: "Does one of these help?",
  nothingFound: "I could not find anything about that. You can put it in other words, or talk to a person.",
  offerPerson: "I still could not find anything. Shall I get one of our agents? Just press the button.",
  smallTalk: {
    greeting: (name) => `Hi ${name}! What can I help you with?`,
    thanks: () => "You're welcome! If you need anything else, just write here.",
    goodbye: () => "Goodbye! If you need anything else, just write here.",
  },
  suggestedArticle: (title) => `Suggested article: ${title}`,
  articleGone: "This article is no longer available. Please ask me again.",
  gladItHelped: "Glad to hear that! If you need anything else, just write here.",
  caseOpened: (number) => `Your case id is #${number}.`,
  transferring: "Transferring you to one of our agents…",
  agentsUnreachable:
    "Our agents cannot be reached at the moment. I keep trying, and nothing you write here will get lost.",
  noAgentAvailable:
    "Sorry, none of our agents is available at the moment. Your case stays open. You can ask me in the meantime, or ask " +
    "for a person again later.",
  outsideHours: (back) =>
    `Our team is away and will be back on ${back}. Your question is kept as a case. You can leave it at that, or wait for a person.`,
  leftAsCase: (number) => `Your question is kept as case #${number}. Our team will get back to you here.`,
  agentJoined: (name) => `${name} has joined the conversation.`,
  agentLeft: (name) => `${name} has left the conversation.`,
  backToAssistant: "You are talking to the virtual assistant again. What else can I do for you?",
  closed: "This conversation was closed. Send a message to start a new one.",
  notDelivered: "Your message was not delivered.",
  maybeNotDelivered: "Your message may not have been delivered.",
  messagesMissed: "Some messages may have been missed here.",
  partlyDelivered: "A part of your message could not be delivered; its text was.",
  anAgent: "An agent",
  fileUnavailable: (filename) => `${filename} (this file could not be loaded)`,

  talkToPerson: "Talk to a person",
  thatHelped: "That helped",
  leaveAsCase: "Leave it as a case",
  sendAgain: "Send again",

  staleButton: "This button belongs to an earlier conversation. Please send me a new message instead.",
  nothingToResend:
    "This message was already sent again, or it is too old. Please write it once more if you still need it.",
  foreignButton: "This button is meant for somebody else. Use /helpme to get help yourself.",
  unknownCommand: "Sorry, I do not know this command. Use /helpme to get help.",
  outOfDate: "Sorry, this no longer works. Use /helpme to get help.",
  tryAgain: "Sorry, our customer service could not be reached. Please try again in a moment.",
};
