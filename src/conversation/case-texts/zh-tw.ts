import type { CaseTexts } from "../case-texts.ts";

export const zhTW: CaseTexts = {
  statuses: { open: "處理中", pending: "等待您回覆", elevated: "緊急", resolved: "已解決", closed: "已結案" },
  priorities: { low: "低", normal: "一般", high: "高", urgent: "緊急" },
  isNow: {
    open: (number) => `您的案件 #${number} 目前處理中。`,
    pending: (number) => `您的案件 #${number} 目前正在等待您的回覆。`,
    elevated: (number) => `您的案件 #${number} 已列為緊急，客服人員將盡快處理。`,
    resolved: (number) => `您的案件 #${number} 已解決。`,
    closed: (number) => `您的案件 #${number} 已結案。`,
  },
  checkIn: (number) => `問題解決了嗎？（案件 #${number}）`,
  howWasIt: (number) => `您對案件 #${number} 的服務滿意嗎？`,
  thanks: "感謝您的評分！",
  thanksForComment: "感謝您的意見！",

  close: "結案",
  stillAProblem: "問題仍未解決",
  addComment: "留下意見",
  commentTitle: "您的意見",
  commentField: "哪些地方做得好？哪些可以改進？",

  yourCases: "您的案件（最近更新的在前）：",
  noCases: "您還沒有案件。如需協助，請使用 /helpme。",
  status: "狀態",
  priority: "優先順序",
  opened: "建立時間",
  changed: "最近更新",
  satisfaction: "您的評分",

  continued: (number, next) => `您的案件 #${number} 結案已久，無法重新開啟，將由案件 #${next} 繼續處理。`,
  noSuchCase: "在您的案件中找不到這個案件。",
  alreadyClosed: (number) => `您的案件 #${number} 已經結案。`,
  notClosed: (number) => `您的案件 #${number} 尚未結案，我們仍在處理。`,
  notOver: (number) => `您的案件 #${number} 已重新開啟，結案後我會再詢問您。`,
  ratedAlready: (number) => `您已經為案件 #${number} 評分過了，謝謝您！`,
  emptyComment: "您的意見是空白的，因此沒有儲存。",
};
