/**
 * Lets a Rasa assistant answer in Discord: takes Flexcord's requests (`ASSISTANT_URL`), asks Rasa's REST channel
 * (`POST /webhooks/rest/webhook`), and puts its messages into one reply. Runs as a Worker (`export default`), and on Node
 * with `@hono/node-server`: `serve({ fetch: (request) => adapter.fetch(request, process.env) })`.
 */
import { Webhook } from "standardwebhooks";

type Settings = {
  /** The same as Flexcord's `ASSISTANT_SECRET`. */
  ASSISTANT_SECRET: string;
  /** Such as `https://rasa.example.com`. */
  RASA_URL: string;
};

/** One message of Rasa. A custom action sends `json_message={"handOver": true}` to fetch a person. */
type RasaMessage = {
  text?: string;
  buttons?: { title: string; payload: string }[];
  custom?: { handOver?: boolean; end?: boolean };
};

const adapter = {
  async fetch(request: Request, { ASSISTANT_SECRET, RASA_URL }: Settings): Promise<Response> {
    const body = await request.text();
    try {
      new Webhook(ASSISTANT_SECRET).verify(body, Object.fromEntries(request.headers));
    } catch {
      return new Response("not signed by Flexcord", { status: 401 });
    }
    const asked = JSON.parse(body);
    if (asked.kind === "article") return Response.json({ article: null });

    const answered = await fetch(`${RASA_URL}/webhooks/rest/webhook`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      // One session is one conversation of Rasa: the next one begins anew.
      body: JSON.stringify({ sender: asked.session, message: asked.text }),
    });
    if (!answered.ok) return new Response("Rasa does not answer", { status: 502 });
    const messages: RasaMessage[] = await answered.json();
    return Response.json({
      text: messages.flatMap(({ text }) => text ?? []).join("\n\n"),
      // In Discord a button says its label, so training data must know the titles.
      buttons: messages.flatMap(({ buttons }) => buttons ?? []).map(({ title }) => title),
      handOver: messages.some(({ custom }) => custom?.handOver === true),
      end: messages.some(({ custom }) => custom?.end === true),
    });
  },
};

export default adapter;
