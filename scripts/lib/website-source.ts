import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock, Pause } from "../../src/outside/call.ts";
import type { Source } from "./knowledge-arguments.ts";
import { type Get, getFrom } from "./website/get.ts";
import { isPublicAddress } from "./website/public-address.ts";
import { Visitor } from "./website/visitor.ts";
import { listedPages, type OnVisit, parseUrlList, readPages, type Website } from "./website/website-articles.ts";

/** By the first word robots.txt can name us. */
const USER_AGENT = "Flexcord/0.1 (import of help articles into a knowledge base; one page a second)";
const TIME_LIMIT_MS = 20_000;

/** What a visit to a website touches. */
export type Outside = {
  readonly get: (isAllowed: (address: string) => boolean) => Get;
  readonly pause: Pause;
  readonly now: Clock;
};

/** The internet. */
export const internet: Outside = {
  get: (isAllowed) => getFrom({ isAllowed, userAgent: USER_AGENT, timeLimitMs: TIME_LIMIT_MS }),
  pause: (ms) => wait(ms),
  now: Date.now,
};

/** Reads the pages of a website; throws when its list of pages cannot be read, or no page is an article. */
export async function readWebsite(
  source: Extract<Source, { kind: "sitemap" | "urls" }>,
  { get, pause, now }: Outside,
  onVisit: OnVisit,
): Promise<Website> {
  const isAllowed = source.allowPrivate ? () => true : isPublicAddress;
  const visitor = new Visitor({ get: get(isAllowed), pause, now, userAgent: USER_AGENT });
  const listed =
    source.kind === "sitemap"
      ? await listedPages(visitor, source.url, onVisit)
      : parseUrlList(source.path, await readFile(source.path, "utf8"));
  return readPages(visitor, listed, onVisit);
}
