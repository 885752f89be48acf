/** The mail of the week: to whom it goes, when, what it says, and that each gets one. */
import { describe, expect, test } from 'vitest';
import { isTimeForWeekly, lastMonday } from '../../src/desk/weekly.ts';
import { doChores } from '../../src/jobs/chores.ts';
import { sendLeftovers } from '../../src/jobs/outbox.ts';
import { isOfDigest } from '../../src/letters/digest-text.ts';
import { ANN, BOB, KIM, NIC, STAFF } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { letterIn } from '../kit/outgoing.ts';

const DAY_MS = 86_400_000;
/** Ann gets no other mail; bob does not want it. */
const WANTED = STAFF.map((person) =>
  person.name === 'bob' ? person : { ...person, digest: 'weekly' },
);
const QUEUES = [
  { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
  { prefix: 'BILLING', address: 'billing', name: 'Billing', first: 1 },
];

/** As any run does; the desk begins on Friday the 20th. */
const run = (desk: Desk) => desk.during((context) => doChores({ ...context, now: () => desk.now }));
const weekly = (desk: Desk, address: string) =>
  desk.to(address).filter(({ subject }) => subject.startsWith('The week of'));

/** What stands in it, without what it is marked up by. */
function words(html: string): string {
  const text = html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&#39;|&quot;|&amp;/g, (name) => SIGNS[name] ?? '');
  return text.split(/\s+/).join(' ').trim();
}

const SIGNS: Readonly<Record<string, string>> = { '&#39;': "'", '&quot;': '"', '&amp;': '&' };

async function deskOfAWeek(): Promise<Desk> {
  const desk = new Desk({ queues: QUEUES, staff: WANTED });
  await desk.deliver({ from: NIC, subject: 'Old https://evil.example/x' });
  desk.wait(2 * DAY_MS);
  await desk.deliver({ from: NIC, subject: 'Locked out' });
  await desk.order(7103, 'close');
  await desk.deliver({ from: NIC, to: 'billing', subject: 'Invoice' });
  desk.wait(1.5 * DAY_MS);
  return desk;
}

describe('an answer that waits', () => {
  const answersOf = async (desk: Desk, week: number) => {
    await run(desk);
    const text = weekly(desk, KIM)[week]?.text ?? '';
    return Number(/^Answers of the staff that went out: (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
  };
  const replyAt = (desk: Desk, at: string) =>
    desk.act(7102, { type: 'reply', text: 'Good morning.', at }, 'bob');
  const deskOfFriday = async () => {
    const desk = new Desk({ queues: QUEUES, staff: WANTED });
    await desk.deliver({ from: NIC, subject: 'Locked out' });
    await desk.during(({ store }) => store.noteRun('timer'));
    return desk;
  };

  test('counts in the week in which it goes out, also if its ticket is closed by then', async () => {
    const desk = await deskOfFriday();
    await replyAt(desk, 'monday 8:00');
    await desk.order(7102, 'close');
    desk.now = new Date('2026-11-23T00:05:00Z');
    expect(await answersOf(desk, 0)).toBe(0);
    desk.now = new Date('2026-11-23T08:05:00Z');
    await desk.during((context) => sendLeftovers(context).then(() => context.store.catchUp()));
    desk.now = new Date('2026-11-30T00:05:00Z');
    expect(await answersOf(desk, 1)).toBe(1);
  });

  test('counts in none if it was taken back', async () => {
    const desk = await deskOfFriday();
    await replyAt(desk, 'saturday 8:00');
    await desk.act(7102, { type: 'undo' }, 'bob');
    desk.now = new Date('2026-11-23T00:05:00Z');
    expect(await answersOf(desk, 0)).toBe(0);
  });

  test('counts once beside one that went at once', async () => {
    const desk = await deskOfFriday();
    await replyAt(desk, 'saturday 8:00');
    await desk.act(7102, { type: 'reply', text: 'We look into it.' }, 'bob');
    desk.now = new Date('2026-11-21T08:05:00Z');
    await desk.during((context) => sendLeftovers(context).then(() => context.store.catchUp()));
    desk.now = new Date('2026-11-23T00:05:00Z');
    expect(await answersOf(desk, 0)).toBe(2);
  });
});

test('whoever wants it is told of the last whole week and of what waits', async () => {
  const desk = await deskOfAWeek();
  await run(desk);
  const [mail] = weekly(desk, KIM);
  expect(mail?.subject).toBe('The week of 16 November: 3 new tickets, 2 waiting');
  expect(mail?.text).toMatchSnapshot();
});

test('the same stands in it as HTML, with bars of table cells', async () => {
  const desk = await deskOfAWeek();
  await run(desk);
  const letters = desk.records.flatMap(({ outgoing }) => outgoing.map((mail) => letterIn(mail)));
  const { text, html = '' } =
    letters.findLast(({ subject }) => subject.startsWith('The week')) ?? {};
  expect(html).toMatchSnapshot();
  const said = text?.replace(/#/g, '').split(/\s+/).join(' ').trim();
  expect(words(html)).toBe(said);
});

test('a snoozed ticket waits for nobody, and is counted apart', async () => {
  const desk = await deskOfAWeek();
  await desk.during(({ store }) => store.noteRun('timer'));
  await desk.order(7102, 'snooze until friday');
  await run(desk);
  const [mail] = weekly(desk, KIM);
  expect(mail?.subject).toBe('The week of 16 November: 3 new tickets, 1 waiting');
  expect(mail?.text).toContain('\nSnoozed tickets: 1\n');
  expect(mail?.text).not.toContain('SUPPORT-7102');
});

test('also who gets no other mail; nobody who does not want it', async () => {
  const desk = await deskOfAWeek();
  await run(desk);
  expect(weekly(desk, ANN)).toHaveLength(1);
  expect(weekly(desk, BOB)).toEqual([]);
});

test('it comes once a week, however often something runs', async () => {
  const desk = await deskOfAWeek();
  for (let day = 0; day < 22; day += 1) {
    await run(desk);
    await run(desk);
    desk.wait(DAY_MS);
  }
  // Monday the 23rd to Monday the 14th.
  expect(weekly(desk, KIM).map(({ subject }) => subject.slice(0, 26))).toEqual([
    'The week of 16 November: 3',
    'The week of 23 November: 0',
    'The week of 30 November: 0',
    'The week of 7 December: 0 ',
  ]);
});

test('two runs at the same time write one', async () => {
  const desk = await deskOfAWeek();
  await Promise.all([run(desk), run(desk)]);
  expect(weekly(desk, KIM)).toHaveLength(1);
});

test('of queues that are not theirs nobody hears', async () => {
  const desk = new Desk({
    queues: QUEUES,
    staff: [{ name: 'kim', addresses: [KIM], queues: ['BILLING'], digest: 'weekly' }],
  });
  await desk.deliver({ from: NIC, subject: 'Locked out' });
  await desk.deliver({ from: 'kay@ferrier.example', to: 'billing', subject: 'Invoice' });
  desk.wait(3 * DAY_MS);
  await run(desk);
  const [mail] = weekly(desk, KIM);
  expect(mail?.text).toContain('BILLING-1');
  expect(mail?.text).toContain('New tickets: 1\n');
  expect(mail?.text).not.toContain('SUPPORT');
  expect(mail?.text).not.toContain(NIC);
});

test('who is away gets it when they are back', async () => {
  const desk = await deskOfAWeek();
  await desk.deliver({ from: KIM, to: 'control', text: 'away', login: 'kim' });
  await run(desk);
  expect(weekly(desk, KIM)).toEqual([]);
  await desk.deliver({ from: KIM, to: 'control', text: 'back', login: 'kim' });
  await run(desk);
  expect(weekly(desk, KIM)).toHaveLength(1);
});

test('what of it is quoted to a customer is known', async () => {
  const desk = await deskOfAWeek();
  await run(desk);
  const lines = weekly(desk, KIM)[0]?.text.split('\n') ?? [];
  const known = lines.filter((line) => isOfDigest(`> ${line}`));
  expect(known.map((line) => line.slice(0, 13))).toEqual([
    ...['The week from', 'SUPPORT-7102 ', 'BILLING-1  ni'],
  ]);
});

test('it says how to end it, and without the key it ends', async () => {
  const desk = await deskOfAWeek();
  await run(desk);
  expect(weekly(desk, KIM)[0]?.text).toContain('"digest": "weekly"');
  desk.configure({ queues: QUEUES, staff: STAFF });
  desk.wait(14 * DAY_MS);
  await run(desk);
  expect(weekly(desk, KIM)).toHaveLength(1);
});

test('the week begins on Monday, UTC, and two are never closer than six days', () => {
  const at = (time: string) => new Date(`${time}Z`);
  const isTime = (last: string, now: string) => isTimeForWeekly(`${last}Z`, at(now));
  expect(lastMonday(at('2026-11-23T00:00')).toISOString()).toBe('2026-11-16T00:00:00.000Z');
  expect(lastMonday(at('2026-11-22T23:59')).toISOString()).toBe('2026-11-09T00:00:00.000Z');
  expect(isTimeForWeekly(undefined, at('2026-11-22T23:59'))).toBe(true);
  expect(isTime('2026-11-16T07:00', '2026-11-22T23:59')).toBe(false);
  expect(isTime('2026-11-16T07:00', '2026-11-23T00:00')).toBe(true);
  expect(isTime('2026-11-22T07:00', '2026-11-23T00:00')).toBe(false);
  expect(isTime('2026-11-22T07:00', '2026-11-28T07:00')).toBe(true);
  // Written while the clock was ahead.
  expect(isTime('2027-01-01T00:00', '2026-11-23T00:00')).toBe(true);
});
