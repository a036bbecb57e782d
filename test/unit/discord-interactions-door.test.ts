import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { customIdOf } from "../../src/conversation/buttons.ts";
import { sessionIdOf } from "../../src/conversation/ids.ts";
import { endpoint, headersFor, helpme, member, NOW, press, URL_PATH } from "./discord-interactions-support.ts";

const personButton = customIdOf(sessionIdOf(member, 2), { kind: "person" });

describe("a request that Discord has not signed", () => {
  const body = JSON.stringify(helpme);
  const good = headersFor({ body });
  const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
  const signature = good["x-signature-ed25519"] ?? "";
  const at = (seconds: number) => String(NOW / 1000 + seconds);

  async function isRefused(init: { body: string; headers: Record<string, string> }) {
    const { app, ingested } = endpoint();
    const response = await app.request(URL_PATH, { method: "POST", ...init });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: "The signature is missing or wrong" });
    expect(ingested).toEqual([]);
  }

  test.each([
    ["no signature", without("x-signature-ed25519")],
    ["no time stamp", without("x-signature-timestamp")],
    ["an empty signature", { ...good, "x-signature-ed25519": "" }],
    ["a signature that is too short", { ...good, "x-signature-ed25519": signature.slice(2) }],
    ["a signature with half a byte missing", { ...good, "x-signature-ed25519": signature.slice(1) }],
    ["a signature that is too long", { ...good, "x-signature-ed25519": `${signature}00` }],
    ["a signature in capitals", { ...good, "x-signature-ed25519": signature.toUpperCase() }],
    ["a signature that is not hexadecimal", { ...good, "x-signature-ed25519": "zz".repeat(64) }],
    ["a signature with blank space in it", { ...good, "x-signature-ed25519": `${signature.slice(0, -2)} 0` }],
    ["a time stamp that is no number", headersFor({ body, timestamp: "now" })],
    ["a negative time stamp", headersFor({ body, timestamp: "-1" })],
    ["a time stamp with a fraction", headersFor({ body, timestamp: `${at(0)}.5` })],
    ["a time stamp of six minutes ago", headersFor({ body, timestamp: at(-360) })],
    ["a time stamp in six minutes", headersFor({ body, timestamp: at(360) })],
    ["another time stamp than the signed one", { ...good, "x-signature-timestamp": at(1) }],
    ["somebody else's key", headersFor({ body, key: generateKeyPairSync("ed25519").privateKey })],
    ["the signature of another body", headersFor({ body: `${body} ` })],
    ["no body", headersFor({ body: "{}" })],
  ])("is refused: %s", async (_, headers) => {
    await isRefused({ body, headers });
  });

  test("is refused for every single bit that is wrong in signature, time stamp or body", async () => {
    const { app, ingested } = endpoint();
    const ping = JSON.stringify({ type: 1 });
    const flips = (text: string, encoding: "hex" | "utf8") =>
      Array.from({ length: Buffer.from(text, encoding).length * 8 }, (_, bit) => {
        const bytes = Buffer.from(text, encoding);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        return { bit, bytes, text: bytes.toString(encoding) };
      });
    const headers = headersFor({ body: ping });
    const wrong = [
      ...flips(headers["x-signature-ed25519"] ?? "", "hex").map(({ text }) => ({
        body: Buffer.from(ping),
        headers: { ...headers, "x-signature-ed25519": text },
      })),
      ...flips(headers["x-signature-timestamp"] ?? "", "utf8")
        .filter(({ text }) => /^[\x20-\x7e]+$/.test(text))
        .map(({ text }) => ({ body: Buffer.from(ping), headers: { ...headers, "x-signature-timestamp": text } })),
      ...flips(ping, "utf8").map(({ bytes }) => ({ body: bytes, headers })),
    ];
    expect(wrong.length).toBeGreaterThan(600);
    for (const request of wrong) {
      const response = await app.request(URL_PATH, { method: "POST", ...request });
      expect(response.status).toBe(401);
    }
    expect(ingested).toEqual([]);
    expect((await app.request(URL_PATH, { method: "POST", body: ping, headers })).status).toBe(200);
  });

  test("is let in within five minutes", async () => {
    const { app, ingested } = endpoint();
    for (const timestamp of [at(-299), at(299)]) {
      const headers = headersFor({ body, timestamp });
      expect((await app.request(URL_PATH, { method: "POST", body, headers })).status).toBe(200);
    }
    expect(ingested).toHaveLength(2);
  });
});

const text = { type: 3, name: "number", value: "12" };
const withOptions = (...options: object[]) => ({ ...helpme, data: { name: "case", type: 1, options } });

describe("a request that is no interaction", () => {
  test.each([
    ["above 1 MiB", 413, `"${"x".repeat(1024 * 1024)}"`],
    ["that is not JSON", 400, "type=1"],
    ["that is empty", 400, ""],
    ["without a type", 400, "{}"],
    ["of a type that nobody knows", 400, JSON.stringify({ ...helpme, type: 99 })],
    ["that names nobody", 400, JSON.stringify({ ...helpme, member: undefined })],
    ["with a user that has no id", 400, JSON.stringify({ ...helpme, member: { user: { username: "member" } } })],
    ["with an id that is a number", 400, JSON.stringify({ ...helpme, id: 323456789 })],
    ["without a token", 400, JSON.stringify({ ...helpme, token: undefined })],
    ["a command without a name", 400, JSON.stringify({ ...helpme, data: {} })],
    ["an option that is no text", 400, JSON.stringify(withOptions({ type: 4, name: "number", value: 12 }))],
    ["an option without a value", 400, JSON.stringify(withOptions({ type: 3, name: "number" }))],
    ["more options than a command has", 400, JSON.stringify(withOptions(...Array(26).fill(text)))],
    [
      "a subcommand in a subcommand",
      400,
      JSON.stringify(withOptions({ type: 1, name: "a", options: [{ type: 1, name: "b" }] })),
    ],
    ["a form without fields", 400, JSON.stringify({ ...helpme, type: 5, data: { custom_id: "a" } })],
    [
      "a form's field without a text",
      400,
      JSON.stringify({
        ...helpme,
        type: 5,
        data: { custom_id: "a", components: [{ type: 18, component: { type: 4, custom_id: "b" } }] },
      }),
    ],
    ["a button without a message", 400, JSON.stringify({ ...press(personButton), message: undefined })],
  ])("%s is refused with %i", async (_, status, body) => {
    const { app, ingested } = endpoint();
    const response = await app.request(URL_PATH, { method: "POST", body, headers: headersFor({ body }) });
    expect(response.status).toBe(status);
    expect(ingested).toEqual([]);
  });

  test("is not read further than 1 MiB", async () => {
    let read = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        read += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const { app } = endpoint();
    const init: RequestInit = { method: "POST", body: endless, headers: headersFor({ body: "" }) };
    const response = await app.request(
      new Request(`http://localhost${URL_PATH}`, { ...init, duplex: "half" } as RequestInit),
    );
    expect(response.status).toBe(413);
    expect(read).toBeLessThan(1.5 * 1024 * 1024);
  });

  test.each(["GET", "PUT", "DELETE"])("by %s is refused with 405", async (method) => {
    const response = await endpoint().app.request(URL_PATH, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
  });
});
