import type { TaskChanged } from "./events.ts";
import { askForPerson, ENDED_LIMIT, NO_INTERACTION } from "./hand-over.ts";
import type { FlexChannelSid, FlexInteractionSid, TaskSid } from "./ids.ts";
import { lookAtChannel, lookWithin, QUEUE_PATIENCE_MS, TASK_PATIENCE_MS } from "./look.ts";
import { introduce, join, leave, takeOver } from "./presence.ts";
import { leaveStudio } from "./studio.ts";
import { type Turn, updateTwilio } from "./turn.ts";

/** What TaskRouter says of a task of the open session. Its events may be lost, late and out of order. */
export function taskChanged(turn: Turn, event: TaskChanged): void {
  const { session } = turn.state;
  if (session?.id !== event.session) return;
  if (session.twilio?.wakesStudio && !session.twilio.flex) studioHandsOver(turn);
  if (!turn.state.session?.twilio?.flex) return;
  const { change, task, at } = event;
  switch (change.type) {
    case "task-created":
      taskLives(turn, task);
      return;
    case "reservation-created":
      taskLives(turn, task);
      introduce(turn, change.worker);
      return;
    case "reservation-accepted":
      taskLives(turn, task);
      introduce(turn, change.worker);
      if (change.worker.identity) join(turn, change.worker.identity, at);
      else takeOver(turn);
      return;
    case "reservation-wrapup":
    case "reservation-completed":
      if (change.worker.identity) leave(turn, change.worker.identity, at);
      return;
    case "task-wrapup":
    case "task-completed":
      taskEnded(turn, task, "done");
      return;
    case "task-canceled":
    case "task-deleted":
    case "workflow-timeout":
      taskEnded(turn, task, "undone");
      return;
  }
}

/** Studio has sent the chat to Flex by itself, since it could not reach the bridge. */
function studioHandsOver(turn: Turn): void {
  updateTwilio(turn, { flex: { ...NO_INTERACTION, attempt: 1 } });
  askForPerson(turn, "assistant-failed");
  leaveStudio(turn);
}

/** Flex has answered the request for an Interaction, perhaps after the first news of its task. */
export function interactionCreated(
  turn: Turn,
  attempt: number,
  created: {
    readonly interaction: FlexInteractionSid | null;
    readonly channel: FlexChannelSid | null;
    readonly task: TaskSid | null;
  },
): void {
  const { session } = turn.state;
  const flex = session?.twilio?.flex;
  if (flex?.attempt !== attempt) return;
  const { interaction, channel, task } = created;
  const isOver = task !== null && flex.ended.includes(task);
  const live = task === null || isOver || flex.live.includes(task) ? flex.live : [...flex.live, task];
  updateTwilio(turn, { flex: { ...flex, interaction, channel, live, requested: false } });
  // In an inactive channel Flex makes the next task itself, whatever became of this one.
  if (session?.owner.kind !== "queue" || session.twilio?.inactive) return;
  const wasHeardOf = flex.live.length > 0;
  // Whether another task is needed only the channel can say: it may have been left, so that Flex makes the next one itself.
  if (isOver) lookAtChannel(turn);
  else lookWithin(turn, wasHeardOf ? QUEUE_PATIENCE_MS : TASK_PATIENCE_MS);
}

/**
 * A sign of life of a task: Flex is at work. Only a new task wakes an inactive channel: news of the others are late. So are all
 * while a hand-back is under way, which will end them.
 */
function taskLives(turn: Turn, task: TaskSid): void {
  const { session } = turn.state;
  const flex = session?.twilio?.flex;
  if (!flex || flex.ended.includes(task)) return;
  const { inactive = false, pausing = false } = session?.twilio ?? {};
  if (inactive && (pausing || flex.live.includes(task))) return;
  const live = flex.live.includes(task) ? flex.live : [...flex.live, task];
  updateTwilio(turn, { flex: { ...flex, live }, inactive: false, nextLook: null });
  if (session?.owner.kind === "queue") lookWithin(turn, QUEUE_PATIENCE_MS);
}

/** A task is over. Where no other one lives, nobody is on the way any more. */
function taskEnded(turn: Turn, task: TaskSid, how: "done" | "undone"): void {
  const { session } = turn.state;
  const flex = session?.twilio?.flex;
  if (!flex || flex.ended.includes(task)) return;
  const live = flex.live.filter((other) => other !== task);
  updateTwilio(turn, { flex: { ...flex, live, ended: [...flex.ended, task].slice(-ENDED_LIMIT) } });
  if (flex.requested || session?.owner.kind === "assistant") return;
  if (live.length > 0 && how === "done") return;
  // Its end alone does not say whether a new one is needed: of an inactive channel Flex makes the next one itself.
  lookAtChannel(turn);
}
