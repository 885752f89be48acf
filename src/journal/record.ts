/**
 * One line of the journal, and what it says about paths and numbers.
 *
 * Written in format 2, read in 1 and 2: a line of format 2 holds the hash of the line before
 * it (chain.ts), one of format 1 outgoing mail as octets. A record holds everything that the
 * derived files are made of, also what the mail says that must go out, so that they can be made
 * again on any machine. Pure.
 */
import { join } from 'node:path';
import type { ReadLimits } from '../config/limits.ts';
import type { Change } from '../ticket/change.ts';
import type { Decision } from '../ticket/decision.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import type { Origin } from '../ticket/origin.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Commit, CommitPaths, DeliveryKey } from './ledger.ts';
import { packed, unpacked } from './packed-mails.ts';

export const RECORD_VERSION = 2;

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

/** The record of a commit, as number `seq`. `received`: where its raw mail is, if a mail has made it. */
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
    changes,
    outgoing,
    ...(origin && { origin }),
  };
}

export function parseRecord(line: string): JournalRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? { ...value, outgoing: unpacked(value.outgoing) } : null;
  } catch {
    return null;
  }
}

/** The format of a line, from how it begins; null if it does not begin as one. */
export function versionOf(line: string): number | null {
  const [, version] = /^\{"v":(\d+),/.exec(line) ?? [];
  return version === undefined ? null : Number(version);
}

/** Octets of a line, and what of it is for the delivery and whoever is told of it. */
export const LINE_LIMIT = 1024 * 1024;
const LINE_RESERVE = 128 * 1024;

export function fitsLine({
  changes,
  outgoing,
}: Pick<JournalRecord, 'changes' | 'outgoing'>): boolean {
  const octets = Buffer.byteLength(JSON.stringify([changes, packed(outgoing)]));
  return octets <= LINE_LIMIT - LINE_RESERVE;
}

/**
 * The line of a record behind the line with the hash `prev`, without its LF. What the mails of a
 * commit have in common stands in it once.
 */
export function lineOf(record: JournalRecord, prev: string): string {
  const { v: _, prev: __, seq, time, outgoing, ...rest } = record;
  const beginning = { v: RECORD_VERSION, seq, time, prev };
  return JSON.stringify({ ...beginning, ...rest, outgoing: packed(outgoing) });
}

/** The journal is written by mailrobot alone; version, number and lists vouch for the rest. */
function isRecord(value: unknown): value is JournalRecord {
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

const RAW_PER_DIRECTORY = 1000;
const TICKETS_PER_DIRECTORY = 100;

export function rawDirectory(seq: number): string {
  return join('raw', String(Math.floor(seq / RAW_PER_DIRECTORY)).padStart(6, '0'));
}

export function pathsFor(seq: number): CommitPaths {
  const raw = join(rawDirectory(seq), String(seq));
  return {
    seq,
    rawIn: `${raw}-in.eml`,
    rawOut: (place) => `${raw}-out-${place}.eml`,
    attachment: (ticket, serial, n, filename) => {
      const extension = /\.([a-z0-9]{1,8})$/i.exec(filename)?.[1]?.toLowerCase() ?? 'bin';
      return join(ticketDirectory(ticket), 'attachments', `${serial}-${n}.${extension}`);
    },
  };
}

/** Which part of its mail an attachment was, from 1: `paths.attachment` has put it there. */
export function partNumber(path: string): number {
  return Number(/^\d+-(\d+)\./.exec(path.slice(path.lastIndexOf('/') + 1))?.[1]);
}

/** The commit that a raw mail came with, or null. */
export function seqOf(raw: string): number | null {
  const [, seq] = /(?<!\d)(\d+)-in\.eml$/.exec(raw) ?? [];
  return seq === undefined ? null : Number(seq);
}

/** The ticket that an attachment lies with, or null for what is no attachment of a ticket. */
export function ticketOfPath(path: string): TicketId | null {
  const [, id] = /^tickets\/[^/]+\/([^/]+-\d+)\/attachments\//.exec(path) ?? [];
  // `ticketDirectory` has made it of one.
  return (id as TicketId | undefined) ?? null;
}

/** The folder that holds a hundred tickets: `tickets/71`, `open/71`. */
export function hundredOf(id: TicketId): string {
  return String(Math.floor(numberIn(id) / TICKETS_PER_DIRECTORY));
}

export function ticketDirectory(id: TicketId): string {
  return join('tickets', hundredOf(id), id);
}

export function numberIn(name: string): number {
  return Number(name.slice(name.lastIndexOf('-') + 1));
}
