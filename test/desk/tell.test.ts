/** Who of the staff is written to about what. */
import { expect, test } from 'vitest';
import type { StaffPerson } from '../../src/config/config.ts';
import { notificationsOf } from '../../src/desk/tell.ts';
import { UNSORTED } from '../../src/ticket/apply-change.ts';
import type { Change } from '../../src/ticket/change.ts';
import type { IncomingMessage, Ticket, Trust } from '../../src/ticket/ticket.ts';

const person = (name: string, more: Partial<StaffPerson> = {}): StaffPerson => ({
  ...{ name, addresses: [`${name}@home.example`], sasl: [], notify: 'all', ...more },
});
const STAFF = [
  person('bob'),
  person('kim', { notify: 'assigned' }),
  person('ann', { notify: 'none' }),
  person('joe', { queues: ['BILLING'] }),
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
  notificationsOf(changes, () => after, STAFF).map(({ to, assignedBy }) =>
    assignedBy === null ? to.name : `${to.name} by ${assignedBy}`,
  );
const assigned = (to: string | null, by: string): Change => ({
  ...{ type: 'ticket.assigned', ticket, from: null, to, by },
});

test.each<readonly [string, readonly Change[], Partial<Ticket>, readonly string[]]>([
  ['everybody of the queue who wants it', [added()], {}, ['bob']],
  ['those of another queue', [added()], { queue: 'BILLING' }, ['bob', 'joe']],
  ['whoever works on it, alone', [added()], { assignee: 'kim' }, ['kim']],
  ['nobody, where that person wants none', [added()], { assignee: 'ann' }, []],
  ['all, where that person has left', [added()], { assignee: 'gone' }, ['bob']],
  ['not the author', [added(mail('staff', 'Bob@home.example'))], {}, []],
  ['nobody of what a machine wrote', [added(mail('automatic'))], {}, []],
  ['who it was given to', [assigned('kim', 'bob')], { assignee: 'kim' }, ['kim by bob']],
  ['not who took it', [assigned('kim', 'kim')], { assignee: 'kim' }, []],
  ["nobody, where it is nobody's now", [assigned(null, 'bob')], {}, []],
  ['not who wants none', [assigned('ann', 'bob')], { assignee: 'ann' }, []],
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
