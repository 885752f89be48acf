/**
 * A line of a stranger's in a mail to the staff: short, with no mark of direction, and no address
 * that a client makes a link of. Pure.
 */
import { clean } from './clean.ts';

export function plainLine(text: string): string {
  const line = clean(text.replace(/\s+/g, ' ')).replace(
    /(https?|ftp|mailto|javascript|data):/gi,
    '$1 :',
  );
  return [...line.slice(0, 1000)].slice(0, MAX_CHARACTERS).join('');
}

const MAX_CHARACTERS = 150;
