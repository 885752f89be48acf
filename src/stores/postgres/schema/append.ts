/**
 * The one way to add commits, or to put right (without a line) what follows from those that are there:
 * lines, what follows from them, the files that come with them, and what
 * they say of mails that went out. One statement, and by itself one transaction, so nobody waits for a
 * client between the lock of the head and the COMMIT.
 *
 * It begins with the row of `head`: numbers come without gaps and are seen in their order. Whoever has
 * gathered what others have changed since, keys too, or before a failover that has lost commits, gets
 * `overtaken`, and nothing is written; no error is raised, since a server writes the statement of an
 * error into its log. What is large was brought before (`brought`), and has its name from here: `lost`
 * if it is there no more. `blanked`: texts of earlier lines as they are from then on.
 */
export const APPEND_SCHEMA = `
CREATE TABLE mailrobot.brought (
  blob text PRIMARY KEY,
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE FUNCTION mailrobot.identity_now() RETURNS text LANGUAGE sql STABLE AS $identity_now$
  SELECT md5(keys || coalesce(resting::text, '')) FROM mailrobot.identity
$identity_now$;
CREATE FUNCTION mailrobot.append(
  expected bigint, lines json, edits json, keys json, files json, letters json,
  blanked json DEFAULT '[]', line_before text DEFAULT NULL, identity_before text DEFAULT NULL
) RETURNS text LANGUAGE plpgsql AS $append$
DECLARE
  one record;
BEGIN
  PERFORM set_config('synchronous_commit', 'on', true), set_config('lock_timeout', '5s', true);
  PERFORM FROM mailrobot.brought b
    JOIN json_to_recordset(files) AS f(blob text) ON f.blob = b.blob FOR UPDATE OF b;
  IF EXISTS (SELECT FROM json_to_recordset(files) AS f(blob text) WHERE f.blob IS NOT NULL
    AND NOT EXISTS (SELECT FROM mailrobot.brought b WHERE b.blob = f.blob)) THEN
    RETURN 'lost';
  END IF;
  UPDATE mailrobot.head
    SET (seq, hash) = (SELECT l.seq, l.hash
      FROM json_to_recordset(lines) AS l(seq bigint, hash text)
      UNION ALL SELECT head.seq, head.hash ORDER BY 1 DESC LIMIT 1)
    WHERE head.seq = expected AND (line_before IS NULL OR head.hash = line_before)
      AND (identity_before IS NULL OR identity_before = (SELECT mailrobot.identity_now()));
  IF NOT FOUND THEN
    RETURN 'overtaken';
  END IF;
  INSERT INTO mailrobot.journal (seq, time, hash, line, texts)
    SELECT seq, time, hash, line, texts FROM json_to_recordset(lines)
      AS l(seq bigint, time timestamptz, hash text, line text, texts text);
  UPDATE mailrobot.journal j SET texts = b.texts
    FROM json_to_recordset(blanked) AS b(seq bigint, texts text) WHERE j.seq = b.seq;
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
  PERFORM mailrobot.remove_files(array_agg(f.path))
    FROM json_to_recordset(files) AS f(path text, base64 text, blob text)
    WHERE f.base64 IS NULL AND f.blob IS NULL;
  FOR one IN SELECT * FROM json_to_recordset(files)
    AS f(path text, base64 text, blob text, size bigint, sha256 text)
    WHERE f.base64 IS NOT NULL OR f.blob IS NOT NULL
  LOOP
    IF one.blob IS NULL THEN
      PERFORM mailrobot.write_file(one.path, decode(one.base64, 'base64'));
    ELSE
      PERFORM mailrobot.name_file(one.path, one.blob, one.size, one.sha256);
      DELETE FROM mailrobot.brought b WHERE b.blob = one.blob;
    END IF;
  END LOOP;
  DELETE FROM mailrobot.standing s
    WHERE s.mail IN (SELECT json_array_elements_text(letters->'again'))
      AND s.ended IS DISTINCT FROM '"sent"';
  DELETE FROM mailrobot.standing s
    WHERE s.mail IN (SELECT json_array_elements_text(letters->'gone'));
  DELETE FROM mailrobot.secrets s
    WHERE s.mail IN (SELECT json_array_elements_text(letters->'gone'));
  INSERT INTO mailrobot.secrets (mail, text)
    SELECT mail, text FROM json_to_recordset(letters->'secrets') AS s(mail text, text text);
  RETURN 'done';
END
$append$;
`;
