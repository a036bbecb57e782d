/** Asks `POST /desk/session`; the `fetch` of the browser does. */
export type Post = (url: string, init: RequestInit) => Promise<Response>;

/** The case that a task is about, by the link in its attributes; null for tasks that have none. */
export function caseOf(attributes: unknown): string | null {
  const { caseUrl } = (attributes ?? {}) as { readonly caseUrl?: unknown };
  if (typeof caseUrl !== "string") return null;
  return /\/desk\/cases\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:[?#/]|$)/.exec(caseUrl)?.[1] ?? null;
}

/** The address of the Worker from the configuration: without the slashes at its end, and https. */
export function deskAddress(configured: string | undefined): string {
  const address = (configured ?? "").trim().replace(/\/+$/, "");
  if (!/^(?:https:\/\/[^/]|http:\/\/(?:127\.0\.0\.1|localhost)(?::|$))/.test(address)) {
    throw new Error(
      "FLEX_APP_FLEXCORD_URL must be the address of the Worker, such as https://flexcord.example.workers.dev",
    );
  }
  return address;
}

/** Signs the desk in, as whoever is signed in to Flex. */
export class Desk {
  readonly #address: string;
  /** Flex renews its token: it is looked up each time. */
  readonly #token: () => string;
  readonly #post: Post;

  constructor(address: string, token: () => string, post: Post) {
    this.#address = address;
    this.#token = token;
    this.#post = post;
  }

  /** What to open in a frame, once and within a minute: a case, or the desk. Rejects when the Worker lets nobody in. */
  async addressFor(caseId: string | null): Promise<string> {
    const { url } = await this.#signIn();
    return caseId === null ? url : `${url}&case=${caseId}`;
  }

  /** Has the session go on that frames have; false when there is none any more. Rejects as {@link addressFor} does. */
  async renew(): Promise<boolean> {
    return (await this.#signIn()).renewed;
  }

  async #signIn(): Promise<{ url: string; renewed: boolean }> {
    const response = await this.#post(`${this.#address}/desk/session`, {
      method: "POST",
      // The frames' cookie says which session to renew.
      credentials: "include",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: this.#token() }),
    });
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw new Error(answer?.reason ?? answer?.error ?? `HTTP ${response.status}`);
    if (typeof answer?.url !== "string" || !answer.url.startsWith(`${this.#address}/desk/enter?`)) {
      throw new Error("the Worker's answer makes no sense; is FLEX_APP_FLEXCORD_URL its PUBLIC_URL?");
    }
    return { url: answer.url, renewed: answer.renewed === true };
  }
}
