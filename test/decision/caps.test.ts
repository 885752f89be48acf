/** How many automatic answers one person gets, and what does not use them up. */
import { beforeEach, describe, expect, test } from 'vitest';
import { KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

test('who asks for help in the name of a customer does not silence what that customer is told', async () => {
  const desk = new Desk({ staff: [] });
  for (let n = 0; n < 8; n += 1) await desk.deliver({ to: 'help' });
  expect(desk.letters).toHaveLength(5);
  expect(await desk.deliver({})).toMatchObject({ end: 'opened', letters: [{ to: NIC }] });
});

test('another case and another tag are the same mailbox', async () => {
  const desk = new Desk({ staff: [] });
  for (const name of ['nic', 'NIC', 'nic+a', 'nic+b', 'Nic+c+d', 'nic+e', 'nic+f']) {
    expect(await desk.deliver({ from: `${name}@ferrier.example` })).toMatchObject({
      end: 'opened',
    });
  }
  expect(desk.letters).toHaveLength(5);
  await desk.deliver({ from: 'nicolas@ferrier.example' });
  expect(desk.letters).toHaveLength(6);
});

test('above all kinds stands one cap for an address', async () => {
  const desk = new Desk({ staff: [], caps: { all: { count: 6 } } });
  for (let n = 0; n < 5; n += 1) await desk.deliver({ to: 'help' });
  for (let n = 0; n < 3; n += 1) await desk.deliver({});
  expect(desk.letters).toHaveLength(6);
  await desk.deliver({ from: KAY });
  expect(desk.letters).toHaveLength(7);
});

describe('who writes for the first time, and proves nothing', () => {
  const MINUTE_MS = 60_000;
  let desk: Desk;
  beforeEach(() => {
    desk = new Desk({ staff: [] });
  });
  const stranger = (n: number) => desk.deliver({ from: `s${n}@s${n}.example` });
  const proven = (n: number) =>
    desk.deliver({
      from: `p${n}@p${n}.example`,
      results: `dmarc=pass header.from=p${n}.example`,
    });
  const storm = async (first: number, last: number) => {
    for (let n = first; n <= last; n += 1) await stranger(n);
  };

  test('ten of them get an acknowledgement in an hour, and the tickets of the others say why not', async () => {
    await storm(1, 12);
    expect(desk.letters).toHaveLength(10);
    expect(desk.tickets()).toHaveLength(12);
    expect(desk.ticket(7111).silence).toBe(undefined);
    expect(desk.ticket(7112).silence).toBe('cap-first-time: 10 automatic answers in 1 h');
    desk.wait(61 * MINUTE_MS);
    await storm(13, 13);
    expect(desk.letters).toHaveLength(11);
  });

  test('they use up nothing of those who are proven, nor of those who have written before', async () => {
    await desk.deliver({ from: NIC });
    desk.wait(61 * MINUTE_MS);
    await storm(1, 12);
    const before = desk.letters.length;
    await proven(1);
    await desk.deliver({ from: NIC });
    expect(desk.letters.slice(before).map(({ to }) => to)).toEqual(['p1@p1.example', NIC]);
  });

  test('nor do those use up theirs', async () => {
    desk.configure({ staff: [], caps: { total: { count: 3 } } });
    for (let n = 1; n <= 4; n += 1) await proven(n);
    expect(desk.letters).toHaveLength(3);
    await storm(1, 2);
    expect(desk.letters).toHaveLength(5);
  });

  test('to write twice in the same storm makes nobody known', async () => {
    await storm(1, 8);
    await storm(1, 8);
    expect(desk.letters).toHaveLength(10);
  });

  test('two deliveries at once at the edge of it are no more than one', async () => {
    await storm(1, 9);
    let isFirst = true;
    await desk.deliverWhile({ from: 's10@s10.example' }, async () => {
      if (isFirst) await stranger(11);
      isFirst = false;
    });
    expect(desk.letters).toHaveLength(10);
    expect(desk.tickets()).toHaveLength(11);
  });

  test('a clock that goes back holds nobody up, and one that was ahead lets go', async () => {
    await storm(1, 10);
    desk.wait(-2 * 60 * MINUTE_MS);
    await storm(11, 22);
    expect(desk.letters).toHaveLength(20);
  });
});
