/**
 * The journal, and what follows from it: lines in their order, rows of every list, marks of
 * tickets.
 *
 * JSON stands as text: jsonb refuses what a mail may hold (NUL), and would change it. Commits are
 * added by `mailrobot.append` alone (append.ts).
 */
export const JOURNAL_TABLES = `
CREATE TABLE mailrobot.head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  version integer NOT NULL,
  seq bigint NOT NULL,
  hash text NOT NULL
);
CREATE TABLE mailrobot.journal (
  seq bigint PRIMARY KEY,
  time timestamptz NOT NULL,
  hash text NOT NULL,
  line text NOT NULL,
  texts text NOT NULL
);
CREATE INDEX journal_time ON mailrobot.journal (time);
CREATE TABLE mailrobot.rows (
  list text NOT NULL,
  key text NOT NULL,
  name text,
  sort text COLLATE "C",
  ticket text,
  seq bigint NOT NULL,
  row text NOT NULL,
  PRIMARY KEY (list, key)
);
CREATE INDEX rows_named ON mailrobot.rows (list, name, seq) WHERE name IS NOT NULL;
CREATE INDEX rows_sorted ON mailrobot.rows (list, sort, key) WHERE sort IS NOT NULL;
CREATE TABLE mailrobot.marks (
  list text NOT NULL,
  ticket text NOT NULL,
  key text COLLATE "C" NOT NULL,
  PRIMARY KEY (list, ticket)
);
CREATE INDEX marks_keys ON mailrobot.marks (list, key);
CREATE TABLE mailrobot.identity (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  keys text NOT NULL,
  resting timestamptz
);
CREATE TABLE mailrobot.epochs (
  name text PRIMARY KEY,
  first bigint NOT NULL
);
CREATE TABLE mailrobot.settled (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  n bigint NOT NULL
);
`;
