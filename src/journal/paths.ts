/**
 * Where what belongs to a commit, and to a ticket, lies: relative to the store, and the same in
 * every store. Pure.
 */
import { join } from 'node:path';
import type { TicketId } from '../ticket/ticket.ts';

const RAW_PER_DIRECTORY = 1000;
const TICKETS_PER_DIRECTORY = 100;

export function rawDirectory(seq: number): string {
  return join('raw', String(Math.floor(seq / RAW_PER_DIRECTORY)).padStart(6, '0'));
}

/** Mail of a commit, in and out. */
export interface CommitPaths {
  readonly rawIn: string;
  /** By the mail's place in its commit (ticket/mail.ts). */
  readonly rawOut: (place: number) => string;
}

export function pathsFor(seq: number): CommitPaths {
  const raw = join(rawDirectory(seq), String(seq));
  return { rawIn: `${raw}-in.eml`, rawOut: (place) => `${raw}-out-${place}.eml` };
}

export function attachmentPath(
  ticket: TicketId,
  serial: number,
  n: number,
  filename: string,
): string {
  const extension = /\.([a-z0-9]{1,8})$/i.exec(filename)?.[1]?.toLowerCase() ?? 'bin';
  return join(ticketDirectory(ticket), 'attachments', `${serial}-${n}.${extension}`);
}

/** Which part of its mail an attachment was, from 1: `attachmentPath` has put it there. */
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
