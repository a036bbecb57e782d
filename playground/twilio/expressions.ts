import { badRequest } from "./errors.ts";

/**
 * The part of TaskRouter's expression language that programs use to look things up: `name == "value"`, joined by `AND`. Names may
 * be dotted. Anything else is refused, so that no caller believes it works.
 */
export function matcher(expression: string): (attributes: unknown) => boolean {
  const terms = parse(expression);
  return (attributes) => terms.every(({ path, negated, value }) => (lookUp(attributes, path) === value) !== negated);
}

type Term = { readonly path: readonly string[]; readonly negated: boolean; readonly value: string | number | boolean };

const TERM = /^\s*([A-Za-z_][\w.]*)\s*(==|=|!=)\s*(?:"([^"]*)"|'([^']*)'|(-?\d+(?:\.\d+)?)|(true|false))\s*/;

function parse(expression: string): Term[] {
  const terms: Term[] = [];
  let rest = expression;
  while (true) {
    const match = TERM.exec(rest);
    if (match === null) throw badRequest(`Invalid expression: ${expression}`);
    const [all, name = "", operator, double, single, number, truth] = match;
    const value = double ?? single ?? (number !== undefined ? Number(number) : truth === "true");
    terms.push({ path: name.split("."), negated: operator === "!=", value });
    rest = rest.slice(all.length);
    if (rest === "") return terms;
    const and = /^and\b/i.exec(rest);
    if (and === null) throw badRequest(`Invalid expression: ${expression}`);
    rest = rest.slice(and[0].length);
  }
}

function lookUp(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === "object" && at !== null ? Object.entries(at).find(([key]) => key === name)?.[1] : undefined,
    value,
  );
}
