import { describe, expect, test } from "vitest";
import { isOperatorToken } from "../../src/operator/token.ts";
import { FakeWorker, GATEWAY, HALTED, letter, NOW, page, run, SECRET } from "./operate-support.ts";

describe("dead-letters", () => {
  test("shows them as a table, what each outcome means, and what to do", async () => {
    const letters = [
      letter(1),
      letter(2, { id: `IM${"a".repeat(32)}`, direction: "to-member", outcome: "undecided", reason: "no answer" }),
    ];
    const { code, printed } = await run(["dead-letters"], new FakeWorker({ "GET dead-letters": page(letters) }));
    expect(code).toBe(0);
    expect(printed).toEqual([
      `SINCE                    DIRECTION  OUTCOME    ID${" ".repeat(34)}MEMBER              REASON`,
      `2026-11-21 08:29:15 UTC  to-agents  failed     600000000000000001${" ".repeat(18)}100000000000000001  HTTP 400, code 20001`,
      `2026-11-21 08:29:15 UTC  to-member  undecided  IM${"a".repeat(32)}  100000000000000001  no answer`,
      "",
      "2 in all.",
      "failed: it did not arrive. Remove the cause that the reason names.",
      "undecided: it may have arrived. Look at the other side first: sent again, it may stand there twice.",
      "Then: npm run operate -- retry ID, or retry --all.",
    ]);
  });

  test("says how many there are where it shows the oldest only", async () => {
    const worker = new FakeWorker({ "GET dead-letters": page([letter(1)], "x", 4711) });
    expect((await run(["dead-letters"], worker)).printed).toContain("The oldest 1 of 4711.");
    expect(worker.requests).toHaveLength(1);
  });

  test("says that there are none", async () => {
    const worker = new FakeWorker({ "GET dead-letters": page([]) });
    expect(await run(["dead-letters"], worker)).toEqual({
      code: 0,
      printed: ["There are no dead letters."],
      complaints: [],
    });
  });

  test("lets nothing in a reason steer the terminal", async () => {
    const worker = new FakeWorker({ "GET dead-letters": page([letter(1, { reason: "a\u001b[2Jb\nc\u009bd" })]) });
    expect((await run(["dead-letters"], worker)).printed[1]).toMatch(/ {2}a \[2Jb c d$/);
  });

  test("proves who asks by a token of its own for each request, and follows nobody elsewhere", async () => {
    const worker = new FakeWorker({
      "GET dead-letters": page([letter(1), letter(2)]),
      "POST dead-letters/retry": { result: "sent-again" },
    });
    await run(["retry", "--all"], worker);
    expect(worker.tokens).toHaveLength(3);
    for (const token of worker.tokens) expect(await isOperatorToken(token, SECRET, NOW)).toBe(true);
    expect(new Set(worker.requests.map(({ redirect }) => redirect))).toEqual(new Set(["manual"]));
  });
});

describe("retry", () => {
  test("sends the message with this id again, wherever it stands in the list", async () => {
    const worker = new FakeWorker({
      "GET dead-letters": page([letter(1), letter(2)], "5_b/c d", 3),
      "GET dead-letters?after=5_b%2Fc+d": page([letter(3)], null, 3),
      "POST dead-letters/retry": { result: "sent-again" },
    });
    const { code, printed } = await run(["retry", letter(3).id], worker);
    expect(code).toBe(0);
    expect(worker.retried()).toEqual([{ member: letter(3).member, id: letter(3).id }]);
    expect(printed).toEqual([
      `${letter(3).id} of member ${letter(3).member}: sent again`,
      "What fails again is soon on the list again: npm run operate -- dead-letters.",
    ]);
  });

  test("of an id that is not listed sends nothing and says so", async () => {
    const worker = new FakeWorker({ "GET dead-letters": page([letter(1)]) });
    expect(await run(["retry", "6"], worker)).toEqual({
      code: 1,
      printed: [],
      complaints: ["No dead letter has the id 6: dead-letters lists those that stand."],
    });
    expect(worker.retried()).toEqual([]);
  });

  test.each([
    ["failed", "nothing left: it was sent again already, or is too old"],
    ["unprocessable", "not sent: Flexcord still cannot make sense of it; or it was taken in meanwhile"],
  ])("of one that was %s and of which nothing is left fails, and says why", async (outcome, why) => {
    const worker = new FakeWorker({
      "GET dead-letters": page([letter(1, { outcome })]),
      "POST dead-letters/retry": { result: "nothing-left" },
    });
    const { code, printed } = await run(["retry", letter(1).id], worker);
    expect([code, printed]).toEqual([1, [`${letter(1).id} of member ${letter(1).member}: ${why}`]]);
  });

  test("--all goes through all pages, oldest first, and takes each message once, even if it fails again meanwhile", async () => {
    const worker = new FakeWorker({
      "GET dead-letters": page([letter(1), letter(2)], "a"),
      "GET dead-letters?after=a": page([letter(3), letter(1, { at: NOW })], "b"),
      "GET dead-letters?after=b": page([letter(3, { at: NOW }), letter(4)]),
      "POST dead-letters/retry": { result: "sent-again" },
    });
    const { code, printed } = await run(["retry", "--all"], worker);
    expect(code).toBe(0);
    expect(worker.retried()).toEqual([1, 2, 3, 4].map((n) => ({ member: letter(n).member, id: letter(n).id })));
    expect(printed.at(-1)).toBe("4 sent again, 0 with nothing left, 0 failed.");
  });

  test("--all tells two members' messages apart", async () => {
    const twins = [letter(1), letter(1, { member: "100000000000000002" })];
    const worker = new FakeWorker({
      "GET dead-letters": page(twins),
      "POST dead-letters/retry": { result: "sent-again" },
    });
    await run(["retry", "--all"], worker);
    expect(worker.retried()).toEqual(twins.map(({ member, id }) => ({ member, id })));
  });

  test("--all goes on behind one that fails, says what became of each, and fails in the end", async () => {
    const worker = new FakeWorker({
      "GET dead-letters": page([letter(1), letter(2), letter(3)]),
      "POST dead-letters/retry": [
        { result: "sent-again" },
        Response.json({ error: "Internal error" }, { status: 500 }),
        { result: "nothing-left" },
      ],
    });
    const { code, printed, complaints } = await run(["retry", "--all"], worker);
    expect(code).toBe(1);
    expect(worker.retried()).toHaveLength(3);
    expect(complaints).toEqual([
      `${letter(2).id} of member ${letter(2).member}: The Worker failed (HTTP 500): Internal error. Its log says why: ` +
        "npx wrangler tail.",
    ]);
    expect(printed.at(-1)).toBe("1 sent again, 1 with nothing left, 1 failed.");
  });

  test("--all where there is nothing is content", async () => {
    const worker = new FakeWorker({ "GET dead-letters": page([]) });
    expect(await run(["retry", "--all"], worker)).toMatchObject({ code: 0, printed: ["There are no dead letters."] });
  });
});

describe("gateway", () => {
  test("says how the connection does", async () => {
    const { code, printed } = await run(["gateway"], new FakeWorker({ "GET gateway": GATEWAY }));
    expect(code).toBe(0);
    expect(printed).toEqual([
      "state           ready since 2026-11-21 07:30:15 UTC",
      "cause           session resumed",
      "last heartbeat  2026-11-21 08:30:10 UTC",
      "Identifies      3 in 24 hours; Discord grants 997 more",
      "events          0 under way, 2 parked",
    ]);
  });

  test("says what to do about a halt", async () => {
    const { printed } = await run(["gateway"], new FakeWorker({ "GET gateway": HALTED }));
    expect(printed.join(" ")).toContain("Halted for good: token-refused. Remove the cause first");
  });

  test("resume ends a halt and says how the connection does then", async () => {
    const worker = new FakeWorker({
      "GET gateway": HALTED,
      "POST gateway/resume": { ...GATEWAY, state: "asking", lastAcknowledgedAt: null, identifiesRemaining: null },
    });
    const { code, printed } = await run(["gateway", "resume"], worker);
    expect(code).toBe(0);
    expect(printed[0]).toBe("state           asking since 2026-11-21 07:30:15 UTC");
    expect(printed).toContain("last heartbeat  none");
    expect(worker.requests.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });

  test("resume where nothing is halted does nothing", async () => {
    const worker = new FakeWorker({ "GET gateway": GATEWAY });
    const { code, printed } = await run(["gateway", "resume"], worker);
    expect([code, printed[0]]).toEqual([0, "The Gateway is not halted: there is nothing to resume."]);
    expect(worker.requests.map(({ method }) => method)).toEqual(["GET"]);
  });
});

describe("what goes wrong is named, with what to do", () => {
  const ADDRESS = "Check the address, and that this version is deployed there.";

  test.each([
    [
      "a Worker that does not accept the token",
      Response.json({ error: "Sign in first" }, { status: 401 }),
      "https://flexcord.example did not accept the signature (HTTP 401). SIGNING_SECRET must be that Worker's, its " +
        "configuration complete (see its /health), and this machine's clock right.",
    ],
    [
      "a Worker without the route",
      Response.json({ error: "Not found" }, { status: 404 }),
      `https://flexcord.example knows no such route (HTTP 404). ${ADDRESS}`,
    ],
    [
      "an address that points elsewhere",
      new Response(null, { status: 302, headers: { Location: "https://elsewhere.example" } }),
      `https://flexcord.example knows no such route (HTTP 302). ${ADDRESS}`,
    ],
    ["another site", new Response("<html>"), `https://flexcord.example did not answer as Flexcord does. ${ADDRESS}`],
    [
      "a Worker of another version",
      { letters: [] },
      `https://flexcord.example did not answer as Flexcord does. ${ADDRESS}`,
    ],
    [
      "a refusal, without what could steer the terminal",
      Response.json({ error: "after\u001b[2J" }, { status: 400 }),
      "The Worker refused (HTTP 400): after [2J.",
    ],
    [
      "a Worker that fails without a word",
      new Response("error code: 1101", { status: 500 }),
      "The Worker failed (HTTP 500). Its log says why: npx wrangler tail.",
    ],
  ])("%s", async (_, answer, complaint) => {
    const worker = new FakeWorker({ "GET dead-letters": answer });
    expect(await run(["dead-letters"], worker)).toEqual({ code: 1, printed: [], complaints: [complaint] });
  });

  test("a Worker that cannot be reached", async () => {
    const { code, complaints } = await run(["dead-letters", "--url", "https://elsewhere.example/"]);
    expect([code, complaints]).toEqual([
      1,
      [
        "https://elsewhere.example cannot be reached: connection failed. Check PUBLIC_URL, or give another address " +
          "with --url.",
      ],
    ]);
  });

  test("variables that are missing or malformed, and only those that are needed", async () => {
    const worker = new FakeWorker();
    const variables = { PUBLIC_URL: "flexcord", SIGNING_SECRET: "short", DISCORD_PUBLIC_KEY: "x" };
    expect((await run(["gateway"], worker, {})).complaints).toEqual([
      "PUBLIC_URL is not set (or give the Worker's address with --url); SIGNING_SECRET is not set (the Worker's own)",
    ]);
    expect((await run(["gateway"], worker, variables)).complaints).toEqual([
      "PUBLIC_URL must be a URL such as https://flexcord.example.workers.dev (or give the Worker's address with --url); " +
        "SIGNING_SECRET must have at least 32 characters (the Worker's own)",
    ]);
    expect(worker.requests).toEqual([]);
  });

  test("a file that is not there", async () => {
    expect(await run(["gateway", "--env-file", "no/such/file"])).toMatchObject({
      code: 1,
      complaints: ["There is no file no/such/file."],
    });
  });

  test.each(["http://flexcord.example", "http://127.0.0.1.example", "ftp://127.0.0.1"])(
    "an address to which nothing secret may go: %s",
    async (url) => {
      const worker = new FakeWorker();
      const { code, complaints } = await run(["gateway", "--url", url], worker);
      expect([code, complaints]).toEqual([
        1,
        [`${url} must begin with https://: what is sent there lets others in for five minutes.`],
      ]);
      expect(worker.requests).toEqual([]);
    },
  );

  test.each(["http://127.0.0.1:8787", "http://localhost:8787", "http://[::1]:8787"])("but not %s", async (url) => {
    expect((await run(["gateway", "--url", url])).complaints.join()).toContain(`${url} cannot be reached`);
  });

  test.each([
    [[], "a command is missing"],
    [["forget"], "there is no command forget"],
    [["retry"], "retry needs either an ID or --all"],
    [["retry", "6", "--all"], "retry needs either an ID or --all"],
    [["retry", "6", "7"], "there is more than the command takes: 7"],
    [["dead-letters", "6"], "dead-letters takes no arguments"],
    [["gateway", "halt"], "gateway knows no halt"],
    [["gateway", "--all"], "--all is for retry"],
    [["gateway", "--force"], "Unknown option '--force'"],
  ])("words that it does not know: %j", async (args, complaint) => {
    const worker = new FakeWorker();
    const { code, complaints } = await run(args, worker);
    expect(code).toBe(2);
    expect(complaints.join()).toContain(complaint);
    expect(complaints.join()).toContain("Usage: npm run operate");
    expect(worker.requests).toEqual([]);
  });

  test("and --help needs nothing", async () => {
    expect(await run(["--help"], new FakeWorker(), {})).toMatchObject({
      code: 0,
      printed: [expect.stringContaining("Usage: npm run operate")],
    });
  });
});
