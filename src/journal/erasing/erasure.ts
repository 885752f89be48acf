/**
 * What is to be erased, and what that is in a journal: plain values.
 *
 * Erasing is one commit, which says by numbers alone which texts of which commits are gone, and
 * which mails. Everything else follows from it, also if the run that made it is killed: the texts
 * are put out of their lines, the files removed, and all that is derived is made again.
 */
import { sameMailbox } from '../../ticket/address.ts';
import type { Change, ErasedCommit } from '../../ticket/change.ts';
import type { TicketId } from '../../ticket/ticket.ts';

/** As far as the commit of that number goes. */
export interface Whom {
  readonly isPerson: (address: string, seq: number) => boolean;
  /** All of it, whoever wrote in it. */
  readonly isTicket: (id: TicketId, seq: number) => boolean;
}

/** By any of the spellings that one mailbox has. */
export function ofPerson(person: string): Whom {
  return { isPerson: (address) => sameMailbox(address, person), isTicket: () => false };
}

export function ofTicket(ticket: TicketId): Whom {
  return { isPerson: () => false, isTicket: (id) => id === ticket };
}

/** Words of the person, or about them, that stand in what others wrote: a person is to decide. */
export interface Quoted {
  /** null for a mail that is in no ticket. */
  readonly ticket: TicketId | null;
  /** Of the entry; of a held mail its id. */
  readonly serial: number;
  readonly what: 'mail' | 'note' | 'held mail';
  readonly why: 'their address' | 'their name' | 'their words';
}

/** What a commit did that mails to the staff were to tell, which said more than that. */
export interface Untold {
  readonly seq: number;
  readonly mails: readonly { readonly id: string; readonly recipient: string }[];
  /** As they were; those of the person are not among them. */
  readonly changes: readonly Change[];
}

/** Of mails that waited; the staff have got the others. */
export function untoldOf(
  { untold }: Pick<Erasure, 'untold'>,
  isWaiting: (mail: string) => boolean,
): readonly Untold[] {
  return untold.flatMap((one) => {
    const mails = one.mails.filter(({ id }) => isWaiting(id));
    return mails.length === 0 ? [] : { ...one, mails };
  });
}

export interface Erasure {
  readonly commits: readonly ErasedCommit[];
  /** That lose words. */
  readonly tickets: readonly TicketId[];
  /** Those of the person, which nobody can answer any more; or that are erased as a whole. */
  readonly ended: readonly TicketId[];
  /** Mails of ours that say nothing any more, by their ids. */
  readonly letters: readonly string[];
  /** By mails among them. */
  readonly untold: readonly Untold[];
  readonly mails: number;
  readonly files: number;
  readonly quoted: readonly Quoted[];
  /** Whose legal hold forbids it. */
  readonly onHold: readonly TicketId[];
  /** A commit of it is of a format whose lines hold their words: it is to be upgraded first. */
  readonly isOldFormat: boolean;
}

/** `seq`: number of the commit that has erased it, or would. */
export interface PlacedErasure extends Erasure {
  readonly epoch: string;
  readonly seq: number;
}

/** Whether there is something to erase, and nothing forbids it. */
export function isAllowed({ commits, onHold, isOldFormat }: Erasure): boolean {
  return commits.length > 0 && onHold.length === 0 && !isOldFormat;
}
