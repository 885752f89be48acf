/**
 * One line of the journal.
 *
 * Written in format 3, read in 1 to 3. A line holds the hash of the line before it (chain.ts);
 * words stand in a line of their own (texts.ts), and it has references. A line of format 1 holds
 * its words itself, and outgoing mail as octets. One of format 2 is as one of 3, but has no HTML of
 * outgoing mail and no mail of the week: a program that knows neither would send the text alone,
 * and take the mail of the week for all that was to be told. A record holds everything that the
 * derived files are made of, also what the mail says that must go out, so that they can be made
 * again on any machine. Pure.
 */
import type { ReadLimits } from '../config/limits.ts';
import type { Change } from '../ticket/change.ts';
import type { Decision } from '../ticket/decision.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import type { Origin } from '../ticket/origin.ts';
import type { Commit, DeliveryKey } from './ledger.ts';
import { numbered } from './own-names.ts';
import { type PackedMail, packed, unpacked } from './packed-mails.ts';
import { apart, putBack, type TextsPlace, textsIn, textsLine } from './texts.ts';

export const RECORD_VERSION = 3;

export interface JournalRecord {
  readonly v: number;
  readonly seq: number;
  readonly time: string;
  /** Hash of the line before it; a line of format 1 has none. */
  readonly prev?: string;
  /** Hash that the line had before an upgrade wrote it anew: the ids of its events hold that. */
  readonly was?: string;
  readonly delivery?: RecordedDelivery;
  readonly changes: readonly Change[];
  readonly outgoing: readonly OutgoingMail[];
  /** The event of another system that it carries out. */
  readonly origin?: Origin;
  /** A restore has taken place: the next numbers begin here. */
  readonly restored?: {
    readonly epoch: string;
    readonly numbers: Readonly<Record<string, number>>;
  };
}

export interface RecordedDelivery extends DeliveryKey {
  /** Name of the raw mail in incoming/, until it was moved to its place. */
  readonly incoming: string;
  readonly size: number;
  /** Of the raw mail, in hex. */
  readonly sha256: string;
  readonly decision: Decision;
  /** What it was read within: its attachments come out of it again by that. */
  readonly within?: ReadLimits;
}

/**
 * The record of a commit, as number `seq`: what says `own` is of that number. `received`: where its
 * raw mail is, if a mail has made it.
 */
export function recordOf(
  { changes, outgoing, delivery, origin }: Commit,
  received: Pick<RecordedDelivery, 'incoming' | 'size' | 'sha256'> | null,
  { seq, time }: Pick<JournalRecord, 'seq' | 'time'>,
): JournalRecord {
  return {
    ...{ v: RECORD_VERSION, seq, time },
    ...(delivery &&
      received && {
        delivery: {
          ...delivery.key,
          ...received,
          decision: delivery.decision,
          ...(delivery.within && { within: delivery.within }),
        },
      }),
    ...numbered({ changes, outgoing }, seq),
    ...(origin && { origin }),
  };
}

/** A line as it was read: a record, with references if its texts lie elsewhere. */
export interface JournalLine {
  readonly v: number;
  readonly seq: number;
  /** null for a line that holds its words itself. */
  readonly texts: TextsPlace | null;
  readonly rest: object;
}

/** null for what does not read; a line of a newer version is told by `versionOf`. */
export function parseLine(line: string): JournalLine | null {
  const value = parsed(line);
  if (typeof value !== 'object' || value === null || !('v' in value && 'seq' in value)) return null;
  const { texts, ...rest } = { texts: null, ...value };
  const { v, seq } = value;
  if (typeof v !== 'number' || typeof seq !== 'number') return null;
  if (!isRecord(rest)) return null;
  if (v === 1) return { v, seq, texts: null, rest };
  return isPlace(texts) ? { v, seq, texts, rest } : null;
}

/** `found`: the line of its texts. null if it is not the one that it was committed with. */
export function recordIn(
  { seq, texts, rest }: JournalLine,
  found: string | null,
): JournalRecord | null {
  const known = texts === null || texts.size === 0 ? [] : textsIn(found ?? '', seq, texts);
  if (known === null || (texts !== null && !putBack(rest, known)) || !isRecord(rest)) return null;
  try {
    return { ...rest, outgoing: unpacked(rest.outgoing) };
  } catch {
    return null;
  }
}

export interface WrittenRecord {
  /** In the journal, without its LF. */
  readonly line: string;
  /** Of its texts, with its LF; empty if it has none. */
  readonly texts: string;
}

/**
 * `prev`: hash of the line before it; `at`: where its texts will lie. What the mails of a commit
 * have in common stands once.
 */
export function written(
  record: JournalRecord,
  { prev, at }: { readonly prev: string; readonly at: number },
): WrittenRecord {
  const { v: _, prev: __, seq, time, was, outgoing, ...more } = record;
  const { value, texts: all } = apart({ ...more, outgoing: packed(outgoing) });
  const opened = record.changes.flatMap((change) =>
    change.type === 'ticket.created' ? [change.ticket] : [],
  );
  const { texts, root, sum } = all.length === 0 ? NO_TEXTS : textsLine(seq, opened, all);
  const place: TextsPlace = { at, size: Buffer.byteLength(texts), root, sum };
  const beginning = { v: RECORD_VERSION, seq, time, prev, ...(was !== undefined && { was }) };
  return { line: JSON.stringify({ ...beginning, ...value, texts: place }), texts };
}

const NO_TEXTS = { texts: '', root: '', sum: '' };

/**
 * A line of this format behind another line, with its texts at another place; null if it is none.
 */
export function relinked(
  line: string,
  { prev, was, at }: { readonly prev: string; readonly was: string; readonly at: number },
): string | null {
  const read = parseLine(line);
  if (read === null || read.texts === null) return null;
  return JSON.stringify({ ...read.rest, prev, was, texts: { ...read.texts, at } });
}

/** Of changes and mails: the documents of tickets hold it, and each mail to them reads it again. */
const MAX_COMMIT_BYTES = 8 * 1024 * 1024;

export function fitsCommit({
  changes,
  outgoing,
}: Pick<JournalRecord, 'changes' | 'outgoing'>): boolean {
  return Buffer.byteLength(JSON.stringify([changes, packed(outgoing)])) <= MAX_COMMIT_BYTES;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The format of a line, from how it begins; null if it does not begin as one. */
export function versionOf(line: string): number | null {
  const [, version] = /^\{"v":(\d+),/.exec(line) ?? [];
  return version === undefined ? null : Number(version);
}

function isPlace(value: unknown): value is TextsPlace {
  return (
    typeof value === 'object' &&
    value !== null &&
    'at' in value &&
    isOctets(value.at) &&
    'size' in value &&
    isOctets(value.size) &&
    'root' in value &&
    typeof value.root === 'string' &&
    'sum' in value &&
    typeof value.sum === 'string'
  );
}

function isOctets(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The journal is written by mailrobot alone; version, number and lists vouch for the rest. */
function isRecord(
  value: unknown,
): value is Omit<JournalRecord, 'outgoing'> & { readonly outgoing: readonly PackedMail[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'v' in value &&
    typeof value.v === 'number' &&
    (value.v === 1 || ('prev' in value && typeof value.prev === 'string')) &&
    'seq' in value &&
    typeof value.seq === 'number' &&
    'time' in value &&
    typeof value.time === 'string' &&
    'changes' in value &&
    Array.isArray(value.changes) &&
    'outgoing' in value &&
    Array.isArray(value.outgoing)
  );
}
