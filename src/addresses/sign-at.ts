/**
 * The sign that a reader, or a program that they copy a text into, reads at one place of it: as it
 * stands there, or as links, HTML and quoted-printable write it, however often over; a hyphen or a
 * letter that only looks otherwise; or nothing, if it is a blank, unseen, or a mark of a quote or
 * of emphasis. Pure, linear.
 */
export interface Sign {
  /** Empty: nothing that counts. */
  readonly sign: string;
  /** How much of the text it takes. */
  readonly length: number;
}

/** What may stand between the parts of a word that was broken. */
const BETWEEN = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cf}\u2800>|=*_`]$/u;
const HYPHEN = /^[\u2010\u2011\u2043\u2212\uFE63\uFF0D]$/u;
/** It stands between words, too. */
export const DASH = '\u2013';
const OTHER_DASH = /^\p{Pd}$/u;
const PLAIN = /^[A-Za-z0-9+@-]$/;

export function signAt(text: string, at: number): Sign {
  const unit = text.charAt(at);
  if (PLAIN.test(unit)) return { sign: unit, length: 1 };
  const { sign, length } = decodedAt(text, at);
  return { sign: looked(sign), length };
}

/** As it is written there, whatever it looks like: never empty. */
export function decodedAt(text: string, at: number): Sign {
  const unit = text.charAt(at);
  const written =
    unit === '%'
      ? percentAt(text, at)
      : unit === '&'
        ? entityAt(text, at)
        : unit === '='
          ? quotedAt(text, at)
          : null;
  if (written !== null) return written;
  const sign = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return { sign, length: sign.length };
}

function looked(sign: string): string {
  if (sign <= '\x7F') return BETWEEN.test(sign) ? '' : sign;
  if (BETWEEN.test(sign)) return '';
  if (HYPHEN.test(sign)) return '-';
  if (OTHER_DASH.test(sign)) return DASH;
  const plain = sign.normalize('NFKC');
  if (plain.length !== 1) return sign.charAt(0);
  return BETWEEN.test(plain) ? '' : plain;
}

/** `%2D`, also `%252D`. */
function percentAt(text: string, at: number): Sign | null {
  let from = at + 1;
  while (text.startsWith('25', from)) from += 2;
  const sign = byHex(text.slice(from, from + 2));
  if (sign === null && from === at + 1) return null;
  return sign === null ? { sign: '%', length: from - at } : { sign, length: from + 2 - at };
}

/** Of quoted-printable what an address has signs of: a form may say `?a=be`. */
function quotedAt(text: string, at: number): Sign | null {
  const sign = /^(?:2D|2B|40|3D)$/i.test(text.slice(at + 1, at + 3))
    ? byHex(text.slice(at + 1, at + 3))
    : null;
  return sign === null ? null : { sign, length: 3 };
}

function byHex(digits: string): string | null {
  if (!/^[0-7][0-9a-f]$/i.test(digits)) return null;
  return String.fromCodePoint(Number.parseInt(digits, 16));
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ...(['nbsp', 'shy', 'ensp', 'emsp', 'thinsp', 'zwnj', 'zwj', 'lrm', 'rlm'] as const).map(
    (name): [string, string] => [name, ' '],
  ),
  ...(['NewLine', 'Tab', 'ZeroWidthSpace', 'NoBreak', 'gt', 'vert', 'ast', 'lowbar'] as const).map(
    (name): [string, string] => [name, ' '],
  ),
  ...(['hyphen', 'dash', 'minus'] as const).map((name): [string, string] => [name, '-']),
  ...(['ndash', 'mdash', 'horbar'] as const).map((name): [string, string] => [name, DASH]),
  ['commat', '@'],
  ['plus', '+'],
]);
/** As long as one may be. */
const LONGEST = 16;

/** `&#45;`, also `&amp;#45;`. */
function entityAt(text: string, at: number): Sign | null {
  let from = at + 1;
  while (text.startsWith('amp;', from)) from += 4;
  const rest = text.slice(from, from + LONGEST);
  const [all, decimal, hex, name] =
    /^(?:#([0-9]{1,8})|#x([0-9a-f]{1,7})|([a-z]{2,14}));/i.exec(rest) ?? [];
  if (all === undefined) return null;
  const sign = name === undefined ? byNumber(decimal, hex) : (NAMED.get(name) ?? null);
  return sign === null ? null : { sign, length: from + all.length - at };
}

function byNumber(decimal: string | undefined, hex: string | undefined): string | null {
  const number =
    decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
  return number <= 0x10_ff_ff ? String.fromCodePoint(number) : null;
}
