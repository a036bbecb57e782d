import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DeliveryResult, isAssistants } from "../../../src/conversation/deliveries.ts";
import type { DeliveryOutcome, Happening, TaskChange } from "../../../src/conversation/events.ts";
import {
  type ArticleSlug,
  type DeliveryId,
  type DiscordGuildId,
  type DiscordInteractionId,
  type DiscordMessageId,
  identityOf,
  type TwilioMessageSid,
} from "../../../src/conversation/ids.ts";
import { nextWakeUp } from "../../../src/conversation/state.ts";
import { AGENT, CASE_OPENED, COLLEAGUE, MEMBER } from "../../support/people.ts";
import { MINUTE } from "../../support/times.ts";
import {
  CHANNEL,
  CONVERSATION,
  Decisions,
  DM,
  INTERACTION,
  messageId,
  NEXT_SESSION,
  NEXT_TASK,
  type Open,
  OTHER_CONVERSATION,
  SESSION,
  TASK,
} from "./decisions.ts";

const SLUG = "lost-account" as ArticleSlug;
const TITLE = { slug: SLUG, title: "I lost my account" };

/** What could come next; numbers choose among what is known. */
type Step = (conversation: Decisions) => Happening | null;

const conversations = fc.constantFrom(CONVERSATION, CONVERSATION, OTHER_CONVERSATION);
const sessions = fc.constantFrom(SESSION, SESSION, NEXT_SESSION);
const identities = fc.constantFrom(AGENT.identity, COLLEAGUE.identity, identityOf(MEMBER));
const texts = fc.constantFrom("question", "live agent", "/assistant", "", "x".repeat(2500));
const profiles = fc.constantFrom(
  { member: MEMBER, displayName: "member" },
  { member: MEMBER, displayName: "renamed", locale: "de" as const },
);
const messages = fc.nat(5).map(messageId);
const workers = fc.constantFrom(
  AGENT,
  { ...AGENT, identity: COLLEAGUE.identity, name: null },
  { ...AGENT, identity: null },
);
const changes: fc.Arbitrary<TaskChange> = fc.oneof(
  fc
    .constantFrom(
      ...(["task-created", "task-wrapup", "task-completed", "task-canceled", "task-deleted"] as const),
      "workflow-timeout" as const,
    )
    .map((type) => ({ type })),
  fc
    .tuple(
      fc.constantFrom(
        ...(["reservation-created", "reservation-accepted", "reservation-wrapup", "reservation-completed"] as const),
      ),
      workers,
    )
    .map(([type, worker]) => ({ type, worker })),
);
const marks = fc.constantFrom(null, null, "mark-of-one-delivery-1" as DeliveryId);

const events: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(profiles, fc.constantFrom(null, "300000000000000001" as DiscordGuildId)).map(
    ([profile, guild]): Step =>
      ({ now }) => ({
        kind: "member-asked-for-help",
        interaction: "400000000000000001" as DiscordInteractionId,
        token: "interaction-token",
        profile,
        guild,
        at: now,
      }),
  ),
  fc.tuple(texts, messages, fc.boolean(), profiles).map(
    ([text, message, incomplete, profile]): Step =>
      ({ now }) => ({ kind: "member-wrote", message, channel: DM, profile, text, incomplete, at: now }),
  ),
  fc.tuple(texts, messages, profiles).map(
    ([text, message, profile]): Step =>
      ({ now }) => ({ kind: "member-edited", message, revision: "1", channel: DM, profile, text, at: now }),
  ),
  fc
    .tuple(
      sessions,
      profiles,
      fc.constantFrom(
        ...([{ kind: "person" }, { kind: "article", slug: SLUG }, { kind: "helped", slug: SLUG }] as const),
        { kind: "resend", message: messageId(1) } as const,
      ),
    )
    .map(
      ([session, profile, button]): Step =>
        ({ now }) => ({
          kind: "member-pressed",
          interaction: "400000000000000002" as DiscordInteractionId,
          profile,
          message: "500000000000000001" as DiscordMessageId,
          session,
          button,
          at: now,
        }),
    ),
  messages.map(
    (after): Step =>
      ({ now }) => ({ kind: "messages-missed", after, at: now }),
  ),
  fc.tuple(texts, fc.nat(8), conversations, identities, marks).map(
    ([text, index, conversation, author, delivery]): Step =>
      (now) =>
        now.agentWrote(text, index, { conversation, author, delivery }),
  ),
  fc.tuple(texts, fc.nat(8), conversations, identities, marks).map(
    ([text, index, conversation, author, delivery]): Step =>
      (now) => {
        const {
          files: _files,
          index: _index,
          ...edit
        } = now.agentWrote(text, index, { conversation, author, delivery });
        return { ...edit, kind: "agent-edited", revision: "1" };
      },
  ),
  fc.tuple(fc.constantFrom("participant-joined", "participant-left"), identities, conversations).map(
    ([kind, identity, conversation]): Step =>
      (now) =>
        now.participant(kind as "participant-joined", identity, conversation),
  ),
  conversations.map(
    (conversation): Step =>
      ({ now }) => ({ kind: "conversation-closed", conversation, at: now }),
  ),
  fc.tuple(changes, fc.constantFrom(TASK, NEXT_TASK), sessions).map(
    ([change, task, session]): Step =>
      (now) =>
        now.task(change, task, session),
  ),
  fc.nat(10 * MINUTE).map(
    (pass): Step =>
      (conversation) => {
        conversation.now += pass;
        return { kind: "clock-rang", at: conversation.now };
      },
  ),
);

/** How a delivery may succeed. */
function success({ delivery }: Open, choice: number): DeliveryOutcome {
  const result = ((): DeliveryResult => {
    switch (delivery.kind) {
      case "open-dm":
        return { kind: "open-dm", channel: DM };
      case "say":
        return { kind: "say", message: "500000000000000001" as DiscordMessageId };
      case "find-agent":
        return { kind: "find-agent", worker: choice % 2 ? AGENT : null };
      case "create-conversation":
        return { kind: "create-conversation", conversation: CONVERSATION };
      case "post":
        return { kind: "post", message: "IMown" as TwilioMessageSid, index: choice % 9 };
      case "create-interaction":
        return choice % 2
          ? { kind: "create-interaction", interaction: INTERACTION, channel: CHANNEL, task: TASK }
          : { kind: "create-interaction", interaction: null, channel: null, task: null };
      case "read-messages":
        return { kind: "read-messages", messages: [], last: choice % 9 };
      case "read-channel": {
        const channel = (["active", "inactive", "closed", "failed", "gone"] as const)[choice % 5] ?? "active";
        const found = choice % 2 ? { interaction: INTERACTION, channel: CHANNEL } : null;
        return {
          kind: "read-channel",
          channel,
          conversation: choice % 7 === 0 ? "closed" : "open",
          hasTask: choice % 3 === 0,
          found,
        };
      }
      case "ask-assistant":
        return {
          kind: "ask-assistant",
          answer: choice % 2 ? { kind: "suggestions", articles: [TITLE] } : { kind: "nothing" },
        };
      case "open-article":
        return { kind: "open-article", article: choice % 2 ? { ...TITLE, summary: "…", url: null } : null };
      case "open-case":
        return CASE_OPENED;
      default:
        return { kind: delivery.kind };
    }
  })();
  return { kind: "sent", result };
}

const outcomes: fc.Arbitrary<Step> = fc
  .tuple(
    fc.nat(1000),
    fc.nat(1000),
    fc.constantFrom(
      "sent",
      "sent",
      "sent",
      "conversation-closed",
      "dm-closed",
      "no-conversation",
      "refused",
      "undecided",
      "delayed",
    ),
  )
  .map(([which, choice, how]): Step => {
    return ({ open, now }) => {
      const at = open.length === 0 ? 0 : which % open.length;
      const one = open[at];
      if (!one) return null;
      if (how === "delayed") return { kind: "delivery-delayed", ...one, at: now };
      open.splice(at, 1);
      if (how === "undecided")
        return { kind: "delivery-settled", ...one, outcome: { kind: how, reason: "no answer" }, at: now };
      if (how === "sent") return { kind: "delivery-settled", ...one, outcome: success(one, choice), at: now };
      const cause = how as Extract<DeliveryOutcome, { kind: "failed" }>["cause"];
      return { kind: "delivery-settled", ...one, outcome: { kind: "failed", cause, reason: how }, at: now };
    };
  });

const histories = fc.array(fc.oneof({ weight: 1, arbitrary: events }, { weight: 2, arbitrary: outcomes }), {
  minLength: 20,
  maxLength: 60,
  size: "max",
});
const beginnings = fc.constantFrom<(conversation: Decisions) => Decisions>(
  (conversation) => conversation,
  (conversation) => conversation.toQueue(),
  (conversation) => conversation.toAgent(),
);

describe("whatever happens, in whatever order,", () => {
  test("is decided, and what is remembered of it can be stored", () => {
    fc.assert(
      fc.property(beginnings, histories, (begin, steps) => {
        const conversation = begin(new Decisions());
        for (const step of steps) {
          const happening = step(conversation);
          if (happening === null) continue;
          const before = structuredClone(conversation.state);
          const given = conversation.state;
          conversation.take(happening);
          expect(given).toEqual(before);
          expect(["accepted", "stale"]).toContain(conversation.last.reply);
          expect(JSON.parse(JSON.stringify(conversation.state))).toStrictEqual(conversation.state);
          for (const effect of conversation.last.effects)
            expect(JSON.parse(JSON.stringify(effect))).toStrictEqual(effect);
          expect(conversation.state.session === null && nextWakeUp(conversation.state) !== null).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("the assistant begins to speak only while it owns the conversation", () => {
    fc.assert(
      fc.property(beginnings, histories, (begin, steps) => {
        const conversation = begin(new Decisions());
        for (const step of steps) {
          const happening = step(conversation);
          if (happening === null) continue;
          for (const delivery of conversation.take(happening))
            if (delivery.kind === "say" && isAssistants(delivery.say)) expect(conversation.owner).toBe("assistant");
        }
      }),
      { numRuns: 300 },
    );
  });

  test("nothing of another session or Twilio Conversation changes anything", () => {
    const foreign = events.filter((step) => {
      const happening = step(new Decisions());
      if (happening === null) return false;
      if ("session" in happening && happening.kind !== "member-pressed") return happening.session === NEXT_SESSION;
      return "conversation" in happening && happening.conversation === OTHER_CONVERSATION;
    });
    fc.assert(
      fc.property(beginnings, fc.array(foreign, { minLength: 1, maxLength: 10 }), (begin, steps) => {
        const conversation = begin(new Decisions());
        const before = conversation.state;
        for (const step of steps) {
          const happening = step(conversation);
          if (happening !== null) expect(conversation.take(happening)).toEqual([]);
        }
        expect(conversation.state).toEqual(before);
      }),
    );
  });
});
