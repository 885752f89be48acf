/**
 * Octets of a text part as characters, whatever its charset is said to be.
 *
 * Valid UTF-8 that is not plain ASCII is UTF-8, declared or not: other charsets
 * hardly ever look so by chance. Octets that are none, under a declaration of
 * UTF-8, of ASCII, of nothing or of something unknown, are what the HTML itself
 * names, else windows-1252. Labels are those of the WHATWG Encoding Standard
 * (so latin1 is windows-1252); the few that it lacks, iconv-lite knows (the one
 * file that does). UTF-7 is refused and shown as the ASCII that it is. Never throws.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** Charsets whose ASCII octets do not all mean ASCII. */
const NOT_ASCII = /^(iso-2022-|hz-|utf-?16|utf-?32|ucs-|unicode$)/;
/** The standard's decoder takes these for little-endian; RFC 2781 4.3 looks at the mark first. */
const WIDE = /^(utf-?16|utf-?32|ucs-|unicode$)/;

export function decodeText(octets: Buffer, declared: string, isHtml: boolean): string {
  const label = declared.trim().toLowerCase();
  if (isAscii(octets)) {
    const isWide = WIDE.test(label) && octets.includes(0);
    const isOther = NOT_ASCII.test(label) && !WIDE.test(label);
    if (!isWide && !isOther) return octets.toString('latin1');
  } else if (isUtf8(octets)) return withoutMark(octets.toString('utf8'));
  const named = isHtml ? labelInHtml(octets) : '';
  const others = label.startsWith('iso-2022-jp') && !isAscii(octets) ? eightBit(octets) : label;
  for (const candidate of [others, named]) {
    if (MEANS_NOTHING.test(candidate)) continue;
    const text =
      (WIDE.test(candidate) ? null : decodeBy(candidate, octets)) ?? decodeRare(candidate, octets);
    if (text !== null) return withoutMark(text);
  }
  return windows1252(octets);
}

/** By hand: node 20 and 22 decode windows-1252 as latin1 (nodejs/node 56542). */
export function windows1252(octets: Buffer): string {
  return octets
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (char) => WINDOWS_1252.charAt(char.charCodeAt(0) - 0x80));
}

/** 0x80 to 0x9F, by the index of the WHATWG Encoding Standard. */
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

/** Declarations that the octets have shown to be wrong, once they are no UTF-8. */
const MEANS_NOTHING = /^$|^(x-)?unknown|^us-?ascii$|^ascii$|^(x-|unicode-1-1-)?utf-?[78]/;

/** Names that mail uses for an encoding of the standard under another label. */
const ALSO_KNOWN_AS: Readonly<Record<string, string>> = {
  cp936: 'gbk',
  cp949: 'euc-kr',
  'ks_c_5601-1987': 'euc-kr',
  cp932: 'shift_jis',
  cp950: 'big5',
  'iso-8859-8-i': 'iso-8859-8',
};

function decodeBy(label: string, octets: Buffer): string | null {
  try {
    const known = Object.hasOwn(ALSO_KNOWN_AS, label) ? ALSO_KNOWN_AS[label] : label;
    const decoder = new TextDecoder(known);
    if (decoder.encoding === 'windows-1252') return windows1252(octets);
    return decoder.encoding === 'replacement' ? null : decoder.decode(octets);
  } catch {
    return null;
  }
}

/**
 * Japanese that claims to be of seven bits and is not: the charset in which all octets are valid.
 */
function eightBit(octets: Buffer): string {
  const isWhole = (label: string) => {
    try {
      new TextDecoder(label, { fatal: true }).decode(octets);
      return true;
    } catch {
      return false;
    }
  };
  return ['euc-jp', 'shift_jis'].find(isWhole) ?? 'iso-2022-jp';
}

/** Families of charsets: iconv-lite knows codecs that are none, such as hex. */
const RARE =
  /^(cp|ibm|windows|win|mac|iso|koi8|tis|viscii|tcvn|armscii|georgian|hp-?roman|rk1048|pt154|utf-?16|utf-?32|ucs-?[24]|unicode$|big5|gb|euc|shift|hz)/;

function decodeRare(label: string, octets: Buffer): string | null {
  return RARE.test(label) && iconv.encodingExists(label) ? iconv.decode(octets, label) : null;
}

/** HTML Standard, 13.2.3.2: a meta element within the first 1024 octets. */
function labelInHtml(octets: Buffer): string {
  const head = octets.toString('latin1', 0, 1024);
  return /<meta\s[^<>]*?charset\s*=\s*["']?([\w:.-]{1,40})/i.exec(head)?.[1]?.toLowerCase() ?? '';
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}
