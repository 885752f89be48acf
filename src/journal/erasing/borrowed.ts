/**
 * A message that was split off has its mail, and its files, where they came in: with the ticket
 * that it was written to. They stay there as long as one of the two still needs them. Pure.
 */
import { isErasedMessage } from '../../ticket/erased.ts';
import { type Attachment, filesOf, type IncomingMessage } from '../../ticket/ticket.ts';
import { seqOf } from '../paths.ts';
import type { JournalRecord } from '../record.ts';

export interface Borrowed {
  /** Place of the change that has the message. */
  readonly n: number;
  /** Numbers of the commits that its mail came with, and that of a copy that proved more. */
  readonly mails: readonly number[];
  readonly files: readonly Attachment[];
}

/** Of messages that are not erased. */
export function borrowedIn({ seq, changes }: JournalRecord): readonly Borrowed[] {
  return changes.flatMap((change, n) => {
    if (change.type !== 'message.added' || change.message.direction !== 'in') return [];
    const { message } = change;
    if (seqOf(message.raw) === seq || isErasedMessage(message)) return [];
    return { n, mails: mailsOf(message), files: filesOf(message) };
  });
}

function mailsOf({ raw, provenBy }: IncomingMessage): readonly number[] {
  return [raw, ...(provenBy === undefined ? [] : [provenBy])].flatMap((one) => seqOf(one) ?? []);
}
