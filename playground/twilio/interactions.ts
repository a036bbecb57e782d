import type { Account } from "./account.ts";
import { ALOUD, type Conversations, QUIETLY } from "./conversations.ts";
import { badRequest } from "./errors.ts";
import type { WantedChannel } from "./interaction-request.ts";
import type {
  ChannelParticipant,
  Conversation,
  Interaction,
  InteractionChannel,
  Invite,
  Reservation,
  Routing,
  Task,
  Transfer,
  Worker,
} from "./model.ts";
import { newSid } from "./sids.ts";
import { sendTaskEvent } from "./task-events.ts";
import type { TaskRouter } from "./taskrouter.ts";
import type { Webhooks } from "./webhooks.ts";

/** What Flex does around an interaction: channels, invites, agents who come and go, transfers. */
export class Interactions {
  readonly #account: Account;
  readonly #conversations: Conversations;
  readonly #router: TaskRouter;
  readonly #webhooks: Webhooks;

  constructor(account: Account, conversations: Conversations, router: TaskRouter, webhooks: Webhooks) {
    this.#account = account;
    this.#conversations = conversations;
    this.#router = router;
    this.#webhooks = webhooks;
    router.onAccepted = (reservation) => this.#join(reservation);
    router.onUnassignable = (task) => this.#failTransfer(task);
    account.subscribe((happening) => {
      if (happening.kind !== "conversation" || happening.eventType !== "onMessageAdded") return;
      this.#wake(happening.conversation);
    });
  }

  /** Takes the request; the channel becomes active, with a task of this id, or fails a moment later. */
  create(
    wanted: WantedChannel,
    routing: Routing,
    webhookTtid: string | null,
  ): { interaction: Interaction; taskSid: string } {
    const sid = newSid("KD");
    const conversation = wanted.conversation ?? this.#conversationFor(wanted.identities);
    const channel: InteractionChannel = {
      sid: newSid("UO"),
      interactionSid: sid,
      type: wanted.type,
      status: "setup",
      errorCode: null,
      errorMessage: null,
      conversation,
      participants: this.#customers(wanted.identities, conversation),
      invites: [],
      transfers: [],
    };
    const interaction: Interaction = {
      sid,
      channel,
      routing,
      initiatedBy: wanted.initiatedBy,
      webhookTtid,
      dateCreated: this.#account.now(),
    };
    this.#account.interactions.set(sid, interaction);
    const taskSid = newSid("WT");
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#account.inBackground(promise);
    setImmediate(() => {
      this.#setUp(interaction, taskSid);
      resolve();
    });
    return { interaction, taskSid };
  }

  /** The channel that a task belongs to; undefined for tasks made by hand. */
  channelOf(task: Task): InteractionChannel | undefined {
    return this.#channels().find(({ invites }) => invites.some((invite) => invite.task === task));
  }

  /** A new task on the channel. Attributes are not carried over from earlier tasks; the caller gives them. */
  invite(channel: InteractionChannel, routing: Routing, taskSid = newSid("WT")): Invite {
    const invite = this.#prepareInvite(channel, routing, taskSid);
    this.#router.start(invite.task);
    return invite;
  }

  /** Ends the channel. Tasks are completed when the routing ends too, else they wait in wrap-up. */
  close(channel: InteractionChannel, routingClosed: boolean): void {
    this.#checkLive(channel);
    this.#setStatus(channel, "closed");
    if (channel.conversation.state !== "closed") {
      this.#conversations.setState(channel.conversation, "closed", "API", ALOUD);
    }
    for (const task of tasksOf(channel)) this.#endTask(task, routingClosed);
    for (const one of channel.participants) one.status = "closed";
  }

  /** Leave: agents go, tasks are completed, the conversation stays open until the customer writes again. */
  deactivate(channel: InteractionChannel): void {
    this.#checkLive(channel);
    this.#setStatus(channel, "inactive");
    for (const one of channel.participants) if (one.task !== null) this.#removeAgent(channel, one, "closed");
    for (const task of tasksOf(channel)) this.#endTask(task, true);
  }

  /** One agent goes: `closed` completes the task, `wrapup` leaves it in wrap-up. The channel stays as it is. */
  updateParticipant(channel: InteractionChannel, participant: ChannelParticipant, status: "closed" | "wrapup"): void {
    if (participant.task === null) throw badRequest("Only agents can be closed or put into wrap-up");
    this.#removeAgent(channel, participant, status);
    this.#endTask(participant.task, status === "closed");
  }

  /** `to`: a worker, or null for the queue. A cold transfer lets the agent go at once, a warm one keeps both. */
  transfer(channel: InteractionChannel, from: Task, to: Worker | null, type: "warm" | "cold"): Transfer {
    const interaction = this.#account.interactions.get(channel.interactionSid);
    if (interaction === undefined) throw badRequest("The channel has no interaction");
    const now = this.#account.now();
    const { task } = this.#prepareInvite(channel, { ...interaction.routing, workerSid: to?.sid ?? null }, newSid("WT"));
    const transfer: Transfer = {
      sid: newSid("UX"),
      type,
      from,
      task,
      to: to?.sid ?? this.#account.queueSid,
      status: "active",
      dateCreated: now,
      dateUpdated: now,
    };
    channel.transfers.push(transfer);
    this.#tellTransfer("task.transfer-initiated", transfer);
    this.#router.start(task);
    const leaving = channel.participants.find((one) => one.task === from && one.status === "active");
    if (type === "cold" && leaving !== undefined) this.updateParticipant(channel, leaving, "wrapup");
    return transfer;
  }

  #prepareInvite(channel: InteractionChannel, routing: Routing, taskSid: string): Invite {
    this.#checkLive(channel);
    const interaction = this.#account.interactions.get(channel.interactionSid);
    const sid = newSid("KG");
    const attributes = flexAttributes(channel, interaction?.initiatedBy ?? "customer", sid, routing.attributes);
    const invite: Invite = { sid, task: this.#router.prepare(taskSid, attributes, routing) };
    channel.invites.push(invite);
    return invite;
  }

  #setUp(interaction: Interaction, taskSid: string): void {
    const { channel, routing } = interaction;
    const closed = channel.conversation.state === "closed" ? 45354 : null;
    const errorCode = this.#account.faults.takeChannelError() ?? closed;
    if (errorCode !== null) {
      channel.errorCode = errorCode;
      channel.errorMessage = "The channel could not be set up";
      this.#setStatus(channel, "failed");
    } else {
      this.#setStatus(channel, "active");
      this.invite(channel, routing, taskSid);
    }
  }

  /** The customer writes into an inactive channel: it becomes active, with a new task. */
  #wake(conversation: Conversation): void {
    const author = conversation.messages.at(-1)?.author;
    for (const { channel, routing } of this.#account.interactions.values()) {
      if (channel.conversation !== conversation || channel.status !== "inactive") continue;
      const byCustomer = channel.participants.some(({ type, identity }) => type === "customer" && identity === author);
      if (!byCustomer) continue;
      this.#setStatus(channel, "active");
      this.invite(channel, routing);
    }
  }

  #join({ task, worker }: Reservation): void {
    const channel = this.channelOf(task);
    if (channel === undefined) return;
    const { conversation } = channel;
    const { identity } = worker;
    channel.participants.push({ sid: newSid("UT"), type: "agent", identity, task, status: "active" });
    const there = conversation.participants.some((one) => one.identity === identity);
    if (!there && conversation.state !== "closed") {
      this.#conversations.addParticipant(conversation, { identity, messagingBinding: null }, ALOUD);
    }
    const transfer = channel.transfers.find((one) => one.task === task && one.status === "active");
    if (transfer !== undefined) this.#endTransfer(transfer, "completed");
  }

  #removeAgent(channel: InteractionChannel, participant: ChannelParticipant, status: "closed" | "wrapup"): void {
    const { conversation } = channel;
    participant.status = status;
    const stays = channel.participants.some((one) => one.identity === participant.identity && one.status === "active");
    const member = conversation.participants.find((one) => one.identity === participant.identity);
    if (stays || member === undefined || conversation.state === "closed") return;
    this.#conversations.removeParticipant(conversation, member, ALOUD);
  }

  #endTask(task: Task, completely: boolean): void {
    if (task.deleted) return;
    switch (task.status) {
      case "pending":
      case "reserved":
        this.#router.cancel(task, "The interaction channel was closed");
        break;
      case "assigned":
        if (completely) this.#router.complete(task);
        else this.#router.wrapUp(task);
        break;
      case "wrapping":
        if (completely) this.#router.complete(task);
        break;
      case "completed":
      case "canceled":
        break;
    }
  }

  #failTransfer(task: Task): void {
    const transfer = this.channelOf(task)?.transfers.find((one) => one.task === task);
    if (transfer !== undefined) this.#endTransfer(transfer, "failed");
  }

  #endTransfer(transfer: Transfer, status: "completed" | "failed"): void {
    transfer.status = status;
    transfer.dateUpdated = this.#account.now();
    this.#tellTransfer(`task.transfer-${status}`, transfer);
  }

  #tellTransfer(type: `task.transfer-${"initiated" | "completed" | "failed"}`, transfer: Transfer): void {
    sendTaskEvent(this.#account, this.#webhooks, this.#router, { type, task: transfer.from, transfer });
  }

  #conversationFor(identities: readonly string[]): Conversation {
    const conversation = this.#conversations.create({}, QUIETLY);
    for (const identity of identities) {
      this.#conversations.addParticipant(conversation, { identity, messagingBinding: null }, QUIETLY);
    }
    return conversation;
  }

  #customers(identities: readonly string[], conversation: Conversation): ChannelParticipant[] {
    const agents = [...this.#account.workers.values()].map(({ identity }) => identity);
    const present = conversation.participants.flatMap(({ identity }) => identity ?? []);
    const named = identities.length > 0 ? identities : present.filter((identity) => !agents.includes(identity));
    return named.map((identity) => ({ sid: newSid("UT"), type: "customer", identity, task: null, status: "active" }));
  }

  #setStatus(channel: InteractionChannel, status: InteractionChannel["status"]): void {
    channel.status = status;
    this.#account.emit({ kind: "channel", channel });
  }

  #checkLive(channel: InteractionChannel): void {
    const { status } = channel;
    if (status === "closed" || status === "failed") throw badRequest(`The channel is ${status}`);
  }

  #channels(): InteractionChannel[] {
    return [...this.#account.interactions.values()].map(({ channel }) => channel);
  }
}

/** A task's attributes: the caller's and those that Flex adds. The caller may choose `channelType` and the like. */
function flexAttributes(
  channel: InteractionChannel,
  initiatedBy: string,
  inviteSid: string,
  given: Routing["attributes"],
): Record<string, unknown> {
  return {
    channelType: channel.type,
    customers: {},
    direction: "inbound",
    initiatedBy,
    taskCreateSource: "interaction",
    ...given,
    conversationSid: channel.conversation.sid,
    conversations: { initiated_by: initiatedBy, conversation_id: channel.interactionSid, media: [] },
    flexInteractionSid: channel.interactionSid,
    flexInteractionChannelSid: channel.sid,
    flexChannelInviteSid: inviteSid,
  };
}

function tasksOf(channel: InteractionChannel): Task[] {
  return channel.invites.map(({ task }) => task);
}
