/**
 * The journal, and what follows from it: lines in their order, rows of every list, marks of tickets.
 *
 * `append` is the one way to add a commit, or to put right (without a line) what follows from those
 * that are there. It begins with the row of `head`, so that numbers come
 * without gaps and are seen in their order; whoever has gathered what others have changed since then
 * is told by SQLSTATE MR001, and nothing is written. JSON stands as text: jsonb refuses what a mail
 * may hold (NUL), and would change it.
 */
export const JOURNAL_SCHEMA = `
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
CREATE FUNCTION mailrobot.append(expected bigint, lines json, edits json, keys json)
RETURNS void LANGUAGE plpgsql AS $append$
BEGIN
  UPDATE mailrobot.head
    SET (seq, hash) = (SELECT l.seq, l.hash
      FROM json_to_recordset(lines) AS l(seq bigint, hash text)
      UNION ALL SELECT head.seq, head.hash ORDER BY 1 DESC LIMIT 1)
    WHERE head.seq = expected;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the journal goes on behind %', expected USING ERRCODE = 'MR001';
  END IF;
  INSERT INTO mailrobot.journal (seq, time, hash, line, texts)
    SELECT seq, time, hash, line, texts FROM json_to_recordset(lines)
      AS l(seq bigint, time timestamptz, hash text, line text, texts text);
  DELETE FROM mailrobot.rows r USING json_to_recordset(edits) AS e(list text, key text, row text)
    WHERE e.row IS NULL AND r.list = e.list AND r.key = e.key;
  INSERT INTO mailrobot.rows (list, key, name, sort, ticket, seq, row)
    SELECT list, key, name, sort, ticket, seq, row FROM json_to_recordset(edits)
      AS e(list text, key text, name text, sort text, ticket text, seq bigint, row text)
      WHERE e.row IS NOT NULL
    ON CONFLICT (list, key) DO UPDATE SET (name, sort, ticket, seq, row) =
      (excluded.name, excluded.sort, excluded.ticket, excluded.seq, excluded.row);
  DELETE FROM mailrobot.marks m USING json_to_recordset(keys) AS k(list text, ticket text, key text)
    WHERE k.key IS NULL AND m.list = k.list AND m.ticket = k.ticket;
  INSERT INTO mailrobot.marks (list, ticket, key)
    SELECT list, ticket, key FROM json_to_recordset(keys) AS k(list text, ticket text, key text)
      WHERE k.key IS NOT NULL
    ON CONFLICT (list, ticket) DO UPDATE SET key = excluded.key;
END
$append$;
`;
