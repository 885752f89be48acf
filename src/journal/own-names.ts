/**
 * What a commit says of itself while it has no number: names of the mail that it comes with, of
 * the copies of what goes out, and of the mail that it holds.
 *
 * Its number is given when it is made. `numbered` puts it in then, so nothing that is decided,
 * written or signed waits for the number, and two commits at once have no name in common but
 * these. Pure.
 */
import type { Change } from '../ticket/change.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import { pathsFor } from './paths.ts';

/** In the place of the paths that `pathsFor` gives. */
export const OWN_PATHS = {
  rawIn: 'raw/own-in.eml',
  /** By the mail's place in its commit (ticket/mail.ts). */
  rawOut: (place: number) => `raw/own-out-${place}.eml`,
} as const;

/** In the place of its number: no commit has it. */
export const OWN_NUMBER = 0;

/** Keys that hold the path of a mail: no other can name one. */
const KEYS: readonly string[] = ['raw', 'provenBy', 'written', 'path'];
const OWN = /^raw\/own-(?:in|out-(\d+))\.eml$/;

interface Unnumbered {
  readonly changes: readonly Change[];
  readonly outgoing: readonly OutgoingMail[];
}

export function numbered({ changes, outgoing }: Unnumbered, seq: number): Unnumbered {
  const { rawIn, rawOut } = pathsFor(seq);
  const pathOf = (path: string): string => {
    const [own, place] = OWN.exec(path) ?? [];
    if (own === undefined) return path;
    return place === undefined ? rawIn : rawOut(Number(place));
  };
  const heldAs = (change: Change): Change =>
    change.type === 'mail.held' && change.mail.id === OWN_NUMBER
      ? { ...change, mail: { ...change.mail, id: seq } }
      : change;
  return {
    changes: changes.map((change) => heldAs(withPaths(change, pathOf))),
    outgoing: outgoing.map((mail) => withPaths(mail, pathOf)),
  };
}

function withPaths<T extends object>(value: T, pathOf: (path: string) => string): T {
  const within = (key: string, one: unknown): unknown => {
    if (typeof one === 'string') return KEYS.includes(key) ? pathOf(one) : one;
    if (Array.isArray(one)) return one.map((inner: unknown) => within('', inner));
    return typeof one === 'object' && one !== null ? fieldsOf(one) : one;
  };
  const fieldsOf = (one: object): object => {
    const fields: [string, unknown][] = Object.entries(one);
    for (const field of fields) field[1] = within(field[0], field[1]);
    return Object.fromEntries(fields);
  };
  // A string stands where a string stood: the shape is the same.
  return fieldsOf(value) as T;
}
