/** How far those are that follow the commits, and who does what one process alone may do. */
/**
 * The first commit on each server that has taken over: behind an asynchronous failover some that were
 * read before are lost from there on. The server counts its timelines.
 */
export const FAILOVERS_TABLE = `
CREATE TABLE IF NOT EXISTS mailrobot.failovers (first bigint PRIMARY KEY);
ALTER TABLE mailrobot.head ADD COLUMN IF NOT EXISTS timeline text;
`;

/**
 * How far a subscriber is, is rolled back by such a failover. So each host notes on its own disk what it
 * tells (../told.ts), and `hosts` says on which timeline it has last compared that with the journal.
 * `reset`: a subscriber is to be told that what it got behind that commit is lost; `lost`: on which
 * timeline that was found.
 */
export const HOSTS_TABLE = `
CREATE TABLE IF NOT EXISTS mailrobot.hosts (
  name text PRIMARY KEY,
  served timestamptz,
  safe boolean NOT NULL DEFAULT false,
  timeline text COLLATE "C" NOT NULL,
  looked timestamptz NOT NULL
);
ALTER TABLE mailrobot.failovers ADD COLUMN IF NOT EXISTS timeline text COLLATE "C";
ALTER TABLE mailrobot.subscriptions ADD COLUMN IF NOT EXISTS reset bigint;
ALTER TABLE mailrobot.subscriptions ADD COLUMN IF NOT EXISTS lost text;
`;

/** In a statement: which timeline this is. */
export const TIMELINE = 'left(pg_walfile_name(pg_current_wal_lsn()), 8)';

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
${FAILOVERS_TABLE}${HOSTS_TABLE}`;
