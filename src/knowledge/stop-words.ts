import { fold } from "./words.ts";

/**
 * Words that say little about the matter, by language. They are not searched for: they would match nearly every article.
 * Between articles that were found they count, a little: "when" and "why" ask for different things.
 */
const STOP_WORDS = {
  ar: `في من على عن الى إلى ما ماذا هل لم لن لا كيف متى أين لماذا هذا هذه ذلك التي الذي كان أن إن انا أنا هو هي مع او أو ثم قد كل لي
    يمكن يمكنني اريد أريد مرحبا شكرا`,
  de: `aber alle als also am an auch auf aus bei bin bis bitte da danke dann das dass dem den der des die dies diese diesen doch du
    ein eine einem einen einer eines er es etwas euch euer für gibt habe haben hallo hat hier ich ihm ihr im in ist ja jetzt kann
    kein keine können könnt man mein meine meinem meinen meiner mich mir mit muss nach nicht noch nun nur ob oder schon sehr sein
    sich sie sind so soll über um und uns unser vom von vor wann war warum was weil wenn wer werden wie wieder wieso will wir wird wo
    wurde zu zum zur`,
  en: `a about after again all also am an and any anyone are as at be because been before being but by can cannot could
    couldn did didn do does doesn doing don done else even for from get gets getting go going gonna got guys had hadn has
    hasn have haven having he hello help her hey hi him his how i if in into is isn it its just let like me might mine much
    must my myself no not now of off ok okay on once one only or our out over please pls plz really she should shouldn so
    some somebody someone something still such tell than thank thanks that the their them then there these they thing this
    those to too u up us very want wanna was wasn we were weren what when where which while who why will wish with won would
    wouldn wtf yes you your yours`,
  es: `a al algo ante así aún como cómo con cual cuál cuando cuándo cuanto cuánto de del desde donde dónde dos el ella en entre era es
    esta está estaba este esto estoy favor fue gracias ha hace hacer hay he hola la las le les lo los más me mi mis muy nada ni no nos
    o otra para pero por porque puedo puede que qué quiero quien quién se ser si sí sin sobre son soy su sus también te tengo tiene tu
    un una uno unos y ya yo`,
  fa: `از است اگر اما ام ان او ای این با باید بر برای به بود تا تر چرا چطور چگونه چه چی چند خود دارد دارم در را رو سلام شما شد شده لطفا ما
    مرسی من می میشه ممنون نمی نیست و ها های هر هست هستم هم یا یک یه که کجا کدام کرد کردم کرده کن کنم کند کنید کی`,
  fr: `a ai aller alors après au aussi aux avant avec avez avoir bonjour c ça car ce ces cet cette chez comme comment d dans de des donc
    du elle en encore es est et été être eu faire fait faut il ils j je l la le les leur lui m ma mais me même merci mes moi mon n ne ni
    non nos notre nous on ont ou où par pas peut peux plus pour pourquoi pouvez qu quand que quel quelle quels qui quoi s sa salut sans
    se ses si son sont suis sur svp t ta te tes toi ton tous tout tu un une veux vos votre vous y`,
  it: `a ad ai al alla anche avere c che chi ci ciao come con cosa cui da dal dalla dei del della delle di dove e ed è era essere fa fare
    gli grazie ha hai hanno ho i il in io l la le lo loro ma me mi mia mie miei mio mie molto ne nel nella no noi non o ogni per perché
    più poi posso può qual quale quando quanto questa questo se sei senza si sia sono su sul sulla suo ti tra tu un una uno vi voglio
    vorrei`,
  // Pairs of letters, as texts without blanks are cut into.
  ja: `です ます した して てく くれ いま ませ せん てい いる ある ない こと する から まで ので のは には では とき でき きる きま すか たい くだ
    ださ さい どう うす すれ れば ばい いい よい のか るの たの んで です でし した しま って いて れる られ にな なる なり なっ もう
    あり りま とは とを のが のを ので のに がで がな をす はど かっ った ても もい いで すが`,
  ko: `어떻 떻게 하나 나요 있나 있습 습니 니다 합니 하는 되는 되나 인가 가요 에서 으로 하고 이에 에요 해요 주세 세요 까요`,
  zh: `怎么 什么 可以 如何 我的 我要 我想 为什 怎麼 什麼 為什 一个 一個 这个 這個 那个 那個 请问 請問 是否 能不 不能 没有 沒有 了吗 了嗎
    的时 时候 的時 時候`,
  nl: `aan al als bedankt bij ben bent dan dat de deze die dit doe doen door een en er geen hallo heb hebben heeft het hier hij hoe hoi
    ik in is ja jij je kan kun kunnen maar me meer met mij mijn moet na naar niet nog nu of om omdat ons ook op over te tot u uit van
    veel voor waar waarom wanneer want was wat we wel welke werd wie wij wil wordt worden ze zich zij zijn zo zou`,
  pt: `a à agora ainda ao aos as às até com como da das de dela dele depois do dos e é ela ele em então era essa esse esta está este estou
    eu favor fazer foi há isso já lá lhe mais mas me meu meus minha minhas muito na não nas nem no nos nós o obrigada obrigado oi olá
    onde os ou para pela pelo pode posso por porque pra qual quando quanto que quem quero se sem ser seu sim só sobre são sua também
    te tem tenho ter tu um uma você vocês vou`,
  ru: `а без бы был была были быть в вам вас ваш вот все всё вы где да для до его ее её если есть еще ещё же за здравствуйте и из или им
    их к как какая какие какой когда кто ли меня мне мой моя мои мы на надо над нас наш не него нет но ну о об он она они от очень по
    пожалуйста почему под при привет с сейчас со спасибо так там то тоже только ты у уже хочу чего чем что чтобы это этого этот эта я`,
  tr: `acaba ama ancak az ben beni benim bir biri biz bu bunu çok da daha de değil diye en evet gibi hangi hayır için ile ise kadar ki kim
    lütfen mi mı mu mü merhaba nasıl ne neden nerede ne niçin o olan olarak oldu olur onu sen siz sizin şey şu tüm var ve veya ya yok`,
} as const;

const BY_LANGUAGE: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(STOP_WORDS).map(([language, words]) => [language, new Set(fold(words).split(/\s+/))]),
);

const NONE: ReadonlySet<string> = new Set();

/** The stop words of a language, folded; none for a language without a list. */
export function stopWordsOf(language: string): ReadonlySet<string> {
  return BY_LANGUAGE.get(language) ?? NONE;
}
