import * as v from "valibot";
import { isLanguageModel, type LanguageModel } from "./assistant/language-model.ts";
import { type DiscordGuildId, SNOWFLAKE } from "./conversation/ids.ts";
import { canonicalLocale } from "./locale.ts";

/** Where each Twilio product lives; stands in for `{service}` in `TWILIO_API_URL`. */
export type TwilioService = "conversations" | "flex-api" | "mcs.us1" | "taskrouter" | "studio" | "iam";

const url = (example: string) =>
  v.pipe(
    v.string(),
    v.transform((value) => value.replace(/\/+$/, "")),
    v.check((value) => URL.canParse(value.replace("{service}", "service")), `must be a URL such as ${example}`),
  );
const sid = (prefix: string) =>
  v.pipe(v.string(), v.regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`), `must be ${prefix} and 32 hexadecimal digits`));
const text = v.pipe(v.string(), v.nonEmpty("must not be empty"));

const Variables = v.object({
  PUBLIC_URL: url("https://flexcord.example.workers.dev"),
  DISCORD_APPLICATION_ID: v.pipe(
    v.string(),
    v.regex(/^[0-9]{15,20}$/, "must be the application's id, 15 to 20 digits"),
  ),
  DISCORD_PUBLIC_KEY: v.pipe(
    v.string(),
    v.regex(/^[0-9a-fA-F]{64}$/, "must be the application's public key, 64 hexadecimal digits"),
  ),
  DISCORD_BOT_TOKEN: text,
  DISCORD_API_URL: v.optional(url("https://discord.com/api/v10"), "https://discord.com/api/v10"),
  DISCORD_REQUESTS_PER_SECOND: v.optional(
    v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,5}$/, "must be a whole number from 1 to 999999"), v.transform(Number)),
  ),
  TWILIO_ACCOUNT_SID: sid("AC"),
  TWILIO_AUTH_TOKEN: text,
  TWILIO_AUTH_TOKEN_SECONDARY: v.optional(text),
  TWILIO_API_KEY_SID: sid("SK"),
  TWILIO_API_KEY_SECRET: text,
  TWILIO_API_URL: v.optional(
    v.pipe(url("https://{service}.twilio.com"), v.includes("{service}", "must contain {service}")),
    "https://{service}.twilio.com",
  ),
  TWILIO_CHAT_SERVICE_SID: sid("IS"),
  TWILIO_WORKSPACE_SID: sid("WS"),
  TWILIO_WORKFLOW_SID: sid("WW"),
  TWILIO_STUDIO_FLOW_SID: v.optional(sid("FW")),
  SIGNING_SECRET: v.pipe(v.string(), v.minLength(32, "must have at least 32 characters")),
  STUDIO_PASSWORD: v.optional(text),
  /** The server whose numbers cases follow when the member never used `/helpme` in one. */
  DISCORD_DEFAULT_SERVER: v.optional(
    v.pipe(
      v.string(),
      v.regex(SNOWFLAKE, "must be a server's id, 15 to 20 digits"),
      v.transform((id) => id as DiscordGuildId),
    ),
  ),
  /** The language of articles for members whose own has none: Discord knows no Persian, for example. */
  DEFAULT_LANGUAGE: v.optional(
    v.pipe(
      v.string(),
      v.check((tag) => canonicalLocale(tag) !== null, "must be a language tag such as en, pt-BR or fa"),
    ),
    "en",
  ),
  /** Who may show the desk in a frame and sign in for it, besides Flex: origins separated by spaces. */
  DESK_FRAME_ANCESTORS: v.optional(
    v.pipe(
      v.string(),
      v.transform((value) => value.split(/\s+/).filter((origin) => origin !== "")),
      v.everyItem(isOrigin, "must be origins such as https://intranet.example.com, separated by spaces"),
    ),
  ),
  /** Cloudflare Access in front of the desk: both of these, or none. */
  ACCESS_TEAM_DOMAIN: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[a-z0-9-]+\.cloudflareaccess\.com$/, "must be the team's domain, such as team.cloudflareaccess.com"),
    ),
  ),
  ACCESS_AUD: v.optional(
    v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be the application's audience tag, 64 hexadecimal digits")),
  ),
  /** Who is an admin of those whom Access lets in; the others are agents. */
  ACCESS_ADMINS: v.optional(
    v.pipe(
      v.string(),
      v.transform((value) => value.split(",").map((address) => address.trim().toLowerCase())),
      v.everyItem((address) => /^[^@\s]+@[^@\s]+$/.test(address), "must be e-mail addresses, separated by commas"),
    ),
  ),
});

/** Variables that are nothing without each other. */
const PAIRS = [
  ["ACCESS_TEAM_DOMAIN", "ACCESS_AUD"],
  ["ACCESS_AUD", "ACCESS_TEAM_DOMAIN"],
] as const;

/** How long an engine may take, in milliseconds. The fallback, then the conversation itself must still find time. */
const timeLimit = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^(?:[1-9][0-9]{2}|[1-3][0-9]{3}|4[0-4][0-9]{2}|4500)$/, "must be 100 to 4500 (milliseconds)"),
    v.transform(Number),
  ),
  "4000",
);

/** Which engine answers members first, and what it needs. */
const AssistantVariables = v.variant(
  "ASSISTANT",
  [
    v.object({ ASSISTANT: v.literal("faq") }),
    v.object({
      ASSISTANT: v.literal("http"),
      ASSISTANT_URL: v.pipe(
        v.string(),
        v.check(isPrivateOnTheWay, "must be an https URL without a password, such as https://bot.example.com/flexcord"),
      ),
      ASSISTANT_SECRET: v.pipe(
        v.string(),
        // Standard Webhooks: 24 to 64 bytes of randomness in base64.
        v.regex(
          /^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
          "must be whsec_ and 24 to 64 bytes in base64",
        ),
      ),
      ASSISTANT_TIMEOUT_MS: timeLimit,
    }),
    v.object({
      ASSISTANT: v.literal("workers-ai"),
      AI: v.custom<LanguageModel>(isLanguageModel, "must be the binding of Workers AI"),
      ASSISTANT_MODEL: v.optional(
        v.pipe(
          v.string(),
          v.regex(/^@[\w-]+\/[\w.-]+\/[\w.-]+$/, "must be a model such as @cf/google/gemma-4-26b-a4b-it"),
        ),
        "@cf/google/gemma-4-26b-a4b-it",
      ),
      ASSISTANT_TIMEOUT_MS: timeLimit,
    }),
  ],
  "must be faq, http or workers-ai",
);
const NAMES = [
  ...Object.keys(Variables.entries),
  ...new Set(AssistantVariables.options.flatMap(({ entries }) => Object.keys(entries))),
];

/** An origin of one host: it becomes part of a Content-Security-Policy, where `*` and `;` have meanings of their own. */
function isOrigin(value: string): boolean {
  return /^https?:\/\/[a-z0-9.-]+(?::[0-9]+)?$/.test(value) && isPrivateOnTheWay(value);
}

/** Nobody reads on the way. */
function isPrivateOnTheWay(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && /^(?:127\.0\.0\.1|localhost)$/.test(url.hostname));
}

/** The engine and what it needs, checked. */
export type AssistantConfig = v.InferOutput<typeof AssistantVariables>;

/** All settings of the Worker, checked. Names are those of `wrangler.toml` and `.dev.vars`. */
export type Config = v.InferOutput<typeof Variables> & AssistantConfig;

/** What is wrong with one variable; `unset` when it is missing or empty. Never contains the value. */
export type ConfigProblem = { readonly name: string; readonly unset: boolean; readonly message: string };

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Reads and checks the variables and secrets. Empty strings count as unset. Other bindings in `env` are ignored. */
export function readConfig(env: Readonly<Record<string, unknown>>): ConfigResult {
  const given = Object.fromEntries(NAMES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const result = v.safeParse(v.intersect([Variables, AssistantVariables]), { ASSISTANT: "faq", ...given });
  const halves = PAIRS.filter(([name, other]) => name in given && !(other in given)).map(([name, other]) => ({
    name: other,
    unset: true,
    message: `${other} is not set, and ${name} needs it`,
  }));
  if (result.success && halves.length === 0) return { ok: true, config: result.output };
  const problems = (result.issues ?? []).map((issue) => {
    const name = String(issue.path?.[0].key);
    const unset = !(name in given);
    const isEngines = AssistantVariables.options.some(({ entries }) => name in entries);
    const missing = isEngines ? `${name} is not set, and ASSISTANT=${given.ASSISTANT} needs it` : `${name} is not set`;
    return { name, unset, message: unset ? missing : `${name} ${issue.message}` };
  });
  return { ok: false, problems: [...problems, ...halves] };
}

/** The base URL of one Twilio product. */
export function twilioUrl(config: Pick<Config, "TWILIO_API_URL">, service: TwilioService): string {
  return config.TWILIO_API_URL.replace("{service}", service);
}
