import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterBusinessMinutes, isOpen, nextOpening } from "../../src/cases/business-hours.ts";
import type { BusinessHours } from "../../src/settings/settings.ts";

type Opening = BusinessHours["openings"][number];

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const at = (iso: string) => Date.parse(iso);
const iso = (time: number | null) => time && new Date(time).toISOString().replace(":00.000Z", "Z");

const daily = (...times: [from: string, to: string][]): Opening[] =>
  times.map(([from, to]) => ({ days: [1, 2, 3, 4, 5, 6, 7], from, to }));
const hoursIn = (timeZone: string, openings: Opening[], holidays: string[] = []): BusinessHours => ({
  timeZone,
  openings,
  holidays,
});
const OFFICE: Opening[] = [{ days: [1, 2, 3, 4, 5], from: "09:00", to: "17:00" }];
const BERLIN = hoursIn("Europe/Berlin", OFFICE, ["2026-12-25"]);

describe("without business hours", () => {
  test("people are there at any time", () => {
    expect(afterBusinessMinutes(null, 5, 2)).toBe(5 + 2 * MINUTE);
    expect(isOpen(null, 5)).toBe(true);
    expect(nextOpening(null, 5)).toBe(5);
  });
});

describe("in an office", () => {
  test.each([
    ["within a day", "2026-11-18T09:00Z", 60, "2026-11-18T10:00Z"],
    ["until the very end of a day", "2026-11-18T15:00Z", 60, "2026-11-18T16:00Z"],
    ["over night", "2026-11-18T15:30Z", 60, "2026-11-19T08:30Z"],
    ["over the weekend", "2026-11-20T15:30Z", 60, "2026-11-23T08:30Z"],
    ["from the night on", "2026-11-18T02:00Z", 60, "2026-11-18T09:00Z"],
    ["over a holiday and the weekend behind it", "2026-12-24T15:30Z", 60, "2026-12-28T08:30Z"],
    ["over days", "2026-11-16T08:00Z", 5 * 480, "2026-11-20T16:00Z"],
  ])("minutes are counted %s", (_, from, minutes, due) => {
    expect(iso(afterBusinessMinutes(BERLIN, at(from), minutes))).toBe(due);
  });

  test("people are there from the first moment, up to but without the last", () => {
    const open = ["08:00:00.000Z", "15:59:59.999Z"].map((time) => isOpen(BERLIN, at(`2026-11-18T${time}`)));
    const closed = ["07:59:59.999Z", "16:00:00.000Z"].map((time) => isOpen(BERLIN, at(`2026-11-18T${time}`)));
    expect([open, closed]).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  test("people are back when it opens next, which is now while it is open", () => {
    expect(iso(nextOpening(BERLIN, at("2026-11-20T16:00Z")))).toBe("2026-11-23T08:00Z");
    expect(iso(nextOpening(BERLIN, at("2026-12-24T20:00Z")))).toBe("2026-12-28T08:00Z");
    expect(nextOpening(BERLIN, at("2026-11-20T12:34:56.789Z"))).toBe(at("2026-11-20T12:34:56.789Z"));
  });
});

test("whoever never opens is never back, and nothing is ever due", () => {
  const never = hoursIn("Europe/Berlin", []);
  expect([isOpen(never, 0), nextOpening(never, 0), afterBusinessMinutes(never, 0, 1)]).toEqual([false, null, null]);
});

test("whoever is away for more than a year is not waited for", () => {
  const holidays = Array.from({ length: 800 }, (_, day) => new Date(day * DAY).toISOString().slice(0, 10));
  const sabbatical = hoursIn("UTC", daily(["09:00", "10:00"]), holidays);
  expect(nextOpening(sabbatical, 0)).toBeNull();
  expect(iso(afterBusinessMinutes(sabbatical, 0, 1))).toBe("1972-03-11T09:01Z");
});

test("nothing is due that would take more than ten years", () => {
  const seldom = hoursIn("UTC", [{ days: [1], from: "09:00", to: "09:01" }]);
  expect(afterBusinessMinutes(seldom, 0, 366 * 1440)).toBeNull();
});

test("openings of a day that touch or overlap are one", () => {
  const shifts = hoursIn("UTC", daily(["12:00", "18:00"], ["08:00", "12:00"], ["10:00", "14:00"], ["20:00", "24:00"]));
  expect(iso(afterBusinessMinutes(shifts, at("2026-11-18T08:00Z"), 600))).toBe("2026-11-18T18:00Z");
  expect(iso(afterBusinessMinutes(shifts, at("2026-11-18T08:00Z"), 841))).toBe("2026-11-19T08:01Z");
});

test("a zone that the runtime does not know is named", () => {
  expect(() => isOpen(hoursIn("Mars/Base", OFFICE), 0)).toThrow("the time zone Mars/Base is not known here");
});

describe("when clocks are changed", () => {
  const round = daily(["00:00", "24:00"]);
  const night = daily(["01:00", "04:00"]);

  test.each([
    // From 02:00 to 03:00 at 01:00 UTC: that night has two hours of these three.
    ["Europe/Berlin", "the hour that is left out", "2026-03-28T23:00Z", 121, "2026-03-29T23:01Z"],
    // From 03:00 back to 02:00 at 01:00 UTC: it has four.
    ["Europe/Berlin", "the doubled hour", "2026-10-24T22:00Z", 240, "2026-10-25T03:00Z"],
    // From 02:00 to 03:00 at 07:00 UTC.
    ["America/New_York", "the hour that is left out", "2026-03-08T05:00Z", 120, "2026-03-08T08:00Z"],
    ["America/New_York", "the doubled hour", "2026-11-01T04:00Z", 240, "2026-11-01T09:00Z"],
    // Half an hour, at 15:30 and 15:00 UTC.
    ["Australia/Lord_Howe", "the half hour that is left out", "2026-10-03T13:30Z", 150, "2026-10-03T17:00Z"],
    ["Australia/Lord_Howe", "the doubled half hour", "2026-04-04T13:00Z", 210, "2026-04-04T17:30Z"],
    // At midnight: 2022-03-22 began at 01:00, and 2022-09-21 had its last hour twice. None since.
    ["Asia/Tehran", "the hour that is left out at midnight", "2022-03-21T20:30Z", 180, "2022-03-21T23:30Z"],
    ["Asia/Tehran", "the doubled hour before midnight", "2022-09-21T18:30Z", 180, "2022-09-22T00:30Z"],
    ["Asia/Tehran", "no hour any more", "2026-03-21T20:30Z", 180, "2026-03-22T00:30Z"],
  ])("minutes in %s count %s", (timeZone, _, from, minutes, due) => {
    expect(iso(afterBusinessMinutes(hoursIn(timeZone, night), at(from), minutes))).toBe(due);
  });

  test("around the clock a minute stays a minute", () => {
    for (const from of ["2026-03-28T12:00Z", "2026-10-24T12:00Z"]) {
      expect(afterBusinessMinutes(hoursIn("Europe/Berlin", round), at(from), 1500)).toBe(at(from) + 1500 * MINUTE);
    }
  });

  test("an opening that falls into the gap is left out, one that falls into the doubled hour comes twice", () => {
    const short = hoursIn("Europe/Berlin", daily(["02:00", "02:30"]));
    expect(iso(nextOpening(short, at("2026-03-28T12:00Z")))).toBe("2026-03-30T00:00Z");
    expect(iso(nextOpening(short, at("2026-10-25T00:30Z")))).toBe("2026-10-25T01:00Z");
  });

  test("a holiday has its 23 or 25 hours", () => {
    const spring = hoursIn("Europe/Berlin", round, ["2026-03-29"]);
    expect(iso(nextOpening(spring, at("2026-03-28T23:00Z")))).toBe("2026-03-29T22:00Z");
    const autumn = hoursIn("Europe/Berlin", round, ["2026-10-25"]);
    expect(iso(nextOpening(autumn, at("2026-10-24T22:00Z")))).toBe("2026-10-25T23:00Z");
  });
});

/** The clock on the wall, straight from the runtime. */
const formats = new Map<string, Intl.DateTimeFormat>();
function isOpenByTheWall(hours: BusinessHours, time: number): boolean {
  const format =
    formats.get(hours.timeZone) ??
    new Intl.DateTimeFormat("en-CA", {
      timeZone: hours.timeZone,
      dateStyle: "short",
      timeStyle: "short",
      hourCycle: "h23",
    });
  formats.set(hours.timeZone, format);
  const [day = "", clock = ""] = format.format(time).split(", ");
  const weekday = new Date(`${day}T12:00Z`).getUTCDay() || 7;
  return (
    !hours.holidays.includes(day) &&
    hours.openings.some(({ days, from, to }) => days.some((one) => one === weekday) && from <= clock && clock < to)
  );
}

/** Business time between two times, counted minute by minute. */
function businessTime(hours: BusinessHours, from: number, until: number): number {
  let sum = 0;
  for (let time = from; time < until; ) {
    const next = Math.min(until, (Math.floor(time / MINUTE) + 1) * MINUTE);
    if (isOpenByTheWall(hours, time)) sum += next - time;
    time = next;
  }
  return sum;
}

const clock = fc.integer({ min: 0, max: 96 }).map((quarter) => {
  const [hour, minute] = [Math.floor(quarter / 4), (quarter % 4) * 15];
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
});
const opening: fc.Arbitrary<Opening> = fc
  .record({
    days: fc.uniqueArray(fc.constantFrom(1, 2, 3, 4, 5, 6, 7), { minLength: 1 }),
    times: fc.uniqueArray(clock, { minLength: 2, maxLength: 2 }),
  })
  .map(({ days, times }) => {
    const [from = "", to = ""] = times.sort();
    return { days, from, to };
  });

/** Any zone, and mostly a time not long before its clocks are changed. */
const moment = fc
  .record({
    timeZone: fc.oneof(
      fc.constantFrom(...Intl.supportedValuesOf("timeZone")),
      fc.constantFrom(
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "America/Santiago",
      ),
    ),
    year: fc.integer({ min: 2010, max: 2035 }),
    pick: fc.nat(),
    before: fc.integer({ min: 0, max: 2 * DAY }),
  })
  .map(({ timeZone, year, pick, before }) => {
    const days = Array.from({ length: 364 }, (_, day) => Date.UTC(year, 0, 1) + day * DAY);
    const name = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
    const offset = (time: number) => name.format(time).split("GMT")[1];
    const changes = days.filter((day) => offset(day) !== offset(day + DAY));
    const near = changes.length > 0 ? changes : days;
    return { timeZone, from: (near[pick % near.length] ?? 0) + DAY - before };
  });

const situation = fc
  .record({ moment, openings: fc.array(opening, { maxLength: 4 }), holiday: fc.integer({ min: -2, max: 3 }) })
  .map(({ moment: { timeZone, from }, openings, holiday }) => ({
    from,
    hours: hoursIn(timeZone, openings, [new Date(from + holiday * DAY).toISOString().slice(0, 10)]),
  }));

describe("against the clock on the wall, minute by minute", () => {
  test("exactly so many minutes of business hours lie before what is due, and the last of them just before it", () => {
    fc.assert(
      fc.property(situation, fc.integer({ min: 1, max: 2000 }), ({ hours, from }, minutes) => {
        const due = afterBusinessMinutes(hours, from, minutes);
        if (due === null) {
          expect(hours.openings).toEqual([]);
          return;
        }
        // Weeks of counting would take too long: then only the first days are counted, and are too few.
        const counted = Math.min(due, from + 5 * DAY);
        const passed = businessTime(hours, from, counted);
        if (counted < due) {
          expect(passed).toBeLessThan(minutes * MINUTE);
          return;
        }
        expect(passed).toBe(minutes * MINUTE);
        expect(isOpenByTheWall(hours, due - 1)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test("people are there when the wall says so, and are back at the first minute that it does", () => {
    fc.assert(
      fc.property(situation, ({ hours, from }) => {
        expect(isOpen(hours, from)).toBe(isOpenByTheWall(hours, from));
        const next = nextOpening(hours, from);
        if (next === null) {
          expect(hours.openings).toEqual([]);
          return;
        }
        expect(isOpenByTheWall(hours, next)).toBe(true);
        expect(businessTime(hours, from, Math.min(next, from + 5 * DAY))).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
