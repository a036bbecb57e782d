import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import { trimTrailingSlash } from "hono/trailing-slash";
import { log } from "../log.ts";
import { caseRoutes } from "./case-routes.ts";
import { dashboardRoutes } from "./dashboard.tsx";
import { homePage } from "./home.tsx";
import { keyPages } from "./keys.tsx";
import { show, showProblem } from "./layout.tsx";
import { listRoutes } from "./list-routes.tsx";
import { liveRoute } from "./live-route.ts";
import { newCaseRoutes } from "./new-case.tsx";
import type { DeskOptions } from "./options.ts";
import { questionRoutes } from "./questions.tsx";
import { settingsRoutes } from "./settings.tsx";
import type { DeskEnv } from "./visitor.ts";
import { webhookPages } from "./webhooks.tsx";

/** Flex shows the desk beside the chat. */
const FLEX = "https://flex.twilio.com";

/**
 * The agents' pages, to be mounted at `/desk` behind `deskEntry`, as the last of what is there: what they do not know is
 * answered with a page. Nothing inline is run, and nothing of others is loaded; the policy allows only the desk's own files.
 */
export function deskPages(options: DeskOptions): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();
  // First: what becomes a WebSocket is no page.
  app.route("/", liveRoute(options));
  app.use(
    "/*",
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'", FLEX, ...(options.frameAncestors ?? [])],
      },
      // With no-referrer, browsers would not tell the door where a form comes from.
      referrerPolicy: "same-origin",
      // It knows only "nobody" and "ourselves"; frame-ancestors says who.
      xFrameOptions: false,
    }),
    trimTrailingSlash(),
  );
  app.get("/", (c) => homePage(c, options));
  for (const path of [
    "/cases",
    "/cases.csv",
    "/cases/new",
    "/questions",
    "/dashboard",
    "/dashboard.csv",
    "/settings",
  ]) {
    app.use(path, staffOnly);
  }
  for (const part of [listRoutes, newCaseRoutes, questionRoutes, dashboardRoutes, settingsRoutes]) {
    app.route("/", part(options));
  }
  app.route("/cases", caseRoutes(options));
  const { db, now, queue } = options;
  app.route("/", keyPages({ db, now, layout: show }));
  app.route("/", webhookPages({ db, now, queue, layout: show }));
  app.all("/*", (c) => showProblem(c, 404, "There is no such page", "The link may be old, or not complete."));
  app.onError((error, c) => {
    log("error", "desk.failed", { method: c.req.method, path: c.req.routePath, reason: error.message });
    return showProblem(c, 503, "This did not work", "Please try again in a minute.");
  });
  return app;
}

/** A link in a task opens one case and nothing else. */
const staffOnly = createMiddleware<DeskEnv>(async (c, next) => {
  if (c.var.visitor.kind === "staff") return next();
  return showProblem(c, 403, "Not with this link", "The link in a task opens its case only.");
});
