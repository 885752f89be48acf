/**
 * Everything that is made of the journal: mail that came in at its place, documents,
 * attachments, and every list (list-files.ts). What has gone out is copied in copies.ts.
 *
 * `apply` brings it up to one record and may be repeated: each step looks
 * whether it is done, or does the same again. Nothing here is fsynced. What a
 * power cut leaves old is brought up by applying again; what it leaves torn
 * does not read, and recovery.ts makes it again.
 */
import { join } from 'node:path';
import { ticketRowAfter } from '../../journal/lists/tickets.ts';
import { receivedFiles } from '../../journal/mails.ts';
import { partNumber, rawDirectory } from '../../journal/paths.ts';
import type { JournalRecord } from '../../journal/record.ts';
import type { TicketRow } from '../../journal/ticket-row.ts';
import { type Change, ticketsOf } from '../../ticket/change.ts';
import { isErasedMessage } from '../../ticket/erased.ts';
import type { Message, TicketId } from '../../ticket/ticket.ts';
import { addName, move, removeDirectory, syncDirectory } from '../disk/disk.ts';
import { partsOf } from '../disk/incoming.ts';
import { Documents } from './documents.ts';
import { Folders } from './folders.ts';
import type { Hold } from './hold.ts';
import { ListFiles } from './list-files.ts';
import type { Sync } from './outbox.ts';
import { placeRaw, removeRaw, type ShareRaw } from './raw-mails.ts';
import type { How } from './stored.ts';
import { isWhole } from './whole-files.ts';

export class Derived {
  readonly documents: Documents;
  readonly lists: ListFiles;
  readonly #root: string;
  readonly #folders: Folders;
  readonly #find: (seq: number) => JournalRecord | null;
  readonly #repair: (id: TicketId) => void;

  /**
   * `find` gives a commit by its number; `repair` makes a document that does not read again from
   * the journal.
   */
  constructor(
    root: string,
    syncing: Sync,
    find: (seq: number) => JournalRecord | null,
    repair: (id: TicketId) => void,
    hold: Hold,
  ) {
    this.#root = root;
    this.#find = find;
    this.#repair = repair;
    this.#folders = new Folders(hold);
    this.documents = new Documents(root, this.#folders);
    this.lists = new ListFiles(root, syncing, hold, this.#folders);
  }

  /** `share`: for a mail that may be a copy of another one. */
  apply(record: JournalRecord, how: How, share: ShareRaw | null = null): void {
    const twin = this.#placeRaw(record, share);
    for (const id of ticketsOf(record.changes)) this.#applyToTicket(id, record, how);
    for (const id of ticketsOf(record.changes)) this.#placeAttachments(id, record, twin);
    this.lists.write(record, how);
    this.#removeExpired(record);
    if (record.delivery !== undefined) {
      removeDirectory(join(this.#root, 'incoming', partsOf(record.delivery.incoming)));
    }
  }

  /** Number of the commit whose file it shares. */
  #placeRaw({ seq, delivery, outgoing }: JournalRecord, share: ShareRaw | null): number | null {
    if (delivery === undefined && outgoing.length === 0) return null;
    // A raw mail is moved here without fsync, so the directory itself must be there after a power cut.
    const isNew = this.#folders.make(join(this.#root, rawDirectory(seq)));
    if (isNew) syncDirectory(join(this.#root, 'raw'));
    if (delivery === undefined) return null;
    const incoming = join(this.#root, 'incoming', delivery.incoming);
    return placeRaw(this.#root, incoming, { seq, size: delivery.size }, share);
  }

  #applyToTicket(id: TicketId, record: JournalRecord, how: How): void {
    const isNew = how === 'own' && isCreatedBy(id, record) && this.documents.makeNew(id);
    const known = isNew ? null : this.#document(id, record);
    if ((known === null && !isNew) || how === 'rebooted') this.documents.makeDirectories(id);
    const after = ticketRowAfter(known, id, record);
    if (after !== known) this.write(after, known);
    else this.lists.writeTicket(null, known.ticket);
    this.#linkMails(id, record, known === null && how === 'own');
  }

  /** What goes out of a ticket is not there yet: its copy is made when it is handed over. */
  #linkMails(id: TicketId, { changes }: JournalRecord, isNew: boolean, copy?: string): void {
    for (const message of addedTo(id, changes)) {
      const { raw, serial } = message;
      // The mail itself may be there for another ticket.
      if (isErasedMessage(message)) continue;
      if (raw === (copy ?? raw)) this.documents.linkMail(id, raw, serial, isNew);
    }
  }

  /** A copy that was made, or made anew, gets its names in the tickets. */
  linkCopy(copy: string, record: JournalRecord): void {
    for (const id of ticketsOf(record.changes)) this.#linkMails(id, record, false, copy);
  }

  /** The lists go first: if a run dies in between, the document is behind and is written again. */
  write(after: TicketRow, before: TicketRow | null): void {
    this.lists.writeTicket(before?.ticket ?? null, after.ticket);
    this.documents.write(after);
  }

  /** The document as it is, made again first where it is garbled, or lost. */
  #document(id: TicketId, record: JournalRecord) {
    const found = this.documents.tryRead(id);
    if (found !== 'damaged' && (found !== null || isCreatedBy(id, record))) return found;
    this.#repair(id);
    return this.documents.read(id);
  }

  /** Those of a mail that shares its file share theirs. */
  #placeAttachments(id: TicketId, record: JournalRecord, twin: number | null): void {
    const { delivery } = record;
    const files = receivedFiles(record, id);
    if (delivery === undefined || files.length === 0) return;
    this.documents.makeAttachmentsDirectory(id);
    const parts = join(this.#root, 'incoming', partsOf(delivery.incoming));
    const known = twin === null ? null : this.#find(twin);
    const others = known === null ? [] : receivedFiles(known);
    for (const { path, sha256 } of files) {
      const place = join(this.#root, path);
      const other = others.find((one) => one.sha256 === sha256 && isWhole(this.#root, one));
      const isShared = other !== undefined && addName(join(this.#root, other.path), place);
      if (!isShared) move(join(parts, String(partNumber(path))), place);
    }
  }

  #removeExpired({ changes }: JournalRecord): void {
    for (const change of changes) {
      if (change.type !== 'mail.expired') continue;
      for (const mail of change.mails) removeRaw(this.#root, mail);
    }
  }
}

function isCreatedBy(id: TicketId, { changes }: JournalRecord): boolean {
  return changes.some(
    (change) =>
      (change.type === 'ticket.created' || change.type === 'ticket.named') && change.ticket === id,
  );
}

function addedTo(id: TicketId, changes: readonly Change[]): readonly Message[] {
  return changes.flatMap((change) =>
    change.type === 'message.added' && change.ticket === id ? [change.message] : [],
  );
}
