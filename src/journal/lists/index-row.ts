/**
 * Lists to look commits up in: what a name (a Message-ID, a delivery, an event, a mail that has
 * acted) became, in each commit that had it. Nothing is ever taken out of them.
 */
import { ticketOf } from '../../ticket/change.ts';
import { ERASED } from '../../ticket/erased.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import type { JournalRecord } from '../record.ts';
import type { List } from './list.ts';

export interface IndexRow {
  /** The name that it is found by. */
  readonly name: string;
  readonly ticket: TicketId | null;
  /** Sequence number of the commit. */
  readonly seq: number;
  /** Seconds since 1970. */
  readonly time: number;
}

export type Named = readonly [name: string, ticket: TicketId | null];

/** A name that a commit has twice stands for what it had it for first. */
export function indexed(namesIn: (record: JournalRecord) => readonly Named[]): List<IndexRow> {
  return (record) => {
    const { seq } = record;
    const time = Math.floor(Date.parse(record.time) / 1000);
    const found = namesIn(record).filter(([name]) => name !== ERASED);
    return [...new Set(found.map(([name]) => name))].map((name) => {
      const ticket = found.find(([other]) => other === name)?.[1] ?? null;
      return { type: 'put', key: `${seq} ${name}`, row: { name, ticket, seq, time } };
    });
  };
}

/** The ticket that the mail of a commit is in. */
export function ticketOfMail({ changes }: JournalRecord): TicketId | null {
  const added = changes.find(
    (change) => change.type === 'message.added' && change.message.direction === 'in',
  );
  return added === undefined ? null : ticketOf(added);
}
