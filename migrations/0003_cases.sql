-- Cases. `server` is the Discord server whose numbering the case follows; '' stands for none.
CREATE TABLE cases (
  id TEXT PRIMARY KEY,
  server TEXT NOT NULL,
  number INTEGER NOT NULL,
  session TEXT NOT NULL UNIQUE,
  member TEXT NOT NULL,
  title TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'open',
  created_at INTEGER NOT NULL,
  UNIQUE (server, number)
) STRICT;
CREATE INDEX cases_member ON cases (member);
