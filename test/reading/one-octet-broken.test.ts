/**
 * A text in a language, encoded in a charset, under a label that means it or that people's programs
 * write by mistake, with one octet broken: it differs in at most that character.
 *
 * Of charsets with two octets a character the second is broken into another second one: where the
 * first is not one any more, nobody can tell where the next character begins.
 */
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../src/reading/charset.ts';

interface Text {
  readonly language: string;
  readonly text: string;
  /** Charset, as iconv-lite calls it, and the labels that it is read under. */
  readonly charsets: Readonly<Record<string, readonly string[]>>;
}

const WRONG_FOR_UTF_8 = ['utf-8', '', 'us-ascii', 'unknown-8bit', 'iso-8859-1', 'windows-1252'];

const TEXTS: readonly Text[] = [
  {
    language: 'German',
    text: 'Grüße aus Köln. Der Drucker in Raum 5 druckt schräg; bitte prüfen Sie ihn für uns.',
    charsets: {
      utf8: WRONG_FOR_UTF_8,
      'iso-8859-1': ['iso-8859-1', 'latin1', '', 'us-ascii', 'utf-8', 'unknown-8bit'],
      'windows-1252': ['windows-1252', 'x-cp1252', 'ISO-8859-15'],
      cp850: ['cp850', 'ibm850'],
    },
  },
  {
    language: 'Czech',
    text: 'Příliš žluťoučký kůň úpěl ďábelské ódy, a tiskárna neodpovídá už od včerejška.',
    charsets: {
      utf8: [...WRONG_FOR_UTF_8, 'iso-8859-2'],
      'iso-8859-2': ['iso-8859-2', 'ISO_8859-2:1987', 'latin2'],
      'windows-1250': ['win-1250', 'cp1250', '"windows-1250"'],
    },
  },
  {
    language: 'Russian',
    text: 'Здравствуйте! Принтер на третьем этаже не печатает уже два дня. Спасибо.',
    charsets: {
      utf8: [...WRONG_FOR_UTF_8, 'windows-1251', 'koi8-r'],
      'koi8-r': ['koi8-r', 'KOI8R'],
      'windows-1251': ['cp1251', 'win-1251', 'x-cp1251'],
      'iso-8859-5': ['iso-8859-5'],
    },
  },
  {
    language: 'Greek',
    text: 'Καλημέρα, ο εκτυπωτής στον τρίτο όροφο δεν λειτουργεί. Ευχαριστώ πολύ.',
    charsets: { utf8: WRONG_FOR_UTF_8, 'iso-8859-7': ['iso-8859-7', 'greek'] },
  },
  {
    language: 'Japanese',
    text: 'お世話になっております。三階のプリンタが故障しました。ご確認ください。',
    charsets: {
      utf8: [...WRONG_FOR_UTF_8, 'iso-2022-jp', 'shift_jis'],
      shift_jis: ['shift_jis', 'x-sjis', 'ms932'],
      'euc-jp': ['euc-jp', 'x-euc-jp'],
    },
  },
  {
    language: 'Chinese',
    text: '您好，三楼的打印机坏了，已经两天不能打印。请尽快处理，谢谢。',
    charsets: {
      utf8: [...WRONG_FOR_UTF_8, 'gb2312'],
      gbk: ['gb2312', 'gbk', 'x-gbk', 'gb2312-80'],
    },
  },
  {
    language: 'Korean',
    text: '안녕하세요. 삼층 프린터가 고장났습니다. 확인 부탁드립니다. 감사합니다.',
    charsets: {
      utf8: [...WRONG_FOR_UTF_8, 'euc-kr'],
      cp949: ['euc-kr', 'ms949', 'ks_c_5601-1987', 'uhc'],
    },
  },
];

const TWO_OCTETS = /^(shift_jis|euc-jp|gbk|cp949)$/;

describe.each(TEXTS)('$language', ({ text, charsets }) => {
  const cases = Object.entries(charsets).flatMap(([charset, labels]) =>
    labels.map((label) => [charset, label] as const),
  );

  test.each(cases)('%s under the label "%s"', (charset, label) => {
    const octets = iconv.encode(text, charset);
    expect(decodeText(octets, label, false)).toBe(text);
    for (const { at, bad } of breaks(octets, charset)) {
      const broken = Buffer.from(octets);
      broken[at] = bad;
      const read = decodeText(broken, label, false);
      expect([at, bad, differences(read, text)]).toEqual([at, bad, expect.toSatisfy(isFew)]);
    }
  });
});

/** The character, and one beside it in UTF-8 at most. */
const isFew = (count: number) => count <= 2;

function* breaks(
  octets: Buffer,
  charset: string,
): Generator<{ readonly at: number; readonly bad: number }> {
  for (let at = 0; at < octets.length; at += 1) {
    if ((octets[at] ?? 0) < 0x80) continue;
    if (!TWO_OCTETS.test(charset)) {
      for (const bad of [0x20, 0xe1, 0xf3]) yield { at, bad };
      continue;
    }
    for (const bad of [0xa4, 0xb1]) yield { at: at + 1, bad };
    at += 1;
  }
}

/** Characters of the text that are not read as they are, if the rest is where it was. */
function differences(read: string, text: string): number {
  let begin = 0;
  while (begin < text.length && read[begin] === text[begin]) begin += 1;
  let end = 0;
  while (end < text.length - begin && read.at(-1 - end) === text.at(-1 - end)) end += 1;
  return text.length - begin - end;
}
