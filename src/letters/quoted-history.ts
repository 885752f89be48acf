/**
 * What was said before, below an answer: for each mail a line that says of when it is, and whose,
 * and its words as a quote; or the line alone.
 *
 * In the customer's language, as mail programs say it, so that a client folds it, and what an
 * answer quotes of it is known as a quote (reading/quotes). Bounded, whatever the mails hold. What
 * may be quoted is decided before (desk/quotable.ts). Pure.
 */
import { type Config, queueOf } from '../config/config.ts';
import { withoutControls } from '../ticket/plain.ts';
import { clean } from './clean.ts';
import type { AnswerDraft, EarlierMail } from './draft.ts';
import { quotedPrintableBytes } from './told.ts';

/** Of all of it, as it goes out. */
const MAX_BYTES = 16 * 1024;
const MAX_NAME_CHARACTERS = 80;
/** A paragraph may be one. */
const MAX_LINE_CHARACTERS = 2000;

export interface WithHistory {
  readonly body: string;
  /** Serials of the mails whose words stand in it. */
  readonly quotes: readonly number[];
}

export function withHistory(
  body: string,
  { history, language, queue: prefix }: AnswerDraft,
  config: Config,
): WithHistory {
  const queue = queueOf(prefix, config);
  const shown = queue.quote === 'last' ? history.slice(0, 1) : history;
  const words = wordsIn(language) ?? wordsIn(queue.language) ?? WORDS.en;
  return {
    body: `${body.trimEnd()}\n\n${quotedLines(shown, words).join('\n')}\n`,
    quotes: shown.flatMap((mail) => (mail.words === null ? [] : [mail.serial])),
  };
}

function quotedLines(mails: readonly EarlierMail[], words: Words): readonly string[] {
  const lines: string[] = [];
  let left = MAX_BYTES;
  for (const [n, { date, words: said }] of mails.entries()) {
    const at = momentOf(date, words);
    const head =
      said === null
        ? `[${words.mailOf(at)}]`
        : words.wrote(at, clean(said.writer).slice(0, MAX_NAME_CHARACTERS));
    left -= quotedPrintableBytes(head) + 1;
    if (left < 0) break;
    if (n > 0) lines.push('');
    lines.push(head);
    for (const line of trimmed(said?.lines ?? [])) {
      const quoted = quotedLine(line);
      left -= quotedPrintableBytes(quoted) + 1;
      if (left < 0) return [...lines, '> […]'];
      lines.push(quoted);
    }
  }
  return lines;
}

/** A mark behind another stands without a blank, as programs write it (RFC 3676 4.5). */
function quotedLine(line: string): string {
  const whole = withoutControls(line).trimEnd();
  const plain =
    whole.length > MAX_LINE_CHARACTERS ? `${whole.slice(0, MAX_LINE_CHARACTERS)} […]` : whole;
  return plain.startsWith('>') ? `>${plain}` : `> ${plain}`.trimEnd();
}

/** Without empty lines around it. */
function trimmed(lines: readonly string[]): readonly string[] {
  const isFilled = (line: string) => line.trim() !== '';
  return lines.slice(lines.findIndex(isFilled), lines.findLastIndex(isFilled) + 1);
}

interface Words {
  readonly date: (year: string, month: string, day: string) => string;
  readonly at: (date: string, time: string) => string;
  readonly wrote: (at: string, name: string) => string;
  readonly mailOf: (at: string) => string;
}

function momentOf(date: string, words: Words): string {
  const [, year = '', month = '', day = '', time = ''] =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(date) ?? [];
  return words.at(words.date(year, month, day), `${time} UTC`);
}

const DASHES: Words['date'] = (year, month, day) => `${year}-${month}-${day}`;
const DOTS: Words['date'] = (year, month, day) => `${day}.${month}.${year}`;
const SLASHES: Words['date'] = (year, month, day) => `${day}/${month}/${year}`;

/** By the primary subtag of the language (RFC 5646). */
const WORDS = {
  en: {
    date: DASHES,
    at: (date, time) => `${date} ${time}`,
    wrote: (at, name) => `On ${at}, ${name} wrote:`,
    mailOf: (at) => `Mail of ${at}`,
  },
  de: {
    date: DOTS,
    at: (date, time) => `${date} um ${time}`,
    wrote: (at, name) => `Am ${at} schrieb ${name}:`,
    mailOf: (at) => `Mail vom ${at}`,
  },
  fr: {
    date: SLASHES,
    at: (date, time) => `${date} à ${time}`,
    wrote: (at, name) => `Le ${at}, ${name} a écrit :`,
    mailOf: (at) => `Message du ${at}`,
  },
  es: {
    date: SLASHES,
    at: (date, time) => `${date} a las ${time}`,
    wrote: (at, name) => `El ${at}, ${name} escribió:`,
    mailOf: (at) => `Mensaje del ${at}`,
  },
  it: {
    date: SLASHES,
    at: (date, time) => `${date} alle ${time}`,
    wrote: (at, name) => `Il ${at}, ${name} ha scritto:`,
    mailOf: (at) => `Messaggio del ${at}`,
  },
  pt: {
    date: SLASHES,
    at: (date, time) => `${date} às ${time}`,
    wrote: (at, name) => `Em ${at}, ${name} escreveu:`,
    mailOf: (at) => `Mensagem de ${at}`,
  },
  nl: {
    date: (year, month, day) => `${day}-${month}-${year}`,
    at: (date, time) => `${date} om ${time}`,
    wrote: (at, name) => `Op ${at} schreef ${name}:`,
    mailOf: (at) => `Bericht van ${at}`,
  },
  pl: {
    date: DOTS,
    at: (date, time) => `${date} o ${time}`,
    wrote: (at, name) => `W dniu ${at} ${name} pisze:`,
    mailOf: (at) => `Wiadomość z ${at}`,
  },
  sv: {
    date: DASHES,
    at: (date, time) => `${date} ${time}`,
    wrote: (at, name) => `Den ${at} skrev ${name}:`,
    mailOf: (at) => `Mejl från ${at}`,
  },
  da: {
    date: DOTS,
    at: (date, time) => `${date} ${time}`,
    wrote: (at, name) => `Den ${at} skrev ${name}:`,
    mailOf: (at) => `Mail fra ${at}`,
  },
  cs: {
    date: DOTS,
    at: (date, time) => `${date} ${time}`,
    wrote: (at, name) => `Dne ${at} ${name} napsal(a):`,
    mailOf: (at) => `Zpráva z ${at}`,
  },
  tr: {
    date: DOTS,
    at: (date, time) => `${date} ${time}`,
    wrote: (at, name) => `${at} tarihinde ${name} yazdı:`,
    mailOf: (at) => `${at} tarihli ileti`,
  },
} satisfies Readonly<Record<string, Words>>;

function wordsIn(language: string | null): Words | null {
  const known: Readonly<Record<string, Words>> = WORDS;
  return language !== null && Object.hasOwn(known, language) ? (known[language] ?? null) : null;
}
