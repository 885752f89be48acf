/**
 * Why an answer comes back to its author before it goes to a customer: it holds words of the desk
 * alone, it passes a mail on with hardly a word, or a careful colleague would ask (last-look.ts).
 *
 * None of it is certain. Its author lets it out if it is meant as it stands. Pure.
 */
import { type Config, type StaffPerson, ticketNames } from '../config/config.ts';
import { openerAt } from '../reading/quotes/attribution.ts';
import { wordsAbovePassedOn } from '../reading/quotes/forwarded.ts';
import { nextFilled, readLines } from '../reading/quotes/lines.ts';
import type { SentText } from '../reading/quotes/sent-words.ts';
import type { Mailbox } from '../ticket/ticket.ts';
import type { WrongLine } from './command-block.ts';
import type { StaffFiles } from './delivery.ts';
import { innerWordsIn } from './inner-words.ts';
import { lookedAt } from './last-look.ts';

/** A mail that is passed on has at least so many words above it that say why. */
const MIN_WORDS_ABOVE = 6;

export function doubtsAboutAnswer(
  text: string,
  files: StaffFiles['texts'],
  {
    addressees,
    also,
    sent: texts,
    unclear,
    person,
    config,
  }: {
    /** What the staff have been sent about the ticket. */
    readonly sent: readonly SentText[];
    readonly addressees: readonly Mailbox[];
    /** Who gets it as well, this once. */
    readonly also: readonly Mailbox[];
    /** Of whom one is meant, if it cannot be told which. */
    readonly unclear: readonly string[];
    readonly person: StaffPerson;
    readonly config: Config;
  },
): readonly WrongLine[] {
  const inner = innerWordsIn(text, texts);
  const inFile = files.find((file) => innerWordsIn(file.text, texts) !== null);
  const above = wordsAbovePassedOn(text);
  const between = {
    author: person.name,
    staff: config.staff.map(({ name }) => name),
    addressees: [...addressees, ...also],
    fields: config.queues.flatMap(({ fields }) => namesIn(fields)),
  };
  const isQuote = text.trim() !== '' && isQuoteAlone(text);
  return [
    ...(isQuote ? [{ line: '', problem: QUOTE_ALONE }] : []),
    ...(unclear.length === 0 ? [] : [{ line: '', problem: whomProblem(unclear) }]),
    ...(inner === null ? [] : [{ line: inner, problem: INNER }]),
    ...(inFile === undefined ? [] : [{ line: inFile.filename, problem: INNER_FILE }]),
    ...(above === null || above >= MIN_WORDS_ABOVE ? [] : [{ line: '', problem: PASSED_ON }]),
    ...lookedAt(text.split('\n'), between, ticketNames(config)),
  ];
}

/** Of fields as the config has them: whoever sets one checks them. */
function namesIn(fields: unknown): readonly string[] {
  if (!Array.isArray(fields)) return [];
  const rows: readonly unknown[] = fields;
  return rows.flatMap((row) =>
    typeof row === 'object' && row !== null && 'name' in row && typeof row.name === 'string'
      ? row.name
      : [],
  );
}

/** With what mail programs write above one. */
function isQuoteAlone(text: string): boolean {
  const lines = readLines(text);
  for (let at = nextFilled(lines, 0); at < lines.length; at = nextFilled(lines, at + 1)) {
    if (/^\s*>/.test(lines[at]?.raw ?? '')) continue;
    const opener = openerAt(lines, at);
    if (opener === null) return false;
    at = opener.last;
  }
  return true;
}

function whomProblem(unclear: readonly string[]): string {
  const named = unclear.slice(0, MAX_NAMED).join(' and ');
  return `It does not say which mail it answers, and it may be for ${named}: ${WHICH_MAIL}`;
}

/** Its author has written to these by themselves, beside the desk. */
export function goneProblem(direct: readonly string[]): string {
  return `It names ${direct.join(', ')} in To or Cc, ${GONE_ALREADY}`;
}

const MAX_NAMED = 5;
const WHICH_MAIL =
  'reply to the notification of the mail that you mean. Is it for those on the ticket alone?';
const GONE_ALREADY =
  'so that it has gone there without the desk, from your own address. Is it to go out from the desk as well, to all whom an answer reaches?';
const QUOTE_ALONE = 'It holds nothing but a quote: are those words for the customer?';
const INNER =
  'These words are of a note, of our notification, or of a mail that the customer has not seen';
const INNER_FILE =
  'This file has words of a note, of our notification, or of a mail that the customer has not seen';
const PASSED_ON =
  'It passes a mail on, with few words of yours above it: is all of that for the customer?';
/** All that it says with fixed words, by which a copy of them is known. */
export const OPEN_DOUBTS = [
  ...[QUOTE_ALONE, INNER, INNER_FILE, PASSED_ON, WHICH_MAIL, GONE_ALREADY],
] as const;
