import fc from "fast-check";
import { beforeEach, expect, test, vi } from "vitest";
import { violations } from "../../support/invariants.ts";
import { FATES } from "../../support/remembering-outside.ts";
import { ACTS, type Step, tell, Walk, WEBHOOKS } from "../../support/walk.ts";

/** `SEED=7 RUNS=20000` walks elsewhere and further. */
const seed = Number(process.env.SEED ?? 20_250);
const numRuns = Number(process.env.RUNS ?? 300);

/** Weights: what people do most, and calls that go well, come up most. Histories shrink towards what is listed first. */
const acts = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("the member writes" as const) },
  { weight: 2, arbitrary: fc.constantFrom("the member asks for a person" as const, "an agent accepts" as const) },
  { weight: 3, arbitrary: fc.constantFrom("an agent writes" as const) },
  { weight: 6, arbitrary: fc.constantFrom(...ACTS) },
);
const steps: fc.Arbitrary<Step> = fc.record({
  act: acts,
  webhook: fc.oneof({ weight: 2, arbitrary: fc.constant("arrives" as const) }, fc.constantFrom(...WEBHOOKS)),
  fate: fc.oneof(fc.constant("ok" as const), fc.constantFrom(...FATES)),
  calm: fc.nat(6),
});
const histories = fc.array(steps, { minLength: 1, maxLength: 40, size: "max" });

// Thousands of failures are logged on the way.
beforeEach(() => {
  vi.spyOn(console, "warn").mockReturnValue();
});

test("no history of events, failures and crashes breaks a promise", { timeout: 60_000 + numRuns * 100 }, async () => {
  const property = fc.asyncProperty(histories, async (history) => {
    const complaints = await complaintsAbout(history);
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
  });
  const { failed, counterexample, errorInstance, numRuns: run } = await fc.check(property, { seed, numRuns });
  if (!failed) return;
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  throw new Error(
    `${reason}\nSEED=${seed}, history ${run}, made as short as it gets:\n${tell(counterexample?.[0] ?? [])}`,
  );
});

// An Interaction whose answer was lost is found when its agent has handed back already: it counts as failed, though its
// channel was left and Flex makes the next task itself.
test("an agent who hands back before the answer about the Interaction is found leaves no second task behind", async () => {
  const plain = { webhook: "arrives", fate: "ok", calm: 0 } as const;
  const history: Step[] = [
    { ...plain, act: "the member asks for a person" },
    { ...plain, act: "the task times out", fate: "crash-after" },
    { ...plain, act: "an agent accepts" },
    { ...plain, act: "an agent hands back" },
    { ...plain, act: "the member asks for a person" },
  ];
  expect(await complaintsAbout(history)).toEqual([]);
});

async function complaintsAbout(history: readonly Step[]): Promise<string[]> {
  const walk = new Walk();
  for (const step of history) await walk.step(step);
  await walk.finish();
  return violations(walk);
}
