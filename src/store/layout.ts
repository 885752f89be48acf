/**
 * What lies where in the state directory, and how an empty one is made.
 *
 * Everything is private to one owner (0600 and 0700). `store.json` names the
 * format version and the epoch; `keys.json` holds the secrets behind signed
 * Message-IDs and addresses. `createStore` refuses a directory that is not empty and leaves
 * a durable store; `readIdentity` refuses a newer format.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../outcome.ts';
import { bootId } from './boot.ts';
import {
  createDurably,
  DIRECTORY_MODE,
  makeDirectory,
  mustBeDirectory,
  names,
  onDisk,
  readText,
  replaceDurably,
  syncDirectory,
} from './disk.ts';
import { writeHead } from './head.ts';
import { rawDirectory } from './record.ts';
import type { Epoch, SigningKeys } from './store.ts';

const FORMAT_VERSION = 1;
/** NFS_SUPER_MAGIC, statfs(2). */
const NFS = 0x6969;
const DIRECTORIES = [
  'journal',
  'incoming',
  'raw',
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
  const head = { seq: 0, position: { segment, offset: 0 }, numbers: {}, checkpoint: 0 };
  writeHead(root, bootId(), head);
  const keys = { v: FORMAT_VERSION, secrets: [randomBytes(32).toString('hex')] };
  createDurably(join(root, 'keys.json'), `${JSON.stringify(keys, null, 2)}\n`);
  const identity = { v: FORMAT_VERSION, epoch: randomBytes(8).toString('hex') };
  createDurably(join(root, 'store.json'), `${JSON.stringify(identity, null, 2)}\n`);
  syncDirectory(root);
}

export function makeDirectories(root: string): void {
  onDisk(root, () => mkdirSync(root, { recursive: true, mode: DIRECTORY_MODE }));
  for (const name of DIRECTORIES) makeDirectory(join(root, name));
}

export function readSigningKeys(root: string): SigningKeys {
  const { epoch, pastEpochs } = readIdentity(root);
  const { secrets, revoked } = readObject(join(root, 'keys.json'));
  if (!Array.isArray(secrets)) {
    throw new Failure('store-damaged', `${root}/keys.json does not read`);
  }
  const [first, ...rest] = secrets.filter((secret) => typeof secret === 'string');
  if (first === undefined) throw new Failure('store-damaged', `${root}/keys.json holds no key`);
  return {
    epoch,
    pastEpochs,
    secrets: [first, ...rest],
    revoked: Object.fromEntries(
      Object.entries(revoked ?? {}).map(([person, at]) => [person, String(at)]),
    ),
  };
}

/** Every span of the journal, oldest first; `began` says where a restore has begun one. */
export function readEpochs(root: string): readonly Epoch[] {
  const { epoch, pastEpochs, began } = readIdentity(root);
  const firsts = new Map(Object.entries(began).map(([name, first]) => [name, Number(first)]));
  return [...pastEpochs.toReversed(), epoch].map((name) => ({
    name,
    first: firsts.get(name) ?? 1,
  }));
}

function readIdentity(root: string) {
  const { epoch, pastEpochs = [], began } = readObject(join(root, 'store.json'));
  if (typeof epoch !== 'string' || !Array.isArray(pastEpochs)) {
    throw new Failure('store-damaged', `${root}/store.json does not read`);
  }
  return { epoch, pastEpochs: pastEpochs.map(String), began: began ?? {} };
}

/** The store is restored: a new epoch begins with this commit. Durable when it returns. */
export function writeEpoch(root: string, epoch: string, first: number): void {
  const past = readEpochs(root);
  const began = [...past.slice(1), { name: epoch, first }].map((known) => [
    known.name,
    known.first,
  ]);
  const pastEpochs = past.map(({ name }) => name).toReversed();
  const identity = { v: FORMAT_VERSION, epoch, pastEpochs, began: Object.fromEntries(began) };
  replaceDurably(join(root, 'store.json'), `${JSON.stringify(identity, null, 2)}\n`);
}

const KEYS_KEPT = 10;

/** A new secret that signs from now on; the last ones still verify. Under the lock. */
export function addSigningKey(root: string): number {
  const { secrets, revoked } = readSigningKeys(root);
  const kept = [randomBytes(32).toString('hex'), ...secrets].slice(0, KEYS_KEPT);
  writeKeys(root, { secrets: kept, revoked });
  return kept.length;
}

/** Under the lock. */
export function revokeAddresses(root: string, person: string, now: Date): void {
  const { secrets, revoked } = readSigningKeys(root);
  writeKeys(root, { secrets, revoked: { ...revoked, [person]: now.toISOString() } });
}

function writeKeys(
  root: string,
  keys: Pick<SigningKeys, 'revoked'> & { readonly secrets: readonly string[] },
): void {
  const text = JSON.stringify({ v: FORMAT_VERSION, ...keys }, null, 2);
  replaceDurably(join(root, 'keys.json'), `${text}\n`);
}

/** Refuses another format, a link in the place of a folder, and NFS, whose locks and renames promise less. */
export function checkLayout(root: string): void {
  const { v } = readObject(join(root, 'store.json'));
  if (typeof v !== 'number') throw new Failure('store-damaged', `${root}/store.json: no version`);
  if (v !== FORMAT_VERSION) {
    throw new Failure('store-newer', `${root}: format ${String(v)}, this mailrobot knows 1`);
  }
  for (const name of DIRECTORIES) mustBeDirectory(join(root, name));
  if (onDisk(root, () => statfsSync(root).type) === NFS) {
    throw new Failure('store-failed', `${root} is on NFS: the store needs a local file system`);
  }
}

function readObject(path: string): Record<string, unknown> {
  const text = readText(path);
  if (text === null) throw new Failure('store-missing', `${path} is missing`);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch (error) {
    throw new Failure('store-damaged', `${path}: not JSON`, { cause: error });
  }
  throw new Failure('store-damaged', `${path}: not an object`);
}
