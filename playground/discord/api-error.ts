/** What Discord puts below `errors` of code 50035: a tree with the shape of the request. */
export interface FormErrors {
  _errors?: { code: string; message: string }[];
  [key: string]: FormErrors | { code: string; message: string }[] | undefined;
}

/** A refusal in Discord's own JSON shape (docs: reference, "Error Messages"). */
export class ApiError extends Error {
  readonly status: number;
  /** 0 where Discord has no code of its own for the HTTP status. */
  readonly code: number;
  readonly errors: FormErrors | undefined;

  constructor(status: number, code: number, message: string, errors?: FormErrors) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  toJSON(): object {
    return { message: this.message, code: this.code, ...(this.errors && { errors: this.errors }) };
  }
}

/** The refusals that are used in more than one place (docs: topics/opcodes-and-status-codes, "JSON"). */
export const refusals = {
  unauthorized: () => new ApiError(401, 0, "401: Unauthorized"),
  notFound: () => new ApiError(404, 0, "404: Not Found"),
  unknownApplication: () => new ApiError(404, 10002, "Unknown Application"),
  unknownChannel: () => new ApiError(404, 10003, "Unknown Channel"),
  unknownMember: () => new ApiError(404, 10007, "Unknown Member"),
  unknownMessage: () => new ApiError(404, 10008, "Unknown Message"),
  unknownUser: () => new ApiError(404, 10013, "Unknown User"),
  unknownWebhook: () => new ApiError(404, 10015, "Unknown Webhook"),
  unknownInteraction: () => new ApiError(404, 10062, "Unknown interaction"),
  unknownCommand: () => new ApiError(404, 10063, "Unknown application command"),
  tooManyFiles: () => new ApiError(400, 30015, "Maximum number of attachments in a message reached (10)"),
  requestTooLarge: () => new ApiError(413, 40005, "Request entity too large"),
  alreadyAcknowledged: () => new ApiError(400, 40060, "Interaction has already been acknowledged."),
  blocked: () => new ApiError(403, 40333, "internal network error"),
  notInDm: () => new ApiError(403, 50003, "Cannot execute action on a DM channel"),
  notTheAuthor: () => new ApiError(403, 50005, "Cannot edit a message authored by another user"),
  empty: () => new ApiError(400, 50006, "Cannot send an empty message"),
  closedDm: () => new ApiError(403, 50007, "Cannot send messages to this user"),
  invalidWebhookToken: () => new ApiError(401, 50027, "Invalid Webhook Token"),
  fileTooLarge: () => new ApiError(400, 50045, "File uploaded exceeds the maximum size"),
  notInThisChannel: () => new ApiError(400, 50024, "Cannot execute action on this channel type"),
  archivedThread: () => new ApiError(400, 50083, "Thread is archived"),
  lockedThread: () => new ApiError(400, 160005, "Thread is locked"),
  invalidJson: () => new ApiError(400, 50109, "The request body contains invalid JSON."),
  noMutualGuild: () => new ApiError(403, 50278, "Cannot send messages to this user due to having no mutual guilds"),
  invalidForm: (errors: FormErrors) => new ApiError(400, 50035, "Invalid Form Body", errors),
} as const;

/** Puts one complaint about a field at `path` into the shape of Discord's `errors`. */
export function formError(path: readonly string[], code: string, message: string): FormErrors {
  return path.reduceRight<FormErrors>((inner, key) => ({ [key]: inner }), { _errors: [{ code, message }] });
}
