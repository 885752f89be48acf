/**
 * Raw mail and attachments: a name for each, and its octets in pieces.
 *
 * Pieces belong to a blob, which has a name of its own: so octets can be brought in before the number
 * of their commit is known, and two that are brought in at once never wait for each other. Octets of
 * mail are packed or sealed already, or will be by the disk: they are not compressed (EXTERNAL), and
 * so each piece is read without those before it.
 */
export const FILES_SCHEMA = `
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
CREATE FUNCTION mailrobot.keep_copy(at text, octets bytea)
RETURNS void LANGUAGE plpgsql AS $keep_copy$
BEGIN
  PERFORM set_config('synchronous_commit', 'on', true);
  PERFORM FROM mailrobot.files f
    WHERE f.path = at AND f.sha256 = encode(sha256(octets), 'hex');
  IF NOT FOUND THEN
    PERFORM mailrobot.write_file(at, octets);
  END IF;
END
$keep_copy$;
CREATE FUNCTION mailrobot.remove_files(paths text[]) RETURNS void LANGUAGE sql AS $remove_files$
  WITH gone AS (DELETE FROM mailrobot.files WHERE path = ANY (paths) RETURNING blob)
  DELETE FROM mailrobot.pieces p USING gone WHERE p.blob = gone.blob
$remove_files$;
`;
