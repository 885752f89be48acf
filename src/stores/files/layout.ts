/**
 * What lies where in the state directory, and what it says of itself.
 *
 * Everything is private to one owner (0600 and 0700). `store.json` names the
 * format version and the epoch; `keys.json` holds the secrets behind signed
 * Message-IDs and addresses. `resting` in store.json says that the store was restored then and
 * nothing goes out of it. `checkLayout` refuses a newer format. Made by create-store.ts, changed
 * by change-identity.ts.
 */

import { statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SigningKeys } from '../../addresses/token.ts';
import type { Epoch } from '../../journal/log.ts';
import { Failure } from '../../outcome.ts';
import { exists, isDirectory, mustBeDirectory, names, onDisk, readText } from '../disk/disk.ts';

export const FORMAT_VERSION = 1;
/** NFS_SUPER_MAGIC, statfs(2). */
const NFS = 0x6969;
/** What is lost with these cannot be made again. */
export const TRUTH = ['journal', 'raw'] as const;
/** Of the truth, too; a store that an older program made may have none. */
export const TEXTS = 'texts';
/**
 * Made by `init`, and each must be there: a store without one is damaged. The folder of a list that
 * came later is made when its first row is written, since an older store does not have it.
 */
export const MUST_EXIST = [
  'incoming',
  'tickets',
  'open',
  'held',
  'failed',
  'expiring',
  'index',
  'outbox',
] as const;

export function readSigningKeys(root: string, identity = readIdentity(root)): SigningKeys {
  const { epoch, pastEpochs } = identity;
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

export function readIdentity(root: string): Identity {
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

export interface Identity {
  readonly epoch: string;
  readonly pastEpochs: readonly string[];
  readonly began: Readonly<Record<string, number>>;
  readonly resting?: string;
}

/** When it was restored (RFC 3339), while nobody has said that it may send; else null. */
export function restingSince(root: string): string | null {
  return readIdentity(root).resting ?? null;
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
  refuseLink(join(root, TEXTS));
  mustBeLocal(root);
}

export function mustBeLocal(root: string): void {
  if (onDisk(root, () => statfsSync(root).type) === NFS) {
    throw new Failure('store-failed', `${root} is on NFS: the store needs a local file system`);
  }
}

function mustBeFolder(root: string, name: (typeof TRUTH | typeof MUST_EXIST)[number]): void {
  const path = join(root, name);
  if (refuseLink(path)) return;
  const isLost = TRUTH.some((lost) => lost === name);
  const advice = isLost ? FROM_BACKUP : 'mailrobot rebuild makes it again';
  throw new Failure('store-damaged', `${path} is missing: ${advice}`);
}

/** Whether the folder is there; what is none in its place is refused. */
function refuseLink(path: string): boolean {
  if (isDirectory(path)) return true;
  if (exists(path)) mustBeDirectory(path);
  return false;
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
