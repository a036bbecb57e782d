import type { D1Database } from "@cloudflare/workers-types";
import { CASE_STATUSES, PRIORITIES, STARS } from "../../src/cases/case.ts";
import { CaseBook } from "../../src/cases/case-book.ts";
import type {
  DiscordGuildId,
  DiscordMessageId,
  DiscordUserId,
  SessionId,
  StaffIdentity,
} from "../../src/conversation/ids.ts";
import { noteFeedback } from "../../src/knowledge/feedback.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";
import { storeSettings } from "../../src/settings/store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SERVER = "300000000000000001" as DiscordGuildId;
const AGENT = "agent_one" as StaffIdentity;
const ASKED_BY_NOBODY = { kind: "bridge" } as const;

const PROBLEMS = [
  ["Gems bought yesterday have not arrived", ["gems", "purchases"]],
  ["Cannot log in after the update", ["account", "update"]],
  ["Game freezes on the loading screen", ["crash", "android"]],
  ["How do I transfer my account to a new phone?", ["account", "transfer"]],
  ["Charged twice for the season pass", ["purchases", "refund"]],
  ["Friend code is not accepted", ["friends"]],
  ["Please add a dark mode", ["idea"]],
  ["Reported player still writes to me", ["safety"]],
] as const;
const NAMES = ["Member One", "Member Two", "Mitglied", "عضو", "Membre", "Member Seven", "Miembro"];

/** Some months of cases on an empty database, always the same ones, so that lists and charts have something to show. */
export async function fillDesk(db: D1Database): Promise<void> {
  const today = Date.now();
  let now = today;
  const book = new CaseBook({ db, now: () => now, changed: () => undefined });
  const by = { kind: "staff", identity: AGENT } as const;
  await db
    .prepare("INSERT INTO staff (identity, name, role, seen_at) VALUES (?, 'Agent One', 'supervisor', ?)")
    .bind(AGENT, now)
    .run();
  const settings = {
    ...DEFAULT_SETTINGS,
    targets: {
      low: { firstResponse: 480, resolution: null },
      normal: { firstResponse: 240, resolution: 2880 },
      high: { firstResponse: 60, resolution: 1440 },
      urgent: { firstResponse: 15, resolution: 480 },
    },
    products: ["Gem Rush", "Gem Rush Kids", "Web shop"],
    fields: [
      { name: "order_number", label: "Order number", type: "text" as const },
      { name: "platform", label: "Platform", type: "choice" as const, choices: ["Android", "iOS", "Web"] },
    ],
    cannedReplies: [
      {
        title: "Ask for the receipt",
        text: "Could you send me the receipt, please? It has a number such as GPA.1234.",
      },
      { title: "Purchases may take a while", text: "Purchases can take up to an hour to arrive." },
      { title: "Goodbye", text: "Glad I could help. Have fun!" },
    ],
  };
  for (const server of [SERVER, null]) await storeSettings(db, { server, settings, version: 0 }, by, now);
  for (let n = 0; n < 140; n++) {
    // Fewer long ago, more of late.
    const opened = today - Math.round((1 - Math.sqrt((n + 1) / 141)) * 90 * DAY) - (n % 7) * HOUR;
    const [title, tags] = PROBLEMS[(n * 5) % PROBLEMS.length] ?? PROBLEMS[0];
    now = opened;
    const result = await book.open(
      {
        server: SERVER,
        member: {
          id: String(200_000_000_000_000_000n + BigInt(n % 40)) as DiscordUserId,
          displayName: NAMES[n % NAMES.length] ?? "Member",
        },
        title,
        tags,
        kind: tags.some((tag) => tag === "idea") ? "feature" : tags.some((tag) => tag === "crash") ? "bug" : "support",
        priority: PRIORITIES[(n * 7) % 4] ?? "normal",
        assignee: n % 3 === 0 ? null : AGENT,
        product: settings.products[n % 3] ?? null,
      },
      ASKED_BY_NOBODY,
    );
    if (result.kind !== "done") throw new Error(result.problems.join("; "));
    const { id } = result.case;
    const age = today - opened;
    now = Math.min(today, opened + (5 + ((n * 37) % 200)) * 60_000);
    if (age > HOUR) await book.change(id, { firstResponse: { at: now }, note: "Looked into the logs" }, by);
    if (age < 2 * DAY && n % 2 === 0) continue;
    now = Math.min(today, opened + (2 + ((n * 13) % 60)) * HOUR);
    const status = n % 9 === 0 ? CASE_STATUSES[(n / 9) % 3] : n % 4 === 0 ? "resolved" : "closed";
    if (status && status !== "open") await book.change(id, { set: { status } }, by);
    if (n % 3 === 0 && (status === "closed" || status === "resolved")) {
      await book.change(id, { rating: STARS[(n * 3) % 7 > 1 ? 4 - (n % 2) : n % 3] ?? 5 }, ASKED_BY_NOBODY);
    }
  }
  for (const [n, text] of [
    "Can I play with my sister?",
    "wo finde ich meine rechnung",
    "is there a map editor",
  ].entries()) {
    await noteFeedback(db, {
      kind: "asked",
      question: String(500_000_000_000_000_000n + BigInt(n)) as DiscordMessageId,
      session: `20000000000000000${n}-1` as SessionId,
      locale: n === 1 ? "de" : "en",
      text,
      shown: [],
      answer: "nothing",
      at: today - n * HOUR,
    });
  }
}
