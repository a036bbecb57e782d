import type { D1Database } from "@cloudflare/workers-types";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { OwnCases } from "../cases/own-cases.ts";
import { parseCustomId } from "../conversation/buttons.ts";
import { parseCaseCustomId } from "../conversation/case-buttons.ts";
import type { ConversationEvent, IngestReply, MemberProfile } from "../conversation/events.ts";
import { type CaseId, type DiscordUserId, memberOfSession } from "../conversation/ids.ts";
import { textsIn } from "../conversation/texts.ts";
import { log } from "../log.ts";
import { type Clock, parseJson } from "../outside/call.ts";
import { type InteractionAnswer, noChoices, noted, offers, pong, privateAnswer, withoutButtons } from "./answers.ts";
import { pressCaseButton, submitComment } from "./case-interactions.ts";
import type { Command, CommandOutside, CommandUse } from "./commands/command.ts";
import { commands } from "./commands/index.ts";
import {
  type CommandInteraction,
  type ComponentInteraction,
  type FormInteraction,
  givenIn,
  type Interaction,
  profileOf,
  readInteraction,
  type TypingInteraction,
} from "./interaction-shape.ts";
import { signatureCheck } from "./signature.ts";

/** Hands an event to the member's conversation; resolves when it is stored. */
export type Ingest = (member: DiscordUserId, event: ConversationEvent) => Promise<IngestReply>;

export type InteractionsOptions = {
  /** The application's public key, 64 hexadecimal digits. */
  readonly publicKey: string;
  readonly ingest: Ingest;
  readonly now: Clock;
  readonly db: D1Database;
  /** Tells those who must hear of a case that has changed. Never rejects; nobody waits for it. */
  readonly dispatch: (id: CaseId) => Promise<void>;
};

const BODY_LIMIT = 1024 * 1024;
/** Discord waits three seconds for the answer (docs: interactions/receiving-and-responding). */
const ANSWER_LIMIT_MS = 2500;

/** Discord's interactions endpoint, `POST /discord/interactions`. Only what Discord has signed gets beyond the door. */
export function discordInteractions(options: InteractionsOptions): Hono {
  const { now, ingest, db, dispatch } = options;
  const isGenuine = signatureCheck(options.publicKey, now);
  const app = new Hono();

  const tooLarge = bodyLimit({ maxSize: BODY_LIMIT, onError: (c) => c.json({ error: "Body too large" }, 413) });
  app.post("/discord/interactions", tooLarge, async (c) => {
    const signature = c.req.header("x-signature-ed25519");
    const timestamp = c.req.header("x-signature-timestamp");
    if (!(await isGenuine({ signature, timestamp, body: () => c.req.arrayBuffer() }))) {
      log("warn", "interaction.refused");
      return c.json({ error: "The signature is missing or wrong" }, 401);
    }
    const interaction = readInteraction(parseJson(await c.req.text()));
    const changed = (id: CaseId) => c.executionCtx.waitUntil(dispatch(id));
    const outside = { handOver: ingest, cases: new OwnCases({ db, now, changed }) };
    const answer = interaction && (await answerTo(interaction, outside));
    return answer ? c.json(answer) : c.json({ error: "not an interaction" }, 400);
  });
  app.all("/discord/interactions", (c) => c.json({ error: "Method not allowed" }, 405, { allow: "POST" }));
  return app;

  /** Null when the interaction names nobody. */
  async function answerTo(interaction: Interaction, outside: CommandOutside): Promise<InteractionAnswer | null> {
    if (interaction.type === 1) return pong;
    const profile = profileOf(interaction);
    if (!profile) return null;
    try {
      return await withinLimit(answerFor(interaction, profile, outside), AbortSignal.timeout(ANSWER_LIMIT_MS));
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
      log("error", "interaction.failed", { interaction: interaction.id, reason });
      return interaction.type === 4 ? noChoices : privateAnswer(textsIn(profile.locale ?? "en").tryAgain);
    }
  }

  async function answerFor(
    interaction: Exclude<Interaction, { type: 1 }>,
    profile: MemberProfile,
    outside: CommandOutside,
  ): Promise<InteractionAnswer> {
    const texts = textsIn(profile.locale ?? "en");
    switch (interaction.type) {
      case 2:
        return commandOf(interaction)?.run(useOf(interaction, profile), outside) ?? privateAnswer(texts.unknownCommand);
      case 3:
        return press(interaction, profile, outside);
      case 4:
        return offers((await commandOf(interaction)?.offer?.(useOf(interaction, profile), outside)) ?? []);
      case 5:
        return submit(interaction, profile, outside);
    }
  }

  function useOf(interaction: CommandInteraction | TypingInteraction, profile: MemberProfile): CommandUse {
    const { id, token, guild_id: guild = null } = interaction;
    return { interaction: id, token, profile, guild, ...givenIn(interaction), at: now() };
  }

  /** Whoever presses a button of a session sees an answer only when nothing else will happen. */
  async function press(
    interaction: ComponentInteraction,
    profile: MemberProfile,
    outside: CommandOutside,
  ): Promise<InteractionAnswer> {
    const texts = textsIn(profile.locale ?? "en");
    const ofCase = parseCaseCustomId(interaction.data.custom_id);
    if (ofCase) return pressCaseButton(interaction, profile, ofCase, { ...outside, at: now() });
    const pressed = parseCustomId(interaction.data.custom_id);
    if (!pressed) return privateAnswer(texts.outOfDate);
    if (memberOfSession(pressed.session) !== profile.member) return privateAnswer(texts.foreignButton);
    const reply = await ingest(profile.member, {
      kind: "member-pressed",
      interaction: interaction.id,
      profile,
      message: interaction.message.id,
      ...pressed,
      at: now(),
    });
    if (pressed.button.kind === "resend") {
      return reply === "stale" ? privateAnswer(texts.nothingToResend) : withoutButtons;
    }
    return reply === "stale" ? privateAnswer(texts.staleButton) : noted;
  }
}

/** The form for a comment is the only one that we open. */
async function submit(
  interaction: FormInteraction,
  profile: MemberProfile,
  { cases }: CommandOutside,
): Promise<InteractionAnswer> {
  const form = parseCaseCustomId(interaction.data.custom_id);
  return form?.button.kind === "comment"
    ? submitComment(interaction, profile, form.case, cases)
    : privateAnswer(textsIn(profile.locale ?? "en").outOfDate);
}

function commandOf({ data }: CommandInteraction | TypingInteraction): Command | undefined {
  return commands.find(({ definition }) => definition.name === data.name && data.type === 1);
}

/** Rejects when the signal fires before the work is done; the work itself goes on. */
function withinLimit<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const tooLate = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("not handed over in time")));
  });
  return Promise.race([work, tooLate]);
}
