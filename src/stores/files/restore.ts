/**
 * A store from a backup.
 *
 * It is built beside its place (or in it, if that is a volume of its own) as its owner, so that
 * no file in it is anybody else's, and moved into its place when it is whole. A store that is
 * there already is never touched. An archive is not trusted: if it names a place outside of the
 * store, it is refused (contained.ts). What happened after the backup is unknown, so a new epoch
 * begins, the ticket numbers skip ahead, and nothing is sent until `resume`: no number, cursor or
 * signature ever means two things. What was erased after the backup is erased once more before
 * anything is in place. Signatures of earlier epochs still verify. Derived files are
 * made by the first run that opens the store.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type ErasureMemory,
  rememberedIn,
  rememberingRestore,
} from '../../journal/erasing/memory.ts';
import { nextNumber, numbersAfter } from '../../journal/lists/numbers.ts';
import { type JournalRecord, RECORD_VERSION } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import {
  DIRECTORY_MODE,
  errorCode,
  failureOf,
  names,
  onDisk,
  syncDirectory,
} from '../disk/disk.ts';
import { type ArchiveFile, type FileBeside, unpack } from './archive.ts';
import { writeEpoch } from './change-identity.ts';
import { strangeIn } from './contained.ts';
import { makeDirectories } from './create-store.ts';
import { eraseAgain } from './erase.ts';
import { expectedOf } from './expected.ts';
import { Journal } from './journal.ts';
import { checkLayout, readEpochs, readSigningKeys } from './layout.ts';
import type { StoreOwner } from './open.ts';

export {
  type FileBeside,
  isBeside,
  MAX_SMALL_BYTES,
  readBeside,
  readManifest,
} from './archive.ts';

const SKIPPED_NUMBERS = 1000;

/** Queues that count their tickets together, and the number that they begin with. */
export interface Counting {
  readonly queues: readonly string[];
  readonly first: number;
}

export interface Restoring {
  readonly root: string;
  readonly now: Date;
  /** Whose the store is to be; null: of whoever restores it. */
  readonly owner: StoreOwner | null;
  /** Does work as that owner: nothing here changes who the process is. */
  readonly asOwner: AsOwner;
  readonly countings: readonly Counting[];
  /** What was erased since some backup was made: it does not come back. */
  readonly memory: ErasureMemory | null;
  /** Keeps what is remembered from now on. */
  readonly keep: (memory: ErasureMemory) => Promise<void>;
}

type AsOwner = <T>(work: () => Promise<T> | T) => Promise<T>;

export interface Restored {
  readonly commits: number;
  /** The next ticket number of each counting, in their order. */
  readonly next: readonly number[];
  /** What the backup holds beside the store. */
  readonly beside: readonly FileBeside[];
  /** How many of its commits held words that are erased once more. */
  readonly erased: number;
}

export async function restoreStore(file: ArchiveFile, restoring: Restoring): Promise<Restored> {
  const { owner, asOwner } = restoring;
  const root = fs.existsSync(restoring.root) ? fs.realpathSync(restoring.root) : restoring.root;
  if (names(root).length > 0) {
    throw new Failure(
      'store-failed',
      `${root} is not empty: restore never overwrites a store; move it away first`,
    );
  }
  const isVolume = isMountPoint(root);
  const made = isVolume ? join(root, '.restoring') : `${root}.restoring`;
  makeFor(owner, made);
  try {
    const { remembered, ...restored } = await asOwner(async () => {
      makeDirectories(made);
      const beside = await unpack(file, made);
      checkLayout(made);
      return { ...(await beginEpoch(file, made, restoring)), beside };
    });
    if (remembered !== null) await restoring.keep(remembered);
    if (isVolume) await moveInto(root, made, restoring);
    else onDisk(root, () => fs.renameSync(made, root));
    syncDirectory(dirname(root));
    return restored;
  } finally {
    fs.rmSync(made, { recursive: true, force: true });
  }
}

/** A volume of its own cannot be replaced by a folder. */
function isMountPoint(root: string): boolean {
  return fs.existsSync(root) && fs.statSync(root).dev !== fs.statSync(dirname(root)).dev;
}

/** store.json comes last: before that it is no store. */
async function moveInto(root: string, made: string, { owner, asOwner }: Restoring): Promise<void> {
  if (owner !== null) fs.lchownSync(root, owner.uid, owner.gid);
  await asOwner(() => {
    fs.chmodSync(root, DIRECTORY_MODE);
    const last = 'store.json';
    for (const name of [...names(made).filter((one) => one !== last), last]) {
      onDisk(root, () => fs.renameSync(join(made, name), join(root, name)));
    }
    fs.rmdirSync(made);
    syncDirectory(root);
  });
}

/**
 * A folder that is there already is somebody else's. Nobody can put another in its place before it
 * is given to its owner.
 */
function makeFor(owner: StoreOwner | null, path: string): void {
  onDisk(path, () => fs.mkdirSync(dirname(path), { recursive: true }));
  try {
    fs.mkdirSync(path, DIRECTORY_MODE);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw failureOf(path, error);
    throw new Failure(
      'store-failed',
      `${path} is there: another restore is at work, or was stopped; remove it if none is`,
    );
  }
  if (owner !== null) fs.lchownSync(path, owner.uid, owner.gid);
}

async function beginEpoch(
  file: ArchiveFile,
  root: string,
  { now, countings, memory }: Restoring,
): Promise<Omit<Restored, 'beside'> & { readonly remembered: ErasureMemory | null }> {
  const epoch = randomBytes(8).toString('hex');
  mustBeSound(file, root);
  const journal = new Journal(join(root, 'journal'));
  let seq = 0;
  let end = journal.start();
  let numbers: Readonly<Record<string, number>> = {};
  for (const { record, next } of journal.read(end)) {
    mustFollow(record, seq, file);
    seq = record.seq;
    end = next;
    numbers = numbersAfter(numbers, record);
  }
  mustFold(file, journal);
  const ahead = numbersAhead(numbers, countings);
  const restored = {
    v: RECORD_VERSION,
    seq: seq + 1,
    time: now.toISOString(),
    changes: [],
    outgoing: [],
    restored: { epoch, numbers: ahead },
  };
  const epochs = readEpochs(root);
  await journal.append(journal.endBehind(end), [restored]);
  const erased = memory === null ? 0 : await eraseAgain(root, rememberedIn(memory, epochs), now);
  writeEpoch(root, epoch, seq + 1, now);
  for (const folder of ['journal', 'texts', 'raw', '.']) syncDirectory(join(root, folder));
  const next = countings.map(({ queues, first }) =>
    nextNumber((queue) => ahead[queue] ?? null, queues, first),
  );
  const remembered = memory && rememberingRestore(memory, epochs, epoch);
  return { commits: seq, next, erased, remembered };
}

/** Also queues that had no ticket yet skip: some may be lost. */
function numbersAhead(
  numbers: Readonly<Record<string, number>>,
  countings: readonly Counting[],
): Readonly<Record<string, number>> {
  const firsts = countings.flatMap(({ queues, first }) =>
    queues.some((queue) => queue in numbers) ? [] : queues.map((queue) => [queue, first] as const),
  );
  return Object.fromEntries(
    [...firsts, ...Object.entries(numbers)].map(([queue, number]) => [
      queue,
      number + SKIPPED_NUMBERS,
    ]),
  );
}

function mustBeSound(file: ArchiveFile, root: string): void {
  readSigningKeys(root);
  const strange = readEpochs(root).find(({ name }) => !/^[0-9a-f]{1,64}$/.test(name));
  if (strange !== undefined) throw isStrange(file, `its store.json names an epoch that is none`);
}

function mustFollow(record: JournalRecord, last: number, file: ArchiveFile): void {
  if (record.seq !== last + 1) {
    throw isStrange(file, `its journal goes from ${last} to ${record.seq}`);
  }
  const strange = strangeIn(record);
  if (strange !== null) throw isStrange(file, `commit ${record.seq} of its journal has ${strange}`);
}

/** What the store is made of, tried before anything is in place. */
function mustFold(file: ArchiveFile, journal: Journal): void {
  try {
    expectedOf(journal);
  } catch (error) {
    throw isStrange(file, error instanceof Error ? error.message : String(error));
  }
}

function isStrange({ path }: ArchiveFile, why: string): Failure {
  return new Failure('store-damaged', `${path}: no store can be made of it: ${why}`);
}
