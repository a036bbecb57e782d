-- What members asked the assistant: for people who turn questions into articles. All of it goes after 180 days.
CREATE TABLE questions (
  id TEXT PRIMARY KEY,            -- the Discord message
  session TEXT NOT NULL,
  locale TEXT NOT NULL,           -- a language tag: how the member was answered
  text TEXT NOT NULL,             -- at most 500 characters
  answer TEXT NOT NULL CHECK (answer IN ('suggestions', 'nothing', 'reply')),
  shown TEXT NOT NULL,            -- slugs as a JSON array, best first
  at INTEGER NOT NULL,            -- milliseconds since 1970
  -- The list that it stands on, unanswered or helped; none while nothing is to be done. It follows from the tables below.
  state TEXT
) STRICT;
CREATE INDEX questions_by_age ON questions (at);
CREATE INDEX questions_to_do ON questions (state, at, id) WHERE state IS NOT NULL;

-- What became of the answer. It may come before its question, and more than once.
CREATE TABLE question_feedback (
  question TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('opened', 'helped', 'not-helped', 'person-asked')),
  slug TEXT NOT NULL,             -- '' for person-asked
  at INTEGER NOT NULL,            -- the last time
  PRIMARY KEY (question, kind, slug)
) STRICT, WITHOUT ROWID;
CREATE INDEX question_feedback_by_age ON question_feedback (at);

-- What an operator made of a question: once, whoever comes first. `at` must be there: who finds that something else has
-- changed meanwhile leaves it out, so that the whole transaction fails.
CREATE TABLE question_outcomes (
  question TEXT PRIMARY KEY REFERENCES questions (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('example', 'article', 'dismissed')),
  slug TEXT,                      -- the article's; null when dismissed
  locale TEXT,
  request TEXT NOT NULL,          -- SHA-256 of all that was asked for: the same once more is no conflict
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
