import twilio from "twilio";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WEBHOOK_BODY_LIMIT } from "../../src/twilio/webhooks.ts";
import { CONFIG, CONVERSATION, IDENTITY, MEMBER, MESSAGE, NOON, sid } from "./twilio-support.ts";
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
  without,
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
  const QUESTION = { ConversationSid: CONVERSATION, MessageSid: MESSAGE, Author: IDENTITY, Body: "How do I … ?" };
  const ACCEPTED = { status: 200, body: '{"accepted":true}' };
  const EVENT = {
    kind: "studio-asked",
    conversation: CONVERSATION,
    message: MESSAGE,
    author: IDENTITY,
    text: "How do I … ?",
    at: NOON,
  };

  test("a signed question is stored in the conversation of the member who wrote, and accepted at once", async () => {
    const delivered = await deliver(CHATBOT, QUESTION, STUDIO);
    expect(delivered).toEqual({ ...ACCEPTED, ingested: [{ member: MEMBER, event: EVENT }] });
  });

  test("a message without text, as of a file alone, is a question too", async () => {
    const { status, ingested } = await deliver(CHATBOT, without(QUESTION, "Body"), STUDIO);
    expect([status, ingested]).toEqual([200, [{ member: MEMBER, event: { ...EVENT, text: "" } }]]);
  });

  test.each(["agent_40example_2Ecom", "system", "discord_1", `${IDENTITY}1234567`, `x${IDENTITY}`, `x_${MEMBER}`])(
    "what %s wrote is accepted, ignored and logged",
    async (Author) => {
      expect(await deliver(CHATBOT, { ...QUESTION, Author }, STUDIO)).toEqual({ ...ACCEPTED, ingested: [] });
      expect(JSON.parse(String(warn.mock.calls[0]?.[0]))).toEqual({
        level: "warn",
        event: "twilio.studio-author-ignored",
        conversation: CONVERSATION,
      });
    },
  );

  test.each([
    ["ConversationSid", "CH1"],
    ["MessageSid", sid("CH")],
    ["Author", ""],
  ])("a question whose %s is missing or malformed is refused", async (field, malformed) => {
    const missing = await deliver(CHATBOT, without(QUESTION, field), STUDIO);
    expect(missing).toEqual({ status: 400, body: `{"error":"${field} is missing"}`, ingested: [] });
    const wrong = await deliver(CHATBOT, { ...QUESTION, [field]: malformed }, STUDIO);
    expect(wrong).toEqual({ status: 400, body: `{"error":"${field} is malformed"}`, ingested: [] });
  });

  test("nothing is accepted unless Studio decides", async () => {
    const unset = await deliver(CHATBOT, QUESTION);
    expect(unset).toEqual({ status: 404, body: '{"error":"Studio routing is not set up"}', ingested: [] });
  });

  test("a question that cannot be stored is not accepted, so that the flow fetches a person", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { app } = receiver(STUDIO, () => Promise.reject(new Error("storage")));
    expect((await app.request(signed(CHATBOT, QUESTION))).status).toBe(503);
    expect(String(error.mock.calls[0]?.[0])).toContain('"event":"twilio.event-not-stored"');
    error.mockRestore();
  });

  /** Asks with Basic credentials instead of a signature. */
  async function ask(config: WebhooksConfig, credentials: string, contentType = FORM) {
    const { app, ingested } = receiver(config);
    const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
    const headers = { "Content-Type": contentType, Authorization: authorization };
    const body = new URLSearchParams(QUESTION).toString();
    const response = await app.request(CHATBOT, { method: "POST", headers, body });
    return [response.status, ingested.length];
  }
  const PROTECTED = { ...STUDIO, STUDIO_PASSWORD: "pässword: with colon" };

  test("the password stands in for a signature, if there is one", async () => {
    expect(await ask(PROTECTED, "flexcord:pässword: with colon")).toEqual([200, 1]);
    expect(await ask(PROTECTED, "anybody:pässword: with colon")).toEqual([200, 1]);
    for (const wrong of ["flexcord:wrong", "flexcord:", ":", "", "flexcord"])
      expect(await ask(PROTECTED, wrong)).toEqual([403, 0]);
    for (const none of ["flexcord:", "flexcord:undefined"]) expect(await ask(STUDIO, none)).toEqual([403, 0]);
  });

  test("the password opens nothing where Studio does not decide, and takes nothing but forms", async () => {
    const unset = { ...PROTECTED, TWILIO_STUDIO_FLOW_SID: undefined };
    expect(await ask(unset, "flexcord:pässword: with colon")).toEqual([404, 0]);
    expect(await ask(PROTECTED, "flexcord:pässword: with colon", "text/plain")).toEqual([400, 0]);
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

  test.each([FORWARD, TASK_EVENTS, CHATBOT])("by %s if it is not a form, signed or not", async (path) => {
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
