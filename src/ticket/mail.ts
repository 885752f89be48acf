/**
 * A mail of ours that must go out: to whom, from whom, and what it says.
 *
 * Envelope and letter are fixed when the commit is made; the octets are composed when the mail is
 * handed over, the very same each time (letters/compose.ts). `sender` is the RFC 5321 reverse-path;
 * empty means the null one. Files that lie in the store are not written down once more for each
 * mail: `octetsOf` puts them in.
 */
import type { Letter } from './letter.ts';
import type { StoredFile, TicketId } from './ticket.ts';

interface Addressed {
  /** null for a notice to the desk. */
  readonly ticket: TicketId | null;
  /** Of the message in its ticket; of a notice among those of its commit. */
  readonly serial: number;
  /** Its number among the mails of its commit, if it is not the serial: see `placeOf`. */
  readonly place?: number;
  readonly sender: string;
  readonly recipient: string;
  /** It does not go out before that (RFC 3339). */
  readonly notBefore?: string;
  /** Its author has named that time. */
  readonly isPromised?: true;
  /** No copy of it is kept: it is composed again when it goes out again. */
  readonly isPassing?: true;
  /** Its letter is kept without a secret; its text as it goes out lies in the outbox alone. */
  readonly isBlanked?: true;
  /** Serials of the mails of its ticket whose words stand below it: it goes with them if they are erased. */
  readonly quotes?: readonly number[];
  /** Its reply address is for a word about its commit, and names it by this (journal/nonce.ts). */
  readonly nonce?: number;
}

export interface OutgoingLetter extends Addressed {
  readonly letter: Letter;
}

/** A journal of version 1 holds the octets. */
export type OutgoingMail = OutgoingLetter | (Addressed & ComposedMail);

export interface ComposedMail {
  /**
   * An RFC 5322 message (RFC 6532 if an address is not ASCII) with LF for line ends, as sendmail(1)
   * wants it.
   */
  readonly content: string;
  /** Files that belong in it, and are left out of `content`; in order. */
  readonly enclosed?: readonly Enclosed[];
}

export interface Enclosed {
  /** In `content`: there it stands in base64. */
  readonly at: number;
  readonly file: StoredFile;
}

/** What octets are known by: how many they are, and their SHA-256 in hex. */
export interface Sum {
  readonly size: number;
  readonly sha256: string;
}

/**
 * As `reply.sent` has it. Under a name of its own it may stand in a line of the journal: a mail
 * of ours holds a signed Message-ID, so nobody can try out by its hash what it says.
 */
export function sentSum({ size, sha256 }: Sum): { readonly size: number; readonly digest: string } {
  return { size, digest: sha256 };
}

/** The mail as it goes out; `read` gives the octets of a file. */
export function* octetsOf(
  { content, enclosed = [] }: ComposedMail,
  read: (file: StoredFile) => Iterable<Uint8Array>,
): Generator<Buffer> {
  let from = 0;
  for (const { at, file } of enclosed) {
    yield Buffer.from(content.slice(from, at));
    yield* base64Lines(read(file));
    from = at;
  }
  yield Buffer.from(content.slice(from));
}

/** RFC 2045 6.8: lines of 76 characters. */
const LINE_OCTETS = 57;

function* base64Lines(chunks: Iterable<Uint8Array>): Generator<Buffer> {
  let rest = Buffer.alloc(0);
  let end = '';
  for (const chunk of chunks) {
    const known = Buffer.concat([rest, chunk]);
    const whole = known.length - (known.length % LINE_OCTETS);
    rest = known.subarray(whole);
    if (whole === 0) continue;
    const lines = known.toString('base64', 0, whole).replace(/.{76}(?=.)/g, '$&\n');
    yield Buffer.from(`${end}${lines}`);
    end = '\n';
  }
  if (rest.length > 0) yield Buffer.from(`${end}${rest.toString('base64')}`);
}

/** Names its raw mail within its commit. */
export function placeOf({ serial, place }: Pick<OutgoingMail, 'serial' | 'place'>): number {
  return place ?? serial;
}

/** The serial, unless a mail of the same commit (about another ticket) has that one already. */
export function freePlace(serial: number, before: readonly OutgoingLetter[]): number {
  const isTaken = before.some((mail) => placeOf(mail) === serial);
  return isTaken ? Math.max(...before.map(placeOf)) + 1 : serial;
}
