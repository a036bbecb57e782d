import type { ContentfulStatusCode } from "hono/utils/http-status";

/**
 * A refusal as Twilio words it: `{code, message, more_info, status}`. Where Twilio documents no code of its own for a case,
 * 20001 (bad request) stands.
 */
export class TwilioError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: number;

  constructor(status: ContentfulStatusCode, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The JSON body of the answer. */
  toJSON(): Record<string, unknown> {
    const { status, code, message } = this;
    return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  }
}

export function badRequest(message: string, code = 20001): TwilioError {
  return new TwilioError(400, code, message);
}

export function notFound(path: string): TwilioError {
  return new TwilioError(404, 20404, `The requested resource ${path} was not found`);
}

export function unauthorized(): TwilioError {
  return new TwilioError(401, 20003, "Authenticate");
}

/** The account's limit of concurrent calls: the call was not processed. */
export function tooManyRequests(): TwilioError {
  return new TwilioError(429, 20429, "Too Many Requests");
}

/** The limit of actions per second on one conversation: the call was not processed. */
export function tooManyActions(): TwilioError {
  return new TwilioError(429, 50063, "Too many actions on this conversation");
}

/** Somebody else changed the conversation at the same moment: the call was not processed. */
export function concurrentChange(): TwilioError {
  return new TwilioError(409, 50391, "Concurrent modification of the conversation");
}

/** https://www.twilio.com/docs/api/errors/50377: a closed conversation is final. */
export function conversationClosed(): TwilioError {
  return new TwilioError(400, 50377, "Can't update conversation as it's in final closed state");
}
