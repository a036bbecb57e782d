-- An article may stand in several languages. Articles stored before this have `updated_at` 0 and are no part of the index
-- until they are stored anew: `npm run knowledge -- import` does that.
CREATE TABLE articles_by_locale (
  id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL,
  locale TEXT NOT NULL,
  audience TEXT NOT NULL CHECK (audience IN ('members', 'agents')),
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  questions TEXT NOT NULL,
  labels TEXT NOT NULL,
  link TEXT,
  body TEXT NOT NULL,
  updated_at INTEGER NOT NULL,    -- milliseconds since 1970
  UNIQUE (slug, locale)
) STRICT;
INSERT INTO articles_by_locale (id, slug, locale, audience, title, summary, questions, labels, link, body, updated_at)
  SELECT id, slug, locale, audience, title, summary, questions, labels, link, body, 0 FROM articles;
DROP TABLE articles;
DROP TABLE articles_fts;
ALTER TABLE articles_by_locale RENAME TO articles;

-- The terms of members' articles (src/knowledge/terms.ts), each behind its language (`en:refund`), so that frequencies are
-- those of one language. Terms have nothing that the tokenizer would part or change: it only splits at blanks.
CREATE VIRTUAL TABLE article_index USING fts5 (
  title, questions, body,
  content = '', contentless_delete = 1, tokenize = "ascii tokenchars ':-'"
);
-- In how many articles a term is.
CREATE VIRTUAL TABLE article_index_terms USING fts5vocab (article_index, 'row');

-- The same terms in their order, for the second look at the articles that the index found.
CREATE TABLE article_terms (
  article INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  questions TEXT NOT NULL,        -- one a line
  body TEXT NOT NULL
) STRICT;

-- The words that articles use and their terms, under the word and under each spelling that lacks one letter of it: two words
-- that are one edit apart share a key.
CREATE TABLE article_words (
  key TEXT NOT NULL,              -- with its language, as a term in the index
  word TEXT NOT NULL,
  term TEXT NOT NULL,
  PRIMARY KEY (key, word)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER articles_deleted AFTER DELETE ON articles BEGIN
  DELETE FROM article_index WHERE rowid = old.id;
  DELETE FROM article_terms WHERE article = old.id;
END;
