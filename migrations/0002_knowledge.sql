-- The knowledge base. `questions` and `labels` hold one entry a line.
CREATE TABLE articles (
  id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  locale TEXT NOT NULL,
  audience TEXT NOT NULL CHECK (audience IN ('members', 'agents')),
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  questions TEXT NOT NULL,
  labels TEXT NOT NULL,
  link TEXT,
  body TEXT NOT NULL
) STRICT;

-- The index keeps no copy of the texts; the triggers keep it in step.
CREATE VIRTUAL TABLE articles_fts USING fts5 (
  title, questions, summary, body,
  content = 'articles', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER articles_inserted AFTER INSERT ON articles BEGIN
  INSERT INTO articles_fts (rowid, title, questions, summary, body)
  VALUES (new.id, new.title, new.questions, new.summary, new.body);
END;

CREATE TRIGGER articles_deleted AFTER DELETE ON articles BEGIN
  INSERT INTO articles_fts (articles_fts, rowid, title, questions, summary, body)
  VALUES ('delete', old.id, old.title, old.questions, old.summary, old.body);
END;

CREATE TRIGGER articles_updated AFTER UPDATE ON articles BEGIN
  INSERT INTO articles_fts (articles_fts, rowid, title, questions, summary, body)
  VALUES ('delete', old.id, old.title, old.questions, old.summary, old.body);
  INSERT INTO articles_fts (rowid, title, questions, summary, body)
  VALUES (new.id, new.title, new.questions, new.summary, new.body);
END;
