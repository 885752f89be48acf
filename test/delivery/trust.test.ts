import { expect, test } from 'vitest';
import type { StaffPerson } from '../../src/config/config.ts';
import { authenticatedBy } from '../../src/delivery/authentication.ts';
import { spamVerdict } from '../../src/delivery/spam.ts';
import { isPermitted, mayCommand, type Proofs, trust } from '../../src/delivery/trust.ts';
import { headerFields } from '../../src/message/header.ts';

const BOB: StaffPerson = {
  name: 'bob',
  addresses: ['bob@support-ticket.example'],
  sasl: ['bob'],
  notify: 'all',
};
const NOTHING: Proofs = {
  isAutomatic: false,
  from: 'nic@ferrier.example',
  login: null,
  authenticated: null,
  namesMailSentToSender: false,
  givenTo: null,
};
const FROM_BOB = { from: 'Bob@support-ticket.example' };

test.each<readonly [string, Partial<Proofs>, string]>([
  ['a bare From', {}, 'claimed'],
  ['a bare From of staff', FROM_BOB, 'claimed'],
  ['nobody', { from: null }, 'claimed'],
  ['a mail that we sent to him', { namesMailSentToSender: true }, 'thread'],
  ['our own MTA', { authenticated: 'dmarc=pass' }, 'authenticated'],
  ['our own MTA, for staff', { ...FROM_BOB, authenticated: 'dmarc=pass' }, 'staff'],
  ['a login', { login: 'bob' }, 'staff'],
  ['a login under another From', { login: 'bob', from: 'eve@x.example' }, 'staff'],
  ['a login that is nobody of the staff', { ...FROM_BOB, login: 'eve' }, 'claimed'],
  ['a machine with a login', { login: 'bob', isAutomatic: true }, 'automatic'],
  ['the note address of staff', { givenTo: { person: BOB, role: 'note' } }, 'staff'],
  [
    'a machine at a note address',
    { givenTo: { person: BOB, role: 'note' }, isAutomatic: true },
    'automatic',
  ],
  ['a signed reference of staff', { ...FROM_BOB, namesMailSentToSender: true }, 'thread'],
])('what %s proves', (_, proofs, level) => {
  const trusted = trust({ ...NOTHING, ...proofs }, { staff: [BOB], staffProof: 'authenticated' });
  expect(trusted.level).toBe(level);
  expect(trusted.staff?.person ?? null).toBe(level === 'staff' ? BOB : null);
});

test('a command needs a login or an authenticated From: an address alone is good for words', () => {
  const desk = { staff: [BOB], staffProof: 'authenticated' } as const;
  const may = (proofs: Partial<Proofs>) => mayCommand(trust({ ...NOTHING, ...proofs }, desk));
  const given = { givenTo: { person: BOB, role: 'answer' } } as const;
  expect(may({ login: 'bob' })).toBe(true);
  expect(may({ ...FROM_BOB, authenticated: 'dmarc=pass' })).toBe(true);
  expect(may({ ...FROM_BOB, authenticated: 'dmarc=pass', ...given })).toBe(true);
  expect(may(given)).toBe(false);
  expect(may({ ...given, authenticated: 'dmarc=pass' })).toBe(false);
  expect(may(FROM_BOB)).toBe(false);
});

test('staffProof sasl: only a login makes staff', () => {
  const desk = { staff: [BOB], staffProof: 'sasl' } as const;
  const byMta = { ...NOTHING, ...FROM_BOB, authenticated: 'dmarc=pass' };
  expect(trust(byMta, desk).level).toBe('authenticated');
  expect(trust({ ...byMta, login: 'bob' }, desk).level).toBe('staff');
});

const ID = 'mx.support-ticket.example';
const results = (value: string) => `Authentication-Results: ${value}\nFrom: nic@ferrier.example\n`;

test.each<readonly [string, string, boolean]>([
  ['our own pass', results(`${ID}; dmarc=pass (p=none) header.from=ferrier.example`), true],
  [
    'with a version, in any case',
    results(`MX.Support-Ticket.example 1; dkim=pass; DMARC=pass header.from=Ferrier.example`),
    true,
  ],
  ['by another host', results('mx.evil.example; dmarc=pass header.from=ferrier.example'), false],
  ['of another domain', results(`${ID}; dmarc=pass header.from=evil.example`), false],
  ['a failure', results(`${ID}; dmarc=fail header.from=ferrier.example`), false],
  [
    'DKIM and SPF without DMARC',
    results(`${ID}; dkim=pass header.d=ferrier.example; spf=pass`),
    false,
  ],
  ['in a comment', results(`${ID}; dmarc=fail (dmarc=pass header.from=ferrier.example)`), false],
  [
    'below another one',
    `Authentication-Results: mx.evil.example; none\n${results(`${ID}; dmarc=pass header.from=ferrier.example`)}`,
    false,
  ],
  [
    'with two From',
    `${results(`${ID}; dmarc=pass header.from=ferrier.example`)}From: eve@x.example\n`,
    false,
  ],
])('Authentication-Results: %s', (_, header, isProof) => {
  const fields = headerFields(Buffer.from(header));
  expect(authenticatedBy(fields, 'nic@ferrier.example', ID) !== null).toBe(isProof);
  expect(authenticatedBy(fields, 'nic@ferrier.example', null)).toBeNull();
});

test.each([
  'spf=pass smtp.mailfrom="x; dmarc=pass header.from=ferrier.example "@e.example; dmarc=fail header.from=ferrier.example',
  'spf=pass smtp.mailfrom="x; dmarc=pass header.from=ferrier.example "@e.example',
  'spf=pass smtp.helo="a( "; dmarc=fail header.from=ferrier.example; x=y smtp.helo=") ; dmarc=pass header.from=ferrier.example "',
  'dmarc=fail header.from=ferrier.example; dmarc=pass header.from=ferrier.example',
  'spf=pass smtp.helo="never ends; dmarc=pass header.from=ferrier.example',
])('a stranger who writes into a value of ours proves nothing: %s', (methods) => {
  const header = `From: nic@ferrier.example\nAuthentication-Results: mx.support-ticket.example; ${methods}\n`;
  const fields = headerFields(Buffer.from(header));
  expect(authenticatedBy(fields, 'nic@ferrier.example', 'mx.support-ticket.example')).toBeNull();
});

test('what a level may do, and what strict takes from it', () => {
  expect(isPermitted('open', 'automatic', false)).toBe(false);
  expect(isPermitted('open', 'claimed', true)).toBe(true);
  expect(isPermitted('answer', 'claimed', false)).toBe(true);
  expect(isPermitted('answer', 'claimed', true)).toBe(false);
  expect(isPermitted('reopen', 'automatic', false)).toBe(false);
  expect(isPermitted('reopen', 'claimed', true)).toBe(false);
  expect(isPermitted('join', 'authenticated', false)).toBe(false);
  expect(isPermitted('join', 'automatic', false)).toBe(false);
  expect(isPermitted('join', 'staff', false)).toBe(true);
});

const RULES = [{ header: 'X-Spam-Flag', pattern: '^yes' }];
test.each<readonly [string, string, boolean]>([
  ['of our filter', 'X-Spam-Flag: YES\nReceived: a\nReceived: b\n', true],
  ['behind the Received of our MTA', 'Received: a\nX-Spam-Flag: YES\nReceived: b\n', true],
  ['that came with the mail', 'Received: a\nReceived: b\nX-Spam-Flag: YES\n', false],
  ['that says no', 'X-Spam-Flag: NO\n', false],
  ['that nobody asked for', 'X-Other: YES\n', false],
])('a spam mark %s', (_, header, isSpam) => {
  expect(spamVerdict(headerFields(Buffer.from(header)), RULES) !== null).toBe(isSpam);
});
