/**
 * What people write of a date that can be read in two ways, and that chrono-node reads in one of
 * them: it is refused, in English and German. Pure.
 */

const DAYS = new Set(
  (
    'monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri ' +
    'sat sun montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr ' +
    'sa so'
  ).split(' '),
);
const MIDNIGHT = new Set(['midnight', 'mitternacht']);
/** Say nothing of which day it is. */
const AROUND_MIDNIGHT = new Set('at um until till til by to for bis zu zum gegen'.split(' '));
/** First and last hour, as a clock of 24 hours shows them, or one of 12. */
const PARTS: Readonly<Record<string, readonly number[]>> = {
  tonight: [6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23],
  night: [8, 9, 10, 11, 20, 21, 22, 23],
  evening: [5, 6, 7, 8, 9, 10, 11, 17, 18, 19, 20, 21, 22, 23],
  noon: [12],
  morning: [5, 6, 7, 8, 9, 10, 11],
  afternoon: [1, 2, 3, 4, 5, 6, 12, 13, 14, 15, 16, 17, 18],
};
const NAMES: Readonly<Record<string, string>> = {
  ...{ nacht: 'night', nachts: 'night', abend: 'evening', abends: 'evening' },
  ...{ mittag: 'noon', mittags: 'noon', vormittag: 'morning', vormittags: 'morning' },
  ...{ nachmittag: 'afternoon', nachmittags: 'afternoon' },
};

/** What goes on from the phrase; null if there is one way to read it. */
export function whyUnclear(said: string): string | null {
  const words = said
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  if (words.some((word, n) => isDayWithoutMonth(words, word, n))) {
    return 'can be a day of the month or a time: write the name of the month, or 9:00';
  }
  if (words.some((word, n) => isHours(word, words[n + 1], words.length))) {
    return 'can be a time or how long: write "14:00" or "in 14 hours"';
  }
  const hasMidnight = words.some((word) => MIDNIGHT.has(word));
  if (hasMidnight && words.some((word) => !MIDNIGHT.has(word) && !AROUND_MIDNIGHT.has(word))) {
    return 'can be the midnight before that day or after it: write the day and 0:00';
  }
  return words.some((word) => isOutOfPlace(word, words))
    ? 'can be two times of the day: write the day and the time of a clock of 24 hours'
    : null;
}

/** `freitag 13.` */
function isDayWithoutMonth(words: readonly string[], word: string, n: number): boolean {
  const next = words[n + 1] ?? '';
  const isLast = words[n + 2] === undefined || /^(\d|um$|at$)/.test(words[n + 2] ?? '');
  return DAYS.has(word.replace(/\.$/, '')) && /^\d{1,2}\.$/.test(next) && isLast;
}

/** `14 h`, `14h`, `2h30`, `1h30m` */
function isHours(word: string, next: string | undefined, count: number): boolean {
  if (/^\d{1,2}h\d{1,2}m?$/.test(word)) return true;
  return count === 1
    ? /^\d{1,2}h$/.test(word)
    : count === 2 && /^\d{1,2}$/.test(word) && next === 'h';
}

/** A time of the day that is none of the part of it that is named. */
function isOutOfPlace(word: string, words: readonly string[]): boolean {
  const part = PARTS[NAMES[word] ?? word];
  if (part === undefined) return false;
  // `morning at 8`, `nacht um 3 uhr`, `abend 8:30`: what is behind the word.
  const [clock, next = ''] = words.slice(words.indexOf(word) + 1).filter((one) => !AT.has(one));
  const [, hour] = /^(\d{1,2})(?:[:.]\d\d)?(?:uhr)?$/.exec(clock ?? '') ?? [];
  return hour !== undefined && !MERIDIEM.has(next) && !part.includes(Number(hour));
}

const AT = new Set(['at', 'um', 'by', 'bis', 'gegen']);
const MERIDIEM = new Set(['am', 'pm', 'a.m.', 'p.m.']);
