/**
 * Reads the config file and checks it against the schema.
 *
 * A config that cannot be used is a Failure `config` whose message is one line
 * naming the file, the key, what it holds and what is allowed. `$schema` and
 * defaults are dealt with here; nothing else in the program sees raw JSON.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isOwnAddress, mayBeOfForm, ownAddresses } from '../addresses/own-address.ts';
import { Failure } from '../outcome.ts';
import type { Config, LogPlace, StorePlace, SubscriberConfig } from './config.ts';
import { checkSchema, type ParsedConfig, type Problem, type Problems } from './schema/config.ts';
import { oneLine } from './schema/shown.ts';

/** The config reads, and what it says cannot be used. The message names the first problem. */
export class BadConfig extends Failure {
  readonly problems: Problems;

  constructor(path: string, problems: Problems) {
    const [{ key, problem }] = problems;
    super('config', `${path}: ${key === '' ? problem : `"${key}" ${problem}`}`);
    this.problems = problems;
  }
}

import { serverIn } from './schema/values.ts';

export function readConfig(file: string): Config {
  const path = resolve(file);
  return checkConfig(parseJson(readText(path), path), path);
}

/** Checks a value as the content of the config file at `path`. */
export function checkConfig(value: unknown, path: string): Config {
  const checked = checkSchema(value);
  if (!checked.ok) throw new BadConfig(path, checked.problems);
  const {
    $schema: _,
    domain,
    store,
    spool,
    sendmail,
    log,
    smtp,
    queues,
    authservId,
    limits,
    subscribers,
    caps,
    ...asTheyAre
  } = checked.config;
  const [queue, ...queuesAfter] = queues;
  const [program, ...args] = typeof sendmail === 'string' ? [sendmail] : sendmail;
  if (queue === undefined || program === undefined) {
    throw new Failure('config', `${path}: queues and sendmail must not be empty`);
  }
  const [first, ...others] = problemsOfNames(checked.config);
  if (first !== undefined) throw new BadConfig(path, [first, ...others]);
  const { messageSize, memory, ...reading } = limits;
  const directory = dirname(path);
  return {
    file: path,
    domain: domain.toLowerCase(),
    store: storePlaceOf(store, spool, directory),
    sendmail: [resolve(directory, program), ...args],
    log: logPlaceOf(log, directory),
    smtp: smtp === undefined ? null : serverIn(smtp),
    queues: [queue, ...queuesAfter],
    authservId: authservId ?? null,
    ...asTheyAre,
    caps: {
      ...caps,
      all: caps.all ?? { ...caps.address, count: KINDS_OF_MAIL * caps.address.count },
    },
    subscribers: subscribers.map((known) => withAbsolutePath(known, directory)),
    limits: { messageSize, reading: { ...reading, memory: memory * MEBIBYTE } },
  };
}

/** A database is looked at by whoever opens it (config/database.ts). */
const DATABASE = /^postgres(ql)?:/i;

function storePlaceOf(store: string, spool = USUAL_STORE, directory: string): StorePlace {
  return DATABASE.test(store)
    ? { kind: 'database', url: store, spool: resolve(directory, spool) }
    : { kind: 'files', root: resolve(directory, store) };
}

function logPlaceOf(log: string | undefined, directory: string): LogPlace | null {
  if (log === undefined) return null;
  return log === 'syslog' ? { to: 'syslog' } : { to: 'file', path: resolve(directory, log) };
}

/** So many kinds of mail to one address are no flood yet. */
const KINDS_OF_MAIL = 4;

function withAbsolutePath(subscriber: SubscriberConfig, directory: string): SubscriberConfig {
  if (subscriber.type === 'maildir' || subscriber.type === 'pages') {
    return { ...subscriber, path: resolve(directory, subscriber.path) };
  }
  if (subscriber.type === 'webhook') return subscriber;
  const [program = '', ...args] = subscriber.command;
  return { ...subscriber, command: [resolve(directory, program), ...args] };
}

/** What one key says about another. */
function problemsOfNames({
  queues,
  staff,
  forms,
  domain,
  control,
  help,
  alsoKnownAs,
}: ParsedConfig): readonly Problem[] {
  const prefixes = queues.map(({ prefix }) => prefix);
  const wrong = (key: string, value: string | number, wanted: string): Problem => {
    return { key, problem: `holds ${oneLine(JSON.stringify(value))}${wanted}` };
  };
  const isTaken = (values: readonly string[], n: number) =>
    values.slice(0, n).some((other) => other.toLowerCase() === values[n]?.toLowerCase());
  const addressesOfQueues = queues.map(({ address }) => address);
  const ofQueues = queues.flatMap(({ prefix, address, due: { closeDays, remindDays } }, n) => [
    ...(isTaken(prefixes, n)
      ? [wrong(`queues.${n}.prefix`, prefix, ', which another queue has already')]
      : []),
    ...(isTaken(addressesOfQueues, n)
      ? [wrong(`queues.${n}.address`, address, ', which another queue has already')]
      : []),
    ...(closeDays !== undefined && remindDays === undefined
      ? [wrong(`queues.${n}.due.closeDays`, closeDays, NO_REMINDER)]
      : []),
  ]);
  const ofPeople = staff.flatMap((person, n) => {
    const unknown = person.queues?.find((queue) => !prefixes.includes(queue));
    const wanted = `: must be one of ${prefixes.join(', ')}`;
    return unknown === undefined ? [] : [wrong(`staff.${n}.queues`, unknown, wanted)];
  });
  const own = ownAddresses({ domain, queues, control, help, alsoKnownAs });
  const addresses = [
    ...staff.flatMap((person, n) =>
      person.addresses.map((address) => ({ key: `staff.${n}.addresses`, address })),
    ),
    ...forms
      .filter((address) => !mayBeOfForm(address, own))
      .map((address) => ({ key: 'forms', address })),
  ];
  const ofAddresses = addresses.flatMap(({ key, address }) =>
    isOwnAddress(address, own) ? [wrong(key, address, ", which is the desk's own address")] : [],
  );
  return [...ofQueues, ...ofPeople, ...ofAddresses];
}

const NO_REMINDER =
  ', and remindDays is missing: a customer is reminded before the ticket is closed';

const MEBIBYTE = 1024 * 1024;

/** Throws a Failure that says why it cannot be read. */
export function readText(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error ? reasons(String(error.code), path) : 'unreadable';
    throw new Failure('config', `${path}: ${reason}`, { cause: error });
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new Failure('config', `${path}: not JSON: ${oneLine(withoutText(reason))}`, {
      cause: error,
    });
  }
}

/** Where `mailrobot init` puts them, unless it is told. */
export const USUAL_DIRECTORY = '/etc/mailrobot';
export const USUAL_STORE = '/var/lib/mailrobot';

/** Nobody is to begin anew where something of a desk is left. */
function hasBeenThere(path: string): boolean {
  const directory = dirname(path);
  const left = ['store', 'templates', `${basename(path)}.restored`].map((name) =>
    join(directory, name),
  );
  const isUsual = directory === USUAL_DIRECTORY;
  return [...left, ...(isUsual ? [USUAL_STORE] : [])].some((one) => existsSync(one));
}

function reasons(code: string, path: string): string {
  switch (code) {
    case 'ENOENT':
      return hasBeenThere(path)
        ? 'there is no such file, and there was a desk: mailrobot restore takes the config out of a backup'
        : 'there is no such file: name one with --config or MAILROBOT_CONFIG, or run mailrobot init';
    case 'EACCES':
      return 'you may not read it: run this as root or as the user that owns the store';
    default:
      return `cannot be read (${code})`;
  }
}

/** node shows what stands around the place, which may be a password. */
function withoutText(reason: string): string {
  const at = reason.endsWith(' is not valid JSON') ? reason.search(/,? (?:\.\.\.)?"/) : -1;
  return at < 0 ? reason : reason.slice(0, at);
}
