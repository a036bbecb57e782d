declare namespace Cloudflare {
  /** Put there by `vitest.config.ts`. */
  interface Env {
    PUBLIC_URL: string;
    DISCORD_APPLICATION_ID: string;
    TWILIO_AUTH_TOKEN: string;
    /** PKCS 8, base64: signs what Discord would have signed. */
    TEST_DISCORD_PRIVATE_KEY: string;
    /** The D1 migrations. */
    TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
  }
}
