/** A plain domain is in ASCII what node makes of it, without node being asked. */
import { domainToASCII } from 'node:url';
import { expect, test } from 'vitest';
import { asciiDomain } from '../../src/letters/ascii-domain.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';

const PIECES = [
  ...['a', 'z', 'example', 'x', '0', '7', '-', '--', '.', '.', '127', '0x7f', 'xn--', 'bcher-kva'],
  ...['bücher', 'ß', 'A', 'Example', '_', ' ', '%', '@', '[', '1', 'com', '。', '\u00ad', 'K'],
];

test('of domains of all kinds', () => {
  console.log(`SEED=${SEED}`);
  const choose = choiceOf(SEED);
  for (let n = 0; n < roundsOf(20_000); n += 1) {
    const domain = Array.from({ length: 1 + choose.number(7) }, () => choose(PIECES)).join('');
    expect([domain, asciiDomain(domain)]).toEqual([domain, domainToASCII(domain)]);
  }
});

test.each([
  ['ferrier.example', 'ferrier.example'],
  ['Ferrier.Example', 'ferrier.example'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['127.1', '127.0.0.1'],
  [`${'a'.repeat(70)}.example`, `${'a'.repeat(70)}.example`],
  ['', ''],
])('%s', (domain, ascii) => {
  expect(asciiDomain(domain)).toBe(ascii);
});
