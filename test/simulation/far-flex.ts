import { badRequest } from "../../playground/twilio/errors.ts";
import type { FarConversations, TwilioConversation } from "./far-conversations.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";

export type FlexTask = {
  readonly sid: string;
  readonly channel: FlexChannel;
  readonly attributes: Readonly<Record<string, unknown>>;
  status: "pending" | "reserved" | "assigned" | "wrapping" | "completed" | "canceled" | "deleted";
  /** Only this worker may have it. */
  readonly onlyFor: FlexWorker | null;
  /** Made by a transfer: it may live beside the task that it takes over from. */
  readonly isTransfer: boolean;
  readonly asked: FlexWorker[];
  reservation: { readonly sid: string; readonly worker: FlexWorker; state: "pending" | "accepted" } | null;
};

export type FlexChannel = {
  readonly sid: string;
  readonly interaction: string;
  readonly conversation: TwilioConversation;
  readonly customer: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  status: "setup" | "active" | "inactive" | "closed" | "failed";
  readonly tasks: FlexTask[];
  /** Agents in the chat, by their task. */
  readonly agents: Map<FlexTask, FlexWorker>;
};

export type FlexWorker = {
  readonly sid: string;
  readonly name: string;
  readonly identity: string;
  readonly attributes: string;
  isAvailable: boolean;
};

type Parts = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly faults: Faults;
  readonly conversations: FarConversations;
  readonly newSid: (prefix: string) => string;
  /** Sends a TaskRouter event. */
  readonly tell: (form: Readonly<Record<string, string>>) => void;
  readonly onTask: (task: FlexTask) => void;
};

const LIVE: readonly FlexTask["status"][] = ["pending", "reserved", "assigned"];

export function isLive({ status }: FlexTask): boolean {
  return LIVE.includes(status);
}

/** Flex by its documented rules: Interactions, their channels, tasks that are offered to workers, transfers. */
export class FarFlex {
  readonly channels: FlexChannel[] = [];
  readonly tasks: FlexTask[] = [];
  readonly workers: FlexWorker[] = [];
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  addWorker(name: string, identity: string): FlexWorker {
    const attributes = JSON.stringify({ full_name: name, contact_uri: `client:${identity}` });
    const worker: FlexWorker = { sid: this.#parts.newSid("WK"), name, identity, attributes, isAvailable: true };
    this.workers.push(worker);
    return worker;
  }

  /** Accepts the call; the channel becomes active with a task, or fails, a moment later. */
  createInteraction(
    conversation: TwilioConversation,
    customer: string,
    attributes: Readonly<Record<string, unknown>>,
  ): { interaction: string; channel: string; task: string } {
    if (conversation.state === "closed") throw badRequest("The conversation is closed", 45354);
    if (!conversation.participants.some(({ identity }) => identity === customer)) {
      throw badRequest("The customer takes no part in the conversation");
    }
    const { timeline, random, faults, newSid } = this.#parts;
    const channel: FlexChannel = {
      sid: newSid("UO"),
      interaction: newSid("KD"),
      conversation,
      customer,
      attributes,
      status: "setup",
      tasks: [],
      agents: new Map(),
    };
    this.channels.push(channel);
    const task = newSid("WT");
    const fails = faults.strikes("twilio: channel fails");
    const delay = faults.strikes("twilio: task comes late") ? random.between(300, 1_300) : random.between(1, 50);
    timeline.after(delay, () => {
      if (channel.status !== "setup") return;
      if (fails || conversation.state === "closed") channel.status = "failed";
      else {
        channel.status = "active";
        this.#makeTask(channel, task, null, false);
      }
    });
    return { interaction: channel.interaction, channel: channel.sid, task };
  }

  /** The customer writes into a chat that was left: Flex makes the next task. */
  wake(conversation: TwilioConversation, author: string): void {
    for (const channel of this.channels) {
      if (channel.conversation !== conversation || channel.status !== "inactive" || channel.customer !== author)
        continue;
      channel.status = "active";
      this.#makeTask(channel, this.#parts.newSid("WT"), null, false);
    }
  }

  /** Leave: agents go, tasks are completed, the conversation stays open. */
  deactivate(channel: FlexChannel): void {
    checkLive(channel);
    channel.status = "inactive";
    for (const task of channel.agents.keys()) this.#removeAgent(channel, task);
    for (const task of channel.tasks) this.#endTask(task, true);
  }

  /** The chat is ended: the Twilio Conversation is closed, and whatever Flex has on it ends with it. */
  end(conversation: TwilioConversation, reason: "API" | "TIMER", isRoutingClosed: boolean): void {
    this.#parts.conversations.close(conversation, reason);
    for (const channel of this.channels) {
      if (channel.conversation !== conversation || channel.status === "closed" || channel.status === "failed") continue;
      channel.status = "closed";
      for (const task of channel.tasks) this.#endTask(task, isRoutingClosed);
      channel.agents.clear();
    }
  }

  accept(task: FlexTask): void {
    const { reservation, channel } = task;
    if (reservation?.state !== "pending") return;
    const { worker } = reservation;
    reservation.state = "accepted";
    task.status = "assigned";
    this.#tell("reservation.accepted", task);
    channel.agents.set(task, worker);
    const { conversation } = channel;
    const isThere = conversation.participants.some(({ identity }) => identity === worker.identity);
    if (!isThere && conversation.state !== "closed")
      this.#parts.conversations.join(conversation, worker.identity, true);
  }

  /** The worker declines, or lets the time pass; the next one is asked. */
  decline(task: FlexTask, how: "rejected" | "timeout"): void {
    if (task.reservation?.state !== "pending") return;
    if (how === "timeout") task.reservation.worker.isAvailable = false;
    this.#tell(`reservation.${how}`, task);
    task.reservation = null;
    task.status = "pending";
    if (task.onlyFor) this.cancel(task);
    else this.#offer(task);
  }

  /** Who becomes available is offered what waits. */
  comeBack(worker: FlexWorker): void {
    worker.isAvailable = true;
    for (const task of this.tasks) if (task.status === "pending") this.#offer(task);
  }

  /** No step of the workflow is left. */
  timeOut(task: FlexTask): void {
    this.#tell("workflow.timeout", task);
    this.cancel(task);
  }

  cancel(task: FlexTask): void {
    if (task.status !== "pending" && task.status !== "reserved") return;
    task.status = "canceled";
    this.#tell("task.canceled", task);
  }

  remove(task: FlexTask): void {
    task.status = "deleted";
    this.#tell("task.deleted", task);
    if (task.channel.agents.has(task)) this.#removeAgent(task.channel, task);
  }

  complete(task: FlexTask): void {
    task.status = "completed";
    if (task.reservation) this.#tell("reservation.completed", task);
    this.#tell("task.completed", task);
  }

  /** "End chat": with others in the chat only this agent goes. */
  wrapUp(task: FlexTask): void {
    const { channel } = task;
    if (channel.agents.size > 1) this.#goToWrapUp(channel, task);
    else this.end(channel.conversation, "API", false);
  }

  /** A cold transfer lets the agent go at once, a warm one keeps both. */
  transfer(from: FlexTask, to: FlexWorker | null, how: "cold" | "warm"): void {
    const { channel } = from;
    checkLive(channel);
    this.#makeTask(channel, this.#parts.newSid("WT"), to, true);
    if (how === "cold" && channel.agents.has(from)) this.#goToWrapUp(channel, from);
  }

  #goToWrapUp(channel: FlexChannel, task: FlexTask): void {
    this.#removeAgent(channel, task);
    this.#endTask(task, false);
  }

  #removeAgent(channel: FlexChannel, task: FlexTask): void {
    const worker = channel.agents.get(task);
    channel.agents.delete(task);
    const stays = [...channel.agents.values()].some((other) => other === worker);
    if (worker && !stays) this.#parts.conversations.leave(channel.conversation, worker.identity);
  }

  #makeTask(channel: FlexChannel, sid: string, onlyFor: FlexWorker | null, isTransfer: boolean): void {
    const attributes = {
      ...channel.attributes,
      flexInteractionSid: channel.interaction,
      flexInteractionChannelSid: channel.sid,
    };
    const task: FlexTask = {
      sid,
      channel,
      attributes,
      status: "pending",
      onlyFor,
      isTransfer,
      asked: [],
      reservation: null,
    };
    channel.tasks.push(task);
    this.tasks.push(task);
    this.#parts.onTask(task);
    this.#tell("task.created", task);
    this.#offer(task);
  }

  #offer(task: FlexTask): void {
    const free = this.workers.filter((one) => one.isAvailable && !task.asked.includes(one));
    const worker = free.find((one) => task.onlyFor === null || one === task.onlyFor);
    if (!worker) return;
    task.asked.push(worker);
    task.status = "reserved";
    task.reservation = { sid: this.#parts.newSid("WR"), worker, state: "pending" };
    this.#tell("reservation.created", task);
  }

  #endTask(task: FlexTask, isComplete: boolean): void {
    if (task.status === "pending" || task.status === "reserved") this.cancel(task);
    else if (isComplete && (task.status === "assigned" || task.status === "wrapping")) this.complete(task);
    else if (task.status === "assigned") {
      task.status = "wrapping";
      this.#tell("reservation.wrapup", task);
      this.#tell("task.wrapup", task);
    }
  }

  #tell(type: string, task: FlexTask): void {
    const { timeline, newSid, tell } = this.#parts;
    const { reservation } = task;
    const worker = type.startsWith("reservation.") ? reservation?.worker : undefined;
    tell({
      Sid: newSid("EV"),
      EventType: type,
      ResourceSid: worker && reservation ? reservation.sid : task.sid,
      Timestamp: String(Math.floor(timeline.now() / 1000)),
      TimestampMs: String(timeline.now()),
      TaskSid: task.sid,
      TaskAttributes: JSON.stringify(task.attributes),
      ...(worker && { WorkerSid: worker.sid, WorkerAttributes: worker.attributes }),
    });
  }
}

function checkLive({ status }: FlexChannel): void {
  if (status === "closed" || status === "failed") throw badRequest(`The channel is ${status}`);
}
