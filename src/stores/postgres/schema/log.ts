/** How far those are that follow the commits, and who does what one process alone may do. */
/**
 * The first commit on each server that has taken over: behind an asynchronous failover some that were
 * read before are lost from there on. The server counts its timelines.
 */
export const FAILOVERS_TABLE = `
CREATE TABLE IF NOT EXISTS mailrobot.failovers (first bigint PRIMARY KEY);
ALTER TABLE mailrobot.head ADD COLUMN IF NOT EXISTS timeline text;
`;

export const LOG_TABLES = `
CREATE TABLE mailrobot.subscriptions (
  name text PRIMARY KEY,
  cursor text NOT NULL,
  failing text
);
CREATE TABLE mailrobot.leases (
  name text PRIMARY KEY,
  holder text NOT NULL,
  until timestamptz NOT NULL
);
${FAILOVERS_TABLE}`;
