import { expect, test } from 'vitest';
import { fieldsOfOurs, type House } from '../../src/decision/border.ts';
import { spamVerdict } from '../../src/decision/spam.ts';
import { headerFields } from '../../src/reading/header.ts';

const HOUSE: House = { ownHosts: [], relays: [], authResults: 'above' };
const RULES = [{ header: 'X-Spam-Flag', pattern: '^yes' }];

const MARK = 'X-Spam-Flag: YES\n';
const hop = (from: string, by = 'mx.support-ticket.example (Postfix)') =>
  `Received: from ${from}\n\tby ${by} with ESMTP id 4X1;\n\tSat, 28 Nov 2026 10:00:00 +0000\n`;
const STRANGER = hop('evil.example (evil.example [203.0.113.66])');
const HERE = hop('localhost (localhost [127.0.0.1])');
const AMAVIS = hop(
  'mx.support-ticket.example ([127.0.0.1])',
  'localhost (mx.support-ticket.example [127.0.0.1]) (amavisd-new, port 10024)',
);
const RELAY = hop('mail.front.example (mail.front.example [192.0.2.25])');
const AT_RELAY = hop('evil.example (evil.example [203.0.113.66])', 'mail.front.example (Postfix)');
const FRONT = { ...HOUSE, ownHosts: ['mail.front.example'], relays: ['192.0.2.25'] };

const isBelieved = (header: string, house: House = HOUSE, client: string | null = null) =>
  spamVerdict(fieldsOfOurs(headerFields(Buffer.from(header)), client, house), RULES) !== null;

test.each<readonly [string, string, boolean]>([
  ['above our own Received', `${MARK}${STRANGER}From: a@b.example\n`, true],
  ['right below it, where a stranger begins', `${STRANGER}${MARK}From: a@b.example\n`, false],
  ['below a line that a stranger has made up', `${STRANGER}${STRANGER}${MARK}`, false],
  ['above a line of our name that a stranger has made up', `${STRANGER}${MARK}${STRANGER}`, false],
  ['in a mail without a Received', MARK, false],
  ['of whoever sends mail from this host', `${HERE}${MARK}${STRANGER}`, false],
  ['of whoever sends mail from this host, with two lines', `${HERE}${AMAVIS}${MARK}`, false],
])('a mark %s', (_, header, isOurs) => {
  expect(isBelieved(header)).toBe(isOurs);
});

test.each<readonly [string, string, boolean]>([
  ['of a filter on this host', `${HERE}${MARK}${STRANGER}`, true],
  ['of amavis, with its own Received', `${HERE}${AMAVIS}${MARK}${STRANGER}`, true],
  ['below what amavis has taken in', `${HERE}${AMAVIS}${STRANGER}${MARK}`, false],
  ['below what the filter has taken in', `${HERE}${STRANGER}${MARK}${HERE}`, false],
  ['above what another host has taken in', `${HERE}${MARK}${AT_RELAY}`, false],
])('a mark in mail that a filter hands back, %s', (_, header, isOurs) => {
  // By XFORWARD Postfix knows the client of the first time.
  expect(isBelieved(header, HOUSE, '203.0.113.66 (evil.example)')).toBe(isOurs);
  // Without it, only for a host that the config names.
  expect(isBelieved(header, HOUSE, '127.0.0.1 (localhost)')).toBe(false);
  const named = { ...HOUSE, ownHosts: ['mx.support-ticket.example'] };
  const isDirect = !header.includes('amavisd');
  expect(isBelieved(header, named, '127.0.0.1 (localhost)')).toBe(isOurs && isDirect);
});

test.each([
  'localhost(localhost[127.0.0.1]) (evil.example [203.0.113.66])',
  '([127.0.0.1]) (evil.example [203.0.113.66])',
  'by (evil.example [203.0.113.66])',
  '( (evil.example [203.0.113.66])',
  '" (evil.example [203.0.113.66])',
  'a (evil.example [203.0.113.66]) (Client CN "([127.0.0.1])", Issuer "x" (not verified))',
  '[127.0.0.1] (unknown [203.0.113.66])',
])('a HELO or a certificate that names this host makes nobody one of ours: %s', (from) => {
  expect(isBelieved(`${hop(from)}${MARK}${STRANGER}`)).toBe(false);
});

test('behind another MX: only from one of the relays, and only in the lines of our hosts', () => {
  const front = `${RELAY}${MARK}${AT_RELAY}`;
  expect(isBelieved(front, FRONT, '192.0.2.25 (mail.front.example)')).toBe(true);
  expect(isBelieved(front, FRONT)).toBe(true);
  expect(isBelieved(front, FRONT, '127.0.0.1')).toBe(true);
  expect(isBelieved(front, FRONT, '203.0.113.66 (mail.front.example)')).toBe(false);
  expect(isBelieved(front, { ...FRONT, relays: [] }, '192.0.2.25')).toBe(false);
  expect(isBelieved(front, { ...FRONT, ownHosts: [] }, '192.0.2.25')).toBe(false);
  expect(isBelieved(`${STRANGER}${MARK}${AT_RELAY}`, FRONT)).toBe(false);
  expect(isBelieved(`${RELAY}${AT_RELAY}${MARK}`, FRONT, '192.0.2.25')).toBe(false);
});

test('filters that write below our Received: only if the config says so', () => {
  const below: House = { ...HOUSE, authResults: 'below' };
  expect(isBelieved(`${STRANGER}${MARK}${STRANGER}`, below)).toBe(true);
  expect(isBelieved(`${STRANGER}${MARK}`, below)).toBe(true);
  expect(isBelieved(`${MARK}${STRANGER}`, below)).toBe(true);
  expect(isBelieved(`${STRANGER}${STRANGER}${MARK}`, below)).toBe(false);
});

test.each([
  ['that says no', 'X-Spam-Flag: NO\n'],
  ['that nobody asked for', 'X-Other: YES\n'],
])('a mark %s is none', (_, mark) => {
  expect(isBelieved(`${mark}${STRANGER}`)).toBe(false);
});
