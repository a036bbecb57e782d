import type { ArticleLocale } from "../knowledge/article.ts";
import { bestLocale } from "./languages.ts";

/** The words around the articles, in one language. */
export type HelpTexts = {
  /** Title of the list. */
  readonly help: string;
  readonly about: string;
  readonly allArticles: string;
  readonly noArticles: string;
  /** Heads the articles without a label. */
  readonly more: string;
  /** `date` is a whole date, written out. */
  updatedOn(date: string): string;
  readonly otherLanguages: string;
  /** Leads to where an article was taken from. */
  readonly originalPage: string;
  readonly stillStuck: string;
  readonly notFound: string;
  readonly notFoundWhy: string;
  readonly perhaps: string;
  readonly unavailable: string;
  readonly unavailableWhy: string;
};

const en: HelpTexts = {
  help: "Help",
  about: "Answers to common questions.",
  allArticles: "All articles",
  noArticles: "There are no articles yet.",
  more: "More",
  updatedOn: (date) => `Updated on ${date}`,
  otherLanguages: "Other languages",
  originalPage: "Original page",
  stillStuck: "Still stuck? Use /helpme on our Discord server and we will write to you.",
  notFound: "There is no such article",
  notFoundWhy: "It may have been removed, or the link is not complete.",
  perhaps: "Perhaps you are looking for:",
  unavailable: "This page cannot be shown right now",
  unavailableWhy: "Please try again in a minute.",
};

const de: HelpTexts = {
  help: "Hilfe",
  about: "Antworten auf häufige Fragen.",
  allArticles: "Alle Artikel",
  noArticles: "Es gibt noch keine Artikel.",
  more: "Weitere",
  updatedOn: (date) => `Aktualisiert am ${date}`,
  otherLanguages: "Andere Sprachen",
  originalPage: "Ursprüngliche Seite",
  stillStuck: "Immer noch ratlos? Benutze /helpme auf unserem Discord-Server, dann schreiben wir dir.",
  notFound: "Diesen Artikel gibt es nicht",
  notFoundWhy: "Vielleicht wurde er entfernt, oder der Link ist unvollständig.",
  perhaps: "Vielleicht suchst du:",
  unavailable: "Diese Seite kann gerade nicht angezeigt werden",
  unavailableWhy: "Bitte versuche es in einer Minute noch einmal.",
};

const es: HelpTexts = {
  help: "Ayuda",
  about: "Respuestas a las preguntas más frecuentes.",
  allArticles: "Todos los artículos",
  noArticles: "Todavía no hay artículos.",
  more: "Más",
  updatedOn: (date) => `Actualizado el ${date}`,
  otherLanguages: "Otros idiomas",
  originalPage: "Página original",
  stillStuck: "¿Sigues con dudas? Usa /helpme en nuestro servidor de Discord y te escribiremos.",
  notFound: "Este artículo no existe",
  notFoundWhy: "Puede que se haya eliminado o que el enlace esté incompleto.",
  perhaps: "Quizá buscas:",
  unavailable: "Ahora mismo no se puede mostrar esta página",
  unavailableWhy: "Vuelve a intentarlo dentro de un minuto.",
};

const fr: HelpTexts = {
  help: "Aide",
  about: "Les réponses aux questions les plus fréquentes.",
  allArticles: "Tous les articles",
  noArticles: "Il n’y a pas encore d’articles.",
  more: "Autres",
  updatedOn: (date) => `Mis à jour le ${date}`,
  otherLanguages: "Autres langues",
  originalPage: "Page d’origine",
  stillStuck: "Toujours bloqué ? Utilise /helpme sur notre serveur Discord et nous t’écrirons.",
  notFound: "Cet article n’existe pas",
  notFoundWhy: "Il a peut-être été supprimé, ou le lien est incomplet.",
  perhaps: "Tu cherches peut-être :",
  unavailable: "Cette page ne peut pas être affichée pour le moment",
  unavailableWhy: "Réessaie dans une minute.",
};

const ptBR: HelpTexts = {
  help: "Ajuda",
  about: "Respostas para as perguntas mais frequentes.",
  allArticles: "Todos os artigos",
  noArticles: "Ainda não há artigos.",
  more: "Outros",
  updatedOn: (date) => `Atualizado em ${date}`,
  otherLanguages: "Outros idiomas",
  originalPage: "Página original",
  stillStuck: "Ainda com dúvidas? Use /helpme no nosso servidor do Discord e escreveremos para você.",
  notFound: "Este artigo não existe",
  notFoundWhy: "Ele pode ter sido removido, ou o link está incompleto.",
  perhaps: "Talvez você procure:",
  unavailable: "Esta página não pode ser exibida agora",
  unavailableWhy: "Tente de novo em um minuto.",
};

const ja: HelpTexts = {
  help: "ヘルプ",
  about: "よくある質問への回答です。",
  allArticles: "すべての記事",
  noArticles: "記事はまだありません。",
  more: "その他",
  updatedOn: (date) => `更新日：${date}`,
  otherLanguages: "ほかの言語",
  originalPage: "元のページ",
  stillStuck: "解決しない場合は、Discord サーバーで /helpme を使ってください。こちらからご連絡します。",
  notFound: "この記事は見つかりません",
  notFoundWhy: "削除されたか、リンクが途中で切れている可能性があります。",
  perhaps: "お探しの記事はこちらかもしれません：",
  unavailable: "ただいまこのページを表示できません",
  unavailableWhy: "しばらくしてからもう一度お試しください。",
};

const zhTW: HelpTexts = {
  help: "說明",
  about: "常見問題的解答。",
  allArticles: "所有文章",
  noArticles: "目前還沒有文章。",
  more: "其他",
  updatedOn: (date) => `更新日期：${date}`,
  otherLanguages: "其他語言",
  originalPage: "原始頁面",
  stillStuck: "還是沒解決嗎？請在我們的 Discord 伺服器使用 /helpme，我們會與你聯絡。",
  notFound: "找不到這篇文章",
  notFoundWhy: "文章可能已移除，或是連結不完整。",
  perhaps: "你要找的可能是：",
  unavailable: "目前無法顯示此頁面",
  unavailableWhy: "請稍後再試。",
};

const fa: HelpTexts = {
  help: "راهنما",
  about: "پاسخ پرسش‌های پرتکرار.",
  allArticles: "همهٔ مقاله‌ها",
  noArticles: "هنوز مقاله‌ای نیست.",
  more: "بیشتر",
  updatedOn: (date) => `به‌روزرسانی: ${date}`,
  otherLanguages: "زبان‌های دیگر",
  originalPage: "صفحهٔ اصلی",
  stillStuck: "هنوز مشکل دارید؟ در سرور دیسکورد ما از ‎/helpme استفاده کنید تا به شما پیام بدهیم.",
  notFound: "چنین مقاله‌ای وجود ندارد",
  notFoundWhy: "شاید حذف شده باشد یا پیوند کامل نباشد.",
  perhaps: "شاید به دنبال این هستید:",
  unavailable: "این صفحه اکنون نمایش داده نمی‌شود",
  unavailableWhy: "لطفاً یک دقیقهٔ دیگر دوباره امتحان کنید.",
};

/** All languages that the pages speak. */
export const HELP_TEXTS: Readonly<Record<string, HelpTexts>> = { en, de, es, fr, "pt-BR": ptBR, ja, "zh-TW": zhTW, fa };

/** The words for a page in this language; English where we do not speak it. */
export function helpTextsIn(locale: ArticleLocale): HelpTexts {
  return HELP_TEXTS[bestLocale([locale, "en"], Object.keys(HELP_TEXTS)) ?? "en"] ?? en;
}
