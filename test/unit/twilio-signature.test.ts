import fc from "fast-check";
import twilio from "twilio";
import { describe, expect, test, vi } from "vitest";
import { isForm, parseForm } from "../../src/twilio/form.ts";
import { verifyTwilioSignature } from "../../src/twilio/signature.ts";

const TOKEN = "12345";
const FORM = "application/x-www-form-urlencoded; charset=UTF-8";
const CALL = "CallSid=CA1234567890ABCDE&Digits=1234&To=%2B18005551212";
const FIRST = `${CALL}&Caller=%2B14158675309&From=%2B14158675309`;
const SECOND = `${CALL}&Caller=%2B14158675310&From=%2B14158675310`;

type Request = { url: string; body?: string | Uint8Array<ArrayBuffer>; contentType?: string; signature: string };

const bytes = (text: string) => new TextEncoder().encode(text);

/** Checks a request whose URL is divided where a public URL ends: before the path. */
function verify({ url, body = "", contentType = FORM, signature }: Request, authTokens = [TOKEN]): Promise<boolean> {
  const [publicUrl = ""] = /^\w+:\/\/[^/]*/.exec(url) ?? [];
  const pathAndQuery = url.slice(publicUrl.length);
  const rawBody = typeof body === "string" ? bytes(body) : body;
  return verifyTwilioSignature({ authTokens, publicUrl, pathAndQuery, rawBody, contentType, signature });
}

const HOOK = "https://bridge.example/hook";
const HASH = "93a23971a914e5eacbf0a8d25154cda309c3c1c72fbb9914d47c60f3cb681588";
const JSON_REQUEST = {
  url: `https://bridge.example/json?x=1&bodySHA256=${HASH}`,
  body: '{"hello":"world"}',
  contentType: "application/json",
  signature: "hn/PJxxiUFvXMbSeNS/zp8TJFQw=",
};
const PLAIN = { url: HOOK, body: "a=1", signature: "2Ab00u7Qf1o7nbZw9qBGWiRN0uo=" };

describe("A request signed by Twilio is accepted", () => {
  const accepted: Record<string, Request> = {
    "with a query beside the form": {
      url: "https://mycompany.com/myapp.php?foo=1&bar=2",
      body: FIRST,
      signature: "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
    },
    "for another host": {
      url: "https://example.com/myapp.php?foo=1&bar=2",
      body: SECOND,
      signature: "L/OH5YylLD5NRKLltdqwSvS0BnU=",
    },
    "with repeated parameters": { url: HOOK, body: "A=b&Z=1&A=a&a=2&A=b", signature: "E+PLH1bIkQkNn4vkevfCmHwGCYc=" },
    "with parameters once and in another order": {
      url: HOOK,
      body: "a=2&A=a&Z=1&A=b",
      signature: "E+PLH1bIkQkNn4vkevfCmHwGCYc=",
    },
    "with UTF-8, line breaks and characters that forms escape": {
      url: HOOK,
      body: "EventType=onMessageAdded&Body=h%C3%A9llo+%F0%9F%98%80%0D%0Ax%2By+%26+z",
      signature: "oHpUd6pOXlJV7b3lt1oi+rguikg=",
    },
    "without a body": { url: `${HOOK}?x=1`, contentType: "", signature: "kuv9/a4yxJg+yy2Yivi+02wfn0g=" },
    "as JSON": JSON_REQUEST,
    "without a port": PLAIN,
    "with the scheme's port where it came without": { ...PLAIN, signature: "DnGx1/8abzh8m+aTo1aobN09Bno=" },
    "without a port where it came with one": { ...PLAIN, url: "https://bridge.example:8443/hook" },
    "with the user info of the public URL": {
      url: "https://u:p@bridge.example/hook",
      body: "a=1",
      signature: "wON7o6GAiIp6GGdeTx3jvEguKC8=",
    },
    "with a quote in the query": { url: `${HOOK}?q=it's`, body: "a=1", signature: "FgFzNSYOhHeTEGMtqcIBmtHjX2A=" },
    "with a quote that was escaped on the way": {
      url: `${HOOK}?q=it%27s`,
      body: "a=1",
      signature: "FgFzNSYOhHeTEGMtqcIBmtHjX2A=",
    },
  };
  test.each(Object.entries(accepted))("%s", async (_, request) => {
    expect(await verify(request)).toBe(true);
  });

  test("with either token during a rotation, and with no other", async () => {
    expect(await verify(PLAIN, ["old token", TOKEN])).toBe(true);
    expect(await verify(PLAIN, [TOKEN, "new token"])).toBe(true);
    expect(await verify(PLAIN, ["old token", "new token"])).toBe(false);
    expect(await verify(PLAIN, [])).toBe(false);
  });

  test("whatever the form: Twilio's own library signs, we check", async () => {
    const text = fc.string({ unit: "binary", maxLength: 20 }).filter((value) => value.isWellFormed());
    const form = fc.dictionary(text, fc.array(text, { minLength: 1, maxLength: 3 }), { maxKeys: 8 });
    const path = fc.webPath();
    const query = fc.option(fc.webQueryParameters(), { nil: null });
    await fc.assert(
      fc.asyncProperty(form, path, query, text, async (form, path, query, token) => {
        const url = `https://bridge.example${path || "/"}${query === null ? "" : `?${query}`}`;
        const authToken = token || TOKEN;
        const pairs = Object.entries(form).flatMap(([name, values]) => values.map((value) => [name, value]));
        const body = new URLSearchParams(pairs).toString();
        const signature = twilio.getExpectedTwilioSignature(authToken, url, form);
        expect(await verify({ url, body, signature }, [authToken])).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("with a query whose names repeat, as Node's `querystring` groups them", async () => {
    const signed = `${HOOK}?q=it's&q=3&b=x%20y`;
    const signature = twilio.getExpectedTwilioSignature(TOKEN, signed, { a: "1" });
    expect(await verify({ url: `${HOOK}?q=it's&b=x%20y&q=3`, body: "a=1", signature })).toBe(true);
  });

  test("with the port of plain HTTP, whatever addresses its query names", async () => {
    const query = "?next=https://elsewhere.example:443/";
    const signature = twilio.getExpectedTwilioSignature(TOKEN, `http://bridge.example:80/hook${query}`, { a: "1" });
    expect(await verify({ url: `http://bridge.example/hook${query}`, body: "a=1", signature })).toBe(true);
    const other = twilio.getExpectedTwilioSignature(TOKEN, `http://bridge.example:443/hook${query}`, { a: "1" });
    expect(await verify({ url: `http://bridge.example/hook${query}`, body: "a=1", signature: other })).toBe(false);
  });

  test("in the order of UTF-16 code units", async () => {
    const names = ["MessageSid", "Messagesid", "Participant", "ParticipantSid", "Z", "_x", "a", "\uff5e", "😀"];
    const form = Object.fromEntries(names.map((name) => [name, "1"]));
    const signature = twilio.getExpectedTwilioSignature(TOKEN, HOOK, form);
    const body = new URLSearchParams(form).toString();
    expect(await verify({ url: HOOK, body, signature })).toBe(true);
  });
});

describe("A request that Twilio did not sign is refused", () => {
  const flipped = (data: Uint8Array, bit: number) => {
    const copy = Uint8Array.from(data);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return copy;
  };
  const text = (data: Uint8Array) => String.fromCharCode(...data);
  const genuine = { url: `${HOOK}?x=1`, body: FIRST };
  const form = Object.fromEntries(parseForm(bytes(FIRST)));
  const signature = twilio.getExpectedTwilioSignature(TOKEN, genuine.url, form);

  test("if one bit of the signature differs", async () => {
    expect(await verify({ ...genuine, signature })).toBe(true);
    const data = bytes(signature);
    for (let bit = 0; bit < data.length * 8; bit++) {
      expect(await verify({ ...genuine, signature: text(flipped(data, bit)) }), `bit ${bit}`).toBe(false);
    }
  });

  test("if one bit of the path or query differs", async () => {
    const data = bytes("/hook?x=1");
    const rawBody = bytes(FIRST);
    const publicUrl = "https://bridge.example";
    const request = { authTokens: [TOKEN], publicUrl, rawBody, contentType: FORM, signature };
    expect(await verifyTwilioSignature({ ...request, pathAndQuery: text(data) })).toBe(true);
    for (let bit = 0; bit < data.length * 8; bit++) {
      const pathAndQuery = text(flipped(data, bit));
      expect(await verifyTwilioSignature({ ...request, pathAndQuery }), `bit ${bit}`).toBe(false);
    }
  });

  test("if one bit of the form differs, unless it means the same", async () => {
    const data = bytes(FIRST);
    let same = 0;
    for (let bit = 0; bit < data.length * 8; bit++) {
      const body = flipped(data, bit);
      const meansTheSame = parseForm(body).toString() === parseForm(data).toString();
      if (meansTheSame) same++;
      expect(await verify({ ...genuine, body, signature }), `bit ${bit}`).toBe(meansTheSame);
    }
    // "%2B" and "%2b", in each of the three telephone numbers.
    expect(same).toBe(3);
  });

  test("if one bit of a JSON body differs", async () => {
    const data = bytes(JSON_REQUEST.body);
    for (let bit = 0; bit < data.length * 8; bit++) {
      expect(await verify({ ...JSON_REQUEST, body: flipped(data, bit) }), `bit ${bit}`).toBe(false);
    }
  });

  const refused: Record<string, Request> = {
    "without a signature": { ...PLAIN, signature: "" },
    "with half a signature": { ...PLAIN, signature: PLAIN.signature.slice(0, 14) },
    "with a longer signature": { ...PLAIN, signature: `${PLAIN.signature}=` },
    "with something before the signature": { ...PLAIN, signature: `A${PLAIN.signature}` },
    "with the signature in another spelling": { ...PLAIN, signature: PLAIN.signature.replace("uo=", "up=") },
    "with the signature in capitals": { ...PLAIN, signature: PLAIN.signature.toUpperCase() },
    "with a signature that is not base64": { ...PLAIN, signature: "-".repeat(28) },
    "for another path": { ...PLAIN, url: "https://bridge.example/hooks" },
    "for another host": { ...PLAIN, url: "https://evil.example/hook" },
    "for another scheme": { ...PLAIN, url: "http://bridge.example/hook" },
    "with a query added": { ...PLAIN, url: `${HOOK}?x=1` },
    "with a parameter added": { ...PLAIN, body: "a=1&b=2" },
    "with a parameter repeated with another value": { ...PLAIN, body: "a=1&a=2" },
    "with no parameters left": { ...PLAIN, body: "" },
    "signed with user info that the public URL does not have": { ...PLAIN, signature: "wON7o6GAiIp6GGdeTx3jvEguKC8=" },
    "as JSON with the hash in capitals": { ...JSON_REQUEST, url: JSON_REQUEST.url.replace(HASH, HASH.toUpperCase()) },
    "as JSON with no hash": { ...JSON_REQUEST, url: "https://bridge.example/json?x=1" },
    "as JSON without its body": { ...JSON_REQUEST, body: "" },
    "with a body that is no form and not vouched for": {
      url: `${HOOK}?x=1`,
      body: "anything",
      contentType: "text/plain",
      signature: "kuv9/a4yxJg+yy2Yivi+02wfn0g=",
    },
  };
  test.each(Object.entries(refused))("%s", async (_, request) => {
    expect(await verify(request)).toBe(false);
  });

  test("if it was signed for an address that only looks like the one asked for", async () => {
    for (const signed of ["https://bridge.example/hoo?k=", "https://bridge.example/hook?hook=", `${HOOK}?`]) {
      const signature = twilio.getExpectedTwilioSignature(TOKEN, signed, { a: "1" });
      expect(await verify({ ...PLAIN, signature }), signed).toBe(false);
    }
  });

  test("if its path does not begin with a slash, and so could run into the host", async () => {
    const url = "https://bridge.example.evil.example/hook";
    const signature = twilio.getExpectedTwilioSignature(TOKEN, url, {});
    const request = { authTokens: [TOKEN], rawBody: bytes(""), contentType: FORM, signature };
    expect(
      await verifyTwilioSignature({
        ...request,
        publicUrl: "https://bridge.example",
        pathAndQuery: ".evil.example/hook",
      }),
    ).toBe(false);
  });
});

test("A content type says form, whatever its case, blanks and parameters", () => {
  for (const type of ["application/x-www-form-urlencoded", " Application/X-WWW-Form-Urlencoded ; charset=UTF-8", FORM])
    expect(isForm(type)).toBe(true);
  for (const type of ["application/json", "x; application/x-www-form-urlencoded", ";", "", null, undefined])
    expect(isForm(type)).toBe(false);
});

test("The same token's key is imported once", async () => {
  const importKey = vi.spyOn(crypto.subtle, "importKey");
  for (let n = 0; n < 3; n++) await verify(PLAIN, ["a token that was not used before"]);
  expect(importKey).toHaveBeenCalledTimes(1);
  importKey.mockRestore();
});
