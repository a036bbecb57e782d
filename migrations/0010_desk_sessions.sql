-- Who is signed in on the desk. Secrets are stored hashed (SHA-256, hexadecimal): what stands here opens nothing.
CREATE TABLE desk_codes (
  hash TEXT PRIMARY KEY,
  identity TEXT NOT NULL REFERENCES staff (identity),
  expires_at INTEGER NOT NULL     -- milliseconds since 1970, as all times
) STRICT, WITHOUT ROWID;
CREATE INDEX desk_codes_by_end ON desk_codes (expires_at);

CREATE TABLE desk_sessions (
  hash TEXT PRIMARY KEY,
  identity TEXT NOT NULL REFERENCES staff (identity),
  expires_at INTEGER NOT NULL,    -- moves on while the session is used
  ends_at INTEGER NOT NULL        -- moves on only when Twilio has vouched for the person again
) STRICT, WITHOUT ROWID;
CREATE INDEX desk_sessions_by_end ON desk_sessions (expires_at);
