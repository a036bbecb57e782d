import type { D1Database } from "@cloudflare/workers-types";
import { Hono } from "hono";
import { audited } from "../cases/audit.ts";
import { type CaseFilter, type CasePage, InvalidCursor, searchCases } from "../cases/search.ts";
import type { DiscordGuildId } from "../conversation/ids.ts";
import { log } from "../log.ts";
import { settingsOf } from "../settings/store.ts";
import { CASE_CSV_HEAD, cellsOfCase } from "./case-csv.ts";
import { type CaseQuery, filterOfQuery, filtersIn, NONE, readCaseQuery } from "./case-query.ts";
import { csvHeaders, csvLine } from "./csv.ts";
import { show, showProblem } from "./layout.tsx";
import { ListPage } from "./list-page.tsx";
import type { DeskContext, DeskOptions } from "./options.ts";
import { allStaff, knownServers } from "./people.ts";
import { actorOf, type DeskEnv } from "./visitor.ts";

const PAGE_SIZE = 50;
const EXPORT_PAGE_SIZE = 500;

/** The list of all cases, and the same as a file. */
export function listRoutes({ db, now }: DeskOptions): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();

  app.get("/cases", async (c) => {
    const query = queryOf(c);
    const cursor = c.req.query("cursor") ?? null;
    const page = await pageAt(db, filterOfQuery(query), cursor);
    if (page === null) {
      return showProblem(c, 400, "There is no such page", "Begin the search anew: the link is not complete.");
    }
    const [staff, servers, settings] = await Promise.all([
      allStaff(db),
      knownServers(db),
      settingsOf(db, serverOf(query)),
    ]);
    return show(
      c,
      { title: query.text === "" ? "Cases" : `Cases: ${query.text}`, room: "cases" },
      <ListPage
        query={query}
        page={page}
        isFirst={cursor === null}
        staff={staff}
        servers={servers}
        products={settings.products}
        now={now()}
      />,
    );
  });

  app.get("/cases.csv", async (c) => {
    const query = queryOf(c);
    const filter = filterOfQuery(query);
    const detail = { filters: filtersIn(query), words: query.text !== "" };
    const [servers] = await Promise.all([
      knownServers(db),
      audited(db, { action: "cases.exported", subject: "cases", detail }, actorOf(c.var.visitor), now()).run(),
    ]);
    const settings = await Promise.all([null, ...servers].map((server) => settingsOf(db, server)));
    const fields = [...new Set(settings.flatMap((one) => one.fields.map(({ name }) => name)))];
    const lines = async function* () {
      yield csvLine([...CASE_CSV_HEAD, ...fields]);
      let cursor: string | null = null;
      do {
        const page: CasePage = await searchCases(db, filter, cursor, EXPORT_PAGE_SIZE);
        yield page.cases.map((one) => csvLine(cellsOfCase(one, fields))).join("");
        cursor = page.next;
      } while (cursor !== null);
    };
    return c.body(streamOf(lines()), 200, csvHeaders("cases"));
  });

  return app;
}

function queryOf(c: DeskContext): CaseQuery {
  return readCaseQuery(new URL(c.req.url).searchParams);
}

function serverOf({ server }: CaseQuery): DiscordGuildId | null {
  return server === "" || server === NONE ? null : (server as DiscordGuildId);
}

/** Null for a cursor that no page gave. */
async function pageAt(db: D1Database, filter: CaseFilter, cursor: string | null): Promise<CasePage | null> {
  try {
    return await searchCases(db, filter, cursor, PAGE_SIZE);
  } catch (error) {
    if (error instanceof InvalidCursor) return null;
    throw error;
  }
}

/** Bytes as they are asked for: a long file is never in memory as a whole. */
function streamOf(parts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        log("error", "desk.export-failed", { reason: error instanceof Error ? error.message : String(error) });
        controller.error(error);
      }
    },
  });
}
