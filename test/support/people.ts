import type { FlexWorker } from "../../src/conversation/events.ts";
import type { CaseId, DiscordUserId, TwilioIdentity, WorkerSid } from "../../src/conversation/ids.ts";

export const MEMBER = "100000000000000001" as DiscordUserId;

/** An agent whose identity is known. */
export type Agent = FlexWorker & { readonly identity: TwilioIdentity };
export const AGENT: Agent = {
  worker: "WK1" as WorkerSid,
  identity: "agent_one" as TwilioIdentity,
  name: "Agent One",
};
export const COLLEAGUE: Agent = {
  worker: "WK2" as WorkerSid,
  identity: "agent_two" as TwilioIdentity,
  name: "Agent Two",
};

export const CASE = "00000000-0000-4000-8000-000000000012" as CaseId;

/** What opening a case brings back. */
export const CASE_OPENED = { kind: "open-case", number: 12, case: CASE, back: null, wantsMessages: false } as const;
