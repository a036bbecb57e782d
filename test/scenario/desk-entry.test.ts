import { describe, expect, test } from "vitest";
import { attributesOf, useStage } from "../support/scenario.ts";

const scenario = useStage();

/** Opens an address as a browser does that follows nothing; with the cookies of an earlier answer if given. */
async function open(address: string, cookiesOf?: Response): Promise<Response> {
  const cookies = cookiesOf?.headers.getSetCookie().map((cookie) => cookie.split(";")[0]) ?? [];
  const url = new URL(address, scenario.worker.url);
  return fetch(url, { redirect: "manual", headers: { Cookie: cookies.join("; "), Accept: "text/html" } });
}

async function signIn(token: string): Promise<Response> {
  return fetch(`${scenario.worker.url}/desk/session`, { method: "POST", body: JSON.stringify({ token }) });
}

/** Whether the door lets these cookies through to a page, whatever is there. */
const isLetIn = async (path: string, cookiesOf: Response) => (await open(path, cookiesOf)).status !== 401;

describe("The desk", () => {
  test("lets whoever has a task open its case by the link, and nothing else", async () => {
    const member = scenario.newMember();
    member.dm("live agent");
    const { caseUrl } = attributesOf(await scenario.taskOf(member));
    const arrival = await open(String(caseUrl));
    const casePage = arrival.headers.get("Location") ?? "";
    expect([arrival.status, casePage]).toEqual([303, expect.stringMatching(/^\/desk\/cases\/[0-9a-f-]{36}$/)]);
    expect(await isLetIn(casePage, arrival)).toBe(true);
    for (const path of ["/desk", `/desk/cases/${crypto.randomUUID()}`])
      expect(await isLetIn(path, arrival)).toBe(false);
  });

  test("lets agents in with the token of their Flex, and customers not", async () => {
    const agent = scenario.newAgent();
    const signedIn = await signIn(agent.flexToken());
    const { url } = (await signedIn.json()) as { url: string };
    const arrival = await open(url);
    expect([arrival.status, arrival.headers.get("Location")]).toEqual([303, "/desk"]);
    expect(await isLetIn("/desk", arrival)).toBe(true);

    for (const token of [agent.flexToken({ roles: ["customer"] }), agent.flexToken({ lifetimeMs: 0 }), "made-up"]) {
      expect((await signIn(token)).status).toBe(401);
    }
  });

  test("lets nobody in while Twilio does not say who it is", async () => {
    const token = scenario.newAgent().flexToken();
    scenario.twilio.faults.rest({ kind: "5xx-before", service: "iam" });
    expect((await signIn(token)).status).toBe(503);
    expect((await signIn(token)).status).toBe(200);
  });
});
