/** Ends a transaction of a program that knows an older schema (../version.ts). */

/** SQLSTATE of our own. */
export const NEWER = 'MR002';

export const VERSION_FUNCTIONS = `
CREATE FUNCTION mailrobot.must_be(known integer) RETURNS void LANGUAGE plpgsql STABLE AS $must_be$
DECLARE
  found integer := (SELECT version FROM mailrobot.head);
BEGIN
  IF found > known THEN
    RAISE EXCEPTION USING ERRCODE = '${NEWER}',
      MESSAGE = format('the store is of version %s, made by a newer program', found);
  END IF;
END
$must_be$;
`;
