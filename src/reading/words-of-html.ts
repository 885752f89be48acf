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

/** Words of the HTML that the plain text lacks, all words of the HTML, and those of the plain text. */
export interface Missing {
  readonly missing: number;
  readonly all: number;
  readonly plain: number;
}

/** Two programs may say the same in a few other words. */
const MAX_OTHER_WORDS = 3;
const MAX_MISSING_SHARE = 0.3;

export function missingIn(plain: string, html: string): Missing {
  const there = new Set(wordsIn(plain));
  const words = [...new Set(wordsIn(seenIn(html)))];
  const unfound = words.filter((word) => !there.has(word));
  const letters = unfound.length === 0 ? '' : wordsIn(plain).join('');
  const looked = unfound.slice(0, MAX_LOOKED_FOR).filter((word) => !letters.includes(word));
  const missing = looked.length + Math.max(0, unfound.length - MAX_LOOKED_FOR);
  return { missing, all: words.length, plain: there.size };
}

/** The HTML says something else, or much more: the plain text is a placeholder, or a disclaimer. */
export function saysMore({ missing, all, plain }: Missing): boolean {
  if (plain === 0) return missing > 0;
  return missing > MAX_OTHER_WORDS && missing > MAX_MISSING_SHARE * all;
}

function wordsIn(text: string): readonly string[] {
  return (
    text
      .slice(0, MAX_COMPARED_CHARACTERS)
      .toLowerCase()
      .match(/[\p{L}\p{N}]{2,40}/gu) ?? []
  );
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
