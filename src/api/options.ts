import { dispatchCase } from "../cases/outbox.ts";
import type { Config } from "../config.ts";
import { messengersOf } from "../messengers.ts";
import type { ApiOptions } from "./api.ts";
import { caseLists } from "./case-lists.ts";

/** What the API works with in the Worker. */
export function apiOptions(
  env: Env,
  config: Pick<Config, "PUBLIC_URL" | "SIGNING_SECRET">,
  transcript: ApiOptions["transcript"],
): ApiOptions {
  const { DB: db, EVENTS: queue } = env;
  return {
    db,
    queue,
    now: Date.now,
    publicUrl: config.PUBLIC_URL,
    signingSecret: config.SIGNING_SECRET,
    dispatch: (id) => dispatchCase(db, id, messengersOf(env)),
    ...caseLists(db),
    transcript,
  };
}
