import { describe, expect, test } from "vitest";
import { caseOf, Desk, deskAddress, type Post } from "../../flex-plugin/src/desk.ts";
import type { CaseId } from "../../src/conversation/ids.ts";
import { caseLink } from "../../src/desk/case-link.ts";

const ADDRESS = "https://flexcord.example";
const CASE = "00000000-0000-4000-8000-000000000001" as CaseId;

describe("the Flex plugin", () => {
  test("finds a task's case in the link that the Worker puts there", async () => {
    const caseUrl = await caseLink(ADDRESS, CASE, "secret-of-32-characters-at-least", Date.now());
    expect(caseOf({ caseUrl })).toBe(CASE);
    expect(caseOf({ caseUrl: `${ADDRESS}/desk/cases/${CASE}` })).toBe(CASE);
  });

  test("shows the desk for tasks without a case, and without a task", () => {
    for (const attributes of [undefined, null, {}, { caseUrl: 5 }, { caseUrl: `${ADDRESS}/desk/cases/12` }]) {
      expect(caseOf(attributes)).toBeNull();
    }
  });

  test("is told where the Worker is", () => {
    expect(deskAddress(`${ADDRESS}/`)).toBe(ADDRESS);
    expect(deskAddress("http://127.0.0.1:8787")).toBe("http://127.0.0.1:8787");
    for (const wrong of [undefined, "", "flexcord.example", "http://flexcord.example", "https://"]) {
      expect(() => deskAddress(wrong)).toThrow("FLEX_APP_FLEXCORD_URL");
    }
  });

  const url = `${ADDRESS}/desk/enter?code=x`;
  const answering =
    (body: unknown, status = 200): Post =>
    async () =>
      Response.json(body, { status });

  test("shows Flex's present token, with the cookie of the frames", async () => {
    const asked: [string, RequestInit][] = [];
    let token = "first";
    const desk = new Desk(
      ADDRESS,
      () => token,
      async (...call) => {
        asked.push(call);
        return Response.json({ url, renewed: true });
      },
    );
    expect(await desk.addressFor(CASE)).toBe(`${url}&case=${CASE}`);
    token = "second";
    expect(await desk.addressFor(null)).toBe(url);
    expect(await desk.renew()).toBe(true);
    expect(asked.map(([to, init]) => [to, init.credentials, init.body])).toEqual(
      ["first", "second", "second"].map((each) => [
        `${ADDRESS}/desk/session`,
        "include",
        JSON.stringify({ token: each }),
      ]),
    );
  });

  test("says why the Worker lets nobody in", async () => {
    const attempt = (post: Post) => new Desk(ADDRESS, () => "token", post).addressFor(null);
    await expect(attempt(answering({ error: "Sign in first", reason: "expired" }, 401))).rejects.toThrow("expired");
    await expect(attempt(answering({ error: "Try again" }, 503))).rejects.toThrow("Try again");
    await expect(attempt(async () => new Response("<html>", { status: 502 }))).rejects.toThrow("HTTP 502");
    for (const body of [{}, { url: "https://evil.example/desk/enter?code=x" }, null]) {
      await expect(attempt(answering(body))).rejects.toThrow("PUBLIC_URL");
    }
  });
});
