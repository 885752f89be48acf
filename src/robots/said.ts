/**
 * What a robot says that is mail: a reply to the sender, a mail to somebody else, each maybe with
 * secrets; and what of the sender's mail it wants blanked.
 *
 * A text is kept without its secrets, and without what is blanked; it goes out with the secrets,
 * and without what is blanked. Whatever else the same run says is kept without both. Pure.
 */
import { isObject } from '../feed/read-order.ts';
import { isWritable } from '../ticket/address.ts';
import { blankedText } from '../ticket/blanked.ts';

export interface Said {
  /** As it is kept. */
  readonly text: string;
  /** As it goes out, if that is something else. */
  readonly secretText: string | null;
}

export interface SaidTo extends Said {
  readonly to: string;
  readonly subject: string;
}

/** `words`: what of the mail is blanked; null: all of its text, and its subject. */
export interface BlankOrder {
  readonly words: readonly string[] | null;
}

type Value = Readonly<Record<string, unknown>>;

/** What is never kept of a run, by all of its lines, whether they are right or not. */
export interface Hidden {
  readonly secrets: readonly string[];
  readonly words: readonly string[];
}

const MOST = 10;
const SECRET = /^\S{4,200}$/;
const MOST_CHARACTERS = 200;
const MOST_TEXT_CHARACTERS = 1_000_000;
const MOST_SUBJECT_CHARACTERS = 998;

export function hiddenIn(values: readonly Value[]): Hidden {
  return {
    secrets: values.flatMap(({ secrets }) => textsIn(secrets)),
    words: values.flatMap(({ words }) => textsIn(words)),
  };
}

export function withoutHidden(text: string, { secrets, words }: Hidden): string {
  return blankedText(text, [...secrets, ...words]);
}

/** Every text of an order, however deep. */
export function orderWithoutHidden(order: Value, hidden: Hidden): Value {
  const without = (one: unknown): unknown => {
    if (typeof one === 'string') return withoutHidden(one, hidden);
    if (Array.isArray(one)) return one.map(without);
    return isObject(one) ? orderWithoutHidden(one, hidden) : one;
  };
  return Object.fromEntries(Object.entries(order).map(([key, one]) => [key, without(one)]));
}

export function readReply(value: Value, hidden: Hidden): Said | { readonly wrong: string } {
  const { type: _, text, secrets, ...more } = value;
  if (!isText(text) || Object.keys(more).length > 0) {
    return { wrong: 'a reply has a "text", "secrets" if it holds some, and nothing else' };
  }
  return saidIn(text, secrets, hidden);
}

export function readMail(value: Value, hidden: Hidden): SaidTo | { readonly wrong: string } {
  const { type: _, to, subject, text, secrets, ...more } = value;
  if (!isText(text) || !isText(subject) || Object.keys(more).length > 0) {
    return {
      wrong: 'a mail has "to", "subject", "text", "secrets" if it holds some, and nothing else',
    };
  }
  if (typeof to !== 'string' || !isWritable(to)) {
    return { wrong: '"to" is one address, such as nic@ferrier.example' };
  }
  if (subject.length > MOST_SUBJECT_CHARACTERS) return { wrong: 'its subject is too long' };
  if (withoutHidden(subject, hidden) !== subject) return { wrong: 'a secret is in its subject' };
  const said = saidIn(text, secrets, hidden);
  return 'wrong' in said ? said : { ...said, to, subject };
}

export function readBlank(value: Value): BlankOrder | { readonly wrong: string } {
  const { type: _, words, ...more } = value;
  if (Object.keys(more).length > 0) return { wrong: '"blank" has "words", and nothing else' };
  if (words === undefined) return { words: null };
  const found = textsIn(words);
  const isRight =
    Array.isArray(words) &&
    found.length === words.length &&
    found.length > 0 &&
    found.length <= MOST &&
    found.every((word) => word.trim() !== '' && word.length <= MOST_CHARACTERS);
  return isRight
    ? { words: found }
    : { wrong: `"words" is a list of 1 to ${MOST}, of ${MOST_CHARACTERS} characters at most` };
}

function saidIn(text: string, secrets: unknown, hidden: Hidden): Said | { readonly wrong: string } {
  if (text.length > MOST_TEXT_CHARACTERS) return { wrong: 'its text is too long' };
  const own = textsIn(secrets);
  const isList = secrets === undefined || (Array.isArray(secrets) && own.length === secrets.length);
  if (!isList || own.length > MOST || !own.every((one) => SECRET.test(one))) {
    return {
      wrong: `"secrets" is a list of ${MOST} at most, each of 4 to 200 characters without white space`,
    };
  }
  if (own.some((one) => !text.includes(one))) return { wrong: 'a secret is not in its text' };
  // A secret of another mail of this run has no place in this one.
  const others = hidden.secrets.filter((secret) => !own.includes(secret));
  const out = blankedText(text, [...hidden.words, ...others.filter((one) => !isWithin(one, own))]);
  const kept = withoutHidden(text, hidden);
  return { text: kept, secretText: out === kept ? null : out };
}

/** Part of one that goes out. */
function isWithin(one: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => secret.includes(one));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string' && one !== '') : [];
}
