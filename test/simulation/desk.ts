import * as v from "valibot";
import type { Actor } from "../../src/cases/actor.ts";
import { type CaseStatus, PRIORITIES } from "../../src/cases/case.ts";
import { CaseBook } from "../../src/cases/case-book.ts";
import { OwnCases } from "../../src/cases/own-cases.ts";
import type { CaseChange } from "../../src/cases/rules.ts";
import { parseCaseCustomId } from "../../src/conversation/case-buttons.ts";
import type {
  ApiKeyId,
  CaseId,
  DiscordInteractionId,
  DiscordMessageId,
  DiscordUserId,
  StaffIdentity,
} from "../../src/conversation/ids.ts";
import { pressCaseButton } from "../../src/discord/case-interactions.ts";
import type { ComponentInteraction } from "../../src/discord/interaction-shape.ts";
import { SettingsSchema } from "../../src/settings/settings.ts";
import type { Account } from "./far-discord.ts";
import { settingsFor } from "./office.ts";
import { GUILD } from "./people.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** A change by staff, known by its note; what they were answered: null where the answer got lost. */
export type StaffChange = { readonly note: string; readonly member: string; answer: "done" | "not done" | null };

/** A member's answer to a question about a case; `isAnswered`: Discord got an answer that says it was taken. */
export type CasePress = {
  readonly account: Account;
  readonly interaction: string;
  readonly kind: string;
  isAnswered: boolean;
};

type CaseSeen = { readonly id: CaseId; readonly number: number; readonly member: string; readonly version: number };

/** So many of the steps of a history have something happen on the desk as well. */
const BUSY = 0.4;
const STATUSES: readonly (readonly [weight: number, status: CaseStatus])[] = [
  [4, "open"],
  [3, "pending"],
  [3, "elevated"],
  [4, "resolved"],
  [5, "closed"],
];
const ACTORS: readonly Actor[] = [
  { kind: "staff", identity: "agent_1" as StaffIdentity },
  { kind: "staff", identity: "agent_2" as StaffIdentity },
  { kind: "key", id: "key" as ApiKeyId },
  { kind: "link" },
];

/**
 * Staff on the desk and programs, who change cases at any time, and members who answer what they are asked about them. All that
 * is left to chance here has a stream of its own, so that histories without a desk are what they would be without this.
 */
export class Desk {
  readonly #world: World;
  readonly #random: Random;

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork("desk");
    if (world.hasDesk) this.#open();
  }

  /** Lets something happen, or nothing. */
  next(): void {
    const { hasDesk, accounts } = this.#world;
    if (!hasDesk || !this.#random.chance(BUSY)) return;
    const account = this.#random.pick(accounts);
    if (!account) return;
    this.#random.weighted([
      [6, () => this.#change({ set: { status: this.#status() } })],
      [5, () => this.#change({ checkIn: true })],
      [2, () => this.#change({})],
      [1, () => this.#change({ set: { priority: this.#random.pick(PRIORITIES) ?? "normal" } })],
      [2, () => this.#severalAtOnce()],
      [0.4, () => this.#openFor(account)],
      [9, () => this.#press(account)],
    ])?.();
  }

  #open(): void {
    const { d1, timeline } = this.#world;
    const settings = v.parse(SettingsSchema, settingsFor(this.#random));
    d1.write(
      "INSERT INTO settings (server, body, version, updated_at, updated_by) VALUES ('', ?, 1, ?, 'bridge')",
      JSON.stringify(settings),
      timeline.now(),
    );
  }

  #status(): CaseStatus {
    return this.#random.weighted(STATUSES) ?? "open";
  }

  #severalAtOnce(): void {
    const one = this.#anyCase();
    for (let n = this.#random.whole(2, 4); n > 0; n--) {
      const change = this.#random.chance(0.3) ? { checkIn: true as const } : { set: { status: this.#status() } };
      this.#world.timeline.after(this.#random.between(0, 80), () => this.#change(change, one));
    }
  }

  #anyCase(): CaseSeen | undefined {
    return this.#random.pick(
      this.#world.d1.read<CaseSeen>("SELECT id, number, member, version FROM cases ORDER BY key"),
    );
  }

  /** Whoever changes a case saw it as it is, or as it was; or does not care. */
  #change(change: CaseChange, one = this.#anyCase()): void {
    if (!one) return;
    const { trace, staffChanges } = this.#world;
    const seen = this.#random.weighted([
      [7, one.version],
      [1, Math.max(1, one.version - 1)],
      [2, undefined],
    ] as const);
    const note = `s${staffChanges.length}`;
    const made: StaffChange = { note, member: one.member, answer: null };
    staffChanges.push(made);
    const what = change.set?.status ?? (change.checkIn ? "check-in" : (change.set?.priority ?? "a note"));
    trace.add(one.member, `● case ${one.number}: ${what}, by staff who saw version ${seen} (${note})`);
    this.#book()
      .change(one.id, { ...change, note }, this.#random.pick(ACTORS) ?? { kind: "link" }, seen)
      .then(
        ({ kind }) => {
          made.answer = kind === "done" ? "done" : "not done";
          trace.add(one.member, `  ${note}: ${kind}`);
        },
        (error: Error) => trace.add(one.member, `  ${note}: ${error.message}`),
      );
  }

  #openFor({ id, name }: Account): void {
    const { trace } = this.#world;
    trace.add(id, "● staff open a case");
    const server = this.#random.chance(0.5) ? GUILD : null;
    const member = { id: id as DiscordUserId, displayName: name };
    this.#book()
      .open({ server, member, title: "A call" }, { kind: "staff", identity: "agent_1" as StaffIdentity })
      .catch((error: Error) => trace.add(id, `  no case: ${error.message}`));
  }

  #book(): CaseBook {
    const { bridge } = this.#world;
    const { db, now } = this.#worker();
    return new CaseBook({ db, now, changed: (id) => bridge.dispatchers.changed(id) });
  }

  #worker() {
    const { d1, bridge } = this.#world;
    const life = bridge.dispatchers.worker();
    return { life, db: d1.seenBy(life, this.#random), now: bridge.dispatchers.clock() };
  }

  /** Presses a button below a question about a case: mostly of the newest, but old ones stay there for ever. */
  #press(account: Account): void {
    const { faults, discord } = this.#world;
    const all = account.messages.flatMap(({ id, buttons }) =>
      buttons.flatMap((button) => ({ message: id, button, pressed: parseCaseCustomId(button) ?? [] })),
    );
    const ofCases = all.flatMap(({ pressed, ...one }) => ("case" in pressed ? [{ ...one, pressed }] : []));
    const choice = this.#random.pick(this.#random.chance(0.7) ? ofCases.slice(-7) : ofCases);
    if (!choice) return;
    const interaction = discord.nextId();
    const copies = faults.strikes("cases: an interaction twice", 1, this.#random) ? 2 : 1;
    for (let n = 0; n < copies; n++) this.#send(account, choice, interaction);
  }

  #send(
    account: Account,
    {
      message,
      button,
      pressed,
    }: { message: string; button: string; pressed: NonNullable<ReturnType<typeof parseCaseCustomId>> },
    id: string,
  ): void {
    const { trace, bridge, casePresses, timeline } = this.#world;
    const { life, db, now } = this.#worker();
    const interaction: ComponentInteraction = {
      type: 3,
      id: id as DiscordInteractionId,
      token: `token-${id}`,
      data: { custom_id: button },
      message: { id: message as DiscordMessageId },
    };
    const { kind } = pressed.button;
    const press: CasePress = { account, interaction: id, kind, isAnswered: false };
    casePresses.push(press);
    trace.add(account.id, `● member presses ${kind} of a case`);
    const profile = { member: account.id as DiscordUserId, displayName: account.name, locale: "en" } as const;
    const cases = new OwnCases({ db, now, changed: (one) => bridge.dispatchers.changed(one) });
    pressCaseButton(interaction, profile, pressed, {
      cases,
      handOver: (member, event) => bridge.conversationOf(member).call(life, (one) => one.ingest(event)),
      at: timeline.now(),
    }).then(
      (answer) => {
        press.isAnswered = JSON.stringify(answer).includes("**");
        trace.add(account.id, `  ${kind}: ${JSON.stringify(answer).slice(0, 80)}`);
      },
      (error: Error) => trace.add(account.id, `  ${kind}: ${error.message}`),
    );
  }
}
