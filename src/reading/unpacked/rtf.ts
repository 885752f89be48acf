/**
 * The words of RTF, as a program shows them that knows no layout: what Outlook writes in the place
 * of a text. Pure, linear, and bounded: groups below MAX_DEPTH are left out.
 *
 * Text or HTML that was made into RTF ([MS-OXRTFEX]) is RTF as well, so that it needs no other
 * reading; what stands behind `\*`, and tables of fonts and colours, are no words. The libraries
 * that are kept take such text and HTML out of RTF alone, and most mail of Outlook is plain RTF.
 */
import { decodeText } from '../charset.ts';

interface State {
  isHidden: boolean;
  font: number;
  /** How many characters stand behind `\u` for those who cannot read it. */
  substitutes: number;
}

const MAX_DEPTH = 500;
/** A control word with its number and the blank behind it, or a control symbol. */
const CONTROL = /\\(?:([a-z]{1,32})(-?\d{1,9})? ?|'([0-9a-f]{2})|([\s\S]))/iy;
const PLAIN = /[^\\{}\r\n]+/y;

const HIDDEN: ReadonlySet<string> = new Set([
  ...[
    'fonttbl',
    'colortbl',
    'stylesheet',
    'info',
    'pict',
    'objdata',
    'fldinst',
    'header',
    'footer',
  ],
  ...['headerl', 'headerr', 'headerf', 'footerl', 'footerr', 'footerf', 'listtext', 'themedata'],
]);
const SAID: ReadonlyMap<string, string> = new Map([
  ...['par', 'line', 'sect', 'page', 'row'].map((word) => [word, '\n'] as const),
  ...(['tab', 'cell'] as const).map((word) => [word, '\t'] as const),
  ...([
    ['emdash', '—'],
    ['endash', '–'],
    ['bullet', '•'],
    ['emspace', ' '],
    ['enspace', ' '],
  ] as const),
  ...([
    ['lquote', '‘'],
    ['rquote', '’'],
    ['ldblquote', '“'],
    ['rdblquote', '”'],
  ] as const),
]);
const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ...([
    ['~', '\u00a0'],
    ['_', '-'],
    ['\n', '\n'],
    ['\r', '\n'],
    ['\t', '\t'],
  ] as const),
  ...['\\', '{', '}'].map((sign) => [sign, sign] as const),
]);
/** Code pages of the sets that fonts have (`\fcharset`). */
const CODE_PAGES: ReadonlyMap<number, number> = new Map([
  ...([
    [77, 10000],
    [128, 932],
    [129, 949],
    [134, 936],
    [136, 950],
    [161, 1253],
    [162, 1254],
  ] as const),
  ...([
    [163, 1258],
    [177, 1255],
    [178, 1256],
    [186, 1257],
    [204, 1251],
    [222, 874],
    [238, 1250],
  ] as const),
]);

/** null for what is none. */
export function wordsOfRtf(octets: Buffer): string | null {
  const rtf = octets.toString('latin1');
  return rtf.startsWith('{\\rtf') ? new Reading(rtf).words() : null;
}

class Reading {
  readonly #rtf: string;
  readonly #out: string[] = [];
  readonly #fonts = new Map<number, number>();
  readonly #groups: State[] = [];
  #state: State = { isHidden: false, font: 0, substitutes: 1 };
  #codePage = 1252;
  /** Octets as characters, of one font. */
  #run = '';
  #toSkip = 0;
  #tooDeep = 0;

  constructor(rtf: string) {
    this.#rtf = rtf;
  }

  words(): string {
    let at = this.#step(0);
    while (at < this.#rtf.length && this.#groups.length > 0) at = this.#step(at);
    this.#endRun();
    return this.#out.join('');
  }

  #step(at: number): number {
    switch (this.#rtf[at]) {
      case '{':
        this.#open();
        return at + 1;
      case '}':
        this.#close();
        return at + 1;
      case '\r':
      case '\n':
        return at + 1;
      case '\\':
        return this.#control(at);
      default: {
        PLAIN.lastIndex = at;
        const text = PLAIN.exec(this.#rtf)?.[0] ?? '';
        const skipped = Math.min(this.#toSkip, text.length);
        this.#toSkip -= skipped;
        if (!this.#state.isHidden) this.#run += text.slice(skipped);
        return at + text.length;
      }
    }
  }

  #open(): void {
    this.#endRun();
    if (this.#groups.length >= MAX_DEPTH) this.#tooDeep += 1;
    else this.#groups.push({ ...this.#state });
    this.#state.isHidden ||= this.#tooDeep > 0;
  }

  #close(): void {
    this.#endRun();
    if (this.#tooDeep > 0) this.#tooDeep -= 1;
    else this.#state = this.#groups.pop() ?? this.#state;
  }

  #control(at: number): number {
    CONTROL.lastIndex = at;
    const [whole = '\\', word, number, hex, symbol] = CONTROL.exec(this.#rtf) ?? [];
    const behind = at + whole.length;
    if (word !== undefined)
      return behind + this.#word(word, number === undefined ? null : Number(number));
    if (hex !== undefined) this.#octet(String.fromCharCode(Number.parseInt(hex, 16)));
    else if (symbol === '*') this.#state.isHidden = true;
    else if (symbol !== undefined) this.#say(SYMBOLS.get(symbol) ?? '');
    return behind;
  }

  /** How many octets belong to the word that are none of its letters. */
  #word(word: string, number: number | null): number {
    if (word === 'bin') return Math.max(0, number ?? 0);
    if (HIDDEN.has(word)) this.#state.isHidden = true;
    if (word === 'u' && number !== null) {
      this.#say(String.fromCharCode(number & 0xffff));
      this.#toSkip = this.#state.substitutes;
    }
    if (word === 'uc') this.#state.substitutes = Math.max(0, number ?? 1);
    if (word === 'ansicpg' && number !== null) this.#codePage = number;
    if (word === 'f' && number !== null) this.#setFont(number);
    if (word === 'fcharset' && number !== null) this.#fonts.set(this.#state.font, number);
    const said = SAID.get(word);
    if (said !== undefined) this.#say(said);
    return 0;
  }

  #octet(octet: string): void {
    if (this.#toSkip > 0) this.#toSkip -= 1;
    else if (!this.#state.isHidden) this.#run += octet;
  }

  #say(text: string): void {
    this.#endRun();
    this.#toSkip = 0;
    if (!this.#state.isHidden) this.#out.push(text);
  }

  #setFont(font: number): void {
    this.#endRun();
    this.#state.font = font;
  }

  #endRun(): void {
    if (this.#run === '') return;
    const codePage = CODE_PAGES.get(this.#fonts.get(this.#state.font) ?? 0) ?? this.#codePage;
    const label = codePage === 65001 ? 'utf-8' : `cp${codePage}`;
    this.#out.push(decodeText(Buffer.from(this.#run, 'latin1'), label, false));
    this.#run = '';
  }
}
