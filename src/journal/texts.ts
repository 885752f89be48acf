/**
 * The words of a commit, apart from its line: in their place the line has references,
 * `{"$":0}`, and the texts lie in a line of their own, in `texts/`:
 *
 *     {"seq":7,"tickets":["SUPPORT-7102"],"texts":[["<salt>","I can't login!"],…]}
 *
 * Equal texts of a commit stand there once. `tickets` are those that it opens, so that a search
 * meets them. The line of the journal vouches for every text by `root`: SHA-256 over the leaf of
 * each, which is SHA-256 over salt and text. To erase a text is to put its leaf in the place of
 * salt and text, with spaces up to the same length: the rest keeps its place, the line of the
 * journal stays right, and without the salt nobody can try out what it was. `sum`, over the whole
 * line, is there to be quick: while nothing is erased, it says the same at once. Pure.
 */
import { createHash, randomBytes } from 'node:crypto';
import { Failure } from '../outcome.ts';
import { ERASED } from '../ticket/erased.ts';
import { mayStand } from './words.ts';

/**
 * Where the texts of a commit lie in the segment of its line, in octets, and what vouches for them.
 */
export interface TextsPlace {
  readonly at: number;
  /** With the line break; 0 if there are none. */
  readonly size: number;
  /** In hex; empty if there are none. */
  readonly root: string;
  readonly sum: string;
}

const SALT_BYTES = 12;
const SALT_CHARACTERS = 16;
/** Of base64: no more room than the shortest text takes with its salt. */
const LEAF_CHARACTERS = 22;
/** Of hex. */
const SUM_CHARACTERS = 32;
const NAME = /^[A-Za-z][\w-]*$/;

export interface Apart {
  /** The value, with references. */
  readonly value: object;
  /** By the numbers of the references. */
  readonly texts: readonly string[];
}

/** Takes the words out of an object of JSON. */
export function apart(value: object): Apart {
  const numbers = new Map<string, number>();
  const reference = (text: string): unknown => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return { $: number };
  };
  const without = (key: string, one: unknown): unknown => {
    if (typeof one === 'string') return mayStand(key, one) ? one : reference(one);
    if (typeof one !== 'object' || one === null) return one;
    if (Array.isArray(one)) return one.map((inner: unknown) => without(key, inner));
    return fieldsOf(one);
  };
  const fieldsOf = (one: object): object => {
    const fields: [string, unknown][] = Object.entries(one);
    for (const field of fields) field[1] = without(mustBeName(field[0]), field[1]);
    return Object.fromEntries(fields);
  };
  return { value: fieldsOf(value), texts: [...numbers.keys()] };
}

/** A key stands in the line: a map by addresses would show them. */
function mustBeName(key: string): string {
  if (!NAME.test(key)) throw new Failure('internal', 'a key of a commit is no name of a field');
  return key;
}

/** Puts the words back into a value that was parsed; false if a reference leads nowhere. */
export function putBack(value: object, texts: readonly string[]): boolean {
  // Of JSON an object has no keys but its own.
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(value)) {
    const inner = holder[key];
    if (typeof inner !== 'object' || inner === null) continue;
    if ('$' in inner) {
      const text = typeof inner.$ === 'number' ? texts[inner.$] : undefined;
      if (text === undefined) return false;
      holder[key] = text;
    } else if (!putBack(inner, texts)) return false;
  }
  return true;
}

export interface TextsLine {
  /** With its line break. */
  readonly texts: string;
  readonly root: string;
  readonly sum: string;
}

export function textsLine(
  seq: number,
  tickets: readonly string[],
  texts: readonly string[],
): TextsLine {
  const salts = randomBytes(SALT_BYTES * texts.length);
  const salted = texts.map((text, n) => {
    const salt = salts.toString('base64url', n * SALT_BYTES, (n + 1) * SALT_BYTES);
    return [salt, text] as const;
  });
  const opened = tickets.length === 0 ? {} : { tickets };
  const line = JSON.stringify({ seq, ...opened, texts: salted });
  const root = rootOf(salted.map(([salt, text]) => leafOf(salt, text)));
  return { texts: `${line}\n`, root, sum: sumOf(line) };
}

/** The texts of that commit, or null if these are not what its line vouches for. */
export function textsIn(
  line: string,
  seq: number,
  { root, sum }: Pick<TextsPlace, 'root' | 'sum'>,
): readonly string[] | null {
  const entries = entriesIn(line, seq);
  if (entries === null) return null;
  if (sumOf(line.trimEnd()) !== sum) {
    const leaves = entries.map((entry) => (typeof entry === 'string' ? entry : leafOf(...entry)));
    if (rootOf(leaves) !== root) return null;
  }
  return entries.map((entry) => (typeof entry === 'string' ? ERASED : entry[1]));
}

/** Salt and text, or the leaf of one that was erased. */
type Entry = string | readonly [salt: string, text: string];

function entriesIn(line: string, seq: number): readonly Entry[] | null {
  const value = parsed(line);
  if (typeof value !== 'object' || value === null) return null;
  if (!('seq' in value && value.seq === seq && 'texts' in value)) return null;
  const { texts } = value;
  return Array.isArray(texts) && texts.every(isEntry) ? texts : null;
}

/** By their lengths nothing can go from one into the other. */
function isEntry(value: unknown): value is Entry {
  if (typeof value === 'string') return value.length === LEAF_CHARACTERS;
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [salt, text]: readonly unknown[] = value;
  return typeof salt === 'string' && salt.length === SALT_CHARACTERS && typeof text === 'string';
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

export function leafOf(salt: string, text: string): string {
  const digest = createHash('sha256').update(`${salt}${text}`).digest('base64url');
  return digest.slice(0, LEAF_CHARACTERS);
}

function rootOf(leaves: readonly string[]): string {
  return sumOf(leaves.join(''));
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, SUM_CHARACTERS);
}
