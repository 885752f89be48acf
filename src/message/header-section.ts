/**
 * One header section (RFC 5322 2.2) as it comes, line by line, in bounded memory.
 *
 * A field above FIELD_SIZE octets is cut there, as Postfix does
 * (header_size_limit). Above `limit` octets in all, only the first field of each
 * name that a ticket or a decision needs is still taken. `repaired` is what a
 * parser gets: UTF-8 for octets that are none, and no field that makes a parser
 * lose the text (header-repair.ts).
 */
import { isAscii } from 'node:buffer';
import { mendField } from './header-repair.ts';

/** Octets of one field; Postfix's header_size_limit by default. */
const FIELD_SIZE = 102_400;

/** Fields that a ticket shows or a decision looks at, also behind two megabytes of others. */
const NEEDED = new RegExp(
  `^(${[
    ...['from', 'to', 'cc', 'reply-to', 'sender', 'subject', 'date', 'message-id', 'in-reply-to'],
    ...['references', 'mime-version', 'content-type', 'content-disposition', 'content-id'],
    ...['content-transfer-encoding', 'return-path', 'x-original-to', 'delivered-to', 'received'],
    ...['auto-submitted', 'precedence', 'mailing-list', 'list-id', 'list-unsubscribe', 'list-post'],
    ...['x-auto-response-suppress', 'x-autoreply', 'x-autorespond', 'x-loop', 'feedback-id'],
    ...['authentication-results', 'x-spam-flag', 'x-spam-status'],
  ].join('|')})[ \\t]*:`,
  'i',
);

export class HeaderSection {
  readonly #limit: number;
  readonly #fields: Buffer[] = [];
  readonly #names = new Set<string>();
  /** Octets of the field that is being added; or none has begun, or it is left out. */
  #field: number | 'none' | 'left out' = 'none';
  #kept = 0;
  #size = 0;
  #isCut = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Octets as they came, also those that were not kept. */
  get size(): number {
    return this.#size;
  }

  /** Octets that are held. */
  get kept(): number {
    return this.#kept;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** A line with its line end, or a piece of one that is very long (`isContinued`). */
  add(line: Buffer, isContinued: boolean): void {
    this.#size += line.length;
    if (!isContinued && !isFolded(line)) this.#begin(line);
    if (this.#field === 'left out') this.#isCut = true;
    if (typeof this.#field !== 'number') return;
    const room = FIELD_SIZE - this.#field;
    if (line.length > room) this.#isCut = true;
    if (room <= 0) return;
    const kept = line.length <= room ? line : Buffer.concat([line.subarray(0, room), LF]);
    this.#fields.push(kept);
    this.#field += line.length;
    this.#kept += kept.length;
  }

  raw(): Buffer {
    return Buffer.concat(this.#fields);
  }

  repaired(): { readonly octets: Buffer; readonly isMended: boolean } {
    const octets = this.raw();
    const text = octets.toString('latin1');
    if (isAscii(octets) && !MAY_NEED_MENDING.test(text)) return { octets, isMended: false };
    const fields = text.split(/(?<=\n)(?![ \t])/).map(mendField);
    return { octets: Buffer.concat(fields), isMended: true };
  }

  #begin(line: Buffer): void {
    if (this.#kept + line.length <= this.#limit) {
      this.#field = 0;
      return;
    }
    const name = NEEDED.exec(line.toString('latin1', 0, 64))?.[1]?.toLowerCase();
    const isTaken = name !== undefined && !this.#names.has(name);
    if (isTaken) this.#names.add(name);
    this.#field = isTaken ? 0 : 'left out';
  }
}

const LF = Buffer.from('\n');
const MAY_NEED_MENDING = /^content-type[ \t]*:|utf-?7/im;

function isFolded(line: Buffer): boolean {
  return line[0] === 0x20 || line[0] === 0x09;
}
