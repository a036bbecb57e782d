/** What the stand-in remembers. Dates are milliseconds since 1970. */

export type ConversationState = "initializing" | "active" | "inactive" | "closed";
export const CONVERSATION_STATES: readonly ConversationState[] = ["initializing", "active", "inactive", "closed"];

/** Who caused a change: a call to the REST API, or somebody's app (Flex UI) through the SDK. */
export type Source = { readonly kind: "API" } | { readonly kind: "SDK"; readonly identity: string };
export const BY_API: Source = { kind: "API" };

export interface Conversation {
  readonly sid: string;
  uniqueName: string | null;
  friendlyName: string | null;
  messagingServiceSid: string | null;
  attributes: string;
  state: ConversationState;
  dateInactive: number | null;
  dateClosed: number | null;
  readonly dateCreated: number;
  dateUpdated: number;
  readonly createdBy: string;
  readonly participants: Participant[];
  readonly messages: Message[];
  readonly webhooks: ScopedWebhook[];
  /** The `Index` of the next message. */
  nextIndex: number;
}

export interface Participant {
  readonly sid: string;
  readonly identity: string | null;
  /** Non-chat participants: an address and the Twilio number that it writes to. */
  readonly messagingBinding: { readonly address: string; readonly proxyAddress: string } | null;
  attributes: string;
  roleSid: string;
  readonly dateCreated: number;
  dateUpdated: number;
}

export interface Message {
  readonly sid: string;
  readonly index: number;
  author: string;
  body: string | null;
  attributes: string;
  readonly participantSid: string | null;
  readonly contentSid: string | null;
  readonly media: readonly Media[];
  readonly dateCreated: number;
  dateUpdated: number;
}

export interface Media {
  readonly sid: string;
  readonly filename: string | null;
  readonly contentType: string;
  readonly size: number;
  readonly author: string | null;
  readonly bytes: Uint8Array;
  /** The secret part of the short-lived address that needs no credentials. */
  readonly ticket: string;
  readonly dateCreated: number;
}

export type WebhookTarget = "webhook" | "trigger" | "studio";

export interface ScopedWebhook {
  readonly sid: string;
  readonly target: WebhookTarget;
  url: string | null;
  method: "POST" | "GET";
  filters: readonly string[];
  triggers: readonly string[];
  readonly flowSid: string | null;
  readonly replayAfter: number | null;
  readonly dateCreated: number;
  dateUpdated: number;
}

export type ChannelStatus = "setup" | "active" | "failed" | "closed" | "inactive" | "pause" | "transfer";

/** A Flex Interaction; each has one channel. */
export interface Interaction {
  readonly sid: string;
  readonly channel: InteractionChannel;
  readonly routing: Routing;
  readonly initiatedBy: string;
  readonly webhookTtid: string | null;
  readonly dateCreated: number;
}

export interface InteractionChannel {
  readonly sid: string;
  readonly interactionSid: string;
  readonly type: string;
  status: ChannelStatus;
  errorCode: number | null;
  errorMessage: string | null;
  readonly conversation: Conversation;
  readonly participants: ChannelParticipant[];
  readonly invites: Invite[];
  readonly transfers: Transfer[];
}

export interface ChannelParticipant {
  readonly sid: string;
  readonly type: "customer" | "agent" | "supervisor";
  readonly identity: string;
  /** The agent's task; null for everybody else. */
  readonly task: Task | null;
  status: "active" | "wrapup" | "closed";
}

export interface Invite {
  readonly sid: string;
  readonly task: Task;
}

export interface Transfer {
  readonly sid: string;
  readonly type: "warm" | "cold";
  readonly from: Task;
  readonly task: Task;
  readonly to: string;
  status: "active" | "failed" | "completed";
  readonly dateCreated: number;
  dateUpdated: number;
}

/** `routing.properties` of an interaction or invite, checked. */
export interface Routing {
  readonly workspaceSid: string;
  readonly workflowSid: string;
  readonly queueSid: string | null;
  readonly workerSid: string | null;
  readonly taskChannel: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly priority: number;
  /** Seconds until the workflow gives up. */
  readonly timeout: number;
}

export type TaskStatus = "pending" | "reserved" | "assigned" | "wrapping" | "completed" | "canceled";

export interface Task {
  readonly sid: string;
  attributes: string;
  status: TaskStatus;
  priority: number;
  readonly timeout: number;
  reason: string | null;
  readonly taskChannel: string;
  /** Set when only this worker may have the task. */
  readonly workerSid: string | null;
  readonly reservations: Reservation[];
  readonly dateCreated: number;
  dateUpdated: number;
  deleted: boolean;
  /** Counts changes; the `ETag`. */
  version: number;
}

export type ReservationStatus =
  | "pending"
  | "accepted"
  | "rejected"
  | "timeout"
  | "canceled"
  | "rescinded"
  | "wrapping"
  | "completed";

export interface Reservation {
  readonly sid: string;
  readonly task: Task;
  readonly worker: Worker;
  status: ReservationStatus;
  readonly dateCreated: number;
  dateUpdated: number;
}

export interface Worker {
  readonly sid: string;
  /** What people call the worker; the attribute `full_name`. */
  readonly name: string;
  readonly friendlyName: string;
  /** How the worker is known in Conversations. */
  readonly identity: string;
  attributes: string;
  available: boolean;
  readonly dateCreated: number;
  dateUpdated: number;
}
