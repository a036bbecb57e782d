import type { Modal } from "../forms/components.ts";
import type { Entry, Message } from "../world.ts";
import type { Use } from "./payload.ts";

/** 2 command, 3 component, 4 autocomplete, 5 modal submit. */
export type InteractionType = 2 | 3 | 4 | 5;

/** One use of a command, component or form, as its member sees it. It keeps changing while the bot works on it. */
export interface InteractionRecord {
  readonly id: string;
  readonly token: string;
  readonly type: InteractionType;
  readonly memberId: string;
  readonly channelId: string;
  /**
   * `waiting` at most three seconds; `failed`: "The application did not respond"; `deferred`: "… is thinking";
   * `answered`: a message, a form or choices came; `updated`: the message with the component was changed.
   */
  state: "waiting" | "failed" | "deferred" | "answered" | "updated";
  /** Whether only the member sees the answer. */
  ephemeral: boolean;
  /** The answer (a deferred one is empty until the bot fills it), or the message that was updated. */
  message: Message | null;
  modal: Modal | null;
  /** What autocomplete offers. */
  choices: readonly { readonly name: string; readonly value: string | number }[] | null;
  readonly followUps: Message[];
  /** Of the bot's HTTP answer; 0 when there was none. */
  httpStatus: number;
  /** Why it failed, for people who look for the reason. */
  problem: string | null;
}

/** A use that the bot can still answer or has answered, with what only the stand-in knows. */
export type OpenInteraction = {
  readonly record: InteractionRecord;
  readonly use: Use;
  /** The message whose component was used, or below which the form was opened. */
  readonly source: Entry | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  acknowledged: boolean;
  /** What `@original` names, once there is one. */
  original: Entry | null;
};
