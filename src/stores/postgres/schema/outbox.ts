/**
 * How each mail stands that must go out, beside its row in the list `outbox`; and the secret texts of
 * those that are kept without, until they have gone.
 *
 * A hand-over that has begun has a holder, and a lease until a time of the database's clock. `ended`,
 * `sum` and `error` are JSON: they may hold what is no text to PostgreSQL (NUL).
 */
export const OUTBOX_SCHEMA = `
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
`;
