/** Every character of every charset, under every label that people give it, and with an octet broken. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../src/reading/charset.ts';
import { charsetOf } from '../../src/reading/charsets/label.ts';
import { plainLabel } from '../../src/reading/charsets/plain-label.ts';
import { decodeBy } from '../../src/reading/charsets/tables.ts';

/** Code points by pointer; null where there is none. Ranges of GB18030 are pairs. */
type Index = readonly (number | null)[];
const packed = readFileSync(join(import.meta.dirname, '../../fixtures/encodings/indexes.json.gz'));
const INDEXES: Readonly<Record<string, Index>> = JSON.parse(gunzipSync(packed).toString());
const indexOf = (name: string): Index => {
  const index = INDEXES[name];
  if (index === undefined) throw new Error(`no index ${name}`);
  return index;
};

/** Octets of a pointer, as the decoders of the standard have it. */
const OCTETS: Readonly<Record<string, readonly [string, (pointer: number) => readonly number[]]>> =
  {
    gb18030: ['gb18030', (p) => [Math.floor(p / 190) + 0x81, trail(p % 190, 0x3f, 0x40, 0x41)]],
    gbk: ['gb18030', (p) => [Math.floor(p / 190) + 0x81, trail(p % 190, 0x3f, 0x40, 0x41)]],
    gb2312: ['gb18030', (p) => [Math.floor(p / 190) + 0x81, trail(p % 190, 0x3f, 0x40, 0x41)]],
    big5: ['big5', (p) => [Math.floor(p / 157) + 0x81, trail(p % 157, 0x3f, 0x40, 0x62)]],
    'euc-kr': ['euc-kr', (p) => [Math.floor(p / 190) + 0x81, (p % 190) + 0x41]],
    'ks_c_5601-1987': ['euc-kr', (p) => [Math.floor(p / 190) + 0x81, (p % 190) + 0x41]],
    'euc-jp': ['jis0208', (p) => [Math.floor(p / 94) + 0xa1, (p % 94) + 0xa1]],
    shift_jis: ['jis0208', shiftJis],
  };

function trail(offset: number, gap: number, low: number, high: number): number {
  return offset + (offset < gap ? low : high);
}

function shiftJis(pointer: number): readonly number[] {
  const [lead, offset] = [Math.floor(pointer / 188), pointer % 188];
  return [lead + (lead < 0x1f ? 0x81 : 0xc1), offset + (offset < 0x3f ? 0x40 : 0x41)];
}

describe('all characters of the published indexes', () => {
  const ofOneOctet = Object.keys(INDEXES).filter((name) => indexOf(name).length === 128);
  expect(ofOneOctet.length).toBeGreaterThan(25);

  test.each(ofOneOctet)('%s', (name) => {
    const differs = indexOf(name).flatMap((codePoint, n) => {
      if (codePoint === null) return [];
      const found = decodeBy({ by: 'standard', name }, Buffer.of(0x80 + n));
      return found === String.fromCodePoint(codePoint) ? [] : [[0x80 + n, found]];
    });
    expect(differs).toEqual([]);
  });

  test.each(Object.keys(OCTETS))('%s', (label) => {
    const [name, octetsOf] = OCTETS[label] ?? ['', () => []];
    const charset = charsetOf(label);
    if (charset === null) throw new Error(`nobody knows ${label}`);
    let count = 0;
    const differs = indexOf(name).flatMap((codePoint, pointer) => {
      const isOutside =
        // EUC has 94 rows of the index, and one range of it is for private use in Shift_JIS.
        (label === 'euc-jp' && pointer >= 94 * 94) ||
        (label === 'shift_jis' && pointer >= 8272 && pointer <= 8835);
      if (codePoint === null || isOutside) return [];
      count += 1;
      const found = decodeBy(charset, Buffer.from(octetsOf(pointer)));
      return found === String.fromCodePoint(codePoint) ? [] : [[pointer, found, codePoint]];
    });
    console.log(`${label}: ${count} characters`);
    expect(differs.slice(0, 5)).toEqual([]);
    expect(count).toBeGreaterThan(6500);
  });

  test('Johab, as the codec of Python has it, and the letters that stand alone in a row of their own', () => {
    const others: string[] = [];
    let [count, all] = [0, ''];
    for (let code = 0x8000; code <= 0xffff; code += 1) {
      const octets = Buffer.of(code >> 8, code & 0xff);
      const found = decodeBy({ by: 'johab' }, octets);
      if (found.includes('\uFFFD')) continue;
      if (code >= 0xdaa1 && code <= 0xdad3) others.push(found);
      else {
        count += 1;
        all += octets.toString('hex') + found;
      }
    }
    expect(count).toBe(17_065);
    expect(createHash('sha256').update(all).digest('hex')).toBe(
      '1743e0a19e2349183ae65b286a6759934ea15ce11af420129f00fe6aef804d56',
    );
    expect(others.join('')).toBe(
      'ㄱㄲㄳㄴㄵㄶㄷㄸㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅃㅄㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ',
    );
  });

  test('the characters of four octets in GB18030', () => {
    const at = (pointer: number) =>
      Buffer.of(
        Math.floor(pointer / 12600) + 0x81,
        (Math.floor(pointer / 1260) % 10) + 0x30,
        (Math.floor(pointer / 10) % 126) + 0x81,
        (pointer % 10) + 0x30,
      );
    // The ranges of the index: 0x0080 is the first of them, U+10000 the last.
    const decoded = (pointer: number) => decodeBy({ by: 'standard', name: 'gbk' }, at(pointer));
    expect([0, 1, 189000, 1237575].map(decoded)).toEqual([
      '\x80',
      '\x81',
      '\u{10000}',
      '\u{10ffff}',
    ]);
  });

  test('ISO-2022-JP, in each of its dialects', () => {
    for (const label of [
      'iso-2022-jp',
      'iso-2022-jp-ms',
      'cp50220',
      'cp50221',
      'csISO2022JP',
      '',
    ]) {
      const differs = indexOf('jis0208').flatMap((codePoint, pointer) => {
        if (codePoint === null || pointer >= 8836) return [];
        const pair = Buffer.of(Math.floor(pointer / 94) + 0x21, (pointer % 94) + 0x21);
        const octets = Buffer.concat([Buffer.from('\x1b$B'), pair, Buffer.from('\x1b(B')]);
        const found = decodeText(octets, label, false);
        return found === String.fromCodePoint(codePoint) ? [] : [[pointer, found, codePoint]];
      });
      expect([label, differs.slice(0, 5)]).toEqual([label, []]);
    }
  });

  test('ISO-2022-KR, HZ, and what ISO-2022-JP-1 and -2 bring in', () => {
    const say = (octets: string, label = 'iso-2022-jp-2') =>
      decodeText(Buffer.from(octets, 'latin1'), label, false);
    expect(say('\x1b$)C\x0e>H3g\x0f OK', 'iso-2022-kr')).toBe('안녕 OK');
    expect(say('a ~{<:Ky2;S{NpJ)SZHK~} b ~~ c', 'hz-gb-2312')).toBe('a 己所不欲勿施于人 b ~ c');
    expect(say('\x1b$AD:\x1b(B!')).toBe('暮!');
    expect(say('\x1b$(C>H\x1b(B')).toBe('안');
    expect(say('\x1b.Acaf\x1bNi')).toBe('café');
    expect(say('\x1b.F\x1bNa')).toBe('α');
    expect(say('\x1b(I1\x1b(B')).toBe('ｱ');
    expect(say('\x1b(J\\\x1b(B')).toBe('¥');
  });
});

/** As people's programs write them. */
const LABELS: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'iso-8859-2',
    'ř',
    [
      'ISO_8859-2:1987',
      'iso8859_2',
      '8859-2',
      'latin-2',
      'iso-8859-2;',
      'l2',
      'csISOLatin2',
      ' "iso-8859-2" ',
      'x-iso-8859-2',
      'iso 8859 2',
    ],
  ],
  [
    'windows-1250',
    'ř',
    [
      'win-1250',
      'cp-1250',
      'WINDOWS-1250 (Central European)',
      'ms-ee',
      'x-cp1250',
      'windows1250',
      'ansi-1250',
    ],
  ],
  ['windows-1251', 'Ж', ['win-1251', 'cp1251', 'ms-cyrl', 'Windows_1251', "'windows-1251'"]],
  [
    'windows-1252',
    'ß',
    ['latin1', 'latin-1', 'iso-8859-1', 'iso8859_1', 'ISO-8859-1; format=flowed', 'ms-ansi'],
  ],
  ['iso-8859-15', '€', ['latin-9', 'latin9', 'iso8859-15', 'l9', 'iso_8859-15']],
  ['koi8-r', 'Ж', ['koi8r', 'KOI8_R', 'cskoi8r']],
  ['koi8-u', 'Ж', ['koi8-ru', 'koi8u']],
  [
    'gbk',
    '谢',
    [
      'gb2312',
      'GB_2312-80',
      'gb2312-80',
      'GB2312-1980',
      'cp936',
      'ms936',
      'x-gbk',
      'euc-cn',
      'windows-936',
      'chinese',
    ],
  ],
  [
    'euc-kr',
    '안',
    [
      'ks_c_5601-1987',
      'ks_c_5601-1989',
      'ksc5601',
      'ms949',
      'uhc',
      'cp949',
      '_autodetect_kr',
      'windows-949',
      'korean',
    ],
  ],
  ['big5', '謝', ['big5-hkscs', 'cn-big5', 'cp950', 'x-x-big5', 'big5-eten']],
  ['shift_jis', '番', ['sjis', 'x-sjis', 'shift-jis', 'ms932', 'cp932', 'windows-31j', 'ms_kanji']],
  ['euc-jp', '番', ['eucjp', 'x-euc-jp', 'ujis', 'eucJP-ms', 'cp51932']],
  ['windows-874', 'ก', ['tis-620', 'TIS620', 'iso-8859-11', 'win-874']],
  ['utf-8', 'ß', ['utf8', 'UTF_8', 'utf-8;', 'utf8mb4', '"utf-8"', 'unicode-1-1-utf-8']],
];

test.each(LABELS)('%s has many names', (name, _, labels) => {
  const meant = { by: 'standard', name };
  expect(labels.map((label) => [label, charsetOf(plainLabel(label))])).toEqual(
    labels.map((label) => [label, meant]),
  );
});

test.each(['johab', 'x-Johab', 'Johab', 'cp1361', 'windows-1361', 'ms1361', 'ksc5601-1992-johab'])(
  '%s is Johab',
  (label) => {
    const octets = Buffer.from('d065 8b69 20 b9a1 d073'.replaceAll(' ', ''), 'hex');
    expect(charsetOf(plainLabel(label))).toEqual({ by: 'johab' });
    expect(decodeText(octets, label, false)).toBe('한글 조합');
  },
);

test.each([
  ['ibm852', 'Příliš', [0x50, 0xfd, 0xa1, 0x6c, 0x69, 0xe7]],
  ['dos-852', 'Příliš', [0x50, 0xfd, 0xa1, 0x6c, 0x69, 0xe7]],
  ['CP00852', 'Příliš', [0x50, 0xfd, 0xa1, 0x6c, 0x69, 0xe7]],
  ['x-mac-ce', 'ř', [0xde]],
  ['cp850', 'ä', [0x84]],
])('%s is no charset of the web, and is read all the same', (label, wanted, octets) => {
  expect(decodeText(Buffer.from(octets), label, false)).toBe(wanted);
});

test.each(['hex', 'base64', 'constructor', '__proto__', 'x-user-defined', 'replacement', 'binary'])(
  '%s is no charset',
  (label) => {
    expect(charsetOf(plainLabel(label))).toBeNull();
  },
);

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

test.each([
  ['谢谢 in gb2312, which is valid UTF-8', 'gb2312', 'd0bb d0bb', '谢谢'],
  ['Ні in windows-1251, which is valid UTF-8', 'windows-1251', 'cdb3', 'Ні'],
  ['да in UTF-8 under the label of windows-1251', 'windows-1251', 'd0b4d0b0', 'да'],
  ['你好 in UTF-8 under the label of gb2312', 'gb2312', 'e4bda0 e5a5bd', '你好'],
  ['ř in UTF-8 under the label of iso-8859-2', 'iso-8859-2', 'c599', 'ř'],
])('%s', (_, label, octets, wanted) => {
  expect(decodeText(hex(octets), label, false)).toBe(wanted);
});

test.each([
  ['a cut character at the end', 'Grüße aus Köl', [0xc3], 'Grüße aus Köl\uFFFD'],
  ['a footer in latin1', 'Grüße aus Köln\nfor ', [0x66, 0xfc, 0x72], 'Grüße aus Köln\nfor für'],
  ['CESU-8', 'Grüße ', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], 'Grüße 😀'],
  ['a broken lead in Cyrillic', 'Привет', [0xd0, 0x21], 'Привет\uFFFD!'],
  ['an octet that begins nothing', 'Привет', [0xff], 'Привет\uFFFD'],
])('UTF-8 with %s stays UTF-8', (_, text, more, wanted) => {
  for (const label of ['utf-8', '', 'unknown-8bit']) {
    const octets = Buffer.concat([Buffer.from(text), Buffer.from(more)]);
    expect(decodeText(octets, label, false)).toBe(wanted);
  }
});

const LANGUAGES: Readonly<Record<string, string>> = {
  German: 'Grüße aus Köln. Der Drucker in Raum 5 druckt schräg; bitte prüfen Sie ihn für uns.',
  Czech: 'Příliš žluťoučký kůň úpěl ďábelské ódy, a tiskárna neodpovídá už od včerejška.',
  Russian: 'Здравствуйте! Принтер на третьем этаже не печатает уже два дня. Спасибо.',
  Japanese: 'お世話になっております。三階のプリンタが故障しました。ご確認ください。',
  Chinese: '您好，三楼的打印机坏了，已经两天不能打印。请尽快处理，谢谢。',
  Korean: '안녕하세요. 삼층 프린터가 고장났습니다. 확인 부탁드립니다. 감사합니다.',
};

test.each(Object.entries(LANGUAGES))(
  '%s with one octet of UTF-8 broken differs there alone',
  (_, text) => {
    const octets = Buffer.from(text);
    for (let at = 0; at < octets.length; at += 1) {
      if ((octets[at] ?? 0) < 0x80) continue;
      for (const bad of [0x20, 0xa0, 0xc3, 0xff]) {
        const broken = Buffer.from(octets);
        broken[at] = bad;
        const read = decodeText(broken, 'utf-8', false);
        const [begin, end] = [sameAtBegin(read, text), sameAtEnd(read, text)];
        // All but the character, and one beside it at most.
        expect([at, bad, begin + end >= text.length - 2]).toEqual([at, bad, true]);
      }
    }
  },
);

function sameAtBegin(a: string, b: string): number {
  let same = 0;
  while (same < b.length && a[same] === b[same]) same += 1;
  return same;
}

function sameAtEnd(a: string, b: string): number {
  let same = 0;
  while (same < b.length && a.at(-1 - same) === b.at(-1 - same)) same += 1;
  return same;
}
