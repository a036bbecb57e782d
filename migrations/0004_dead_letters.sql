-- Messages that did not, or may not have, reached the other side, and events that could not be made sense of. The words
-- stay with their conversation; this is how an operator finds it.
CREATE TABLE dead_letters (
  member TEXT NOT NULL,           -- Discord user id
  id TEXT NOT NULL,               -- the message's own id, else the key of the event
  direction TEXT NOT NULL,        -- to-agents, to-member
  outcome TEXT NOT NULL,          -- failed, undecided, unprocessable
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,            -- milliseconds since 1970
  PRIMARY KEY (member, id)
) STRICT;

CREATE INDEX dead_letters_by_age ON dead_letters (at);
