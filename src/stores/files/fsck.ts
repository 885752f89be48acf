/**
 * Checks every invariant of the store and says what it found.
 *
 * The journal is read whole, and everything that follows from it is compared
 * with what lies there: documents, raw mail (by SHA-256), attachments, index,
 * outbox, marks of open tickets, the head; and that every file is a private
 * file or folder and belongs to something. A finding names the file (and the
 * offset, in the journal) and says whether `rebuild` can make it again.
 * Changes nothing. Runs under the lock, after recovery.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { hundredOf, ticketDirectory } from '../../journal/record.ts';
import type { Finding, WaitingMail } from '../../journal/store.ts';
import { Failure } from '../../outcome.ts';
import { type OutgoingMail, octetsOf } from '../../ticket/mail.ts';
import { exists, names, onDisk, sizeOf } from './disk.ts';
import { type Expected, type ExpectedRaw, expectedOf } from './expected.ts';
import type { Head } from './head.ts';
import type { IndexKind } from './index-shards.ts';
import { readSigningKeys } from './layout.ts';
import { isWhole } from './lost-files.ts';
import { chunks, sumOf } from './read-pieces.ts';
import type { StoreParts } from './store-parts.ts';
import { markOf } from './waiting.ts';

export function* fsck(store: StoreParts, head: Head): Generator<Finding> {
  const { root, journal } = store;
  yield* checkTree(root, '');
  const keys = readOr(() => readSigningKeys(root));
  if (typeof keys === 'string') yield lost('keys.json', keys);
  let expected: Expected;
  try {
    expected = expectedOf(journal);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    yield { file: 'journal', problem: what, isRebuildable: false };
    return;
  }
  if (head.seq !== expected.seq || !isDeepStrictEqual(head.numbers, expected.numbers)) {
    yield derived('head.json', `is at commit ${head.seq}, the journal at ${expected.seq}`);
  }
  yield* checkRaw(root, expected);
  yield* checkTickets(store, expected);
  yield* checkIndex(store, expected);
  yield* checkOutbox(store, expected);
  yield* checkHeld(store, expected);
  yield* checkLists(store, expected);
}

function derived(file: string, problem: string): Finding {
  return { file, problem, isRebuildable: true };
}

function lost(file: string, problem: string): Finding {
  return { file, problem, isRebuildable: false };
}

/** Private modes, no links, nothing but files and folders. */
function* checkTree(root: string, path: string): Generator<Finding> {
  for (const name of names(join(root, path))) {
    const file = join(path, name);
    const stat = onDisk(file, () => fs.lstatSync(join(root, file), { throwIfNoEntry: false }));
    if (stat === undefined) continue;
    if ((stat.mode & 0o077) !== 0) yield lost(file, 'can be reached by other users');
    if (stat.isDirectory()) yield* checkTree(root, file);
    else if (!stat.isFile()) yield lost(file, 'is neither a file nor a folder');
  }
}

function* checkRaw(root: string, { raw }: Expected): Generator<Finding> {
  for (const [file, wanted] of raw) {
    const problem = problemOfRaw(root, file, wanted);
    if (problem === null) continue;
    yield 'sha256' in wanted.is ? lost(file, problem) : derived(file, problem);
  }
  for (const folder of names(join(root, 'raw'))) {
    for (const name of names(join(root, 'raw', folder))) {
      const file = join('raw', folder, name);
      if (!raw.has(file) && !name.endsWith('.new')) yield lost(file, 'belongs to no commit');
    }
  }
}

function problemOfRaw(root: string, file: string, { size, is }: ExpectedRaw): string | null {
  const path = join(root, file);
  const found = sizeOf(path);
  if (found === null) return 'is missing';
  if (found !== size) return `has ${found} octets, ${size} were committed`;
  const wanted = 'sha256' in is ? is.sha256 : sumOfMail(root, is.mail);
  return wanted === null || sumOf(path) === wanted ? null : 'is not what was committed';
}

/** null where a file of it is lost: that is told of the file. */
function sumOfMail(root: string, mail: OutgoingMail): string | null {
  if (mail.enclosed?.some(({ file }) => !isWhole(root, file))) return null;
  const digest = createHash('sha256');
  for (const piece of octetsOf(mail, ({ path }) => chunks(join(root, path)))) digest.update(piece);
  return digest.digest('hex');
}

function* checkTickets(
  { root, derived: files }: StoreParts,
  expected: Expected,
): Generator<Finding> {
  const { documents } = files;
  for (const [id, { seq, ticket }] of expected.tickets) {
    const file = join(ticketDirectory(id), 'ticket.json');
    const found = readOr(() => documents.read(id));
    if (found === null) yield derived(file, 'is missing');
    else if (typeof found === 'string') yield derived(file, found);
    else if (!isDeepStrictEqual(JSON.parse(JSON.stringify({ seq, ticket })), found)) {
      yield derived(file, 'does not say what the journal says');
    }
    const mark = join('open', hundredOf(id), id);
    if (exists(join(root, mark)) === (ticket.status === 'resolved')) {
      yield derived(mark, `the ticket is ${ticket.status}`);
    }
  }
  yield* checkWaiting(files.waiting.all(), expected);
  for (const which of ['all', 'open'] as const) {
    for (const id of documents.ids(which)) {
      if (!expected.tickets.has(id)) yield derived(id, 'is a ticket that no commit made');
    }
  }
  for (const { path, sha256 } of expected.attachments) {
    const found = sumOf(join(root, path));
    if (found === null) yield derived(path, 'is missing');
    else if (found !== sha256) yield derived(path, 'is not what came with the mail');
  }
}

function* checkWaiting(found: readonly string[], { tickets }: Expected): Generator<Finding> {
  const wanted = new Set([...tickets.values()].flatMap(({ ticket }) => markOf(ticket) ?? []));
  for (const mark of found) {
    if (!wanted.delete(mark))
      yield derived(join('waiting', mark), 'is not what the ticket waits for');
  }
  for (const mark of wanted) yield derived(join('waiting', mark), 'is missing');
}

function* checkIndex({ derived: files }: StoreParts, expected: Expected): Generator<Finding> {
  const { index } = files;
  const check = function* (kind: IndexKind, key: string, seq: number): Generator<Finding> {
    if (!index.find(kind, key).some((entry) => entry.seq === seq)) {
      yield derived('index', `has no entry of commit ${seq} for ${key}`);
    }
  };
  for (const { key, seq } of expected.deliveries) yield* check('d', key, seq);
  for (const { key, seq } of expected.origins) yield* check('e', key, seq);
  for (const { key, seq } of expected.acts) yield* check('a', key, seq);
  for (const { id, seq } of expected.messages) yield* check('m', id, seq);
}

function* checkOutbox({ derived: files }: StoreParts, { outbox }: Expected): Generator<Finding> {
  const found = files.outbox.all();
  for (const [id, wanted] of outbox) {
    const file = found.get(id);
    if (file === undefined) yield derived(`outbox/${id}`, 'is missing');
    else if (!isSameMail(file, wanted)) yield derived(`outbox/${id}`, 'is not what was committed');
  }
  for (const id of found.keys())
    if (!outbox.has(id)) yield derived(`outbox/${id}`, 'has gone long ago');
}

function* checkHeld({ derived: files }: StoreParts, { held }: Expected): Generator<Finding> {
  const found = new Map(files.held.all().map((mail) => [mail.id, mail]));
  for (const [id, mail] of held) {
    if (!isDeepStrictEqual(found.get(id), mail)) {
      yield derived(`held/${id}.json`, 'is missing, or not what was committed');
    }
  }
  for (const id of found.keys()) {
    if (!held.has(id)) yield derived(`held/${id}.json`, 'has been let in or thrown away');
  }
}

/** Small lists that follow from the journal alone. */
function* checkLists({ derived: files }: StoreParts, expected: Expected): Generator<Finding> {
  const failed = [...expected.failed.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  if (!isDeepStrictEqual(files.failed.all(), failed)) {
    yield derived('failed', 'does not say what the journal says');
  }
  if (!isDeepStrictEqual(files.notices.read(), expected.notices)) {
    yield derived('notices.json', 'does not say what the journal says');
  }
  const numbers = (mails: Iterable<number>) => [...mails].sort((a, b) => a - b);
  if (!isDeepStrictEqual(numbers(files.expiring.all()), numbers(expected.expiring))) {
    yield derived('expiring', 'does not say what the journal says');
  }
}

function isSameMail(a: WaitingMail, b: WaitingMail): boolean {
  const committed = ({ isBegun, refusals, lastTried, lastError, ...mail }: WaitingMail) => mail;
  return isDeepStrictEqual(committed(a), committed(b));
}

function readOr<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof Failure) return 'does not read';
    throw error;
  }
}
