/** A look before what a package does gives what the package gives. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lookedAtFirst } from '../../build/looked-at-first.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';
import { builtBoth, MODULES } from './built-both.ts';

interface Built {
  readonly decodeWords: (text: unknown) => string;
  readonly nameOf: (key: unknown) => string;
}

let ours: Built;
let theirs: Built;
let remove: () => void;

const PROGRAM = `
import libmime from '${MODULES}/libmime/lib/libmime.js';
import MimeNode from '${MODULES}/nodemailer/dist/esm/mime-node/index.js';
const words = new libmime.Libmime();
const node = new MimeNode('text/plain');
export const decodeWords = (text) => words.decodeWords(text);
export const nameOf = (key) => node._normalizeHeaderKey(key);
`;

beforeAll(async () => {
  console.log(`SEED=${SEED}`);
  ({ ours, theirs, remove } = await builtBoth<Built>(PROGRAM, lookedAtFirst()));
});
afterAll(() => remove());

const choose = choiceOf(SEED);
const textOf = (pieces: readonly string[]) =>
  Array.from({ length: choose.number(6) }, () => choose(pieces)).join('');

test('encoded words', () => {
  const pieces = [
    '=?',
    '?=',
    '=?utf-8?q?a=C3=BC?=',
    '=?utf-8?b?w7w=?=',
    ' ',
    'ü',
    'a=b',
    '__\0JOIN\0__',
    '\n',
  ];
  for (let n = 0; n < roundsOf(4000); n += 1) {
    const text = textOf(pieces);
    expect(ours.decodeWords(text)).toBe(theirs.decodeWords(text));
  }
  for (const odd of [undefined, null, '', 7, Buffer.from('a')]) {
    expect(ours.decodeWords(odd)).toBe(theirs.decodeWords(odd));
  }
});

test('names of fields', () => {
  const pieces = [
    'from',
    'To',
    'CC',
    'subject',
    'Date',
    '-',
    'message-id',
    'in-reply-to',
    ' ',
    ':',
    'x',
  ];
  const more = [
    'references',
    'mime-version',
    'Content-',
    'type',
    'transfer-encoding',
    'disposition',
  ];
  const longer = [
    'auto-submitted',
    'x-auto-response-suppress',
    'X-Loop',
    'reply-to',
    'DKIM',
    'İ',
    'K',
  ];
  for (let n = 0; n < roundsOf(8000); n += 1) {
    const key = textOf([...pieces, ...more, ...longer]);
    expect([key, ours.nameOf(key)]).toEqual([key, theirs.nameOf(key)]);
  }
  for (const odd of [undefined, null, '', 7]) expect(ours.nameOf(odd)).toBe(theirs.nameOf(odd));
});
