import { describe, expect, test } from "vitest";
import { readConfig, twilioUrl } from "../../src/config.ts";
import { sid } from "./twilio-support.ts";

/** All that must be set, and nothing else. */
const REQUIRED: Readonly<Record<string, string>> = {
  PUBLIC_URL: "https://bridge.example",
  DISCORD_APPLICATION_ID: "100000000000000009",
  DISCORD_PUBLIC_KEY: "0a".repeat(32),
  DISCORD_BOT_TOKEN: "bot token",
  TWILIO_ACCOUNT_SID: sid("AC"),
  TWILIO_AUTH_TOKEN: "auth token",
  TWILIO_API_KEY_SID: sid("SK"),
  TWILIO_API_KEY_SECRET: "key secret",
  TWILIO_CHAT_SERVICE_SID: sid("IS"),
  TWILIO_WORKSPACE_SID: sid("WS"),
  TWILIO_WORKFLOW_SID: sid("WW"),
  SIGNING_SECRET: "0123456789".repeat(4),
};

/** What is said about one variable of this value; none when it is fine. */
function problemsWith(name: string, value: string): readonly string[] {
  const result = readConfig({ ...REQUIRED, [name]: value });
  return result.ok ? [] : result.problems.map(({ message }) => message);
}

function accepted(env: Readonly<Record<string, unknown>>) {
  const result = readConfig(env);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("; "));
  return result.config;
}

describe("the settings", () => {
  test("that must be set are enough, and the rest has its defaults", () => {
    expect(accepted(REQUIRED)).toEqual({
      ...REQUIRED,
      DISCORD_API_URL: "https://discord.com/api/v10",
      TWILIO_API_URL: "https://{service}.twilio.com",
      ASSISTANT: "faq",
      DEFAULT_LANGUAGE: "en",
    });
  });

  test("may name all the rest, among other bindings", () => {
    const optional = {
      DISCORD_API_URL: "http://127.0.0.1:4000/api/v10",
      TWILIO_API_URL: "http://127.0.0.1:4001/{service}",
      TWILIO_AUTH_TOKEN_SECONDARY: "next auth token",
      TWILIO_STUDIO_FLOW_SID: sid("FW"),
      STUDIO_PASSWORD: "password",
      DEFAULT_LANGUAGE: "fa",
    };
    const config = accepted({ ...REQUIRED, ...optional, DISCORD_REQUESTS_PER_SECOND: "50", DB: {} });
    expect(config).toEqual({ ...REQUIRED, ...optional, DISCORD_REQUESTS_PER_SECOND: 50, ASSISTANT: "faq" });
  });

  test.each(Object.keys(REQUIRED))("without %s are refused by name, unset or empty", (name) => {
    for (const value of [undefined, ""]) {
      const problems = [{ name, unset: true, message: `${name} is not set` }];
      expect(readConfig({ ...REQUIRED, [name]: value })).toEqual({ ok: false, problems });
    }
  });

  test("that are all missing are all named", () => {
    const result = readConfig({});
    expect(result.ok ? [] : result.problems.map(({ name }) => name)).toEqual(Object.keys(REQUIRED));
  });

  test.each([
    "TWILIO_AUTH_TOKEN_SECONDARY",
    "TWILIO_STUDIO_FLOW_SID",
    "STUDIO_PASSWORD",
    "DISCORD_REQUESTS_PER_SECOND",
    "ASSISTANT",
  ])("with an empty %s are as without it", (name) => {
    expect(accepted({ ...REQUIRED, [name]: "" })).toEqual(accepted(REQUIRED));
  });

  test("of another kind than text are malformed", () => {
    expect(readConfig({ ...REQUIRED, DISCORD_BOT_TOKEN: 5 })).toMatchObject({
      ok: false,
      problems: [{ name: "DISCORD_BOT_TOKEN", unset: false }],
    });
  });

  const malformed: readonly [string, string, readonly string[]][] = [
    ["PUBLIC_URL", "must be a URL such as https://flexcord.example.workers.dev", ["bridge.example", "/"]],
    [
      "DISCORD_APPLICATION_ID",
      "must be the application's id, 15 to 20 digits",
      ["1".repeat(14), "1".repeat(21), `${"1".repeat(17)}x`, `x${"1".repeat(17)}`],
    ],
    [
      "DISCORD_PUBLIC_KEY",
      "must be the application's public key, 64 hexadecimal digits",
      ["a".repeat(63), "a".repeat(65), "g".repeat(64), `x${"a".repeat(64)}`],
    ],
    ["DISCORD_API_URL", "must be a URL such as https://discord.com/api/v10", ["discord"]],
    [
      "DISCORD_REQUESTS_PER_SECOND",
      "must be a whole number from 1 to 999999",
      ["0", "05", "1000000", "50/s", "-1", "1.5", "x1"],
    ],
    ["TWILIO_ACCOUNT_SID", "must be AC and 32 hexadecimal digits", [sid("SK"), sid("AC").slice(1), `${sid("AC")}0`]],
    ["TWILIO_API_KEY_SID", "must be SK and 32 hexadecimal digits", [sid("AC"), ` ${sid("SK")}`]],
    ["TWILIO_CHAT_SERVICE_SID", "must be IS and 32 hexadecimal digits", [sid("WS")]],
    ["TWILIO_WORKSPACE_SID", "must be WS and 32 hexadecimal digits", [sid("WW")]],
    ["TWILIO_WORKFLOW_SID", "must be WW and 32 hexadecimal digits", [sid("WS")]],
    ["TWILIO_STUDIO_FLOW_SID", "must be FW and 32 hexadecimal digits", [sid("WW")]],
    ["TWILIO_API_URL", "must contain {service}", ["https://conversations.twilio.com"]],
    ["TWILIO_API_URL", "must be a URL such as https://{service}.twilio.com", ["{service}.twilio.com"]],
    ["SIGNING_SECRET", "must have at least 32 characters", ["x".repeat(31)]],
    [
      "DESK_FRAME_ANCESTORS",
      "must be origins such as https://intranet.example.com, separated by spaces",
      [
        "*",
        "https://*.example.com",
        "intranet.example",
        "https://a.example/",
        "http://a.example",
        "https://a.example;x",
      ],
    ],
  ];
  test.each(malformed)("with a malformed %s are refused: %s", (name, problem, values) => {
    for (const value of values) expect(problemsWith(name, value)).toEqual([`${name} ${problem}`]);
  });

  test("at the edges of what is allowed are taken", () => {
    for (const [name, value] of [
      ["DISCORD_APPLICATION_ID", "1".repeat(15)],
      ["DISCORD_APPLICATION_ID", "1".repeat(20)],
      ["DISCORD_PUBLIC_KEY", "aF".repeat(32)],
      ["DISCORD_REQUESTS_PER_SECOND", "1"],
      ["DISCORD_REQUESTS_PER_SECOND", "999999"],
      ["TWILIO_ACCOUNT_SID", `AC${"aF".repeat(16)}`],
      ["SIGNING_SECRET", "x".repeat(32)],
    ] as const)
      expect(problemsWith(name, value)).toEqual([]);
  });

  test("that are malformed are never repeated: they may be secrets", () => {
    const secret = "not-to-be-shown";
    const result = readConfig({ ...REQUIRED, SIGNING_SECRET: secret, TWILIO_API_KEY_SID: secret });
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain(secret);
  });

  test("lose the slashes at the end of a URL, which would double in the addresses made from it", () => {
    const config = accepted({ ...REQUIRED, PUBLIC_URL: "https://bridge.example/below//" });
    expect(config.PUBLIC_URL).toBe("https://bridge.example/below");
  });
});

describe("the settings of the desk", () => {
  const ACCESS = { ACCESS_TEAM_DOMAIN: "team.cloudflareaccess.com", ACCESS_AUD: "0a".repeat(32) };

  test("name who may show it in a frame, and who of those whom Access lets in is an admin", () => {
    const more = { DESK_FRAME_ANCESTORS: " https://a.example  http://127.0.0.1:4000 ", ACCESS_ADMINS: "A@b.c, d@e.f" };
    expect(accepted({ ...REQUIRED, ...ACCESS, ...more })).toMatchObject({
      ...ACCESS,
      DESK_FRAME_ANCESTORS: ["https://a.example", "http://127.0.0.1:4000"],
      ACCESS_ADMINS: ["a@b.c", "d@e.f"],
    });
  });

  test("turn Cloudflare Access on as a whole or not at all", () => {
    for (const [name, other] of [
      ["ACCESS_TEAM_DOMAIN", "ACCESS_AUD"],
      ["ACCESS_AUD", "ACCESS_TEAM_DOMAIN"],
    ] as const) {
      expect(readConfig({ ...REQUIRED, [name]: ACCESS[name] })).toEqual({
        ok: false,
        problems: [{ name: other, unset: true, message: `${other} is not set, and ${name} needs it` }],
      });
    }
  });

  test.each<[string, string, readonly string[]]>([
    [
      "ACCESS_TEAM_DOMAIN",
      "must be the team's domain, such as team.cloudflareaccess.com",
      [
        "team",
        "https://team.cloudflareaccess.com",
        "team.cloudflareaccess.com.evil.example",
        "a/b.cloudflareaccess.com",
      ],
    ],
    ["ACCESS_AUD", "must be the application's audience tag, 64 hexadecimal digits", ["0a".repeat(31), "Z".repeat(64)]],
    ["ACCESS_ADMINS", "must be e-mail addresses, separated by commas", ["boss", "a@b.c,", "a@b.c d@e.f"]],
  ])("with a malformed %s are refused: %s", (name, problem, values) => {
    for (const value of values) {
      const result = readConfig({ ...REQUIRED, ...ACCESS, [name]: value });
      expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([`${name} ${problem}`]);
    }
  });
});

describe("the settings of the assistant", () => {
  const SECRET = `whsec_${btoa("a secret of the tests, 32 bytes.")}`;
  const http = { ASSISTANT: "http", ASSISTANT_URL: "https://bot.example/flexcord", ASSISTANT_SECRET: SECRET };
  const AI = { run: async () => ({}) };

  /** What is said about them; none when they are fine. */
  function problemsOf(settings: Readonly<Record<string, unknown>>): readonly string[] {
    const result = readConfig({ ...REQUIRED, ...settings });
    return result.ok ? [] : result.problems.map(({ message }) => message);
  }

  test("name the engine and what it needs, with a time limit", () => {
    expect(accepted({ ...REQUIRED, ...http })).toMatchObject({ ...http, ASSISTANT_TIMEOUT_MS: 4_000 });
    expect(accepted({ ...REQUIRED, ASSISTANT: "workers-ai", AI, ASSISTANT_TIMEOUT_MS: "4500" })).toMatchObject({
      ASSISTANT: "workers-ai",
      AI,
      ASSISTANT_MODEL: "@cf/google/gemma-4-26b-a4b-it",
      ASSISTANT_TIMEOUT_MS: 4_500,
    });
  });

  test("say what is missing and why it is needed", () => {
    expect(readConfig({ ...REQUIRED, ASSISTANT: "http" })).toEqual({
      ok: false,
      problems: ["ASSISTANT_URL", "ASSISTANT_SECRET"].map((name) => ({
        name,
        unset: true,
        message: `${name} is not set, and ASSISTANT=http needs it`,
      })),
    });
    expect(problemsOf({ ASSISTANT: "workers-ai" })).toEqual(["AI is not set, and ASSISTANT=workers-ai needs it"]);
  });

  test("of an engine that is not used do not matter", () => {
    expect(problemsOf({ ASSISTANT_URL: "nonsense", ASSISTANT_TIMEOUT_MS: "never" })).toEqual([]);
  });

  test("are reported together with the rest", () => {
    expect(problemsOf({ ASSISTANT: "http", ASSISTANT_URL: http.ASSISTANT_URL, PUBLIC_URL: "" })).toEqual([
      "PUBLIC_URL is not set",
      "ASSISTANT_SECRET is not set, and ASSISTANT=http needs it",
    ]);
  });

  const url = "must be an https URL without a password, such as https://bot.example.com/flexcord";
  const time = "must be 100 to 4500 (milliseconds)";
  const secret = "must be whsec_ and 24 to 64 bytes in base64";
  test.each<[string, string, readonly string[]]>([
    ["ASSISTANT", "must be faq, http or workers-ai", ["rasa", "HTTP"]],
    ["ASSISTANT_URL", url, ["bot.example", "http://bot.example", "https://me:pass@bot.example", "ftp://bot.example"]],
    ["ASSISTANT_TIMEOUT_MS", time, ["99", "4501", "10000", "4s", "-500", "0100.0"]],
    [
      "ASSISTANT_SECRET",
      secret,
      ["whsec_", SECRET.slice(6), `${SECRET}=`, `whsec_${btoa("x".repeat(23))}`, "whsec_%%%%"],
    ],
  ])("with a malformed %s are refused: %s", (name, problem, values) => {
    for (const value of values) expect(problemsOf({ ...http, [name]: value })).toEqual([`${name} ${problem}`]);
  });

  test("with a model or a binding that is none are refused", () => {
    const model = { ASSISTANT: "workers-ai", AI, ASSISTANT_MODEL: "gemma" };
    expect(problemsOf(model)).toEqual(["ASSISTANT_MODEL must be a model such as @cf/google/gemma-4-26b-a4b-it"]);
    const text = { ASSISTANT: "workers-ai", AI: "yes" };
    expect(problemsOf(text)).toEqual(["AI must be the binding of Workers AI"]);
  });

  test("at the edges of what is allowed are taken", () => {
    for (const [name, value] of [
      ["ASSISTANT_URL", "http://127.0.0.1:4000/bot"],
      ["ASSISTANT_URL", "http://localhost:4000/bot"],
      ["ASSISTANT_TIMEOUT_MS", "100"],
      ["ASSISTANT_SECRET", `whsec_${btoa("x".repeat(24))}`],
      ["ASSISTANT_SECRET", `whsec_${btoa("x".repeat(64))}`],
    ] as const)
      expect(problemsOf({ ...http, [name]: value })).toEqual([]);
  });
});

test("each Twilio product has its address", () => {
  expect(twilioUrl(accepted(REQUIRED), "mcs.us1")).toBe("https://mcs.us1.twilio.com");
  const local = accepted({ ...REQUIRED, TWILIO_API_URL: "http://127.0.0.1:4001/{service}/" });
  expect(twilioUrl(local, "flex-api")).toBe("http://127.0.0.1:4001/flex-api");
});
