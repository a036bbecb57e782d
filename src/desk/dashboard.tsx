import type { D1Database } from "@cloudflare/workers-types";
import { Hono } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import { audited } from "../cases/audit.ts";
import { type CaseStatistics, statisticsOf } from "../cases/statistics.ts";
import { type DiscordGuildId, SNOWFLAKE } from "../conversation/ids.ts";
import type { Clock } from "../outside/call.ts";
import { settingsOf } from "../settings/store.ts";
import { NONE } from "./case-query.ts";
import { csvHeaders, csvLine } from "./csv.ts";
import { Charts } from "./dashboard-charts.tsx";
import { show } from "./layout.tsx";
import type { DeskContext, DeskOptions } from "./options.ts";
import { knownServers } from "./people.ts";
import { actorOf, type DeskEnv } from "./visitor.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Periods, in days. */
const PERIODS = [7, 30, 90, 365] as const;
const DEFAULT_PERIOD = 30;

type Choice = { readonly days: number; readonly server: string };

/** What happened to cases over time. */
export function dashboardRoutes({ db, now }: DeskOptions): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();

  app.get("/dashboard", async (c) => {
    const choice = choiceOf(c);
    const [statistics, servers] = await Promise.all([chosenStatistics(db, now, choice), knownServers(db)]);
    return show(
      c,
      { title: "Dashboard", room: "dashboard" },
      <>
        <div class="head">
          <h1>Dashboard</h1>
          <ChoiceForm choice={choice} servers={servers} />
        </div>
        <Charts statistics={statistics} />
      </>,
    );
  });

  app.get("/dashboard.csv", async (c) => {
    const choice = choiceOf(c);
    const deed = { action: "statistics.exported", subject: "statistics", detail: { days: choice.days } };
    const [statistics] = await Promise.all([
      chosenStatistics(db, now, choice),
      audited(db, deed, actorOf(c.var.visitor), now()).run(),
    ]);
    return c.body(statisticsCsv(statistics), 200, csvHeaders(`statistics-${choice.days}-days`));
  });

  return app;
}

function choiceOf(c: DeskContext): Choice {
  const server = c.req.query("server") ?? "";
  return {
    days: PERIODS.find((days) => String(days) === c.req.query("days")) ?? DEFAULT_PERIOD,
    server: server === NONE || SNOWFLAKE.test(server) ? server : "",
  };
}

async function chosenStatistics(db: D1Database, now: Clock, { days, server }: Choice): Promise<CaseStatistics> {
  const one = server === "" || server === NONE ? null : (server as DiscordGuildId);
  const { businessHours } = await settingsOf(db, one);
  const to = now();
  return statisticsOf(db, {
    from: to - days * DAY_MS,
    to,
    ...(server !== "" && { server: one }),
    timeZone: businessHours?.timeZone ?? "UTC",
  });
}

function ChoiceForm(props: { readonly choice: Choice; readonly servers: readonly DiscordGuildId[] }): JSX.Element {
  const { choice, servers } = props;
  const query = new URLSearchParams({ days: String(choice.days), server: choice.server });
  const names: readonly (readonly [string, string])[] = [
    ["", "All servers"],
    [NONE, "No server"],
    ...servers.map((server) => [server, server] as const),
  ];
  return (
    <form method="get" action="/desk/dashboard" class="actions">
      <label for="days" class="sr-only">
        Period
      </label>
      <span class="pair">
        <select name="days" id="days" data-submit="">
          {PERIODS.map((days) => (
            <option value={String(days)} selected={days === choice.days}>{`${days} days`}</option>
          ))}
        </select>
      </span>
      <label for="server" class="sr-only">
        Server
      </label>
      <span class="pair">
        <select name="server" id="server" data-submit="">
          {names.map(([value, name]) => (
            <option value={value} selected={value === choice.server}>
              {name}
            </option>
          ))}
        </select>
      </span>
      <noscript>
        <button type="submit">Show</button>
      </noscript>
      <a class="button" href={`/desk/dashboard.csv?${query}`}>
        Export as CSV
      </a>
    </form>
  );
}

/** A line for each day. Lengths of time are in seconds. */
function statisticsCsv({ opened, closed, byDay }: CaseStatistics): string {
  const head = ["day", "opened", "closed", "first_response_median_s", "resolution_median_s", "satisfaction_average"];
  const seconds = (ms: number | null) => (ms === null ? null : Math.round(ms / 1000));
  const closedOn = new Map(closed.map(({ day, count }) => [day, count]));
  const dayOf = new Map(byDay.map((one) => [one.day, one]));
  const lines = opened.map(({ day, count }) => {
    const one = dayOf.get(day);
    return csvLine([
      day,
      count,
      closedOn.get(day) ?? 0,
      seconds(one?.firstResponseMedian ?? null),
      seconds(one?.resolutionMedian ?? null),
      one?.satisfactionAverage ?? null,
    ]);
  });
  return [csvLine(head), ...lines].join("");
}
