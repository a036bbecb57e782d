import type { D1Database } from "@cloudflare/workers-types";
import { CASE_STATUSES, PRIORITIES } from "../../src/cases/case.ts";
import { CaseBook } from "../../src/cases/case-book.ts";
import type { CaseId, StaffIdentity } from "../../src/conversation/ids.ts";
import { NOW } from "./data.ts";
import { below, oneOf, words } from "./words.ts";

/** Changes cases as staff do, the newer ones more often; how long each took, in milliseconds. */
export async function changeSome(db: D1Database, cases: number, changes: number): Promise<number[]> {
  const book = new CaseBook({ db, now: () => NOW, changed: () => undefined });
  const by = { kind: "staff", identity: "agent_1" as StaffIdentity } as const;
  const times: number[] = [];
  for (let n = 0; n < changes; n++) {
    const key = cases - Math.min(below(cases), below(cases));
    const id = await db.prepare("SELECT id FROM cases WHERE key = ?").bind(key).first<CaseId>("id");
    if (id === null) continue;
    const set = n % 3 === 0 ? { status: oneOf(CASE_STATUSES) } : { priority: oneOf(PRIORITIES) };
    const startedAt = performance.now();
    await book.change(id, n % 3 === 2 ? { set, note: words(30) } : { set }, by);
    times.push(performance.now() - startedAt);
  }
  return times;
}
