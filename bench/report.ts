import type { Figure, Group, Summary } from "./figures.ts";

const COLUMNS = ["", "ours", "floor", "ours / floor", "goal", ""] as const;

/** The groups as a table for the terminal. */
export function tableOf(groups: readonly Group[]): string {
  const rows = groups.flatMap(({ title, figures }) => [[title.toUpperCase()], ...figures.map(rowOf)]);
  const widths = COLUMNS.map((column, n) =>
    Math.max(column.length, ...rows.filter((row) => row.length > 1).map((row) => (row[n] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, n) => (n === 0 || n > 3 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(COLUMNS), ...rows.flatMap((row) => (row.length > 1 ? [line(row)] : ["", ...row]))].join("\n");
}

function rowOf({ name, unit, ours, floor, ratio, goal }: Figure): string[] {
  const wanted = goal ? `${goal.kind === "at least" ? "≥" : "≤"} ${goal.limit}` : "";
  return [
    `${name} (${unit})`,
    withSpread(ours),
    floor ? withSpread(floor) : "",
    ratio ? withSpread(ratio) : "",
    wanted,
    goal ? (goal.isMet ? "ok" : "MISSED") : "",
  ];
}

function withSpread({ median, min, max }: Summary): string {
  return min === max ? short(median) : `${short(median)} [${short(min)} … ${short(max)}]`;
}

/** Three digits tell all that such figures can. */
function short(value: number): string {
  if (Number.isNaN(value)) return "–";
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
