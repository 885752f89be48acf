/**
 * Everything that is made of the journal: raw mail at its place, documents,
 * attachments, index, outbox.
 *
 * `apply` brings it up to one record and may be repeated: each step looks
 * whether it is done, or does the same again. Nothing here is fsynced. What a
 * power cut leaves old is brought up by applying again; what it leaves torn
 * does not read, and recovery.ts makes it again.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type JournalRecord, partNumber, placesFor, rawDirectory } from '../../journal/record.ts';
import type { DeliveryKey, RecordedMail, WaitingMail } from '../../journal/store.ts';
import { Failure } from '../../outcome.ts';
import type { Answered, Kind } from '../../ticket/answered.ts';
import { applyChange } from '../../ticket/apply-change.ts';
import { type Change, goesAgain, isFate, ticketOf, ticketsOf } from '../../ticket/change.ts';
import { isAddressChange } from '../../ticket/failing.ts';
import { type Enclosed, type OutgoingMail, octetsOf, placeOf } from '../../ticket/mail.ts';
import type { Origin } from '../../ticket/origin.ts';
import {
  type Attachment,
  filesOf,
  type Message,
  receivedAs,
  type StoredFile,
  type Ticket,
  type TicketId,
} from '../../ticket/ticket.ts';
import { AnsweredLog } from './answered.ts';
import {
  exists,
  makeDirectory,
  move,
  READ_ONLY_MODE,
  remove,
  removeDirectory,
  replace,
  sizeOf,
  syncDirectory,
} from './disk.ts';
import { Documents } from './documents.ts';
import { Expiring, expiringBy } from './expiring.ts';
import { FailedAddresses } from './failed-addresses.ts';
import { Held } from './held.ts';
import { partsOf } from './incoming.ts';
import { IndexShards } from './index-shards.ts';
import { Marks } from './marks.ts';
import { Notices } from './notices.ts';
import { Outbox, type Sync } from './outbox.ts';
import { chunks } from './read-pieces.ts';
import { Waiting } from './waiting.ts';

/** This process's own commit; one that another left; one that a power cut may have torn. */
export type How = 'own' | 'left' | 'rebooted';

export class Derived {
  readonly documents: Documents;
  readonly index: IndexShards;
  readonly outbox: Outbox;
  readonly held: Held;
  readonly answered: AnsweredLog;
  readonly failed: FailedAddresses;
  readonly notices: Notices;
  readonly expiring: Expiring;
  readonly waiting: Waiting;
  readonly #root: string;
  readonly #repair: (id: TicketId) => void;

  /** `repair` makes a document that does not read again from the journal. */
  constructor(root: string, syncing: Sync, repair: (id: TicketId) => void) {
    this.#root = root;
    this.#repair = repair;
    const marks = new Marks(root);
    this.documents = new Documents(root, marks);
    this.index = new IndexShards(join(root, 'index'));
    this.outbox = new Outbox(join(root, 'outbox'), syncing);
    this.held = new Held(join(root, 'held'));
    this.failed = new FailedAddresses(join(root, 'failed'));
    this.notices = new Notices(join(root, 'notices.json'));
    this.expiring = new Expiring(join(root, 'expiring'));
    this.waiting = new Waiting(root, marks);
    this.answered = new AnsweredLog(join(root, 'answered.log'));
  }

  /** Gives the mails that the record says must go out. */
  apply(record: JournalRecord, how: How): readonly WaitingMail[] {
    this.#placeRaw(record, how);
    for (const id of ticketsOf(record.changes)) {
      this.#applyToTicket(id, record, how);
    }
    this.#applyToHeld(record);
    this.#applyToAnswered(record);
    this.#applyToFailed(record);
    this.notices.apply(record);
    this.#expire(record);
    this.#addToIndex(record);
    const mails = this.applyOutbox(record, how);
    if (record.delivery !== undefined) {
      removeDirectory(join(this.#root, 'incoming', partsOf(record.delivery.incoming)));
    }
    return mails;
  }

  applyOutbox(record: JournalRecord, how: How): readonly WaitingMail[] {
    const mails = waitingMails(record);
    for (const mail of mails) this.outbox.add(mail, how === 'own');
    for (const change of record.changes) {
      if (!isFate(change)) continue;
      if (goesAgain(change)) this.outbox.repeat(change.mail);
      else this.outbox.done(change.mail);
    }
    return mails;
  }

  #placeRaw({ seq, delivery, outgoing }: JournalRecord, how: How): void {
    if (delivery === undefined && outgoing.length === 0) return;
    // A raw mail is moved here without fsync, so the directory itself must be there after a power cut.
    if (makeDirectory(join(this.#root, rawDirectory(seq)))) syncDirectory(join(this.#root, 'raw'));
    const places = placesFor(seq);
    if (delivery !== undefined) {
      const incoming = join(this.#root, 'incoming', delivery.incoming);
      move(incoming, join(this.#root, places.rawIn));
    }
    for (const mail of keptMails(outgoing)) {
      if (mail.enclosed === undefined) this.#placeRawOut(places.rawOut(placeOf(mail)), mail, how);
    }
  }

  /** When their files are in their places; after a power cut those are in doubt, and these with them (lost-files.ts). */
  #placeRawWithFiles({ seq, outgoing }: JournalRecord, how: How): void {
    if (how === 'rebooted') return;
    for (const mail of keptMails(outgoing)) {
      if (mail.enclosed === undefined || !this.#areThere(mail.enclosed)) continue;
      this.#placeRawOut(placesFor(seq).rawOut(placeOf(mail)), mail, how);
    }
  }

  #placeRawOut(raw: string, mail: OutgoingMail, how: How): void {
    const path = join(this.#root, raw);
    if (how === 'left' && exists(path)) return;
    const read = ({ path: file }: StoredFile) => chunks(join(this.#root, file));
    replace(path, octetsOf(mail, read), READ_ONLY_MODE);
  }

  #areThere(enclosed: readonly Enclosed[]): boolean {
    return enclosed.every(({ file }) => sizeOf(join(this.#root, file.path)) === file.size);
  }

  #applyToTicket(id: TicketId, record: JournalRecord, how: How): void {
    const known = this.#document(id, record);
    const isBehind = known === null || known.seq < record.seq;
    if (known === null || how === 'rebooted') this.documents.makeDirectories(id);
    if (isBehind) {
      const after = ticketAfter(known?.ticket ?? null, id, record);
      this.write(id, record.seq, after, known?.ticket ?? null);
    } else this.#mark(id, known.ticket, null);
    this.#placeAttachments(id, record);
    this.#placeRawWithFiles(record, how);
    this.#linkMails(id, record, known === null && how === 'own');
  }

  #linkMails(id: TicketId, { changes }: JournalRecord, isNew: boolean): void {
    for (const { raw, serial } of addedTo(id, changes)) {
      this.documents.linkMail(id, raw, serial, isNew);
    }
  }

  /** Raw mail of a commit that was made anew: its names in the tickets are those of the old file. */
  linkAgain(record: JournalRecord): void {
    for (const id of ticketsOf(record.changes)) this.#linkMails(id, record, false);
  }

  /** The marks go first: where a run dies in between, the document is behind and is written again. */
  write(id: TicketId, seq: number, ticket: Ticket, before: Ticket | null): void {
    this.#mark(id, ticket, before);
    this.documents.write(id, seq, ticket);
  }

  #mark(id: TicketId, ticket: Ticket, before: Ticket | null): void {
    this.documents.mark(id, ticket);
    this.waiting.mark(before, ticket);
  }

  /** The document as it is, made again first where it is garbled, or lost. */
  #document(id: TicketId, { changes }: JournalRecord) {
    const found = this.documents.tryRead(id);
    const isCreated = changes.some(
      (change) => change.type === 'ticket.created' && change.ticket === id,
    );
    if (found !== 'damaged' && (found !== null || isCreated)) return found;
    this.#repair(id);
    return this.documents.read(id);
  }

  #placeAttachments(id: TicketId, record: JournalRecord): void {
    const { delivery } = record;
    const files = receivedFiles(record, id);
    if (delivery === undefined || files.length === 0) return;
    this.documents.makeAttachmentsDirectory(id);
    const parts = join(this.#root, 'incoming', partsOf(delivery.incoming));
    for (const { path } of files) {
      move(join(parts, String(partNumber(path))), join(this.#root, path));
    }
  }

  #applyToAnswered(record: JournalRecord): void {
    const answered = answeredIn(record);
    if (answered.length > 0) this.answered.add(record.seq, answered);
  }

  #applyToHeld({ changes }: JournalRecord): void {
    for (const change of changes) {
      if (change.type === 'mail.held') this.held.add(change.mail);
      if (change.type === 'mail.released' || change.type === 'mail.discarded') {
        this.held.remove(change.held);
      }
    }
  }

  #applyToFailed({ time, changes }: JournalRecord): void {
    for (const change of changes) {
      if (isAddressChange(change)) this.failed.apply(change, time);
    }
  }

  #expire({ seq, time, changes }: JournalRecord): void {
    for (const mail of expiringBy(changes, seq)) this.expiring.add(mail, time);
    for (const change of changes) {
      if (change.type !== 'mail.expired') continue;
      for (const mail of change.mails) remove(join(this.#root, placesFor(mail).rawIn));
      this.expiring.remove(new Set(change.mails));
    }
  }

  #addToIndex({ seq, time, delivery, origin, changes }: JournalRecord): void {
    const seconds = Math.floor(Date.parse(time) / 1000);
    if (origin !== undefined) {
      const ticket = changedTicket(changes);
      this.index.add('e', originKey(origin), { ticket, seq, time: seconds });
      const copy = copyKey(origin);
      if (copy !== null && isCreation(changes)) {
        this.index.add('e', copy, { ticket, seq, time: seconds });
      }
    }
    const incoming = changes.find(
      (change) => change.type === 'message.added' && change.message.direction === 'in',
    );
    const ticket = incoming === undefined ? null : ticketOf(incoming);
    for (const key of delivery === undefined ? [] : indexKeys(delivery)) {
      this.index.add('d', key, { ticket, seq, time: seconds });
    }
    for (const change of changes) {
      if (change.type !== 'message.added' || change.message.messageId === null) continue;
      this.index.add('m', change.message.messageId, { ticket: change.ticket, seq, time: seconds });
    }
    for (const key of actedKeys(delivery)) {
      this.index.add('a', key, { ticket, seq, time: seconds });
    }
    // Mail that is in no ticket is found by its Message-ID, too: for `explain`.
    const messageId = delivery?.decision.messageId ?? null;
    if (ticket === null && messageId !== null) {
      this.index.add('m', messageId, { ticket: null, seq, time: seconds });
    }
  }
}

export function ticketAfter(before: Ticket | null, id: TicketId, record: JournalRecord): Ticket {
  let ticket = before;
  try {
    for (const change of record.changes) {
      if (ticketOf(change) === id) ticket = applyChange(ticket, change, record.time);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new Failure('store-damaged', `commit ${record.seq}: ${reason}`, { cause: error });
  }
  if (ticket === null) throw new Failure('store-damaged', `commit ${record.seq}: no ticket ${id}`);
  return ticket;
}

/** Automatic answers that a commit has made. */
export function answeredIn({ time, changes }: JournalRecord): readonly Answered[] {
  return changes.flatMap((change): readonly Answered[] => {
    if (change.type === 'mail.answered') {
      const { address, about } = change;
      return [{ at: new Date(time), address, ticket: null, kind: about }];
    }
    if (change.type !== 'message.added' || change.message.direction === 'in') return [];
    const { automatic, to } = change.message;
    if (!automatic) return [];
    const { ticket } = change;
    const kind = kindOf(ticket, changes);
    return [{ at: new Date(time), address: to[0].address, ticket, kind }];
  });
}

/** What is said about a ticket, by what happened to it in the same commit. */
function kindOf(ticket: TicketId, changes: readonly Change[]): Kind {
  const has = (type: Change['type']) =>
    changes.some((change) => change.type === type && ticketOf(change) === ticket);
  if (has('ticket.created')) return 'acknowledgement';
  return has('ticket.reminded') ? 'reminder' : 'service';
}

/** Those whose copy stays in raw/. */
export function keptMails(outgoing: readonly OutgoingMail[]): readonly OutgoingMail[] {
  return outgoing.filter(({ isPassing }) => isPassing !== true);
}

export function waitingMails({ seq, time, outgoing }: JournalRecord): readonly WaitingMail[] {
  const places = placesFor(seq);
  return outgoing.map((mail, position) => ({
    id: `${seq}.${position}`,
    seq,
    ticket: mail.ticket,
    serial: mail.serial,
    sender: mail.sender,
    recipient: mail.recipient,
    raw: places.rawOut(placeOf(mail)),
    sha256: createHash('sha256').update(mail.content).digest('hex'),
    since: time,
    isBegun: false,
    refusals: 0,
    lastTried: null,
    lastError: null,
  }));
}

/** Files that came with the mail of a commit, in the order of its parts: one message has them. */
export function receivedFiles(
  { seq, changes }: JournalRecord,
  id: TicketId | null = null,
): readonly Attachment[] {
  const { rawIn } = placesFor(seq);
  for (const change of changes) {
    if (id !== null && ticketOf(change) !== id) continue;
    if (change.type === 'note.added' && change.written === rawIn) return change.attachments ?? [];
    if (change.type !== 'message.added') continue;
    const { message } = change;
    if (receivedAs(message) === rawIn) return filesOf(message);
  }
  return [];
}

function addedTo(id: TicketId, changes: readonly Change[]): readonly Message[] {
  return changes.flatMap((change) =>
    change.type === 'message.added' && change.ticket === id ? [change.message] : [],
  );
}

/** The ticket that an order changed: fates of other mails may stand behind it. */
export function changedTicket(changes: readonly Change[]): TicketId | null {
  const own = changes.filter((change) => !isFate(change));
  return own.map(ticketOf).find((id) => id !== null) ?? null;
}

export function isCreation(changes: readonly Change[]): boolean {
  return changes.some(({ type }) => type === 'ticket.created');
}

/** No event's key: those have two parts. null where the source does not name a ticket. */
export function copyKey({ source, ticket }: Origin): string | null {
  return source === '' || ticket === undefined ? null : JSON.stringify([source, 'ticket', ticket]);
}

/** None for a mail that has not acted. */
export function actedKeys(delivery: JournalRecord['delivery']): readonly string[] {
  const { actor, messageId } = delivery?.decision ?? {};
  return actor === undefined || typeof messageId !== 'string' ? [] : [actedKey(actor, messageId)];
}

export function actedKey(actor: string, messageId: string): string {
  return JSON.stringify([actor, messageId]);
}

export function originKey({ source, id }: Origin): string {
  return JSON.stringify([source, id]);
}

export function indexKeys(key: DeliveryKey): readonly string[] {
  return [...attemptKey(key), ...copyKeys(key)];
}

/** One at most. */
export function attemptKey({ hash, attempt }: DeliveryKey): readonly string[] {
  // A short queue id comes again after a while: with the hash it is the same mail for sure.
  return attempt === undefined ? [] : [`attempt ${attempt.queueId} ${attempt.to} ${hash}`];
}

export function copyKeys({ hash, targets }: DeliveryKey): readonly string[] {
  return targets.map((target) => `${target} ${hash}`);
}

/** null for a commit that no mail has made. */
export function mailOf({ seq, time, delivery, changes }: JournalRecord): RecordedMail | null {
  if (delivery === undefined) return null;
  const { decision, attempt } = delivery;
  const raw = placesFor(seq).rawIn;
  return { seq, time, decision, changes, raw, queueId: attempt?.queueId ?? null };
}
