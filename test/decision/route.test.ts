import { expect, test } from 'vitest';
import type { StaffPerson } from '../../src/config/config.ts';
import type { Candidates } from '../../src/decision/candidates.ts';
import type { Intent } from '../../src/decision/intent.ts';
import { route } from '../../src/decision/route.ts';
import type { StaffProof, Trusted } from '../../src/decision/trust.ts';
import type { Trust } from '../../src/ticket/ticket.ts';

const QUEUE = {
  quote: 'last' as const,
  ...{ prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
  ...{ numbers: 'own' as const, language: 'en', signature: '', due: {} },
  ...{ bulk: 'hold' as const, rating: false, markedPerHour: 20 },
};
const AUTOMATIC = { check: 'null-sender', evidence: 'x' };
const SPAM = { check: 'spam', evidence: 'x' };
const TICKET = 'SUPPORT-7102';
const BOB: StaffPerson = { name: 'bob', addresses: ['bob@x.example'], sasl: [], notify: 'all' };
const at = (level: Trust, proof: StaffProof | null = null): Trusted => ({
  ...{ level, why: '', staff: proof === null ? null : { person: BOB, proof }, doubt: null },
});
const NEW: Candidates = {
  queue: QUEUE,
  addressOwner: null,
  ...{ named: [], namesAddressee: false, isBlind: false, isReaction: false },
  byAddress: null,
  bySignedReference: null,
  ...{ byReference: null, bySubject: null },
  answered: null,
  linking: null,
  alsoTold: [],
  ...{
    verdict: null,
    mark: null,
    isOfRelays: false,
    isMarkedBySubject: false,
    isToMany: false,
    speaksForPerson: true,
  },
  ...{ spam: null, blocked: null, service: null, asksForHelp: false, confirmation: null },
  ...{ claimedStaff: null, suffix: null, word: null },
  ...{ isToConfirm: false, isTheWord: false, heldOrders: null, isByWhoeverIsAsked: false },
  trusted: at('claimed'),
  outdated: null,
  isReport: false,
  ...{ isOnTicket: false, isRequester: false, isNoteToo: false, isToAnswer: false },
  isStrict: false,
};
const MACHINE = { verdict: AUTOMATIC, trusted: at('automatic') } as const;
const TO_TICKET = { byAddress: TICKET } as const;
const BEFORE = { ...TO_TICKET, outdated: { person: BOB, ticket: TICKET } } as const;

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
  ['staff acts', { ...TO_TICKET, trusted: at('staff', 'from') }, 'act: command'],
  [
    'what staff writes to another address is no answer, whatever it names',
    { bySignedReference: TICKET, trusted: at('staff', 'login') },
    'open',
  ],
  ['what staff answers to an address of before a restore goes back', BEFORE, 'act: nothing'],
  ['also where the ticket is lost', { outdated: BEFORE.outdated }, 'act: nothing'],
  ['a login counts as ever', { ...BEFORE, trusted: at('staff', 'login') }, 'act: command'],
  ['a machine gets nothing back', { ...MACHINE, ...BEFORE }, 'record: null-sender'],
  ['spam neither', { ...BEFORE, spam: SPAM }, 'hold: spam'],
  ['an answer address answers', { ...TO_TICKET, trusted: at('staff', 'answer') }, 'act: answer'],
  ['a note address notes', { ...TO_TICKET, trusted: at('staff', 'note') }, 'act: note'],
  [
    'staff who has asked himself is a customer there',
    { ...TO_TICKET, isOnTicket: true, isRequester: true, trusted: at('staff', 'from') },
    'append, reopen',
  ],
  [
    'but not by the address that he was given',
    { ...TO_TICKET, isOnTicket: true, isRequester: true, trusted: at('staff', 'answer') },
    'act: answer',
  ],
  [
    'staff who gets copies is staff',
    { ...TO_TICKET, isOnTicket: true, trusted: at('staff', 'from') },
    'act: command',
  ],
  ['who claims to be staff is held', { ...TO_TICKET, claimedStaff: 'bob' }, 'hold: unproven-staff'],
  [
    'also where he names a mail of ours',
    { bySignedReference: TICKET, claimedStaff: 'bob', trusted: at('thread') },
    'hold: unproven-staff',
  ],
  [
    'a word of the staff is no command of a customer',
    { ...TO_TICKET, word: 'close', trusted: at('staff', 'from') },
    'act: command',
  ],
  [
    'the requester says a word',
    { ...TO_TICKET, isOnTicket: true, word: 'status' },
    'append: status',
  ],
  [
    'the requester closes',
    { ...TO_TICKET, isOnTicket: true, suffix: 'close', trusted: at('thread') },
    'append: close',
  ],
  [
    'without a proof he closes nothing',
    { ...TO_TICKET, isOnTicket: true, suffix: 'close' },
    'append: close, unproven',
  ],
  ['nor by a word', { ...TO_TICKET, isOnTicket: true, word: 'close' }, 'append: close, unproven'],
  [
    'the requester stops mail',
    { ...TO_TICKET, isOnTicket: true, suffix: 'stop', trusted: at('thread') },
    'append: stop',
  ],
  [
    'without a proof he does not',
    { ...TO_TICKET, isOnTicket: true, suffix: 'stop' },
    'append: stop, unproven',
  ],
  [
    'a note address is no door',
    { ...TO_TICKET, isOnTicket: true, suffix: 'note' },
    'append, reopen',
  ],
  ['a stranger closes nothing', { ...TO_TICKET, suffix: 'close' }, 'hold: stranger'],
  ['commands', { service: 'control' }, 'control'],
  ['commands are no answer', { service: 'control', bySignedReference: TICKET }, 'control'],
  ['a machine gives none', { ...MACHINE, service: 'control' }, 'record: null-sender'],
  ['spam gives none', { service: 'control', spam: SPAM }, 'hold: spam'],
  ['who asks for help', { asksForHelp: true }, 'help'],
  [
    'in a ticket it is an answer',
    { ...TO_TICKET, isOnTicket: true, asksForHelp: true },
    'append, reopen',
  ],
  ['who is blocked opens nothing', { blocked: SPAM }, 'record: spam'],
  [
    'who is blocked adds nothing',
    { ...TO_TICKET, isOnTicket: true, blocked: SPAM },
    'record: spam',
  ],
  ['who names our mail has seen it', { bySignedReference: TICKET }, 'append, reopen'],
  [
    'who names our mail and its address',
    { ...TO_TICKET, bySignedReference: TICKET },
    'append, reopen',
  ],
  [
    'a signed reference of another ticket opens no door',
    { ...TO_TICKET, bySignedReference: 'SUPPORT-1' },
    'hold: stranger',
  ],
  ['who answers his own mail', { byReference: TICKET, isOnTicket: true }, 'append, reopen'],
  [
    'a report that is proven is none',
    { ...MACHINE, ...TO_TICKET, bySignedReference: TICKET, isReport: true, spam: SPAM },
    'append',
  ],
  [
    'one that is not, is',
    { ...MACHINE, ...TO_TICKET, isOnTicket: true, isReport: true, spam: SPAM },
    'hold: spam',
  ],
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
  expect(intent.type + detailOf(intent)).toBe(wanted);
});

function detailOf(intent: Intent): string {
  if ('verdict' in intent) return `: ${intent.verdict.check}`;
  if (intent.type === 'act') return `: ${intent.may}`;
  if (intent.type !== 'append') return '';
  if (intent.customerCommand !== null) return `: ${intent.customerCommand}`;
  return intent.mayReopen ? ', reopen' : '';
}
