import { badRequest } from "./errors.ts";

/** The parameters of one REST call: query and form body together, as Twilio reads them. */
export class Params {
  readonly #values: URLSearchParams;

  constructor(values: URLSearchParams) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    return this.#values.get(name) ?? undefined;
  }

  required(name: string): string {
    const value = this.text(name);
    if (!value) throw badRequest(`Missing required parameter ${name} in the post body`);
    return value;
  }

  list(name: string): string[] {
    return this.#values.getAll(name);
  }

  /** Text of at most `max` characters. */
  short(name: string, max: number): string | undefined {
    const value = this.text(name);
    if (value !== undefined && value.length > max) throw badRequest(`${name} is longer than ${max} characters`);
    return value;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw badRequest(`${name} must be one of ${allowed.join(", ")}`);
    return found;
  }

  /** A whole number, 0 or more. */
  count(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^\d{1,9}$/.test(value)) throw badRequest(`${name} must be a whole number`);
    return Number(value);
  }

  /** An ISO 8601 date, as milliseconds since 1970. */
  date(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const at = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(at)) throw badRequest(`${name} must be an ISO 8601 date`);
    return at;
  }

  /** Text that must be JSON, of at most `maxBytes` bytes. */
  jsonText(name: string, maxBytes: number): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (Buffer.byteLength(value) > maxBytes) throw badRequest(`${name} is larger than ${maxBytes} bytes`);
    parsed(name, value);
    return value;
  }

  /** A JSON object. */
  jsonObject(name: string): Record<string, unknown> | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    return asObject(name, parsed(name, value));
  }

  /** An ISO 8601 duration such as `PT1M` or `P1D`, in milliseconds. Empty text (timer off) counts as none. */
  duration(name: string, minMs: number): number | undefined {
    const value = this.text(name);
    if (!value) return undefined;
    const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(value);
    if (parts === null) throw badRequest(`${name} must be an ISO 8601 duration`);
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
    const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
    if (ms < minMs) throw badRequest(`${name} must be at least ${minMs / 60_000} minutes`);
    return ms;
  }

  /** For the record of what was called: single values as text, repeated ones as lists. */
  toRecord(): Record<string, string | string[]> {
    const record: Record<string, string | string[]> = {};
    for (const name of new Set(this.#values.keys())) {
      const [first = "", ...others] = this.list(name);
      record[name] = others.length > 0 ? [first, ...others] : first;
    }
    return record;
  }
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(`${name} is not valid JSON`);
  }
}

/** The JSON object that a text is; null when it is none. */
export function parsedObject(text: string): Record<string, unknown> | null {
  try {
    return asObject("text", JSON.parse(text));
  } catch {
    return null;
  }
}

/** The value as a JSON object, or a refusal that names it. */
export function asObject(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest(`${name} must be a JSON object`);
  }
  return Object.fromEntries(Object.entries(value));
}
