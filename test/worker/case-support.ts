import { env, exports } from "cloudflare:workers";
import { expect } from "vitest";
import type { Actor } from "../../src/cases/actor.ts";
import type { Case } from "../../src/cases/case.ts";
import { CaseBook, type NewCase } from "../../src/cases/case-book.ts";
import type { CaseChange } from "../../src/cases/rules.ts";
import type { CaseButton } from "../../src/conversation/case-buttons.ts";
import { customIdOfCase } from "../../src/conversation/case-buttons.ts";
import type {
  CaseId,
  DiscordGuildId,
  DiscordInteractionId,
  DiscordUserId,
  StaffIdentity,
} from "../../src/conversation/ids.ts";
import { snowflakeAt } from "../../src/discord/snowflake.ts";
import { signedInteraction } from "./signed.ts";

export const SERVER = "300000000000000001" as DiscordGuildId;
export const OTHER_SERVER = "300000000000000002" as DiscordGuildId;
export const AGENT: Actor = { kind: "staff", identity: "agent_one" as StaffIdentity };
const MESSAGE = "500000000000000001";

let people = 0;
let uses = 0;

/** Somebody of whom nothing is stored yet. */
export function newMember(): DiscordUserId {
  people += 1;
  return String(150_000_000_000_000_000n + BigInt(Date.now() % 1e9) * 1000n + BigInt(people)) as DiscordUserId;
}

/** The id of an interaction of now. */
export function newInteraction(): DiscordInteractionId {
  uses += 1;
  return String(BigInt(snowflakeAt(Date.now())) + BigInt(uses)) as DiscordInteractionId;
}

/** Changes cases without telling anybody. */
export function bookAt(now = Date.now()): CaseBook {
  return new CaseBook({ db: env.DB, now: () => now, changed: () => undefined });
}

export async function openCase(member: DiscordUserId, asked: Partial<NewCase> = {}, now = Date.now()): Promise<Case> {
  const title = "My gems have not arrived";
  const whole = { server: SERVER, title, member: { id: member, displayName: "member" }, ...asked };
  const opened = await bookAt(now).open(whole, { kind: "member", id: member });
  if (opened.kind !== "done") throw new Error(opened.problems.join());
  return opened.case;
}

/** What somebody on the desk does. */
export async function byAgent(id: CaseId, change: CaseChange, now = Date.now()): Promise<Case> {
  const result = await bookAt(now).change(id, change, AGENT);
  if (result.kind !== "done") throw new Error(result.kind);
  return result.case;
}

export async function caseNow(id: CaseId): Promise<Case> {
  const found = await bookAt().get(id);
  if (!found) throw new Error("there is no such case");
  return found;
}

export type Answer = {
  readonly type: number;
  readonly data: {
    readonly content?: string;
    readonly flags?: number;
    readonly components?: { components: { label: string; custom_id: string }[] }[];
    readonly choices?: { name: string; value: string }[];
    readonly custom_id?: string;
    readonly title?: string;
  };
};

/** Sends an interaction as Discord does; returns what Discord reads. */
export async function send(interaction: object): Promise<Answer> {
  const response = await exports.default.fetch(await signedInteraction(interaction));
  return response.json();
}

const who = (interaction: DiscordInteractionId) => ({
  id: interaction,
  application_id: env.DISCORD_APPLICATION_ID,
  token: "interaction-token",
  version: 1,
  locale: "en-US",
});
const inServer = (member: DiscordUserId, server: DiscordGuildId) => ({
  guild_id: server,
  member: { user: { id: member, username: "member", global_name: "member" } },
});
const inDm = (member: DiscordUserId) => ({ user: { id: member, username: "member", global_name: "member" } });

type CommandOptions = {
  number?: string;
  interaction?: DiscordInteractionId;
  server?: DiscordGuildId | null;
  locale?: string;
};

/** `/case`, used or (`typing`) still being typed. */
export function slashCase(
  member: DiscordUserId,
  subcommand: string,
  { number, interaction = newInteraction(), server = SERVER, locale = "en-US" }: CommandOptions = {},
  typing = false,
): object {
  const given = { type: 3, name: "number", value: number, ...(typing && { focused: true }) };
  const options = number === undefined ? {} : { options: [given] };
  return {
    ...who(interaction),
    ...(server ? inServer(member, server) : inDm(member)),
    locale,
    type: typing ? 4 : 2,
    data: { id: "400000000000000002", name: "case", type: 1, options: [{ type: 1, name: subcommand, ...options }] },
  };
}

/** A button of a case, pressed in the DM. */
export function press(member: DiscordUserId, id: CaseId, button: CaseButton, interaction = newInteraction()): object {
  return {
    ...who(interaction),
    ...inDm(member),
    type: 3,
    data: { custom_id: customIdOfCase(id, button), component_type: 2 },
    message: { id: MESSAGE },
  };
}

/** The form for a comment, sent off. */
export function submit(member: DiscordUserId, id: CaseId, comment: string, interaction = newInteraction()): object {
  const field = { type: 4, id: 2, custom_id: "comment", value: comment };
  return {
    ...who(interaction),
    ...inDm(member),
    type: 5,
    data: { custom_id: customIdOfCase(id, { kind: "comment" }), components: [{ type: 18, id: 1, component: field }] },
    message: { id: MESSAGE },
  };
}

/** Only the one who asked sees it, and nobody is pinged. */
export function expectPrivate(answer: Answer, text: string | RegExp): void {
  expect(answer).toMatchObject({ type: 4, data: { flags: 64, allowed_mentions: { parse: [] } } });
  expect(answer.data.content).toMatch(text);
}
