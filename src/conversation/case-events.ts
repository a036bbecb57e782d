import type { CaseStatus } from "../cases/case.ts";
import type { MemberProfile, Time } from "./events.ts";
import type { CaseId, DiscordInteractionId } from "./ids.ts";

/** What a member is told of a change of their case. */
export type MemberNews =
  | { readonly kind: "status"; readonly status: CaseStatus }
  /** Somebody wants to know whether it is solved. */
  | { readonly kind: "check-in" }
  /** It is over: how was our help? */
  | { readonly kind: "how-was-it" };

/** A case of the member's has changed. */
export type CaseNewsCame = {
  readonly kind: "case-news";
  readonly case: CaseId;
  readonly number: number;
  /** Which change of the case it is. */
  readonly version: number;
  /** In the order in which it is told; empty where the case has left behind meanwhile what was to be said. */
  readonly news: readonly MemberNews[];
  readonly at: Time;
};

/** The member said by a button that a case is not solved; the case knows. */
export type SaidStillAProblem = {
  readonly kind: "said-still-a-problem";
  readonly interaction: DiscordInteractionId;
  readonly profile: MemberProfile;
  /** The case that a person is to look at. */
  readonly case: CaseId;
  readonly number: number;
  readonly at: Time;
};
