declare namespace Cloudflare {
  interface Env {
    /** The D1 migrations, put there by `vitest.config.ts`. */
    TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
  }
}
