import { formError, refusals } from "../api-error.ts";
import type { File } from "../attachments.ts";
import type { RestContext } from "./parts.ts";

/** docs: reference, "Uploading Files"; sizes without boosts. */
const REQUEST_LIMIT = 25 * 1024 * 1024;
const FILE_LIMIT = 10 * 1024 * 1024;
const MOST_FILES = 10;

export type ParsedBody = { readonly body: unknown; readonly files: readonly File[] };

/** Reads a request's body as Discord takes it: JSON, or multipart with `payload_json` and `files[n]`. */
export async function readBody(c: RestContext): Promise<ParsedBody> {
  const none: ParsedBody = { body: undefined, files: [] };
  if (c.req.method === "GET" || c.req.method === "HEAD") return none;
  const declared = Number(c.req.header("content-length") ?? 0);
  if (declared > REQUEST_LIMIT) throw refusals.requestTooLarge();
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "multipart/form-data") return readMultipart(await c.req.formData());
  const text = await c.req.text();
  if (Buffer.byteLength(text) > REQUEST_LIMIT) throw refusals.requestTooLarge();
  if (text === "") return none;
  if (type !== "application/json") {
    const expected = "Expected \"Content-Type\" header to be one of {'application/json', 'multipart/form-data'}.";
    throw refusals.invalidForm(formError(["_misc"], "CONTENT_TYPE_INVALID", expected));
  }
  return { body: json(text), files: [] };
}

async function readMultipart(form: FormData): Promise<ParsedBody> {
  const payload = form.get("payload_json");
  const files: File[] = [];
  let total = 0;
  for (const [name, value] of form) {
    if (!/^files\[\d+\]$/.test(name) || typeof value === "string") continue;
    const bytes = new Uint8Array(await value.arrayBuffer());
    total += bytes.byteLength;
    if (bytes.byteLength > FILE_LIMIT) throw refusals.fileTooLarge();
    files.push({ filename: value.name, bytes, ...(value.type && { contentType: value.type }) });
  }
  if (total > REQUEST_LIMIT) throw refusals.requestTooLarge();
  if (files.length > MOST_FILES) throw refusals.tooManyFiles();
  return { body: typeof payload === "string" ? json(payload) : {}, files };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusals.invalidJson();
  }
}
