/**
 * A store that keeps nothing: journal records in a list, and what the real one derives from
 * them, asked in the same words (Questions, Facts). What goes out has gone by the next commit.
 *
 * It answers what was asked and no more, as the real one does: a decision that asks for what was
 * not gathered throws `internal`.
 */
import { type FactSource, type Facts, factsFrom, type Questions } from '../../src/journal/facts.ts';
import {
  type JournalRecord,
  numbersAfter,
  partNumber,
  placesFor,
} from '../../src/journal/record.ts';
import type {
  Commit,
  Copy,
  DeliveryKey,
  RecordedMail,
  Store,
  Transaction,
  WaitingMail,
} from '../../src/journal/store.ts';
import {
  actedKey,
  actedKeys,
  answeredIn,
  attemptKey,
  copyKeys,
  indexKeys,
  mailOf,
  receivedFiles,
  ticketAfter,
  waitingMails,
} from '../../src/stores/files/derived.ts';
import { mailboxOf } from '../../src/ticket/address.ts';
import { type Change, ticketsOf } from '../../src/ticket/change.ts';
import {
  type AddressChange,
  type FailedAddress,
  isAddressChange,
  knownAfter,
  withBlockOf,
} from '../../src/ticket/failing.ts';
import { type HeldMail, heldTarget } from '../../src/ticket/held.ts';
import type { StoredFile, Ticket, TicketId } from '../../src/ticket/ticket.ts';
import { KEYS } from './facts.ts';
import { MemoryIncoming, octetsOf, sumOf } from './memory-incoming.ts';

export class MemoryStore implements FactSource {
  readonly records: JournalRecord[] = [];
  readonly #tickets = new Map<TicketId, Ticket>();
  readonly #held = new Map<number, HeldMail>();
  readonly #failed = new Map<string, FailedAddress>();
  readonly #files = new Map<string, Buffer>();
  readonly #now: () => Date;
  #numbers: Facts['numbers'] = {};
  #last: Promise<unknown> = Promise.resolve();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** For whoever delivers to it, and orders something of it: they ask no more of a store. */
  get store(): Store {
    const asked: Pick<
      Store,
      | ('facts' | 'receive' | 'mailAt' | 'mailsNamed' | 'ticket' | 'attachment' | 'holds')
      | ('havingFiles' | 'held' | 'rawMail' | 'findDelivery' | 'exclusive' | 'settle' | 'waiting')
      | 'recover'
    > = {
      facts: async (questions) => this.facts(questions),
      receive: () => new MemoryIncoming(),
      mailAt: (raw) => this.#mails().find((one) => one.raw === raw) ?? null,
      mailsNamed: (id, last = Number.POSITIVE_INFINITY) => this.mailsNamed(id).slice(-last),
      ticket: (id) => this.ticket(id),
      attachment: (file) => [this.file(file)],
      holds: (file) => this.#files.has(file.path) && sumOf(this.file(file)) === file.sha256,
      havingFiles: (work) => work(),
      held: () => this.held(),
      rawMail: (raw) => [this.file({ path: raw })],
      findDelivery: (key) => this.#findDelivery(key),
      exclusive: (work) => this.#exclusive(work),
      settle: () => {},
      waiting: () => [],
      recover: async () => {},
    };
    // What is not in it is called by nobody here; a call of it fails the test.
    return asked as Store;
  }

  facts(asked: Questions): Facts {
    return factsFrom(this, asked);
  }

  file({ path }: Pick<StoredFile, 'path'>): Buffer {
    const octets = this.#files.get(path);
    if (octets === undefined) throw new Error(`no file ${path}`);
    return octets;
  }

  signingKeys(): Facts['keys'] {
    return KEYS;
  }

  ticket(id: TicketId): Ticket | null {
    return this.#tickets.get(id) ?? null;
  }

  findMessage(messageId: string): TicketId | null {
    const added = this.records
      .flatMap(({ changes }) => changes)
      .find((change) => change.type === 'message.added' && change.message.messageId === messageId);
    return added?.type === 'message.added' ? added.ticket : null;
  }

  hasActed(actor: string, messageId: string): boolean {
    const wanted = actedKey(actor, messageId);
    return this.records.some(({ delivery }) => actedKeys(delivery).includes(wanted));
  }

  failed(address: string): FailedAddress | null {
    const [own, mailbox] = [address.toLowerCase(), mailboxOf(address)];
    const known = this.#failed.get(own) ?? null;
    return own === mailbox ? known : withBlockOf(known, this.#failed.get(mailbox) ?? null);
  }

  failedAddresses(): readonly FailedAddress[] {
    return [...this.#failed.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  isHeld(seq: number): boolean {
    return this.#held.has(seq);
  }

  held(): readonly HeldMail[] {
    return [...this.#held.values()];
  }

  answered(since: Date) {
    return this.records.flatMap(answeredIn).filter(({ at }) => at >= since);
  }

  tickets(which: 'open' | 'all', queues: readonly string[]): readonly Ticket[] {
    return [...this.#tickets.values()]
      .filter(({ queue }) => queues.includes(queue))
      .filter(({ status }) => which === 'all' || status !== 'resolved')
      .toReversed();
  }

  mailsNamed(messageId: string): readonly RecordedMail[] {
    return this.#mails().filter(({ decision }) => decision.messageId === messageId);
  }

  next(): Pick<Facts, 'seq' | 'numbers'> {
    return { seq: this.records.length + 1, numbers: this.#numbers };
  }

  commit({ changes: decided, outgoing, delivery, origin }: Commit): readonly WaitingMail[] {
    const { seq } = this.next();
    // That the mails of the last commit have gone, the next one says.
    const changes = [...decided, ...sentIn(this.records.at(-1))];
    const record: JournalRecord = {
      ...{ v: 1, seq, time: this.#now().toISOString(), changes, outgoing },
      ...(delivery !== undefined && {
        delivery: {
          ...{ ...delivery.key, ...delivery.incoming.sum, decision: delivery.decision },
          incoming: String(seq),
        },
      }),
      ...(origin !== undefined && { origin }),
    };
    this.records.push(record);
    this.#numbers = numbersAfter(this.#numbers, record);
    for (const id of ticketsOf(changes)) {
      this.#tickets.set(id, ticketAfter(this.ticket(id), id, record));
      if (delivery === undefined) continue;
      for (const { path } of receivedFiles(record, id)) {
        this.#files.set(path, octetsOf(delivery.incoming.attachmentChunks(partNumber(path))));
      }
    }
    if (delivery !== undefined) {
      this.#files.set(placesFor(seq).rawIn, octetsOf(delivery.incoming.chunks()));
    }
    for (const change of changes) {
      if (change.type === 'mail.held') this.#held.set(change.mail.id, change.mail);
      if (change.type === 'mail.released' || change.type === 'mail.discarded') {
        this.#held.delete(change.held);
      }
      if (isAddressChange(change)) this.#applyToAddress(change, record.time);
    }
    return [];
  }

  #applyToAddress(change: AddressChange, at: string): void {
    const mailbox = mailboxOf(change.address);
    const isBlock = change.type === 'address.blocked';
    for (const address of isBlock ? [mailbox] : [change.address.toLowerCase(), mailbox]) {
      const after = knownAfter(this.#failed.get(address) ?? null, change, at, address);
      if (after === null) this.#failed.delete(address);
      else this.#failed.set(address, after);
    }
  }

  /** One after the other. */
  #exclusive<T>(work: (transaction: Transaction) => Promise<T> | T): Promise<T> {
    const done = this.#last.then(() => work(this.#transaction()));
    this.#last = done.catch(() => {});
    return done;
  }

  #transaction(): Transaction {
    return {
      facts: (asked) => this.facts(asked),
      findDelivery: (key) => this.#findDelivery(key),
      findCopies: (key) => this.#findCopies(key),
      findOrigin: () => null,
      findCopy: () => null,
      commit: (commit) => this.commit(commit),
      claim: () => [],
    };
  }

  #mails(): readonly RecordedMail[] {
    return this.records.flatMap((record) => mailOf(record) ?? []);
  }

  #findDelivery(key: DeliveryKey): JournalRecord | null {
    return this.#deliveries(attemptKey(key))[0] ?? null;
  }

  #findCopies(key: DeliveryKey): readonly Copy[] {
    const found = this.#deliveries(copyKeys(key));
    const letIn = found.flatMap(({ seq }) =>
      this.#deliveries(copyKeys({ ...key, targets: [heldTarget(seq)] })),
    );
    return [...new Set([...found, ...letIn])].flatMap((record) => {
      const copy = mailOf(record);
      return copy === null ? [] : [{ ...copy, isHeld: this.isHeld(record.seq) }];
    });
  }

  #deliveries(keys: readonly string[]): readonly JournalRecord[] {
    return this.records.filter(
      ({ delivery }) =>
        delivery !== undefined && indexKeys(delivery).some((key) => keys.includes(key)),
    );
  }
}

function sentIn(record: JournalRecord | undefined): readonly Change[] {
  const mails = record === undefined ? [] : waitingMails(record);
  return mails.map(({ id, ticket, serial }) => ({ type: 'reply.sent', ticket, serial, mail: id }));
}
