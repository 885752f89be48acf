/**
 * A store from a backup.
 *
 * Built beside its place and renamed into it when it is whole; a store that is
 * there already is never touched. What happened after the backup is unknown, so
 * a new epoch begins and the ticket numbers skip ahead: no number, cursor or
 * signature ever means two things. Signatures of the epochs before still verify.
 * Derived files are made by the first run that opens the store.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../outcome.ts';
import { unpack } from './archive.ts';
import { names, syncDirectory } from './disk.ts';
import { Journal } from './journal.ts';
import { makeDirectories, writeEpoch } from './layout.ts';
import { numbersAfter, RECORD_VERSION } from './record.ts';

const SKIPPED = 1000;

export interface Restored {
  readonly commits: number;
  /** The next ticket number by queue. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** `firsts` are the first numbers of the queues, for those that had no ticket yet. */
export async function restoreStore(
  file: string,
  root: string,
  now: Date,
  firsts: Readonly<Record<string, number>>,
): Promise<Restored> {
  if (names(root).length > 0) {
    throw new Failure('store-failed', `${root} is not empty: restore never overwrites a store`);
  }
  const made = `${root}.restoring`;
  fs.rmSync(made, { recursive: true, force: true });
  try {
    makeDirectories(made);
    await unpack(file, made);
    const restored = await beginEpoch(made, now, firsts);
    fs.renameSync(made, root);
    syncDirectory(dirname(root));
    return restored;
  } finally {
    fs.rmSync(made, { recursive: true, force: true });
  }
}

async function beginEpoch(
  root: string,
  now: Date,
  firsts: Readonly<Record<string, number>>,
): Promise<Restored> {
  const epoch = randomBytes(8).toString('hex');
  const journal = new Journal(join(root, 'journal'));
  let seq = 0;
  let numbers: Readonly<Record<string, number>> = {};
  for (const { record } of journal.read(journal.start())) {
    seq = record.seq;
    numbers = numbersAfter(numbers, record);
  }
  const ahead = Object.fromEntries(
    Object.entries({ ...firsts, ...numbers }).map(([queue, number]) => [queue, number + SKIPPED]),
  );
  const restored = {
    v: RECORD_VERSION,
    seq: seq + 1,
    time: now.toISOString(),
    changes: [],
    outgoing: [],
    restored: { epoch, numbers: ahead },
  };
  await journal.append(journal.end(), [restored]);
  writeEpoch(root, epoch, seq + 1, now);
  for (const folder of ['journal', 'raw', '.']) syncDirectory(join(root, folder));
  return { commits: seq, numbers: ahead };
}
