-- The sweep also looks after conversations that were closed a short while ago: something of theirs may still be under way.
-- `swept_at` -1: nothing is left to look after.
DROP INDEX conversations_swept;
CREATE INDEX conversations_swept ON conversations (swept_at) WHERE swept_at >= 0;
