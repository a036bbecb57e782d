import { describe, expect, test } from "vitest";
import { localDays } from "../../src/cases/statistics-days.ts";

const hours = (from: string, to: string, timeZone: string) =>
  localDays(Date.parse(from), Date.parse(to), timeZone).map((one) => `${one.day} ${(one.to - one.from) / 3_600_000}`);

describe("the days of a time zone", () => {
  test("begin at its midnight, and end where they are cut off", () => {
    expect(hours("2026-11-20T12:00Z", "2026-11-22T12:00Z", "Asia/Kathmandu")).toEqual([
      "2026-11-20 6.25",
      "2026-11-21 24",
      "2026-11-22 17.75",
    ]);
  });

  test("are shorter and longer where clocks change, also at midnight", () => {
    expect(hours("2026-03-28T23:00Z", "2026-03-30T22:00Z", "Europe/Berlin")).toEqual([
      "2026-03-29 23",
      "2026-03-30 24",
    ]);
    expect(hours("2026-10-24T22:00Z", "2026-10-26T23:00Z", "Europe/Berlin")).toEqual([
      "2026-10-25 25",
      "2026-10-26 24",
    ]);
    // From 0:00 to 1:00, and from 24:00 back to 23:00.
    expect(hours("2016-10-15T03:00Z", "2016-10-18T02:00Z", "America/Sao_Paulo")).toEqual([
      "2016-10-15 24",
      "2016-10-16 23",
      "2016-10-17 24",
    ]);
    expect(hours("2016-02-20T02:00Z", "2016-02-22T03:00Z", "America/Sao_Paulo")).toEqual([
      "2016-02-20 25",
      "2016-02-21 24",
    ]);
  });

  test("leave out a day that a country left out", () => {
    expect(hours("2011-12-29T10:00Z", "2011-12-31T10:00Z", "Pacific/Apia")).toEqual(["2011-12-29 24", "2011-12-31 24"]);
  });

  test("stand without gap beside each other for a year, wherever", () => {
    for (const zone of [
      "UTC",
      "Pacific/Kiritimati",
      "Etc/GMT+12",
      "America/Havana",
      "Asia/Beirut",
      "Australia/Lord_Howe",
    ]) {
      const [from, to] = [Date.UTC(2026, 0, 1, 5, 0, 0, 7), Date.UTC(2027, 0, 1, 13)];
      const days = localDays(from, to, zone);
      expect([days[0]?.from, days.at(-1)?.to]).toEqual([from, to]);
      expect(days.slice(1).map((day) => day.from)).toEqual(days.slice(0, -1).map((day) => day.to));
      expect(new Set(days.map(({ day }) => day)).size).toBe(days.length);
      expect(days.length).toBeGreaterThanOrEqual(365);
    }
  });
});
