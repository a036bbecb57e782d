import { INTENTS } from "./world.ts";

/**
 * What a bot may know of a server's message: without MESSAGE_CONTENT nothing of its text, except of the bot's own and of
 * those that mention the bot (docs: events/gateway, "Message Content Intent"; REST hides the same).
 */
export function readable<T extends object>(data: T, intents: number, botId: string): T {
  if ((intents & INTENTS.MESSAGE_CONTENT) !== 0 || !("author" in data)) return data;
  const { author, mentions } = data as { author: { id: string }; mentions?: readonly { id: string }[] };
  if (author.id === botId || mentions?.some(({ id }) => id === botId)) return data;
  return { ...data, content: "", embeds: [], attachments: [], components: [] };
}
