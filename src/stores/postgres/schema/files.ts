/**
 * Raw mail and attachments: a name for each, and its octets in pieces.
 *
 * Pieces belong to a blob, which has a name of its own: so octets can be brought in before the
 * number of their commit is known, and two that are brought in at once never wait for each other.
 * Octets of mail are packed or sealed already, or will be by the disk: they are not compressed
 * (EXTERNAL), and so each piece is read without those before it.
 *
 * The role of the deliveries brings octets without a name, and a commit names them. Without a
 * commit it names: the copy of a mail that waits in the outbox; an attachment, if a commit has one
 * of that hash; and what a restore brings into a store without commits. Everything else is for the
 * functions that are the owner's.
 */
import { DEFINER } from './definer.ts';

export const FILES_TABLES = `
CREATE TABLE mailrobot.files (
  path text PRIMARY KEY,
  blob text NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL
);
CREATE TABLE mailrobot.pieces (
  blob text NOT NULL,
  n integer NOT NULL,
  octets bytea NOT NULL,
  PRIMARY KEY (blob, n)
);
ALTER TABLE mailrobot.pieces ALTER COLUMN octets SET STORAGE EXTERNAL;
CREATE TABLE mailrobot.brought (
  blob text PRIMARY KEY,
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);
`;

/** Nobody needs so long from the first octet to the COMMIT. */
const LEFT = "since < clock_timestamp() - interval '1 hour'";

export const FILES_FUNCTIONS = `
CREATE FUNCTION mailrobot.name_file(at text, of text, octets bigint, hash text)
RETURNS void LANGUAGE plpgsql AS $name_file$
DECLARE
  before text;
BEGIN
  LOOP
    INSERT INTO mailrobot.files (path, blob, size, sha256) VALUES (at, of, octets, hash)
      ON CONFLICT (path) DO NOTHING;
    EXIT WHEN FOUND;
    SELECT f.blob INTO before FROM mailrobot.files f WHERE f.path = at FOR UPDATE;
    IF FOUND THEN
      UPDATE mailrobot.files f SET (blob, size, sha256) = (of, octets, hash) WHERE f.path = at;
      DELETE FROM mailrobot.pieces p WHERE p.blob = before;
      EXIT;
    END IF;
  END LOOP;
  DELETE FROM mailrobot.brought b WHERE b.blob = of;
END
$name_file$;
CREATE FUNCTION mailrobot.write_file(at text, octets bytea)
RETURNS void LANGUAGE plpgsql AS $write_file$
DECLARE
  own text := gen_random_uuid()::text;
BEGIN
  INSERT INTO mailrobot.pieces (blob, n, octets) SELECT own, 0, octets WHERE length(octets) > 0;
  PERFORM mailrobot.name_file(at, own, length(octets), encode(sha256(octets), 'hex'));
END
$write_file$;
CREATE FUNCTION mailrobot.remove_files(paths text[]) RETURNS void LANGUAGE sql AS $remove_files$
  WITH gone AS (DELETE FROM mailrobot.files WHERE path = ANY (paths) RETURNING blob)
  DELETE FROM mailrobot.pieces p USING gone WHERE p.blob = gone.blob
$remove_files$;
CREATE FUNCTION mailrobot.begin_blob() RETURNS text LANGUAGE sql ${DEFINER} AS $begin_blob$
  INSERT INTO mailrobot.brought (blob) VALUES (gen_random_uuid()::text) RETURNING blob
$begin_blob$;
CREATE FUNCTION mailrobot.bring(of text, first integer, VARIADIC pieces bytea[])
RETURNS boolean LANGUAGE plpgsql ${DEFINER} AS $bring$
BEGIN
  PERFORM FROM mailrobot.brought b WHERE b.blob = of FOR KEY SHARE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO mailrobot.pieces (blob, n, octets)
    SELECT of, first + p.n - 1, p.octets FROM unnest(pieces) WITH ORDINALITY AS p(octets, n);
  RETURN true;
END
$bring$;
CREATE FUNCTION mailrobot.forget_left() RETURNS void LANGUAGE sql ${DEFINER} AS $forget_left$
  WITH gone AS (DELETE FROM mailrobot.brought WHERE ${LEFT} RETURNING blob)
  DELETE FROM mailrobot.pieces p USING gone WHERE p.blob = gone.blob
$forget_left$;
CREATE FUNCTION mailrobot.has_copy(letter text, at text)
RETURNS boolean LANGUAGE sql STABLE AS $has_copy$
  SELECT EXISTS (SELECT FROM mailrobot.rows r WHERE r.list = 'outbox' AND r.key = letter
    AND strpos(r.row, '"raw":"' || at || '"') > 0)
$has_copy$;
CREATE FUNCTION mailrobot.keep_copy(letter text, at text, octets bytea)
RETURNS void LANGUAGE plpgsql ${DEFINER} AS $keep_copy$
BEGIN
  PERFORM set_config('synchronous_commit', 'on', true);
  IF mailrobot.has_copy(letter, at) AND NOT EXISTS (SELECT FROM mailrobot.files f
    WHERE f.path = at AND f.sha256 = encode(sha256(octets), 'hex')) THEN
    PERFORM mailrobot.write_file(at, octets);
  END IF;
END
$keep_copy$;
CREATE FUNCTION mailrobot.keep_brought(letter text, at text, of text, octets bigint, hash text)
RETURNS void LANGUAGE plpgsql ${DEFINER} AS $keep_brought$
BEGIN
  PERFORM set_config('synchronous_commit', 'on', true);
  PERFORM FROM mailrobot.brought b WHERE b.blob = of FOR UPDATE;
  IF FOUND AND mailrobot.has_copy(letter, at) THEN
    PERFORM mailrobot.name_file(at, of, octets, hash);
  END IF;
END
$keep_brought$;
CREATE FUNCTION mailrobot.attach_again(commit bigint, at text, of text)
RETURNS boolean LANGUAGE plpgsql ${DEFINER} AS $attach_again$
DECLARE
  whole bytea;
  own text;
BEGIN
  PERFORM FROM mailrobot.brought b WHERE b.blob = of FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT coalesce(string_agg(p.octets, ''::bytea ORDER BY p.n), ''::bytea) INTO whole
    FROM mailrobot.pieces p WHERE p.blob = of;
  own := encode(sha256(whole), 'hex');
  IF starts_with(at, 'tickets/') AND EXISTS (SELECT FROM mailrobot.journal j
    WHERE j.seq = commit AND strpos(j.line || j.texts, own) > 0
      AND strpos(j.line || j.texts, '"' || at || '"') > 0) THEN
    PERFORM mailrobot.name_file(at, of, length(whole), own);
    RETURN true;
  END IF;
  RETURN false;
END
$attach_again$;
CREATE FUNCTION mailrobot.restore_file(at text, of text, octets bigint, hash text)
RETURNS boolean LANGUAGE plpgsql ${DEFINER} AS $restore_file$
BEGIN
  PERFORM FROM mailrobot.brought b, mailrobot.head h
    WHERE b.blob = of AND h.seq = 0 FOR UPDATE OF b;
  IF FOUND THEN
    PERFORM mailrobot.name_file(at, of, octets, hash);
  END IF;
  RETURN FOUND;
END
$restore_file$;
`;
