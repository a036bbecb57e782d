import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Prepared } from "./client.ts";

/** Signs requests as Discord does: Ed25519 over time stamp and body. */
export class DiscordSigner {
  /** 64 hexadecimal digits, as in `DISCORD_PUBLIC_KEY`. */
  readonly publicKey: string;
  readonly #privateKey: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    this.publicKey = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
    this.#privateKey = privateKey;
  }

  prepare(path: string, payload: object): Prepared {
    const body = JSON.stringify(payload);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = sign(null, Buffer.from(timestamp + body), this.#privateKey).toString("hex");
    const headers = {
      "content-type": "application/json",
      "x-signature-ed25519": signature,
      "x-signature-timestamp": timestamp,
    };
    return { path, headers, body };
  }
}

/** Signs requests as Twilio does: HMAC-SHA1 over the public URL and the sorted form. */
export class TwilioSigner {
  readonly #publicUrl: string;
  readonly #authToken: string;

  constructor(publicUrl: string, authToken: string) {
    this.#publicUrl = publicUrl;
    this.#authToken = authToken;
  }

  prepare(path: string, form: Readonly<Record<string, string>>): Prepared {
    const sorted = Object.keys(form).sort();
    const signed = this.#publicUrl + path + sorted.map((name) => name + form[name]).join("");
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": createHmac("sha1", this.#authToken).update(signed).digest("base64"),
    };
    return { path, headers, body: new URLSearchParams(form).toString() };
  }
}
