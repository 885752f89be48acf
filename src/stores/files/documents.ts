/**
 * Ticket documents: `tickets/<hundreds>/<ID>/ticket.json`, one for each ticket, read and
 * written by lowdb with an adapter of our own; beside it the ticket's mail as a Maildir and its
 * attachments.
 *
 * Derived from the journal. Each document holds the sequence number of the
 * last commit applied to it, so applying a commit twice changes nothing. A
 * document that does not read is `store-damaged` and names its file.
 */
import { dirname, join } from 'node:path';
import { LowSync, type SyncAdapter } from 'lowdb';
import { hundredOf, numberIn, ticketDirectory } from '../../journal/paths.ts';
import type { TicketRow } from '../../journal/ticket-row.ts';
import { Failure } from '../../outcome.ts';
import { UNSORTED } from '../../ticket/apply-change.ts';
import type { Ticket, TicketId } from '../../ticket/ticket.ts';
import { waitingIn } from '../../ticket/waiting.ts';
import {
  exists,
  link,
  makeDirectory,
  makeNewDirectory,
  names,
  readText,
  replace,
} from '../disk/disk.ts';
import type { Folders } from './folders.ts';

const DOCUMENT_VERSION = 1;
const KEYS = Object.keys(UNSORTED);
/** Of a Maildir. */
const PARTS = ['cur', 'new', 'tmp'];

export class Documents {
  readonly #root: string;
  readonly #folders: Folders;
  readonly #last: LastRead = { path: '', text: '', row: null };

  constructor(root: string, folders: Folders) {
    this.#root = root;
    this.#folders = folders;
  }

  read(id: TicketId): TicketRow | null {
    const document = this.#document(id);
    document.read();
    return document.data;
  }

  write(row: TicketRow): void {
    const directory = ticketDirectory(row.ticket.id);
    for (const path of [dirname(directory), directory])
      this.#folders.mustBe(join(this.#root, path));
    const document = this.#document(row.ticket.id);
    document.data = row;
    document.write();
  }

  /** As `read`, for whoever can make a document again. */
  tryRead(id: TicketId): TicketRow | null | 'damaged' {
    try {
      return this.read(id);
    } catch {
      return 'damaged';
    }
  }

  /**
   * Gives a raw mail its place in the ticket's Maildir, under the name that it
   * has there already, whatever a mail reader made of its flags. A raw mail
   * that is lost is fsck's to report.
   */
  linkMail(id: TicketId, raw: string, serial: number, isNew: boolean): void {
    const folder = join(this.#root, ticketDirectory(id), 'cur');
    const stem = `${String(serial).padStart(6, '0')}.mailrobot`;
    if (!isNew) makeDirectory(folder);
    const known = isNew ? undefined : names(folder).find((name) => name.startsWith(`${stem}:`));
    link(join(this.#root, raw), join(folder, known ?? `${stem}:2,S`));
  }

  /** Whether a commit has made the ticket: its folder comes before its document. */
  isBegun(id: TicketId): boolean {
    return exists(join(this.#root, ticketDirectory(id), 'cur'));
  }

  /** Ids of all tickets, or of those that are not resolved, highest number first. */
  *ids(which: 'all' | 'open'): Generator<TicketId> {
    const root = join(this.#root, which === 'all' ? 'tickets' : 'open');
    for (const hundred of byNumber(names(root))) {
      for (const id of byNumber(names(join(root, hundred)))) {
        if (isTicketId(id)) yield id;
      }
    }
  }

  makeDirectories(id: TicketId): void {
    const directory = join(this.#root, ticketDirectory(id));
    this.#folders.make(join(this.#root, 'tickets', hundredOf(id)));
    this.#folders.make(directory);
    for (const part of PARTS) makeDirectory(join(directory, part));
  }

  /** The same for a ticket that has nothing yet; false, and no more is done, if it has something. */
  makeNew(id: TicketId): boolean {
    const directory = join(this.#root, ticketDirectory(id));
    this.#folders.make(join(this.#root, 'tickets', hundredOf(id)));
    if (!makeNewDirectory(directory)) return false;
    for (const part of PARTS) makeNewDirectory(join(directory, part));
    return true;
  }

  makeAttachmentsDirectory(id: TicketId): void {
    makeDirectory(join(this.#root, ticketDirectory(id), 'attachments'));
  }

  #document(id: TicketId): LowSync<TicketRow | null> {
    const path = join(this.#root, ticketDirectory(id), 'ticket.json');
    return new LowSync<TicketRow | null>(new TicketFile(path, this.#last), null);
  }
}

/**
 * The document that was read last: a mail to a ticket reads it before it is decided, when the store
 * is locked, and when it is applied. While the same text stands there, it says the same.
 */
interface LastRead {
  path: string;
  text: string;
  row: TicketRow | null;
}

/** lowdb's own file adapter neither tells damage from absence nor keeps modes. */
class TicketFile implements SyncAdapter<TicketRow | null> {
  readonly #path: string;
  readonly #last: LastRead;

  constructor(path: string, last: LastRead) {
    this.#path = path;
    this.#last = last;
  }

  read(): TicketRow | null {
    const text = readText(this.#path);
    if (text === null) return null;
    if (text !== this.#last.text || this.#path !== this.#last.path) {
      Object.assign(this.#last, { path: this.#path, text, row: this.#rowIn(text) });
    }
    return this.#last.row;
  }

  #rowIn(text: string): TicketRow {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new Failure('store-damaged', `${this.#path}: not JSON`, { cause: error });
    }
    if (!isStored(value)) throw new Failure('store-damaged', `${this.#path}: no ticket`);
    const { v, seq, ...ticket } = value;
    if (v > DOCUMENT_VERSION) {
      throw new Failure('store-newer', `${this.#path}: written by a newer mailrobot (v${v})`);
    }
    // An older program wrote it: what it did not know is filled in.
    const filled = KEYS.every((key) => key in ticket) ? ticket : { ...UNSORTED, ...ticket };
    if (ticket.waiting !== undefined) return { seq, ticket: filled };
    return { seq, ticket: { ...filled, waiting: waitingIn(filled, null, ticket.updatedAt) } };
  }

  write(document: TicketRow | null): void {
    if (document === null) return;
    const { seq, ticket } = document;
    replace(this.#path, `${JSON.stringify({ v: DOCUMENT_VERSION, seq, ...ticket }, null, 2)}\n`);
  }
}

/** Written by TicketFile alone: version, number and messages vouch for the rest. */
function isStored(value: unknown): value is { v: number; seq: number } & Ticket {
  return (
    typeof value === 'object' &&
    value !== null &&
    'v' in value &&
    typeof value.v === 'number' &&
    'seq' in value &&
    typeof value.seq === 'number' &&
    'messages' in value &&
    Array.isArray(value.messages)
  );
}

function byNumber(entries: readonly string[]): readonly string[] {
  return [...entries].sort((a, b) => numberIn(b) - numberIn(a) || (a < b ? -1 : 1));
}

function isTicketId(name: string): name is TicketId {
  return /^.+-[0-9]+$/.test(name);
}
