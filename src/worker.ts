export { Conversation } from "../durable-objects/conversation.ts";
export { GatewayShard } from "../durable-objects/gateway-shard.ts";

export default {
  async fetch(): Promise<Response> {
    return new Response("not yet", { status: 503 });
  },
} satisfies ExportedHandler<Env>;
