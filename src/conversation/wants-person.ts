/**
 * Whether a member asks for a person in words of their own. Conservative: a question that merely speaks of agents, people or
 * support stays with the assistant, since the button `Talk to a person` is always there, while a person who was fetched
 * by mistake costs a member and an agent their time.
 *
 * Each language has requests and refusals. They are tried on every clause, in all languages, because members write in
 * another language than the one their Discord is set to. A clause with a refusal counts for nothing.
 */
export function wantsPerson(text: string): boolean {
  const plain = normalize(text.slice(0, MAX_TEXT));
  const clauses = plain.split(CLAUSE_END).map((clause) => clause.trim());
  const whole = clauses.filter((clause) => !/^(?:no|nope|nein|non|nao)?$/.test(clause)).join(" ");
  return LANGUAGES.some(
    ({ call, request, refusal }) =>
      call.test(whole) || clauses.some((clause) => request.test(clause) && !refusal.test(clause)),
  );
}

/** The longest message that Discord lets a member type is 4,000 characters; who wants a person says so sooner. */
const MAX_TEXT = 2_000;
const CLAUSE_END = /[.!?…;:,\n()"。！？；：，、]+|\s+-+\s+|\s(?:but|aber|pero|mais|mas)\s/u;

/** Lower case, full-width forms made plain, Latin letters without accents, one kind of apostrophe, single spaces. */
function normalize(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f¿¡]/gu, "")
    .normalize("NFC")
    .replace(/[’‘´`]/gu, "'")
    .replaceAll("ß", "ss")
    .replace(/[^\S\n]+/gu, " ");
}

type Language = {
  /** The whole message is nothing but the call for a person. */
  readonly call: RegExp;
  readonly request: RegExp;
  readonly refusal: RegExp;
};

/** One pattern of several, matched at word boundaries. */
function anyOf(...patterns: readonly string[]): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${patterns.join("|")})(?![\p{L}\p{N}])`, "u");
}

/** The same for scripts that put no space between words. */
function anyOfUnspaced(...patterns: readonly string[]): RegExp {
  return new RegExp(patterns.join("|"), "u");
}

function english(): Language {
  const kind = "(?:(?:real|actual|live|living|human|proper|support|customer|service|care) )*";
  const role = `${kind}(?:person|people|humans?|human being|agents?|representatives?|reps?|operators?|advis[eo]r|employee|manager|supervisor|staff(?: member)?|member of staff)`;
  const desk =
    "(?:customer |tech |technical |player )?(?:support|service|care)(?: team| staff)?|(?:your|the support) team";
  const one = "(?:an? |any |one of your |some |another |your )?";
  // What may follow: nothing that makes the person a thing of the game ("agent boss", "person in the village").
  const end = `(?=$| (?:please|pls|plz|now|asap|right|here|instead|immediately|today|again|then|directly|about|regarding|concerning|because|thanks|thank|thx|ok|and|or|not|rather|from (?:your|the|support)|to (?:help|fix|solve|sort|explain|look)|for (?:help|assistance|this)|with (?:this|my)|who (?:can|could|will|knows|understands|actually|is not|isn't)|that (?:can|is not|isn't)|on (?:your|the) (?:team|side|phone))(?![\\p{L}]))`;
  const reach =
    "(?:talk|speak|chat|write|connect(?: me)?|transfer(?: me)?|forward(?: me)?|escalate(?: me| this)?|put me(?: through)?|pass me(?: on)?|hand me(?: over)?|switch(?: me)?|redirect me|refer me|get through|get in touch|put me in touch|be (?:connected|transferred))(?: over| directly| now)? (?:to|with)";
  const want =
    "(?:i|we) (?:(?:really|just|urgently|do|also|still|now) )*(?:need|want|demand|require|prefer|would like|would prefer)|i'd (?:like|prefer|rather have)|give me|gimme|get me|bring me|send me|call me|(?:can|could|may) i (?:please )?(?:get|have|see)|(?:please|pls) (?:get|call|send|fetch)|asking for|waiting for";
  const bot = "(?:an? |the |this |your |some )?(?:stupid |dumb )?(?:bot|robot|machine|ai|chatbot|computer)s?";
  return {
    call: anyOf(
      `^(?:(?:hi|hello|hey|ok|okay|please|pls|just|need|want|an?|any) )*${kind}(?:agent|human|human being|real person|live person|live chat|representative|operator|person please|customer (?:service|support)|support agent)(?: (?:please|pls|plz|now|asap|thanks|thx))*$`,
    ),
    request: anyOf(
      "live (?:agent|chat|person|operator|representative|support)(?! (?:mission|quest|boss|skin|event|character|card|costume|raid|is|was|in)(?![\\p{L}]))",
      `${reach} ${one}(?:${role}|someone(?: real)?|somebody(?: real)?)${end}`,
      `(?:${reach}|contact|reach) (?:the |your )?(?:${desk})${end}`,
      `(?:${want}) ${one}${role}${end}`,
      `(?:contact|reach|(?:help|support|answer|assistance|response) (?:from|by)) ${one}${role}${end}`,
      `${kind}(?:agent|human|person) (?:please|pls|plz)$`,
      `(?:is|are) there ${one}(?:${role}|someone|somebody|anyone|anybody) (?:here|available|around|who can|(?:that )?i (?:can|could) (?:talk|speak|chat)|to (?:talk|speak|chat) (?:to|with))`,
      `(?:is|are) (?:any )?(?:(?:real|live|human) )+(?:person|people|humans?|agents?) (?:here|there|available|around)`,
      "(?:can|could) (?:anyone|anybody|someone|somebody) from (?:your |the )?(?:support|staff|team)(?: team)? (?:please )?(?:help|contact|call|write|look|answer)",
      `(?:can|could) (?:an? |one of your )?${role} (?:please )?(?:help|contact|call|take over|look at|look into)`,
      `(?:don't|dont|do not) (?:want|wanna|like) (?:to )?(?:talk|speak|chat|write|deal)(?:ing)? (?:to|with) ${bot}`,
    ),
    refusal: anyOf(
      `(?<!why )(?:don't|dont|do not|doesn't|didn't|never|not) (?:(?:really|even|actually|yet|to) )*(?:need|want|wanna|wish|have|like|ask|asking|connect|transfer|send|put|call|get|give|bring|talk|speak)(?: \\S+){0,5}? (?:agents?|humans?|person|people|representative|operator|support|someone|somebody|staff|manager)`,
      "no need (?:to|for)|(?:no|without an?) (?:live |real |human )?(?:agent|person|human)",
      "how (?:did|do) (?:other|you) \\S+ (?:talk|speak)",
    ),
  };
}

function german(): Language {
  const kind = "(?:(?:echten?|echter|richtigen?|richtiger|menschlichen?|realen?|lebenden?|anderen?) )*";
  const role =
    "(?:mensch(?:en)?|person|mitarbeiter(?:in)?|(?:support|kundendienst)mitarbeiter(?:in)?|agent(?:en|in)?|berater(?:in)?|kundenberater(?:in)?|ansprechpartner(?:in)?|operator)";
  const desk =
    "(?:(?:dem|der|eurem|ihrem|vom) )?(?:support|kundendienst|kundenservice|kundenbetreuung|service)(?:-?team)?";
  const from = "(?: (?:vom|aus dem|von euch|von ihnen|von eurem)(?: (?:support|team|kundendienst|kundenservice))?)?";
  const withOne = `mit (?:(?:(?:einem|einer|nem|ner|eurem|ihrem) )?${kind}${role}|jemand(?:em)?(?: echtem| richtigem)?|${desk})${from}`;
  return {
    call: anyOf(
      `^(?:(?:hallo|hi|bitte|ok) )*(?:ein(?:en|e|er)? )?${kind}(?:mensch(?:en)?|mitarbeiter(?:in)?|agent(?:en)?|berater|kundenberater|ansprechpartner|kundendienst|kundenservice|echte person)(?: (?:bitte|jetzt|sprechen|danke))*$`,
    ),
    request: anyOf(
      `${withOne} (?:(?:direkt|bitte|jetzt|personlich|uber \\S+ \\S+|daruber) )*(?:sprechen|reden|chatten|schreiben|telefonieren|verbunden werden|verbinden|in kontakt)`,
      `(?:verbinde|verbinden sie|verbindet|sprechen|reden|spreche|rede) (?:mich )?(?:(?:bitte|jetzt|gern|lieber|direkt) )*${withOne}(?=$| (?:bitte|jetzt|sprechen|weil|damit|wegen|uber|der|die))`,
      `(?:brauche|will|mochte|hatte gerne?|wunsche|verlange|gib mir|gebt mir|geben sie mir|holen? sie|hol mir) (?:(?:bitte|jetzt|endlich|gerne?|lieber|mal) )*(?:ein(?:en|e)|nen|ne) ${kind}${role}${from}(?=$| (?:bitte|jetzt|sprechen|der mir|die mir|weil|haben))`,
      `(?:gibt es|ist) (?:hier )?(?:(?:auch|irgendwo) )*ein(?:en|e)? ${kind}${role}(?=$| (?:hier|da|erreichbar|verfugbar|mit dem|mit der|dem ich|der mir))`,
      `(?:mochte|will|wurde gerne?) (?:bitte )?(?:jemanden|ein(?:en|e)? ${kind}${role})${from} sprechen`,
      "kann (?:mich )?(?:bitte )?jemand (?:vom|aus dem) (?:support|kundendienst|kundenservice|team) (?:mich )?(?:kontaktieren|helfen|anschreiben|melden)",
      "nicht (?:mehr )?mit (?:(?:einem|einer|dem|der|diesem) )?(?:bot|roboter|maschine|ki|computer|chatbot) (?:sprechen|reden|schreiben|chatten)",
    ),
    refusal: anyOf(
      `(?:kein(?:en|e|em|er)?|ohne|nicht)(?: \\S+){0,2}? ${kind}${role}`,
      "nicht mit (?:jemand(?:em)?|dem support)",
    ),
  };
}

function spanish(): Language {
  const role =
    "(?:agente|persona|humano|ser humano|operador(?:a)?|representante|asesor(?:a)?|empleado|ejecutivo|moderador humano)(?: (?:real|reales|humano|humana|de verdad|en vivo|de carne y hueso|de soporte|del? (?:servicio|atencion) al cliente))*";
  const desk =
    "(?:el |su )?(?:soporte(?: tecnico)?|servicio al cliente|servicio de atencion al cliente|atencion al cliente)";
  const end =
    "(?=$| (?:por favor|porfa|ahora|ya|sobre|porque|para (?:que|ayudarme|hablar|resolver)|y|de verdad|real|aqui|que (?:me|pueda|sepa|entienda)|en vez)(?![\\p{L}]))";
  const one = "(?:un |una |algun |alguna |otra |uno de sus |su )?";
  return {
    call: anyOf(
      `^(?:(?:hola|por favor|quiero|un|una) )*(?:agente|humano|operador|persona real|persona humana|agente humano|agente en vivo|representante|asesor|atencion al cliente|servicio al cliente)(?: (?:por favor|porfa|ya|ahora|gracias))*$`,
    ),
    request: anyOf(
      `(?:hablar|chatear|charlar|contactar|comunicarme|conectarme|conectame|conecteme|conectar|pasame|paseme|pasarme|ponme|pongame|transfiereme|transfierame|transferirme|comunicame|comuniqueme|escribir)(?: (?:por favor|directamente|ya))* (?:con|a) (?:${one}(?:${role}|alguien(?: real| de verdad| de soporte| del equipo)?)|${desk})${end}`,
      `(?:quiero|necesito|quisiera|deseo|exijo|dame|deme|prefiero|me gustaria|busco) (?:a )?(?:un|una) (?:${role})${end}`,
      `(?:hay|esta) (?:alguna? |un |una )(?:${role}|alguien) (?:aqui|disponible|con (?:quien|la que|el que)|que (?:me )?pueda)`,
      `(?:me )?puede (?:atender|ayudar)(?:me)? (?:un|una) ${role}`,
      "no quiero (?:hablar|chatear|tratar) con (?:un |una |este |el )?(?:bot|robot|maquina|ia)",
    ),
    refusal: anyOf(
      `(?:no|sin)(?: (?:quiero|necesito|deseo|quisiera|hace falta|me|pases|conectes|comuniques|transfieras))+(?: \\S+){0,3}? ${role}`,
      `sin (?:hablar|un|una)(?: \\S+){0,3}? ${role}`,
    ),
  };
}

function french(): Language {
  const role =
    "(?:agent|personne|humain|etre humain|conseiller|conseillere|operateur|operatrice|representant|responsable|employe|vraie personne|vrai humain|vrai conseiller)(?: (?:reelle?|humaine?|en direct|du support|du service client|en chair et en os))*";
  const desk = "(?:au |le |du |votre )?(?:support|service clients?|service client[eè]le|assistance)";
  const end =
    "(?=$| (?:s'il (?:vous|te) plait|svp|stp|maintenant|tout de suite|de|a propos|pour|parce|qui (?:peut|pourra|comprend)|et|au|sur|directement|ici)(?![\\p{L}]))";
  const one = "(?:une? (?:autre )?|l'un de vos |un de vos |votre )";
  return {
    call: anyOf(
      `^(?:(?:bonjour|salut|svp|un|une) )*(?:agent|humain|conseiller|operateur|vraie personne|personne reelle|vrai humain|agent humain|service client)(?: (?:s'il (?:vous|te) plait|svp|stp|maintenant|merci))*$`,
    ),
    request: anyOf(
      `(?:parler|discuter|echanger|m'adresser|ecrire|chatter|contacter|joindre|passez-moi|passe-moi|transferez-moi|transfere-moi|connectez-moi|connecte-moi|mettez-moi en (?:relation|contact)|mets-moi en (?:relation|contact)|etre mise? en (?:relation|contact)|me mettre en (?:relation|contact)|entrer en contact)(?: (?:directement|plutot|s'il vous plait))* (?:a |avec |vers )?(?:${one}(?:${role})|quelqu'un(?: de (?:reel|vrai|humain|l'equipe))?|${desk})${end}`,
      `(?:je (?:veux|voudrais|souhaite|prefere|demande)|j'aimerais|j'ai besoin d'?|il me faut|donnez-moi|donne-moi|je peux avoir|puis-je avoir) ?(?:avoir )?(?:une? )?(?:${role})${end}`,
      `(?:y a-t-il|il y a|est-ce qu'il y a) (?:une? )?(?:${role}|quelqu'un) (?:ici|disponible|a qui|avec qui|qui (?:peut|pourrait))`,
      `une? ${role} (?:peut|pourrait|peut-il|peut-elle)(?: \\S+)? (?:m'aider|me repondre|me contacter)`,
      "(?:ne veux pas|veux pas|plus) (?:parler|discuter) (?:a |avec )(?:un |une |ce |cette )?(?:bot|robot|machine|ia)",
    ),
    refusal: anyOf(`(?:pas|sans|jamais|aucune?|plus)(?: \\S+){0,4}? ${role}`, "pas (?:besoin|envie) d(?:e|')"),
  };
}

function portuguese(): Language {
  const role =
    "(?:agente|pessoa|humano|ser humano|atendente|operador(?:a)?|representante|funcionario|alguem)(?: (?:real|humano|humana|de verdade|ao vivo|do suporte|do atendimento|da equipe))*";
  const desk = "(?:o |a )?(?:suporte(?: tecnico)?|atendimento(?: humano| ao cliente)?|sac|central de atendimento)";
  const end =
    "(?=$| (?:por favor|pfv|pf|agora|ja|sobre|porque|(?:pra|para) (?:que|me|falar|resolver)|e|aqui|que (?:possa|me|entenda)|de verdade)(?![\\p{L}]))";
  const one = "(?:um |uma |algum |alguma |outra |outro )?";
  return {
    call: anyOf(
      `^(?:(?:oi|ola|por favor|quero|um|uma) )*(?:agente|humano|atendente|atendente humano|atendimento humano|pessoa real|pessoa de verdade|operador|representante|agente ao vivo)(?: (?:por favor|pfv|agora|ja|obrigad[oa]))*$`,
    ),
    request: anyOf(
      `(?:falar|conversar|contatar|me conecta|me conecte|me passa|me passe|me transfere|me transfira|me coloca|me coloque|me encaminha|me encaminhe|transferir|ser transferid[oa]|entrar em contato)(?: (?:por favor|direto|diretamente|logo))* (?:com|pra|para|a) (?:${one}${role}|${desk})${end}`,
      `(?:quero|preciso de|preciso|gostaria de|desejo|prefiro|me da|me de|chama|chame|exijo) (?:ter )?(?:um|uma) ${role}${end}`,
      `(?:tem|ha|existe) (?:alguma? |uma? )?${role} (?:ai|aqui|disponivel|com quem|que possa)`,
      `(?:um|uma) ${role} (?:pode|poderia) me (?:ajudar|atender|responder)`,
      "(?:nao quero|chega de) (?:falar|conversar) com (?:um |uma |esse |essa |o )?(?:bot|robo|maquina|ia)",
    ),
    refusal: anyOf(`(?:nao (?:quero|preciso|gostaria|desejo|me)|sem)(?: \\S+){0,4}? ${role}`),
  };
}

function japanese(): Language {
  const role =
    "(?:(?<![の\\p{L}]|秘密の)人間?|(?:本物|生身|サポート|運営)の(?:人間?|方)|生身の人間|担当(?:者|の方|の人)?|オペレータ[ーァ]?|スタッフ|係員|係の(?:人|方)|(?<!秘密|シークレット|敵)エージェント|カスタマーサポート|カスタマーサービス|サポート(?:担当者?|スタッフ)?|有人(?:チャット|サポート|対応|窓口))";
  return {
    call: anyOfUnspaced(
      "^(?:オペレータ[ーァ]?|担当者|人間|有人(?:チャット|サポート|対応|窓口)?|ライブエージェント|カスタマーサポート)(?:を|に|で|と)?(?:お願い(?:します|いたします|致します|できますか)?|ください|希望(?:です|します)?|呼んで(?:ください)?|出して(?:ください)?)?$",
    ),
    request: anyOfUnspaced(
      `${role}(?:さん|様)?(?:と|に|へ)(?:直接|チャットで|電話で)?(?:(?:お)?話し(?:たい|がしたい|できますか|させて)|(?:お)?話(?:がしたい|せますか|したい)|会話したい|繋(?:いで|げて|いでほしい)|つな(?:いで|げて)|(?:代|替|変)わって|かわって|相談したい|相談できますか|問い合わせたい|連絡(?:したい|を取りたい)|転送して|チャットしたい)`,
      `${role}(?:さん)?を(?:呼んで|出して|お願い)`,
      "有人(?:チャット|サポート|対応|窓口)(?:を|に|で|が)(?:希望|お願い|して|切り替え|したい|いい)",
      "(?:ボット|bot|ロボット|機械|ai)(?:じゃ|では)なく(?:て)?(?:人|担当|スタッフ|オペレーター)",
      "(?:ボット|bot|ロボット|機械|ai)とは?話したくない",
    ),
    refusal: anyOfUnspaced(
      "(?:人間?|担当者?|オペレータ[ーァ]?|スタッフ|エージェント|サポート)(?:さん)?(?:と|に|は|を|へ).{0,8}(?:たくない|必要ない|必要ありません|いらない|いりません|不要|なくて(?:も)?(?:いい|大丈夫|結構))",
    ),
  };
}

function chinese(): Language {
  const role = "(?:真人(?!版|秀|電影|cos)|人工(?!智慧|智能|草)|活人|客服(?:人員|專員|小姐|人员|专员)?|專員|专员)";
  return {
    call: anyOfUnspaced(
      "^(?:請?給我|我要|請|你好)? ?(?:真人|人工|真人客服|人工客服|人工服務|人工服务|客服人員|轉人工|转人工|轉真人|客服專員)(?:謝謝|好嗎|吧|啦)?$",
    ),
    request: anyOfUnspaced(
      `(?:轉接?|转接?|轉給|接通|換|换|連接|呼叫|叫|找|聯絡|聯繫|联系|連絡|需要|我要|想要|請派|給我)(?:一?[個位名个])?(?:到|給|给|你們的?|你们的?|線上|在線)?${role}(?!是|在哪|的電話|說|说|告訴|告诉|態度|态度|服務時間|服务时间|角色)`,
      `(?:想|要|可以|能|能不能|可不可以|讓我|请?让我)(?:直接)?(?:跟|和|與|与|同)(?:一?[個位名个])?(?:你們的?|你们的?)?${role}(?:說話|说话|談|谈|聊|對話|对话|講話?|讲|溝通|沟通|通話)(?!過|过|了)`,
      "不(?:想|要)(?:再)?(?:跟|和|與|与)(?:機器人|机器人|bot|ai)(?:說話|说话|聊|談|对话|對話|講)",
    ),
    refusal: anyOfUnspaced(`(?:不用|不要|不必|不需要|不想|別|别|無需|毋須|沒有|没有)(?:再)?.{0,6}${role}`),
  };
}

const LANGUAGES: readonly Language[] = [english(), german(), spanish(), french(), portuguese(), japanese(), chinese()];
