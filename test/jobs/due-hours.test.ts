/** What is due in a queue that has hours, with a clock that the test owns. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { doChores } from '../../src/jobs/chores.ts';
import { candidates, dueContext, previewDue } from '../../src/jobs/due.ts';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';
import { calendar } from '../kit/calendar.ts';
import { letterIn } from '../kit/outgoing.ts';

const KIM = { name: 'kim', addresses: ['kim@home.example'] };
const OFFICE = { open: ['mon-fri 9:00-17:00'], timeZone: 'Europe/Berlin' };

let today = new Date();
let line: PipeLine;
afterEach(() => line.remove());

function begin(at: string, hours: unknown, due: object = { answerHours: 8 }): void {
  today = new Date(at);
  const queue = { prefix: 'SUPPORT', address: 'new', name: 'Support', due, hours };
  line = makePipeLine({ now: () => today, config: { queues: [queue], staff: [KIM] } });
}

const mail = (n: number) =>
  Buffer.from(`From: Nic <nic@ferrier.example>\nSubject: ${n}\nMessage-ID: <${n}@x>\n\nx\n`);
const at = (time: string) => {
  today = new Date(time);
};
const chores = () => doChores({ ...line.context, config: line.context.config });
const isTold = async () => (await line.store.ticket('SUPPORT-1'))?.waiting?.told != null;
const rows = async () => {
  const context = dueContext(line.context);
  const found = await previewDue(await candidates(context, 9), context);
  return { found, problems: context.hours.problems };
};

test('answerHours are working time: what came on Friday at four is due on Monday at four', async () => {
  // The clocks go forward that Sunday.
  begin('2026-03-27T15:00:00Z', OFFICE);
  await line.deliver(mail(1));
  at('2026-03-30T13:59:59Z');
  await chores();
  expect(await isTold()).toBe(false);
  at('2026-03-30T14:00:00Z');
  expect((await rows()).found).toMatchObject([
    { id: 'SUPPORT-1', due: 'overdue', waited: { seconds: 71 * 3600, workingSeconds: 8 * 3600 } },
  ]);
  await chores();
  expect(await isTold()).toBe(true);
  const told = line
    .all()
    .flatMap(({ outgoing }) => outgoing)
    .filter(({ recipient }) => recipient === 'kim@home.example')
    .map((one) => letterIn(one).text)
    .join('\n');
  expect(told).toContain('since 2026-03-27 15:00 UTC, which is 8 hours of working time');
});

test('a holiday is no working time', async () => {
  begin('2026-03-27T15:00:00Z', { ...OFFICE, holidays: 'holidays.ics' });
  const file = join(line.dir, 'holidays.ics');
  writeFileSync(file, calendar(['DTSTART;VALUE=DATE:20250330', 'RRULE:FREQ=YEARLY']));
  await line.deliver(mail(1));
  at('2026-03-31T13:59:59Z');
  expect((await rows()).found).toEqual([]);
  at('2026-03-31T14:00:00Z');
  expect(await rows()).toMatchObject({ found: [{ id: 'SUPPORT-1' }], problems: [] });
});

test.each([
  ['that is not there', null, 'is not there'],
  ['that is none', '<html>', 'is no iCalendar file'],
  ['of 10 MB', 'x'.repeat(10_000_000), 'has more than 1048576 octets'],
  [
    'with a rule without end',
    calendar(['DTSTART;VALUE=DATE:20000101', 'RRULE:FREQ=SECONDLY']),
    'whose rule is not one of holidays',
  ],
])(
  'a file of holidays %s stops no mail: its days are working time, and that is said',
  async (_, text, said) => {
    begin('2026-03-27T15:00:00Z', { ...OFFICE, holidays: 'holidays.ics', tellCustomers: true });
    if (text !== null) writeFileSync(join(line.dir, 'holidays.ics'), text);
    expect(await line.deliver(mail(1))).toBe('opened');
    at('2026-03-30T14:00:00Z');
    expect(await rows()).toMatchObject({
      found: [{ id: 'SUPPORT-1' }],
      problems: [expect.stringContaining(said)],
    });
    expect(await line.deliver(mail(2))).toBe('opened');
    expect(await isTold()).toBe(true);
  },
);

test('hours that are wrong stop no mail: all time counts', async () => {
  begin('2026-03-27T15:00:00Z', { open: ['always'] });
  expect(await line.deliver(mail(1))).toBe('opened');
  at('2026-03-27T23:00:00Z');
  await chores();
  expect(await isTold()).toBe(true);
});

test('a customer has days, and no hours of ours', async () => {
  begin('2026-03-27T15:00:00Z', OFFICE, { answerHours: 8, remindDays: 2, closeDays: 1 });
  await line.deliver(mail(1));
  const context = dueContext(line.context);
  expect(await candidates(context, 9)).toEqual([]);
  expect(context.hours.problems).toEqual([]);
});

test('who waits since a time later than now is due, whatever the hours', async () => {
  begin('2026-03-30T15:00:00Z', OFFICE);
  await line.deliver(mail(1));
  at('2026-03-28T12:00:00Z');
  expect((await rows()).found).toMatchObject([{ id: 'SUPPORT-1', due: 'overdue' }]);
});

test('hours and holidays are read only if a ticket may be due by them', async () => {
  begin('2026-03-27T15:00:00Z', { ...OFFICE, holidays: 'nowhere.ics' });
  await line.deliver(mail(1));
  at('2026-03-27T22:59:59Z');
  expect(await rows()).toEqual({ found: [], problems: [] });
  at('2026-03-27T23:00:00Z');
  expect(await rows()).toMatchObject({ found: [], problems: [expect.stringContaining('nowhere')] });
});
