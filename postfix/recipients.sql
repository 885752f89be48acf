-- The table of recipients, for PostgreSQL 12 or newer: docs/recipients.md. In the database, as its
-- owner:
--
--   psql -d mail -f recipients.sql
--
-- It may be run again. The roles are those of the user mailrobot, and of Postfix's look-ups; give
-- them passwords, or let them in by pg_hba.conf (peer).

CREATE TABLE IF NOT EXISTS recipients (
  -- In lower case; it has no +, behind which a part of an address stands.
  address text PRIMARY KEY CHECK (
    length(address) <= 254 AND position('@' in address) <= 65
    AND split_part(address, '@', 2) !~ '[^.]{64}'
    AND address ~ '^[a-z0-9_][a-z0-9_''=~&-]*(?:[.][a-z0-9_''=~&-]+)*@[a-z0-9-]+(?:[.][a-z0-9-]+)*$'
  ),
  -- One plain address: no command, file, list, quote or route.
  destination text NOT NULL CHECK (
    length(destination) <= 254 AND position('@' in destination) <= 65
    AND split_part(destination, '@', 2) !~ '[^.]{64}'
    AND destination ~ '^[A-Za-z0-9_][A-Za-z0-9_''=~&+-]*(?:[.][A-Za-z0-9_''=~&+-]+)*@[a-z0-9-]+(?:[.][a-z0-9-]+)*$'
  ),
  CHECK (lower(destination) <> address)
);

DO $$
BEGIN
  IF to_regrole('mailrobot') IS NULL THEN CREATE ROLE mailrobot LOGIN; END IF;
  IF to_regrole('postfix') IS NULL THEN CREATE ROLE postfix LOGIN; END IF;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON recipients TO mailrobot;
GRANT SELECT ON recipients TO postfix;
