/** Addresses that a text names, as links and HTML write them, too. */
import { expect, test } from 'vitest';
import { addressPlacesIn, withoutAddressesBut } from '../../src/addresses/named-in-text.ts';

test.each([
  ['Ask nic@ferrier.example.', 'nic@ferrier.example'],
  ["'nic@ferrier.example'", 'nic@ferrier.example'],
  ['<mailto:nic+shop@ferrier.example>', 'nic+shop@ferrier.example'],
  ['https://x.example/?u=nic_f%40ferrier.example&n=1', 'nic_f@ferrier.example'],
  ['https://x.example/nic%252540ferrier.example/', 'nic@ferrier.example'],
  ['nic&#64;ferrier.example', 'nic@ferrier.example'],
  ['&lt;nic&amp;commat;ferrier.example&gt;', 'nic@ferrier.example'],
])('%s', (text, address) => {
  expect(addressPlacesIn(text).map((found) => found.address)).toEqual([address]);
  const left = withoutAddressesBut('', text, '[address]');
  expect(left).toMatch(/\[address\]/);
  expect(left).not.toMatch(/nic|ferrier/);
  expect(withoutAddressesBut(`to ${address.toUpperCase()}`, text, '[address]')).toBe(text);
});

test.each(['https://x.example/@nic/1', 'a @ b', '50 %40 x', '@', 'a@', '&#64;', '@media {}'])(
  'none is in %s',
  (text) => {
    expect(withoutAddressesBut('', text, '[address]')).toBe(text);
  },
);

test('a long text of halves is read', () => {
  for (const half of ['@', 'a@', 'a', '/a@.', "'.@", '%25', '&amp;']) {
    const text = half.repeat(200_000 / half.length);
    expect(withoutAddressesBut(text, text, '')).toBe(text);
  }
});
