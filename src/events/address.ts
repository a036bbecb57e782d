/** Names that only inner networks know (RFC 6761, RFC 6762, RFC 8375, and what ICANN keeps for private use). */
const INNER = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|private|test|invalid|onion|home\.arpa)$/;

/**
 * Why events are not sent to this address; null when they are. A name may still lead to an inner address, but Cloudflare's
 * network has no way from a Worker to one. Addresses in numbers are refused: nobody public has a certificate for one.
 */
export function problemWithAddress(address: string): string | null {
  const url = URL.parse(address);
  if (!url) return "must be a URL such as https://example.com/flexcord";
  if (url.username !== "" || url.password !== "") return "must not have a name or a password: what is sent is signed";
  if (url.hash !== "") return "must not have a part behind #";
  const host = url.hostname.replace(/\.$/, "");
  if (url.protocol === "http:" && host === "127.0.0.1") return null;
  if (url.protocol !== "https:") return "must begin with https://";
  if (/^[0-9.]+$|^\[/.test(host)) return "must have a name, not an address in numbers";
  return !host.includes(".") || INNER.test(host) ? "must be public: this name belongs to an inner network" : null;
}
