/**
 * Rows of many tickets, set aside in files until the pages are written that they stand on: those of
 * a thousand numbers of a queue in a file, in the order in which they came. So what a run that
 * writes all pages has in memory does not grow with the rows. Whoever asks for tickets in the
 * order of their numbers reads each file once.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { numberOf, queueIn } from '../ticket/id.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { type Row, rowsIn } from './rows.ts';

const IN_A_FILE = 1000;
/** So many characters are in memory before they go to their files. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
const OWN_MODE = 0o600;

type RowsOf = ReadonlyMap<TicketId, readonly Row[]>;

interface Part {
  readonly path: string;
  waiting: string[];
}

export class RowsAside {
  readonly #folder: string;
  readonly #name: string;
  readonly #most: number;
  readonly #parts = new Map<string, Part>();
  /** Of each queue the file that was read last. */
  readonly #read = new Map<string, { readonly part: Part; readonly rows: RowsOf }>();
  #characters = 0;

  /** `name`: of the files, in a folder that is there. */
  constructor(folder: string, name: string, most = MOST_CHARACTERS) {
    this.#folder = folder;
    this.#name = name;
    this.#most = most;
  }

  /** Characters that are in memory, and in no file yet. */
  get waiting(): number {
    return this.#characters;
  }

  /** Before any of them is asked for. */
  add(ticket: TicketId, { markup: { markup } }: Row): void {
    const line = `${ticket}\t${markup}`;
    this.#part(ticket).waiting.push(line);
    this.#characters += line.length;
    if (this.#characters > this.#most) this.#put();
  }

  of(ticket: TicketId): readonly Row[] {
    const part = this.#parts.get(keyOf(ticket));
    if (part === undefined) return [];
    const queue = queueIn(ticket);
    const known = this.#read.get(queue);
    if (known?.part === part) return known.rows.get(ticket) ?? [];
    const rows = this.#rowsOf(part);
    this.#read.set(queue, { part, rows });
    return rows.get(ticket) ?? [];
  }

  /** All of them, those of a thousand numbers at a time. */
  *all(): Generator<RowsOf> {
    for (const part of this.#parts.values()) yield this.#rowsOf(part);
  }

  #part(ticket: TicketId): Part {
    const key = keyOf(ticket);
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const path = join(this.#folder, `${this.#name}-${this.#parts.size}`);
    const part = { path, waiting: [] };
    this.#parts.set(key, part);
    return part;
  }

  #put(): void {
    for (const part of this.#parts.values()) {
      if (part.waiting.length === 0) continue;
      appendFileSync(part.path, part.waiting.join(''), { mode: OWN_MODE });
      part.waiting = [];
    }
    this.#characters = 0;
  }

  #rowsOf({ path }: Part): RowsOf {
    this.#put();
    const found = new Map<TicketId, Row[]>();
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const tab = line.indexOf('\t');
      // Each was written above, with the ticket that it is of.
      const ticket = line.slice(0, Math.max(0, tab)) as TicketId;
      const [row] = rowsIn(line.slice(tab + 1));
      if (row === undefined) continue;
      const known = found.get(ticket);
      if (known === undefined) found.set(ticket, [row]);
      else known.push(row);
    }
    return found;
  }
}

function keyOf(ticket: TicketId): string {
  return `${queueIn(ticket)} ${Math.floor(numberOf(ticket) / IN_A_FILE)}`;
}
