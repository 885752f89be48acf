-- Domains, accounts and aliases of a small mail host, and every rule about them.
--
-- As the superuser of the cluster, in a database of its own:
--     createdb hosting && psql -X -1 -v ON_ERROR_STOP=1 -d hosting -f schema.sql
-- Run again, it brings a database that is there up to date: rows stay, and all functions and views are
-- made anew, so that none of an older file is left. It is one transaction: whoever asks meanwhile gets
-- the old functions or the new ones.
--
-- Who may do what:
--     hosting_owner    owns everything here, and logs in nowhere
--     hosting_robot    the robot that reads mail: EXECUTE on the functions of part 5, no right on any table
--     hosting_worker   restores and removes files: EXECUTE on the functions of part 6, no right on any table
--     hosting_postfix  reads three views and the table of aliases
--     hosting_dovecot  reads one view
-- The functions run with the rights of hosting_owner (SECURITY DEFINER) and a fixed search_path, so
-- that nobody can put a table or function of their own in the place of one that is named here.
--
-- What a function of part 5 answers is for a person, as an object of JSON: verdict `yes` or `no`, and what
-- it says. With carry_out = false it changes nothing and says what would be done; with true everything is checked
-- again before it is done. What it says repeats nothing of a mail but fields that were checked.

SET client_min_messages = warning; -- no word about each thing that is there already

DO $$
DECLARE
  kind text;
  role text;
BEGIN
  FOR role, kind IN VALUES ('owner', 'NOLOGIN'), ('robot', 'LOGIN'), ('worker', 'LOGIN'), ('postfix', 'LOGIN'), ('dovecot', 'LOGIN')
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hosting_' || role) THEN
      EXECUTE format('CREATE ROLE %I %s', 'hosting_' || role, kind);
    END IF;
  END LOOP;
END $$;

CREATE SCHEMA IF NOT EXISTS hosting AUTHORIZATION hosting_owner;
CREATE SCHEMA IF NOT EXISTS hosting_crypto;
CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA hosting_crypto;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA hosting_crypto FROM PUBLIC;
GRANT USAGE ON SCHEMA hosting_crypto TO hosting_owner;
GRANT EXECUTE ON FUNCTION hosting_crypto.gen_random_bytes(integer), hosting_crypto.crypt(text, text),
  hosting_crypto.gen_salt(text, integer) TO hosting_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- So that `SELECT … FROM recipients` finds the table for all of them, as `mailrobot recipient` has it.
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET search_path = hosting', current_database());
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;

SET ROLE hosting_owner;
SET search_path = hosting;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Of a file that was run before. Views and functions of yours that use these are in the way: drop them first.
DROP VIEW IF EXISTS postfix_domains, postfix_mailboxes, postfix_senders, dovecot_accounts;
DO $$
DECLARE
  all_of_them text := (SELECT string_agg(oid::regprocedure::text, ', ') FROM pg_proc WHERE pronamespace = 'hosting'::regnamespace);
BEGIN
  IF all_of_them IS NOT NULL THEN EXECUTE 'DROP FUNCTION ' || all_of_them; END IF;
END $$;
DROP TYPE IF EXISTS answer;

-- 1. What an administrator fills in ----------------------------------------------------------------

-- One row.
CREATE TABLE IF NOT EXISTS settings (
  only_row        boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  desk            text NOT NULL, -- the address of the robot: accounts@desk.example
  imap_host       text NOT NULL,
  submission_host text NOT NULL
);

CREATE TABLE IF NOT EXISTS domains (
  domain       text PRIMARY KEY CHECK (domain ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$'),
  -- Whoever proves an address may have accounts here; otherwise only its managers may.
  is_open      boolean NOT NULL DEFAULT false,
  most_each    integer NOT NULL DEFAULT 5 CHECK (most_each > 0), -- accounts of one person
  most_aliases integer NOT NULL DEFAULT 10 CHECK (most_aliases > 0) -- of one account
);

-- Who may create accounts and aliases in a domain that is not open.
CREATE TABLE IF NOT EXISTS managers (
  domain  text NOT NULL REFERENCES domains,
  address text NOT NULL CHECK (address = lower(address)),
  PRIMARY KEY (domain, address)
);

-- Names that are given to nobody. Those of `authority` are not given as a part of a name, either: long ones
-- (five letters) wherever they stand in it, short ones between signs.
-- A queue also takes the addresses of its tickets: support-7102.
CREATE TABLE IF NOT EXISTS reserved (
  name text PRIMARY KEY,
  why  text NOT NULL CHECK (why IN ('authority', 'service', 'queue', 'system'))
);

-- 2. What the robots fill in -----------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS accounts (
  address         text PRIMARY KEY,
  domain          text NOT NULL REFERENCES domains,
  likeness        text NOT NULL, -- what look-alikes of its name have in common: likeness_of
  recovery        text NOT NULL, -- always outside of our domains; the only address a password is mailed to
  password        text NOT NULL, -- as Dovecot reads it: {SCHEME}…
  temporary_until timestamptz,   -- of a random password; null for one that its owner has set
  made_at         timestamptz NOT NULL DEFAULT now(),
  removed_at      timestamptz,   -- no login and no mail from then on; its data go 14 days later
  made_by         text NOT NULL  -- the request, so that one that is run again is done once
);
CREATE INDEX IF NOT EXISTS accounts_recovery_idx ON accounts (recovery);
CREATE INDEX IF NOT EXISTS accounts_domain_likeness_idx ON accounts (domain, likeness);

-- Aliases that work. The layout is that of `mailrobot recipient`, with two columns more.
CREATE TABLE IF NOT EXISTS recipients (
  address     text PRIMARY KEY,
  destination text NOT NULL,
  account     text REFERENCES accounts, -- whose alias it is; null for one that the administrator has made
  likeness    text NOT NULL DEFAULT '',
  CHECK (address ~ '^[a-z0-9][a-z0-9._-]{0,63}@[a-z0-9.-]{1,253}$' AND length(address) <= 254),
  CHECK (destination ~ '^[A-Za-z0-9_][A-Za-z0-9._''=~&+-]{0,63}@[a-z0-9.-]{1,253}$' AND length(destination) <= 254),
  CHECK (destination <> address)
);
CREATE INDEX IF NOT EXISTS recipients_account_idx ON recipients (account);

-- Aliases that do not work: to an address elsewhere whose owner has not agreed yet, or removed ones.
CREATE TABLE IF NOT EXISTS waiting_recipients (
  address     text PRIMARY KEY,
  destination text NOT NULL,
  account     text NOT NULL REFERENCES accounts,
  likeness    text NOT NULL,
  offered_at  timestamptz, -- its owner has seven days to accept
  removed_at  timestamptz, -- by itself, for 14 days
  with_account boolean NOT NULL DEFAULT false, -- it was removed with its account and comes back with it
  has_refused boolean NOT NULL DEFAULT false, -- whom it leads to has ended it: it does not come back without them
  CHECK ((offered_at IS NULL) <> (removed_at IS NULL))
);
ALTER TABLE waiting_recipients ADD COLUMN IF NOT EXISTS has_refused boolean NOT NULL DEFAULT false;

-- Names that were somebody's.
CREATE TABLE IF NOT EXISTS resting (
  address  text PRIMARY KEY,
  domain   text NOT NULL,
  likeness text NOT NULL,
  until    timestamptz NOT NULL
);

-- What there is to restore: written by the backup, a row for each folder.
CREATE TABLE IF NOT EXISTS backups (
  account  text NOT NULL REFERENCES accounts,
  taken    text NOT NULL CHECK (taken ~ '^\d{4}-\d{2}-\d{2}$'),
  folder   text NOT NULL CHECK (folder <> '' AND folder !~ '[[:cntrl:]]'),
  messages integer NOT NULL,
  PRIMARY KEY (account, taken, folder)
);

-- What the worker has to do with files.
CREATE TABLE IF NOT EXISTS jobs (
  job        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request    text NOT NULL UNIQUE,
  kind       text NOT NULL CHECK (kind IN ('restore', 'purge')),
  account    text NOT NULL,
  taken      text,
  folder     text, -- null for all of them
  made_at    timestamptz NOT NULL DEFAULT now(),
  begun_at   timestamptz,
  ended_at   timestamptz,
  said       text
);

-- 3. Names -----------------------------------------------------------------------------------------

-- lower() of the C locale: letters outside of ASCII stay what they are, and are then refused.
CREATE FUNCTION small(given text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = hosting, pg_temp
RETURN lower(coalesce(given, '') COLLATE "C");

-- What two names have in common that a person may take for one another: adm1n, ad-min, admln, adrnin.
CREATE FUNCTION likeness_of(name text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = hosting, pg_temp
RETURN replace(replace(translate(regexp_replace(small(name), '[._-]', '', 'g'),
  '0134578i', 'oleastbl'), 'rn', 'm'), 'vv', 'w');

-- An address here that may be somebody's: its name, else null. 160: a line of a plan has 200 characters.
CREATE FUNCTION local_part(address text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = hosting, pg_temp
RETURN CASE WHEN address ~ '^[a-z0-9][a-z0-9._-]{0,63}@[a-z0-9.-]{1,253}$' AND length(address) <= 160
  AND split_part(address, '@', 1) !~ '\.\.|\.$' THEN split_part(address, '@', 1) END;

CREATE FUNCTION is_address(address text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = hosting, pg_temp
RETURN address ~ '^[a-z0-9_][a-z0-9._''=~&+-]{0,63}@[a-z0-9-]+(\.[a-z0-9-]+)+$' AND length(address) <= 160
  AND split_part(address, '@', 1) !~ '\.\.|\.$';

CREATE FUNCTION is_ours(p_address text) RETURNS boolean LANGUAGE sql STABLE SET search_path = hosting, pg_temp
RETURN EXISTS (SELECT FROM domains WHERE domain = split_part(p_address, '@', 2))
  OR EXISTS (SELECT FROM settings WHERE split_part(desk, '@', 2) = split_part(p_address, '@', 2)
    OR split_part(p_address, '@', 2) IN (imap_host, submission_host));

-- RFC 2142, certificate authorities, queues and their tickets, services, system users, and look-alikes.
CREATE FUNCTION is_reserved(name text) RETURNS boolean LANGUAGE sql STABLE SET search_path = hosting, pg_temp
RETURN name ~ '^as[0-9]+$' -- the contact of an autonomous system
  OR name ~ '^(owner|bounces?)-|-(request|owner|bounces?|admin|join|leave|subscribe|unsubscribe|confirm)$' -- of lists
  OR EXISTS (
    SELECT FROM reserved r
    WHERE likeness_of(r.name) IN (likeness_of($1), likeness_of(regexp_replace($1, '[0-9._-]+$', '')),
        likeness_of(regexp_replace($1, 's[0-9._-]*$', '')))
      OR (r.why = 'queue' AND likeness_of($1) ~ ('^' || likeness_of(r.name) || '[lobeastg0-9]+$') AND $1 ~ '[0-9]')
      OR (r.why = 'authority' AND likeness_of(r.name) IN
        (SELECT likeness_of(part) FROM regexp_split_to_table($1, '[._-]+') AS part))
      OR (r.why = 'authority' AND length(r.name) >= 5 AND strpos(likeness_of($1), likeness_of(r.name)) > 0));

-- Why this name is given to nobody, in words; null if it is free.
CREATE FUNCTION against_name(p_address text) RETURNS text LANGUAGE plpgsql STABLE SET search_path = hosting, pg_temp AS $$
DECLARE
  name text := local_part(p_address);
  their_domain text := split_part(p_address, '@', 2);
  looks text;
BEGIN
  IF name IS NULL THEN
    RETURN 'That is no address that can be had. A name begins with a-z or 0-9, and goes on with these, '
      'a dot, a dash or an underscore: anna.lee@hosted.example';
  END IF;
  IF NOT EXISTS (SELECT FROM domains WHERE domain = their_domain) THEN
    RETURN 'That domain is not one of ours.';
  END IF;
  IF is_reserved(name) THEN
    RETURN p_address || ' is kept for the service, or looks like a name that is. Please choose another one.';
  END IF;
  looks := likeness_of(name);
  IF EXISTS (SELECT FROM accounts a WHERE a.domain = their_domain AND a.likeness = looks)
    OR EXISTS (SELECT FROM recipients r WHERE r.address = p_address
      OR (split_part(r.address, '@', 2) = their_domain AND likeness_of(split_part(r.address, '@', 1)) = looks))
    OR EXISTS (SELECT FROM waiting_recipients w WHERE split_part(w.address, '@', 2) = their_domain
      AND w.likeness = looks AND (w.offered_at IS NULL OR w.offered_at > now() - interval '7 days'))
    OR EXISTS (SELECT FROM resting r WHERE r.domain = their_domain AND r.likeness = looks AND r.until > now())
  THEN
    RETURN p_address || ' is taken, was somebody''s less than a year ago, or looks like such a name.';
  END IF;
  RETURN NULL;
END $$;

-- 4. What the functions of part 5 share ------------------------------------------------------------

-- says: to whoever asked. mail_to, subject, mail: to somebody else, or with a secret, which is the one word of
-- it that no kept copy may have.
CREATE FUNCTION answer(verdict text, says text, mail_to text, subject text, mail text, secret text) RETURNS json
LANGUAGE sql IMMUTABLE SET search_path = hosting, pg_temp
RETURN json_build_object('verdict', verdict, 'says', says, 'mail_to', mail_to, 'subject', subject, 'mail', mail, 'secret', secret);

CREATE FUNCTION deny(says text) RETURNS json LANGUAGE sql IMMUTABLE SET search_path = hosting, pg_temp
RETURN answer('no', says, NULL, NULL, NULL, NULL);

CREATE FUNCTION yes(says text) RETURNS json LANGUAGE sql IMMUTABLE SET search_path = hosting, pg_temp
RETURN answer('yes', says, NULL, NULL, NULL, NULL);

-- One request at a time changes something: what was checked is so when it is done. A transaction that may read
-- what was so before its turn is refused.
CREATE FUNCTION begin_request(carry_out boolean) RETURNS void LANGUAGE plpgsql SET search_path = hosting, pg_temp AS $$
BEGIN
  IF carry_out IS NULL OR current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE SQLSTATE '25001';
  END IF;
  IF carry_out THEN PERFORM pg_advisory_xact_lock(hashtextextended('hosting', 0)); END IF;
END $$;

-- The account, if it is this person's: by its recovery address, or, for what is not dangerous, by itself.
-- Whether there is such an account is not said to anybody else.
CREATE FUNCTION account_of(p_sender text, p_address text, also_itself boolean) RETURNS accounts
LANGUAGE sql STABLE SET search_path = hosting, pg_temp
RETURN (SELECT a FROM accounts a WHERE a.address = p_address AND a.removed_at IS NULL
  AND (a.recovery = p_sender OR (also_itself AND a.address = p_sender)));

CREATE FUNCTION not_yours() RETURNS json LANGUAGE sql IMMUTABLE SET search_path = hosting, pg_temp
RETURN deny('There is no such account of yours, or it takes a mail from its recovery address.');

CREATE FUNCTION may_create(p_sender text, p_domain text) RETURNS boolean LANGUAGE sql STABLE SET search_path = hosting, pg_temp
RETURN EXISTS (SELECT FROM domains d WHERE d.domain = p_domain AND (d.is_open
  OR EXISTS (SELECT FROM managers m WHERE m.domain = d.domain AND m.address = p_sender)));

-- One person, whatever stands behind a + in their address.
CREATE FUNCTION person_of(address text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = hosting, pg_temp
RETURN regexp_replace(address, '\+[^@]*@', '@');

-- An alias that waits for the owner of the address that it is to lead to: what they are asked.
CREATE FUNCTION offer(says text, p_alias text, goes_to text) RETURNS json LANGUAGE sql STABLE SET search_path = hosting, pg_temp
RETURN (SELECT answer('yes', says, goes_to, 'Mail for ' || p_alias,
    format(E'Somebody who has an account in %1$s would like mail to %2$s to go to you, at %3$s.\n\n'
      'If you want that, write a mail to %4$s within seven days:\n\n    accept %2$s\n\nIf not, do nothing.\n',
      split_part(a.address, '@', 2), p_alias, goes_to, s.desk), NULL)
  FROM waiting_recipients w JOIN accounts a ON a.address = w.account, settings s WHERE w.address = p_alias);

-- A name rests for a year from then on. One that you have given free since does not rest again for the same.
CREATE FUNCTION rest(p_address text, since timestamptz) RETURNS void LANGUAGE sql SET search_path = hosting, pg_temp
BEGIN ATOMIC
  INSERT INTO resting VALUES (p_address, split_part(p_address, '@', 2), likeness_of(local_part(p_address)), since + interval '1 year')
    ON CONFLICT (address) DO UPDATE SET until = excluded.until WHERE resting.until <= since;
END;

-- An alias works no more, and may come back for 14 days.
CREATE FUNCTION take_out(alias text, with_its_account boolean, its_owner_refuses boolean) RETURNS void
LANGUAGE sql SET search_path = hosting, pg_temp
BEGIN ATOMIC
  INSERT INTO waiting_recipients (address, destination, account, likeness, removed_at, with_account, has_refused)
    SELECT r.address, r.destination, r.account, r.likeness, now(), with_its_account, its_owner_refuses
    FROM recipients r WHERE r.address = alias;
  DELETE FROM recipients r WHERE r.address = alias;
END;

-- 100 bits, in letters and digits that nobody takes for one another.
CREATE FUNCTION random_password() RETURNS text LANGUAGE sql VOLATILE SET search_path = hosting, pg_temp
RETURN (SELECT string_agg(CASE WHEN n IN (5, 10, 15) THEN '-' ELSE '' END
    || substr('abcdefghjkmnpqrstuvwxyz23456789', 1 + get_byte(bytes, n) % 31, 1), '' ORDER BY n)
  FROM hosting_crypto.gen_random_bytes(21) AS bytes, generate_series(0, 20) AS n);

-- By itself, and not within a statement, which a log may have with its values.
CREATE FUNCTION hashed(password text) RETURNS text LANGUAGE sql VOLATILE SET search_path = hosting, pg_temp
RETURN '{BLF-CRYPT}' || hosting_crypto.crypt(password, hosting_crypto.gen_salt('bf', 10));

-- Why this is not a line that `doveadm pw` prints, with a strong scheme; null if it is. What it may cost to
-- check is bounded, too: a login must not take minutes.
CREATE FUNCTION against_hash(line text) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = hosting, pg_temp AS $$
DECLARE
  cost text[];
BEGIN
  IF line ~ '^\{(BLF-CRYPT|CRYPT)\}\$2[by]\$(0[5-9]|1[0-3])\$[./A-Za-z0-9]{53}$' THEN RETURN NULL; END IF;
  IF line ~ '^\{(SHA512-CRYPT|CRYPT)\}\$6\$(rounds=[1-9][0-9]{3,5}\$)?[./A-Za-z0-9]{8,16}\$[./A-Za-z0-9]{86}$'
    AND coalesce(substring(line FROM 'rounds=([0-9]+)')::integer, 5000) >= 5000 THEN RETURN NULL; END IF;
  cost := regexp_match(line,
    '^\{ARGON2(?:I|ID)\}\$argon2id?\$v=19\$m=([0-9]{4,6}),t=([0-9]{1,2}),p=([1-8])\$[+/A-Za-z0-9]{11,86}\$[+/A-Za-z0-9]{22,86}$');
  IF cost IS NOT NULL AND cost[1]::integer BETWEEN 8192 AND 262144 AND cost[2]::integer BETWEEN 1 AND 10 THEN
    RETURN NULL;
  END IF;
  RETURN 'That is not a line that `doveadm pw -s ARGON2ID`, `-s BLF-CRYPT` or `-s SHA512-CRYPT` prints. '
    'Never write the password itself into a mail.';
END $$;

-- The one mail that has a password: to the recovery address on record, and for 24 hours.
CREATE FUNCTION first_password(p_address text, why text, fresh text) RETURNS json
LANGUAGE sql STABLE SET search_path = hosting, pg_temp
RETURN (SELECT answer('yes', NULL, a.recovery, 'Your account ' || a.address, format(
    E'%s\n\nUser name: %s\nPassword: %s\n\nThis password is good for 24 hours; do not quote this mail. Choose your own, and send the line '
    'that this prints (never the password itself):\n\n    doveadm pw -s BLF-CRYPT\n\nas a mail to %s:\n\n    password %s {BLF-CRYPT}$2y$...\n',
    why, a.address, fresh, s.desk, a.address), fresh)
  FROM accounts a, settings s WHERE a.address = p_address);

-- 5. What the robot may ask ------------------------------------------------------------------------
--
-- request: the same text each time that the same mail is run, and no other mail's. What a request has
-- done is not done twice if the robot is run again because it was killed before its answer was kept.

CREATE FUNCTION create_account(request text, sender text, address text, carry_out boolean) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = hosting, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  wanted text := small(address);
  owner text := small(sender);
  their_domain text := split_part(wanted, '@', 2);
  fresh text;
  line text;
  why text;
BEGIN
  PERFORM begin_request(carry_out);
  IF carry_out AND EXISTS (SELECT FROM accounts a WHERE a.address = wanted AND a.made_by = request
    AND a.recovery = owner AND a.temporary_until IS NOT NULL) THEN
    -- Its first answer has reached nobody: the password in it becomes another one.
    fresh := random_password();
    line := hashed(fresh);
    UPDATE accounts a SET password = line, temporary_until = now() + interval '24 hours' WHERE a.address = wanted;
    RETURN first_password(wanted, 'The account ' || wanted || ' is there.', fresh);
  END IF;
  IF NOT is_address(owner) OR is_ours(owner) THEN
    RETURN deny('An account is created by a mail from an address elsewhere: it becomes the recovery address.');
  END IF;
  IF local_part(wanted) IS NOT NULL AND NOT may_create(owner, their_domain) THEN
    RETURN deny('That domain is not one of ours, or not one that you may have accounts in.');
  END IF;
  why := against_name(wanted);
  IF why IS NOT NULL THEN RETURN deny(why); END IF;
  IF (SELECT count(*) FROM accounts a WHERE person_of(a.recovery) = person_of(owner) AND a.domain = their_domain)
    >= (SELECT d.most_each FROM domains d WHERE d.domain = their_domain) THEN
    RETURN deny('You have as many accounts in ' || their_domain || ' as one person may have.');
  END IF;
  IF NOT carry_out THEN
    RETURN yes(format(E'Create the account %s.\n\nIts recovery address is %s.\nA random password, good for 24 hours, goes there.',
      wanted, owner));
  END IF;
  fresh := random_password();
  line := hashed(fresh);
  INSERT INTO accounts (address, domain, likeness, recovery, password, temporary_until, made_by)
    VALUES (wanted, their_domain, likeness_of(local_part(wanted)), owner, line, now() + interval '24 hours', request);
  RETURN first_password(wanted, 'The account ' || wanted || ' is there.', fresh);
END $$;

-- A forgotten password: only for the recovery address on record, and mailed only there.
CREATE FUNCTION forgot_password(request text, sender text, address text, carry_out boolean) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = hosting, pg_temp AS $$
DECLARE
  theirs accounts;
  fresh text;
  line text;
BEGIN
  PERFORM begin_request(carry_out);
  theirs := account_of(small(sender), small(address), false);
  IF theirs.address IS NULL THEN RETURN not_yours(); END IF;
  IF NOT carry_out THEN
    RETURN yes(format(E'Give %s a new password.\n\nThe one that it has works no more. A random one, good for 24 hours, goes to\n%s.',
      theirs.address, theirs.recovery));
  END IF;
  fresh := random_password();
  line := hashed(fresh);
  UPDATE accounts a SET password = line, temporary_until = now() + interval '24 hours'
    WHERE a.address = theirs.address;
  RETURN first_password(theirs.address, 'The old password of ' || theirs.address || ' works no more.', fresh);
END $$;

CREATE FUNCTION change_password(request text, sender text, address text, line text, carry_out boolean) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = hosting, pg_temp AS $$
DECLARE
  theirs accounts;
  why text := against_hash(line);
BEGIN
  PERFORM begin_request(carry_out);
  theirs := account_of(small(sender), small(address), true);
  IF why IS NOT NULL THEN RETURN deny(why); END IF;
  IF theirs.address IS NULL THEN RETURN not_yours(); END IF;
  IF NOT carry_out THEN
    -- So that nobody confirms a line that somebody else has sent under their address.
    RETURN yes(format(E'Set the password of %s\nto the one whose line begins with %s and ends with\n\n    %s\n\n'
      'If the line that you sent ends otherwise, somebody else has sent this one: do nothing.',
      theirs.address, substring(line FROM '^\{[A-Z0-9-]+\}'), right(line, 8)));
  END IF;
  UPDATE accounts a SET password = line, temporary_until = NULL WHERE a.address = theirs.address;
  RETURN yes(format('The password of %s is the one that you have chosen.', theirs.address));
END $$;

-- An alias leads to one account of ours, or, if its owner agrees, to one address elsewhere. It never leads to
-- an alias, so that there is no loop.
CREATE FUNCTION create_alias(request text, sender text, alias text, target text, carry_out boolean) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = hosting, pg_temp AS $$
DECLARE
  wanted text := small(alias);
  goes_to text := small(target);
  owner text := small(sender);
  theirs accounts;
  why text;
BEGIN
  PERFORM begin_request(carry_out);
  IF is_ours(goes_to) THEN
    theirs := account_of(owner, goes_to, true);
    IF theirs.address IS NULL THEN RETURN not_yours(); END IF;
  ELSE
    IF NOT is_address(goes_to) THEN RETURN deny('An alias leads to one plain address.'); END IF;
    -- Whose alias it is: the oldest account of this person in that domain.
    SELECT a.* INTO theirs FROM accounts a WHERE a.domain = split_part(wanted, '@', 2) AND a.removed_at IS NULL
      AND owner IN (a.recovery, a.address) ORDER BY a.made_at, a.address LIMIT 1;
    IF theirs.address IS NULL THEN RETURN deny('It takes an account of yours in that domain.'); END IF;
  END IF;
  IF carry_out AND (EXISTS (SELECT FROM recipients r WHERE r.address = wanted AND r.destination = goes_to
      AND r.account = theirs.address)
    OR EXISTS (SELECT FROM waiting_recipients w WHERE w.address = wanted AND w.destination = goes_to
      AND w.account = theirs.address AND w.offered_at > now() - interval '7 days')) THEN
    RETURN yes(format('The alias %s to %s is there.', wanted, goes_to));
  END IF;
  IF local_part(wanted) IS NOT NULL AND split_part(wanted, '@', 2) <> theirs.domain
    AND NOT may_create(owner, split_part(wanted, '@', 2)) THEN
    RETURN deny('That domain is not one of ours, or not one that you may have aliases in.');
  END IF;
  why := against_name(wanted);
  IF why IS NOT NULL THEN RETURN deny(why); END IF;
  IF (SELECT count(*) FROM recipients r WHERE r.account = theirs.address)
    + (SELECT count(*) FROM waiting_recipients w WHERE w.account = theirs.address)
    >= (SELECT d.most_aliases FROM domains d WHERE d.domain = theirs.domain) THEN
    RETURN deny(theirs.address || ' has as many aliases as it may have.');
  END IF;
  IF NOT carry_out THEN
    RETURN yes(format(E'Make the alias %s.\nIts mail goes to %s.', wanted, goes_to)
      || CASE WHEN is_ours(goes_to) THEN '' ELSE 
        E'\n\nIt works as soon as the owner of that address has agreed, by a mail of their own.' END);
  END IF;
  DELETE FROM waiting_recipients w WHERE w.address = wanted; -- an offer that is over
  IF is_ours(goes_to) THEN
    INSERT INTO recipients (address, destination, account, likeness)
      VALUES (wanted, goes_to, theirs.address, likeness_of(local_part(wanted)));
    RETURN yes(format('Mail to %s goes to %s.', wanted, goes_to));
  END IF;
  INSERT INTO waiting_recipients (address, destination, account, likeness, offered_at)
    VALUES (wanted, goes_to, theirs.address, likeness_of(local_part(wanted)), now());
  RETURN offer(format('The alias %s works as soon as the owner of %s agrees. They have seven days, and get a mail now.',
    wanted, goes_to), wanted, goes_to);
END $$;

-- The owner of the address elsewhere agrees. That it is theirs is proven by their mail, not by who asked.
CREATE FUNCTION accept_alias(request text, sender text, alias text, carry_out boolean) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = hosting, pg_temp AS $$
DECLARE
  wanted text := small(alias);
  agreed waiting_recipients;
BEGIN
  PERFORM begin_request(carry_out);
  IF carry_out AND EXISTS (SELECT FROM recipients r WHERE r.address = wanted AND r.destination = small(sender)) THEN
    RETURN yes(format('Mail to %s goes to you.', wanted));
  END IF;
  SELECT w.* INTO agreed FROM waiting_recipients w WHERE w.address = wanted AND w.destination = small(sender)
    AND w.offered_at > now() - interval '7 days';
  IF agreed.address IS NULL THEN RETURN deny('There is no such alias that waits for you.'); END IF;
  IF NOT carry_out THEN RETURN yes(format(E'Let mail to %s\ngo to %s, your address.', wanted, agreed.destination)); END IF;
  DELETE FROM waiting_recipients w WHERE w.address = wanted;
  INSERT INTO recipients (address, destination, account, likeness)
    VALUES (agreed.address, agreed.destination, agreed.account, agreed.likeness);
  RETURN yes(format('Mail to %s goes to you. To end that, send: remove %s', wanted, wanted));
END $$;

-- An account with its aliases, or an alias: also by the owner of the address elsewhere that it leads to.
CREATE FUNCTION remove_address(request text, sender text, address text, carry_out boolean) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = hosting, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  gone text := small(address);
  owner text := small(sender);
  theirs accounts;
  their_aliases text;
  is_theirs boolean; -- not only the address that it leads to
BEGIN
  PERFORM begin_request(carry_out);
  theirs := account_of(owner, gone, false);
  IF theirs.address IS NULL THEN
    IF EXISTS (SELECT FROM recipients r JOIN accounts a ON a.address = r.account
      WHERE r.address = gone AND owner IN (a.recovery, a.address, r.destination)) THEN
      is_theirs := EXISTS (SELECT FROM recipients r JOIN accounts a ON a.address = r.account
        WHERE r.address = gone AND owner IN (a.recovery, a.address));
      IF NOT carry_out THEN
        RETURN yes(format(E'Remove the alias %s.\n', gone)
          || CASE WHEN is_theirs THEN 'It can be undone for 14 days.' ELSE 'It does not lead to you again, unless you agree again.' END);
      END IF;
      PERFORM take_out(gone, false, NOT is_theirs);
      PERFORM rest(gone, now());
      RETURN yes(format('The alias %s is removed.', gone) || CASE
        WHEN is_theirs THEN format(E' Within 14 days, this brings it back:\n\n    undo %s\n', gone)
        ELSE ' It does not lead to you again, unless you agree again.' END);
    END IF;
    IF EXISTS (SELECT FROM waiting_recipients w JOIN accounts a ON a.address = w.account
      WHERE w.address = gone AND w.offered_at IS NOT NULL AND owner IN (a.recovery, a.address, w.destination)) THEN
      IF carry_out THEN DELETE FROM waiting_recipients w WHERE w.address = gone AND w.offered_at IS NOT NULL; END IF;
      RETURN yes(format(E'Take back the alias %s,\nwhich the owner of the other address has not agreed to.', gone));
    END IF;
    IF EXISTS (SELECT FROM waiting_recipients w JOIN accounts a ON a.address = w.account WHERE w.address = gone
      AND w.removed_at IS NOT NULL AND w.destination = owner AND owner NOT IN (a.recovery, a.address) AND NOT w.has_refused) THEN
      IF carry_out THEN
        UPDATE waiting_recipients w SET has_refused = true, with_account = false WHERE w.address = gone;
        PERFORM rest(gone, now());
      END IF;
      RETURN yes(format(E'Whoever had the alias %s\nhas removed it. It does not come back to you, unless you agree again.', gone));
    END IF;
    IF carry_out AND (EXISTS (SELECT FROM accounts a WHERE a.address = gone AND a.recovery = owner AND a.removed_at IS NOT NULL)
      OR EXISTS (SELECT FROM waiting_recipients w JOIN accounts a ON a.address = w.account
        WHERE w.address = gone AND w.removed_at IS NOT NULL AND owner IN (a.recovery, a.address, w.destination))) THEN
      RETURN yes(format('%s is removed.', gone));
    END IF;
    RETURN not_yours();
  END IF;
  SELECT string_agg(E'\n' || r.address, '' ORDER BY r.address) INTO their_aliases FROM recipients r WHERE r.account = gone;
  IF NOT carry_out THEN
    RETURN yes(format(E'Remove the account %s\nwith all its mail%s', gone, coalesce(' and these aliases:' || their_aliases, '.'))
      || E'\n\nFrom then on nobody can log in, and mail to it is refused. It can be undone for 14 days; then all '
      'of it is gone, the backups too, and the name rests for a year.');
  END IF;
  UPDATE accounts a SET removed_at = now() WHERE a.address = gone;
  DELETE FROM waiting_recipients w WHERE w.account = gone AND w.offered_at IS NOT NULL;
  PERFORM take_out(r.address, true, false) FROM recipients r WHERE r.account = gone;
  RETURN yes(format(E'The account %s is removed. Within 14 days, this brings it back, with all its mail:\n\n    undo %s\n',
    gone, gone));
END $$;

CREATE FUNCTION undo_remove(request text, sender text, address text, carry_out boolean) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = hosting, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  back text := small(address);
  owner text := small(sender);
  is_account boolean;
  refused text; -- by whom
BEGIN
  PERFORM begin_request(carry_out);
  SELECT true INTO is_account FROM accounts a WHERE a.address = back AND a.recovery = owner
    AND a.removed_at > now() - interval '14 days'
    AND NOT EXISTS (SELECT FROM jobs j WHERE j.kind = 'purge' AND j.account = back AND j.ended_at IS NULL);
  IF is_account IS NULL AND NOT EXISTS (SELECT FROM waiting_recipients w JOIN accounts a ON a.address = w.account
      WHERE w.address = back AND w.removed_at > now() - interval '14 days' AND a.removed_at IS NULL
        AND owner IN (a.recovery, a.address)) THEN
    IF carry_out AND ((account_of(owner, back, true)).address IS NOT NULL
      OR EXISTS (SELECT FROM recipients r JOIN accounts a ON a.address = r.account
        WHERE r.address = back AND owner IN (a.recovery, a.address))) THEN
      RETURN yes(format('%s is back.', back));
    END IF;
    IF carry_out AND EXISTS (SELECT FROM waiting_recipients w JOIN accounts a ON a.address = w.account
      WHERE w.address = back AND w.offered_at > now() - interval '7 days' AND owner IN (a.recovery, a.address)) THEN
      RETURN yes(format('%s waits until the owner of the other address agrees again.', back));
    END IF;
    RETURN deny('Nothing of yours by that name was removed within 14 days.');
  END IF;
  SELECT w.destination INTO refused FROM waiting_recipients w WHERE w.address = back AND w.has_refused AND is_account IS NULL;
  IF NOT carry_out THEN
    RETURN yes(format('Bring %s back.', back) || CASE WHEN refused IS NULL THEN '' ELSE
      format(E'\n\nIts mail went to %s,\nwhose owner has ended that, and has to agree again.', refused) END);
  END IF;
  IF refused IS NOT NULL THEN
    UPDATE waiting_recipients w SET offered_at = now(), removed_at = NULL, has_refused = false WHERE w.address = back;
    DELETE FROM resting r WHERE r.address = back;
    RETURN offer(format('The owner of %s had ended that, and gets a mail now. %s is back as soon as they agree again, within seven days.',
      refused, back), back, refused);
  END IF;
  IF is_account THEN
    UPDATE accounts a SET removed_at = NULL WHERE a.address = back;
    INSERT INTO recipients (address, destination, account, likeness)
      SELECT w.address, w.destination, w.account, w.likeness FROM waiting_recipients w WHERE w.account = back AND w.with_account;
    DELETE FROM waiting_recipients w WHERE w.account = back AND w.with_account;
  ELSE
    INSERT INTO recipients (address, destination, account, likeness)
      SELECT w.address, w.destination, w.account, w.likeness FROM waiting_recipients w WHERE w.address = back;
    DELETE FROM waiting_recipients w WHERE w.address = back;
    DELETE FROM resting r WHERE r.address = back;
  END IF;
  RETURN yes(format('%s is back, as it was.', back));
END $$;

-- One folder, or all of them, from the newest backup that has it, or from that of a day.
-- Only what the backup itself has written down can be named.
CREATE FUNCTION restore_mail(request text, sender text, address text, p_folder text, p_taken text, carry_out boolean) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = hosting, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  theirs accounts;
  which text;
  folder text := nullif(p_folder, ''); -- null for all of them
  taken text := nullif(p_taken, '');
  messages bigint;
  folders bigint;
BEGIN
  PERFORM begin_request(carry_out);
  theirs := account_of(small(sender), small(address), true);
  IF theirs.address IS NULL THEN RETURN not_yours(); END IF;
  IF carry_out AND EXISTS (SELECT FROM jobs j WHERE j.request = request) THEN
    RETURN yes('It comes back within a few minutes.');
  END IF;
  SELECT max(b.taken) INTO which FROM backups b WHERE b.account = theirs.address
    AND (folder IS NULL OR b.folder = folder) AND (taken IS NULL OR b.taken = taken);
  IF which IS NULL THEN RETURN deny('There is no backup of that. "what do I have?" tells what there is.'); END IF;
  SELECT sum(b.messages), count(*) INTO messages, folders FROM backups b WHERE b.account = theirs.address
    AND b.taken = which AND (folder IS NULL OR b.folder = folder);
  IF NOT carry_out THEN
    RETURN yes(format(E'Bring back %s\nof %s as of %s (%s messages).',
      CASE WHEN folder IS NULL THEN format('all folders, %s of them,', folders) ELSE format('the folder "%s"', folder) END,
      theirs.address, which, messages)
      || E'\n\nNothing that is there now is changed: a folder whose name is in use comes back below "Restored".');
  END IF;
  INSERT INTO jobs (request, kind, account, taken, folder) VALUES (request, 'restore', theirs.address, which, folder);
  RETURN yes('It comes back within a few minutes.');
END $$;

-- What this person has.
CREATE FUNCTION what_i_have(sender text) RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = hosting, pg_temp
RETURN yes(coalesce((
  SELECT string_agg(line, E'\n' ORDER BY place, name) FROM (
    SELECT 1 AS place, a.address AS name, format(E'%s\n    %s%s', a.address,
      CASE WHEN a.removed_at IS NOT NULL THEN 'removed on ' || to_char(a.removed_at, 'YYYY-MM-DD') || '; for 14 days: undo ' || a.address
        WHEN a.temporary_until IS NULL THEN 'password set by you'
        WHEN a.temporary_until > now() THEN 'random password until ' || to_char(a.temporary_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'
        ELSE 'its random password is over: forgot ' || a.address END,
      coalesce((SELECT format(E'\n    backup of %s: %s', b.taken, string_agg(format('%s (%s)', b.folder, b.messages), ', ' ORDER BY b.folder))
        FROM backups b WHERE b.account = a.address AND b.taken = (SELECT max(taken) FROM backups WHERE account = a.address)
        GROUP BY b.taken), '')) AS line
    FROM accounts a WHERE small(sender) IN (a.recovery, a.address)
    UNION ALL
    SELECT 2, r.address, format('%s goes to %s', r.address, r.destination)
    FROM recipients r LEFT JOIN accounts a ON a.address = r.account
    WHERE small(sender) IN (a.recovery, a.address, r.destination)
    UNION ALL
    SELECT 3, w.address, format('%s is to go to %s: %s', w.address, w.destination,
      CASE WHEN w.removed_at IS NULL THEN 'its owner has not agreed yet' ELSE 'removed; for 14 days: undo ' || w.address END)
    FROM waiting_recipients w JOIN accounts a ON a.address = w.account
    WHERE small(sender) IN (a.recovery, a.address) AND NOT w.with_account
      AND coalesce(w.offered_at + interval '7 days', w.removed_at + interval '14 days') > now()
    UNION ALL
    SELECT 4, j.made_at::text, format('%s: restored from %s: %s', j.account, j.taken, coalesce(j.said, 'not done yet'))
    FROM jobs j JOIN accounts a ON a.address = j.account
    WHERE j.kind = 'restore' AND small(sender) IN (a.recovery, a.address) AND j.made_at > now() - interval '7 days'
  ) AS lines), 'You have nothing here.'));

CREATE FUNCTION how_to_set_up() RETURNS json LANGUAGE sql STABLE SECURITY DEFINER SET search_path = hosting, pg_temp
RETURN (SELECT yes(format(E'To read mail (IMAP): server %s, port 993, TLS\nTo send mail (submission): server %s, port 465, TLS (or 587, STARTTLS)\n'
    'User name: your whole address. Password: the one that you have set.', imap_host, submission_host)) FROM settings);

-- 6. What the worker may ask -----------------------------------------------------------------------

-- The next thing to do, given to one worker; what a worker has not ended within an hour is given again.
-- An account that was removed 14 days ago is to be purged: its files, then its rows.
CREATE FUNCTION next_job() RETURNS TABLE (job bigint, kind text, account text, taken text, folder text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = hosting, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM begin_request(true);
  INSERT INTO jobs (request, kind, account)
    SELECT format('purge %s %s', a.address, a.removed_at), 'purge', a.address FROM accounts a
    WHERE a.removed_at <= now() - interval '14 days' ON CONFLICT DO NOTHING;
  DELETE FROM waiting_recipients w WHERE w.offered_at <= now() - interval '7 days'
    OR (NOT w.with_account AND w.removed_at <= now() - interval '14 days');
  RETURN QUERY UPDATE jobs SET begun_at = now()
    WHERE job = (SELECT j.job FROM jobs j WHERE j.ended_at IS NULL
      AND (j.begun_at IS NULL OR j.begun_at < now() - interval '1 hour') ORDER BY j.job LIMIT 1)
    RETURNING jobs.job, jobs.kind, jobs.account, jobs.taken, jobs.folder;
END $$;

CREATE FUNCTION end_job(p_job bigint, p_said text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = hosting, pg_temp AS $$
DECLARE
  done jobs;
BEGIN
  PERFORM begin_request(true);
  UPDATE jobs j SET ended_at = now(), said = left(p_said, 200) WHERE j.job = p_job AND j.ended_at IS NULL RETURNING * INTO done;
  IF done.kind IS DISTINCT FROM 'purge' THEN RETURN; END IF;
  PERFORM rest(a.address, a.removed_at) FROM accounts a WHERE a.address = done.account;
  PERFORM rest(w.address, w.removed_at) FROM waiting_recipients w WHERE w.account = done.account AND w.removed_at IS NOT NULL;
  DELETE FROM waiting_recipients w WHERE w.account = done.account;
  DELETE FROM backups b WHERE b.account = done.account;
  DELETE FROM jobs j WHERE j.account = done.account AND j.kind = 'restore';
  DELETE FROM accounts a WHERE a.address = done.account;
END $$;

-- The accounts to back up.
CREATE FUNCTION accounts_to_back_up() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = hosting, pg_temp
BEGIN ATOMIC SELECT address FROM accounts WHERE removed_at IS NULL ORDER BY address; END;

-- What a day's backup had before is written down anew.
CREATE FUNCTION begin_backup(p_account text, p_taken text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = hosting, pg_temp
BEGIN ATOMIC DELETE FROM backups WHERE account = p_account AND taken = p_taken; END;

-- A folder of an odd name comes back with all others only.
CREATE FUNCTION record_backup(p_account text, p_taken text, p_folder text, p_messages integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = hosting, pg_temp
BEGIN ATOMIC
  INSERT INTO backups SELECT p_account, p_taken, p_folder, p_messages
    WHERE EXISTS (SELECT FROM accounts WHERE address = p_account) AND length(p_folder) <= 120 AND p_folder !~ '[[:cntrl:]]'
    ON CONFLICT (account, taken, folder) DO UPDATE SET messages = excluded.messages;
END;

CREATE FUNCTION forget_backups(p_before text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = hosting, pg_temp
BEGIN ATOMIC DELETE FROM backups WHERE taken < p_before; END;

-- 7. What Postfix and Dovecot look up ---------------------------------------------------------------

CREATE VIEW postfix_domains AS SELECT domain FROM domains;
CREATE VIEW postfix_mailboxes AS SELECT address FROM accounts WHERE removed_at IS NULL;
-- Who may send as an address: the account itself, and the account that an alias of ours leads to.
CREATE VIEW postfix_senders AS
  SELECT address, address AS login FROM accounts WHERE removed_at IS NULL
  UNION ALL SELECT address, destination FROM recipients;
CREATE VIEW dovecot_accounts AS
  SELECT address, split_part(address, '@', 1) AS name, domain, password, temporary_until, removed_at FROM accounts;

-- 8. Rights ----------------------------------------------------------------------------------------

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA hosting FROM PUBLIC;
GRANT USAGE ON SCHEMA hosting TO hosting_robot, hosting_worker, hosting_postfix, hosting_dovecot;
GRANT EXECUTE ON FUNCTION create_account, forgot_password, change_password, create_alias, accept_alias,
  remove_address, undo_remove, restore_mail, what_i_have, how_to_set_up TO hosting_robot;
GRANT EXECUTE ON FUNCTION next_job, end_job, accounts_to_back_up, begin_backup, record_backup, forget_backups TO hosting_worker;
GRANT SELECT ON postfix_domains, postfix_mailboxes, postfix_senders TO hosting_postfix;
GRANT SELECT (address, destination) ON recipients TO hosting_postfix;
GRANT SELECT ON dovecot_accounts TO hosting_dovecot;

INSERT INTO reserved (name, why) VALUES
  -- RFC 2142
  ('info', 'service'), ('marketing', 'service'), ('sales', 'service'), ('support', 'authority'),
  ('abuse', 'authority'), ('noc', 'authority'), ('security', 'authority'), ('postmaster', 'authority'),
  ('hostmaster', 'authority'), ('webmaster', 'authority'), ('usenet', 'service'), ('news', 'service'),
  ('www', 'service'), ('uucp', 'service'), ('ftp', 'service'),
  -- What certificate authorities write to, or once did
  ('admin', 'authority'), ('administrator', 'authority'), ('ssladmin', 'authority'), ('ssladministrator', 'authority'),
  ('sslwebmaster', 'authority'), ('sysadmin', 'authority'), ('is', 'service'), ('it', 'service'), ('mis', 'service'),
  -- What mail programs and servers use
  ('mailer-daemon', 'authority'), ('double-bounce', 'service'), ('no-reply', 'service'), ('do-not-reply', 'service'),
  ('bounce', 'service'), ('autoconfig', 'service'), ('autodiscover', 'service'), ('dmarc', 'service'), ('tlsrpt', 'service'),
  ('mta-sts', 'service'), ('arf', 'service'), ('fbl', 'service'), ('spam', 'service'), ('ham', 'service'),
  ('phishing', 'authority'), ('billing', 'authority'), ('helpdesk', 'authority'), ('official', 'authority'),
  -- This desk
  ('new', 'service'), ('control', 'service'), ('help', 'service'), ('accounts', 'authority'), ('account', 'authority'),
  ('password', 'authority'), ('certificate', 'authority'), ('forget', 'service'), ('mailrobot', 'authority'),
  -- System users of Debian; README.md adds those of this machine, and the queues
  ('root', 'authority'), ('daemon', 'system'), ('bin', 'system'), ('sys', 'system'), ('sync', 'system'), ('games', 'system'),
  ('man', 'system'), ('lp', 'system'), ('mail', 'system'), ('proxy', 'system'), ('www-data', 'system'), ('backup', 'system'),
  ('list', 'system'), ('irc', 'system'), ('nobody', 'system'), ('postfix', 'system'), ('postgres', 'system'),
  ('dovecot', 'system'), ('dovenull', 'system'), ('vmail', 'system'), ('sshd', 'system'), ('messagebus', 'system'),
  ('operator', 'system'), ('toor', 'system')
ON CONFLICT (name) DO NOTHING; -- a queue that has been named stays one

-- In the case that this file says otherwise than an older one what looks the same.
UPDATE accounts SET likeness = likeness_of(local_part(address)) WHERE likeness <> likeness_of(local_part(address));
UPDATE recipients SET likeness = likeness_of(local_part(address)) WHERE account IS NOT NULL AND likeness <> likeness_of(local_part(address));
UPDATE waiting_recipients SET likeness = likeness_of(local_part(address)) WHERE likeness <> likeness_of(local_part(address));
UPDATE resting SET likeness = likeness_of(local_part(address)) WHERE likeness <> likeness_of(local_part(address));

RESET ROLE;
RESET search_path;
RESET client_min_messages;
