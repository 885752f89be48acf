/**
 * One header section (RFC 5322 2.2) as it comes, line by line, in bounded memory.
 *
 * A field above FIELD_SIZE octets is cut there, as Postfix does
 * (header_size_limit). Above `limit` octets in all, only the first field of each
 * name that a ticket or a decision needs is still taken. `repaired` is what a
 * parser gets: UTF-8 for octets that are none, and no field that makes a parser
 * lose the text (mended.ts).
 */
import { isAscii } from 'node:buffer';
import { mendField } from './mended.ts';

/** Octets of one field; Postfix's header_size_limit by default. */
const FIELD_SIZE = 102_400;

/** Fields that a ticket shows or a decision looks at, also behind two megabytes of others. */
const NEEDED =
  /^(from|to|cc|reply-to|sender|subject|date|message-id|in-reply-to|references|mime-version|content-[a-z-]+|return-path|x-original-to|delivered-to|auto-submitted|precedence|list-id|list-unsubscribe|x-auto-response-suppress|x-autoreply|x-autorespond|x-loop)[ \t]*:/i;

export class HeaderSection {
  readonly #limit: number;
  readonly #fields: Buffer[] = [];
  readonly #names = new Set<string>();
  /** Octets of the field that is being added, or null where it is left out. */
  #field: number | null = null;
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

  get isCut(): boolean {
    return this.#isCut;
  }

  /** A line with its line end, or a piece of one that is very long (`isContinued`). */
  add(line: Buffer, isContinued: boolean): void {
    this.#size += line.length;
    if (!isContinued && !isFolded(line)) this.#begin(line);
    if (this.#field === null) {
      this.#isCut = true;
      return;
    }
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

  repaired(): Buffer {
    const raw = this.raw();
    const text = raw.toString('latin1');
    if (isAscii(raw) && !MAY_NEED_MENDING.test(text)) return raw;
    return Buffer.concat(text.split(/(?<=\n)(?![ \t])/).map(mendField));
  }

  #begin(line: Buffer): void {
    if (this.#kept + line.length <= this.#limit) {
      this.#field = 0;
      return;
    }
    const name = NEEDED.exec(line.toString('latin1', 0, 64))?.[1]?.toLowerCase();
    const isTaken = name !== undefined && !this.#names.has(name);
    if (isTaken) this.#names.add(name);
    this.#field = isTaken ? 0 : null;
  }
}

const LF = Buffer.from('\n');
const MAY_NEED_MENDING = /^content-type[ \t]*:|utf-?7/im;

function isFolded(line: Buffer): boolean {
  return line[0] === 0x20 || line[0] === 0x09;
}
