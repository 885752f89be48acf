import { expect, test } from 'vitest';
import type { StaffPerson } from '../../src/config/config.ts';
import { isPermitted, mayCommand, type Proofs, trust } from '../../src/decision/trust.ts';

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
  ...{ copied: null, hasActed: false, isSpfAligned: true, isConfirmed: false },
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

const COPIED = { check: 'copied', evidence: 'x' };
test.each<readonly [string, Partial<Proofs>, string | null]>([
  ['a login', { login: 'bob', copied: COPIED, hasActed: true }, null],
  ['a From of a host that may send for its domain', { authenticated: 'x' }, null],
  ['a From alone', { authenticated: 'x', isSpfAligned: false }, 'unconfirmed'],
  [
    'a From, at the reply address that they were given',
    { authenticated: 'x', isSpfAligned: false, givenTo: { person: BOB, role: 'answer' } },
    null,
  ],
  ['a From, of a copy', { authenticated: 'x', copied: COPIED }, 'copied'],
  ['the reply address', { givenTo: { person: BOB, role: 'answer' }, copied: COPIED }, null],
  [
    'the reply address, for a mail that has acted',
    { givenTo: { person: BOB, role: 'answer' }, hasActed: true },
    'copied',
  ],
  ['their own word', { authenticated: 'x', copied: COPIED, isConfirmed: true }, null],
])('one of the staff by %s: what is in doubt', (_, proofs, doubt) => {
  const desk = { staff: [BOB], staffProof: 'authenticated' } as const;
  const trusted = trust({ ...NOTHING, ...FROM_BOB, ...proofs }, desk);
  expect(trusted.level).toBe('staff');
  expect(trusted.doubt?.check ?? null).toBe(doubt);
});

test('a customer whose mail is a copy is authenticated, and in doubt', () => {
  const desk = { staff: [BOB], staffProof: 'authenticated' } as const;
  const trusted = trust({ ...NOTHING, authenticated: 'x', copied: COPIED }, desk);
  expect(trusted).toMatchObject({ level: 'authenticated', doubt: COPIED });
});

test('staffProof sasl: only a login makes staff', () => {
  const desk = { staff: [BOB], staffProof: 'sasl' } as const;
  const byMta = { ...NOTHING, ...FROM_BOB, authenticated: 'dmarc=pass' };
  expect(trust(byMta, desk).level).toBe('authenticated');
  expect(trust({ ...byMta, login: 'bob' }, desk).level).toBe('staff');
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
