import type { CaseTexts } from "../case-texts.ts";

export const en: CaseTexts = {
  statuses: { open: "open", pending: "waiting for you", elevated: "urgent", resolved: "resolved", closed: "closed" },
  priorities: { low: "low", normal: "normal", high: "high", urgent: "urgent" },
  isNow: {
    open: (number) => `Your case #${number} is now open.`,
    pending: (number) => `Your case #${number} is now waiting for your answer.`,
    elevated: (number) => `Your case #${number} is now urgent: a person will look at it soon.`,
    resolved: (number) => `Your case #${number} is now resolved.`,
    closed: (number) => `Your case #${number} is now closed.`,
  },
  checkIn: (number) => `Is this solved? (Case #${number})`,
  howWasIt: (number) => `How was our help with your case #${number}?`,
  thanks: "Thank you for your rating!",
  thanksForComment: "Thank you for your comment!",

  close: "Close",
  stillAProblem: "Still a problem",
  addComment: "Add a comment",
  commentTitle: "Your comment",
  commentField: "What was good, what could be better?",

  yourCases: "Your cases, the last changed first:",
  noCases: "You have no cases yet. Use /helpme to get help.",
  status: "Status",
  priority: "Priority",
  opened: "Opened",
  changed: "Last change",
  satisfaction: "Your rating",

  continued: (number, next) =>
    `Your case #${number} was closed too long ago to be reopened. Your case #${next} continues it.`,
  noSuchCase: "I cannot find this case among yours.",
  alreadyClosed: (number) => `Your case #${number} is closed already.`,
  notClosed: (number) => `Your case #${number} is not closed: we are still working on it.`,
  notOver: (number) => `Your case #${number} is open again. I will ask you when it is over.`,
  ratedAlready: (number) => `You have told us already how our help with your case #${number} was. Thank you!`,
  emptyComment: "There was nothing in your comment, so it was not stored.",
};
