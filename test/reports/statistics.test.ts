/** How the desk does, with a clock that the test owns. */
import { expect, test } from 'vitest';
import { Courses } from '../../src/reports/courses.ts';
import { findingsIn } from '../../src/reports/findings.ts';
import { spreadOf } from '../../src/reports/statistics.ts';
import type { Change } from '../../src/ticket/change.ts';
import type { OutgoingMessage } from '../../src/ticket/ticket.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const NIC = { name: 'Nic', address: 'nic@ferrier.example' };
const created = (n: number, queue = 'SUPPORT'): Change => ({
  ...{ type: 'ticket.created', ticket: `${queue}-${n}`, number: n, queue },
  ...{ subject: 'x', requester: NIC },
});
const status = (n: number, to: 'open' | 'resolved'): Change => ({
  ...{ type: 'ticket.status', ticket: `SUPPORT-${n}`, from: 'new', to, by: 'bob' },
});
const answer = (n: number, automatic = false, to = NIC, serial = 2): Change => {
  const message: OutgoingMessage = {
    ...{ serial, direction: 'out', automatic, delivery: 'sent', from: NIC, to: [to] },
    ...{ date: '', subject: 'x', text: 'x', attachments: [], messageId: '<1@x>', raw: 'raw/1' },
  };
  return { type: 'message.added', ticket: `SUPPORT-${n}`, message };
};

/** Bob's, with a time. */
const later = (n: number): Change => {
  const written = answer(n);
  if (written.type !== 'message.added' || written.message.direction !== 'out') return written;
  const message: OutgoingMessage = {
    ...{ ...written.message, by: 'bob', delivery: 'waiting', notBefore: '2026-11-30T00:00:00Z' },
  };
  return { ...written, message };
};
const fate = (type: 'reply.sent' | 'reply.undone'): Change => ({
  ...{ type, ticket: 'SUPPORT-1', serial: 2, mail: '2.0', by: 'bob' },
});

type Commits = readonly (readonly [string, readonly Change[]])[];

const written = (n: number): Change => ({
  type: 'message.added',
  ticket: `SUPPORT-${n}`,
  message: {
    ...{
      serial: 3,
      direction: 'in',
      trust: 'thread',
      from: NIC,
      date: '',
      subject: 'x',
      text: 'x',
    },
    ...{ to: [], newLines: [], attachments: [], messageId: '<2@x>', raw: 'raw/2' },
  },
});

function after(...commits: Commits) {
  return courseOf(...commits).statistics(NOW, 3);
}

function courseOf(...commits: Commits) {
  const courses = new Courses();
  for (const [time, changes] of commits) courses.add({ time: `2026-11-${time}:00Z`, changes });
  return courses;
}

test('what is open, by queue and age', () => {
  const { queues } = after(
    ['20T11:00', [created(1), created(2, 'BILLING')]],
    ['18T11:00', [created(3)]],
    ['10T11:00', [created(4)]],
    ['10T12:00', [status(4, 'resolved')]],
  );
  expect(queues).toEqual([
    { queue: 'BILLING', open: 1, day: 1, week: 0, month: 0, older: 0, snoozed: 0 },
    { queue: 'SUPPORT', open: 2, day: 1, week: 1, month: 0, older: 0, snoozed: 0 },
  ]);
});

test('a snoozed ticket is counted apart until its time, or until its customer writes', () => {
  const snoozed = (n: number, until: string | null): Change => ({
    ...{ type: 'ticket.snoozed', ticket: `SUPPORT-${n}`, until, timeZone: 'UTC', by: 'bob' },
  });
  const monday = '2026-11-23T08:00:00.000Z';
  const figures = after(
    ['10T11:00', [created(1), created(2), created(3), created(4), created(5)]],
    ['20T10:00', [1, 2, 3, 4].map((n) => snoozed(n, monday))],
    ['20T11:00', [snoozed(2, null), status(3, 'open'), written(4)]],
    ['20T11:30', [snoozed(5, '2026-11-20T11:59:00.000Z')]],
  );
  expect(figures.queues).toMatchObject([{ open: 4, month: 4, snoozed: 1 }]);
  const { backlog } = findingsIn(figures);
  expect(backlog).toBe('Of 4 open tickets, 4 are 7 days old or more. One more is snoozed.');
  const fresh = after(['20T10:00', [created(1), created(2), snoozed(1, monday)]]);
  expect(fresh.answeredWithin.waiting).toBe(1);
});

test('the first answer of a person counts, and the last time that it was resolved', () => {
  const { answer: answers, resolution } = after(
    ['20T08:00', [created(1), answer(1, true)]],
    ['20T08:10', [answer(1)]],
    ['20T09:00', [answer(1), status(1, 'resolved')]],
    ['20T09:10', [status(1, 'open')]],
    ['20T10:00', [status(1, 'resolved')]],
    ['20T11:00', [created(2)]],
  );
  expect(answers).toEqual({ count: 1, median: 600, p90: 600 });
  expect(resolution).toEqual({ count: 1, median: 7200, p90: 7200 });
});

test('an answer that waits counts when it goes out, for all and for its author', () => {
  const courses = courseOf(
    ['18T08:00', [created(1)]],
    ['18T08:10', [later(1)]],
    ['19T09:00', [fate('reply.sent')]],
  );
  const { answer: answers, days } = courses.statistics(NOW, 3);
  expect(answers).toMatchObject({ count: 1, median: 25 * 3600 });
  expect(days.map(({ answered }) => answered)).toEqual([0, 1, 0]);
  expect(courses.people(['bob'], NOW, 2)).toMatchObject([{ answers: 1 }]);
  expect(courses.people(['bob'], NOW, 1)).toMatchObject([{ answers: 0 }]);
});

test('until then nobody has answered', () => {
  const courses = courseOf(['20T08:00', [created(1)]], ['20T08:10', [later(1)]]);
  expect(courses.statistics(NOW, 3)).toMatchObject({
    answer: { count: 0 },
    answeredWithin: { waiting: 1 },
  });
  expect(courses.people(['bob'], NOW, 3)).toMatchObject([{ answers: 0 }]);
});

test('an answer that was taken back is none: the next one counts', () => {
  const before = [
    ['20T08:00', [created(1), created(2)]],
    ['20T08:10', [later(1)]],
    ['20T08:20', [fate('reply.undone')]],
  ] as const;
  const courses = courseOf(...before);
  expect(courses.statistics(NOW, 3).answer).toEqual({ count: 0, median: null, p90: null });
  expect(courses.people(['bob'], NOW, 3)).toMatchObject([{ answers: 0 }]);
  const { answer: answers } = after(...before, ['20T08:30', [answer(1, false, NIC, 3)]]);
  expect(answers).toEqual({ count: 1, median: 1800, p90: 1800 });
  // Also if a later one has gone out meanwhile.
  const crossed = after(
    ['20T08:00', [created(1)]],
    ['20T08:10', [later(1)]],
    ['20T08:20', [answer(1, false, NIC, 3)]],
    ['20T08:25', [fate('reply.undone')]],
  );
  expect(crossed.answer).toEqual({ count: 1, median: 1200, p90: 1200 });
});

test('one that is sent once more counts once, and at its end', () => {
  const again: Change = {
    ...{ type: 'reply.unknown', ticket: 'SUPPORT-1', serial: 2, mail: '2.0', again: true },
  };
  const { answer: answers } = after(
    ['20T08:00', [created(1)]],
    ['20T08:10', [later(1)]],
    ['20T09:00', [again]],
    ['20T10:00', [fate('reply.sent')]],
    ['20T11:00', [fate('reply.sent')]],
  );
  expect(answers).toEqual({ count: 1, median: 7200, p90: 7200 });
});

test('what is forwarded to somebody else is no answer to the customer', () => {
  const dev = { name: '', address: 'dev@lab.example' };
  const { answer: answers } = after(
    ['20T08:00', [created(1)]],
    ['20T08:10', [answer(1, false, dev)]],
    ['20T09:00', [answer(1)]],
  );
  expect(answers).toMatchObject({ count: 1, median: 3600 });
});

test('the period is its days, today the last; a merged ticket counts with the other one', () => {
  const merged: Change = {
    type: 'ticket.merged',
    ticket: 'SUPPORT-2',
    into: 'SUPPORT-1',
    by: 'bob',
  };
  const {
    days,
    answer: answers,
    queues,
  } = after(
    ['17T23:59', [created(9)]],
    ['18T00:00', [answer(9)]],
    ['19T10:00', [created(1), created(2), merged, status(2, 'resolved')]],
    ['20T10:00', [answer(1)]],
  );
  expect(days).toEqual([
    { day: '2026-11-18', created: 0, answered: 1, resolved: 0 },
    { day: '2026-11-19', created: 1, answered: 0, resolved: 0 },
    { day: '2026-11-20', created: 0, answered: 1, resolved: 0 },
  ]);
  expect(answers.count).toBe(1);
  expect(queues).toMatchObject([{ open: 2 }]);
});

test('what was created while the clock was ahead is old, and took no time that is known', () => {
  const { queues, answer: answers } = after(
    ['30T10:00', [created(1), created(2)]],
    ['20T10:00', [answer(1)]],
  );
  expect(queues).toMatchObject([{ open: 2, day: 0, older: 2 }]);
  expect(answers.count).toBe(0);
});

test('percentiles are by nearest rank; of nothing there are none', () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ count: 5, median: 3, p90: 5 });
  expect(spreadOf([])).toEqual({ count: 0, median: null, p90: null });
});

test('where a queue has hours, the same is counted in working time, of its tickets alone', () => {
  const courses = new Courses();
  courses.add({ time: '2026-11-20T08:00:00Z', changes: [created(1), created(2, 'BILLING')] });
  courses.add({ time: '2026-11-20T10:00:00Z', changes: [answer(1), status(1, 'resolved')] });
  const half = (from: number, to: number) => (to - from) / 2;
  const { answer: plain, working } = courses.statistics(NOW, 3, new Map([['SUPPORT', half]]));
  expect(plain).toEqual({ count: 1, median: 7200, p90: 7200 });
  const worked = { count: 1, median: 3600, p90: 3600 };
  expect(working).toEqual({ answer: worked, resolution: worked });
  expect(courses.statistics(NOW, 3)).not.toHaveProperty('working');
  expect(courses.statistics(NOW, 3, new Map([['BILLING', half]])).working?.answer.count).toBe(0);
});
