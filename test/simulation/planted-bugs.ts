/** A bug to be planted in a copy of the tree: `find` must stand in the file exactly once. */
export type PlantedBug = {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Where the seeds begin in which it shows, if it is rare. */
  readonly from?: number;
};

/**
 * Mistakes that a bridge of chats makes, one for each mechanism that is there to prevent it. The simulation must see every one
 * of them: what it does not see, nobody has proved.
 */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "events are acknowledged before they are stored",
    file: "src/delivery/running-conversation.ts",
    find: "const reply = this.#store.ingest(event);",
    replace:
      'const reply = "accepted" as IngestReply; void this.#outside.pause(200).then(() => this.#store.ingest(event));',
  },
  {
    name: "what may have happened is sent again without a look",
    file: "src/twilio/messages.ts",
    find: "if (found !== undefined) return",
    replace: "if (found?.sid === mark) return",
  },
  {
    name: "a look comes before a late commit is ruled out",
    file: "src/delivery/policy.ts",
    find: "return LATE_COMMIT_MATTERS.has(kind) ? LATE_COMMIT_OVER_MS : 0;",
    replace: "return LATE_COMMIT_MATTERS.has(kind) ? 0 : 0;",
  },
  {
    name: "the journal knows no duplicates",
    file: "src/delivery/store.ts",
    find: 'if (!this.#journal.enter(keyOf(event), now, body)) return "duplicate";',
    replace: "this.#journal.enter(keyOf(event), now, body);",
  },
  {
    name: "the Gateway's mark runs ahead of what is handed over",
    file: "src/discord/gateway/event-queue.ts",
    find: "for (const lowest of this.#open) return lowest - 1;",
    replace: "",
  },
  {
    name: "two drains work at once",
    file: "src/delivery/drain.ts",
    find: "if (this.#busy.has(lane)) continue;",
    replace: "",
  },
  {
    name: "agents' messages leave in the order of their webhooks",
    file: "src/conversation/index-order.ts",
    find: "const held = [...order.held, message].sort((a, b) => a.index - b.index);",
    replace:
      "if (message.index >= order.next) return { order: { ...order, own: [...order.own, message.index] }, released: [message] }; const held = [...order.held];",
  },
  {
    name: "what the assistant had begun to say is said again after a person was asked for",
    file: "src/delivery/store.ts",
    find: 'if (row.assistants !== "yes") return row.assistants === "silenced";',
    replace: "if (row) return false;",
  },
  {
    name: "nobody learns that a message was not delivered",
    file: "src/conversation/undelivered.ts",
    find: 'if (line.author !== "member" || !line.source',
    replace: 'if (line.author === "member" || !line.source',
  },
  {
    name: "a nonce is repeated after Discord has forgotten it",
    file: "src/delivery/policy.ts",
    find: "export const NONCE_WINDOW_MS = 2 * MINUTE;",
    replace: "export const NONCE_WINDOW_MS = 60 * MINUTE;",
  },
  {
    name: "the chat so far is not written to Twilio",
    file: "src/conversation/hand-over.ts",
    find: 'turn.effects.push({ kind: "replay", session: session.id });',
    replace: "",
  },
  {
    name: "calls that a crash interrupted count as not made",
    file: "src/delivery/drain.ts",
    find: 'this.#markUnknown(row, row.attempts, 0, "interrupted");',
    replace: "this.#store.claim(row);",
  },
  {
    name: "what the Gateway missed is not read",
    file: "src/delivery/catch-up.ts",
    find: "else if (event) take(event);",
    replace: "",
  },
  {
    name: "events that a conversation will not take are dropped",
    file: "src/discord/gateway/event-flow.ts",
    find: "this.#parking.park(events, this.#outside.now() + afterMs);",
    replace: "",
  },
  {
    name: "a session ends without reading what agents wrote last",
    file: "src/conversation/closing.ts",
    find: "from: twilio.order.next, final: true",
    replace: "from: twilio.order.next + 100, final: true",
  },
  {
    name: "what the member wrote while a session ended is forgotten",
    file: "src/conversation/closing.ts",
    find: "for (const line of wholeMessages(closing.carried)) hearLine(turn, line);",
    replace: "",
  },
  {
    name: "retries wait for no alarm",
    file: "src/delivery/store.ts",
    find: "this.#storage.setAlarm(first);",
    replace: "",
  },
  {
    name: "Flex is asked for a person again without a look",
    file: "src/twilio/taskrouter.ts",
    find: "const found = listed.value.find((one) => one.attempt === attempt);",
    replace: "const found = listed.value.find((one) => one.attempt === attempt + 1);",
  },
  {
    name: "agents are announced at every sign of them",
    file: "src/conversation/presence.ts",
    find: "if (presence?.present ||",
    replace: "if (",
  },
  {
    name: "messages of an ended session are still let through",
    file: "src/conversation/agents.ts",
    find: "return turn.state.session?.twilio?.conversation === conversation;",
    replace: "return turn.state.session?.twilio != null || conversation === null;",
  },
  {
    name: "what is remembered survives a transaction that was undone",
    file: "src/delivery/store.ts",
    find: "this.#state = state;\n      this.#claimed = claimed;",
    replace: "this.#claimed = claimed;",
  },
  {
    name: "whoever waits is not looked after when nothing is heard",
    file: "src/conversation/look.ts",
    find: "updateTwilio(turn, { nextLook: { at: turn.now + ms, purpose } });",
    replace: 'if (purpose === "to-know" && ms < 0) updateTwilio(turn, { nextLook: null });',
  },
  {
    name: "what Studio does not take up is never answered",
    file: "src/conversation/studio.ts",
    find: "if (!one.isTakenUp && one.until <= turn.now) takeUp(turn, one);",
    replace: "if (!one.isTakenUp && one.until <= turn.now) updateTurns(turn, []);",
  },
  {
    name: "what was answered before it stood on Twilio is answered again",
    file: "src/conversation/studio.ts",
    find: `{ ...found, posted: message };
  updateTurns(
    turn,
    found.isTakenUp || message === null`,
    replace: `{ ...found, posted: message, isTakenUp: false };
  updateTurns(
    turn,
    message === null`,
  },
  {
    name: "agents get the chat without a summary",
    file: "src/conversation/hand-over.ts",
    find: 'addLine(turn, "bridge", { kind: "summary", summary });',
    replace: 'if (summary.asked.length < 0) addLine(turn, "bridge", { kind: "summary", summary });',
  },
  {
    name: "a rate limit is not waited for",
    file: "src/discord/rate-limits.ts",
    find: "return Math.max(0, until - this.#now());",
    replace: "return Math.min(0, until - this.#now());",
  },
  {
    name: "news of a case counts as told before it is",
    file: "src/cases/outbox.ts",
    find: `      if (news) await messengers[row.target](news);
      await db`,
    replace: `      if (news) void messengers[row.target](news).catch(() => undefined);
      await db`,
  },
  {
    name: "what could not be told of a case does not hold up what came later",
    file: "src/cases/outbox.ts",
    find: `reason: reasonOf(error) });
      return row;`,
    replace: "reason: reasonOf(error) });",
  },
  {
    name: "news of a case has no key of its own",
    file: "src/conversation/events.ts",
    find: ".version}`;",
    replace: ".version}` + String(Math.random());",
  },
  {
    name: "news of a case is told in any order",
    file: "src/cases/outbox.ts",
    find: "rows.toSorted((a, b) => a.version - b.version)",
    replace: "rows.toSorted((a, b) => b.version - a.version)",
  },
  {
    name: "what a case has left behind is forgotten, and told by whoever comes later",
    file: "src/cases/member-news.ts",
    find: "const { case: one, version, entries } = changed;",
    replace: "const { case: one, version, entries } = changed; if (news.length === 0) return;",
    from: 1,
  },
  {
    name: "whoever asks for a person outside hours hears nothing",
    file: "src/conversation/hand-over.ts",
    find: 'say(turn, { kind: "outside-hours", back });',
    replace: "",
  },
  {
    name: "a change of a case does not mind what somebody else has changed",
    file: "src/cases/case-book.ts",
    find: "if (seen !== undefined && seen !== current.version) {",
    replace: "if (seen !== undefined && seen < 0) {",
    from: 1001,
  },
  {
    name: "a session that ends without a person keeps no transcript",
    file: "src/conversation/turn.ts",
    find: `if (turn.state.session?.case.kind !== "none") deliver(turn, { lane: "directory", kind: "keep-transcript" });`,
    replace: `if (turn.state.session?.owner.kind === "agent") deliver(turn, { lane: "directory", kind: "keep-transcript" });`,
  },
  {
    name: "the case learns of the last answer in place of the first",
    file: "src/cases/rules.ts",
    find: "...(firstResponse && current.firstResponseAt === null && { firstResponse }),",
    replace: "...(firstResponse && { firstResponse }),",
  },
];
