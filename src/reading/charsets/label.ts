/**
 * What charset a label means, as people's programs spell them.
 *
 * SPELLINGS are looked through first, by the label without its signs: `win-1250`,
 * `ISO_8859-2:1987`, `ms949`. Whatever they leave is a label of the WHATWG Encoding Standard, by
 * which latin1 is windows-1252 and gb2312 is GB18030. What that does not know, or refuses, is
 * decoded by iso-2022.ts (`iso-2022`, `hz`), johab.ts, or by iconv-lite (`rare`). Pure.
 */
import { normalizeEncoding } from '@exodus/bytes/encoding.js';
import iconv from 'iconv-lite';

export type Charset =
  /** By its name in the WHATWG Encoding Standard. */
  | { readonly by: 'standard'; readonly name: string }
  | { readonly by: 'iso-2022' | 'hz' | 'johab' }
  /** By its name in iconv-lite. */
  | { readonly by: 'rare'; readonly name: string };

/** null for a label that nobody knows. */
export function charsetOf(label: string): Charset | null {
  const bare = label.replace(/[^a-z0-9]/g, '');
  for (const name of [bare, bare.replace(/^x+/, '')]) {
    const other = SPELLINGS.find(([spelling]) => spelling.test(name));
    if (other === undefined) continue;
    const [spelling, meant] = other;
    return typeof meant === 'string' ? known(name.replace(spelling, meant)) : meant;
  }
  return known(label) ?? known(bare) ?? known(bare.replace(/^x+/, ''));
}

/** By a label without signs. Those of which the standard makes something else come first. */
const SPELLINGS: readonly (readonly [RegExp, string | Charset])[] = [
  [/^(cs)?iso2022.*|^jis(encoding)?$|^cp5022[0-25-9]$/, { by: 'iso-2022' }],
  [/^hz(gb2312)?$/, { by: 'hz' }],
  [
    /^(cs|ksx?c?)?johab$|^(ms|cp|windows|win|ibm)?1361$|^ks[cx](5601|1001)?(19\d\d)?johab$/,
    { by: 'johab' },
  ],
  [/^(cs)?(unicode11)?utf7(imap)?$/, { by: 'rare', name: 'utf-7' }],
  [/^(utf16|ucs2|unicode|iso10646ucs2|csunicode)$/, { by: 'rare', name: 'utf-16' }],
  [/^utf16le$/, { by: 'rare', name: 'utf-16le' }],
  [/^utf16be$/, { by: 'rare', name: 'utf-16be' }],
  [/^(utf32|ucs4|iso10646ucs4)$/, { by: 'rare', name: 'utf-32' }],
  [/^utf32le$/, { by: 'rare', name: 'utf-32le' }],
  [/^utf32be$/, { by: 'rare', name: 'utf-32be' }],
  [/^(utf8.*|utf)$/, 'utf-8'],
  [/^(ms|cp|mswin|ms_?ansi|windows|win|ansi|ibm|wincp)?(125[0-8]|874)$/, 'windows-$2'],
  [/^(cs)?(iso)?8859(1[0-6]|[1-9])(19\d\d|euro|fdis)?[ei]?$/, 'iso-8859-$3'],
  // Code pages that Windows counts beyond its own.
  [/^(cp|windows)?54936$/, 'gb18030'],
  [/^(cp|windows)?10000$/, 'macintosh'],
  [/^(cp|windows)?10007$/, 'x-mac-cyrillic'],
  [/^(cp|windows)?10029$/, { by: 'rare', name: 'maccenteuro' }],
  [/^(cp|windows)?52936$/, { by: 'hz' }],
  [/^(cs)?(iso)?latin(10)$/, 'iso-8859-16'],
  [/^(cs)?(iso)?latin7$/, 'iso-8859-13'],
  [/^(cs)?(iso)?latin8$/, 'iso-8859-14'],
  [/^(cs)?(iso)?latin[09]$/, 'iso-8859-15'],
  [/^(cs)?(iso)?latin([1-6])$/, 'latin$3'],
  [/^ms(ee|win[ae]e)$/, 'windows-1250'],
  [/^mscyrl$/, 'windows-1251'],
  [/^msansi$/, 'windows-1252'],
  [/^msgreek$/, 'windows-1253'],
  [/^msturk$/, 'windows-1254'],
  [/^mshebr$/, 'windows-1255'],
  [/^msarab$/, 'windows-1256'],
  [/^winbaltrim$/, 'windows-1257'],
  [
    /^(ms|cp|windows|win|ibm|euc)?936$|^(euc)?(gb|gbk|gb2312|gb2312(19)?80|euccn|cngb)$|^(cp|windows)?(20936|51936)$/,
    'gbk',
  ],
  [
    /^(ms|cp|windows|win|ibm|euc)?949$|^uhc$|^autodetectkr$|^ks[cx].*|^euckr$|^(cp|windows)?(51949|20949)$/,
    'euc-kr',
  ],
  [/^(ms|cp|windows|win|ibm)?950$|^big5.*|^cnbig5$/, 'big5'],
  [/^(ms|cp|windows|win|ibm)?(932|943|31j)c?$|^s(hift)?jis.*|^mskanji$/, 'shift_jis'],
  [/^euc(jp|jis).*|^ujis$|^(cp|windows)?(51932|20932)$/, 'euc-jp'],
  [/^tis620.*/, 'windows-874'],
  [/^koi8r?$/, 'koi8-r'],
  [/^koi8r?u$/, 'koi8-u'],
  [/^mac(ce|centraleurope(an)?|latin2)$/, { by: 'rare', name: 'maccenteuro' }],
  [/^(cs)?(pc|ibm|cp|dos|oem|codepage|ibmpc)0*(\d{3,4})$/, 'cp$3'],
];

/** Families of charsets: iconv-lite knows codecs that are none, such as hex. */
const RARE =
  /^(cp\d|ibm|windows|win\d|mac|iso|koi8|tis|viscii|tcvn|armscii|georgian|hproman|rk1048|pt154)/;

function known(label: string): Charset | null {
  const standard = normalizeEncoding(label);
  if (standard !== null && standard !== 'replacement' && standard !== 'x-user-defined') {
    return { by: 'standard', name: standard };
  }
  return RARE.test(label) && iconv.encodingExists(label) ? { by: 'rare', name: label } : null;
}
