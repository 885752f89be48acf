/**
 * Checks every invariant of the store and says what it found.
 *
 * The journal is read whole, with its texts, and everything that follows from it is compared
 * with what lies there: documents, raw mail (by SHA-256), copies of what has gone out, attachments,
 * every list, the head; and that every file is a private
 * file or folder and belongs to something. A finding names the file (and the
 * offset, in the journal) and says whether `rebuild` can make it again.
 * Changes nothing. Runs under the lock, after recovery; gives back the copies whose octets nobody
 * wrote down: they are to be composed again for that, without the lock (`checkCopy`).
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FileLost } from '../../journal/blobs.ts';
import { briefRow } from '../../journal/brief.ts';
import type { Expected, ExpectedCopy } from '../../journal/expected.ts';
import { TICKET_LIST_NAMES } from '../../journal/lists/edits.ts';
import type { CommittedMail } from '../../journal/mails.ts';
import type { Finding } from '../../journal/maintenance.ts';
import { ticketDirectory } from '../../journal/paths.ts';
import type { TicketRow } from '../../journal/ticket-row.ts';
import { Failure } from '../../outcome.ts';
import type { Sum } from '../../ticket/mail.ts';
import { names, onDisk, remove, sizeOf } from '../disk/disk.ts';
import { sumOf } from '../disk/read-pieces.ts';
import { type Composing, composeInto } from './copies.ts';
import { expectedOf } from './expected.ts';
import type { Head } from './head.ts';
import { readSigningKeys } from './layout.ts';
import { type ListFiles, STORED_NAMES } from './list-files.ts';
import { sizeAt, sumAt } from './raw-mails.ts';
import { withoutHead } from './raw-sharing.ts';
import type { StoreParts } from './store-parts.ts';

export function* fsck(store: StoreParts, head: Head): Generator<Finding, readonly CommittedMail[]> {
  const { root, journal } = store;
  yield* checkTree(root, '');
  yield* checkTexts(store);
  const keys = readOr(() => readSigningKeys(root));
  if (typeof keys === 'string') yield lost('keys.json', keys);
  let expected: Expected;
  try {
    expected = expectedOf(journal);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    yield { file: 'journal', problem: what, isRebuildable: false };
    return [];
  }
  const { before = expected.hash } = head.position;
  if (before !== expected.hash) yield lost('journal', 'the last line is not what was committed');
  const numbers = Object.fromEntries(expected.lists.rows('numbers'));
  if (head.seq !== expected.seq || !isDeepStrictEqual(head.numbers, numbers)) {
    yield derived('head.json', `is at commit ${head.seq}, the journal at ${expected.seq}`);
  }
  yield* checkRaw(root, expected);
  yield* checkTickets(store, expected);
  yield* checkLists(store, expected);
  return [...expected.copies.values()].flatMap((copy) => toCompose(root, copy));
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

/** What its lines say of their texts is looked at with the journal. */
function* checkTexts({ root, journal }: StoreParts): Generator<Finding> {
  const segments = new Set(journal.segments());
  for (const name of names(join(root, 'texts'))) {
    if (!segments.has(name) && !name.endsWith('.new'))
      yield lost(join('texts', name), 'belongs to no segment of the journal');
  }
}

function* checkRaw(root: string, { raw, copies }: Expected): Generator<Finding> {
  for (const [file, sum] of raw) {
    const problem = problemOfRaw(root, file, sum);
    if (problem !== null) yield lost(file, problem);
  }
  for (const { raw: file, isSent, is } of copies.values()) {
    // One that waits, or never went, may have none yet.
    if (!isSent) continue;
    const isThere = sizeOf(join(root, file)) !== null;
    const problem = 'sha256' in is ? problemOfRaw(root, file, is) : isThere ? null : MISSING;
    if (problem !== null) yield derived(file, problem);
  }
  const known = new Set([...raw.keys(), ...[...copies.values()].map((copy) => copy.raw)]);
  for (const folder of names(join(root, 'raw'))) {
    for (const name of names(join(root, 'raw', folder))) {
      const file = join('raw', folder, name);
      if (!known.has(withoutHead(file)) && !name.endsWith('.new'))
        yield lost(file, 'belongs to no commit');
    }
  }
}

function problemOfRaw(root: string, file: string, { size, sha256 }: Sum): string | null {
  const path = join(root, file);
  const found = sizeAt(path);
  if (found === null) return MISSING;
  if (found !== size) return `has ${found} octets, ${size} were committed`;
  return sumAt(path) === sha256 ? null : OTHER;
}

function toCompose(root: string, { isSent, is }: ExpectedCopy): CommittedMail | readonly [] {
  if (!isSent || 'sha256' in is) return [];
  return sizeOf(join(root, is.raw)) === null ? [] : is;
}

/** What is wrong with a copy whose octets nobody wrote down. A lost file is told of itself. */
export async function checkCopy(
  copy: CommittedMail,
  store: Composing,
): Promise<readonly Finding[]> {
  try {
    const { path, sum } = await composeInto(copy, store);
    remove(path);
    const problem = problemOfRaw(store.root, copy.raw, sum);
    return problem === null ? [] : [derived(copy.raw, problem)];
  } catch (error) {
    if (error instanceof FileLost) return [];
    throw error;
  }
}

function* checkTickets(
  { root, derived: files }: StoreParts,
  expected: Expected,
): Generator<Finding> {
  const { documents } = files;
  const tickets = expected.lists.rows('tickets');
  for (const row of tickets.values()) {
    const { id } = row.ticket;
    const file = join(ticketDirectory(id), 'ticket.json');
    const found = readOr(() => briefOf(documents.read(id)));
    if (found === null) yield derived(file, MISSING);
    else if (typeof found === 'string') yield derived(file, found);
    else if (!isDeepStrictEqual(JSON.parse(JSON.stringify(asOldAs(found, row))), found)) {
      yield derived(file, 'does not say what the journal says');
    }
  }
  for (const id of documents.ids('all')) {
    if (!tickets.has(id)) yield derived(id, 'is a ticket that no commit made');
  }
  for (const { path, sha256 } of expected.attachments) {
    const found = sumOf(join(root, path));
    if (found === null) yield derived(path, MISSING);
    else if (found !== sha256) yield derived(path, 'is not what came with the mail');
  }
  // What they came with is erased in the other ticket, so it tells nothing of them.
  const known = new Set(expected.attachments.map(({ path }) => path));
  for (const { path, sha256 } of expected.borrowed) {
    if (!known.has(path) && sumOf(join(root, path)) !== sha256) {
      yield lost(path, 'is not there as it came with the mail');
    }
  }
}

function briefOf(row: TicketRow | null): TicketRow | null {
  return row === null ? null : briefRow(row);
}

/**
 * An older program wrote nothing of why a mail was rejected: no reason is asked of its document.
 */
function asOldAs(found: TicketRow, row: TicketRow): TicketRow {
  const saysWhy = found.ticket.messages.map(
    (message) => message.direction === 'out' && message.failure !== undefined,
  );
  const messages = row.ticket.messages.map((message, n) => {
    if (message.direction !== 'out' || saysWhy[n] === true) return message;
    const { failure: _, ...other } = message;
    return other;
  });
  return { ...row, ticket: { ...row.ticket, messages } };
}

function* checkLists({ derived: { lists } }: StoreParts, expected: Expected): Generator<Finding> {
  for (const name of STORED_NAMES) yield* checkRows(lists, expected, name);
  for (const name of TICKET_LIST_NAMES) {
    const stored = lists.keysOf(name);
    const left = new Set(stored.names());
    for (const key of expected.lists.keys(name)) {
      if (!left.delete(stored.nameOf(key))) yield derived(stored.nameOf(key), MISSING);
    }
    for (const there of left) yield derived(there, LEFT);
  }
}

function* checkRows<Name extends (typeof STORED_NAMES)[number]>(
  lists: ListFiles,
  expected: Expected,
  name: Name,
): Generator<Finding> {
  const [stored, wanted] = [lists.of(name), expected.lists.rows(name)];
  const found = new Map(stored.found(wanted.keys()));
  const finding = (row: string, problem: string) =>
    stored.file === undefined
      ? derived(row, problem)
      : derived(stored.file, `the entry of ${row} ${problem}`);
  for (const [key, row] of wanted) {
    const there = stored.nameOf(key);
    const left = found.get(there) ?? null;
    found.delete(there);
    if (stored.isRight?.(row, left) ?? isDeepStrictEqual(row, left)) continue;
    yield finding(there, left === null ? MISSING : OTHER);
  }
  for (const there of found.keys()) yield finding(there, LEFT);
}

const MISSING = 'is missing';
const OTHER = 'is not what was committed';
const LEFT = 'should not be there any more, or never';

function readOr<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof Failure) return 'does not read';
    throw error;
  }
}
