import twilio from "twilio";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WEBHOOK_BODY_LIMIT } from "../../src/twilio/webhooks.ts";
import { CONFIG, sid } from "./twilio-support.ts";
import {
  ADDED,
  CHATBOT,
  deliver,
  type Fields,
  FORM,
  FORWARD,
  receiver,
  signed,
  TASK_EVENTS,
  type WebhooksConfig,
} from "./twilio-webhook-support.ts";

const FLOW = sid("FW");
const warn = vi.spyOn(console, "warn");
beforeEach(() => {
  warn.mockImplementation(() => undefined);
});
afterEach(() => {
  warn.mockReset();
});

describe("From Studio", () => {
  const STUDIO = { TWILIO_STUDIO_FLOW_SID: FLOW };
  const password = (text: string) => `Basic ${btoa(`studio:${text}`)}`;
  const ask = async (config: WebhooksConfig, authorization: string) => {
    const init = { method: "POST", headers: { Authorization: authorization }, body: "{}" };
    return (await receiver(config).app.request(CHATBOT, init)).status;
  };

  test("nothing is accepted: that route does not exist unless Studio decides, and cannot be served yet if it does", async () => {
    const unset = await deliver(CHATBOT, { Body: "text" });
    expect(unset).toEqual({ status: 404, body: '{"error":"Studio routing is not set up"}', ingested: [] });
    const set = await deliver(CHATBOT, { Body: "text" }, STUDIO);
    expect(set).toMatchObject({ status: 501, body: expect.stringContaining('{"error":"') });
  });

  test("the password stands in for a signature, if there is one", async () => {
    const config = { ...STUDIO, STUDIO_PASSWORD: "pässword: with colon" };
    const right = `Basic ${Buffer.from("studio:pässword: with colon").toString("base64")}`;
    expect(await ask(config, right)).toBe(501);
    expect(await ask(config, password("wrong"))).toBe(403);
    expect(await ask(config, password(""))).toBe(403);
    expect(await ask(config, "Basic !")).toBe(403);
    expect(await ask(STUDIO, password(""))).toBe(403);
    expect(await ask(STUDIO, password("undefined"))).toBe(403);
  });
});

describe("A request is refused and leaves no trace", () => {
  const routes: [string, Fields][] = [
    [FORWARD, ADDED],
    [TASK_EVENTS, { EventType: "task.created" }],
    [CHATBOT, { Body: "text" }],
  ];
  async function refused(request: Request, status: number, config: WebhooksConfig = { TWILIO_STUDIO_FLOW_SID: FLOW }) {
    const { app, ingested } = receiver(config);
    const response = await app.request(request);
    expect(response.status).toBe(status);
    expect(ingested).toEqual([]);
    return response;
  }
  /** The request with other headers; null takes one away. */
  const changed = (request: Request, headers: Record<string, string | null>) => {
    const all = new Headers(request.headers);
    for (const [name, value] of Object.entries(headers)) value === null ? all.delete(name) : all.set(name, value);
    return new Request(request, { headers: all });
  };

  describe.each(routes)("by %s", (path, fields) => {
    test("without a signature", async () => {
      const response = await refused(changed(signed(path, fields), { "X-Twilio-Signature": null }), 403);
      expect(await response.json()).toEqual({ error: "The signature is missing or wrong" });
      expect(warn).toHaveBeenCalledTimes(1);
    });

    test("with another token, unless it is the next one of a rotation", async () => {
      await refused(signed(path, fields, "next token"), 403);
      const { app } = receiver({ TWILIO_AUTH_TOKEN_SECONDARY: "next token" });
      expect((await app.request(signed(path, fields, "next token"))).status).not.toBe(403);
    });

    test("with a body that was changed", async () => {
      const { headers } = signed(path, fields);
      const body = `${new URLSearchParams(fields)}&x=1`;
      await refused(new Request(CONFIG.PUBLIC_URL + path, { method: "POST", headers, body }), 403);
    });

    test("with a query that was not signed", async () => {
      const { headers } = signed(path, fields);
      const body = new URLSearchParams(fields).toString();
      await refused(new Request(`${CONFIG.PUBLIC_URL}${path}?x=1`, { method: "POST", headers, body }), 403);
    });

    test("if it was signed for another address, whatever the Host says", async () => {
      const url = `https://evil.example${path}`;
      const signature = twilio.getExpectedTwilioSignature(CONFIG.TWILIO_AUTH_TOKEN, url, fields);
      const headers = { "Content-Type": FORM, "X-Twilio-Signature": signature, Host: "evil.example" };
      await refused(new Request(url, { method: "POST", headers, body: new URLSearchParams(fields).toString() }), 403);
    });

    test("above 256 KiB, however it is announced", async () => {
      const large = "x".repeat(WEBHOOK_BODY_LIMIT + 1);
      const request = () => signed(path, { ...fields, Padding: large });
      await refused(request(), 413);
      await refused(changed(request(), { "Content-Length": String(WEBHOOK_BODY_LIMIT + 1) }), 413);
    });

    test.each(["GET", "PUT", "DELETE", "PATCH"])("with the method %s", async (method) => {
      const response = await refused(new Request(CONFIG.PUBLIC_URL + path, { method }), 405);
      expect(response.headers.get("Allow")).toBe("POST");
    });
  });

  test("that is read no further than the limit", async () => {
    let chunks = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks++;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    const headers = { "Content-Type": FORM, "X-Twilio-Signature": "x" };
    const init = { method: "POST", headers, body: endless, duplex: "half" } as const;
    await refused(new Request(CONFIG.PUBLIC_URL + FORWARD, init), 413);
    expect(chunks).toBeLessThan(8);
  });

  test.each([FORWARD, TASK_EVENTS])("by %s if it is not a form, signed or not", async (path) => {
    const text = '{"EventType":"onMessageAdded"}';
    const url = `${CONFIG.PUBLIC_URL}${path}?bodySHA256=${twilio.getExpectedBodyHash(text)}`;
    const signature = twilio.getExpectedTwilioSignature(CONFIG.TWILIO_AUTH_TOKEN, url, {});
    const headers = { "Content-Type": "application/json", "X-Twilio-Signature": signature };
    await refused(new Request(url, { method: "POST", headers, body: text }), 400);
    await refused(changed(signed(path, ADDED), { "Content-Type": "text/plain" }), 403);
    await refused(changed(signed(path, ADDED), { "Content-Type": "multipart/form-data; boundary=x" }), 403);
  });

  test.each(["1", "x", "1000000000000000000001", "100000000000000001/x", ""])("for the member %s", async (member) => {
    await refused(signed(`/twilio/forward-to-discord/${member}`, ADDED), 404);
  });
});
