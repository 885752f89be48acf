/**
 * How each mail stands that must go out, beside its row in the list `outbox`; and the secret texts
 * of those that are kept without, until they have gone.
 *
 * A hand-over that has begun has a holder, and a lease until a time of the database's clock.
 * `ended`, `sum` and `error` are JSON: they may hold what is no text to PostgreSQL (NUL).
 */
import { DEFINER } from './definer.ts';

/** Those of which the journal does not know yet how they ended are few, however many wait. */
export const ENDED_INDEX = `
CREATE INDEX IF NOT EXISTS standing_ended ON mailrobot.standing (mail) WHERE ended IS NOT NULL;
`;

export const OUTBOX_TABLES = `
CREATE TABLE mailrobot.standing (
  mail text PRIMARY KEY,
  holder text,
  until timestamptz,
  sum text,
  refusals integer NOT NULL DEFAULT 0,
  tried text,
  error text,
  ended text
);
CREATE TABLE mailrobot.secrets (
  mail text PRIMARY KEY,
  text text NOT NULL
);
${ENDED_INDEX}`;

/** The row of a mail is locked, so that it does not go meanwhile: nobody else may. */
export const OUTBOX_FUNCTIONS = `
CREATE FUNCTION mailrobot.waiting_mail(mail text)
RETURNS SETOF text LANGUAGE sql ${DEFINER} AS $waiting_mail$
  SELECT key FROM mailrobot.rows WHERE list = 'outbox' AND key = mail FOR KEY SHARE
$waiting_mail$;
`;
