import { expect, test } from 'vitest';
import type { Draft } from '../../src/actions/draft.ts';
import { compose } from '../../src/outgoing/compose.ts';

const CONTEXT = {
  domain: 'support-ticket.example',
  queueName: 'Support',
  queueAddress: 'new@support-ticket.example',
  now: new Date('2026-01-02T08:25:40Z'),
  messageId: '<support-7102.2.aaaaaaaaaaaaaaaa@support-ticket.example>',
  text: 'Hello.\n',
  raw: 'raw/000000/1-out-2.eml',
};
const DRAFT: Draft = {
  kind: 'acknowledgement',
  ticket: 'SUPPORT-7102',
  queue: 'SUPPORT',
  serial: 2,
  to: { name: 'Nic', address: 'nic@ferrier.example' },
  subject: 'x',
  inReplyTo: '<1@a.example>',
  references: ['<1@a.example>'],
};
const written = async (change: Partial<Draft>) =>
  // Only fields that both kinds have are changed.
  (await compose({ ...DRAFT, ...change } as Draft, CONTEXT))?.mail.content ?? null;
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
  `${'a'.repeat(65)}@x.example`,
])('nobody is written to at %j', async (address) => {
  expect(await written({ to: { name: '', address } })).toBeNull();
});

test('a long chain of references keeps the first and the nearest', async () => {
  const references = Array.from({ length: 100 }, (_, n) => `<${n}@a.example>`);
  const content = await written({ references });
  const kept = /^References: ((?:.*\n )*.*)/m.exec(content ?? '')?.[1]?.split(/\s+/);
  expect(kept).toHaveLength(20);
  expect([kept?.[0], kept?.at(-1)]).toEqual(['<0@a.example>', '<99@a.example>']);
});

test('a domain in Unicode goes out in the form that every relay understands', async () => {
  const composed = await compose(
    { ...DRAFT, to: { name: 'Nic', address: 'nic@bücher.example' } },
    CONTEXT,
  );
  expect(composed?.mail.recipient).toBe('nic@xn--bcher-kva.example');
  expect(composed?.mail.content).toMatch(/^To: Nic <nic@xn--bcher-kva\.example>$/m);
  expect(composed?.change).toMatchObject({ message: { to: [{ address: 'nic@bücher.example' }] } });
});

test('no line of a mail is longer than a relay takes (RFC 5322 2.1.1)', async () => {
  for (const subject of ['x'.repeat(5000), 'ä'.repeat(5000), 'word '.repeat(1000)]) {
    const lines = (await written({ subject }))?.split('\n') ?? [];
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(998);
  }
});
