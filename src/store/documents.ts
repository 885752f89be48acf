/**
 * Ticket documents: `tickets/<hundreds>/<ID>/ticket.json`, one lowdb document
 * a ticket, and beside it the ticket's mail as a Maildir and its attachments.
 *
 * Derived from the journal. Each document holds the sequence number of the
 * last commit applied to it, so applying a commit twice changes nothing. A
 * document that does not read is `store-damaged` and names its file.
 */

import { join } from 'node:path';
import { LowSync, type SyncAdapter } from 'lowdb';
import { Failure } from '../outcome.ts';
import type { Ticket, TicketId } from '../ticket/ticket.ts';
import { link, makeDirectory, names, readText, replace } from './disk.ts';

const DOCUMENT_VERSION = 1;
const PER_DIRECTORY = 100;

interface Document {
  readonly v: number;
  /** Sequence number of the last commit applied. */
  readonly seq: number;
  readonly ticket: Ticket | null;
}

const NONE: Document = { v: DOCUMENT_VERSION, seq: 0, ticket: null };

export class Documents {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  read(id: TicketId): Document {
    return this.#open(id).data;
  }

  write(id: TicketId, seq: number, ticket: Ticket): void {
    const document = this.#open(id);
    if (document.data.seq === 0) {
      const directory = join(this.#root, directoryOf(id));
      for (const part of ['cur', 'new', 'tmp', 'attachments']) makeDirectory(join(directory, part));
    }
    document.data = { v: DOCUMENT_VERSION, seq, ticket };
    document.write();
  }

  /** Gives a raw mail its place in the ticket's Maildir. */
  linkMail(id: TicketId, raw: string, serial: number): void {
    const name = `${String(serial).padStart(6, '0')}.mailrobot:2,S`;
    link(join(this.#root, raw), join(this.#root, directoryOf(id), 'cur', name));
  }

  /** Ids of all tickets, highest number first. */
  *ids(): Generator<TicketId> {
    const root = join(this.#root, 'tickets');
    for (const hundred of byNumber(names(root))) {
      for (const id of byNumber(names(join(root, hundred)))) {
        if (isTicketId(id)) yield id;
      }
    }
  }

  #open(id: TicketId): LowSync<Document> {
    const path = join(this.#root, directoryOf(id), 'ticket.json');
    const document = new LowSync<Document>(new TicketFile(path), NONE);
    document.read();
    return document;
  }
}

/** lowdb's own file adapter neither tells damage from absence nor keeps modes. */
class TicketFile implements SyncAdapter<Document> {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  read(): Document | null {
    const text = readText(this.#path);
    if (text === null) return null;
    let value: { v: number; seq: number } & Ticket;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new Failure('store-damaged', `${this.#path}: not JSON`, { cause: error });
    }
    const { v, seq, ...ticket } = value;
    if (v > DOCUMENT_VERSION) {
      throw new Failure('store-newer', `${this.#path}: written by a newer mailrobot (v${v})`);
    }
    return { v, seq, ticket };
  }

  write(document: Document): void {
    const { v, seq, ticket } = document;
    replace(this.#path, `${JSON.stringify({ v, seq, ...ticket }, null, 2)}\n`);
  }
}

export function directoryOf(id: TicketId): string {
  const hundred = Math.floor(numberIn(id) / PER_DIRECTORY);
  return join('tickets', String(hundred), id);
}

function byNumber(entries: readonly string[]): readonly string[] {
  return [...entries].sort((a, b) => numberIn(b) - numberIn(a) || (a < b ? -1 : 1));
}

function numberIn(name: string): number {
  return Number(name.slice(name.lastIndexOf('-') + 1));
}

function isTicketId(name: string): name is TicketId {
  return /^.+-[0-9]+$/.test(name);
}
