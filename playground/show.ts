import type { Message as DiscordMessage, InteractionRecord } from "./discord/index.ts";
import type { Stage } from "./stage.ts";
import type { Execution, Task } from "./twilio/index.ts";

/** Something that a person on one side sees: who, and what. */
export type Sight = { readonly side: "discord" | "flex"; readonly who: string; readonly text: string };

/** Calls `show` for everything that members see on Discord and agents on Flex, as it happens. */
export function watch(
  { discord, twilio }: Pick<Stage, "discord" | "twilio">,
  show: (sight: Sight) => void,
): () => void {
  const shownAnswers = new Set<string>();
  const shownMessages = new Set<string>();
  const stopDiscord = discord.subscribe((event) => {
    if (event.type === "message" && event.what === "created") {
      const { author } = event.message;
      const who = author.id === discord.bot.id ? "bot" : (author.global_name ?? author.username);
      if (isInDm(event.message)) show({ side: "discord", who, text: wordsOf(event.message) });
    }
    if (event.type === "interaction") {
      const text = privateAnswerIn(event.record);
      if (text === null || shownAnswers.has(event.record.id)) return;
      shownAnswers.add(event.record.id);
      show({ side: "discord", who: "only the member sees", text });
    }
  });
  const stopTwilio = twilio.subscribe((happening) => {
    if (happening.kind === "task") {
      const text = progressOf(happening.eventType, happening.task);
      if (text !== null) show({ side: "flex", who: "task", text });
    }
    if (happening.kind === "execution" && happening.execution.status === "ended") {
      show({ side: "flex", who: "Studio", text: pathOf(happening.execution) });
    }
    if (happening.kind !== "conversation") return;
    for (const message of happening.conversation.messages) {
      if (shownMessages.has(message.sid)) continue;
      shownMessages.add(message.sid);
      show({ side: "flex", who: nameIn(twilio, message.author), text: message.body ?? "" });
    }
  });

  function isInDm(message: DiscordMessage): boolean {
    return [...discord.members.values()].some((member) => member.dmChannelId === message.channel_id);
  }
  return () => {
    stopDiscord();
    stopTwilio();
  };
}

function privateAnswerIn(record: InteractionRecord): string | null {
  const isShown = record.state === "answered" && record.ephemeral && record.message?.content;
  return isShown ? wordsOf(record.message as DiscordMessage) : null;
}

/** Flex shows an agent's name; a member's identity is opaque, so its role stands in for it. */
function nameIn(twilio: Stage["twilio"], author: string): string {
  const agent = twilio.agents.find(({ identity }) => identity === author);
  return agent?.name ?? (author.startsWith("discord_") ? "member" : author);
}

/** A message as text: content, embeds and buttons. */
function wordsOf(message: DiscordMessage): string {
  const embeds = message.embeds.map(({ title, description }) => `▌ ${title ?? ""}\n▌ ${description ?? ""}`);
  const buttons = buttonsOf(message).map((label) => `[${label}]`);
  return [message.content, ...embeds, ...buttons].filter(Boolean).join("\n");
}

/** The labels of a message's buttons. */
export function buttonsOf(message: DiscordMessage): string[] {
  return (message.components ?? []).flatMap((row) =>
    row.type === 1 ? row.components.flatMap((one) => ("label" in one && one.label ? [one.label] : [])) : [],
  );
}

/** The widgets that a message went through, and the event by which it left the last one. */
function pathOf({ steps }: Execution): string {
  return `${steps.map(({ widget }) => widget).join(" → ")}: ${steps.at(-1)?.event}`;
}

/** What Flex shows of a task's progress; null for what it does not. */
function progressOf(eventType: string, task: Task): string | null {
  const { customerName, caseNumber } = JSON.parse(task.attributes) as { customerName?: string; caseNumber?: number };
  switch (eventType) {
    case "reservation.created":
      return `offered: ${customerName}, case #${caseNumber}`;
    case "reservation.accepted":
      return "accepted";
    case "task.wrapup":
      return "the chat has ended, wrapping up";
    case "task.completed":
      return "completed";
    default:
      return null;
  }
}
