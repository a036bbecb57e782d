import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Config } from "../config.ts";

/** Where Flex runs. */
const FLEX = "https://flex.twilio.com";

/** Who may show the desk in a frame, and sign in for it: Flex, and the origins that the configuration adds. */
export function frameOrigins(config: Config): string[] {
  return [FLEX, ...(config.DESK_FRAME_ANCESTORS ?? [])];
}

/**
 * What each answer below `/desk` carries: nothing is kept anywhere unless a page says so, and only Flex may show it in a
 * frame. Pages add the rest of their Content-Security-Policy themselves, without `frame-ancestors`: both then hold.
 */
export function deskHeaders(config: Config): MiddlewareHandler {
  const ancestors = `frame-ancestors ${["'self'", ...frameOrigins(config)].join(" ")}`;
  // With no-referrer, forms would not say where they come from.
  const secure = secureHeaders({ xFrameOptions: false, referrerPolicy: "same-origin", overwrite: false });
  return async (c, next) => {
    await secure(c, async () => {
      await next();
      // The answer to an upgrade is no page, and its headers cannot be changed.
      if (c.res.status === 101) return;
      if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "no-store");
      c.header("Content-Security-Policy", ancestors, { append: true });
    });
  };
}
