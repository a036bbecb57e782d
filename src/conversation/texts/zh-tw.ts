import type { Texts } from "../texts.ts";

export const zhTW: Texts = {
  greeting: (name) => `${name}，您好，請問需要什麼協助？`,
  lookIntoDm: (mention) => `${mention}，您好！您剛才請求協助，我們的客服已經傳送私人訊息給您了！`,
  dmClosed:
    "我無法傳送私人訊息給您。請允許接收此伺服器成員的私人訊息（點選伺服器名稱，再選「隱私設定」和「私人訊息」），然後再次使用 /helpme。",
  stillHere: "我們的對話仍在進行中，請直接在這裡輸入訊息。",
  suggestions: "以下文章對您有幫助嗎？",
  nothingFound: "找不到相關內容。您可以換個說法再問一次，或與真人客服交談。",
  offerPerson: "還是找不到相關資訊。要我請真人客服來協助您嗎？按一下按鈕即可。",
  smallTalk: {
    greeting: (name) => `${name}，您好！有什麼可以幫您的嗎？`,
    thanks: () => "不客氣！如果還有其他問題，請直接在這裡留言。",
    goodbye: () => "再見！如果還有其他問題，請直接在這裡留言。",
  },
  suggestedArticle: (title) => `建議文章：${title}`,
  articleGone: "這篇文章已無法閱讀，請再問我一次。",
  gladItHelped: "很高興能幫上忙！如果還有其他需要，請直接在這裡留言。",
  caseOpened: (number) => `您的案件編號是 #${number}。`,
  transferring: "正在為您轉接客服人員…",
  agentsUnreachable: "目前無法聯絡到客服人員。我會繼續嘗試，您在這裡輸入的內容都不會遺失。",
  noAgentAvailable:
    "很抱歉，目前沒有客服人員可以為您服務。您的案件會保持開啟。這段期間您可以繼續向我提問，或稍後再次要求真人客服。",
  outsideHours: (back) => `我們的團隊目前不在，將於 ${back} 回來。您的問題已建立案件。您可以就此留存，或等候真人客服。`,
  leftAsCase: (number) => `您的問題已建立案件 #${number}，我們的團隊會在這裡回覆您。`,
  agentJoined: (name) => `${name}已加入對話。`,
  agentLeft: (name) => `${name}已離開對話。`,
  backToAssistant: "現在由虛擬助理繼續為您服務。請問還需要什麼協助？",
  closed: "此對話已結束。傳送訊息即可開始新的對話。",
  notDelivered: "您的訊息未送達。",
  maybeNotDelivered: "您的訊息可能未送達。",
  messagesMissed: "這裡可能遺漏了一些訊息。",
  partlyDelivered: "您的訊息有部分內容未能送達，文字已送達。",
  anAgent: "客服人員",
  fileUnavailable: (filename) => `${filename}（無法載入此檔案）`,

  talkToPerson: "與真人客服交談",
  thatHelped: "有幫助",
  leaveAsCase: "就此留存",
  sendAgain: "重新傳送",

  staleButton: "這個按鈕屬於先前的對話，請改為傳送新訊息給我。",
  nothingToResend: "這則訊息已重新傳送，或已過期。如果仍有需要，請再寫一次。",
  foreignButton: "這個按鈕是給其他人使用的。如需協助，請使用 /helpme。",
  unknownCommand: "很抱歉，我不認識這個指令。如需協助，請使用 /helpme。",
  outOfDate: "很抱歉，這項操作已失效。如需協助，請使用 /helpme。",
  tryAgain: "很抱歉，目前無法聯絡到客服。請稍後再試一次。",
};
