-- Each use of a command, button or form that changes a case, by Discord's id: it counts once, however often it is delivered.
CREATE TABLE case_interactions (
  interaction TEXT PRIMARY KEY,
  at INTEGER NOT NULL             -- milliseconds since 1970
) STRICT, WITHOUT ROWID;
CREATE INDEX case_interactions_by_age ON case_interactions (at);
