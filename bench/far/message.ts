/** The bot as Discord shows it. */
export const BOT = { id: "900000000000000002", username: "bridge", discriminator: "0", avatar: null, bot: true };

/** A message in the size and shape of the real thing; `given` goes before what is usual. */
export function messageObject(given: {
  readonly id: string;
  readonly channel_id: string;
  readonly author: object;
  readonly content: string;
  readonly nonce?: string | null;
  readonly channel_type?: number;
}): object {
  return {
    type: 0,
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    flags: 0,
    ...given,
  };
}
