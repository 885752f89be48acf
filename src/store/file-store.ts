/**
 * The store on plain files.
 *
 * A commit: under the lock, one journal line with its fsync (journal.ts); then
 * everything derived from it is written without fsync: raw mail gets its final
 * name, documents, index and outbox follow, the head last. A process that dies
 * in between leaves the head behind the journal, and the next exclusive section
 * applies what is missing; every step of `#apply` may be repeated.
 */
import { join } from 'node:path';
import { Failure } from '../outcome.ts';
import { applyChange, type Change, ticketOf } from '../ticket/change.ts';
import type { Attachment, Message, Ticket, TicketId } from '../ticket/ticket.ts';
import { makeDirectory, move, openRead, READ_ONLY_MODE, remove, replace } from './disk.ts';
import { Documents, directoryOf } from './documents.ts';
import { type Head, readHead, writeHead } from './head.ts';
import { IncomingFile, partsOf } from './incoming.ts';
import { IndexShards } from './index-shards.ts';
import { Journal, type JournalRecord, RECORD_VERSION } from './journal.ts';
import { checkFormat, readSigningKeys } from './layout.ts';
import { locked } from './lock.ts';
import { Outbox } from './outbox.ts';
import { bootId } from './process-identity.ts';
import type {
  Commit,
  Delivered,
  DeliveryKey,
  Incoming,
  Places,
  SigningKeys,
  Store,
  Transaction,
  WaitingMail,
} from './store.ts';

const LOCK_SECONDS = 60;
const DELIVERY_DAYS = 14;
const RAW_PER_DIRECTORY = 1000;

export interface FileStoreOptions {
  readonly root: string;
  readonly now: () => Date;
}

export class FileStore implements Store {
  readonly #root: string;
  readonly #now: () => Date;
  readonly #journal: Journal;
  readonly #documents: Documents;
  readonly #index: IndexShards;
  readonly #outbox: Outbox;

  constructor({ root, now }: FileStoreOptions) {
    checkFormat(root);
    this.#root = root;
    this.#now = now;
    this.#journal = new Journal(join(root, 'journal'));
    this.#documents = new Documents(root);
    this.#index = new IndexShards(join(root, 'index'));
    this.#outbox = new Outbox(join(root, 'outbox'));
  }

  get signing(): SigningKeys {
    return readSigningKeys(this.#root);
  }

  receive(): Incoming {
    return new IncomingFile(join(this.#root, 'incoming'));
  }

  ticket(id: TicketId): Ticket | null {
    return this.#documents.read(id).ticket;
  }

  *tickets(): Generator<Ticket> {
    for (const id of this.#documents.ids()) {
      const ticket = this.ticket(id);
      if (ticket !== null) yield ticket;
    }
  }

  findMessage(messageId: string): TicketId | null {
    return this.#index.find('m', messageId)[0]?.ticket ?? null;
  }

  findDelivery(key: DeliveryKey): Delivered | null {
    const oldest = this.#now().getTime() / 1000 - DELIVERY_DAYS * 86400;
    const found = indexKeys(key)
      .flatMap((name) => this.#index.find('d', name))
      .find(({ time }) => time >= oldest);
    return found === undefined ? null : { seq: found.seq, ticket: found.ticket };
  }

  settle(): void {
    this.#journal.settle();
  }

  waiting(): readonly WaitingMail[] {
    return this.#outbox.waiting();
  }

  openRaw(path: string): number {
    return openRead(join(this.#root, path));
  }

  release(mail: WaitingMail): void {
    this.#outbox.release(mail);
  }

  async exclusive<T>(work: (transaction: Transaction) => Promise<T> | T): Promise<T> {
    return locked(join(this.#root, 'lock'), LOCK_SECONDS, () => work(this.#begin()));
  }

  #begin(): Transaction {
    const head = this.#catchUp();
    const seq = head.seq + 1;
    const numbers = { ...head.numbers };
    let open = true;
    return {
      places: placesFor(seq),
      ticket: (id) => this.ticket(id),
      findDelivery: (key) => this.findDelivery(key),
      nextNumber: (queue, first) => numbers[queue] ?? first,
      claim: (wanted, limit) => this.#outbox.claim(wanted, limit),
      commit: (commit) => {
        if (!open) throw new Failure('internal', 'a section makes one commit');
        open = false;
        return this.#commit(head, commit);
      },
    };
  }

  /** Finishes what a dead process left between its commit and the head. */
  #catchUp(): Head {
    const boot = bootId();
    const known = readHead(this.#root, boot);
    if (known !== null && this.#journal.isEnd(known.position)) return known;
    let head: Head = known ?? {
      v: 1,
      boot,
      seq: 0,
      position: this.#journal.start(),
      numbers: {},
    };
    for (const { record, next } of this.#journal.readDurable(head.position)) {
      this.#apply(record, false);
      head = { ...head, seq: record.seq, position: next, numbers: numbersAfter(head, record) };
    }
    writeHead(this.#root, head);
    return head;
  }

  #commit(head: Head, { changes, outgoing, delivery }: Commit): readonly WaitingMail[] {
    const incoming = delivery?.incoming instanceof IncomingFile ? delivery.incoming : null;
    const record: JournalRecord = {
      v: RECORD_VERSION,
      seq: head.seq + 1,
      time: this.#now().toISOString(),
      ...(delivery && incoming && { delivery: { ...delivery.key, incoming: incoming.name } }),
      changes,
      outgoing,
    };
    const position = this.#journal.append(head.position, record);
    incoming?.adopt();
    const mails = this.#apply(record, true);
    const numbers = numbersAfter(head, record);
    writeHead(this.#root, { ...head, seq: record.seq, position, numbers });
    return mails;
  }

  /** Brings the derived files up to a record; `ours` where this process sends its mail. */
  #apply(record: JournalRecord, ours: boolean): readonly WaitingMail[] {
    const places = placesFor(record.seq);
    this.#placeRaw(record, places);
    for (const id of new Set(record.changes.flatMap((change) => ticketOf(change) ?? []))) {
      this.#applyToTicket(id, record);
    }
    this.#addToIndex(record);
    for (const change of record.changes) {
      if (change.type === 'reply.sent' || change.type === 'reply.failed') {
        this.#outbox.done(change.mail);
      }
    }
    return record.outgoing.map((mail, position) => {
      const waiting: WaitingMail = {
        id: `${record.seq}.${position}`,
        ticket: mail.ticket,
        sender: mail.sender,
        recipient: mail.recipient,
        raw: places.rawOut(mail.serial),
        since: record.time,
        refusals: 0,
        lastTried: null,
        lastError: null,
      };
      this.#outbox.add(waiting, ours);
      return waiting;
    });
  }

  #placeRaw(record: JournalRecord, places: Places): void {
    if (record.delivery === undefined && record.outgoing.length === 0) return;
    makeDirectory(join(this.#root, 'raw', rawDirectory(record.seq)));
    if (record.delivery !== undefined) {
      const incoming = join(this.#root, 'incoming', record.delivery.incoming);
      move(incoming, join(this.#root, places.rawIn));
    }
    for (const mail of record.outgoing) {
      replace(join(this.#root, places.rawOut(mail.serial)), mail.content, READ_ONLY_MODE);
    }
  }

  #applyToTicket(id: TicketId, record: JournalRecord): void {
    const document = this.#documents.read(id);
    let ticket = document.ticket;
    if (document.seq < record.seq) {
      for (const change of record.changes) {
        if (ticketOf(change) === id) ticket = applyChange(ticket, change, record.time);
      }
      if (ticket !== null) this.#documents.write(id, record.seq, ticket);
    }
    for (const message of addedTo(id, record.changes)) {
      this.#documents.linkMail(id, message.raw, message.serial);
      if (message.attachments.length > 0) this.#placeAttachments(record, message.attachments);
    }
  }

  #placeAttachments({ delivery }: JournalRecord, attachments: readonly Attachment[]): void {
    if (delivery === undefined) return;
    const parts = join(this.#root, 'incoming', partsOf(delivery.incoming));
    attachments.forEach(({ path }, n) => {
      move(join(parts, String(n + 1)), join(this.#root, path));
    });
    remove(parts);
  }

  #addToIndex({ seq, time, delivery, changes }: JournalRecord): void {
    const seconds = Math.floor(Date.parse(time) / 1000);
    const ticket = changes.flatMap((change) => ticketOf(change) ?? [])[0] ?? null;
    const entry = { ticket, seq, time: seconds };
    for (const key of delivery === undefined ? [] : indexKeys(delivery)) {
      this.#index.add('d', key, entry);
    }
    for (const change of changes) {
      if (change.type !== 'message.added' || change.message.messageId === null) continue;
      this.#index.add('m', change.message.messageId, { ...entry, ticket: change.ticket });
    }
  }
}

function addedTo(id: TicketId, changes: readonly Change[]): readonly Message[] {
  return changes.flatMap((change) =>
    change.type === 'message.added' && change.ticket === id ? [change.message] : [],
  );
}

function numbersAfter(head: Head, record: JournalRecord): Head['numbers'] {
  const numbers = { ...head.numbers };
  for (const change of record.changes) {
    if (change.type !== 'ticket.created') continue;
    numbers[change.queue] = Math.max(numbers[change.queue] ?? 0, change.number + 1);
  }
  return numbers;
}

function indexKeys({ hash, targets }: DeliveryKey): readonly string[] {
  return targets.map((target) => `${target} ${hash}`);
}

function rawDirectory(seq: number): string {
  return String(Math.floor(seq / RAW_PER_DIRECTORY)).padStart(6, '0');
}

function placesFor(seq: number): Places {
  const raw = join('raw', rawDirectory(seq), String(seq));
  return {
    rawIn: `${raw}-in.eml`,
    rawOut: (serial) => `${raw}-out-${serial}.eml`,
    attachment: (ticket, serial, n, filename) => {
      const extension = /\.([a-z0-9]{1,8})$/i.exec(filename)?.[1]?.toLowerCase() ?? 'bin';
      return join(directoryOf(ticket), 'attachments', `${serial}-${n}.${extension}`);
    },
  };
}
