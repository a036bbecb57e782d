import { plainText, unspaced, without, words } from "../conversation/plain-text.ts";

export type SmallTalk = "greeting" | "thanks" | "goodbye";

/**
 * What a message is about that is nothing but small talk: where a question follows the greeting, it is null, and null for
 * what says nothing at all ("ok"). Of several the last in the chat counts: "thanks, bye" is a goodbye.
 */
export function smallTalkOf(text: string): SmallTalk | null {
  if (text.length > MAX_TEXT) return null;
  let rest = plainText(text).replace(DISCORD_MARKUP, " ").replace(STRETCHED, "$1").replace(SEPARATOR, " ");
  const found = new Set<SmallTalk>();
  for (const { topic, phrases } of TOPICS) {
    const left = without(rest, phrases);
    if (left !== rest.trim()) found.add(topic);
    rest = left;
  }
  if (/[\p{L}\p{N}]/u.test(without(rest, AROUND))) return null;
  return found.has("goodbye") ? "goodbye" : found.has("thanks") ? "thanks" : found.has("greeting") ? "greeting" : null;
}

/** Small talk is short. */
const MAX_TEXT = 200;
/** Mentions, and emoji of a server's own. */
const DISCORD_MARKUP = /<(?:@[!&]?\d+|a?:\w+:\d+)>|<3/gu;
/** "hellooo": a letter written three times or more. */
const STRETCHED = /(\p{L})\1{2,}/gu;
const SEPARATOR = /[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}']+/gu;

/** Where one phrase begins another, the longer comes first. Farewells precede greetings: "bonne nuit", "buenas noches". */
const TOPICS: readonly { readonly topic: SmallTalk; readonly phrases: readonly RegExp[] }[] = [
  {
    topic: "goodbye",
    phrases: [
      words(
        "good ?bye|bye(?: ?bye)?|cya|c ya|see (?:you|ya|u)(?: (?:later|soon|tomorrow|around))?|good ?night|gn|take care|farewell|later",
        "have a (?:nice|good|great|lovely) (?:day|evening|night|one|weekend)",
        "tschuss(?:i)?|tschau|ciao|auf wieder(?:sehen|horen)|bis (?:bald|dann|morgen|spater|zum nachsten mal)|gute nacht",
        "(?:einen )?(?:schonen?|guten) (?:tag|abend) noch|schones wochenende|mach'?s gut",
        "adios|hasta (?:luego|manana|pronto|la vista)|chao|chau|nos vemos|que tengas? (?:un )?buen dia",
        "au revoir|a (?:bientot|plus(?: tard)?|demain)|bonne (?:nuit|journee|soiree)|bye",
        "tchau|ate (?:logo|mais|amanha|breve)|fal(?:o)?ou|(?:tenha )?um bom dia para voce|tenha um bom dia",
        "خدا ?حافظ(?:ی)?|خدافظ|بای|فعلا|شب (?:شما )?بخیر|روز خوبی داشته باشید|به امید دیدار|بدرود",
      ),
      unspaced(
        "さようなら|さよなら|バイバイ|またね|じゃあ?ね|また(?:明日|今度)|おやすみ(?:なさい)?|(?:では)?失礼(?:します|いたします)",
        "再見|再见|拜拜|掰掰|晚安|下次見|下次见|回頭見|明天見|明天见",
      ),
    ],
  },
  {
    topic: "thanks",
    phrases: [
      words(
        "thank (?:you|u|ya)(?: (?:so|very) much)?|thanks(?: a lot| a ton| so much)?|thx|thanx|thnx|thnaks|thansk|tnx|tysm|ty|tks",
        "(?:i )?(?:really )?appreciate (?:it|that)|much appreciated|(?:that|it|this) (?:really )?(?:helped|worked|fixed it)|cheers",
        "danke(?: ?schon| ?sehr| dir| euch| ihnen)?|dank(?:e)?|vielen dank|herzlichen dank|das hat (?:mir )?geholfen",
        "(?:muchas |mil |muchisimas )?gracias|grax|te lo agradezco|se lo agradezco|muy amable",
        "(?:mille )?mercis?|mrc|je (?:vous|te) remercie|c'est gentil",
        "obrigad(?:o|a|ao|inho|inha)|obg|vlw|valeu|brigad(?:o|a|ao)|agradeco(?: a ajuda)?|grat[oa]",
        "ممنون(?:م|تم)?|مرسی|متشکرم?|تشکر|سپاس(?:گزارم|گذارم)?|(?:دستت|دستتون|دست شما) درد نکنه|لطف کردید",
      ),
      unspaced(
        "どうもありがとうございま(?:す|した)|ありがとうございま(?:す|した)|(?:どうも)?ありがと(?:う|ー)?|あざ(?:す|っす)|サンキュー",
        "感謝します|助かりました|どうも(?:です)?|(?:謝謝|谢谢)(?:[您你](?!的))?|多謝|多谢|非常感謝|非常感谢|感謝|感谢|感恩|3q",
        "🙏|❤|💖|💕|🥰|👍",
      ),
    ],
  },
  {
    topic: "greeting",
    phrases: [
      words(
        "hi+|hello+|helo|hiya|hey+a?|heya|yo|howdy|greetings|good (?:morning|afternoon|evening|day)|morning|sup|what'?s up|wassup",
        "how(?:'s| is) it going|how are (?:you|u|ya)(?: doing)?(?: today)?|how r u|nice to meet you",
        "(?:(?:can|could) (?:you|u|anyone|someone) (?:please )?help(?: me)?|i (?:have|got) a question|(?:can|may) i ask (?:you )?(?:a question|something))",
        "hallo|guten (?:tag|morgen|abend)|servus|moin|gruss (?:gott|dich)|grussi|na|wie geh?t'?s(?: (?:dir|euch|ihnen))?|wie geht es (?:dir|euch|ihnen)",
        "hola|holi|buen(?:os|as)(?: (?:dias|tardes|noches))?|que tal|como (?:estas?|te va|andas)|que onda",
        "bonjour|bonsoir|salut|slt|coucou|cc|cv|(?:comment )?ca va|comment (?:allez vous|allez-vous|vas tu|tu vas)|allo",
        "oi|oie|ola|opa|bo(?:m dia|a tarde|a noite)|e ai|tudo (?:bem|bom)|beleza|como (?:vai(?: voce)?|voce esta)",
        "سلام(?: علیکم)?|درود(?: بر شما)?|(?:صبح|وقت|روز|عصر|ظهر) ?(?:شما )?بخیر|خوبی[دن]?|چطوری[دن]?|(?:حال|حالت|حالتون) ?(?:شما )?(?:چطوره|خوبه)|چه خبر",
      ),
      unspaced(
        "こんにち[はわ]|こんちは|こんばん[はわ]|おはよ(?:うございます|う|ー)?|はじめまして|やあ|ハロー|もしもし|(?:お)?元気ですか|よろしくお願いします",
        "(?:你|您)好(?:嗎|吗)?|大家好|早安|早上好|午安|下午好|晚上好|哈囉|哈喽|哈啰|嗨|嘿|最近(?:怎麼樣|怎么样|好嗎|好吗)",
        "👋|🤗",
      ),
    ],
  },
];

/** Said beside small talk without asking anything. */
const AROUND: readonly RegExp[] = [
  words(
    "there|all|everyone|everybody|guys|team|bot|sir|dear|again|ok(?:ay)?|no|yes|yep|so much|very much|a lot|many|great|perfect|super|cool|nice|awesome|oh|and|too",
    "you|mate|man|buddy|(?:for|4) (?:(?:all |your |the )*(?:help|support|time|answer)|everything)|(?:is )?any(?:one|body) (?:there|here)|for helping(?: me)?|lol|haha|x?d",
    "zusammen|alle|leute|und|fur (?:die|deine|eure|ihre) (?:schnelle )?(?:hilfe|antwort)|vielmals|alles klar|nein|ja|sehr|dir|euch",
    "a todos|amig[oa]s?|muchas|por (?:la|tu|su) (?:ayuda|respuesta)|perfecto|vale|bien|y|si|todo bien|excelente|genial",
    "a (?:tous|vous|toi)|beaucoup|bcp|infiniment|pour (?:votre|ton|l'|la) ?(?:aide|reponse)|et|oui|non|parfait|d'accord|bien",
    "muito|pessoal|gente|galera|pela (?:ajuda|resposta)|demais|perfeito|e|sim|nao|tchau|mesmo|mais",
    "خیلی|بسیار|دوستان|از (?:کمکتون|کمک شما|لطفتون|راهنماییتون)|ها|هم|و|باشه|اوکی|عزیز|ممنون",
  ),
  unspaced(
    "ございます|ございました|了解です|はい|わかりました|です|では|ね|よ|！|ー|好的|了解|[您你]的[幫帮]助|啊|呀|喔|哦|啦|呢|們|们|大家",
  ),
];
