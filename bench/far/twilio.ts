import { Arrivals } from "./arrivals.ts";
import { type Answer, startFarServer } from "./server.ts";

/** Twilio as the Worker sees it: conversations that count their messages, and Interactions that are always accepted. */
export type FarTwilio = {
  /** With `{service}`, as in `TWILIO_API_URL`. */
  readonly apiUrl: string;
  readonly toAgents: Arrivals;
  /** Called with the attributes of each task that an Interaction asks for. */
  onTask: (task: { readonly sid: string; readonly attributes: string }) => void;
  /** Calls so far. */
  calls: number;
  /** The next index in a member's Twilio Conversation, and its SID; agents' messages take one as well. */
  nextIndex(member: string): { readonly conversation: string; readonly index: number };
  close(): void;
};

const CONVERSATION = /^\/conversations\/v1\/Services\/IS[0-9a-f]+\/Conversations(?:\/(CH[0-9a-f]+)\/(\w+))?$/;

export async function startFarTwilio(): Promise<FarTwilio> {
  const toAgents = new Arrivals();
  const indexes = new Map<string, number>();
  const conversations = new Map<string, string>();

  function takeIndex(conversation: string): number {
    const index = indexes.get(conversation) ?? 0;
    indexes.set(conversation, index + 1);
    return index;
  }

  function answer(method: string, path: string, body: string): Answer {
    far.calls += 1;
    const form = new URLSearchParams(body);
    const [found, conversation, resource] = CONVERSATION.exec(path) ?? [];
    if (method === "POST" && found !== undefined) {
      if (conversation === undefined) return created(createConversation(form));
      if (resource === "Messages") return created(takeMessage(conversation, form));
      return created({ sid: sid(resource === "Webhooks" ? "WH" : "MB") });
    }
    if (method === "POST" && path === "/flex-api/v1/Interactions") return created(createInteraction(form));
    if (method === "GET" && path.includes("/Workers?")) return { status: 200, body: '{"workers":[]}' };
    return { status: 404, body: JSON.stringify({ code: 20404, message: "not found", status: 404 }) };
  }

  function createConversation(form: URLSearchParams): object {
    const { memberId } = JSON.parse(form.get("Attributes") ?? "{}") as { memberId: string };
    const conversation = sid("CH");
    conversations.set(memberId, conversation);
    return { sid: conversation, state: "active", unique_name: form.get("UniqueName") };
  }

  function takeMessage(conversation: string, form: URLSearchParams): object {
    const text = form.get("Body") ?? "";
    toAgents.note(text);
    const at = new Date().toISOString();
    return {
      sid: sid("IM"),
      conversation_sid: conversation,
      index: takeIndex(conversation),
      author: form.get("Author"),
      body: text,
      media: null,
      attributes: form.get("Attributes") ?? "{}",
      participant_sid: null,
      delivery: null,
      date_created: at,
      date_updated: at,
    };
  }

  function createInteraction(form: URLSearchParams): object {
    const task = sid("WT");
    const routing = JSON.parse(form.get("Routing") ?? "{}") as { properties: { attributes: object } };
    far.onTask({ sid: task, attributes: JSON.stringify(routing.properties.attributes) });
    return { sid: sid("KD"), channel: { sid: sid("UO") }, routing: { properties: { sid: task } } };
  }

  const server = await startFarServer(answer);
  const far: FarTwilio = {
    apiUrl: `http://${server.host}/{service}`,
    toAgents,
    onTask: () => undefined,
    calls: 0,
    nextIndex: (member) => {
      const conversation = conversations.get(member);
      if (conversation === undefined) throw new Error(`${member} has no Twilio Conversation`);
      return { conversation, index: takeIndex(conversation) };
    },
    close: () => {
      toAgents.close();
      server.close();
    },
  };
  return far;
}

let sids = 0;

/** A new SID: the letters of its kind and a number. */
export function sid(prefix: string): string {
  sids += 1;
  return prefix + sids.toString(16).padStart(32, "0");
}

function created(value: object): Answer {
  return { status: 201, body: JSON.stringify(value) };
}
