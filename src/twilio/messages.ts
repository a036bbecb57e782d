import * as v from "valibot";
import type { Config } from "../config.ts";
import type { AgentWrote, Time } from "../conversation/events.ts";
import type { DeliveryId, TwilioConversationSid, TwilioIdentity, TwilioMessageSid } from "../conversation/ids.ts";
import type { CallResult } from "../outside/call.ts";
import type { TwilioClient } from "./client.ts";
import { type ConversationCalls, conversationsPath } from "./conversations.ts";
import { attributesOfMark, filesOf, markOf } from "./message.ts";
import { MessageSid } from "./sids.ts";

/** The largest page of messages that Twilio gives. */
const PAGE_SIZE = 100;
/** A message that we posted lately is among the newest: no need to look further back than this. */
const PAGES_FOR_MARK = 5;
/** A gap of more messages than this is not filled. */
const PAGES_FOR_GAP = 20;

const Index = v.pipe(v.number(), v.safeInteger());
const PostedAnswer = v.object({ sid: MessageSid, index: Index });
const Message = v.object({
  sid: MessageSid,
  index: Index,
  author: v.nullish(v.string()),
  body: v.nullish(v.string()),
  media: v.unknown(),
  attributes: v.nullish(v.string()),
  date_created: v.pipe(v.string(), v.transform(Date.parse), v.finite()),
});
type Message = v.InferOutput<typeof Message>;
const PageAnswer = v.object({
  messages: v.array(Message),
  meta: v.object({ next_page_url: v.nullish(v.string()) }),
});

/** Writes and reads the messages of Twilio Conversations. */
export function messageCalls(
  call: TwilioClient,
  config: Config,
  { explainRefusal }: Pick<ConversationCalls, "explainRefusal">,
) {
  const messagesOf = (conversation: TwilioConversationSid) =>
    ({ service: "conversations", path: `${conversationsPath(config)}/${conversation}/Messages` }) as const;

  /**
   * Posts a message under the given author and time; webhooks hear of it only where Studio is to act upon it. After an `unknown` outcome
   * {@link findByMark} tells whether it is there.
   */
  async function postMessage(
    conversation: TwilioConversationSid,
    message: { author: TwilioIdentity; body: string; at: Time; mark: DeliveryId; wakesStudio?: boolean },
  ): Promise<CallResult<{ message: TwilioMessageSid; index: number }>> {
    const posted = await call({
      ...messagesOf(conversation),
      form: {
        Author: message.author,
        Body: message.body,
        DateCreated: new Date(message.at).toISOString(),
        Attributes: attributesOfMark(message.mark),
      },
      wakesWebhooks: message.wakesStudio ?? false,
      answer: PostedAnswer,
    });
    if (posted.kind !== "done") return explainRefusal(conversation, posted);
    return { kind: "done", value: { message: posted.value.sid, index: posted.value.index } };
  }

  /** One page, newest first. Its successor's address is taken apart, not followed: credentials go nowhere else. */
  async function page(conversation: TwilioConversationSid, next: string | null) {
    const given = next === null ? new URLSearchParams() : new URL(next, "https://twilio.invalid").searchParams;
    const cursor = Object.fromEntries([...given].filter(([name]) => name === "Page" || name === "PageToken"));
    return call({
      ...messagesOf(conversation),
      query: { Order: "desc", PageSize: String(PAGE_SIZE), ...cursor },
      answer: PageAnswer,
    });
  }

  /** The message that carries our mark; null when there is none among the newest 500. */
  async function findByMark(
    conversation: TwilioConversationSid,
    mark: DeliveryId,
  ): Promise<CallResult<{ message: TwilioMessageSid; index: number } | null>> {
    let next: string | null = null;
    for (let n = 0; n < PAGES_FOR_MARK; n++) {
      const read: CallResult<v.InferOutput<typeof PageAnswer>> = await page(conversation, next);
      if (read.kind !== "done") return read;
      const found = read.value.messages.find(({ attributes }) => markOf(attributes) === mark);
      if (found !== undefined) return { kind: "done", value: { message: found.sid, index: found.index } };
      next = read.value.meta.next_page_url ?? null;
      if (next === null) break;
    }
    return { kind: "done", value: null };
  }

  /**
   * All messages with an index of at least `from`, oldest first, our own among them. Refused when there are more than 2,000:
   * leaving some out would lose them without a trace.
   */
  async function messagesFrom(
    conversation: TwilioConversationSid,
    from: number,
  ): Promise<CallResult<readonly AgentWrote[]>> {
    // By index, since a message that arrives between two pages may shift others from one into the next.
    const found = new Map<number, AgentWrote>();
    let next: string | null = null;
    for (let n = 0; n < PAGES_FOR_GAP; n++) {
      const read: CallResult<v.InferOutput<typeof PageAnswer>> = await page(conversation, next);
      if (read.kind !== "done") return read;
      for (const message of read.value.messages) {
        if (message.index >= from) found.set(message.index, agentWrote(conversation, message));
      }
      next = read.value.meta.next_page_url ?? null;
      if (next === null || read.value.messages.some(({ index }) => index <= from)) {
        return { kind: "done", value: [...found.values()].sort((a, b) => a.index - b.index) };
      }
    }
    return { kind: "refused", status: 0, code: 0, reason: `more than ${PAGES_FOR_GAP * PAGE_SIZE} messages to read` };
  }

  return { postMessage, findByMark, messagesFrom };
}

function agentWrote(conversation: TwilioConversationSid, message: Message): AgentWrote {
  return {
    kind: "agent-wrote",
    conversation,
    message: message.sid,
    index: message.index,
    // What has no author was written by Twilio itself, which calls itself so.
    author: (message.author || "system") as TwilioIdentity,
    text: message.body ?? "",
    files: filesOf(message.media),
    delivery: markOf(message.attributes),
    at: message.date_created,
  };
}
