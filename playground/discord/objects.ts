import { timeOf } from "./snowflake.ts";
import type { Account, Channel, World } from "./world.ts";

/** What everybody may do on the server, the bot included: all but administration. */
export const PERMISSIONS = String((1n << 51n) - 1n - (1n << 3n));

/** A channel as REST, interactions and GUILD_CREATE show it. */
export function channelObject(world: World, channel: Channel): Record<string, unknown> {
  const last = channel.entries.findLast(({ visibleTo }) => visibleTo === null)?.message.id ?? null;
  const common = { id: channel.id, type: channel.type, flags: 0, last_message_id: last };
  if (channel.type === 1) {
    const recipient = world.accounts.get(channel.recipient ?? "")?.user;
    return { ...common, recipients: recipient ? [recipient] : [] };
  }
  const guild = { ...common, guild_id: world.guild.id, name: channel.name, rate_limit_per_user: 0 };
  const { thread } = channel;
  if (!thread) return { ...guild, parent_id: null, position: 0, permission_overwrites: [], nsfw: false, topic: null };
  const count = channel.entries.length;
  return {
    ...guild,
    parent_id: thread.parentId,
    owner_id: thread.ownerId,
    message_count: count,
    total_message_sent: count,
    member_count: thread.members.size,
    thread_metadata: {
      archived: thread.archived,
      auto_archive_duration: thread.autoArchiveMinutes,
      archive_timestamp: thread.createdAt,
      create_timestamp: thread.createdAt,
      locked: thread.locked,
      invitable: false,
    },
  };
}

/** An account's membership in the server, without the account itself. */
export function guildMember(account: Account): Record<string, unknown> {
  return {
    roles: [],
    joined_at: new Date(timeOf(account.user.id)).toISOString(),
    nick: null,
    avatar: null,
    banner: null,
    premium_since: null,
    communication_disabled_until: null,
    pending: false,
    deaf: false,
    mute: false,
    flags: account.user.bot ? 0 : 2,
  };
}

/** The server as `GUILD_CREATE` brings it. */
export function guildObject(world: World): Record<string, unknown> {
  const channels = [...world.channels.values()].filter(({ type }) => type === 0 || type === 5);
  const bot = world.accounts.get(world.bot.id);
  return {
    ...world.guild,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: world.bot.id,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: [everyoneRole(world.guild.id)],
    emojis: [],
    stickers: [],
    features: ["COMMUNITY"],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    preferred_locale: "en-US",
    public_updates_channel_id: null,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
    joined_at: new Date(timeOf(world.guild.id)).toISOString(),
    large: false,
    unavailable: false,
    member_count: world.accounts.size,
    voice_states: [],
    members: bot ? [{ ...guildMember(bot), user: bot.user }] : [],
    channels: channels.map((channel) => channelObject(world, channel)),
    threads: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

function everyoneRole(guildId: string): Record<string, unknown> {
  return {
    id: guildId,
    name: "@everyone",
    permissions: PERMISSIONS,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: 0,
    managed: false,
    mentionable: false,
    flags: 0,
  };
}
