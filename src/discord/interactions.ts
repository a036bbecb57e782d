import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { parseCustomId } from "../conversation/buttons.ts";
import type { ConversationEvent, IngestReply, MemberProfile } from "../conversation/events.ts";
import { type DiscordUserId, memberOfSession } from "../conversation/ids.ts";
import { textsIn } from "../conversation/texts.ts";
import { log } from "../log.ts";
import { type Clock, parseJson } from "../outside/call.ts";
import { type InteractionAnswer, noChoices, noted, pong, privateAnswer, withoutButtons } from "./answers.ts";
import { commands } from "./commands/index.ts";
import {
  type CommandInteraction,
  type ComponentInteraction,
  type Interaction,
  profileOf,
  readInteraction,
} from "./interaction-shape.ts";
import { signatureCheck } from "./signature.ts";

/** Hands an event to the member's conversation; resolves when it is stored. */
export type Ingest = (member: DiscordUserId, event: ConversationEvent) => Promise<IngestReply>;

export type InteractionsOptions = {
  /** The application's public key, 64 hexadecimal digits. */
  readonly publicKey: string;
  readonly ingest: Ingest;
  readonly now: Clock;
};

const BODY_LIMIT = 1024 * 1024;
/** Discord waits three seconds for the answer (docs: interactions/receiving-and-responding). */
const INGEST_LIMIT_MS = 2500;

/** Discord's interactions endpoint, `POST /discord/interactions`. Only what Discord has signed gets beyond the door. */
export function discordInteractions(options: InteractionsOptions): Hono {
  const { now } = options;
  const isGenuine = signatureCheck(options.publicKey, now);
  const handOver: Ingest = (member, event) =>
    withinLimit(options.ingest(member, event), AbortSignal.timeout(INGEST_LIMIT_MS));
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
    const answer = interaction && (await answerTo(interaction));
    return answer ? c.json(answer) : c.json({ error: "not an interaction" }, 400);
  });
  app.all("/discord/interactions", (c) => c.json({ error: "Method not allowed" }, 405, { allow: "POST" }));
  return app;

  /** Null when the interaction names nobody. */
  async function answerTo(interaction: Interaction): Promise<InteractionAnswer | null> {
    if (interaction.type === 1) return pong;
    const profile = profileOf(interaction);
    if (!profile) return null;
    const texts = textsIn(profile.locale ?? "en");
    try {
      switch (interaction.type) {
        case 2:
          return await runCommand(interaction, profile);
        case 3:
          return await press(interaction, profile);
        case 4:
          return noChoices;
        case 5:
          return privateAnswer(texts.outOfDate);
      }
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
      log("error", "interaction.failed", { interaction: interaction.id, reason });
      return privateAnswer(texts.tryAgain);
    }
  }

  async function runCommand(interaction: CommandInteraction, profile: MemberProfile): Promise<InteractionAnswer> {
    const { id, token, guild_id: guild = null, data } = interaction;
    const command = commands.find(({ definition }) => definition.name === data.name && data.type === 1);
    if (!command) return privateAnswer(textsIn(profile.locale ?? "en").unknownCommand);
    return command.run({ interaction: id, token, profile, guild, at: now() }, handOver);
  }

  /** Whoever presses a button sees an answer only when nothing else will happen. */
  async function press(interaction: ComponentInteraction, profile: MemberProfile): Promise<InteractionAnswer> {
    const texts = textsIn(profile.locale ?? "en");
    const pressed = parseCustomId(interaction.data.custom_id);
    if (!pressed) return privateAnswer(texts.outOfDate);
    if (memberOfSession(pressed.session) !== profile.member) return privateAnswer(texts.foreignButton);
    const reply = await handOver(profile.member, {
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

/** Rejects when the signal fires before the work is done; the work itself goes on. */
function withinLimit<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const tooLate = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("not handed over in time")));
  });
  return Promise.race([work, tooLate]);
}
