/**
 * Whether a plain text says what the HTML beside it says, in words. Pure, linear, and quick: it is
 * asked of every mail that has both, and no HTML is parsed for it.
 *
 * Tags, and what nobody sees (styles, scripts, comments, the head), go; words of both are compared
 * without case. A word that the plain text does not have as one may be wrapped there, or be part of
 * another: then its letters count.
 */
const MAX_COMPARED_CHARACTERS = 64 * 1024;
/** Of words that are not found at once, so many are looked for among the letters. */
const MAX_LOOKED_FOR = 200;

/**
 * Words of the HTML that the plain text lacks, all words of the HTML, and those of the plain text.
 */
export interface Missing {
  readonly missing: number;
  readonly all: number;
  readonly plain: number;
  /** The plain text is but the end of the HTML, which says something else first. */
  readonly isEndOnly: boolean;
}

/** Two programs may say the same in a few other words. */
const MAX_OTHER_WORDS = 3;
const MAX_MISSING_SHARE = 0.3;
/** Of the first words of the HTML, as many must be missing for its beginning to be. */
const FIRST_WORDS = 6;
const MIN_MISSING_FIRST = 3;

export function missingIn(plain: string, html: string): Missing {
  const there = new Set([...wordsIn(plain), ...pairsIn(plain)]);
  const seen = seenIn(html);
  const words = [...new Set(wordsIn(seen))];
  const unfound = words.filter((word) => !there.has(word));
  const letters = unfound.length === 0 ? '' : wordsIn(plain).join('');
  const looked = unfound.slice(0, MAX_LOOKED_FOR).filter((word) => !letters.includes(word));
  const missing = looked.length + Math.max(0, unfound.length - MAX_LOOKED_FOR);
  const first = words.slice(0, FIRST_WORDS).filter((word) => looked.includes(word)).length;
  const isEndOnly = first >= MIN_MISSING_FIRST && areAllIn(there, [...words, ...pairsIn(seen)]);
  return { missing, all: words.length, plain: there.size, isEndOnly };
}

/** The HTML says something else, or much more: the plain text is a placeholder, or a disclaimer. */
export function saysMore({ missing, all, plain, isEndOnly }: Missing): boolean {
  if (plain === 0) return missing > 0;
  return missing > MAX_OTHER_WORDS && (isEndOnly || missing > MAX_MISSING_SHARE * all);
}

function areAllIn(words: ReadonlySet<string>, others: readonly string[]): boolean {
  const known = new Set(others);
  return [...words].every((word) => known.has(word));
}

function wordsIn(text: string): readonly string[] {
  return text.slice(0, MAX_COMPARED_CHARACTERS).toLowerCase().match(WORDS) ?? [];
}

/** Words, and of scripts that have no blanks between words two characters each. */
const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー]{2}|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{N}]){2,40}/gu;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー]{2,}/gu;

/** Of those scripts, all two characters that stand beside each other. */
function pairsIn(text: string): readonly string[] {
  const runs = text.slice(0, MAX_COMPARED_CHARACTERS).match(UNSPACED) ?? [];
  return runs.flatMap((run) => {
    const characters = [...run];
    return characters.slice(1).map((character, at) => `${characters[at]}${character}`);
  });
}

function seenIn(html: string): string {
  return withoutUnseen(html.slice(0, 4 * MAX_COMPARED_CHARACTERS))
    .replace(/<[a-z/!?][^>]*>?/gi, ' ')
    .replace(/&#(x?)([0-9a-f]{1,6});/gi, (_, isHex, code) => characterOf(isHex, code))
    .replace(/&[a-z]{2,10};/gi, ' ');
}

const UNSEEN = /<(!--|(?:head|style|script|title)(?![a-z]))/g;

/** Without comments, and elements that nobody sees; what never ends goes to the end. */
function withoutUnseen(html: string): string {
  // As long as it was, so that places are the same.
  const lower = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const kept: string[] = [];
  let from = 0;
  for (const { index, 1: name = '!--' } of lower.matchAll(UNSEEN)) {
    if (index < from) continue;
    kept.push(html.slice(from, index));
    const end = lower.indexOf(name === '!--' ? '-->' : `</${name}`, index + name.length);
    const close = end < 0 ? -1 : lower.indexOf('>', end);
    from = close < 0 ? html.length : close + 1;
  }
  return [...kept, html.slice(from)].join(' ');
}

function characterOf(isHex: string, code: string): string {
  const codePoint = Number.parseInt(code, isHex === '' ? 10 : 16);
  return codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : ' ';
}
