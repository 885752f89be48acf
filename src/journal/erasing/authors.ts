/**
 * Who has written a mail of which its commit does not say that: one that was only recorded, or is
 * a second copy. Its envelope may name nobody, as that of an automatic reply does, or a forwarder.
 * Read from the header of the raw mail, which is all that is looked at. Pure.
 */
import type { JournalRecord } from '../record.ts';
import { addressesIn } from './person.ts';

/** More of a raw mail is never read. */
export const MAX_HEADER_BYTES = 1024 * 1024;

const FIELD = /^(?:from|sender|reply-to)[ \t]*:/i;
const IS_FOLDED = /^[ \t]/;

/** `beginning`: of the raw mail, as far as it was read. */
export function authorsIn(beginning: Buffer): readonly string[] {
  const lines = beginning.toString('utf8', 0, MAX_HEADER_BYTES).split(/\r?\n/);
  const found: string[] = [];
  let isField = false;
  for (const line of lines) {
    if (line === '') break;
    isField = IS_FOLDED.test(line) ? isField : FIELD.test(line);
    if (isField) for (const address of addressesIn(line)) found.push(address);
  }
  return found;
}

/** Whether the header is in it as a whole, or as far as it is looked at. */
export function hasHeader(beginning: Buffer): boolean {
  return beginning.length >= MAX_HEADER_BYTES || /\n\r?\n/.test(beginning.toString('latin1'));
}

/** Whether nothing but its raw mail says who has written it. */
export function isUnsigned({ delivery, changes }: JournalRecord): boolean {
  return (
    delivery !== undefined &&
    !changes.some(
      (change) =>
        (change.type === 'message.added' && change.message.direction === 'in') ||
        (change.type === 'mail.held' && change.mail.from !== null) ||
        (change.type === 'robot.queued' && change.from !== null),
    )
  );
}
