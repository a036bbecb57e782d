import type { DeliveryId } from "../conversation/ids.ts";

/** A new id for a delivery: 128 random bits, 22 characters, short enough for Discord's nonce (25). */
export function newDeliveryId(): DeliveryId {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "") as DeliveryId;
}
