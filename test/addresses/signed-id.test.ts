import { expect, test } from 'vitest';
import { epochSentTo, parseSignedId, signedMessageId } from '../../src/addresses/signed-id.ts';
import type { SigningKeys } from '../../src/addresses/token.ts';

const OLD = 'aa'.repeat(32);
const KEYS: SigningKeys = {
  epoch: 'e1',
  pastEpochs: [],
  secrets: ['5a'.repeat(32), OLD],
  revoked: {},
};
const DOMAIN = 'support-ticket.example';
const NIC = 'nic@ferrier.example';
const parse = (id: string) => parseSignedId(id, DOMAIN, ['SUPPORT']);
const known = (id: string, to: string, keys = KEYS) => {
  const parsed = parse(id);
  return parsed !== null && epochSentTo(keys, parsed, to) !== null;
};

const id = signedMessageId(KEYS, 'SUPPORT-7102', 12, NIC, DOMAIN);

test('holds ticket and serial, and at least 80 bits in lower-case base32', () => {
  expect(id).toMatch(/^<support-7102\.12\.[a-z2-7]{16}@support-ticket\.example>$/);
  expect(parse(id)).toMatchObject({ ticket: 'SUPPORT-7102', serial: 12 });
});

test('proves the very recipient, in any case, and nobody else', () => {
  expect(known(id, NIC)).toBe(true);
  expect(known(id.toUpperCase(), 'NIC@Ferrier.Example')).toBe(true);
  expect(known(id, 'boss@ferrier.example')).toBe(false);
});

test('is worth nothing for another ticket, serial or epoch', () => {
  expect(known(id.replace('7102', '7103'), NIC)).toBe(false);
  expect(known(id.replace('.12.', '.13.'), NIC)).toBe(false);
  expect(known(id, NIC, { ...KEYS, epoch: 'e2' })).toBe(false);
});

test('what was signed before a restore still verifies, and says when', () => {
  for (const pastEpochs of [['e1'], ['e2', 'e1'], ['e1', 'e0']]) {
    const keys = { ...KEYS, epoch: 'e3', pastEpochs };
    const parsed = parse(id);
    expect(parsed && epochSentTo(keys, parsed, NIC)).toBe('e1');
  }
});

test('an older key still verifies, an unknown one does not', () => {
  const old = signedMessageId({ ...KEYS, secrets: [OLD] }, 'SUPPORT-7102', 1, NIC, DOMAIN);
  expect(known(old, NIC)).toBe(true);
  const foreign = signedMessageId(
    { ...KEYS, secrets: ['bb'.repeat(32)] },
    'SUPPORT-7102',
    1,
    NIC,
    DOMAIN,
  );
  expect(known(foreign, NIC)).toBe(false);
});

test.each([
  '<support-7102.12.short@support-ticket.example>',
  '<support-7102.12.aaaaaaaaaaaaaaaa@elsewhere.example>',
  '<other-7102.12.aaaaaaaaaaaaaaaa@support-ticket.example>',
  '<abc@ferrier.example>',
])('%s is none of ours', (foreign) => {
  expect(parse(foreign)).toBeNull();
});
