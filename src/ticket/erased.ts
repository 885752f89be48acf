/**
 * What is read in the place of words that were erased. An address of a person that reads so is
 * nobody's: nothing is sent there, and nobody is known by it.
 */
import type { Mailbox, Message } from './ticket.ts';

export const ERASED = '[erased]';

/** A text that somebody wrote ends with a line break. */
export function isErasedMessage({ text }: Pick<Message, 'text'>): boolean {
  return text === ERASED;
}

export function isErased({ address }: Pick<Mailbox, 'address'>): boolean {
  return address === ERASED;
}
