import * as v from "valibot";
import type { FlexWorker } from "../conversation/events.ts";
import type { TwilioIdentity, WorkerSid } from "../conversation/ids.ts";
import { parseJson } from "../outside/call.ts";

/** How `contact_uri` names a Flex user; other schemes (a telephone number, SIP) are no chat identities. */
export const CLIENT = "client:";

const Attributes = v.fallback(
  v.object({ full_name: v.fallback(v.string(), ""), contact_uri: v.fallback(v.string(), "") }),
  { full_name: "", contact_uri: "" },
);

/** A worker from its attributes as TaskRouter gives them, a JSON text that anybody may have edited. */
export function flexWorker(worker: WorkerSid, attributes: string | null | undefined): FlexWorker {
  const { full_name, contact_uri } = v.parse(Attributes, parseJson(attributes ?? ""));
  const identity = contact_uri.startsWith(CLIENT) ? contact_uri.slice(CLIENT.length).trim() : "";
  return { worker, identity: identity === "" ? null : (identity as TwilioIdentity), name: full_name.trim() || null };
}
