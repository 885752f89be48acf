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
 *
 * It runs by the rights of the owner, since nobody else may write what it writes. So it looks at what it
 * is given, before it writes anything: each line has the next number, the hash of the line before it,
 * and the hash that it is said to have; texts are blanked to the same length; and no file comes, goes or
 * becomes another one but by a line that says so. If not: `refused`.
 */
import { NO_LINE } from '../../../journal/chain.ts';
import { DEFINER } from './definer.ts';
import { TIMELINE } from './log.ts';

export const APPEND_FUNCTIONS = `
CREATE FUNCTION mailrobot.identity_now() RETURNS text LANGUAGE sql STABLE AS $identity_now$
  SELECT md5(keys || coalesce(resting::text, '')) FROM mailrobot.identity
$identity_now$;
CREATE FUNCTION mailrobot.says(lines json, at text, goes boolean)
RETURNS boolean LANGUAGE sql STABLE AS $says$
  SELECT EXISTS (SELECT FROM json_to_recordset(lines) AS l(seq bigint, line text, texts text)
    WHERE CASE
      WHEN goes THEN l.line ~ '"type":"(mail\\.expired|person\\.erased)"'
      WHEN EXISTS (SELECT FROM mailrobot.files e WHERE e.path = at)
        THEN starts_with(at, 'raw/') AND strpos(l.line, '"type":"mail.blanked"') > 0
      ELSE at ~ ('^raw/\\d+/' || l.seq || '-in\\.eml$')
        OR (starts_with(at, 'tickets/')
          AND strpos(l.line || coalesce(l.texts, ''), '"' || at || '"') > 0)
    END)
$says$;
CREATE FUNCTION mailrobot.append(
  expected bigint, lines json, edits json, keys json, files json, letters json,
  blanked json DEFAULT '[]', line_before text DEFAULT NULL, identity_before text DEFAULT NULL
) RETURNS text LANGUAGE plpgsql ${DEFINER} AS $append$
DECLARE
  one record;
  timeline_now text := ${TIMELINE};
  before text := coalesce(line_before,
    (SELECT h.hash FROM mailrobot.head h WHERE h.seq = expected));
BEGIN
  IF before IS NULL THEN
    RETURN 'overtaken';
  END IF;
  IF EXISTS (SELECT FROM (
      SELECT l.*, expected + row_number() OVER lined AS number, lag(l.hash, 1, before) OVER lined AS prev
      FROM json_to_recordset(lines) AS l(seq bigint, hash text, line text)
      WINDOW lined AS (ORDER BY l.seq)) AS l
    WHERE (l.seq = l.number
      AND l.hash = left(encode(sha256(convert_to(l.line, 'UTF8')), 'hex'), ${NO_LINE.length})
      AND substring(l.line FROM '^{"v":\\d+,"seq":(\\d+),') = l.seq::text
      AND substring(l.line FROM '^{"v":\\d+,"seq":\\d+,"time":"[^"]*","prev":"([^"]*)"') = l.prev
    ) IS NOT true) THEN
    RETURN 'refused';
  END IF;
  IF json_array_length(lines) = 0 AND json_array_length(files) + json_array_length(blanked) > 0 THEN
    RETURN 'refused';
  END IF;
  IF EXISTS (SELECT FROM json_to_recordset(blanked) AS b(seq bigint, texts text)
      LEFT JOIN mailrobot.journal j ON j.seq = b.seq
      WHERE octet_length(j.texts) IS DISTINCT FROM octet_length(b.texts))
    OR EXISTS (SELECT FROM json_to_recordset(files) AS f(path text, base64 text, blob text)
      WHERE NOT mailrobot.says(lines, f.path, f.base64 IS NULL AND f.blob IS NULL)) THEN
    -- Whoever has been quicker may have a file of that number.
    RETURN CASE WHEN EXISTS (SELECT FROM mailrobot.head h
      WHERE h.seq = expected AND h.hash = before) THEN 'refused' ELSE 'overtaken' END;
  END IF;
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
    WHERE head.seq = expected AND head.hash = before
      AND (identity_before IS NULL OR identity_before = (SELECT mailrobot.identity_now()));
  IF NOT FOUND THEN
    RETURN 'overtaken';
  END IF;
  IF json_array_length(lines) > 0 THEN
    INSERT INTO mailrobot.failovers (first, timeline)
      SELECT expected + 1, timeline_now FROM mailrobot.head h WHERE h.timeline <> timeline_now
      ON CONFLICT DO NOTHING;
    UPDATE mailrobot.head h SET timeline = timeline_now
      WHERE h.timeline IS DISTINCT FROM timeline_now;
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
      WHERE e.row IS NOT NULL AND NOT (e.list = 'writers' AND EXISTS (SELECT FROM mailrobot.rows r
        WHERE r.list = e.list AND r.name = e.name AND r.key <> e.key))
    ON CONFLICT (list, key) DO UPDATE SET (name, sort, ticket, seq, row) =
      (excluded.name, excluded.sort, excluded.ticket, excluded.seq, excluded.row);
  PERFORM mailrobot.forget_old(least(max(l.time), clock_timestamp()))
    FROM json_to_recordset(lines) AS l(time timestamptz) HAVING count(*) > 0;
  DELETE FROM mailrobot.marks m USING json_to_recordset(keys) AS k(list text, ticket text, key text)
    WHERE k.key IS NULL AND m.list = k.list AND m.ticket = k.ticket;
  INSERT INTO mailrobot.marks (list, ticket, key)
    SELECT list, ticket, key FROM json_to_recordset(keys) AS k(list text, ticket text, key text)
      WHERE k.key IS NOT NULL
    ON CONFLICT (list, ticket) DO UPDATE SET key = excluded.key;
  FOR one IN SELECT * FROM json_to_recordset(files)
    AS f(path text, base64 text, blob text, size bigint, sha256 text)
    WHERE f.base64 IS NOT NULL OR f.blob IS NOT NULL
  LOOP
    IF one.blob IS NULL THEN
      PERFORM mailrobot.write_file(one.path, decode(one.base64, 'base64'));
    ELSE
      PERFORM mailrobot.name_file(one.path, one.blob, one.size, one.sha256);
    END IF;
  END LOOP;
  PERFORM mailrobot.remove_files(array_agg(f.path))
    FROM json_to_recordset(files) AS f(path text, base64 text, blob text)
    WHERE f.base64 IS NULL AND f.blob IS NULL;
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
CREATE FUNCTION mailrobot.lock_head() RETURNS void LANGUAGE sql ${DEFINER} AS $lock_head$
  SELECT FROM mailrobot.head FOR UPDATE
$lock_head$;
CREATE FUNCTION mailrobot.change_keys(keys_before text, keys_after text)
RETURNS boolean LANGUAGE plpgsql ${DEFINER} AS $change_keys$
BEGIN
  PERFORM set_config('synchronous_commit', 'on', true);
  IF (keys_after::json->>'epoch', keys_after::json->>'pastEpochs')
      IS DISTINCT FROM (keys_before::json->>'epoch', keys_before::json->>'pastEpochs')
    OR json_array_length(keys_after::json->'secrets') = 0 THEN
    RETURN false;
  END IF;
  UPDATE mailrobot.identity SET keys = keys_after WHERE keys = keys_before;
  RETURN FOUND;
END
$change_keys$;
CREATE FUNCTION mailrobot.end_rest() RETURNS void LANGUAGE sql ${DEFINER} AS $end_rest$
  UPDATE mailrobot.identity SET resting = NULL
$end_rest$;
CREATE FUNCTION mailrobot.restore_identity(restored text, rests timestamptz, began json)
RETURNS boolean LANGUAGE plpgsql ${DEFINER} AS $restore_identity$
BEGIN
  UPDATE mailrobot.identity SET (keys, resting) = (restored, rests)
    FROM mailrobot.head h WHERE h.seq = 0;
  IF FOUND THEN
    DELETE FROM mailrobot.epochs;
    INSERT INTO mailrobot.epochs (name, first)
      SELECT name, first FROM json_to_recordset(began) AS e(name text, first bigint);
  END IF;
  RETURN FOUND;
END
$restore_identity$;
`;
