import type { CaseNewsCame, MemberNews } from "../../src/conversation/case-events.ts";
import type { Delivery, Say } from "../../src/conversation/deliveries.ts";
import type { Evidence } from "./evidence.ts";
import type { Grievance } from "./fates.ts";

/** A line of a case's history as it stands in the database. */
type Line = {
  readonly id: string;
  readonly number: number;
  readonly member: string;
  readonly version: number;
  readonly actor: string;
  readonly what: string;
  readonly field: string | null;
  readonly after: string | null;
};

/** A delivery as it stands on a conversation's disk. */
type Row = {
  readonly seq: number;
  readonly id: string;
  readonly session: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly delivery: Delivery;
};

/** What a member must hear of one change, and what only as long as it holds. */
type Due = { readonly version: number; readonly always: readonly string[]; readonly maybe: readonly string[] };

/** What holds at the end of every history about cases. */
export const CASE_PROMISES: Readonly<Record<string, (evidence: Evidence) => readonly Grievance[]>> = {
  "nobody who must hear of a case is forgotten": ({ world }) =>
    world.d1
      .read<{ target: string; version: number; number: number; member: string }>(
        "SELECT target, o.version, number, member FROM case_outbox o JOIN cases ON key = case_key",
      )
      .map(({ target, version, number, member }) => ({
        about: member,
        subject: `Case #${number}`,
        what: `${target} of version ${version} of case ${number}`,
      })),

  "each change of a case is told to its member once, in its order, as long as it holds": (evidence) => {
    const history = linesOf(evidence);
    return [...Map.groupBy(history, ({ id }) => id).values()].flatMap((lines) => {
      const [{ id, number, member } = { id: "", number: 0, member: "" }] = lines;
      const told = newsIn(evidence, member).filter((news) => news.case === id);
      return wrongs(dueOf(lines), told).map((what) => ({
        about: member,
        subject: `Case #${number}`,
        what: `case ${number}: ${what}`,
      }));
    });
  },

  "what a member is told of a case stands in the DM in its order, or Discord refused it": (evidence) =>
    evidence.world.accounts.flatMap(({ id, tookNoneAt }) => {
      const rows = rowsOf(evidence, id).flatMap((row) =>
        row.delivery.kind === "say" && isAboutCase(row.delivery.say) ? [{ ...row, say: row.delivery.say }] : [],
      );
      const expected = newsIn(evidence, id).flatMap(({ number, news }) =>
        news.map((one) => `${number} ${wordOf(one)}`),
      );
      const meant = rows.map(({ say }) => wordOfSay(say));
      const there = evidence.world.said.filter(({ account }) => account.id === id).map(({ message }) => message.nonce);
      const places = rows.filter(({ status }) => status === "sent").map((row) => there.indexOf(row.id));
      const unsaid = rows.filter(
        ({ status, reason }) =>
          status === "failed" && !(tookNoneAt > 0 || /^(?:400\/240000|50[0-9])/.test(reason ?? "")),
      );
      return [
        ...(meant.join() === expected.join() ? [] : [`${meant.join()} is to be said, not ${expected.join()}`]),
        ...(places.includes(-1) ? ["something is not there"] : []),
        ...(places.every((place, n) => n === 0 || place > (places[n - 1] ?? 0)) ? [] : ["the order is another one"]),
        ...unsaid.map(({ say, reason }) => `${wordOfSay(say)} was not said: ${reason}`),
      ].map((what) => ({ about: id, what }));
    }),

  "what staff were answered is so": ({ world }) => {
    const notes = world.d1.read<{ after: string }>("SELECT after FROM case_history WHERE what = 'note'");
    return world.staffChanges.flatMap(({ note, answer, member }) => {
      const times = notes.filter(({ after }) => JSON.parse(after) === note).length;
      const isWrong = times > 1 || (answer === "done" && times === 0) || (answer === "not done" && times > 0);
      return isWrong ? [{ about: member, subject: note, what: `${note} is there ${times} times, ${answer}` }] : [];
    });
  },

  "a case is what its history says": ({ world }) =>
    world.d1
      .read<{ member: string; number: number }>(
        `SELECT member, number FROM cases WHERE
           version <> (SELECT max(version) FROM case_history WHERE case_key = key)
           OR version <> (SELECT count(DISTINCT version) FROM case_history WHERE case_key = key)
           OR status <> coalesce((SELECT after ->> '$' FROM case_history WHERE case_key = key AND field = 'status'
             ORDER BY version DESC LIMIT 1), status)`,
      )
      .map(({ member, number }) => ({ about: member, subject: `Case #${number}`, what: `case ${number}` })),

  "a member's wish about a case that was taken has reached their conversation": (evidence) =>
    evidence.world.casePresses
      .filter(({ kind, isAnswered }) => kind === "still-a-problem" && isAnswered)
      .filter(({ account, interaction }) => !evidence.isAccepted(account.id, `discord/interaction/${interaction}`))
      .map(({ account, interaction }) => ({ about: account.id, what: interaction })),

  "a session has one case, once": (evidence) => {
    const links = linesOf(evidence).filter(({ what }) => what === "session-linked");
    const twice = [...Map.groupBy(links, ({ after }) => after).values()].flatMap(([first, ...more]) =>
      first && more.length > 0 ? [{ about: first.member, what: `${first.after}: ${more.length + 1} times` }] : [],
    );
    const cases = casesBySession(evidence);
    const wrong = evidence.world.accounts.flatMap(({ id: about }) =>
      rowsOf(evidence, about).flatMap(({ delivery, session, status }) => {
        if (status !== "sent" || session === null) return [];
        const found = cases.get(session);
        const isMissing = delivery.kind === "open-case" && !found;
        const isOther = delivery.kind === "link-session" && found?.id !== delivery.case;
        return isMissing || isOther ? [{ about, what: `${session}: ${delivery.kind} came to nothing` }] : [];
      }),
    );
    return [...twice, ...wrong];
  },

  "a case knows the first answer to its member": (evidence) => {
    const cases = casesBySession(evidence);
    return evidence.world.accounts.flatMap(({ id: about }) => {
      const rows = rowsOf(evidence, about);
      const late = rows.flatMap(({ delivery, session, status }) => {
        if (delivery.kind !== "note-answer" || status !== "sent") return [];
        const at = cases.get(session ?? "")?.first_response_at ?? Number.POSITIVE_INFINITY;
        return at > delivery.answeredAt ? [{ about, what: `${session}: at ${at}, not ${delivery.answeredAt}` }] : [];
      });
      return [...late, ...unnoted(rows).map((session) => ({ about, what: `${session}: nothing was noted` }))];
    });
  },

  "every ended session with a case has its transcript, with all that agents said": (evidence) => {
    const kept = evidence.world.d1.read<{ session: string; lines: string }>("SELECT session, lines FROM transcripts");
    const lines = new Map(kept.map(({ session, lines }) => [session, JSON.parse(lines) as readonly { n: number }[]]));
    const cases = casesBySession(evidence);
    return evidence.world.accounts.flatMap(({ id: about }) => {
      const ended = evidence.rows<{ id: string }>(about, "SELECT id FROM sessions WHERE closed_at IS NOT NULL");
      const rows = rowsOf(evidence, about);
      return ended.flatMap(({ id }) => {
        const found = lines.get(id);
        if (!found) return cases.has(id) ? [{ about, what: `${id} has none` }] : [];
        const there = new Set(found.map(({ n }) => n));
        const gone = rows.filter(({ session, delivery, seq, status }) => {
          const isAgents = delivery.kind === "say" && delivery.say.kind === "agent-text";
          return session === id && isAgents && status !== "skipped" && !there.has(seq);
        });
        return gone.map(({ seq }) => ({ about, what: `${id}: delivery ${seq} is not in it` }));
      });
    });
  },

  "whoever asks for a person hears what comes of it": (evidence) =>
    evidence.world.accounts.flatMap(({ id: about }) => {
      const rows = rowsOf(evidence, about);
      return rows
        .filter(({ delivery }) => delivery.kind === "post" && delivery.line.content.kind === "summary")
        .filter(
          ({ seq, session }) => !rows.some((later) => later.seq > seq && later.session === session && isWord(later)),
        )
        .map(({ session }) => ({ about, what: `nothing was said in ${session}` }));
    }),
};

const ANSWERS: readonly Say["kind"][] = ["transferring", "outside-hours", "no-agent-available", "closed"];

/** What is said to somebody who has asked for a person. */
function isWord({ delivery }: Row): boolean {
  return delivery.kind === "say" && ANSWERS.includes(delivery.say.kind);
}

/** Sessions in which an agent wrote when the case was known, and that noted no answer. */
function unnoted(rows: readonly Row[]): string[] {
  const known = new Set<string | null>();
  const answered = new Set<string>();
  const noted = new Set<string | null>();
  for (const { delivery, session } of rows) {
    if (delivery.kind === "note-answer") noted.add(session);
    if (delivery.kind === "link-session") known.add(session);
    if (delivery.kind !== "say") continue;
    if (delivery.say.kind === "case-opened") known.add(session);
    const isNew = delivery.say.kind === "agent-text" && !delivery.say.text.startsWith("edited: ");
    if (isNew && session !== null && known.has(session)) answered.add(session);
  }
  return [...answered].filter((session) => !noted.has(session));
}

/** How what was told differs from what had to be told. */
function wrongs(due: readonly Due[], told: readonly CaseNewsCame[]): string[] {
  const order = told.map(({ version }) => version);
  const disorder = order.some((version, n) => n > 0 && version <= (order[n - 1] ?? 0));
  const byVersion = new Map(due.map((one) => [one.version, one]));
  return [
    ...(disorder ? [`versions ${order.join()} were told`] : []),
    ...due
      .filter(({ version, always }) => always.length > 0 && !order.includes(version))
      .map(({ version }) => `version ${version} was not told`),
    ...told.flatMap(({ version, news }) => {
      const { always = [], maybe = [] } = byVersion.get(version) ?? {};
      const words = news.map(wordOf);
      const isRight =
        always.every((word) => words.includes(word)) && words.every((word) => [...always, ...maybe].includes(word));
      return isRight && new Set(words).size === words.length ? [] : [`version ${version} was told as ${words.join()}`];
    }),
  ];
}

/** What a case's member must hear, change by change. What the case has left behind meanwhile need not be asked any more. */
function dueOf(history: readonly Line[]): Due[] {
  return [...Map.groupBy(history, ({ version }) => version)].flatMap(([version, lines]): Due[] => {
    const later = history.filter((line) => line.version > version);
    const movesLater = later.flatMap((line) => statusIn(line) ?? []);
    if (lines.some(({ what }) => what === "check-in")) {
      const mayBeOver = movesLater.some((status) => status === "resolved" || status === "closed");
      return [mayBeOver ? { version, always: [], maybe: ["check-in"] } : { version, always: ["check-in"], maybe: [] }];
    }
    const status = lines.flatMap((line) => statusIn(line) ?? [])[0];
    if (status === undefined) return [];
    const isMembers = lines[0]?.actor.startsWith("member:");
    const always = isMembers ? [] : [status];
    if (status !== "closed") return [{ version, always, maybe: [] }];
    const mayBeSettled = movesLater.length > 0 || history.some(({ what }) => what === "rated");
    return [
      mayBeSettled
        ? { version, always, maybe: ["how-was-it"] }
        : { version, always: [...always, "how-was-it"], maybe: [] },
    ];
  });
}

function statusIn({ what, field, after }: Line): string | null {
  return what === "field" && field === "status" ? String(JSON.parse(after ?? "null")) : null;
}

function wordOf(news: MemberNews): string {
  return news.kind === "status" ? news.status : news.kind;
}

function isAboutCase(say: Say): boolean {
  return say.kind === "case-status" || say.kind === "case-check-in" || say.kind === "case-how-was-it";
}

function wordOfSay(say: Say): string {
  if (say.kind === "case-status") return `${say.number} ${say.status}`;
  return "number" in say ? `${say.number} ${say.kind.slice("case-".length)}` : say.kind;
}

function linesOf({ world }: Evidence): Line[] {
  return world.d1.read<Line>(
    `SELECT id, number, member, h.version, actor, what, field, after FROM case_history h JOIN cases ON key = case_key
     ORDER BY key, h.version, n`,
  );
}

/** The news of cases that a member's conversation has taken in, in order. */
function newsIn(evidence: Evidence, member: string): CaseNewsCame[] {
  const query = "SELECT body FROM journal WHERE body ->> '$.kind' = 'case-news' ORDER BY seq";
  return evidence.rows<{ body: string }>(member, query).map(({ body }) => JSON.parse(body) as CaseNewsCame);
}

type CaseOfSession = { readonly session: string; readonly id: string; readonly first_response_at: number | null };

function casesBySession({ world }: Evidence): ReadonlyMap<string, CaseOfSession> {
  const query = "SELECT session, id, first_response_at FROM case_sessions JOIN cases ON key = case_key";
  return new Map(world.d1.read<CaseOfSession>(query).map((one) => [one.session, one]));
}

function rowsOf(evidence: Evidence, member: string): Row[] {
  const query = "SELECT seq, id, session, status, reason, body FROM deliveries ORDER BY seq";
  return evidence
    .rows<Omit<Row, "delivery"> & { body: string }>(member, query)
    .map(({ body, ...row }) => ({ ...row, delivery: JSON.parse(body) as Delivery }));
}
