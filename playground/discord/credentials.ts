import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** The application's secrets and keys, new at every start. */
export class Credentials {
  readonly applicationId: string;
  /** Ed25519, 64 hexadecimal digits, as the developer portal shows it. */
  readonly publicKey: string;
  readonly #privateKey: KeyObject;
  #botToken: string;
  #resets = 0;

  constructor(applicationId: string, botToken: string | undefined) {
    this.applicationId = applicationId;
    this.#botToken = botToken ?? newToken();
    const pair = generateKeyPairSync("ed25519");
    this.#privateKey = pair.privateKey;
    this.publicKey = Buffer.from(String(pair.publicKey.export({ format: "jwk" }).x), "base64url").toString("hex");
  }

  get botToken(): string {
    return this.#botToken;
  }

  get tokenWasReset(): boolean {
    return this.#resets > 0;
  }

  /** What Discord does to a bot that identifies too often: the old token is worthless from now on. */
  resetToken(): void {
    this.#botToken = newToken();
    this.#resets += 1;
  }

  /** Signs an interaction (docs: interactions/overview, "Validating Security Request Headers"): hex over timestamp and body. */
  sign(timestamp: string, body: string): string {
    return sign(null, Buffer.from(timestamp + body), this.#privateKey).toString("hex");
  }

  newInteractionToken(): string {
    return `stand-in-interaction-${randomBytes(24).toString("base64url")}`;
  }
}

function newToken(): string {
  return `stand-in-bot-${randomBytes(16).toString("hex")}`;
}
