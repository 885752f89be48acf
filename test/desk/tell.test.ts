/** Who of the staff is written to about what. */
import { expect, test } from 'vitest';
import type { StaffPerson } from '../../src/config/config.ts';
import { notificationsOf } from '../../src/desk/tell.ts';
import { UNSORTED } from '../../src/ticket/apply-change.ts';
import type { Change } from '../../src/ticket/change.ts';
import type {
  IncomingMessage,
  Note,
  OutgoingMessage,
  Ticket,
  Trust,
} from '../../src/ticket/ticket.ts';
import { configOf } from '../kit/config.ts';

const person = (name: string, more: Partial<StaffPerson> = {}): StaffPerson => ({
  ...{ name, addresses: [`${name}@home.example`], sasl: [], notify: 'all', ...more },
});
const STAFF = [
  person('bob'),
  person('kim', { notify: 'assigned', sasl: ['k.lee'] }),
  person('ann', { notify: 'none' }),
  person('joe', { queues: ['BILLING'] }),
  person('sue', { notify: 'concerned' }),
];
const mail = (trust: Trust = 'claimed', from = 'nic@ferrier.example'): IncomingMessage => ({
  ...{ serial: 1, direction: 'in', trust, from: { name: '', address: from }, to: [] },
  ...{ newLines: [], date: '', subject: 'x', text: 'x', messageId: null, raw: 'raw/1' },
  attachments: [],
});
const ticket = 'SUPPORT-7102';
const known = (more: Partial<Ticket> = {}): Ticket => ({
  ...{ id: ticket, number: 7102, queue: 'SUPPORT', status: 'open', subject: 'x' },
  ...{ requester: null, ...UNSORTED, createdAt: '', updatedAt: '', messages: [mail()], ...more },
});
const added = (message = mail()): Change => ({ type: 'message.added', ticket, message });
const told = (changes: readonly Change[], after: Ticket | null = known()) =>
  notificationsOf(changes, () => after, {
    ...configOf(),
    staff: STAFF,
    history: 3,
    absence: () => null,
  }).map(({ to, message, deeds }) =>
    [
      to.name,
      ...(message === null ? [] : [`#${message.serial}`]),
      ...deeds.map((deed) => `${deed.type} by ${deed.by}`),
    ].join(' '),
  );
const assigned = (to: string | null, by: string): Change => ({
  ...{ type: 'ticket.assigned', ticket, from: null, to, by },
});

const note = (by: string, serial = 2): Note => ({
  ...{ serial, direction: 'internal', date: '', by, text: 'They call back.\n', attachments: [] },
});
const noted = ({ by, serial, text }: Note): Change => ({
  ...{ type: 'note.added', ticket, by, serial, text },
});
const answer = (by: string): OutgoingMessage => ({
  ...{ serial: 2, direction: 'out', automatic: false, delivery: 'waiting', by, date: '' },
  from: { name: '', address: 'support-7102@support-ticket.example' },
  to: [{ name: '', address: 'nic@ferrier.example' }],
  ...{ messageId: '<2>', subject: 'x', text: 'x', attachments: [], raw: 'raw/2' },
});
const closed = (by: string): Change => ({
  ...{ type: 'ticket.status', ticket, from: 'open', to: 'resolved', by },
});
const by = (...messages: readonly (Note | OutgoingMessage)[]) => ({
  messages: [mail(), ...messages],
});

test.each<readonly [string, readonly Change[], Partial<Ticket>, readonly string[]]>([
  ['everybody of the queue who wants it', [added()], {}, ['bob #1']],
  ['those of another queue', [added()], { queue: 'BILLING' }, ['bob #1', 'joe #1']],
  ['whoever works on it', [added()], { assignee: 'kim' }, ['kim #1']],
  ['nobody, if that person wants none', [added()], { assignee: 'ann' }, []],
  ['all, if that person has left', [added()], { assignee: 'gone' }, ['bob #1']],
  ['not the author', [added(mail('staff', 'Bob@home.example'))], {}, []],
  ['nobody of what a machine wrote', [added(mail('automatic'))], {}, []],
  ['who has written on it, too', [added()], by(note('sue')), ['bob #1', 'sue #1']],
  ['not who has handed it over', [added()], { assignee: 'bob', ...by(note('sue')) }, ['bob #1']],
  ['who watches it', [added()], { assignee: 'bob', watching: { kim: true } }, ['bob #1', 'kim #1']],
  [
    'nobody who wants no mail at all',
    [added()],
    { assignee: 'bob', watching: { ann: true } },
    ['bob #1'],
  ],
  [
    'not who wants no more of it',
    [added()],
    { ...by(note('sue')), watching: { sue: false } },
    ['bob #1'],
  ],
  ['all the same, if nobody has it', [added()], { watching: { bob: false } }, ['bob #1']],
  ['not kim of what she has only written on', [added()], by(note('kim')), ['bob #1']],
  [
    'the assignee of a note',
    [noted(note('bob'))],
    { assignee: 'kim', ...by(note('bob')) },
    ['kim #2'],
  ],
  ["nobody of a note on what is nobody's", [noted(note('bob'))], by(note('bob')), []],
  ['who wrote before', [noted(note('kim', 3))], by(note('sue'), note('kim', 3)), ['sue #3']],
  [
    'the assignee of an answer',
    [{ type: 'message.added', ticket, message: answer('bob') }],
    { assignee: 'kim', ...by(answer('bob')) },
    ['kim #2'],
  ],
  [
    'nobody twice of what a copy of it says',
    [{ type: 'message.added', ticket, message: { ...answer('bob'), serial: 3, copyOf: 2 } }],
    { assignee: 'kim' },
    [],
  ],
  [
    'nobody of what a machine of ours wrote',
    [{ type: 'message.added', ticket, message: { ...answer('bob'), automatic: true } }],
    { assignee: 'kim' },
    [],
  ],
  [
    'in one mail, that it was answered and closed',
    [{ type: 'message.added', ticket, message: answer('bob') }, closed('bob')],
    { assignee: 'kim', ...by(answer('bob')) },
    ['kim #2 closed by bob'],
  ],
  ['that it was closed', [closed('bob')], { assignee: 'kim' }, ['kim closed by bob']],
  [
    'that its customer has closed it',
    [closed('nic@ferrier.example')],
    { assignee: 'kim' },
    ['kim closed by nic@ferrier.example'],
  ],
  ['not who has closed it', [closed('kim')], { assignee: 'kim' }, []],
  ['not who has closed it under their login', [closed('k.lee')], { assignee: 'kim' }, []],
  [
    'nothing of what is open already',
    [{ type: 'ticket.status', ticket, from: 'new', to: 'open', by: 'bob' }],
    { assignee: 'kim' },
    [],
  ],
  [
    'who it was given to',
    [assigned('kim', 'bob')],
    { assignee: 'kim' },
    ['kim #1 assigned by bob'],
  ],
  ['not who took it', [assigned('kim', 'kim')], { assignee: 'kim' }, []],
  ["nobody, if it is nobody's now", [assigned(null, 'bob')], {}, []],
  ['not who wants none', [assigned('ann', 'bob')], { assignee: 'ann' }, []],
  [
    'the others too, that it was given to somebody',
    [assigned('kim', 'bob')],
    { assignee: 'kim', ...by(note('sue')) },
    ['kim #1 assigned by bob', 'sue assigned by bob'],
  ],
  [
    'nobody of what is part of another ticket',
    [assigned('kim', 'bob')],
    { assignee: 'kim', mergedInto: 'SUPPORT-1' },
    [],
  ],
])('%s', (_, changes, more, wanted) => {
  expect(told(changes, known(more))).toEqual(wanted);
});

test('a message that is split off is no new mail', () => {
  const split: Change = { type: 'ticket.split', ticket, serial: 1, to: 'SUPPORT-7103', by: 'bob' };
  expect(told([split, added()])).toEqual([]);
});
