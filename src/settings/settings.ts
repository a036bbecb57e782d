import * as v from "valibot";
import { PRIORITIES } from "../cases/case.ts";
import { type DiscordChannelId, type DiscordGuildId, SNOWFLAKE } from "../conversation/ids.ts";
import { isDay } from "./day.ts";
import { isTimeZone } from "./time-zone.ts";

const text = (max: number) =>
  v.pipe(
    v.string("must be a text"),
    v.trim(),
    v.nonEmpty("must not be empty"),
    v.maxLength(max, `must have at most ${max} characters`),
  );

/** `HH:MM`; 24:00 ends a day. */
const clock = v.pipe(
  v.string("must be a time such as 09:00"),
  v.regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/, "must be a time such as 09:00"),
);

const day = v.pipe(v.string("must be a text"), v.check(isDay, "must be a day such as 2026-12-24"));

/** When people are there, on some days of the week. */
const Opening = v.pipe(
  v.strictObject({
    /** 1 is Monday, 7 Sunday. */
    days: v.pipe(
      v.array(
        v.picklist([1, 2, 3, 4, 5, 6, 7], "must be 1 (Monday) to 7 (Sunday)"),
        "must be a list of days of the week",
      ),
      v.nonEmpty("must name a day"),
    ),
    from: clock,
    to: clock,
  }),
  v.check(({ from, to }) => from < to, "must have a from that is before its to"),
);

const BusinessHours = v.strictObject({
  timeZone: v.pipe(v.string("must be a text"), v.check(isTimeZone, "must be a time zone such as Europe/Berlin")),
  openings: v.pipe(v.array(Opening, "must be a list"), v.maxLength(100, "must be at most 100")),
  /** Days on which nobody is there, whatever the week says. */
  holidays: v.pipe(v.array(day, "must be a list of days"), v.maxLength(1000, "must be at most 1000")),
});

const MINUTES_PER_YEAR = 366 * 24 * 60;
const minutes = v.nullable(
  v.pipe(
    v.number("must be minutes"),
    v.integer("must be whole minutes"),
    v.minValue(1, "must be at least 1 minute"),
    v.maxValue(MINUTES_PER_YEAR, "must be at most a year"),
  ),
);
/** In business minutes; null for no target. */
const Target = v.strictObject({ firstResponse: minutes, resolution: minutes });

/** A field of cases that the product does not know. */
const FieldDefinition = v.variant(
  "type",
  [
    v.strictObject({ name: fieldName(), label: text(60), type: v.picklist(["text", "number", "date", "yes-no"]) }),
    v.strictObject({
      name: fieldName(),
      label: text(60),
      type: v.literal("choice"),
      choices: v.pipe(
        v.array(text(60), "must be a list"),
        v.minLength(1, "must have a choice"),
        v.maxLength(50, "must be at most 50"),
      ),
    }),
  ],
  "must be text, number, date, yes-no or choice",
);

const CannedReply = v.strictObject({ title: text(80), text: text(1600) });

const snowflake = <Id extends string>(what: string) =>
  v.nullable(
    v.pipe(
      v.string("must be a text"),
      v.regex(SNOWFLAKE, `must be the id of a ${what}`),
      v.transform((id) => id as Id),
    ),
  );

/** The settings of a server. Unknown names are refused, so that a misspelt one is noticed. */
export const SettingsSchema = v.strictObject({
  /** Null: people are there at any time. */
  businessHours: v.nullable(BusinessHours),
  targets: v.strictObject(
    Object.fromEntries(PRIORITIES.map((priority) => [priority, Target])) as Record<
      (typeof PRIORITIES)[number],
      typeof Target
    >,
  ),
  /** A channel of the server where staff read what was missed. */
  staffChannel: snowflake<DiscordChannelId>("channel"),
  /** So many days after it was closed a case is reopened; later a new one is linked to it. */
  reopenDays: v.pipe(
    v.number("must be days"),
    v.integer("must be whole days"),
    v.minValue(0, "must be 0 days or more"),
    v.maxValue(365, "must be at most 365 days"),
  ),
  products: v.pipe(v.array(text(60), "must be a list"), v.maxLength(200, "must be at most 200")),
  fields: v.pipe(
    v.array(FieldDefinition, "must be a list"),
    v.maxLength(50, "must be at most 50"),
    v.check((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, "must have different names"),
  ),
  cannedReplies: v.pipe(v.array(CannedReply, "must be a list"), v.maxLength(200, "must be at most 200")),
});

export type Settings = v.InferOutput<typeof SettingsSchema>;
export type BusinessHours = v.InferOutput<typeof BusinessHours>;
export type FieldDefinition = v.InferOutput<typeof FieldDefinition>;
export type CannedReply = v.InferOutput<typeof CannedReply>;

const NO_TARGET = { firstResponse: null, resolution: null };

/** What holds where nothing was set. */
export const DEFAULT_SETTINGS: Settings = {
  businessHours: null,
  targets: { low: NO_TARGET, normal: NO_TARGET, high: NO_TARGET, urgent: NO_TARGET },
  staffChannel: null,
  reopenDays: 14,
  products: [],
  fields: [],
  cannedReplies: [],
};

/** Settings as they are stored, with the version that whoever changes them must have seen; 0 before the first change. */
export type StoredSettings = {
  readonly server: DiscordGuildId | null;
  readonly settings: Settings;
  readonly version: number;
};

function fieldName() {
  return v.pipe(v.string("must be a text"), v.regex(/^[a-z][a-z0-9_]{0,39}$/, "must be a name such as order_number"));
}
