import type { Account } from "./far-discord.ts";
import type { FlexTask } from "./far-flex.ts";
import type { FaultKind } from "./faults.ts";
import type { People } from "./people.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

type Step = readonly [weight: number, act: () => void];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pauses between steps, by weight: bursts, and silences up to an hour. */
const PAUSES: readonly (readonly [weight: number, range: readonly [number, number]])[] = [
  [60, [0, 2 * SECOND]],
  [25, [2 * SECOND, 30 * SECOND]],
  [12, [30 * SECOND, 5 * MINUTE]],
  [1, [5 * MINUTE, HOUR]],
];

/** Chooses what happens next in a history: what people, platforms and machines do. */
export class Steps {
  readonly #world: World;
  readonly #people: People;
  readonly #random: Random;
  /** Some members are busier than others, so that conversations get deep. */
  readonly #pace: number;

  constructor(world: World, people: People) {
    this.#world = world;
    this.#people = people;
    this.#random = world.random.fork("steps");
    this.#pace = this.#random.pick([0.3, 1, 1, 2]) ?? 1;
  }

  /** How long it takes until the next step, in milliseconds. */
  pause(): number {
    const [low, high] = this.#random.weighted(PAUSES) ?? [0, 0];
    return this.#random.between(low, high) * this.#pace;
  }

  /** Lets one thing happen. */
  next(): void {
    this.#random.weighted([...this.#members(), ...this.#agents(), ...this.#misfortunes()])?.();
  }

  #members(): Step[] {
    const people = this.#people;
    const account = this.#random.pick(this.#world.accounts);
    if (!account) return [];
    return [
      [14, () => people.write(account)],
      [3, () => this.#burst(account)],
      [1, () => people.write(account, { isLong: true })],
      [this.#ownerOf(account) === "assistant" ? 8 : 1, () => people.write(account, { asksForPerson: true })],
      [1.5, () => people.helpme(account)],
      [4, () => people.press(account)],
      [1.5, () => people.editOwn(account)],
      [0.5, () => people.unfurl(account)],
      [0.5, () => people.deleteOwn(account)],
      [account.takesDms ? 0.2 : 3, () => people.switchDms(account)],
    ];
  }

  #burst(account: Account): void {
    for (let n = this.#random.whole(2, 6); n > 0; n--) {
      this.#world.timeline.after(this.#random.between(0, 1_500), () => this.#people.write(account));
    }
  }

  #ownerOf(account: Account): string {
    return this.#world.bridge.stateOf(account.id)?.session?.owner.kind ?? "nobody";
  }

  #agents(): Step[] {
    const { flex, conversations, fromAgents } = this.#world;
    const people = this.#people;
    const steps: Step[] = [];
    const offered = this.#random.pick(flex.tasks.filter(({ status }) => status === "reserved"));
    if (offered) steps.push(...this.#offered(offered));
    const pending = this.#random.pick(flex.tasks.filter(({ status }) => status === "pending"));
    if (pending) steps.push([1, () => people.withTask(pending, "the workflow times out", (one) => flex.timeOut(one))]);
    const assigned = this.#random.pick(
      flex.tasks.filter(({ status, channel }) => status === "assigned" && channel.status === "active"),
    );
    if (assigned) steps.push(...this.#assigned(assigned));
    const wrapping = this.#random.pick(flex.tasks.filter(({ status }) => status === "wrapping"));
    if (wrapping) steps.push([3, () => people.withTask(wrapping, "the agent completes", (one) => flex.complete(one))]);
    const away = this.#random.pick(flex.workers.filter(({ isAvailable }) => !isAvailable));
    if (away) steps.push([4, () => flex.comeBack(away)]);
    const open = this.#random.pick([...conversations.all.values()].filter(({ state }) => state === "active"));
    if (open) {
      steps.push([0.3, () => this.#closeByTimer(open.sid)]);
      const isActive = flex.channels.some(({ conversation, status }) => conversation === open && status === "active");
      if (isActive) steps.push([0.6, () => people.say(open, "supervisor")]);
    }
    const written = this.#random.pick(fromAgents.slice(-6));
    if (written) steps.push([1, () => people.editOfAgent(written)]);
    return steps;
  }

  #offered(task: FlexTask): Step[] {
    const { flex } = this.#world;
    const people = this.#people;
    return [
      [14, () => people.withTask(task, `${task.reservation?.worker.name} accepts`, (one) => flex.accept(one))],
      [1, () => people.withTask(task, "the agent declines", (one) => flex.decline(one, "rejected"))],
      [1, () => people.withTask(task, "the agent lets the offer pass", (one) => flex.decline(one, "timeout"))],
      [0.7, () => people.withTask(task, "the workflow times out", (one) => flex.timeOut(one))],
      [0.4, () => people.withTask(task, "the task is canceled", (one) => flex.cancel(one))],
      [0.4, () => people.withTask(task, "the task is deleted", (one) => flex.remove(one))],
    ];
  }

  #assigned(task: FlexTask): Step[] {
    const { flex } = this.#world;
    const people = this.#people;
    const { channel } = task;
    const agent = channel.agents.get(task);
    if (!agent) return [];
    const { conversation } = channel;
    const colleague = this.#random.pick(flex.workers.filter((one) => one !== agent)) ?? null;
    const [how, to] = [
      this.#random.chance(0.7) ? "cold" : "warm",
      this.#random.chance(0.5) ? colleague : null,
    ] as const;
    return [
      [18, () => people.say(conversation, agent.identity)],
      [1, () => people.say(conversation, agent.identity, { isLong: true })],
      [1, () => people.say(conversation, agent.identity, { hasFile: true })],
      [1, () => people.command(conversation, agent.identity)],
      [1.5, () => people.withTask(task, `${agent.name} leaves`, () => flex.deactivate(channel))],
      [1.5, () => people.withTask(task, `${agent.name} ends the chat`, (one) => flex.wrapUp(one))],
      [
        1.5,
        () =>
          people.withTask(task, `${agent.name} passes on, ${how}, to ${to?.name ?? "the queue"}`, (one) =>
            flex.transfer(one, to, how),
          ),
      ],
      [0.2, () => people.withTask(task, "the task is deleted", (one) => flex.remove(one))],
    ];
  }

  #closeByTimer(sid: string): void {
    const { flex, conversations, trace } = this.#world;
    const conversation = conversations.all.get(sid);
    if (!conversation || conversation.state === "closed") return;
    trace.add(conversation.member, "● the timer closes the Twilio Conversation");
    flex.end(conversation, "TIMER", true);
  }

  #misfortunes(): Step[] {
    const { bridge, gateway, faults, trace, accounts, d1, twilio, discord, timeline } = this.#world;
    const random = this.#random;
    const step = (kind: Extract<FaultKind, `step: ${string}`>, act: () => void): Step => [
      faults.weightOf(kind),
      () => {
        faults.count(kind);
        trace.add(null, `⚡ ${kind.slice("step: ".length)}`);
        act();
      },
    ];
    const victim = random.pick(accounts);
    const down = (far: { isDown: boolean }) => {
      far.isDown = true;
      timeline.after(random.between(10 * SECOND, 20 * MINUTE), () => {
        far.isDown = false;
      });
    };
    return [
      step("step: gateway drops", () => gateway.drop(random.pick([null, null, 1000, 1001, 4000, 4009]) ?? null)),
      step("step: gateway asks to reconnect", () => gateway.askToReconnect()),
      step("step: gateway ends the session", () => gateway.invalidate(random.chance(0.4))),
      step("step: a conversation dies", () => victim && bridge.conversationOf(victim.id).kill("evicted")),
      step("step: the shard dies", () => bridge.shard.kill("evicted")),
      step("step: an object cannot be reached", () => {
        const object = random.chance(0.3) || !victim ? bridge.shard : bridge.conversationOf(victim.id);
        object.cutOff(random.between(5 * SECOND, 6 * MINUTE));
      }),
      step("step: an object is slow and the shard dies", () => {
        if (!victim) return;
        bridge.conversationOf(victim.id).slowDown(40 * SECOND);
        this.#burst(victim);
        timeline.after(random.between(SECOND, 30 * SECOND), () => bridge.shard.kill("dies while it hands over"));
      }),
      step("step: Twilio is down", () => down(twilio)),
      step("step: Discord is down", () => down(discord)),
      step("step: the database is down", () => down(d1)),
      step("step: the clock jumps", () =>
        this.#jump(random.chance(0.8) ? random.between(MINUTE, 30 * MINUTE) : random.between(HOUR, 30 * HOUR)),
      ),
      step("step: the clock steps back", () => this.#world.shiftClocks(-random.whole(1, 5))),
    ];
  }

  /** Not while a call is under way: that it takes effect hours later is documented as not promised. */
  #jump(ms: number): void {
    const { network, timeline } = this.#world;
    if (network.underWay > 0) timeline.after(500, () => this.#jump(ms));
    else this.#world.shiftClocks(ms);
  }

  /**
   * Ends all that is open on Twilio. Where nothing was heard of such an end, which is not promised, the member's next message
   * shows it. Returns whether there was anything to end.
   */
  endAll(): boolean {
    const { conversations, accounts, bridge } = this.#world;
    const open = [...conversations.all.values()].filter(({ state }) => state === "active");
    for (const { sid } of open) this.#closeByTimer(sid);
    const unaware = accounts.filter(({ id }) => {
      const known = bridge.stateOf(id)?.session?.twilio?.conversation;
      return open.length === 0 && known != null && conversations.all.get(known)?.state === "closed";
    });
    for (const account of unaware) this.#people.write(account);
    return open.length + unaware.length > 0;
  }
}
