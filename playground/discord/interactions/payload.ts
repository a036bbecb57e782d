import type { APIMessage } from "discord-api-types/v10";
import { channelObject, guildMember, PERMISSIONS } from "../objects.ts";
import type { Account, Channel, World } from "../world.ts";
import type { InteractionType } from "./record.ts";

const ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024;

export type Use = {
  readonly id: string;
  readonly token: string;
  readonly type: InteractionType;
  readonly account: Account;
  readonly locale: string;
  readonly channel: Channel;
  readonly data: object;
  readonly message: APIMessage | null;
};

/** What Discord sends for one use (docs: interactions/receiving-and-responding, "Interaction Object"). */
export function payloadOf(world: World, applicationId: string, use: Use): object {
  const inGuild = use.channel.type !== 1;
  const place = inGuild
    ? {
        guild_id: world.guild.id,
        guild: { id: world.guild.id, locale: "en-US", features: ["COMMUNITY"] },
        guild_locale: "en-US",
        member: { ...guildMember(use.account), user: use.account.user, permissions: PERMISSIONS },
      }
    : { user: use.account.user };
  return {
    version: 1,
    id: use.id,
    application_id: applicationId,
    type: use.type,
    token: use.token,
    data: use.data,
    ...place,
    channel: channelObject(world, use.channel),
    channel_id: use.channel.id,
    locale: use.locale,
    app_permissions: PERMISSIONS,
    attachment_size_limit: ATTACHMENT_SIZE_LIMIT,
    entitlements: [],
    authorizing_integration_owners: { "0": inGuild ? world.guild.id : "0" },
    context: inGuild ? 0 : 1,
    ...(use.message && { message: { ...use.message } }),
  };
}

/** How an answer tells which use it belongs to (docs: resources/message, "Message Interaction Metadata Object"). */
export function metadataOf(use: Pick<Use, "id" | "type" | "account" | "message">, place: string): Partial<APIMessage> {
  const common = { id: use.id, user: use.account.user, authorizing_integration_owners: { "0": place } };
  switch (use.type) {
    case 2:
      return { interaction_metadata: { ...common, type: 2 } };
    case 3:
      return { interaction_metadata: { ...common, type: 3, interacted_message_id: use.message?.id ?? "" } };
    case 5:
      return { interaction_metadata: { ...common, type: 5, triggering_interaction_metadata: { ...common, type: 2 } } };
    case 4:
      return {};
  }
}
