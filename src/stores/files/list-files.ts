/**
 * Every list in its format on disk. One that has no format of its own lies in a file a row, or in
 * a mark a ticket.
 *
 * The tickets themselves are documents (documents.ts), and the next numbers stand in the head
 * (head.ts): those two are written with more than their rows.
 */
import { editsOf, LIST_NAMES, TICKET_LIST_NAMES } from '../../journal/lists/edits.ts';
import {
  type ListName,
  type Rows,
  TICKET_LISTS,
  type TicketListName,
} from '../../journal/lists/table.ts';
import type { JournalRecord } from '../../journal/record.ts';
import type { AwayPeople } from '../../ticket/away.ts';
import type { RobotPlan } from '../../ticket/robot-plan.ts';
import type { RobotRun } from '../../ticket/robot-run.ts';
import type { Ticket, TicketId } from '../../ticket/ticket.ts';
import { AnsweredLog } from './answered.ts';
import { Expiring } from './expiring.ts';
import { FailedAddresses } from './failed-addresses.ts';
import { Folders } from './folders.ts';
import { Held } from './held.ts';
import { Hold } from './hold.ts';
import { IndexShards } from './index-shards.ts';
import { Marks } from './marks.ts';
import { Notices } from './notices.ts';
import { Outbox, type Sync } from './outbox.ts';
import { RowFiles } from './row-files.ts';
import type { How, Stored, StoredKeys } from './stored.ts';
import { TicketMarks } from './ticket-marks.ts';
import { WaitingTickets } from './waiting.ts';

export type StoredName = Exclude<ListName, 'tickets' | 'numbers'>;

export const STORED_NAMES = LIST_NAMES.filter(
  (name): name is StoredName => name !== 'tickets' && name !== 'numbers',
);

export class ListFiles {
  readonly held: Held;
  readonly answered: AnsweredLog;
  readonly failed: FailedAddresses;
  readonly notices: Notices;
  readonly away: RowFiles<AwayPeople>;
  readonly expiring: Expiring;
  readonly orders: IndexShards;
  readonly deliveries: IndexShards;
  readonly messages: IndexShards;
  readonly acts: IndexShards;
  readonly nonces: IndexShards;
  readonly writers: IndexShards;
  readonly outbox: Outbox;
  readonly runs: RowFiles<RobotRun>;
  readonly plans: RowFiles<RobotPlan>;
  readonly waiting: WaitingTickets;
  readonly #root: string;
  readonly #marks: Marks;

  constructor(root: string, syncing: Sync, hold = new Hold(), folders = new Folders(hold)) {
    this.#root = root;
    this.#marks = new Marks(root, folders);
    this.held = new Held(root);
    this.answered = new AnsweredLog(root, hold);
    this.failed = new FailedAddresses(root, hold);
    this.notices = new Notices(root, hold);
    this.away = new RowFiles(root, 'away', hold);
    this.expiring = new Expiring(root);
    this.orders = new IndexShards(root, 'e', 'all', hold);
    this.deliveries = new IndexShards(root, 'd', 'all', hold);
    this.messages = new IndexShards(root, 'm', 'all', hold);
    this.acts = new IndexShards(root, 'a', 'all', hold);
    this.nonces = new IndexShards(root, 'n', 'all', hold);
    this.writers = new IndexShards(root, 'w', 'first', hold);
    this.outbox = new Outbox(root, syncing);
    this.runs = new RowFiles(root, 'runs');
    this.plans = new RowFiles(root, 'plans');
    this.waiting = new WaitingTickets(root, this.#marks);
  }

  of<Name extends StoredName>(name: Name): Stored<Rows[Name]> {
    return formatIn(this, name) ?? new RowFiles<Rows[Name]>(this.#root, name);
  }

  keysOf(name: TicketListName): StoredKeys {
    return name === 'waiting' ? this.waiting : new TicketMarks(this.#root, this.#marks, name);
  }

  /** May be repeated. */
  write(record: JournalRecord, how: How): void {
    for (const name of STORED_NAMES) this.writeOne(name, record, how);
  }

  writeOne<Name extends StoredName>(name: Name, record: JournalRecord, how: How): void {
    const edits = editsOf(name, record);
    if (edits.length > 0) this.of(name).write(edits, { seq: record.seq, how });
  }

  /** `before`: the ticket as it was, if that is known. */
  writeTicket(before: Ticket | null, after: Ticket): void {
    for (const name of TICKET_LIST_NAMES) {
      const keyOf = TICKET_LISTS[name];
      this.keysOf(name).write(before === null ? null : keyOf(before), keyOf(after));
    }
  }

  /** Takes away what is left of these tickets as they were earlier. */
  keepOnly(tickets: readonly Ticket[]): void {
    for (const name of TICKET_LIST_NAMES) {
      const keys = tickets.map((ticket) => [ticket.id, TICKET_LISTS[name](ticket)] as const);
      this.keysOf(name).keepOnly(new Map<TicketId, string | null>(keys));
    }
  }

  /** Before the journal is applied from its beginning. */
  forget(): void {
    for (const name of STORED_NAMES) this.of(name).forget();
    for (const name of TICKET_LIST_NAMES) this.keysOf(name).forget();
  }
}

type Formats = { readonly [Name in StoredName]?: Stored<Rows[Name]> };

function formatIn<Name extends StoredName>(formats: Formats, name: Name): Formats[Name] {
  return formats[name];
}
