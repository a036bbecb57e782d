import type { Actor } from "../cases/actor.ts";
import type { Breach, CaseKind, CaseStatus, Priority } from "../cases/case.ts";
import type { StaffIdentity } from "../conversation/ids.ts";

export const STATUS_WORDS: Readonly<Record<CaseStatus, string>> = {
  open: "Open",
  pending: "Pending",
  elevated: "Elevated",
  resolved: "Resolved",
  closed: "Closed",
};

/** What a button says that brings a case to a status. */
export const MOVE_WORDS: Readonly<Record<CaseStatus, string>> = {
  open: "Open",
  pending: "Wait for member",
  elevated: "Elevate",
  resolved: "Resolve",
  closed: "Close",
};

export const PRIORITY_WORDS: Readonly<Record<Priority, string>> = {
  low: "Low",
  normal: "Normal",
  high: "High",
  urgent: "Urgent",
};

export const KIND_WORDS: Readonly<Record<CaseKind, string>> = { support: "Support", bug: "Bug", feature: "Feature" };

export const BREACH_WORDS: Readonly<Record<Breach, string>> = {
  "first-response": "First response",
  resolution: "Resolution",
};

/** Names of staff by their identity. */
export type StaffNames = ReadonlyMap<StaffIdentity, string>;

/** Staff whom the desk has never seen are called as Flex or Access calls them. */
export function staffName(identity: StaffIdentity, names: StaffNames): string {
  return names.get(identity) ?? identity;
}

/** How people call whoever did something. */
export function actorName(actor: Actor, names: StaffNames, memberName: string): string {
  switch (actor.kind) {
    case "member":
      return memberName;
    case "staff":
      return staffName(actor.identity, names);
    case "key":
      return `API key ${actor.id}`;
    case "link":
      return "Someone in Flex";
    case "bridge":
      return "Flexcord";
  }
}
