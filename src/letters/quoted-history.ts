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
/** A name, or an address with one (RFC 5321 4.5.3.1). */
const MAX_WRITER_CHARACTERS = 350;
/** A paragraph may be one. */
const MAX_LINE_CHARACTERS = 2000;

/** One of the mails: what stands above it, and of its words what there is room for. */
export interface Quoted {
  readonly head: string;
  /** Without marks; none if it is named alone. */
  readonly lines: readonly string[];
  /** null if it is named alone. */
  readonly serial: number | null;
}

/** The newest first. */
export function quotedBelow(
  { history, language, queue: prefix }: Pick<AnswerDraft, 'history' | 'language' | 'queue'>,
  config: Config,
): readonly Quoted[] {
  const queue = queueOf(prefix, config);
  if (queue.quote === 'none') return [];
  const shown =
    queue.quote === 'last' ? history.filter(({ mayBeLast }) => mayBeLast).slice(0, 1) : history;
  return fitting(shown, wordsIn(language) ?? wordsIn(queue.language) ?? WORDS.en);
}

export function quotedText(mails: readonly Quoted[]): string {
  const shown = mails.map(({ head, lines }) => [head, ...lines.map(marked)].join('\n'));
  return `${shown.join('\n\n')}\n`;
}

function fitting(mails: readonly EarlierMail[], words: Words): readonly Quoted[] {
  const all: Quoted[] = [];
  let left = MAX_BYTES;
  for (const { serial, date, words: said } of mails) {
    const at = momentOf(date, words);
    const head =
      said === null
        ? `[${words.notQuoted(at)}]`
        : words.wrote(at, clean(said.writer).slice(0, MAX_WRITER_CHARACTERS));
    left -= quotedPrintableBytes(head) + 2;
    if (left < 0) return all;
    const lines: string[] = [];
    all.push({ head, lines, serial: said === null ? null : serial });
    for (const line of trimmed(said?.lines ?? []).map(plain)) {
      left -= quotedPrintableBytes(line) + 3;
      lines.push(left < 0 ? GOES_ON : line);
      if (left < 0) return all;
    }
  }
  return all;
}

const GOES_ON = '[…]';

function plain(line: string): string {
  const whole = withoutControls(line).trimEnd();
  return whole.length > MAX_LINE_CHARACTERS
    ? `${whole.slice(0, MAX_LINE_CHARACTERS)} ${GOES_ON}`
    : whole;
}

/** A mark before another one stands without a blank, as programs write it (RFC 3676 4.5). */
function marked(line: string): string {
  return line.startsWith('>') ? `>${line}` : `> ${line}`.trimEnd();
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
  readonly notQuoted: (at: string) => string;
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
    notQuoted: (at) => `A message of ${at} is not quoted here`,
  },
  de: {
    date: DOTS,
    at: (date, time) => `${date} um ${time}`,
    wrote: (at, name) => `Am ${at} schrieb ${name}:`,
    notQuoted: (at) => `Eine Nachricht vom ${at} ist hier nicht zitiert`,
  },
  fr: {
    date: SLASHES,
    at: (date, time) => `${date} à ${time}`,
    wrote: (at, name) => `Le ${at}, ${name} a écrit :`,
    notQuoted: (at) => `Un message du ${at} n’est pas cité ici`,
  },
  es: {
    date: SLASHES,
    at: (date, time) => `${date} a las ${time}`,
    wrote: (at, name) => `El ${at}, ${name} escribió:`,
    notQuoted: (at) => `Un mensaje del ${at} no se cita aquí`,
  },
  it: {
    date: SLASHES,
    at: (date, time) => `${date} alle ${time}`,
    wrote: (at, name) => `Il ${at}, ${name} ha scritto:`,
    notQuoted: (at) => `Un messaggio del ${at} non è citato qui`,
  },
  pt: {
    date: SLASHES,
    at: (date, time) => `${date} às ${time}`,
    wrote: (at, name) => `Em ${at}, ${name} escreveu:`,
    notQuoted: (at) => `Uma mensagem de ${at} não é citada aqui`,
  },
  nl: {
    date: (year, month, day) => `${day}-${month}-${year}`,
    at: (date, time) => `${date} om ${time}`,
    wrote: (at, name) => `Op ${at} schreef ${name}:`,
    notQuoted: (at) => `Een bericht van ${at} is hier niet geciteerd`,
  },
  pl: {
    date: DOTS,
    at: (date, time) => `${date} o ${time}`,
    wrote: (at, name) => `W dniu ${at} ${name} pisze:`,
    notQuoted: (at) => `Wiadomość z ${at} nie jest tu cytowana`,
  },
  sv: {
    date: DASHES,
    at: (date, time) => `${date} ${time}`,
    wrote: (at, name) => `Den ${at} skrev ${name}:`,
    notQuoted: (at) => `Ett mejl från ${at} citeras inte här`,
  },
  da: {
    date: DOTS,
    at: (date, time) => `${date} ${time}`,
    wrote: (at, name) => `Den ${at} skrev ${name}:`,
    notQuoted: (at) => `En mail fra ${at} er ikke citeret her`,
  },
  cs: {
    date: DOTS,
    at: (date, time) => `${date} ${time}`,
    wrote: (at, name) => `Dne ${at} ${name} napsal(a):`,
    notQuoted: (at) => `Zpráva z ${at} zde není citována`,
  },
  tr: {
    date: DOTS,
    at: (date, time) => `${date} ${time}`,
    wrote: (at, name) => `${at} tarihinde ${name} yazdı:`,
    notQuoted: (at) => `${at} tarihli ileti burada alıntılanmadı`,
  },
} satisfies Readonly<Record<string, Words>>;

function wordsIn(language: string | null): Words | null {
  const known: Readonly<Record<string, Words>> = WORDS;
  return language !== null && Object.hasOwn(known, language) ? (known[language] ?? null) : null;
}
