-- Cases as a room of its own. `key` is what other tables point at, `id` what stands in links; '' as server stands for none.
-- Actors are written as src/cases/actor.ts says: member:ID, staff:IDENTITY, key:ID, link or bridge.
CREATE TABLE members (
  id TEXT PRIMARY KEY,            -- Discord user id
  display_name TEXT NOT NULL,
  labels TEXT NOT NULL DEFAULT '',-- one a line
  notes TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,    -- milliseconds since 1970, as all times
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE cases_with_history (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  server TEXT NOT NULL,
  number INTEGER NOT NULL,
  member TEXT NOT NULL REFERENCES members (id),
  -- The session that opened it; none where a person or a program did.
  opening_session TEXT UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('support', 'bug', 'feature')),
  status TEXT NOT NULL CHECK (status IN ('open', 'pending', 'elevated', 'resolved', 'closed')),
  priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  assignee TEXT,                  -- a staff identity
  product TEXT,
  tags TEXT NOT NULL DEFAULT '',  -- one a line; also in case_tags
  fields TEXT NOT NULL DEFAULT '{}', -- custom fields, a JSON object
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  reopened_at INTEGER,            -- the last time
  resolved_at INTEGER,
  closed_by TEXT,
  closed_at INTEGER,
  first_response_at INTEGER,
  -- Service levels: when each is due, and what was missed ('first-response', 'resolution', one a line).
  first_response_due INTEGER,
  resolution_due INTEGER,
  breaches TEXT NOT NULL DEFAULT '',
  stars INTEGER CHECK (stars BETWEEN 1 AND 5),
  stars_comment TEXT,
  version INTEGER NOT NULL,
  -- Rises with each change of any case, so it is the order of lists; set by the triggers below.
  place INTEGER UNIQUE,
  UNIQUE (server, number)
) STRICT;

INSERT INTO members (id, display_name, created_at, updated_at)
  SELECT member, member, min(created_at), min(created_at) FROM cases GROUP BY member;
INSERT INTO cases_with_history
    (id, server, number, member, opening_session, kind, status, priority, title, description, created_by, created_at,
     updated_at, version)
  SELECT id, server, number, member, session, 'support', 'open', 'normal', title, '', 'member:' || member, created_at,
     created_at, 1 FROM cases;
DROP TABLE cases;
ALTER TABLE cases_with_history RENAME TO cases;
CREATE INDEX cases_by_member ON cases (member);
-- When things happened, for statistics.
CREATE INDEX cases_by_creation ON cases (created_at, server);
CREATE INDEX cases_by_first_response ON cases (first_response_at, server, created_at) WHERE first_response_at IS NOT NULL;
CREATE INDEX cases_by_resolution ON cases (resolved_at, server, created_at, stars) WHERE resolved_at IS NOT NULL;
CREATE INDEX cases_by_closing ON cases (closed_at, server) WHERE closed_at IS NOT NULL;
-- With their sessions, to count those.
DROP INDEX questions_by_age;
CREATE INDEX questions_by_age ON questions (at, session);
-- What may still be missed of the service levels, until it is noticed (src/cases/breach-sweep.ts asks in the same words).
CREATE INDEX cases_first_response_due ON cases (first_response_due)
  WHERE first_response_due IS NOT NULL AND first_response_at IS NULL AND status IN ('open', 'pending', 'elevated')
    AND instr(breaches, 'first-response') = 0;
CREATE INDEX cases_resolution_due ON cases (resolution_due)
  WHERE resolution_due IS NOT NULL AND status IN ('open', 'pending', 'elevated')
    AND instr(breaches, 'resolution') = 0;
-- What is due of the cases at work, noticed or not, for the desk's first page (src/desk/due-cases.ts).
CREATE INDEX cases_at_work_by_first_response_due ON cases (first_response_due)
  WHERE first_response_due IS NOT NULL AND first_response_at IS NULL AND status IN ('open', 'pending', 'elevated');
CREATE INDEX cases_at_work_by_resolution_due ON cases (resolution_due)
  WHERE resolution_due IS NOT NULL AND status IN ('open', 'pending', 'elevated');

CREATE TABLE case_tags (
  tag TEXT NOT NULL,
  case_key INTEGER NOT NULL REFERENCES cases (key),
  PRIMARY KEY (tag, case_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_tags_by_case ON case_tags (case_key);

-- Who changed what, for ever. A change is one version of its case and may have several entries. Two changes of the same
-- version exclude each other: whoever comes second finds the place taken.
CREATE TABLE case_history (
  seq INTEGER PRIMARY KEY,
  case_key INTEGER NOT NULL REFERENCES cases (key),
  version INTEGER NOT NULL,
  n INTEGER NOT NULL,             -- counts the entries of a change from 0
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  what TEXT NOT NULL,             -- see HistoryEntry in src/cases/case.ts
  field TEXT,
  before TEXT,                    -- JSON
  after TEXT,                     -- JSON
  UNIQUE (case_key, version, n)
) STRICT;
INSERT INTO case_history (case_key, version, n, at, actor, what) SELECT key, 1, 0, created_at, created_by, 'opened' FROM cases;
CREATE TRIGGER case_history_stays BEFORE UPDATE ON case_history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER case_history_remains BEFORE DELETE ON case_history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;

CREATE TABLE case_sessions (
  session TEXT PRIMARY KEY,
  case_key INTEGER NOT NULL REFERENCES cases (key),
  linked_at INTEGER NOT NULL
) STRICT;
CREATE INDEX case_sessions_by_case ON case_sessions (case_key);
INSERT INTO case_sessions (session, case_key, linked_at) SELECT opening_session, key, created_at FROM cases;

-- What was said in a session, kept when it has ended.
CREATE TABLE transcripts (
  session TEXT PRIMARY KEY,
  member TEXT NOT NULL,
  lines TEXT NOT NULL,            -- a JSON array, see src/cases/transcripts.ts
  ended_at INTEGER NOT NULL
) STRICT;

-- Both directions, so that each side finds the other.
CREATE TABLE case_links (
  case_key INTEGER NOT NULL REFERENCES cases (key),
  other INTEGER NOT NULL REFERENCES cases (key),
  PRIMARY KEY (case_key, other),
  CHECK (case_key <> other)
) STRICT, WITHOUT ROWID;

-- What a change still has to bring about elsewhere: done in the order of versions, then deleted.
CREATE TABLE case_outbox (
  target TEXT NOT NULL CHECK (target IN ('member', 'staff', 'events')),
  case_key INTEGER NOT NULL REFERENCES cases (key),
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (target, case_key, version)
) STRICT, WITHOUT ROWID;

-- One index for words and filters: what a case says, with its notes, and what it is, as marks that people cannot type:
-- U+E000, a letter, and the value in hex (src/cases/search-terms.ts). Its row ids are the places, so that the newest come
-- first without sorting, however many there are; each change gives a case's row a new place. Beginnings of words of these
-- lengths are in the index themselves: any other one costs as much as all cases that it is found in.
CREATE VIRTUAL TABLE case_texts USING fts5 (
  words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 2',
  prefix = '2 3 4 5 6 7 8 9 10 11 12'
);
CREATE VIEW case_words (key, place, words) AS SELECT key, place,
  replace(concat_ws(char(10), title, description, (
    SELECT group_concat(after ->> '$', char(10)) FROM case_history WHERE case_key = cases.key AND what = 'note'
  )), char(0xE000), ' ') || (
    SELECT group_concat(' ' || char(0xE000) || (value ->> 0) || hex(value ->> 1), '') FROM json_each(json_array(
      json_array('n', number), json_array('g', server), json_array('m', member), json_array('k', kind),
      json_array('s', status), json_array('p', priority), json_array('a', coalesce(assignee, '')),
      json_array('o', coalesce(product, '')), json_array('r', coalesce(stars, '')),
      -- Decade, year, month and day in UTC.
      json_array('c', strftime('%Y', created_at / 1000, 'unixepoch') / 10),
      json_array('c', strftime('%Y', created_at / 1000, 'unixepoch')),
      json_array('c', strftime('%Y-%m', created_at / 1000, 'unixepoch')),
      json_array('c', strftime('%Y-%m-%d', created_at / 1000, 'unixepoch'))
    ))
  ) || (
    -- The lines of tags as a JSON array: a line feed is \n in JSON, a backslash \\.
    SELECT group_concat(' ' || char(0xE000) || 't' || hex(value), '')
    FROM json_each('[' || replace(replace(json_quote(tags), '\\', '\u005c'), '\n', '","') || ']')
  ) FROM cases;
CREATE TRIGGER cases_inserted AFTER INSERT ON cases BEGIN
  UPDATE cases SET place = (SELECT coalesce(max(place), 0) + 1 FROM cases) WHERE key = new.key;
  INSERT INTO case_texts (rowid, words) SELECT place, words FROM case_words WHERE key = new.key;
END;
CREATE TRIGGER cases_changed AFTER UPDATE OF version ON cases BEGIN
  DELETE FROM case_texts WHERE rowid = old.place;
  UPDATE cases SET place = (SELECT coalesce(max(place), 0) + 1 FROM cases) WHERE key = new.key;
  INSERT INTO case_texts (rowid, words) SELECT place, words FROM case_words WHERE key = new.key;
END;
CREATE TRIGGER cases_deleted AFTER DELETE ON cases BEGIN
  DELETE FROM case_texts WHERE rowid = old.place;
END;
-- The triggers place and index those that were there.
UPDATE cases SET version = version;

-- Settings by server as JSON (src/settings/settings.ts); '' holds those for servers that have none.
CREATE TABLE settings (
  server TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL
) STRICT;

-- People who have been on the desk, by the identity that Flex or Access gives them.
CREATE TABLE staff (
  identity TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('agent', 'supervisor', 'admin')),
  seen_at INTEGER NOT NULL
) STRICT;

-- Who did what on the desk or through the API that the history of cases does not say: exports, settings, keys, profiles.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,          -- what it was done to, such as settings/SERVER or case/ID
  detail TEXT NOT NULL DEFAULT '' -- JSON, without secrets
) STRICT;
CREATE INDEX audit_by_age ON audit (at);
