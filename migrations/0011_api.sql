-- Programs that use the API, and those that are told of what happens. Times are in milliseconds since 1970.
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,            -- the public part of the key
  name TEXT NOT NULL,
  hash TEXT NOT NULL,             -- SHA-256 of the whole key in hexadecimal; the key itself is kept nowhere
  scopes TEXT NOT NULL,           -- one a line
  created_by TEXT NOT NULL,       -- an actor, as src/cases/actor.ts writes it
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,           -- to the hour
  revoked_at INTEGER
) STRICT;

-- What was asked for with an Idempotency-Key, for a day: the id that the case has, or will have.
CREATE TABLE api_idempotency (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  case_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_idempotency_by_age ON api_idempotency (at);

CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  types TEXT NOT NULL,            -- of events, one a line
  secret TEXT NOT NULL,           -- whsec_…; what is sent is signed with it
  old_secret TEXT,                -- signs too, until the time below
  old_secret_until INTEGER,
  disabled TEXT,                  -- why nothing is sent any more; null: it is sent
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- Events that did not arrive. Those with a next_at are still tried again; they go when they arrive.
CREATE TABLE webhook_deliveries (
  webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  event TEXT NOT NULL,            -- its id
  type TEXT NOT NULL,
  payload TEXT NOT NULL,          -- the body that is sent
  attempts INTEGER NOT NULL,
  status INTEGER,                 -- of the last answer; null where there was none
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,            -- of the last attempt
  next_at INTEGER,                -- null: given up
  PRIMARY KEY (webhook, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (at);
