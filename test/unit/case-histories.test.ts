import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Actor } from "../../src/cases/actor.ts";
import { type Case, type HistoryEntry, isOver } from "../../src/cases/case.ts";
import { type CaseChange, decideChange, movesFrom } from "../../src/cases/rules.ts";
import { aCase, anyActor, anyChange, MINUTE, OPENED, SETTINGS } from "./case-support.ts";

const decide = (current: Case, change: CaseChange, now: number, by: Actor) =>
  decideChange(current, change, { by, now, settings: SETTINGS });

/** The fields and facts of a case that the history's entries speak of. */
function applied(before: Case, entries: readonly HistoryEntry[]): Partial<Case> {
  const after: Record<string, unknown> = { ...before, fields: { ...before.fields } };
  for (const entry of entries) {
    if (entry.what !== "field") continue;
    if (!entry.field.startsWith("fields.")) after[entry.field] = entry.after;
    else {
      const { [entry.field.slice("fields.".length)]: _, ...rest } = after.fields as Record<string, unknown>;
      after.fields = entry.after === null ? rest : { ...rest, [entry.field.slice("fields.".length)]: entry.after };
    }
  }
  const rating = entries.find(({ what }) => what === "rated");
  const comment = entries.find(({ what }) => what === "rating-comment");
  if (rating?.what === "rated") after.satisfaction = { stars: rating.after, comment: null };
  if (comment?.what === "rating-comment") {
    after.satisfaction = { ...(after.satisfaction as object), comment: comment.after };
  }
  return after as Partial<Case>;
}

/** A case after some changes in a row, a while apart, with the last change and what became of it. */
const life = fc.array(fc.record({ change: anyChange, by: anyActor, after: fc.nat(20 * 1440) }), {
  minLength: 1,
  maxLength: 12,
});

function live(steps: typeof life extends fc.Arbitrary<infer T> ? T : never, check: (step: Step) => void): void {
  let current = aCase();
  let now = OPENED;
  for (const { change, by, after } of steps) {
    now += after * MINUTE;
    // Whatever would write into it throws.
    const decision = decide(Object.freeze(current), change, now, by);
    check({ before: current, change, by, now, decision });
    if (decision.kind === "changed") current = decision.next;
  }
}
type Step = { before: Case; change: CaseChange; by: Actor; now: number; decision: ReturnType<typeof decide> };

const { id, number, member, createdAt, createdBy } = aCase();

describe("whatever is done to a case", () => {
  test("its history says exactly what has changed, and leads from the old case to the new one", () => {
    fc.assert(
      fc.property(life, (steps) =>
        live(steps, ({ before, now, decision }) => {
          if (decision.kind !== "changed") return;
          const { next, entries } = decision;
          const { kind, status, priority, assignee, product, tags, fields, title, description, satisfaction } = next;
          expect(applied(before, entries)).toMatchObject({ kind, status, priority, assignee, product, tags, title });
          expect(applied(before, entries)).toMatchObject({ description, satisfaction });
          expect(applied(before, entries).fields).toEqual(fields);
          for (const entry of entries) {
            if (entry.what === "field") expect(entry.before).not.toEqual(entry.after);
          }
          expect(new Set(entries.map((entry) => (entry.what === "field" ? entry.field : entry.what))).size).toBe(
            entries.length,
          );
          if (entries.length === 0) expect(next).toBe(before);
          else expect(next).toMatchObject({ version: before.version + 1, updatedAt: now });
          expect(next).toMatchObject({ id, number, member, createdAt, createdBy });
        }),
      ),
    );
  });

  test("it is never in a state that contradicts itself", () => {
    fc.assert(
      fc.property(life, (steps) =>
        live(steps, ({ before, now, by, decision }) => {
          if (decision.kind !== "changed") return;
          const { next } = decision;
          expect([next.closedAt !== null, next.closedBy !== null]).toEqual(Array(2).fill(next.status === "closed"));
          expect(next.resolvedAt !== null).toBe(isOver(next.status));
          if (next.status === "closed" && before.status !== "closed") {
            expect([next.closedAt, next.closedBy]).toEqual([now, by]);
          }
          expect(new Set(next.breaches).size).toBe(next.breaches.length);
          if (before.firstResponseAt !== null) expect(next.firstResponseAt).toBe(before.firstResponseAt);
          if (before.satisfaction) expect(next.satisfaction?.stars).toBe(before.satisfaction.stars);
        }),
      ),
    );
  });

  test("only legal moves are made, and what can not be done gives no case", () => {
    fc.assert(
      fc.property(life, (steps) =>
        live(steps, ({ before, now, decision }) => {
          if (decision.kind === "changed" && decision.next.status !== before.status) {
            expect(movesFrom(before, SETTINGS, now)).toContain(decision.next.status);
          }
          if (decision.kind !== "changed") expect(decision).not.toHaveProperty("next");
        }),
      ),
    );
  });

  test("the same change at the same time comes to the same", () => {
    fc.assert(
      fc.property(life, (steps) =>
        live(steps, ({ before, change, by, now, decision }) => {
          expect(decide(before, change, now, by)).toEqual(decision);
        }),
      ),
    );
  });
});
