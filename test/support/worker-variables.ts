import { generateKeyPairSync, randomBytes } from "node:crypto";

const sid = (prefix: string) => `${prefix}${randomBytes(16).toString("hex")}`;

/** Variables for a Worker whose outside is a test: fresh ids and keys, addresses that lead nowhere. */
export function workerVariables(): { variables: Record<string, string>; discordPrivateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const rawPublicKey = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  return {
    variables: {
      PUBLIC_URL: "https://flexcord.example",
      DISCORD_APPLICATION_ID: "900000000000000001",
      DISCORD_PUBLIC_KEY: rawPublicKey.toString("hex"),
      DISCORD_BOT_TOKEN: "bot-token-of-the-tests",
      DISCORD_API_URL: "https://discord.invalid/api/v10",
      TWILIO_ACCOUNT_SID: sid("AC"),
      TWILIO_AUTH_TOKEN: "auth-token-of-the-tests",
      TWILIO_API_KEY_SID: sid("SK"),
      TWILIO_API_KEY_SECRET: "api-key-secret-of-the-tests",
      TWILIO_API_URL: "https://{service}.twilio.invalid",
      TWILIO_CHAT_SERVICE_SID: sid("IS"),
      TWILIO_WORKSPACE_SID: sid("WS"),
      TWILIO_WORKFLOW_SID: sid("WW"),
      SIGNING_SECRET: "signing-secret-of-the-tests-0123456789",
    },
    discordPrivateKey: privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"),
  };
}
