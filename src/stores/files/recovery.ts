/**
 * Brings the derived files up to the journal before anybody looks at them.
 *
 * In a clean store this is one comparison. A process that died after its commit
 * left the head behind: the lines behind it are applied. After another boot
 * nothing behind the checkpoint is certain: a torn last line is cut off, every
 * record from the checkpoint on is applied again, and what a power cut may have
 * torn (documents, outbox, rows) is made anew; attachments are in doubt from then on, and
 * made again without the lock (lost-files.ts): no raw mail is read here. Runs under the
 * lock and may itself be killed at any point.
 */
import { join } from 'node:path';
import { numbersAfter } from '../../journal/lists/numbers.ts';
import { type TicketRow, ticketRowAfter } from '../../journal/lists/tickets.ts';
import { type JournalRecord, pathsFor } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import { ticketsOf } from '../../ticket/change.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import type { Derived } from './derived.ts';
import { exists } from './disk.ts';
import { type Head, readCheckpoint, readHead, writeCheckpoint, writeHead } from './head.ts';
import type { Journal, Position } from './journal.ts';
import type { StoreParts } from './store-parts.ts';
import { addUncertain, hasFiles } from './uncertain-files.ts';

/** True if `catchUp` has nothing to do. */
export function isCaughtUp({ root, boot, journal }: StoreParts): boolean {
  const head = readHead(root, boot);
  return head !== null && journal.isEnd(head.position);
}

/** `isSameBoot`: a rebuild has forgotten the head, and the machine has not come up anew. */
export function catchUp(store: StoreParts, isSameBoot = false): Head {
  const { root, boot, journal } = store;
  const known = readHead(root, boot);
  if (known !== null && journal.isEnd(known.position)) return known;
  const from = known ?? readCheckpoint(root) ?? emptyHead(journal);
  const isOtherBoot = known === null;
  if (isOtherBoot) {
    repairOutbox(store, isSameBoot);
    repairRows(from.position, store);
  }
  const applied = applyFrom(from, isOtherBoot ? 'rebooted' : 'left', store);
  if (isOtherBoot) addUncertain(root, applied.withFiles);
  const head = isOtherBoot ? writeCheckpoint(root, applied.head) : applied.head;
  writeHead(root, boot, head);
  return head;
}

function emptyHead(journal: Journal): Head {
  return { seq: 0, position: journal.start(), numbers: {}, checkpoint: 0 };
}

function applyFrom(from: Head, how: 'left' | 'rebooted', { root, journal, derived }: StoreParts) {
  let head = from;
  let torn: Position | null = null;
  const withFiles: number[] = [];
  const touched = new Set<TicketId>();
  journal.writeAgain(from.position);
  for (const { record, next } of journal.read(from.position, (at) => {
    torn = at;
  })) {
    if (record.seq !== head.seq + 1) {
      throw new Failure('store-damaged', `the journal goes from ${head.seq} to ${record.seq}`);
    }
    derived.apply(record, how);
    if (how === 'rebooted') for (const id of ticketsOf(record.changes)) touched.add(id);
    if (hasFiles(record)) withFiles.push(record.seq);
    head = {
      ...head,
      seq: record.seq,
      position: next,
      numbers: numbersAfter(head.numbers, record),
    };
  }
  forgetOldMarks(touched, derived);
  // A commit's raw mail is moved after its line is durable: where it is there, the line was, too.
  mustBeUnused(root, head.seq + 1);
  if (torn !== null) journal.cut(torn);
  return { head: { ...head, position: journal.end() }, withFiles };
}

/** Nothing old is overwritten: a number that has a raw mail already was committed, and its line is lost. */
export function mustBeUnused(root: string, seq: number): void {
  const { rawIn } = pathsFor(seq);
  if (!exists(join(root, rawIn))) return;
  throw new Failure(
    'store-damaged',
    `journal: the line of commit ${seq} is lost, ${rawIn} is there`,
  );
}

/** A power cut may have brought back a mark that was taken away. */
function forgetOldMarks(ids: ReadonlySet<TicketId>, { documents, lists }: Derived): void {
  if (ids.size === 0) return;
  lists.keepOnly([...ids].flatMap((id) => documents.read(id)?.ticket ?? []));
}

/** Before anything is applied: outbox files that do not read are made again; documents are when they are met. */
function repairOutbox({ journal, derived }: StoreParts, isSameBoot: boolean): void {
  const { lists } = derived;
  if (!lists.outbox.dropDamaged(isSameBoot)) return;
  for (const record of recordsFrom(journal.start(), journal)) {
    lists.writeOne('outbox', record, 'left');
  }
}

/** Before anything is applied: rows that will be changed and do not read are made again. */
function repairRows(from: Position, { journal, derived }: StoreParts): void {
  const all = () => recordsFrom(journal.start(), journal);
  derived.lists.repairRows([...recordsFrom(from, journal)], all);
}

function* recordsFrom(position: Position, journal: Journal): Generator<JournalRecord> {
  for (const { record } of journal.read(position)) yield record;
}

/** Makes the documents of these tickets again from the whole journal, each in one step. */
export function rebuildTickets(
  ids: ReadonlySet<TicketId>,
  { journal, derived }: Pick<StoreParts, 'journal' | 'derived'>,
): void {
  const made = new Map<TicketId, TicketRow>();
  for (const record of recordsFrom(journal.start(), journal)) {
    for (const id of ticketsOf(record.changes)) {
      if (ids.has(id)) made.set(id, ticketRowAfter(made.get(id) ?? null, id, record));
    }
  }
  for (const [id, row] of made) {
    derived.documents.makeDirectories(id);
    derived.write(row, null);
  }
  derived.lists.keepOnly([...made.values()].map(({ ticket }) => ticket));
}
