import type { Time } from "../conversation/events.ts";
import type { DiscordGuildId, DiscordUserId, StaffIdentity } from "../conversation/ids.ts";
import type { Case, CaseKind, CaseStatus, Priority, Stars } from "./case.ts";

/** Which cases are looked for; what is not given does not matter. Of a list, any of its values will do. */
export type CaseFilter = {
  /** Words in title, description and notes, the beginning of the last one is enough; `#12` or `12` finds that number. */
  readonly text?: string;
  /** Null: cases without a server. */
  readonly server?: DiscordGuildId | null;
  readonly kinds?: readonly CaseKind[];
  readonly statuses?: readonly CaseStatus[];
  readonly priorities?: readonly Priority[];
  /** All of them. */
  readonly tags?: readonly string[];
  /** Null: nobody's. */
  readonly assignee?: StaffIdentity | null;
  readonly product?: string;
  readonly stars?: readonly Stars[];
  readonly member?: DiscordUserId;
  /** From this time, up to but without that one. */
  readonly createdFrom?: Time;
  readonly createdTo?: Time;
};

/** A case on a list. */
export type ListedCase = Case & { readonly memberName: string };

/** A part of a list. */
export type CasePage = {
  /** The last changed first. */
  readonly cases: readonly ListedCase[];
  /** Where the next page begins; null after the last one. */
  readonly next: string | null;
};
