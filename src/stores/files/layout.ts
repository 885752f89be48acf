/**
 * What lies where in the state directory, and how an empty one is made.
 *
 * Everything is private to one owner (0600 and 0700). `store.json` names the
 * format version and the epoch; `keys.json` holds the secrets behind signed
 * Message-IDs and addresses. `resting` in store.json says that the store was restored then and
 * nothing goes out of it. `createStore` refuses a directory that is not empty and leaves
 * a durable store; `readIdentity` refuses a newer format.
 */

import { randomBytes } from 'node:crypto';
import { mkdirSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SigningKeys } from '../../addresses/token.ts';
import { NO_LINE } from '../../journal/chain.ts';
import type { Epoch } from '../../journal/log.ts';
import type { KeysAfter } from '../../journal/maintenance.ts';
import { rawDirectory } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import { bootId } from './boot.ts';
import {
  createDurably,
  DIRECTORY_MODE,
  exists,
  makeDirectory,
  mustBeDirectory,
  names,
  onDisk,
  readText,
  replaceDurably,
  syncDirectory,
} from './disk.ts';
import { writeHead } from './head.ts';

const FORMAT_VERSION = 1;
/** NFS_SUPER_MAGIC, statfs(2). */
const NFS = 0x6969;
/** What is lost with these cannot be made again. */
const TRUTH = ['journal', 'raw'] as const;
/**
 * Made by `init`, and each must be there: a store without one is damaged. The folder of a list that
 * came later is made when its first row is written, since an older store does not have it.
 */
const MUST_EXIST = [
  'incoming',
  'tickets',
  'open',
  'held',
  'failed',
  'expiring',
  'index',
  'outbox',
] as const;

export function createStore(root: string): void {
  if (names(root).length > 0) {
    throw new Failure('store-failed', `${root} is not empty: mailrobot never overwrites a store`);
  }
  makeDirectories(root);
  const segment = `${'1'.padStart(12, '0')}.ndjson`;
  createDurably(join(root, 'journal', segment), '');
  makeDirectory(join(root, rawDirectory(1)));
  syncDirectory(join(root, 'raw'));
  const position = { segment, offset: 0, before: NO_LINE };
  const head = { seq: 0, position, numbers: {}, checkpoint: 0 };
  writeHead(root, bootId(), head);
  const keys = { v: FORMAT_VERSION, secrets: [randomBytes(32).toString('hex')] };
  createDurably(join(root, 'keys.json'), `${JSON.stringify(keys, null, 2)}\n`);
  const identity = { v: FORMAT_VERSION, epoch: randomBytes(8).toString('hex') };
  createDurably(join(root, 'store.json'), `${JSON.stringify(identity, null, 2)}\n`);
  syncDirectory(root);
}

export function makeDirectories(root: string): void {
  onDisk(root, () => mkdirSync(root, { recursive: true, mode: DIRECTORY_MODE }));
  mustBeLocal(root);
  for (const name of [...TRUTH, ...MUST_EXIST]) makeDirectory(join(root, name));
}

/** Those of a store that is there, and has lost some. */
export function makeDerivedDirectories(root: string): void {
  readIdentity(root);
  for (const name of MUST_EXIST) makeDirectory(join(root, name));
}

export function readSigningKeys(root: string): SigningKeys {
  const { epoch, pastEpochs } = readIdentity(root);
  const { secrets, revoked, renewed } = readObject(join(root, 'keys.json'));
  if (!Array.isArray(secrets)) {
    throw new Failure('store-damaged', `${root}/keys.json does not read`);
  }
  const [first, ...rest] = secrets.filter((secret) => typeof secret === 'string');
  // What is no hex would be an empty key, by which anybody could sign.
  const isSound = secrets.every((secret) => /^([0-9a-f]{2}){16,}$/i.test(String(secret)));
  if (!isSound) throw new Failure('store-damaged', `${root}/keys.json holds what is no key`);
  if (first === undefined) throw new Failure('store-damaged', `${root}/keys.json holds no key`);
  return {
    epoch,
    pastEpochs,
    secrets: [first, ...rest],
    revoked: textsIn(revoked),
    renewed: textsIn(renewed),
  };
}

function textsIn(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(value ?? {}).map(([person, text]) => [person, String(text)]),
  );
}

/** Every span of the journal, oldest first; `began` says where a restore has begun one. */
export function readEpochs(root: string): readonly Epoch[] {
  const { epoch, pastEpochs, began } = readIdentity(root);
  return [...pastEpochs.toReversed(), epoch].map((name) => ({ name, first: began[name] ?? 1 }));
}

function readIdentity(root: string): Identity {
  const { epoch, pastEpochs = [], began, resting } = readObject(join(root, 'store.json'));
  if (typeof epoch !== 'string' || !Array.isArray(pastEpochs)) {
    throw new Failure('store-damaged', `${root}/store.json does not read`);
  }
  return {
    epoch,
    pastEpochs: pastEpochs.map(String),
    began: Object.fromEntries(
      Object.entries(began ?? {}).map(([name, first]) => [name, Number(first)]),
    ),
    ...(typeof resting === 'string' && { resting }),
  };
}

interface Identity {
  readonly epoch: string;
  readonly pastEpochs: readonly string[];
  readonly began: Readonly<Record<string, number>>;
  readonly resting?: string;
}

function writeIdentity(root: string, identity: Identity): void {
  const text = JSON.stringify({ v: FORMAT_VERSION, ...identity }, null, 2);
  replaceDurably(join(root, 'store.json'), `${text}\n`);
}

/** When it was restored (RFC 3339), while nobody has said that it may send; else null. */
export function restingSince(root: string): string | null {
  return readIdentity(root).resting ?? null;
}

/** Under the lock. */
export function endRest(root: string): void {
  const { resting: _, ...identity } = readIdentity(root);
  writeIdentity(root, identity);
}

/** The store is restored: with this commit a new epoch begins, and nothing is sent. Durable. */
export function writeEpoch(root: string, epoch: string, first: number, now: Date): void {
  const past = readEpochs(root);
  const began = [...past.slice(1), { name: epoch, first }].map(
    (known) => [known.name, known.first] as const,
  );
  writeIdentity(root, {
    epoch,
    pastEpochs: past.map(({ name }) => name).toReversed(),
    began: Object.fromEntries(began),
    resting: now.toISOString(),
  });
}

const KEYS_KEPT = 10;

/** A new secret that signs from now on; the last ones still verify. Under the lock. */
export function addSigningKey(root: string): KeysAfter {
  const { secrets, revoked, renewed = {} } = readSigningKeys(root);
  const all = [randomBytes(32).toString('hex'), ...secrets];
  const kept = all.slice(0, KEYS_KEPT);
  writeKeys(root, { secrets: kept, revoked, renewed });
  return { keys: kept.length, forgotten: all.length - kept.length };
}

/** Under the lock. */
export function revokeAddresses(root: string, person: string, now: Date): void {
  const { secrets, revoked, renewed } = readSigningKeys(root);
  writeKeys(root, {
    secrets,
    revoked: { ...revoked, [person]: now.toISOString() },
    renewed: { ...renewed, [person]: randomBytes(8).toString('hex') },
  });
}

function writeKeys(
  root: string,
  keys: Pick<SigningKeys, 'revoked' | 'renewed'> & { readonly secrets: readonly string[] },
): void {
  const text = JSON.stringify({ v: FORMAT_VERSION, ...keys }, null, 2);
  replaceDurably(join(root, 'keys.json'), `${text}\n`);
}

/**
 * Refuses another format, a link in the place of a folder, and NFS, whose locks and renames do not
 * do what we need.
 */
export function checkLayout(root: string): void {
  const { v } = readObject(join(root, 'store.json'));
  if (typeof v !== 'number') throw new Failure('store-damaged', `${root}/store.json: no version`);
  if (v !== FORMAT_VERSION) {
    throw new Failure('store-newer', `${root}: format ${String(v)}, this mailrobot knows 1`);
  }
  for (const name of [...TRUTH, ...MUST_EXIST]) mustBeFolder(root, name);
  mustBeLocal(root);
}

function mustBeLocal(root: string): void {
  if (onDisk(root, () => statfsSync(root).type) === NFS) {
    throw new Failure('store-failed', `${root} is on NFS: the store needs a local file system`);
  }
}

function mustBeFolder(root: string, name: (typeof TRUTH | typeof MUST_EXIST)[number]): void {
  const path = join(root, name);
  if (!exists(path)) {
    const isLost = TRUTH.some((lost) => lost === name);
    const advice = isLost ? FROM_BACKUP : 'mailrobot rebuild makes it again';
    throw new Failure('store-damaged', `${path} is missing: ${advice}`);
  }
  mustBeDirectory(path);
}

const FROM_BACKUP = 'put it back, or move the rest away and mailrobot restore a backup';

function readObject(path: string): Record<string, unknown> {
  const text = readText(path);
  if (text === null && names(dirname(path)).length === 0) {
    throw new Failure('store-missing', `${dirname(path)} is empty: is its file system mounted?`);
  }
  if (text === null) throw new Failure('store-damaged', `${path} is missing: ${FROM_BACKUP}`);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch (error) {
    throw new Failure('store-damaged', `${path}: not JSON`, { cause: error });
  }
  throw new Failure('store-damaged', `${path}: not an object`);
}
