import { expect, test } from 'vitest';
import { type Candidates, route } from '../../src/delivery/route.ts';
import type { Trust } from '../../src/ticket/ticket.ts';

const QUEUE = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 };
const AUTOMATIC = { check: 'null-sender', evidence: 'x' };
const SPAM = { check: 'spam', evidence: 'x' };
const TICKET = 'SUPPORT-7102';
const at = (level: Trust) => ({ level, why: '', person: null });
const NEW: Candidates = {
  queue: QUEUE,
  byAddress: null,
  bySignedReference: null,
  byReference: null,
  verdict: null,
  spam: null,
  trusted: at('claimed'),
  isReport: false,
  isOnTicket: false,
  isStrict: false,
};
const MACHINE = { verdict: AUTOMATIC, trusted: at('automatic') } as const;
const TO_TICKET = { byAddress: TICKET } as const;

test.each<readonly [string, Partial<Candidates>, string]>([
  ['a new mail opens', {}, 'open'],
  ['automatic mail is recorded', MACHINE, 'record: null-sender'],
  ['a report at a ticket is shown there', { ...MACHINE, ...TO_TICKET, isReport: true }, 'append'],
  ['a stranger is no machine by saying so', { ...MACHINE, ...TO_TICKET }, 'record: null-sender'],
  [
    'strict: nor by an unproven report',
    { ...MACHINE, ...TO_TICKET, isReport: true, isStrict: true },
    'record: null-sender',
  ],
  [
    'a vacation answer of the requester is shown there',
    { ...MACHINE, ...TO_TICKET, isOnTicket: true },
    'append',
  ],
  ['the requester is let in, and may reopen', { ...TO_TICKET, isOnTicket: true }, 'append, reopen'],
  ['a stranger at a ticket is held', TO_TICKET, 'hold: stranger'],
  [
    'an authenticated stranger is held',
    { ...TO_TICKET, trusted: at('authenticated') },
    'hold: stranger',
  ],
  ['staff is let in', { ...TO_TICKET, trusted: at('staff') }, 'append'],
  ['who names our mail has seen it', { bySignedReference: TICKET }, 'append'],
  ['who names our mail and its address', { ...TO_TICKET, bySignedReference: TICKET }, 'append'],
  [
    'a signed reference of another ticket opens no door',
    { ...TO_TICKET, bySignedReference: 'SUPPORT-1' },
    'hold: stranger',
  ],
  ['who answers his own mail', { byReference: TICKET, isOnTicket: true }, 'append, reopen'],
  ['spam is held', { spam: SPAM }, 'hold: spam'],
  ['spam to a ticket is held', { ...TO_TICKET, isOnTicket: true, spam: SPAM }, 'hold: spam'],
  [
    'strict: the requester without a proof is held',
    { ...TO_TICKET, isOnTicket: true, isStrict: true },
    'hold: strict',
  ],
  [
    'strict: the requester with a proof is let in',
    { ...TO_TICKET, isOnTicket: true, isStrict: true, trusted: at('thread') },
    'append, reopen',
  ],
  ['strict: a new mail opens all the same', { isStrict: true }, 'open'],
])('%s', (_, change, wanted) => {
  const { intent } = route({ ...NEW, ...change });
  const detail =
    'verdict' in intent
      ? `: ${intent.verdict.check}`
      : intent.type === 'append' && intent.mayReopen
        ? ', reopen'
        : '';
  expect(intent.type + detail).toBe(wanted);
});
