/**
 * Texts of seven bits that change their set of characters by escapes (ISO/IEC 2022), and HZ.
 *
 * Japanese in its dialects (RFC 1468, -jp-1 of RFC 2237, -jp-2 of RFC 1554, those of Microsoft),
 * Korean (RFC 1557), Chinese (RFC 1922, without CNS), HZ (RFC 1843). The sets of two octets are
 * those of the EUC encodings with the eighth bit set, so the tables are theirs. Each line begins in
 * ASCII. An escape that means nothing stays as it stands. Linear.
 */
import { Buffer } from 'node:buffer';

/** Decodes octets of an encoding of the WHATWG standard. */
export type Decode = (name: string, octets: Buffer) => string;

type CharacterSet =
  | 'ascii'
  | 'roman'
  | 'katakana'
  /** In two octets each, `mark` before them, by this encoding. */
  | { readonly encoding: string; readonly mark?: number };

const KANJI: CharacterSet = { encoding: 'euc-jp' };
const RARE_KANJI: CharacterSet = { encoding: 'euc-jp', mark: 0x8f };
const HANZI: CharacterSet = { encoding: 'gb18030' };
const HANGUL: CharacterSet = { encoding: 'euc-kr' };

/** By what stands behind ESC. */
const ESCAPES: ReadonlyMap<string, CharacterSet> = new Map<string, CharacterSet>([
  ['(B', 'ascii'],
  ['(H', 'ascii'],
  ['(J', 'roman'],
  ['(I', 'katakana'],
  ['$@', KANJI],
  ['$B', KANJI],
  ['$(@', KANJI],
  ['$(B', KANJI],
  ['$(D', RARE_KANJI],
  ['$A', HANZI],
  ['$(A', HANZI],
  ['$(C', HANGUL],
]);
/** What SO brings in from then on. */
const SHIFTED: ReadonlyMap<string, CharacterSet> = new Map<string, CharacterSet>([
  ['$)C', HANGUL],
  ['$)A', HANZI],
]);
/** The upper half that ESC N takes one character of (RFC 1554). */
const SINGLE: ReadonlyMap<string, string> = new Map([
  ['.A', 'iso-8859-1'],
  ['.F', 'iso-8859-7'],
]);

const [ESC, SO, SI, LF] = [0x1b, 0x0e, 0x0f, 0x0a];

const TELLING = ['$@', '$B', '$A', '$(', '$)C', '$)A', '(I', '(J'].map((text) => `\x1b${text}`);

/** Whether it has escapes of two-octet sets, which nothing else means. */
export function hasEscapes(octets: Buffer): boolean {
  return octets.includes(ESC) && TELLING.some((telling) => octets.includes(telling));
}

export function decodeIso2022(octets: Buffer, decode: Decode): string {
  const text: string[] = [];
  let set: CharacterSet = 'ascii';
  let shifted: CharacterSet = HANGUL;
  let single = 'iso-8859-1';
  let from = 0;
  const end = (to: number): void => {
    if (to > from) text.push(decodeRun(octets.subarray(from, to), set, decode));
  };
  for (let at = 0; at < octets.length; ) {
    const octet = octets[at];
    let length = 0;
    if (octet === ESC) {
      const [name, begun] = escapeAt(octets, at + 1);
      if (octets[at + 1] === 0x4e && at + 2 < octets.length) {
        end(at);
        text.push(decode(single, Buffer.of((octets[at + 2] ?? 0) | 0x80)));
        length = 3;
      } else if (name !== null) {
        end(at);
        set = ESCAPES.get(name) ?? set;
        shifted = SHIFTED.get(name) ?? shifted;
        single = SINGLE.get(name) ?? single;
        length = 1 + begun;
      }
    } else if (octet === SO || octet === SI) {
      end(at);
      set = octet === SO ? shifted : 'ascii';
      length = 1;
    } else if (octet === LF) {
      end(at);
      text.push('\n');
      set = 'ascii';
      length = 1;
    }
    at += Math.max(1, length);
    if (length > 0) from = at;
  }
  end(octets.length);
  return text.join('');
}

/** The escape that begins there, and its length. */
function escapeAt(octets: Buffer, at: number): readonly [string | null, number] {
  for (const length of [2, 3]) {
    const text = octets.toString('latin1', at, at + length);
    if (ESCAPES.has(text) || SHIFTED.has(text) || SINGLE.has(text)) return [text, length];
  }
  return [null, 0];
}

function decodeRun(octets: Buffer, set: CharacterSet, decode: Decode): string {
  if (set === 'ascii' || set === 'roman') {
    const text = octets.toString('latin1').replace(/[\xa1-\xdf]/g, halfWidth);
    return set === 'roman' ? text.replace(/\\/g, '¥').replace(/~/g, '‾') : text;
  }
  if (set === 'katakana') return octets.toString('latin1').replace(/[!-_\xa1-\xdf]/g, halfWidth);
  const { encoding, mark } = set;
  const high: number[] = [];
  // A carriage return, or a blank, is no half of a character.
  let isLead = true;
  for (const octet of octets) {
    const isPart = octet >= 0x21 && octet !== 0x7f;
    if (isPart && isLead && mark !== undefined) high.push(mark);
    high.push(isPart ? octet | 0x80 : octet);
    isLead = isPart ? !isLead : true;
  }
  return decode(encoding, Buffer.from(high));
}

/** JIS X 0201: 0x21 to 0x5F, with the eighth bit or without. */
function halfWidth(char: string): string {
  return String.fromCharCode(0xff61 + (char.charCodeAt(0) & 0x7f) - 0x21);
}

export function decodeHz(octets: Buffer, decode: Decode): string {
  return octets
    .toString('latin1')
    .replace(/~(?:\{([^\n]*?)(?:~\}|$)|(~)|\r?\n)/gm, (_, hanzi?: string, tilde?: string) => {
      if (tilde !== undefined) return '~';
      if (hanzi === undefined) return '';
      return decodeRun(Buffer.from(hanzi, 'latin1'), HANZI, decode);
    });
}
