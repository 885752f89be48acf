/**
 * What two deliveries of one mail have in common, as a SHA-256.
 *
 * Hashed: the message without the header fields that a relay, a filter or a
 * second delivery adds or changes, and with LF for every line end. A mail
 * without a Message-ID (RFC 5322 3.6.4 does not demand one) is told apart from
 * a like one by its queue id. What is left out may decide what becomes of a mail: two of one
 * hash are copies, and need not share a fate (copies.ts). A header
 * section above 1 MiB is hashed as it is, and ends there. Streaming, constant
 * memory; how the message is cut into chunks makes no difference.
 */
import { createHash } from 'node:crypto';
import { FIELD_NAME, rawFields } from '../reading/header.ts';
import { isOneOf, type WordTable } from '../ticket/word-table.ts';
import { queueIdOf } from './queue-id.ts';

const HEADER_LIMIT = 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/** Fields that differ between two deliveries of one mail. */
const VARYING: WordTable =
  '|return-path|delivered-to|x-original-to|received|received-spf|authentication-results|dkim-signature|x-google-dkim-signature|envelope-to|delivery-date|';
const OF_FILTERS = /^(?:arc-[a-z-]+|x-(?:spam|rspamd|virus|amavis|envelope)[a-z-]*)$/;

export class DeliveryHash {
  readonly #hash = createHash('sha256');
  readonly #filters: ReadonlySet<string>;
  #head: Buffer[] | null = [];
  #headLength = 0;
  #heldCr = false;
  #queueId = '';

  /** `filters`: names of more fields that a filter in front of us writes. */
  constructor(filters: readonly string[] = []) {
    this.#filters = new Set(filters.map((name) => name.toLowerCase()));
  }

  update(chunk: Buffer): void {
    if (this.#head === null) {
      this.#body(chunk);
      return;
    }
    this.#head.push(chunk);
    this.#headLength += chunk.length;
    // The end of the header may lie across two chunks: look again from three octets back.
    const previous = this.#headLength - chunk.length;
    const all = this.#head.length === 1 ? chunk : Buffer.concat(this.#head, this.#headLength);
    const end = headerEnd(all, Math.max(0, previous - 3));
    if (end !== null && end <= HEADER_LIMIT) this.#finishHead(all, end);
    else if (all.length > HEADER_LIMIT) this.#giveUpOnHead(all);
    else this.#head = [all];
  }

  /** Empty if its header names none; known once the header has been seen. */
  get queueId(): string {
    return this.#queueId;
  }

  /** The digest in hex. */
  finish(): string {
    if (this.#head !== null) {
      const all = Buffer.concat(this.#head, this.#headLength);
      this.#finishHead(all, all.length);
    }
    if (this.#heldCr) this.#hash.update('\r');
    return this.#hash.digest('hex');
  }

  #giveUpOnHead(all: Buffer): void {
    this.#head = null;
    this.#body(all);
  }

  #finishHead(all: Buffer, end: number): void {
    this.#head = null;
    const fields = rawFields(all.subarray(0, end));
    for (const field of fields) {
      if (!this.#isVarying(field))
        this.#hash.update(`${field.replaceAll('\r\n', '\n')}\n`, 'latin1');
    }
    this.#queueId = queueIdOf(fields);
    if (!fields.some((field) => /^message-id[ \t]*:\s*\S/i.test(field))) {
      this.#hash.update(`queue id: ${this.#queueId}\n`);
    }
    this.#body(all.subarray(end));
  }

  #isVarying(field: string): boolean {
    const name = FIELD_NAME.exec(field)?.[1]?.toLowerCase();
    if (name === undefined) return false;
    const mayBeOfFilter = name.startsWith('x-') || name.startsWith('arc-');
    return (
      isOneOf(name, VARYING) || (mayBeOfFilter && OF_FILTERS.test(name)) || this.#filters.has(name)
    );
  }

  #body(chunk: Buffer): void {
    let from = 0;
    if (this.#heldCr && chunk.length > 0) {
      if (chunk[0] !== LF) this.#hash.update('\r');
      this.#heldCr = false;
    }
    for (let cr = chunk.indexOf(CR); cr >= 0; cr = chunk.indexOf(CR, cr + 1)) {
      if (cr + 1 === chunk.length) {
        this.#heldCr = true;
        this.#hash.update(chunk.subarray(from, cr));
        return;
      }
      if (chunk[cr + 1] !== LF) continue;
      this.#hash.update(chunk.subarray(from, cr));
      from = cr + 1;
    }
    this.#hash.update(chunk.subarray(from));
  }
}

function headerEnd(data: Buffer, from: number): number | null {
  if (from === 0 && (data[0] === LF || (data[0] === CR && data[1] === LF))) return 0;
  for (let lf = data.indexOf(LF, from); lf >= 0; lf = data.indexOf(LF, lf + 1)) {
    if (data[lf + 1] === LF || (data[lf + 1] === CR && data[lf + 2] === LF)) return lf + 1;
  }
  return null;
}
