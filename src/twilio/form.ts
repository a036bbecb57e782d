const utf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: false });

/** Parses a form body from its raw bytes. */
export function parseForm(body: Uint8Array): URLSearchParams {
  // The parser drops a leading "?", which belongs to a URL's query but not to a body.
  return new URLSearchParams(`&${utf8.decode(body)}`);
}

/** Whether a content type says form, whatever its parameters. */
export function isForm(contentType: string | null | undefined): boolean {
  return contentType?.split(";")[0]?.trim().toLowerCase() === "application/x-www-form-urlencoded";
}
