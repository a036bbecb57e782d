import { oneOf, words } from "../plain-text.ts";
import { before, type Language } from "./language.ts";

const kind = "(?:(?:real|actual|live|living|human|proper|support|customer|service|care) )*";
const role = `${kind}${oneOf(
  "person|people|humans?|human being|agents?|representatives?|reps?|operators?|advis[eo]r|employee|manager|supervisor",
  "staff(?: member)?|member of staff|team member|mod(?:erator)?|admin|colleague|human (?:assistance|help|support)",
)}`;
const someone = "(?:some|any) ?(?:one|body)";
const desk = `${oneOf("(?:customer|tech|technical|player|human) ")}?(?:support|service|care)(?: team| staff)?|(?:your|ur|the support) team`;
const one = "(?:an? |any |one of your |some |another |your |ur )?";
const end = before(
  "please|pls|plz|now|asap|right|here|instead|immediately|today|again|then|directly|about|regarding|concerning",
  "because|thanks|thank|thx|ok|and|or|not|rather|from (?:your|the|support)|to (?:help|fix|solve|sort|explain|look)",
  "for (?:help|assistance|this)|with (?:this|my)|who (?:can|could|will|knows|understands|actually|is not|isn't)",
  "that (?:can|is not|isn't)|on (?:your|the) (?:team|side|phone|line)|for (?:me|us)",
);
const to = "(?:over |directly |now )?(?:to|with|w|2)";
const reach = oneOf(
  `(?:talk|speak|chat|write) ${to}`,
  `(?:connect|transfer|forward|escalate|pass|hand|switch|redirect|refer|hook|put)(?: (?:me|us|this|it))?(?: (?:on|up|through))? ${to}`,
  `prefer (?:talking|speaking|chatting) ${to}`,
  `(?:get through|get (?:me )?in (?:touch|contact)|put me in (?:touch|contact)|be (?:connected|transferred)) ${to}`,
);
const want = oneOf(
  "(?:i|we) (?:(?:really|just|urgently|do|also|still|now) )*(?:need|want|demand|require|prefer|would like|would prefer)",
  "i'd (?:like|prefer|rather have)|(?:give|get|bring|send|call|find) (?:me|us)|gimme",
  "(?:can|could|may) i (?:please )?(?:get|have|see)|(?:please|pls) (?:get|call|send|fetch)|asking for|waiting for",
);
const bot = "(?:an? |the |this |your |some )?(?:stupid |dumb )?(?:bot|robot|machine|ai|chatbot|computer)s?";

export const english: Language = {
  call: `${kind}${oneOf(
    "agents?|humans?|human being|representative|operator|(?:real|live|actual) (?:person|people)|live chat",
    "(?:customer|human|live) (?:service|support)",
  )}`,
  politeCall: "person|support",
  please: words("please|pls|plz"),
  around: words("hi|hello|hey|ok|okay|just|need|want|an?|any|now|asap|thanks|thx|not helpful|useless"),
  request: words(
    "live (?:agent|chat|person|operator|representative|support)(?! (?:mission|quest|boss|skin|event|character|card|costume|raid|is|was|in)(?![\\p{L}]))",
    `${reach} ${one}(?:${role}|${someone}(?: real)?)${end}`,
    `(?:${reach}|contact|reach) (?:the |your |ur )?(?:${desk})${end}`,
    `${want} ${one}${role}${end}`,
    `(?:can|could) you (?:please )?(?:get|find|bring|send|call|fetch)(?: me| us)? ${one}(?:${role}|${someone})${end}`,
    `(?:contact|reach|(?:help|support|answer|assistance|response) (?:from|by)) ${one}${role}${end}`,
    `(?:is|are) there ${one}(?:${role}|${someone}) (?:here|available|around|who can|(?:that )?i (?:can|could) (?:talk|speak|chat)|to (?:talk|speak|chat) (?:to|with))`,
    `(?:is|are) ${one}(?:(?:real|live|human) )+(?:person|people|humans?|agents?) (?:here|there|available|around)`,
    `any (?:(?:real|live|human) )*(?:humans?|agents?|real people) (?:here|there|available|around|online)`,
    `is ${someone} (?:real|human) (?:here|there|available|around)`,
    `${someone} from (?:your |the )?(?:support|staff|team)(?: team)? (?:(?:please|can|could|should|to) )*(?:help|contact|call|write|look|answer)`,
    `(?:can|could) (?:an? |one of your )?${role} (?:please )?(?:help|contact|call|take over|look at|look into)`,
    `(?:don't|dont|do not) (?:want|wanna|like) (?:to )?(?:talk|speak|chat|write|deal)(?:ing)? (?:to|with) ${bot}`,
  ),
  refusal: words(
    `(?<!why )(?:don't|dont|do not|doesn't|didn't|never|not) (?:(?:really|even|actually|yet|to) )*(?:need|want|wanna|wish|have|like|ask|asking|connect|transfer|send|put|call|get|give|bring|talk|speak)(?: \\S+){0,5}? (?:${role}|support|${someone})`,
    "no need (?:to|for)|(?:no|without an?) (?:live |real |human )?(?:agent|person|human)",
    "(?:talked|spoke|spoken|chatted) (?:to|with)|(?:told|said|asked|tells|says) (?:me|him|her|us|he|she|they|to)",
    "how (?:did|do) (?:other|you) \\S+ (?:talk|speak)",
  ),
  words: [
    "actual",
    "connect",
    "customer",
    "human",
    "manager",
    "operator",
    "people",
    "person",
    "representative",
    "speak",
    "someone",
    "support",
    "transfer",
  ],
};
