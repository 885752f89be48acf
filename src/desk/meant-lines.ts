/**
 * Lines of an answer that may be meant for the desk, although they are no command as they stand:
 * of a time (`snooze until monday`, `Send later: 8:00`, `wake`), or of a field of the ticket
 * (`Field: order 1234`, `Order: 1234`). One of them at the beginning or at the end of an answer is
 * hardly a word to a customer; elsewhere it has to name a time, or a field that a queue has.
 *
 * Words by code, without expressions: a customer's words may stand among them. Pure.
 */

/** English and German: with a colon behind them whatever follows is meant as a time. */
const TIMED = [
  ...['send', 'send at', 'send on', 'send in', 'send it', 'send later', 'send time', 'sendtime'],
  ...['send-at', 'send-later', 'send-time', 'send date', 'sent', 'delay', 'delay until'],
  ...['schedule', 'scheduled', 'deliver', 'deliver at', 'senden', 'senden am', 'senden um'],
  ...['später senden', 'sende', 'absenden', 'versenden', 'snooze', 'snooze until', 'snoozed'],
  ...['snooze for', 'unsnooze', 'wake', 'wake up', 'remind', 'wiedervorlage'],
];
/** With these it has to be one: they stand in other lists as well. */
const MAYBE_TIMED = ['later', 'at', 'when', 'until', 'später', 'bis', 'am', 'um', 'wann', 'date'];
/** Alone. */
const AWAKE = ['wake', 'wake up', 'unsnooze', 'wake it', 'unsnooze it'];

const UNTIL = ['until', 'till', 'bis'];
/** English and German; a word with a digit in it is a time as well. */
const OF_TIMES = new Set(
  (
    'at on in am um im the an a den der of next coming nächsten nächste nächster kommenden ' +
    'today tonight tomorrow later heute morgen übermorgen später day days week weeks month ' +
    'months hour hours minute minutes tag tage tagen woche wochen monat monaten stunde stunden ' +
    'minuten morning noon afternoon evening midnight early früh vormittag mittag nachmittag ' +
    'abend mitternacht pm uhr h clock and und one two three four five six seven ten ' +
    'ein einer einem zwei drei vier fünf sechs sieben zehn after from now ' +
    'monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs ' +
    'fri sat sun montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi ' +
    'do fr sa so january february march april may june july august september october november ' +
    'december jan feb mar apr jun jul aug sep sept oct nov dec januar februar märz mai juni juli ' +
    'oktober dezember okt dez'
  ).split(' '),
);
/** Of these a time cannot consist alone: "send on". */
const AROUND = new Set('at on in am um im the an a den der of and und do so'.split(' '));
const MAX_WORDS = 10;
const MAX_CHARACTERS = 100;

/** Whether it asks for something at a time, whatever stands around it. */
export function isOfTime(line: string): boolean {
  const { label, value } = labelled(line);
  if (label !== null) return [...TIMED, ...MAYBE_TIMED].includes(label) && isTime(value);
  const words = wordsOf(line);
  if (words.length > MAX_WORDS) return false;
  const [first = '', second = ''] = words;
  if (first === 'status') return second === 'pending' && UNTIL.includes(words[2] ?? '');
  return ['send', 'snooze'].includes(first) && isTime(words.slice(1).join(' '));
}

/** And so at the beginning or the end of an answer. */
export function isOfTimeAtEnd(line: string): boolean {
  const { label, value } = labelled(line);
  if (label !== null && value !== '' && TIMED.includes(label)) return true;
  return isOfTime(line) || AWAKE.includes(wordsOf(line).join(' '));
}

/** `Field: order 1234`, with a name that some field has. */
export function isOfField(line: string, fields: readonly string[]): boolean {
  const { label, value } = labelled(line);
  const [name = ''] = wordsOf(value);
  return (label === 'field' || label === 'fields') && fields.includes(name);
}

/** And so at the beginning or the end of an answer: `Order: 1234`, `field order 1234`. */
export function isOfFieldAtEnd(line: string, fields: readonly string[]): boolean {
  if (isOfField(line, fields)) return true;
  const { label, value } = labelled(line);
  if (label !== null) return value !== '' && fields.includes(label);
  const [first, name = '', ...rest] = wordsOf(line);
  return first === 'field' && fields.includes(name) && rest.length < MAX_WORDS;
}

/** null if there is none. */
function labelled(line: string): { readonly label: string | null; readonly value: string } {
  const at = line.indexOf(':');
  const none = { label: null, value: '' };
  if (at < 1 || line.length > MAX_CHARACTERS || line.startsWith('//', at + 1)) return none;
  const label = line.slice(0, at);
  // "send at 8:00" is no label.
  if ([...label].some((letter) => letter >= '0' && letter <= '9')) return none;
  return { label: wordsOf(label).join(' '), value: line.slice(at + 1).trim() };
}

/** In lower case, without the marks around each. */
function wordsOf(text: string): readonly string[] {
  return text
    .slice(0, MAX_CHARACTERS)
    .toLowerCase()
    .split(/\s/)
    .map(withoutMarks)
    .filter((word) => word !== '');
}

const MARKS = '.,;!*"\'“”„()';

function withoutMarks(word: string): string {
  let from = 0;
  let to = word.length;
  while (from < to && MARKS.includes(word.charAt(from))) from += 1;
  while (to > from && MARKS.includes(word.charAt(to - 1))) to -= 1;
  return word.slice(from, to);
}

/** Each word of it belongs to one. */
function isTime(text: string): boolean {
  const all = wordsOf(text);
  const words = UNTIL.includes(all[0] ?? '') ? all.slice(1) : all;
  return (
    words.length > 0 &&
    words.length <= MAX_WORDS &&
    words.every((word) => OF_TIMES.has(word) || hasDigitFirst(word)) &&
    words.some((word) => !AROUND.has(word))
  );
}

/** `9`, `8:00`, `2nd`, `2026-12-07`; no number of an order such as `A-17`. */
function hasDigitFirst(word: string): boolean {
  const first = word.charAt(0);
  return first >= '0' && first <= '9';
}
