/** What a monitor says again and again: one ticket, with a count. */
import { beforeEach, describe, expect, test } from 'vitest';
import { isLike } from '../../src/desk/repeats.ts';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { BOB, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

const MONITOR = 'nagios@monitor.example';
const COLLAPSE = [
  { from: MONITOR, subject: 'Disk full on *' },
  { from: MONITOR, subject: '* is down' },
];
let desk: Desk;
beforeEach(() => {
  desk = new Desk({ collapse: COLLAPSE });
});
const alarm = (subject = 'Disk full on db1', more = {}) =>
  desk.deliver({ from: MONITOR, subject, text: 'Look at it.', ...more });
const repeated = () => desk.tickets().map(({ repeated: many }) => many?.count ?? 0);

test('the first one is a ticket and told, those after it are counted there, and told to nobody', async () => {
  await alarm();
  const before = desk.letters.length;
  desk.wait(60_000);
  expect(await alarm('Disk full on db2')).toMatchObject({ end: 'recorded', letters: [] });
  expect(await alarm('DISK FULL ON  db1')).toMatchObject({ end: 'recorded' });
  expect(desk.tickets()).toHaveLength(1);
  expect(desk.ticket(7102).repeated).toEqual({ count: 2, last: '2026-11-20T10:01:00.000Z' });
  expect(desk.ticket(7102).messages.filter(({ direction }) => direction === 'in')).toHaveLength(1);
  expect(desk.letters).toHaveLength(before);
});

test('the mail that is counted is kept, and says where', async () => {
  await alarm();
  const { changes } = await alarm();
  expect(changes).toContainEqual(
    expect.objectContaining({
      ...{ type: 'mail.recorded', reason: 'repeated', evidence: 'counted on SUPPORT-7102' },
      expires: true,
    }),
  );
});

test('another sender, another pattern, and what is like none is a ticket of its own', async () => {
  await alarm();
  await alarm('db1 is down');
  await alarm('db2 is down');
  await alarm('Disk is fine');
  await alarm('Re: Disk full on db1');
  await desk.deliver({ from: NIC, subject: 'Disk full on db1' });
  expect(repeated()).toEqual([0, 1, 0, 0, 0]);
});

test('once the ticket is resolved the next one is a new ticket, and told', async () => {
  await alarm();
  await alarm();
  await desk.order(7102, 'close');
  await alarm();
  await alarm();
  expect(repeated()).toEqual([1, 1]);
  expect(desk.lastTo(BOB).subject).toContain('[SUPPORT-7103]');
});

test('if the ticket was merged, they are counted where it went', async () => {
  await desk.deliver({ from: NIC });
  await alarm();
  await desk.order(7103, 'merge 7102 together');
  await alarm();
  expect(desk.ticket(7102).repeated?.count).toBe(1);
});

test('two at once are one ticket', async () => {
  let isFirst = true;
  await desk.deliverWhile({ from: MONITOR, subject: 'Disk full on db1' }, async () => {
    if (isFirst) await alarm();
    isFirst = false;
  });
  expect(repeated()).toEqual([1]);
});

test('the same mail twice is counted once', async () => {
  await alarm();
  const more = { id: '<again@monitor.example>', queueId: 'Q77' };
  await alarm(undefined, more);
  await alarm(undefined, more);
  expect(repeated()).toEqual([1]);
});

test('a forged mail in the name of the monitor hides nothing that is proven', async () => {
  await alarm();
  const results = 'dmarc=pass header.from=monitor.example';
  await alarm(undefined, { results });
  await alarm(undefined, { results });
  await alarm();
  expect(repeated()).toEqual([1, 1]);
});

test('it is counted if it names an earlier one as well, and not if it names a mail of ours', async () => {
  await alarm(undefined, { id: '<first@monitor.example>' });
  const answers = '<first@monitor.example>';
  expect(await alarm(undefined, { answers })).toMatchObject({ end: 'recorded', letters: [] });
  expect(repeated()).toEqual([1]);
  const ours = desk.to(MONITOR)[0]?.id ?? '';
  expect(await alarm(undefined, { answers: ours })).toMatchObject({ end: 'appended' });
  expect(repeated()).toEqual([1]);
});

test('an answer to the ticket is a message as ever', async () => {
  await alarm();
  const { end } = await alarm('Disk full on db1', { to: 'support-7102' });
  expect(end).toBe('appended');
});

test('of a flood a thousand cost the ticket no room, nor a mail', async () => {
  await alarm();
  const size = () => JSON.stringify(desk.ticket(7102)).length;
  await alarm();
  const before = [size(), desk.letters.length];
  for (let n = 0; n < 40; n += 1) await alarm();
  expect(size()).toBeLessThanOrEqual((before[0] ?? 0) + 2);
  expect(desk.letters).toHaveLength(before[1] ?? 0);
});

test('a monitor that is erased is gone, and opens a ticket with its next mail', async () => {
  await alarm();
  await alarm();
  await desk.erase(ofPerson(MONITOR));
  expect(JSON.stringify(desk.records)).not.toContain(MONITOR);
  await alarm();
  expect(desk.tickets()).toHaveLength(2);
});

test('without the config nothing is counted', async () => {
  desk.configure({});
  await alarm();
  await alarm();
  expect(repeated()).toEqual([0, 0]);
});

describe('a pattern', () => {
  test.each([
    ['Disk full', 'disk  FULL', true],
    ['Disk full', 'Disk full on db1', false],
    ['Disk*', 'Disk full', true],
    ['*full', 'Disk full', true],
    ['*', '', true],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a*a', 'a', false],
    ['a**a', 'aa', true],
    ['[CRIT] * (*)', '[CRIT] db1 (down)', true],
    ['.*', 'anything', false],
  ])('%s and %s: %s', (pattern, subject, isOne) => {
    expect(isLike(subject, pattern)).toBe(isOne);
  });

  test('of many stars takes no longer for the worst subject', () => {
    expect(isLike('a'.repeat(100_000), `${'*a'.repeat(99)}*b`)).toBe(false);
  });
});
