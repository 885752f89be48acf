/** Texts without addresses that we have signed, however they are written. */
import { describe, expect, test } from 'vitest';
import { sentAddress, staffAddress } from '../../src/addresses/signed-address.ts';
import { withoutSignedAddresses } from '../../src/addresses/signed-in-text.ts';
import { KEYS } from '../kit/facts.ts';

const DOMAIN = 'support-ticket.example';
const SENT = { ticket: 'SUPPORT-7102', serial: 4, recipient: 'nic@ferrier.example' } as const;
const GIVEN = { ticket: 'SUPPORT-7102', person: 'bob', at: new Date('2026-11-20') } as const;
const OURS = {
  bounce: sentAddress(KEYS, 'bounce', SENT, DOMAIN),
  reply: sentAddress(KEYS, 'reply', SENT, DOMAIN),
  rating: sentAddress(KEYS, 'rating', { ...SENT, score: 5 }, DOMAIN),
  answer: staffAddress(KEYS, 'answer', GIVEN, DOMAIN),
  note: staffAddress(KEYS, 'note', GIVEN, DOMAIN),
};
const BEFORE_TOKEN = /-(?=[a-z2-7]{16}@)/;
const broken = (by: string) => (address: string) => address.replace(BEFORE_TOKEN, `-${by}`);
const torn = (by: string) => (address: string) =>
  address.replace(BEFORE_TOKEN, '-').replace(/(?<=-[a-z2-7]{7})(?=[a-z2-7]{9}@)/, by);
const hyphens = (by: string) => (address: string) => {
  const [local = '', domain = ''] = address.split('@');
  return `${local.replaceAll('-', by)}@${domain}`;
};

const WAYS: readonly (readonly [string, (address: string) => string])[] = [
  ['in one piece', (address) => address],
  ['over two lines', broken('\n')],
  ['over two lines of a quote', broken('\n> ')],
  ['with a blank', broken(' ')],
  ['with a blank that is not broken at', broken('\u00A0')],
  ['with a soft hyphen', broken('\u00AD')],
  ['with a sign that is never seen', broken('\u200B')],
  ['with a filler', torn('\u3164')],
  ['with a variation selector', torn('\uFE0F')],
  ['with an empty pattern of dots', torn('\u2800')],
  ['with marks of emphasis', torn('*')],
  ['with where a link leads', torn(' [https://x.example/a-b]')],
  ['with the words of a picture', torn('[logo]')],
  ['with a blank of HTML', broken('&nbsp;')],
  ['with a soft hyphen of HTML', torn('&shy;')],
  ['by numbers of HTML', hyphens('&#45;')],
  ['by hexadecimal numbers of HTML', hyphens('&#x2D;')],
  ['by HTML in HTML', hyphens('&amp;#45;')],
  ['in a link', (address) => hyphens('%2D')(address).replace('@', '%40')],
  ['in a link in a link', (address) => hyphens('%252d')(address).replace('@', '%2540')],
  ['in quoted-printable', (address) => hyphens('=2D')(address).replace('@', '=40')],
  ['with a letter as in a link', (address) => address.replace(/(?<=-)./g, byPercent)],
  ['with hyphens that are not broken at', hyphens('\u2011')],
  ['with signs of minus', hyphens('\u2212')],
  ['with dashes', hyphens('\u2013')],
  ['with wide letters', (address) => address.replace(/(?<=-)[a-z]/g, wide)],
];

function byPercent(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16)}`;
}

function wide(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) + 0xfee0);
}

describe.each(Object.entries(OURS))('of the role %s', (_, address) => {
  test.each(WAYS)('%s', (__, written) => {
    const text = `Hello,\nwrite to ${written(address)} now.\nBye - Nic`;
    const left = withoutSignedAddresses(text, '[address]');
    expect(left).toContain('[address]');
    expect(left).not.toContain(written(address).slice(-40, -23));
    expect(left).toMatch(/^Hello,\nwrite to [\s\S]* now\.\nBye - Nic$/);
    expect(left.split('\n')).toHaveLength(text.split('\n').length);
    expect(/[a-z2-7]{8}@/.test(left)).toBe(false);
  });
});

test.each(['-a-hp4v0-', '-g-45-'])('what is left of one that began elsewhere: %s', (middle) => {
  const left = withoutSignedAddresses(`it${middle}\nutlha3ur62pjhmwr@x.example`, '[address]');
  expect(left).not.toContain('utlha3ur62pjhmwr');
});

test.each([
  'There was – a bit later – something that nobody had thought of',
  'There was—a bit later—something that nobody had thought of',
  '- A\n- B\n- considerations of the board',
  'Paper A4, 80 g - 100 sheets of white paper that is recycled',
  'https://x.example/?a=be&b=2&c=%C3%A4-%20-x and 100 % of it [sic] [x',
  'AT&T &amp; R&D; 5 % off – 3 - 2',
])('a text without any stays as it is: %s', (text) => {
  expect(withoutSignedAddresses(text, '[address]')).toBe(text);
});

test('a long text of half signs is read in a moment', () => {
  const halves = ['%25', '&amp;', '[', '[a', '-a-', '1-r-1-', 'a-1', '=2D', '\u2013'];
  for (const half of halves) {
    const text = half.repeat(300_000 / half.length);
    expect(withoutSignedAddresses(text, '')).toBe(text);
  }
}, 30_000);
