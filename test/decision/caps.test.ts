/** How many automatic answers one person gets, and what does not use them up. */
import { expect, test } from 'vitest';
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
