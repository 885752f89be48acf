/**
 * A number that is used once, for what is said of a commit before it has one of its own: it makes
 * Message-IDs and boundaries of its mail differ, and stands in the address of a question. Fifteen
 * digits, so none is ever the number of a commit.
 */
import { randomInt } from 'node:crypto';

const FIRST = 10 ** 14;
/** As many as `randomInt` gives. */
const COUNT = 2 ** 48 - 1;

export function newNonce(): number {
  return FIRST + randomInt(COUNT);
}

export function isNonce(number: number): boolean {
  return number >= FIRST;
}
