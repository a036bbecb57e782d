/** What an API key may be allowed to do. */
export const SCOPES = [
  "cases:read",
  "cases:write",
  "members:read",
  "members:write",
  "knowledge:read",
  "knowledge:write",
  "settings:write",
  "events:manage",
] as const;
export type Scope = (typeof SCOPES)[number];
