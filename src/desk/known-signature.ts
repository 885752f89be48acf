/**
 * A signature without `-- ` above it, of which it is certain that it is one: the HTML beside the
 * text marks it, or two earlier answers of the author's ended so, too, below their greeting or with
 * a last paragraph that has their name and says how to reach them.
 *
 * It ends their words, leaves some, and looks like one (no sentence, no list). Of what stood in
 * earlier answers the greeting and the name below it stay. Words alone are compared. Pure.
 */
import type { OwnLine } from '../reading/quotes/authors-lines.ts';
import { isSalutation, isSignature } from '../reading/quotes/signature.ts';

/** Fewer may end alike by chance. */
const MIN_EARLIER_ANSWERS = 2;

/** `marked`: by the HTML. */
export function withoutMarkedSignature(
  own: readonly OwnLine[],
  marked: readonly string[],
): readonly OwnLine[] {
  return marked
    .filter((signature) => isSignature(signature.split('\n')))
    .reduce((left, signature) => withoutEnd(left, wordsOf(signature)), own);
}

export interface Author {
  /** Texts of their answers, as they went out. */
  readonly earlier: readonly string[];
  /** What they are called. */
  readonly names: readonly string[];
}

export function withoutKnownSignature(
  own: readonly OwnLine[],
  { earlier, names }: Author,
): readonly OwnLine[] {
  const words = names.flatMap((name) => name.toLowerCase().match(/\p{L}{3,}/gu) ?? []);
  const greeted = withoutKnown(own, earlier, belowGreeting);
  return greeted === own ? withoutKnown(own, earlier, (lines) => contactIn(lines, words)) : greeted;
}

function withoutKnown(
  own: readonly OwnLine[],
  earlier: readonly string[],
  endOf: (lines: readonly string[]) => readonly string[],
): readonly OwnLine[] {
  const below = endOf(own.map(({ text }) => text));
  if (below.length === 0 || !isSignature(below)) return own;
  const wanted = wordsOf(below.join(''));
  const known = earlier.filter((text) => wordsOf(endOf(text.split('\n')).join('')) === wanted);
  return known.length >= MIN_EARLIER_ANSWERS ? withoutEnd(own, wanted) : own;
}

const MIN_CONTACT_LINES = 2;
/** A number of a telephone, or an address of mail or of the web. */
const CONTACT = /\d(?:[ ()./-]{0,2}\d){5}|\S@\S|\bwww\.|\bhttps?:/i;

/** The last paragraph, if it begins with their name, and says in another line how to reach them. */
function contactIn(lines: readonly string[], names: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => wordsOf(line) !== '');
  const above = lines.findLastIndex((line, at) => at < last && line.trim() === '');
  const paragraph = lines.slice(above + 1, last + 1);
  const isContact =
    above >= 0 &&
    paragraph.length >= MIN_CONTACT_LINES &&
    names.some((name) => paragraph[0]?.toLowerCase().includes(name)) &&
    paragraph.some((line) => CONTACT.test(line.slice(0, MAX_CONTACT_CHARACTERS)));
  return isContact ? paragraph : [];
}

const MAX_CONTACT_CHARACTERS = 200;

/** What is filled below the last greeting and the name in the line below it. */
function belowGreeting(lines: readonly string[]): readonly string[] {
  const greeting = lines.findLastIndex(isSalutation);
  if (greeting < 0) return [];
  return lines
    .slice(greeting + 1)
    .filter((line) => wordsOf(line) !== '')
    .slice(1);
}

/** Whole lines that say so, if they are the last ones and others stand above them. */
function withoutEnd(own: readonly OwnLine[], end: string): readonly OwnLine[] {
  let left = end;
  let at = own.length;
  while (left !== '' && at > 0) {
    at -= 1;
    const words = wordsOf(own[at]?.text ?? '');
    if (!left.endsWith(words)) return own;
    left = left.slice(0, left.length - words.length);
  }
  const last = own.findLastIndex(({ text }, n) => n < at && wordsOf(text) !== '');
  return end === '' || left !== '' || last < 0 ? own : own.slice(0, last + 1);
}

/** Letters and digits, however the client has set them. */
function wordsOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
