/** How far those are that follow the commits, and who does what one process alone may do. */
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
`;
