/**
 * Brings the derived files up to the journal; loaded only if they are not (caught-up.ts).
 *
 * A process that died after its commit left the head behind: the lines behind it are applied.
 * After another boot nothing behind the checkpoint is certain: a torn last line is cut off,
 * every record from the checkpoint on is applied again, and what a power cut may have torn
 * (documents, outbox, rows) is made anew. Attachments and copies of what has gone out are in
 * doubt from then on, and made again without the lock (lost-files.ts): no mail is read or
 * composed here. If a commit says that words are erased, all of it is made anew (erasing.ts). Runs
 * under the lock and may itself be killed at any point.
 */
import { numbersAfter } from '../../journal/lists/numbers.ts';
import { Failure } from '../../outcome.ts';
import { ticketsOf } from '../../ticket/change.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import { blank } from './blanking.ts';
import { headCaughtUp, mustBeUnused } from './caught-up.ts';
import type { Derived } from './derived.ts';
import { beginErasing, endErasing, eraseBegun } from './erasing.ts';
import { type Head, readCheckpoint, readHead, writeCheckpoint, writeHead } from './head.ts';
import type { Journal } from './journal.ts';
import type { Position } from './journal-lines.ts';
import { cutTorn, writeAgain } from './journal-repair.ts';
import { moveForward } from './moved-back.ts';
import { shareRaw } from './raw-sharing.ts';
import { recordsFrom } from './rebuild-tickets.ts';
import { repairRows } from './repair-rows.ts';
import type { StoreParts } from './store-parts.ts';
import { addUncertain, hasFiles } from './uncertain-files.ts';
import { finishUpgrade } from './upgrade.ts';

/** `isSameBoot`: a rebuild has forgotten the head, and the machine has not come up anew. */
export function catchUp(store: StoreParts, isSameBoot = false): Head {
  const upToDate = headCaughtUp(store);
  if (upToDate !== null) return upToDate;
  const { root, boot, journal } = store;
  finishUpgrade(store);
  const isErasing = eraseBegun(store);
  const known = readHead(root, boot);
  const from = known ?? readCheckpoint(root) ?? emptyHead(journal);
  const isOtherBoot = known === null;
  if (isOtherBoot) {
    repairOutbox(store, isSameBoot);
    const all = () => recordsFrom(journal.start(), journal);
    repairRows(store.derived.lists, [...recordsFrom(from.position, journal)], all);
  }
  const applied = applyFrom(from, isOtherBoot ? 'rebooted' : 'left', store);
  if (isOtherBoot) {
    addUncertain(root, [
      ...applied.uncertain,
      ...store.derived.lists.outbox.begun().map(seqOfMail),
    ]);
  }
  if (applied.hasErased && !isErasing) {
    // It may be another's, and nobody knows that it is durable.
    journal.settle();
    beginErasing(root);
    return catchUp(store, isSameBoot || !isOtherBoot);
  }
  if (isErasing) addUncertain(root, applied.lessCopies);
  const head = isOtherBoot ? writeCheckpoint(root, applied.head) : applied.head;
  if (isErasing) endErasing(root);
  writeHead(root, boot, head);
  return head;
}

function emptyHead(journal: Journal): Head {
  return { seq: 0, position: journal.start(), numbers: {}, checkpoint: 0 };
}

function applyFrom(from: Head, how: 'left' | 'rebooted', { root, journal, derived }: StoreParts) {
  let head = from;
  let torn: Position | null = null;
  const uncertain: number[] = [];
  const touched = new Set<TicketId>();
  const lessCopies: number[] = [];
  let hasErased = false;
  writeAgain(journal, from.position);
  for (const { record, next } of journal.read(from.position, (at) => {
    torn = at;
  })) {
    if (record.seq !== head.seq + 1) {
      throw new Failure('store-damaged', `the journal goes from ${head.seq} to ${record.seq}`);
    }
    if (how === 'rebooted' && record.delivery !== undefined) {
      moveForward(root, record.delivery.incoming);
    }
    derived.apply(record, how, shareRaw);
    blank(record, { root, journal });
    if (how === 'rebooted') for (const id of ticketsOf(record.changes)) touched.add(id);
    if (hasFiles(record)) uncertain.push(record.seq);
    for (const change of record.changes) {
      if (change.type === 'reply.sent') uncertain.push(seqOfMail(change.mail));
      if (change.type !== 'person.erased') continue;
      hasErased = true;
      lessCopies.push(...change.commits.flatMap((one) => (one.copies.length > 0 ? one.seq : [])));
    }
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
  if (torn !== null) cutTorn(journal, torn);
  return {
    head: { ...head, position: journal.endBehind(head.position) },
    uncertain,
    hasErased,
    lessCopies,
  };
}

/** Of its commit, by its id in the outbox. */
function seqOfMail(id: string): number {
  return Number.parseInt(id, 10);
}

/** A power cut may have brought back a mark that was taken away. */
function forgetOldMarks(ids: ReadonlySet<TicketId>, { documents, lists }: Derived): void {
  if (ids.size === 0) return;
  lists.keepOnly([...ids].flatMap((id) => documents.read(id)?.ticket ?? []));
}

/**
 * Before anything is applied: outbox files that do not read are made again; documents are when they
 * are met.
 */
function repairOutbox({ journal, derived }: StoreParts, isSameBoot: boolean): void {
  const { lists } = derived;
  if (!lists.outbox.dropDamaged(isSameBoot)) return;
  for (const record of recordsFrom(journal.start(), journal)) {
    lists.writeOne('outbox', record, 'left');
  }
}
