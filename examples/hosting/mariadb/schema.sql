-- What ../schema.sql is for PostgreSQL, for MariaDB (10.11 or newer): the same tables, functions and words.
-- Whoever changes a rule changes it in both; test/postfix/hosting/ asks both the same.
--
-- As root:
--     mariadb < schema.sql
-- Run again, it brings a database that is there up to date: rows stay, functions and views are replaced, and
-- those that only an older file had are dropped.
--
-- Who may do what (roles; README.md says which user of the system has which):
--     hosting_owner@localhost   runs the functions, and cannot log in
--     hosting_robot             EXECUTE on the functions of part 5, no right on any table
--     hosting_worker            EXECUTE on the functions of part 6, no right on any table
--     hosting_postfix           reads three views and two columns of the table of aliases
--     hosting_dovecot           reads one view
-- The functions run with the rights of hosting_owner (SQL SECURITY DEFINER, which is the default). None of
-- these roles may make a table, not even a temporary one, so nobody can put one in the place of ours.
--
-- All times are in UTC. The collation tells A from a, and a name from the same with a blank behind it.

CREATE DATABASE IF NOT EXISTS hosting CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
USE hosting;
SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin;
-- Functions and views keep the mode in which they were made: a backslash is one, || joins texts.
SET sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,NO_ENGINE_SUBSTITUTION';
SET default_storage_engine = InnoDB;
SET sql_notes = 0;

CREATE USER IF NOT EXISTS hosting_owner@localhost ACCOUNT LOCK;
GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON hosting.* TO hosting_owner@localhost;
CREATE ROLE IF NOT EXISTS hosting_robot, hosting_worker, hosting_postfix, hosting_dovecot;

-- 1. What an administrator fills in ----------------------------------------------------------------

-- One row.
CREATE TABLE IF NOT EXISTS settings (
  only_row        boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  desk            varchar(254) NOT NULL,
  imap_host       varchar(254) NOT NULL,
  submission_host varchar(254) NOT NULL
);

CREATE TABLE IF NOT EXISTS domains (
  domain       varchar(253) PRIMARY KEY
    CHECK (domain REGEXP '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+\z'),
  is_open      boolean NOT NULL DEFAULT false,
  most_each    integer NOT NULL DEFAULT 5 CHECK (most_each > 0),
  most_aliases integer NOT NULL DEFAULT 10 CHECK (most_aliases > 0)
);

CREATE TABLE IF NOT EXISTS managers (
  domain  varchar(253) NOT NULL,
  address varchar(254) NOT NULL CHECK (address = lower(address)),
  PRIMARY KEY (domain, address),
  FOREIGN KEY (domain) REFERENCES domains (domain)
);

CREATE TABLE IF NOT EXISTS reserved (
  name varchar(64) PRIMARY KEY,
  why  varchar(16) NOT NULL CHECK (why IN ('authority', 'service', 'queue', 'system'))
);

-- 2. What the robots fill in -----------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS accounts (
  address         varchar(254) PRIMARY KEY,
  domain          varchar(253) NOT NULL,
  likeness        varchar(64) NOT NULL,
  recovery        varchar(254) NOT NULL,
  password        varchar(512) NOT NULL,
  temporary_until datetime,
  made_at         datetime NOT NULL DEFAULT utc_timestamp(),
  removed_at      datetime,
  made_by         varchar(500) NOT NULL,
  FOREIGN KEY (domain) REFERENCES domains (domain),
  INDEX (recovery),
  INDEX (domain, likeness)
);

CREATE TABLE IF NOT EXISTS recipients (
  address     varchar(254) PRIMARY KEY,
  destination varchar(254) NOT NULL,
  account     varchar(254),
  likeness    varchar(64) NOT NULL DEFAULT '',
  FOREIGN KEY (account) REFERENCES accounts (address),
  CHECK (address REGEXP '^[a-z0-9][a-z0-9._-]{0,63}@[a-z0-9.-]{1,253}\z'),
  CHECK (destination REGEXP '^[A-Za-z0-9_][A-Za-z0-9._''=~&+-]{0,63}@[a-z0-9.-]{1,253}\z'),
  CHECK (destination <> address)
);

CREATE TABLE IF NOT EXISTS waiting_recipients (
  address      varchar(254) PRIMARY KEY,
  destination  varchar(254) NOT NULL,
  account      varchar(254) NOT NULL,
  likeness     varchar(64) NOT NULL,
  offered_at   datetime,
  removed_at   datetime,
  with_account boolean NOT NULL DEFAULT false,
  has_refused  boolean NOT NULL DEFAULT false,
  FOREIGN KEY (account) REFERENCES accounts (address),
  CHECK ((offered_at IS NULL) <> (removed_at IS NULL))
);
ALTER TABLE waiting_recipients ADD COLUMN IF NOT EXISTS has_refused boolean NOT NULL DEFAULT false;

CREATE TABLE IF NOT EXISTS resting (
  address  varchar(254) PRIMARY KEY,
  domain   varchar(253) NOT NULL,
  likeness varchar(64) NOT NULL,
  until    datetime NOT NULL
);

CREATE TABLE IF NOT EXISTS backups (
  account  varchar(254) NOT NULL,
  taken    varchar(10) NOT NULL CHECK (taken REGEXP '^[0-9]{4}-[0-9]{2}-[0-9]{2}\z'),
  folder   varchar(120) NOT NULL CHECK (folder <> '' AND folder NOT REGEXP '[[:cntrl:]]'),
  messages integer NOT NULL,
  PRIMARY KEY (account, taken, folder),
  FOREIGN KEY (account) REFERENCES accounts (address)
);

CREATE TABLE IF NOT EXISTS jobs (
  job      bigint AUTO_INCREMENT PRIMARY KEY,
  request  varchar(500) NOT NULL UNIQUE,
  kind     varchar(16) NOT NULL CHECK (kind IN ('restore', 'purge')),
  account  varchar(254) NOT NULL,
  taken    varchar(10),
  folder   varchar(120),
  made_at  datetime NOT NULL DEFAULT utc_timestamp(),
  begun_at datetime,
  ended_at datetime,
  said     varchar(200)
);

-- 3. Names -----------------------------------------------------------------------------------------

DELIMITER //

-- Drops what is not of this file: all that were last made before it was begun, by times in whole seconds.
SET time_zone = '+00:00' //
DO sleep(EXISTS (SELECT 1 FROM information_schema.routines WHERE routine_schema = 'hosting')) //
SET @begun = sysdate() //
CREATE OR REPLACE DEFINER = hosting_owner@localhost PROCEDURE drop_older(begun datetime) SQL SECURITY INVOKER
FOR old IN (SELECT routine_name, routine_type FROM information_schema.routines
  WHERE routine_schema = 'hosting' AND last_altered < begun)
DO
  EXECUTE IMMEDIATE concat('DROP ', old.routine_type, ' hosting.`', old.routine_name, '`');
END FOR //

-- What is not all ASCII stays as it is, and is then refused: lower() would make a k of the sign for kelvin.
CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION small(given text) RETURNS text DETERMINISTIC
RETURN CASE WHEN given IS NULL THEN '' WHEN given REGEXP '^[[:ascii:]]*\z' THEN lower(given) ELSE given END //

-- What looks the same has the same, signs between letters apart.
CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION look_of(name text) RETURNS text DETERMINISTIC
RETURN replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(small(name),
  '0', 'o'), '1', 'l'), '3', 'e'), '4', 'a'), '5', 's'), '7', 't'), '8', 'b'), 'i', 'l'), 'rn', 'm'), 'vv', 'w') //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION likeness_of(name text) RETURNS text DETERMINISTIC
RETURN look_of(regexp_replace(name, '[._-]', '')) //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION domain_of(address text) RETURNS text DETERMINISTIC
RETURN CASE WHEN locate('@', address) > 0 THEN substring_index(substring_index(address, '@', 2), '@', -1) ELSE '' END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION local_part(address text) RETURNS text DETERMINISTIC
RETURN CASE WHEN address REGEXP '^[a-z0-9][a-z0-9._-]{0,63}@[a-z0-9.-]{1,253}\z' AND char_length(address) <= 160
  AND substring_index(address, '@', 1) NOT REGEXP '\.\.|\.\z' THEN substring_index(address, '@', 1) END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION is_address(address text) RETURNS boolean DETERMINISTIC
RETURN address REGEXP '^[a-z0-9_][a-z0-9._''=~&+-]{0,63}@[a-z0-9-]+(\.[a-z0-9-]+)+\z' AND char_length(address) <= 160
  AND substring_index(address, '@', 1) NOT REGEXP '\.\.|\.\z' //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION is_ours(p_address text) RETURNS boolean READS SQL DATA
BEGIN
  DECLARE theirs text DEFAULT domain_of(p_address);
  RETURN EXISTS (SELECT 1 FROM domains d WHERE d.domain = theirs)
    OR EXISTS (SELECT 1 FROM settings s WHERE domain_of(s.desk) = theirs OR theirs IN (s.imap_host, s.submission_host));
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION is_reserved(p_name text) RETURNS boolean READS SQL DATA
BEGIN
  DECLARE looks text DEFAULT likeness_of(p_name);
  DECLARE without_number text DEFAULT likeness_of(regexp_replace(p_name, '[0-9._-]+\z', ''));
  DECLARE without_s text DEFAULT likeness_of(regexp_replace(p_name, 's[0-9._-]*\z', ''));
  DECLARE parts text DEFAULT '.' || look_of(regexp_replace(p_name, '[._-]+', '.')) || '.';
  RETURN p_name REGEXP '^as[0-9]+\z'
    OR p_name REGEXP '^(owner|bounces?)-|-(request|owner|bounces?|admin|join|leave|subscribe|unsubscribe|confirm)\z'
    OR EXISTS (
      SELECT 1 FROM (SELECT likeness_of(n.name) AS likeness, n.name, n.why FROM reserved n) AS r
      WHERE r.likeness IN (looks, without_number, without_s)
        OR (r.why = 'queue' AND looks REGEXP ('^' || r.likeness || '[lobeastg0-9]+\z') AND p_name REGEXP '[0-9]')
        OR (r.why = 'authority' AND locate('.' || r.likeness || '.', parts) > 0)
        OR (r.why = 'authority' AND char_length(r.name) >= 5 AND locate(r.likeness, looks) > 0));
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION against_name(p_address text) RETURNS text READS SQL DATA
BEGIN
  DECLARE name text DEFAULT local_part(p_address);
  DECLARE their_domain text DEFAULT domain_of(p_address);
  DECLARE looks text;
  IF name IS NULL THEN
    RETURN 'That is no address that can be had. A name begins with a-z or 0-9, and goes on with these, '
      'a dot, a dash or an underscore: anna.lee@hosted.example';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM domains d WHERE d.domain = their_domain) THEN
    RETURN 'That domain is not one of ours.';
  END IF;
  IF is_reserved(name) THEN
    RETURN p_address || ' is kept for the service, or looks like a name that is. Please choose another one.';
  END IF;
  SET looks = likeness_of(name);
  IF EXISTS (SELECT 1 FROM accounts a WHERE a.domain = their_domain AND a.likeness = looks)
    OR EXISTS (SELECT 1 FROM recipients r WHERE r.address = p_address
      OR (domain_of(r.address) = their_domain AND likeness_of(substring_index(r.address, '@', 1)) = looks))
    OR EXISTS (SELECT 1 FROM waiting_recipients w WHERE domain_of(w.address) = their_domain
      AND w.likeness = looks AND (w.offered_at IS NULL OR w.offered_at > utc_timestamp() - INTERVAL 7 DAY))
    OR EXISTS (SELECT 1 FROM resting r WHERE r.domain = their_domain AND r.likeness = looks AND r.until > utc_timestamp())
  THEN
    RETURN p_address || ' is taken, was somebody''s less than a year ago, or looks like such a name.';
  END IF;
  RETURN NULL;
END //

-- 4. What the functions of part 5 share ------------------------------------------------------------

CREATE OR REPLACE DEFINER = hosting_owner@localhost
FUNCTION answer(verdict text, says text, mail_to text, subject text, mail text, secret text) RETURNS text DETERMINISTIC
RETURN json_object('verdict', verdict, 'says', says, 'mail_to', mail_to, 'subject', subject, 'mail', mail, 'secret', secret) //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION deny(says text) RETURNS text DETERMINISTIC
RETURN answer('no', says, NULL, NULL, NULL, NULL) //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION yes(says text) RETURNS text DETERMINISTIC
RETURN answer('yes', says, NULL, NULL, NULL, NULL) //

-- One request at a time changes something: what was checked is so when it is done. The row is locked until the
-- statement ends. A transaction of the caller's is refused: it may read what was so before its turn.
CREATE OR REPLACE DEFINER = hosting_owner@localhost PROCEDURE begin_request(carry_out boolean) MODIFIES SQL DATA
BEGIN
  DECLARE locked boolean;
  IF carry_out IS NULL OR @@in_transaction THEN SIGNAL SQLSTATE '25001'; END IF;
  IF carry_out THEN SELECT s.only_row INTO locked FROM settings s FOR UPDATE; END IF;
END //

-- The address of the account, if it is this person's.
CREATE OR REPLACE DEFINER = hosting_owner@localhost
FUNCTION account_of(p_sender text, p_address text, also_itself boolean) RETURNS text READS SQL DATA
RETURN (SELECT a.address FROM accounts a WHERE a.address = p_address AND a.removed_at IS NULL
  AND (a.recovery = p_sender OR (also_itself AND a.address = p_sender))) //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION not_yours() RETURNS text DETERMINISTIC
RETURN deny('There is no such account of yours, or it takes a mail from its recovery address.') //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION may_create(p_sender text, p_domain text) RETURNS boolean READS SQL DATA
RETURN EXISTS (SELECT 1 FROM domains d WHERE d.domain = p_domain AND (d.is_open
  OR EXISTS (SELECT 1 FROM managers m WHERE m.domain = d.domain AND m.address = p_sender))) //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION person_of(address text) RETURNS text DETERMINISTIC
RETURN regexp_replace(address, '\+[^@]*@', '@') //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION offer(says text, p_alias text, goes_to text) RETURNS text READS SQL DATA
RETURN (SELECT answer('yes', says, goes_to, 'Mail for ' || p_alias,
    'Somebody who has an account in ' || domain_of(a.address) || ' would like mail to ' || p_alias
    || ' to go to you, at ' || goes_to || '.

If you want that, write a mail to ' || s.desk || ' within seven days:

    accept ' || p_alias || '

If not, do nothing.
', NULL)
  FROM waiting_recipients w JOIN accounts a ON a.address = w.account JOIN settings s WHERE w.address = p_alias) //

CREATE OR REPLACE DEFINER = hosting_owner@localhost PROCEDURE rest(p_address text, since datetime) MODIFIES SQL DATA
INSERT INTO resting (address, domain, likeness, until)
  VALUES (p_address, domain_of(p_address), likeness_of(local_part(p_address)), since + INTERVAL 1 YEAR)
  ON DUPLICATE KEY UPDATE until = CASE WHEN resting.until <= since THEN since + INTERVAL 1 YEAR ELSE resting.until END //

-- Of one alias (account null), or of all of an account.
CREATE OR REPLACE DEFINER = hosting_owner@localhost PROCEDURE take_out(alias text, its_account text, its_owner_refuses boolean)
MODIFIES SQL DATA
BEGIN
  INSERT INTO waiting_recipients (address, destination, account, likeness, removed_at, with_account, has_refused)
    SELECT r.address, r.destination, r.account, r.likeness, utc_timestamp(), its_account IS NOT NULL, its_owner_refuses
    FROM recipients r WHERE r.address = alias OR r.account = its_account;
  DELETE FROM recipients WHERE recipients.address = alias OR recipients.account = its_account;
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION random_password() RETURNS text NOT DETERMINISTIC
BEGIN
  DECLARE octets varbinary(21) DEFAULT random_bytes(21);
  DECLARE made text DEFAULT '';
  DECLARE n integer DEFAULT 0;
  WHILE n < 21 DO
    SET made = made || CASE WHEN n IN (5, 10, 15) THEN '-' ELSE '' END
      || substr('abcdefghjkmnpqrstuvwxyz23456789', 1 + ord(substr(octets, n + 1, 1)) % 31, 1);
    SET n = n + 1;
  END WHILE;
  RETURN made;
END //

-- bcrypt, by crypt(3) of the system. Only SET calls it: logs have the values of all other statements.
CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION hashed(password text) RETURNS text NOT DETERMINISTIC
BEGIN
  DECLARE salt text DEFAULT replace(left(to_base64(random_bytes(16)), 22), '+', '.');
  DECLARE made text DEFAULT '{BLF-CRYPT}' || encrypt(password, '$2y$10$' || salt);
  IF made IS NULL OR against_hash(made) IS NOT NULL THEN
    SIGNAL SQLSTATE '58000' SET MESSAGE_TEXT = 'crypt(3) makes no bcrypt here';
  END IF;
  RETURN made;
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION against_hash(line text) RETURNS text DETERMINISTIC
BEGIN
  DECLARE argon text DEFAULT '^\{ARGON2(?:I|ID)\}\$argon2id?\$v=19\$m=([0-9]{4,6}),t=([0-9]{1,2}),p=([1-8])\$[+/A-Za-z0-9]{11,86}\$[+/A-Za-z0-9]{22,86}\z';
  IF line REGEXP '^\{(BLF-CRYPT|CRYPT)\}\$2[by]\$(0[5-9]|1[0-3])\$[./A-Za-z0-9]{53}\z' THEN RETURN NULL; END IF;
  IF line REGEXP '^\{(SHA512-CRYPT|CRYPT)\}\$6\$(rounds=[1-9][0-9]{3,5}\$)?[./A-Za-z0-9]{8,16}\$[./A-Za-z0-9]{86}\z'
    AND (locate('$rounds=', line) = 0 OR CAST(substring_index(substring_index(line, '$', 3), '=', -1) AS integer) >= 5000) THEN
    RETURN NULL;
  END IF;
  IF line REGEXP argon
    AND CAST(regexp_replace(line, argon, '\1') AS integer) BETWEEN 8192 AND 262144
    AND CAST(regexp_replace(line, argon, '\2') AS integer) BETWEEN 1 AND 10 THEN
    RETURN NULL;
  END IF;
  RETURN 'That is not a line that `doveadm pw -s ARGON2ID`, `-s BLF-CRYPT` or `-s SHA512-CRYPT` prints. '
    'Never write the password itself into a mail.';
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION first_password(p_address text, why text, fresh text) RETURNS text
READS SQL DATA
RETURN (SELECT answer('yes', NULL, a.recovery, 'Your account ' || a.address, why || '

User name: ' || a.address || '
Password: ' || fresh || '

This password is good for 24 hours; do not quote this mail. Choose your own, and send the line that this prints (never the password itself):

    doveadm pw -s BLF-CRYPT

as a mail to ' || s.desk || ':

    password ' || a.address || ' {BLF-CRYPT}$2y$...
', fresh)
  FROM accounts a JOIN settings s WHERE a.address = p_address) //

-- 5. What the robot may ask ------------------------------------------------------------------------

CREATE OR REPLACE DEFINER = hosting_owner@localhost
FUNCTION create_account(request text, sender text, address text, carry_out boolean) RETURNS text MODIFIES SQL DATA
BEGIN
  DECLARE wanted text DEFAULT small(address);
  DECLARE owner text DEFAULT small(sender);
  DECLARE their_domain text DEFAULT domain_of(wanted);
  DECLARE fresh text;
  DECLARE line text;
  DECLARE why text;
  CALL begin_request(carry_out);
  IF carry_out AND EXISTS (SELECT 1 FROM accounts a WHERE a.address = wanted AND a.made_by = request
    AND a.recovery = owner AND a.temporary_until IS NOT NULL) THEN
    SET fresh = random_password();
    SET line = hashed(fresh);
    UPDATE accounts a SET a.password = line, a.temporary_until = utc_timestamp() + INTERVAL 24 HOUR
      WHERE a.address = wanted;
    RETURN first_password(wanted, 'The account ' || wanted || ' is there.', fresh);
  END IF;
  IF NOT is_address(owner) OR is_ours(owner) THEN
    RETURN deny('An account is created by a mail from an address elsewhere: it becomes the recovery address.');
  END IF;
  IF local_part(wanted) IS NOT NULL AND NOT may_create(owner, their_domain) THEN
    RETURN deny('That domain is not one of ours, or not one that you may have accounts in.');
  END IF;
  SET why = against_name(wanted);
  IF why IS NOT NULL THEN RETURN deny(why); END IF;
  IF (SELECT count(*) FROM accounts a WHERE person_of(a.recovery) = person_of(owner) AND a.domain = their_domain)
    >= (SELECT d.most_each FROM domains d WHERE d.domain = their_domain) THEN
    RETURN deny('You have as many accounts in ' || their_domain || ' as one person may have.');
  END IF;
  IF NOT carry_out THEN
    RETURN yes('Create the account ' || wanted || '.

Its recovery address is ' || owner || '.
A random password, good for 24 hours, goes there.');
  END IF;
  SET fresh = random_password();
  SET line = hashed(fresh);
  INSERT INTO accounts (address, domain, likeness, recovery, password, temporary_until, made_by)
    VALUES (wanted, their_domain, likeness_of(local_part(wanted)), owner, line,
      utc_timestamp() + INTERVAL 24 HOUR, request);
  RETURN first_password(wanted, 'The account ' || wanted || ' is there.', fresh);
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost
FUNCTION forgot_password(request text, sender text, address text, carry_out boolean) RETURNS text MODIFIES SQL DATA
BEGIN
  DECLARE theirs text;
  DECLARE fresh text;
  DECLARE line text;
  CALL begin_request(carry_out);
  SET theirs = account_of(small(sender), small(address), false);
  IF theirs IS NULL THEN RETURN not_yours(); END IF;
  IF NOT carry_out THEN
    RETURN yes('Give ' || theirs || ' a new password.

The one that it has works no more. A random one, good for 24 hours, goes to
' || (SELECT a.recovery FROM accounts a WHERE a.address = theirs) || '.');
  END IF;
  SET fresh = random_password();
  SET line = hashed(fresh);
  UPDATE accounts a SET a.password = line, a.temporary_until = utc_timestamp() + INTERVAL 24 HOUR
    WHERE a.address = theirs;
  RETURN first_password(theirs, 'The old password of ' || theirs || ' works no more.', fresh);
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost
FUNCTION change_password(request text, sender text, address text, line text, carry_out boolean) RETURNS text MODIFIES SQL DATA
BEGIN
  DECLARE theirs text;
  DECLARE why text DEFAULT against_hash(line);
  CALL begin_request(carry_out);
  SET theirs = account_of(small(sender), small(address), true);
  IF why IS NOT NULL THEN RETURN deny(why); END IF;
  IF theirs IS NULL THEN RETURN not_yours(); END IF;
  IF NOT carry_out THEN
    RETURN yes('Set the password of ' || theirs || '
to the one whose line begins with ' || substring_index(line, '}', 1) || '} and ends with

    ' || right(line, 8) || '

If the line that you sent ends otherwise, somebody else has sent this one: do nothing.');
  END IF;
  UPDATE accounts a SET a.password = line, a.temporary_until = NULL WHERE a.address = theirs;
  RETURN yes('The password of ' || theirs || ' is the one that you have chosen.');
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost
FUNCTION create_alias(request text, sender text, alias text, target text, carry_out boolean) RETURNS text MODIFIES SQL DATA
BEGIN
  DECLARE wanted text DEFAULT small(alias);
  DECLARE goes_to text DEFAULT small(target);
  DECLARE owner text DEFAULT small(sender);
  DECLARE theirs text; -- whose alias it is
  DECLARE why text;
  CALL begin_request(carry_out);
  IF is_ours(goes_to) THEN
    SET theirs = account_of(owner, goes_to, true);
    IF theirs IS NULL THEN RETURN not_yours(); END IF;
  ELSE
    IF NOT is_address(goes_to) THEN RETURN deny('An alias leads to one plain address.'); END IF;
    -- The oldest account of this person in that domain.
    SET theirs = (SELECT a.address FROM accounts a WHERE a.domain = domain_of(wanted) AND a.removed_at IS NULL
      AND owner IN (a.recovery, a.address) ORDER BY a.made_at, a.address LIMIT 1);
    IF theirs IS NULL THEN RETURN deny('It takes an account of yours in that domain.'); END IF;
  END IF;
  IF carry_out AND (EXISTS (SELECT 1 FROM recipients r WHERE r.address = wanted AND r.destination = goes_to
      AND r.account = theirs)
    OR EXISTS (SELECT 1 FROM waiting_recipients w WHERE w.address = wanted AND w.destination = goes_to
      AND w.account = theirs AND w.offered_at > utc_timestamp() - INTERVAL 7 DAY)) THEN
    RETURN yes('The alias ' || wanted || ' to ' || goes_to || ' is there.');
  END IF;
  IF local_part(wanted) IS NOT NULL AND domain_of(wanted) <> domain_of(theirs) AND NOT may_create(owner, domain_of(wanted)) THEN
    RETURN deny('That domain is not one of ours, or not one that you may have aliases in.');
  END IF;
  SET why = against_name(wanted);
  IF why IS NOT NULL THEN RETURN deny(why); END IF;
  IF (SELECT count(*) FROM recipients r WHERE r.account = theirs)
    + (SELECT count(*) FROM waiting_recipients w WHERE w.account = theirs)
    >= (SELECT d.most_aliases FROM domains d WHERE d.domain = domain_of(theirs)) THEN
    RETURN deny(theirs || ' has as many aliases as it may have.');
  END IF;
  IF NOT carry_out THEN
    RETURN yes('Make the alias ' || wanted || '.
Its mail goes to ' || goes_to || '.' || CASE WHEN is_ours(goes_to) THEN '' ELSE '

It works as soon as the owner of that address has agreed, by a mail of their own.' END);
  END IF;
  DELETE FROM waiting_recipients WHERE waiting_recipients.address = wanted; -- an offer that is over
  IF is_ours(goes_to) THEN
    INSERT INTO recipients (address, destination, account, likeness)
      VALUES (wanted, goes_to, theirs, likeness_of(local_part(wanted)));
    RETURN yes('Mail to ' || wanted || ' goes to ' || goes_to || '.');
  END IF;
  INSERT INTO waiting_recipients (address, destination, account, likeness, offered_at)
    VALUES (wanted, goes_to, theirs, likeness_of(local_part(wanted)), utc_timestamp());
  RETURN offer('The alias ' || wanted || ' works as soon as the owner of ' || goes_to
    || ' agrees. They have seven days, and get a mail now.', wanted, goes_to);
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost
FUNCTION accept_alias(request text, sender text, alias text, carry_out boolean) RETURNS text MODIFIES SQL DATA
BEGIN
  DECLARE wanted text DEFAULT small(alias);
  DECLARE owner text DEFAULT small(sender);
  CALL begin_request(carry_out);
  IF carry_out AND EXISTS (SELECT 1 FROM recipients r WHERE r.address = wanted AND r.destination = owner) THEN
    RETURN yes('Mail to ' || wanted || ' goes to you.');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM waiting_recipients w WHERE w.address = wanted AND w.destination = owner
    AND w.offered_at > utc_timestamp() - INTERVAL 7 DAY) THEN
    RETURN deny('There is no such alias that waits for you.');
  END IF;
  IF NOT carry_out THEN RETURN yes('Let mail to ' || wanted || '
go to ' || owner || ', your address.'); END IF;
  INSERT INTO recipients (address, destination, account, likeness)
    SELECT w.address, w.destination, w.account, w.likeness FROM waiting_recipients w WHERE w.address = wanted;
  DELETE FROM waiting_recipients WHERE waiting_recipients.address = wanted;
  RETURN yes('Mail to ' || wanted || ' goes to you. To end that, send: remove ' || wanted);
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost
FUNCTION remove_address(request text, sender text, address text, carry_out boolean) RETURNS text MODIFIES SQL DATA
BEGIN
  DECLARE gone text DEFAULT small(address);
  DECLARE owner text DEFAULT small(sender);
  DECLARE their_aliases text;
  DECLARE is_theirs boolean; -- not only the address that it leads to
  CALL begin_request(carry_out);
  IF account_of(owner, gone, false) IS NULL THEN
    IF EXISTS (SELECT 1 FROM recipients r JOIN accounts a ON a.address = r.account
      WHERE r.address = gone AND owner IN (a.recovery, a.address, r.destination)) THEN
      SET is_theirs = EXISTS (SELECT 1 FROM recipients r JOIN accounts a ON a.address = r.account
        WHERE r.address = gone AND owner IN (a.recovery, a.address));
      IF NOT carry_out THEN
        RETURN yes('Remove the alias ' || gone || '.
' || CASE WHEN is_theirs THEN 'It can be undone for 14 days.' ELSE 'It does not lead to you again, unless you agree again.' END);
      END IF;
      CALL take_out(gone, NULL, NOT is_theirs);
      CALL rest(gone, utc_timestamp());
      RETURN yes('The alias ' || gone || ' is removed.' || CASE WHEN is_theirs THEN ' Within 14 days, this brings it back:

    undo ' || gone || '
' ELSE ' It does not lead to you again, unless you agree again.' END);
    END IF;
    IF EXISTS (SELECT 1 FROM waiting_recipients w JOIN accounts a ON a.address = w.account
      WHERE w.address = gone AND w.offered_at IS NOT NULL AND owner IN (a.recovery, a.address, w.destination)) THEN
      IF carry_out THEN DELETE FROM waiting_recipients WHERE waiting_recipients.address = gone; END IF;
      RETURN yes('Take back the alias ' || gone || ',
which the owner of the other address has not agreed to.');
    END IF;
    IF EXISTS (SELECT 1 FROM waiting_recipients w JOIN accounts a ON a.address = w.account WHERE w.address = gone
      AND w.removed_at IS NOT NULL AND w.destination = owner AND owner NOT IN (a.recovery, a.address) AND NOT w.has_refused) THEN
      IF carry_out THEN
        UPDATE waiting_recipients w SET w.has_refused = true, w.with_account = false WHERE w.address = gone;
        CALL rest(gone, utc_timestamp());
      END IF;
      RETURN yes('Whoever had the alias ' || gone || '
has removed it. It does not come back to you, unless you agree again.');
    END IF;
    IF carry_out AND (EXISTS (SELECT 1 FROM accounts a WHERE a.address = gone AND a.recovery = owner AND a.removed_at IS NOT NULL)
      OR EXISTS (SELECT 1 FROM waiting_recipients w JOIN accounts a ON a.address = w.account
        WHERE w.address = gone AND w.removed_at IS NOT NULL AND owner IN (a.recovery, a.address, w.destination))) THEN
      RETURN yes(gone || ' is removed.');
    END IF;
    RETURN not_yours();
  END IF;
  IF NOT carry_out THEN
    SET their_aliases = (SELECT group_concat('
' || r.address ORDER BY r.address SEPARATOR '') FROM recipients r WHERE r.account = gone);
    RETURN yes('Remove the account ' || gone || '
with all its mail' || coalesce(' and these aliases:' || their_aliases, '.') || '

From then on nobody can log in, and mail to it is refused. It can be undone for 14 days; then all '
      'of it is gone, the backups too, and the name rests for a year.');
  END IF;
  UPDATE accounts a SET a.removed_at = utc_timestamp() WHERE a.address = gone;
  DELETE FROM waiting_recipients WHERE waiting_recipients.account = gone AND waiting_recipients.offered_at IS NOT NULL;
  CALL take_out(NULL, gone, false);
  RETURN yes('The account ' || gone || ' is removed. Within 14 days, this brings it back, with all its mail:

    undo ' || gone || '
');
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost
FUNCTION undo_remove(request text, sender text, address text, carry_out boolean) RETURNS text MODIFIES SQL DATA
BEGIN
  DECLARE back text DEFAULT small(address);
  DECLARE owner text DEFAULT small(sender);
  DECLARE is_account boolean;
  DECLARE refused text; -- by whom
  CALL begin_request(carry_out);
  SET is_account = EXISTS (SELECT 1 FROM accounts a WHERE a.address = back AND a.recovery = owner
    AND a.removed_at > utc_timestamp() - INTERVAL 14 DAY
    AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.kind = 'purge' AND j.account = back AND j.ended_at IS NULL));
  IF NOT is_account AND NOT EXISTS (SELECT 1 FROM waiting_recipients w JOIN accounts a ON a.address = w.account
      WHERE w.address = back AND w.removed_at > utc_timestamp() - INTERVAL 14 DAY AND a.removed_at IS NULL
        AND owner IN (a.recovery, a.address)) THEN
    IF carry_out AND (account_of(owner, back, true) IS NOT NULL
      OR EXISTS (SELECT 1 FROM recipients r JOIN accounts a ON a.address = r.account
        WHERE r.address = back AND owner IN (a.recovery, a.address))) THEN
      RETURN yes(back || ' is back.');
    END IF;
    IF carry_out AND EXISTS (SELECT 1 FROM waiting_recipients w JOIN accounts a ON a.address = w.account
      WHERE w.address = back AND w.offered_at > utc_timestamp() - INTERVAL 7 DAY AND owner IN (a.recovery, a.address)) THEN
      RETURN yes(back || ' waits until the owner of the other address agrees again.');
    END IF;
    RETURN deny('Nothing of yours by that name was removed within 14 days.');
  END IF;
  SET refused = (SELECT w.destination FROM waiting_recipients w WHERE w.address = back AND w.has_refused AND NOT is_account);
  IF NOT carry_out THEN
    RETURN yes('Bring ' || back || ' back.' || coalesce('

Its mail went to ' || refused || ',
whose owner has ended that, and has to agree again.', ''));
  END IF;
  IF refused IS NOT NULL THEN
    UPDATE waiting_recipients w SET w.offered_at = utc_timestamp(), w.removed_at = NULL, w.has_refused = false
      WHERE w.address = back;
    DELETE FROM resting WHERE resting.address = back;
    RETURN offer('The owner of ' || refused || ' had ended that, and gets a mail now. ' || back
      || ' is back as soon as they agree again, within seven days.', back, refused);
  END IF;
  IF is_account THEN
    UPDATE accounts a SET a.removed_at = NULL WHERE a.address = back;
    INSERT INTO recipients (address, destination, account, likeness)
      SELECT w.address, w.destination, w.account, w.likeness FROM waiting_recipients w WHERE w.account = back AND w.with_account;
    DELETE FROM waiting_recipients WHERE waiting_recipients.account = back AND waiting_recipients.with_account;
  ELSE
    INSERT INTO recipients (address, destination, account, likeness)
      SELECT w.address, w.destination, w.account, w.likeness FROM waiting_recipients w WHERE w.address = back;
    DELETE FROM waiting_recipients WHERE waiting_recipients.address = back;
    DELETE FROM resting WHERE resting.address = back;
  END IF;
  RETURN yes(back || ' is back, as it was.');
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost
FUNCTION restore_mail(request text, sender text, address text, p_folder text, p_taken text, carry_out boolean) RETURNS text
MODIFIES SQL DATA
BEGIN
  DECLARE theirs text;
  DECLARE folder text DEFAULT nullif(p_folder, ''); -- null for all of them
  DECLARE taken text DEFAULT nullif(p_taken, '');
  DECLARE which text;
  DECLARE messages bigint;
  DECLARE folders bigint;
  CALL begin_request(carry_out);
  SET theirs = account_of(small(sender), small(address), true);
  IF theirs IS NULL THEN RETURN not_yours(); END IF;
  IF carry_out AND EXISTS (SELECT 1 FROM jobs j WHERE j.request = request) THEN
    RETURN yes('It comes back within a few minutes.');
  END IF;
  SET which = (SELECT max(b.taken) FROM backups b WHERE b.account = theirs
    AND (folder IS NULL OR b.folder = folder) AND (taken IS NULL OR b.taken = taken));
  IF which IS NULL THEN RETURN deny('There is no backup of that. "what do I have?" tells what there is.'); END IF;
  SELECT sum(b.messages), count(*) INTO messages, folders FROM backups b WHERE b.account = theirs
    AND b.taken = which AND (folder IS NULL OR b.folder = folder);
  IF NOT carry_out THEN
    RETURN yes('Bring back ' || CASE WHEN folder IS NULL THEN 'all folders, ' || folders || ' of them,' ELSE 'the folder "' || folder || '"' END
      || '
of ' || theirs || ' as of ' || which || ' (' || messages || ' messages).

Nothing that is there now is changed: a folder whose name is in use comes back below "Restored".');
  END IF;
  INSERT INTO jobs (request, kind, account, taken, folder) VALUES (request, 'restore', theirs, which, folder);
  RETURN yes('It comes back within a few minutes.');
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION what_i_have(sender text) RETURNS text READS SQL DATA
BEGIN
  DECLARE person text DEFAULT small(sender);
  RETURN yes(coalesce((
    SELECT group_concat(all_of_it.line ORDER BY all_of_it.place, all_of_it.name SEPARATOR '
') FROM (
      SELECT 1 AS place, a.address AS name, a.address || '
    ' || CASE WHEN a.removed_at IS NOT NULL THEN 'removed on ' || date_format(a.removed_at, '%Y-%m-%d') || '; for 14 days: undo ' || a.address
          WHEN a.temporary_until IS NULL THEN 'password set by you'
          WHEN a.temporary_until > utc_timestamp() THEN 'random password until ' || date_format(a.temporary_until, '%Y-%m-%d %H:%i') || ' UTC'
          ELSE 'its random password is over: forgot ' || a.address END
        || coalesce((SELECT '
    backup of ' || b.taken || ': ' || group_concat(b.folder || ' (' || b.messages || ')' ORDER BY b.folder SEPARATOR ', ')
          FROM backups b WHERE b.account = a.address
            AND b.taken = (SELECT max(l.taken) FROM backups l WHERE l.account = a.address)
          GROUP BY b.taken), '') AS line
      FROM accounts a WHERE person IN (a.recovery, a.address)
      UNION ALL
      SELECT 2, r.address, r.address || ' goes to ' || r.destination
      FROM recipients r LEFT JOIN accounts a ON a.address = r.account
      WHERE person IN (a.recovery, a.address, r.destination)
      UNION ALL
      SELECT 3, w.address, w.address || ' is to go to ' || w.destination || ': '
        || CASE WHEN w.removed_at IS NULL THEN 'its owner has not agreed yet' ELSE 'removed; for 14 days: undo ' || w.address END
      FROM waiting_recipients w JOIN accounts a ON a.address = w.account
      WHERE person IN (a.recovery, a.address) AND NOT w.with_account
        AND coalesce(w.offered_at + INTERVAL 7 DAY, w.removed_at + INTERVAL 14 DAY) > utc_timestamp()
      UNION ALL
      SELECT 4, j.made_at, j.account || ': restored from ' || j.taken || ': ' || coalesce(j.said, 'not done yet')
      FROM jobs j JOIN accounts a ON a.address = j.account
      WHERE j.kind = 'restore' AND person IN (a.recovery, a.address) AND j.made_at > utc_timestamp() - INTERVAL 7 DAY
    ) AS all_of_it), 'You have nothing here.'));
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION how_to_set_up() RETURNS text READS SQL DATA
RETURN (SELECT yes('To read mail (IMAP): server ' || s.imap_host || ', port 993, TLS
To send mail (submission): server ' || s.submission_host || ', port 465, TLS (or 587, STARTTLS)
User name: your whole address. Password: the one that you have set.') FROM settings s) //

-- 6. What the worker may ask -----------------------------------------------------------------------

-- As one line: job, kind, account, taken, folder, with tabs between them; empty if there is nothing to do.
CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION next_job() RETURNS text MODIFIES SQL DATA
BEGIN
  DECLARE which bigint;
  CALL begin_request(true);
  INSERT INTO jobs (request, kind, account)
    SELECT 'purge ' || a.address || ' ' || a.removed_at, 'purge', a.address FROM accounts a
    WHERE a.removed_at <= utc_timestamp() - INTERVAL 14 DAY
      AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.request = 'purge ' || a.address || ' ' || a.removed_at);
  DELETE FROM waiting_recipients WHERE waiting_recipients.offered_at <= utc_timestamp() - INTERVAL 7 DAY
    OR (NOT waiting_recipients.with_account AND waiting_recipients.removed_at <= utc_timestamp() - INTERVAL 14 DAY);
  SET which = (SELECT min(j.job) FROM jobs j WHERE j.ended_at IS NULL
    AND (j.begun_at IS NULL OR j.begun_at < utc_timestamp() - INTERVAL 1 HOUR));
  UPDATE jobs j SET j.begun_at = utc_timestamp() WHERE j.job = which;
  RETURN coalesce((SELECT concat_ws(char(9 USING utf8mb4), j.job, j.kind, j.account, coalesce(j.taken, ''), coalesce(j.folder, ''))
    FROM jobs j WHERE j.job = which), '');
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION end_job(p_job bigint, p_said text) RETURNS text MODIFIES SQL DATA
BEGIN
  DECLARE done text; -- the account that is purged
  CALL begin_request(true);
  SET done = (SELECT j.account FROM jobs j WHERE j.job = p_job AND j.kind = 'purge' AND j.ended_at IS NULL);
  UPDATE jobs j SET j.ended_at = utc_timestamp(), j.said = left(p_said, 200) WHERE j.job = p_job AND j.ended_at IS NULL;
  IF done IS NULL THEN RETURN ''; END IF;
  FOR a IN (SELECT address, removed_at FROM accounts WHERE accounts.address = done
    UNION ALL SELECT address, removed_at FROM waiting_recipients
      WHERE waiting_recipients.account = done AND waiting_recipients.removed_at IS NOT NULL)
  DO
    CALL rest(a.address, a.removed_at);
  END FOR;
  DELETE FROM waiting_recipients WHERE waiting_recipients.account = done;
  DELETE FROM backups WHERE backups.account = done;
  DELETE FROM jobs WHERE jobs.account = done AND jobs.kind = 'restore';
  DELETE FROM accounts WHERE accounts.address = done;
  RETURN '';
END //

-- One a line.
CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION accounts_to_back_up() RETURNS longtext READS SQL DATA
BEGIN
  SET SESSION group_concat_max_len = 1073741824;
  RETURN coalesce((SELECT group_concat(a.address ORDER BY a.address SEPARATOR '
') FROM accounts a WHERE a.removed_at IS NULL), '');
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION begin_backup(p_account text, p_taken text) RETURNS text MODIFIES SQL DATA
BEGIN
  DELETE FROM backups WHERE backups.account = p_account AND backups.taken = p_taken;
  RETURN '';
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost
FUNCTION record_backup(p_account text, p_taken text, p_folder text, p_messages integer) RETURNS text MODIFIES SQL DATA
BEGIN
  IF EXISTS (SELECT 1 FROM accounts a WHERE a.address = p_account)
    AND char_length(p_folder) <= 120 AND p_folder NOT REGEXP '[[:cntrl:]]' THEN
    INSERT INTO backups (account, taken, folder, messages) VALUES (p_account, p_taken, p_folder, p_messages)
      ON DUPLICATE KEY UPDATE messages = p_messages;
  END IF;
  RETURN '';
END //

CREATE OR REPLACE DEFINER = hosting_owner@localhost FUNCTION forget_backups(p_before text) RETURNS text MODIFIES SQL DATA
BEGIN
  DELETE FROM backups WHERE backups.taken < p_before;
  RETURN '';
END //

DELIMITER ;

CALL drop_older(@begun);
DROP PROCEDURE drop_older;

-- 7. What Postfix and Dovecot look up ---------------------------------------------------------------

CREATE OR REPLACE DEFINER = hosting_owner@localhost VIEW postfix_domains AS SELECT domain FROM domains;
CREATE OR REPLACE DEFINER = hosting_owner@localhost VIEW postfix_mailboxes AS SELECT address FROM accounts WHERE removed_at IS NULL;
CREATE OR REPLACE DEFINER = hosting_owner@localhost VIEW postfix_senders AS
  SELECT address, address AS login FROM accounts WHERE removed_at IS NULL
  UNION ALL SELECT address, destination FROM recipients;
CREATE OR REPLACE DEFINER = hosting_owner@localhost VIEW dovecot_accounts AS
  SELECT address, substring_index(address, '@', 1) AS name, domain, password, temporary_until, removed_at FROM accounts;

-- 8. Rights ----------------------------------------------------------------------------------------

GRANT EXECUTE ON FUNCTION create_account TO hosting_robot;
GRANT EXECUTE ON FUNCTION forgot_password TO hosting_robot;
GRANT EXECUTE ON FUNCTION change_password TO hosting_robot;
GRANT EXECUTE ON FUNCTION create_alias TO hosting_robot;
GRANT EXECUTE ON FUNCTION accept_alias TO hosting_robot;
GRANT EXECUTE ON FUNCTION remove_address TO hosting_robot;
GRANT EXECUTE ON FUNCTION undo_remove TO hosting_robot;
GRANT EXECUTE ON FUNCTION restore_mail TO hosting_robot;
GRANT EXECUTE ON FUNCTION what_i_have TO hosting_robot;
GRANT EXECUTE ON FUNCTION how_to_set_up TO hosting_robot;
GRANT EXECUTE ON FUNCTION next_job TO hosting_worker;
GRANT EXECUTE ON FUNCTION end_job TO hosting_worker;
GRANT EXECUTE ON FUNCTION accounts_to_back_up TO hosting_worker;
GRANT EXECUTE ON FUNCTION begin_backup TO hosting_worker;
GRANT EXECUTE ON FUNCTION record_backup TO hosting_worker;
GRANT EXECUTE ON FUNCTION forget_backups TO hosting_worker;
GRANT SELECT ON postfix_domains TO hosting_postfix;
GRANT SELECT ON postfix_mailboxes TO hosting_postfix;
GRANT SELECT ON postfix_senders TO hosting_postfix;
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
ON DUPLICATE KEY UPDATE why = reserved.why; -- a queue that has been named stays one

UPDATE accounts SET likeness = likeness_of(local_part(address)) WHERE likeness <> likeness_of(local_part(address));
UPDATE recipients SET likeness = likeness_of(local_part(address)) WHERE account IS NOT NULL AND likeness <> likeness_of(local_part(address));
UPDATE waiting_recipients SET likeness = likeness_of(local_part(address)) WHERE likeness <> likeness_of(local_part(address));
UPDATE resting SET likeness = likeness_of(local_part(address)) WHERE likeness <> likeness_of(local_part(address));
