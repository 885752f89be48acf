/**
 * One header section (RFC 5322 2.2) as it comes, line by line, in bounded memory.
 *
 * A field of the mail itself is cut at 100 KiB, as Postfix does by default
 * (header_size_limit); above `limit` octets in all, only the first field of each
 * name that a ticket or a decision needs is still taken. Of a part of the mail only
 * the fields of MIME are taken (RFC 2045 1): whatever else stands there says
 * nothing about the mail.
 */
import { isFolded } from './header.ts';

/** Fields that a ticket shows or a decision looks at, also behind two megabytes of others. */
const NEEDED: ReadonlySet<string> = new Set([
  ...['from', 'to', 'cc', 'reply-to', 'sender', 'subject', 'date', 'message-id', 'in-reply-to'],
  ...['references', 'mime-version', 'content-type', 'content-disposition', 'content-id'],
  ...['content-transfer-encoding', 'return-path', 'x-original-to', 'delivered-to', 'received'],
  ...['auto-submitted', 'precedence', 'mailing-list', 'list-id', 'list-unsubscribe', 'list-post'],
  ...['x-auto-response-suppress', 'x-autoreply', 'x-autorespond', 'x-loop', 'feedback-id'],
  ...['authentication-results', 'received-spf', 'x-spam-flag', 'x-spam-status'],
]);
const OF_PARTS: ReadonlySet<string> = new Set([
  ...['content-type', 'content-disposition', 'content-transfer-encoding', 'content-id'],
]);
const FIELD_SIZE = { mail: 102_400, part: 8192 } as const;
const LF = Buffer.from('\n');

export class HeaderSection {
  readonly #limit: number;
  readonly #of: 'mail' | 'part';
  readonly #lines: Buffer[] = [];
  readonly #names = new Set<string>();
  /** Octets of the field that is being added; or none has begun, or it is left out. */
  #field: number | 'none' | 'left out' = 'none';
  #kept = 0;
  #size = 0;
  #isCut = false;

  constructor(of: 'mail' | 'part', limit: number) {
    this.#of = of;
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
    if (typeof this.#field !== 'number') return;
    const room = FIELD_SIZE[this.#of] - this.#field;
    if (line.length > room) this.#isCut = true;
    if (room <= 0) return;
    const kept = line.length <= room ? line : Buffer.concat([line.subarray(0, room), LF]);
    this.#lines.push(kept);
    this.#field += line.length;
    this.#kept += kept.length;
  }

  raw(): Buffer {
    return Buffer.concat(this.#lines);
  }

  #begin(line: Buffer): void {
    const name = /^[^\s:]*/.exec(line.toString('latin1', 0, 64))?.[0].toLowerCase() ?? '';
    if (this.#of === 'part' && !OF_PARTS.has(name)) {
      this.#field = 'left out';
      return;
    }
    const isRoom = this.#kept + line.length <= this.#limit;
    const isTaken = isRoom || (NEEDED.has(name) && !this.#names.has(name));
    if (!isRoom) this.#names.add(name);
    if (!isTaken) this.#isCut = true;
    this.#field = isTaken ? 0 : 'left out';
  }
}
