import { expect, test } from 'vitest';
import { withoutStaffAddresses } from '../../src/addresses/given-in-text.ts';
import {
  epochOfSent,
  givenToPerson,
  parseSignedAddress,
  type SignedAddress,
  sentAddress,
  staffAddress,
} from '../../src/addresses/signed-address.ts';
import type { SigningKeys } from '../../src/addresses/token.ts';

const KEYS: SigningKeys = {
  epoch: 'e1',
  pastEpochs: [],
  secrets: ['5a'.repeat(32)],
  revoked: {},
};
const DOMAIN = 'support-ticket.example';
const SENT = { ticket: 'SUPPORT-7102', serial: 12, recipient: 'nic@ferrier.example' } as const;
const NOW = new Date('2026-11-20T12:00:00Z');
const parse = (address: string) => parseSignedAddress(address, DOMAIN, ['SUPPORT']);
const later = (days: number) => new Date(NOW.getTime() + days * 86_400_000);

const isProof = (address: string, recipient: string = SENT.recipient) => {
  const parsed = parse(address);
  if (parsed === null || 'minute' in parsed) return false;
  return epochOfSent(KEYS, parsed, recipient) !== null;
};
const isNote = (address: string, person: string, now = NOW, keys = KEYS) => {
  const parsed: SignedAddress | null = parse(address);
  return parsed?.role === 'note' && givenToPerson(keys, parsed, person, now) === 'counts';
};

test.each([
  ['bounce', SENT],
  ['reply', SENT],
  ['rating', { ...SENT, score: 5 }],
] as const)('a %s address names its mail and proves it', (role, sent) => {
  const address = sentAddress(KEYS, role, sent, DOMAIN);
  expect(parse(address)).toMatchObject({ role, ticket: 'SUPPORT-7102', serial: 12 });
  expect(isProof(address)).toBe(true);
  expect(isProof(address.toUpperCase())).toBe(true);
  // In Delivered-To, as postfix/tickets.regexp writes it.
  expect(isProof(address.replace('support-', 'support+'))).toBe(true);
  expect(isProof(address, 'eve@x.example')).toBe(false);
  expect(isProof(address.replace('-12', '-13'))).toBe(false);
  expect(isProof(address.replace('7102', '7103'))).toBe(false);
});

test('a token of one kind is none of another', () => {
  const bounce = sentAddress(KEYS, 'bounce', SENT, DOMAIN);
  expect(isProof(bounce.replace('-b-', '-r-'))).toBe(false);
});

test('a note address is good for one person, one ticket and 30 days', () => {
  const given = { ticket: 'SUPPORT-7102', person: 'bob', at: NOW } as const;
  const address = staffAddress(KEYS, 'note', given, DOMAIN);
  expect(isNote(address, 'bob')).toBe(true);
  expect(isNote(address.toUpperCase(), 'bob', later(29))).toBe(true);
  expect(isNote(address, 'bob', later(31))).toBe(false);
  expect(isNote(address, 'bob', later(-1))).toBe(false);
  expect(isNote(address, 'amy')).toBe(false);
  expect(isNote(address.replace('7102', '7103'), 'bob')).toBe(false);
});

test.each(['-', '+', '%2B'])('a text that goes out holds none, written with a %s', (delimiter) => {
  const given = { ticket: 'SUPPORT-7102', person: 'bob', at: NOW } as const;
  const address = staffAddress(KEYS, 'answer', given, DOMAIN).replace('-', delimiter);
  const text = withoutStaffAddresses(`Delivered-To: ${address}\nHello`, 'us@x.example');
  expect(text).toBe('Delivered-To: us@x.example\nHello');
});

test('a revoked note address is worth nothing, one given afterwards is', () => {
  const given = (at: Date) =>
    staffAddress(KEYS, 'note', { ticket: 'SUPPORT-7102', person: 'bob', at }, DOMAIN);
  const keys = { ...KEYS, revoked: { bob: NOW.toISOString() } };
  expect(isNote(given(NOW), 'bob', later(2), keys)).toBe(false);
  expect(isNote(given(later(1)), 'bob', later(2), keys)).toBe(true);
  expect(isNote(given(NOW), 'bob', later(2), { ...KEYS, revoked: { amy: keys.revoked.bob } })).toBe(
    true,
  );
});

test('which came first, a revocation or an address, is no question for a clock', () => {
  const given = (keys: SigningKeys, at = NOW) =>
    staffAddress(keys, 'note', { ticket: 'SUPPORT-7102', person: 'bob', at }, DOMAIN);
  const revoked = (at: Date, renewed: string) => ({
    ...{ ...KEYS, revoked: { bob: at.toISOString() }, renewed: { bob: renewed } },
  });
  // The clock was ahead when they were revoked, or when they were given.
  const then = revoked(later(365), 'once');
  expect(isNote(given(KEYS), 'bob', NOW, then)).toBe(false);
  expect(isNote(given(then), 'bob', NOW, then)).toBe(true);
  expect(isNote(given(KEYS, later(10)), 'bob', later(11), revoked(NOW, 'once'))).toBe(false);
  // Once more, within the same minute.
  expect(isNote(given(then), 'bob', NOW, revoked(NOW, 'twice'))).toBe(false);
  expect(isNote(given(then), 'amy', NOW, then)).toBe(false);
});

test('what an older program has revoked while its clock was ahead comes back for nobody', () => {
  const keys: SigningKeys = { ...KEYS, revoked: { bob: later(365).toISOString() } };
  const given = (signedBy: SigningKeys) =>
    staffAddress(signedBy, 'note', { ticket: 'SUPPORT-7102', person: 'bob', at: NOW }, DOMAIN);
  expect(isNote(given(KEYS), 'bob', NOW, keys)).toBe(false);
  expect(isNote(given(keys), 'bob', NOW, keys)).toBe(true);
});

test('the longest one has 64 octets before the @ (RFC 5321 4.5.3.1.1)', () => {
  const ticket = `${'X'.repeat(20)}-999999999999999` as const;
  const sent = { ...SENT, ticket, serial: 10_001 };
  const addresses = [
    sentAddress(KEYS, 'bounce', sent, DOMAIN),
    staffAddress(KEYS, 'note', { ticket, person: 'bob', at: new Date('2200-01-01') }, DOMAIN),
  ];
  for (const address of addresses) {
    expect(address.indexOf('@')).toBeLessThanOrEqual(64);
    expect(parseSignedAddress(address, DOMAIN, ['X'.repeat(20)])?.ticket).toBe(ticket);
  }
});

test.each([
  'support-7102@support-ticket.example',
  'support-7102-close@support-ticket.example',
  'support-7102-b-12-short@support-ticket.example',
  'support-7102-x-12-aaaaaaaaaaaaaaaa@support-ticket.example',
  'support-7102-b-x-aaaaaaaaaaaaaaaa@support-ticket.example',
  'support-7102-b-12-aaaaaaaaaaaaaaaa@elsewhere.example',
  'other-7102-b-12-aaaaaaaaaaaaaaaa@support-ticket.example',
])('%s is none', (address) => {
  expect(parse(address)).toBeNull();
});
