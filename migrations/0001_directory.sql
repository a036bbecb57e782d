-- Finds a member's conversation for events that carry only a channel or a Twilio Conversation, and for the sweeps.
CREATE TABLE conversations (
  member TEXT PRIMARY KEY,
  channel TEXT UNIQUE,
  twilio_conversation TEXT UNIQUE,
  open_since INTEGER,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX conversations_open ON conversations (member) WHERE open_since IS NOT NULL;
