/** By queue, person and hour, and how soon: counted from the commits. */
import { expect, test } from 'vitest';
import { sendLeftovers } from '../../src/jobs/outbox.ts';
import { Courses } from '../../src/reports/courses.ts';
import { findingsIn } from '../../src/reports/findings.ts';
import { NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

const HOUR_MS = 3_600_000;
const QUEUES = [
  { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
  { prefix: 'BILLING', address: 'billing', name: 'Billing', first: 1 },
];

function coursesOf(desk: Desk): Courses {
  const courses = new Courses();
  for (const record of desk.records) courses.add(record);
  return courses;
}

/** On Friday the 20th at 10: four tickets, of which two are answered, after half an hour and five. */
async function busyDesk(): Promise<Desk> {
  const desk = new Desk({ queues: QUEUES });
  for (let n = 0; n < 3; n += 1) await desk.deliver({ from: NIC, subject: `Login ${n}` });
  await desk.deliver({ from: NIC, to: 'billing', subject: 'Invoice' });
  await desk.deliver({ from: 'mailer-daemon@x.example', sender: '' });
  desk.wait(HOUR_MS / 2);
  await desk.answer(7102, 'Try again.', 'bob');
  desk.wait(4.5 * HOUR_MS);
  await desk.answer(7103, 'Try again.', 'kim');
  await desk.order(7103, 'close', 'kim');
  await desk.order(7104, 'note They call back', 'bob');
  return desk;
}

test('tickets by the time to their first answer', async () => {
  const desk = await busyDesk();
  const { answeredWithin } = coursesOf(desk).statistics(desk.now, 7);
  expect(answeredWithin).toEqual({
    ...{ hour: 1, fourHours: 0, day: 1, threeDays: 0, later: 0, waiting: 2 },
  });
});

test('each queue has what came there and what became of it, in the period', async () => {
  const desk = await busyDesk();
  const { byQueue } = coursesOf(desk).statistics(desk.now, 7);
  expect(byQueue).toEqual([
    {
      ...{ queue: 'BILLING', created: 1, answered: 0, resolved: 0 },
      answer: { count: 0, median: null, p90: null },
    },
    {
      ...{ queue: 'SUPPORT', created: 3, answered: 2, resolved: 1 },
      answer: { count: 2, median: 1800, p90: 18_000 },
    },
  ]);
  desk.wait(24 * HOUR_MS);
  const [, later] = coursesOf(desk).statistics(desk.now, 1).byQueue;
  expect(later).toMatchObject({ created: 0, answered: 0, resolved: 0 });
});

test('mails of people by weekday and hour, UTC; those of machines are none', async () => {
  const desk = await busyDesk();
  const { mailsByHour } = coursesOf(desk).statistics(desk.now, 7);
  expect(mailsByHour).toHaveLength(7);
  expect(mailsByHour[4]?.[10]).toBe(4);
  expect(mailsByHour.flat().reduce((sum, count) => sum + count, 0)).toBe(4);
  desk.wait(7 * 24 * HOUR_MS);
  expect(
    coursesOf(desk)
      .statistics(desk.now, 7)
      .mailsByHour.flat()
      .some((n) => n > 0),
  ).toBe(false);
});

test('who did how much; who did nothing is there, and nobody else', async () => {
  const desk = await busyDesk();
  const ratings = { count: 0, mean: null };
  const people = coursesOf(desk).people(['kim', 'bob', 'ann'], desk.now, 7);
  expect(people).toEqual([
    { person: 'ann', answers: 0, notes: 0, resolved: 0, ratings },
    { person: 'bob', answers: 1, notes: 1, resolved: 0, ratings },
    { person: 'kim', answers: 1, notes: 0, resolved: 1, ratings },
  ]);
});

test('an answer that waits counts for its author when it goes out, and never if it was taken back', async () => {
  const desk = await busyDesk();
  const answersOfBob = () => coursesOf(desk).people(['bob'], desk.now, 7)[0]?.answers;
  await desk.during(({ store }) => store.noteRun('timer'));
  for (const text of ['Good morning.', 'Too hasty.']) {
    await desk.act(7102, { type: 'reply', text, at: 'tomorrow 8:00' }, 'bob');
  }
  expect(answersOfBob()).toBe(1);
  await desk.act(7102, { type: 'undo' }, 'bob');
  desk.wait(24 * 3_600_000);
  await desk.during((context) => sendLeftovers(context).then(() => context.store.catchUp()));
  expect(answersOfBob()).toBe(2);
});

test('what the figures say names nobody, and says no more than they do', async () => {
  const desk = await busyDesk();
  const findings = findingsIn(coursesOf(desk).statistics(desk.now, 7));
  expect(findings).toEqual({
    days: 'In 7 days 4 tickets came and 1 was resolved: 3 more came than were resolved.',
    backlog: 'All 3 open tickets are less than 7 days old.',
    answer:
      'Half of the first answers came within 30 min, nine of ten within 5 h 0 min; 2 tickets wait for it.',
    queues: 'Most new tickets came to SUPPORT: 3 of 4.',
    hours: 'Mail comes mostly on Fridays between 9:00 and 11:00 UTC: 4 of 4 mails.',
  });
  expect(JSON.stringify(findings)).not.toMatch(/bob|kim|nic/i);
});
