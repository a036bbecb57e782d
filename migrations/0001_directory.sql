-- Finds a member's conversation for events that carry only a channel or a Twilio Conversation, and for the sweeps.
CREATE TABLE conversations (
  member TEXT PRIMARY KEY,
  channel TEXT UNIQUE,
  twilio_conversation TEXT UNIQUE,
  open_since INTEGER,
  updated_at INTEGER NOT NULL,
  -- When the sweep last looked after it: each takes those that have waited longest.
  swept_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX conversations_open ON conversations (member) WHERE open_since IS NOT NULL;
CREATE INDEX conversations_swept ON conversations (swept_at) WHERE open_since IS NOT NULL;
