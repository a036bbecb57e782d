import * as v from "valibot";

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
});

/** All settings of the Worker, checked. Names are those of `wrangler.toml` and `.dev.vars`. */
export type Config = v.InferOutput<typeof Variables>;

/** What is wrong with one variable; `unset` when it is missing or empty. Never contains the value. */
export type ConfigProblem = { readonly name: string; readonly unset: boolean; readonly message: string };

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Reads and checks the variables and secrets. Empty strings count as unset. Other bindings in `env` are ignored. */
export function readConfig(env: Readonly<Record<string, unknown>>): ConfigResult {
  const given = Object.fromEntries(
    Object.keys(Variables.entries).flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );
  const result = v.safeParse(Variables, given);
  if (result.success) return { ok: true, config: result.output };
  const problems = result.issues.map((issue) => {
    const name = String(issue.path?.[0].key);
    const unset = !(name in given);
    return { name, unset, message: unset ? `${name} is not set` : `${name} ${issue.message}` };
  });
  return { ok: false, problems };
}

/** The base URL of one Twilio product. */
export function twilioUrl(config: Pick<Config, "TWILIO_API_URL">, service: TwilioService): string {
  return config.TWILIO_API_URL.replace("{service}", service);
}
