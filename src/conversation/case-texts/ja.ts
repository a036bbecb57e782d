import type { CaseTexts } from "../case-texts.ts";

export const ja: CaseTexts = {
  statuses: { open: "対応中", pending: "お返事待ち", elevated: "緊急", resolved: "解決済み", closed: "終了" },
  priorities: { low: "低", normal: "通常", high: "高", urgent: "緊急" },
  isNow: {
    open: (number) => `お問い合わせ #${number} は対応中になりました。`,
    pending: (number) => `お問い合わせ #${number} はお客様のお返事をお待ちしています。`,
    elevated: (number) => `お問い合わせ #${number} は緊急扱いになりました。まもなく担当者が確認いたします。`,
    resolved: (number) => `お問い合わせ #${number} は解決済みになりました。`,
    closed: (number) => `お問い合わせ #${number} は終了しました。`,
  },
  checkIn: (number) => `この問題は解決しましたか？（お問い合わせ #${number}）`,
  howWasIt: (number) => `お問い合わせ #${number} の対応はいかがでしたか？`,
  thanks: "評価していただき、ありがとうございます！",
  thanksForComment: "コメントをいただき、ありがとうございます！",

  close: "終了する",
  stillAProblem: "まだ解決していない",
  addComment: "コメントを書く",
  commentTitle: "コメント",
  commentField: "良かった点、改善できる点",

  yourCases: "お問い合わせの一覧（更新の新しい順）：",
  noCases: "お問い合わせはまだありません。サポートが必要な場合は /helpme をお使いください。",
  status: "状態",
  priority: "優先度",
  opened: "受付",
  changed: "最終更新",
  satisfaction: "評価",

  continued: (number, next) =>
    `お問い合わせ #${number} は終了してから時間が経っているため再開できません。お問い合わせ #${next} で引き続き対応いたします。`,
  noSuchCase: "このお問い合わせは見つかりませんでした。",
  alreadyClosed: (number) => `お問い合わせ #${number} はすでに終了しています。`,
  notClosed: (number) => `お問い合わせ #${number} は終了していません。引き続き対応しております。`,
  notOver: (number) => `お問い合わせ #${number} は再開されています。終了しましたら改めてお伺いします。`,
  ratedAlready: (number) => `お問い合わせ #${number} の評価はすでにいただいています。ありがとうございます！`,
  emptyComment: "コメントが空だったため、保存されませんでした。",
};
