import { expect, test } from 'vitest';
import { compose } from '../../src/letters/compose.ts';
import { finishLetter } from '../../src/letters/letter.ts';
import { replySubject } from '../../src/letters/subject.ts';
import type { Letter } from '../../src/ticket/letter.ts';
import { letterTo } from '../kit/outgoing.ts';

const LETTER: Letter = {
  ...letterTo('nic@ferrier.example'),
  to: { name: 'Nic', address: 'nic@ferrier.example' },
  ...{ inReplyTo: '<1@a.example>', references: ['<1@a.example>'], automatic: 'auto-replied' },
};
const written = async (change: Partial<Letter>) => {
  const letter = finishLetter({ ...LETTER, ...change });
  return letter === null ? null : (await compose(letter)).content;
};
const headerNames = (content: string | null) =>
  content?.split('\n\n')[0]?.match(/^[^\s:]+(?=:)/gm) ?? [];

test.each([
  'x\r\nBcc: eve@x.example',
  'x\nX-Evil: 1',
  'x\rX-Evil: 1',
  'x\u0000y',
  'x\u2028y',
  `${'x'.repeat(5000)}\n\nbody`,
])('a hostile subject, name or reference adds no header (case %#)', async (hostile) => {
  const plain = headerNames(await written({}));
  for (const change of [
    { subject: hostile },
    { to: { name: hostile, address: 'nic@ferrier.example' } },
  ]) {
    const content = await written(change);
    expect(headerNames(content)).toEqual(plain);
    expect(content).not.toMatch(/[\r\0]/);
  }
});

test.each([
  '',
  'nic',
  '-oQ/tmp@x.example',
  'a b@x.example',
  'a@b@c',
  'a@x.example\nb',
  'a,b@x.example',
  '<a@x.example>',
  'a@',
  '@x.example',
  '=?utf-8?B?DQpCY2M6?=@x.example',
  '\u202enic@x.example',
  '\ud800@x.example',
  `${'a'.repeat(65)}@x.example`,
])('nobody is written to at %j', async (address) => {
  expect(await written({ to: { name: '', address } })).toBeNull();
});

test('what came as an encoded word within an encoded word is never decoded', async () => {
  const hostile = '=?utf-8?Q?=0D=0ABcc:_eve@evil.example?=';
  for (const change of [
    { subject: hostile },
    { to: { name: `"${hostile}`, address: 'nic@ferrier.example' } },
  ]) {
    expect(await written(change)).not.toContain('=?utf-8?Q?=0D');
  }
});

test('a long chain of references keeps the first and the nearest', async () => {
  const references = Array.from({ length: 100 }, (_, n) => `<${n}@a.example>`);
  const content = await written({ references });
  const kept = /^References: ((?:.*\n )*.*)/m.exec(content ?? '')?.[1]?.split(/\s+/);
  expect(kept).toHaveLength(20);
  expect([kept?.[0], kept?.at(-1)]).toEqual(['<0@a.example>', '<99@a.example>']);
});

test('a domain in Unicode goes out in the form that every relay understands', async () => {
  const to = { name: 'Nic', address: 'nic@bücher.example' };
  expect(finishLetter({ ...LETTER, to })?.to.address).toBe('nic@xn--bcher-kva.example');
  expect(await written({ to })).toMatch(/^To: Nic <nic@xn--bcher-kva\.example>$/m);
});

test('a letter is the same octets each time, also read from a line of the journal', async () => {
  const file = {
    filename: 'a.pdf',
    contentType: 'application/pdf',
    size: 7,
    sha256: 'x',
    path: 'y',
  };
  const letter = { ...LETTER, text: 'Grüße\n', attachments: [file, file] };
  const first = await compose(letter);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect(await compose(JSON.parse(JSON.stringify(letter)))).toEqual(first);
  expect(first.enclosed).toHaveLength(2);
});

test('no line of a mail is longer than a relay takes (RFC 5322 2.1.1)', async () => {
  for (const subject of ['x'.repeat(5000), 'ä'.repeat(5000), 'word '.repeat(1000)]) {
    const lines = (await written({ subject: replySubject(subject) }))?.split('\n') ?? [];
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(998);
  }
});
