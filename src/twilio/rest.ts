import * as v from "valibot";
import type { Config } from "../config.ts";
import type { TwilioMediaSid } from "../conversation/ids.ts";
import type { CallResult, Clock, Fetch } from "../outside/call.ts";
import { type TwilioClient, twilioClient } from "./client.ts";
import { conversationCalls } from "./conversations.ts";
import { interactionCalls } from "./interactions.ts";
import { messageCalls } from "./messages.ts";
import { taskRouterCalls } from "./taskrouter.ts";

/** All that the bridge asks of Twilio. Each call ends as a {@link CallResult} within the client's time limit a request. */
export function twilioRest(options: { fetch: Fetch; now: Clock; config: Config }) {
  const { config } = options;
  const call = twilioClient(options);
  const { explainRefusal, ...conversations } = conversationCalls(call, config);
  return {
    ...conversations,
    ...messageCalls(call, config, { explainRefusal }),
    ...interactionCalls(call, config, { explainRefusal }),
    ...taskRouterCalls(call, config),
    mediaLink: (media: TwilioMediaSid) => mediaLink(call, config, media),
  };
}

export type TwilioRest = ReturnType<typeof twilioRest>;

const MediaAnswer = v.object({ links: v.object({ content_direct_temporary: v.pipe(v.string(), v.url()) }) });

/** A link to a file that needs no credentials and lives for a few minutes. */
async function mediaLink(call: TwilioClient, config: Config, media: TwilioMediaSid): Promise<CallResult<string>> {
  const path = `/v1/Services/${config.TWILIO_CHAT_SERVICE_SID}/Media/${media}`;
  const fetched = await call({ service: "mcs.us1", path, answer: MediaAnswer });
  return fetched.kind === "done" ? { kind: "done", value: fetched.value.links.content_direct_temporary } : fetched;
}
