/**
 * Lets an FAQ bot of SeaChat's kind answer in Discord: one that replies to a text with a text, quick replies and articles,
 * and says when a live agent is wanted or the matter is done. Change the names below to those of your bot's API. Runs as a
 * Worker (`export default`), and on Node with `@hono/node-server`.
 */
import { Webhook } from "standardwebhooks";

type Settings = {
  /** The same as Flexcord's `ASSISTANT_SECRET`. */
  ASSISTANT_SECRET: string;
  /** Such as `https://bot.example.com/api`. */
  BOT_URL: string;
  BOT_TOKEN: string;
};

/** What the bot replies. */
type BotReply = {
  message?: string;
  quick_replies?: string[];
  faqs?: { id: string; title: string }[];
  action?: "live_agent" | "complete";
};
type BotFaq = { title: string; answer: string; link?: string };

const adapter = {
  async fetch(request: Request, { ASSISTANT_SECRET, BOT_URL, BOT_TOKEN }: Settings): Promise<Response> {
    const body = await request.text();
    try {
      new Webhook(ASSISTANT_SECRET).verify(body, Object.fromEntries(request.headers));
    } catch {
      return new Response("not signed by Flexcord", { status: 401 });
    }
    const asked = JSON.parse(body);
    const headers = { "content-type": "application/json", authorization: `Bearer ${BOT_TOKEN}` };

    if (asked.kind === "article") {
      const found = await fetch(`${BOT_URL}/faqs/${asked.slug}?languages=${asked.locales}`, { headers });
      // Flexcord then looks into its own knowledge base.
      if (found.status === 404) return Response.json({ article: null });
      if (!found.ok) return new Response("the bot does not answer", { status: 502 });
      const faq: BotFaq = await found.json();
      return Response.json({ article: { title: faq.title, summary: faq.answer, url: faq.link ?? null } });
    }

    const [language] = asked.locales;
    const said = { conversation: asked.session, message_id: asked.message, text: asked.text, language };
    const answered = await fetch(`${BOT_URL}/messages`, { method: "POST", headers, body: JSON.stringify(said) });
    if (!answered.ok) return new Response("the bot does not answer", { status: 502 });
    const reply: BotReply = await answered.json();
    return Response.json({
      text: reply.message ?? "",
      buttons: reply.quick_replies ?? [],
      articles: (reply.faqs ?? []).map(({ id, title }) => ({ slug: id, title })),
      handOver: reply.action === "live_agent",
      end: reply.action === "complete",
    });
  },
};

export default adapter;
