/**
 * Words around a date, in English and German: what says nothing of it, what says that it is past
 * or vague, and forms that chrono-node does not know. Pure.
 */
import { dayOf } from './zone.ts';

/** Say nothing of which date it is. */
const FILLERS = new Set(
  "until till til by on at the o'clock oclock bis zu zum ab am den dem der um uhr kommenden kommende , . !".split(
    ' ',
  ),
);

const PAST = new Set(
  (
    'yesterday ago last previous past since ' +
    'gestern vorgestern vor letzte letzten letzter letztes vorige vorigen voriger voriges ' +
    'vergangene vergangenen vergangener vergangenes seit'
  ).split(' '),
);

/** A number that is none, or about one. */
const VAGUE = new Set(
  (
    'few couple some several about around roughly approximately soon later sometime someday ' +
    'eventually now never asap early late every each or maybe within before after between ' +
    'einige einigen ein-paar paar mehrere mehreren wenige wenigen etwa ungefähr circa ca bald ' +
    'später irgendwann jetzt nie anfang mitte spring summer autumn fall winter frühling sommer ' +
    'herbst jeden jede jeder oder vielleicht binnen innerhalb nach zwischen weekend wochenende'
  ).split(' '),
);

/** "next week" is no day, whereas "next Monday" and "a week" are. */
const OPEN_SPAN =
  /\b(?:next|this|coming|nächste[rsnm]?|diese[rsnm]?|kommende[rsnm]?|übernächste[rsnm]?) (?:week|month|quarter|year|woche|monat|quartal|jahr)\b/i;

/** Words that say which day after all. */
const IS_EXACT = /\bday after tomorrow\b/i;

/** "half past eight", "viertel vor acht" */
const OF_CLOCKS = new Set(['half', 'quarter', 'viertel']);

export function namesThePast(said: string): boolean {
  const words = wordsOf(said);
  return words.some((word, n) => PAST.has(word) && !OF_CLOCKS.has(words[n - 1] ?? ''));
}

export function isVague(said: string): boolean {
  const exact = said.replace(IS_EXACT, '');
  return OPEN_SPAN.test(exact) || wordsOf(exact).some((word) => VAGUE.has(word));
}

/** Without the words that say nothing at its ends. */
export function withoutFillers(said: string): string {
  const words = said.split(/ |(?=[,!])|(?<=,)/).filter((word) => word !== '');
  const isFiller = (word: string) => FILLERS.has(word.toLowerCase());
  const first = words.findIndex((word) => !isFiller(word));
  if (first === -1) return '';
  const last = words.findLastIndex((word) => !isFiller(word));
  return words
    .slice(first, last + 1)
    .join(' ')
    .replace(/ ,/g, ',');
}

/**
 * As chrono-node knows it. The morning, of which it would make tomorrow behind a day of the week,
 * goes: that is when a day begins. `7.12.` gets the year in which it comes next.
 */
export function inKnownWords(said: string, today: string): string {
  const known = said
    .replace(/(?<=[a-z] )früh\b ?/i, '')
    .replace(/(?<=(?:tag|woch|abend) )morgen\b ?/i, '')
    .replace(/\bthis (?=(?:morning|noon|afternoon|evening)\b)/i, 'today ')
    .replace(/\bdiese[mnrs]? (?=(?:morgen|mittag|vormittag|nachmittag|abend)\b)/i, 'heute ')
    .replace(LEAP_DAY, (day) => `${day}${/29$|th$/i.test(day) ? ',' : ''} ${leapYear(today)}`)
    .replace(/\bsonnabend\b/i, 'samstag')
    .replace(/\beiner halben\b/i, 'halbe')
    .replace(/(^| )(\d{1,2})\.(\d\d)(?= ?uhr\b)/i, '$1$2:$3')
    .trim();
  const [all, before = '', day, month] = /(^| )(\d{1,2})\.(\d{1,2})\.(?= |$)/.exec(known) ?? [];
  if (all === undefined) return known;
  const year = Number(today.slice(0, 4));
  const isLeapDay = Number(day) === 29 && Number(month) === 2;
  const next = (isLeapDay ? [Number(leapYear(today))] : [year, year + 1])
    .map((one) => dayOf(one, Number(month), Number(day)))
    .find((date) => date !== null && date >= today);
  return next === undefined || next === null
    ? known
    : known.replace(all, `${before}${day}.${month}.${next.slice(0, 4)}`);
}

/** Without a year, which chrono-node would take for this one. */
const LEAP_DAY =
  /\b(?:29(?:\.|th)? (?:february|februar|feb)|(?:february|februar|feb) 29(?:th)?)\b(?!\.?,? \d{4}\b)/i;

/** In which a 29 February comes next. */
function leapYear(today: string): string {
  const year = Number(today.slice(0, 4));
  const years = Array.from({ length: 9 }, (_, n) => dayOf(year + n, 2, 29));
  return years.find((date) => date !== null && date >= today)?.slice(0, 4) ?? String(year);
}

function wordsOf(said: string): readonly string[] {
  return said.toLowerCase().split(/[\s,.()]+/);
}
