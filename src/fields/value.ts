/**
 * What may stand in a field: words as somebody said them, or as they were found, in one form; or a
 * sentence for what is wrong with them. Pure.
 */
import { ERASED } from '../ticket/erased.ts';
import type { Field } from '../ticket/field.ts';
import type { Refusal } from '../ticket/refusal.ts';

const MAX_VALUE_CHARACTERS = 200;
/** In a refusal. */
const MAX_SHOWN_CHARACTERS = 60;
const MAX_SHOWN_CHOICES = 20;
/** Signs and letters that are blanks. */
const EMPTY = '\\u2800\\u{13441}\\u{13442}\\u{1D159}';
/** What belongs to the letter or sign before it. */
const BESIDE = '\\u200C\\u200D\\p{Variation_Selector}';
/** What shows as nothing, or changes how its neighbours show. */
const NOT_SHOWN = new RegExp(
  `(?![${BESIDE}])[${EMPTY}\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}]`,
  'u',
);
/** What shows by itself, and does not only stand at a letter. */
const SHOWN = /[\p{L}\p{N}\p{P}\p{S}\p{Co}\p{Cn}]/u;
const BLANKS = /[\t\p{Zs}]+/gu;
/** So many digits that a program reads it as it is written. */
const NUMBER = /^([+-]?)0*(\d{1,15})(?:\.(\d{1,10}))?$/;
const MAX_DIGITS = 15;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DOTTED = /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})$/;

export type ReadValue = { readonly value: string } | Refusal;

export function readValue(field: Field, words: string): ReadValue {
  if (words.length > 4 * MAX_VALUE_CHARACTERS) return wrong(field, words);
  const said = inOneForm(words);
  const isShown = SHOWN.test(said) && !NOT_SHOWN.test(said);
  if (!isShown || [...said].length > MAX_VALUE_CHARACTERS) return wrong(field, said);
  const value = READ[field.type](said, field);
  return value === null ? wrong(field, said) : { value };
}

/** Letters in the same form from every keyboard, and single blanks. */
export function inOneForm(words: string): string {
  return words.normalize('NFC').replace(BLANKS, ' ').trim();
}

const READ: Readonly<Record<Field['type'], (said: string, field: Field) => string | null>> = {
  // That is how a value reads that an erasure has taken away.
  text: (said) => (said === ERASED ? null : said),
  number: numberIn,
  date: dateIn,
  choice: (said, { choices }) =>
    choices.find((one) => one.toLowerCase() === said.toLowerCase()) ?? null,
};

function numberIn(said: string): string | null {
  const [, sign = '', whole = '', part = ''] = NUMBER.exec(said) ?? [];
  if (whole === '' || whole.length + part.length > MAX_DIGITS) return null;
  const rest = part.replace(/0{1,10}$/, '');
  const value = rest === '' ? whole : `${whole}.${rest}`;
  return sign === '-' && value !== '0' ? `-${value}` : value;
}

/** A day that there is. */
function dateIn(said: string): string | null {
  const [, date, month, before] = DOTTED.exec(said) ?? [];
  const iso = date === undefined ? said : `${before}-${two(month)}-${two(date)}`;
  const [, years, months, days] = DATE.exec(iso) ?? [];
  if (years === undefined || years === '0000') return null;
  const at = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return null;
  return at.getUTCMonth() === Number(months) - 1 && at.getUTCDate() === Number(days) ? iso : null;
}

function two(digits = ''): string {
  return digits.padStart(2, '0');
}

function wrong({ name, type, choices }: Field, said: string): Refusal {
  const shown = [...said.slice(0, 2 * MAX_SHOWN_CHARACTERS)];
  const cut = shown.slice(0, MAX_SHOWN_CHARACTERS).join('');
  const all = cut.length < said.length ? `${cut}...` : cut;
  return { refused: `${name} cannot be "${all}": it takes ${WANTED[type](choices)}` };
}

const WANTED: Readonly<Record<Field['type'], (choices: readonly string[]) => string>> = {
  text: () => `a text of 1 to ${MAX_VALUE_CHARACTERS} characters in one line, all of them visible`,
  number: () => `a number such as 12 or -0.5, of at most ${MAX_DIGITS} digits`,
  date: () => 'a date such as 2026-12-07 or 7.12.2026',
  choice: (choices) => {
    const others = choices.length - MAX_SHOWN_CHOICES;
    const shown = choices.slice(0, MAX_SHOWN_CHOICES).join(', ');
    return `one of ${shown}${others > 0 ? ` and ${others} more, which the config names` : ''}`;
  },
};
