/**
 * The part of Liquid that the flow needs: `{{path.to.value}}` with the filters `to_json` and `default`. Anything else throws, so
 * that nobody believes it works. https://www.twilio.com/docs/studio/user-guide/liquid-template-language
 */
export function render(template: string, variables: object): string {
  return template.replace(/\{\{(.*?)\}\}|\{%.*?%\}/gs, (tag: string, expression: string | undefined) => {
    if (expression === undefined) throw new Error(`Liquid: ${tag} is not supported`);
    const [path = "", ...filters] = expression.split("|").map((part) => part.trim());
    if (!/^\w+(\.\w+)*$/.test(path)) throw new Error(`Liquid: ${tag} is not supported`);
    return textOf(filters.reduce(applyFilter, lookUp(variables, path)));
  });
}

function lookUp(variables: object, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (at, name) =>
        typeof at === "object" && at !== null ? Object.entries(at).find(([key]) => key === name)?.[1] : undefined,
      variables,
    );
}

function applyFilter(value: unknown, filter: string): unknown {
  if (filter === "to_json") return JSON.stringify(value ?? null);
  const fallback = /^default: *(\d+)$/.exec(filter)?.[1];
  if (fallback === undefined) throw new Error(`Liquid: the filter ${filter} is not supported`);
  return isMissing(value) ? Number(fallback) : value;
}

/** What Liquid takes for no value at all. */
function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === false || value === "";
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
