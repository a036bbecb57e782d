import { ARTICLE_SLUG, type ArticleSlug, type DiscordMessageId, type SessionId, SNOWFLAKE } from "./ids.ts";

/** What a button in the DM does. */
export type Button =
  | { readonly kind: "article"; readonly slug: ArticleSlug }
  | { readonly kind: "helped"; readonly slug: ArticleSlug }
  | { readonly kind: "person" }
  /** Leaves it at the case until people are back. */
  | { readonly kind: "leave-case" }
  /** Says what stands on it. */
  | { readonly kind: "choice"; readonly text: string }
  /** Sends a message again that was not delivered. */
  | { readonly kind: "resend"; readonly message: DiscordMessageId };

/** A button as it comes back from Discord: buttons never expire, so each names the session it was made for. */
export type PressedButton = { readonly session: SessionId; readonly button: Button };

/**
 * The `custom_id` of a button, at most 100 characters: a session id has up to 31 (20-digit snowflake, dash, ten digits),
 * a slug up to 64, a choice up to 60.
 */
export function customIdOf(session: SessionId, button: Button): string {
  switch (button.kind) {
    case "article":
      return `a:${session}:${button.slug}`;
    case "helped":
      return `h:${session}:${button.slug}`;
    case "person":
      return `p:${session}`;
    case "leave-case":
      return `l:${session}`;
    case "choice":
      return `t:${session}:${button.text}`;
    case "resend":
      return `r:${session}:${button.message}`;
  }
}

/** Reads a `custom_id` back; null for anything that {@link customIdOf} did not make. */
export function parseCustomId(customId: string): PressedButton | null {
  const [kind, session = "", slug, ...rest] = customId.split(":");
  const [member = "", n = "", ...more] = session.split("-");
  const text = kind === "t" ? [slug, ...rest.splice(0)].join(":") : "";
  if (rest.length > 0 || more.length > 0 || !SNOWFLAKE.test(member) || !/^[1-9][0-9]{0,9}$/.test(n)) return null;
  if (kind === "p" && slug === undefined) return { session: session as SessionId, button: { kind: "person" } };
  if (kind === "l" && slug === undefined) return { session: session as SessionId, button: { kind: "leave-case" } };
  if (text !== "") return { session: session as SessionId, button: { kind: "choice", text } };
  if (kind === "r" && slug !== undefined && SNOWFLAKE.test(slug)) {
    return { session: session as SessionId, button: { kind: "resend", message: slug as DiscordMessageId } };
  }
  if (slug === undefined || !ARTICLE_SLUG.test(slug)) return null;
  if (kind === "a") return { session: session as SessionId, button: { kind: "article", slug: slug as ArticleSlug } };
  if (kind === "h") return { session: session as SessionId, button: { kind: "helped", slug: slug as ArticleSlug } };
  return null;
}
