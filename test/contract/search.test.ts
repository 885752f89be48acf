/** A search finds tickets by the words of people and by their ids, in every store. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/journal/store.ts';
import type { Change } from '../../src/ticket/change.ts';
import { STORES } from './stores.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

const created = (number: number, subject: string, name: string): Change => ({
  ...{ type: 'ticket.created', ticket: `SUPPORT-${number}`, number, queue: 'SUPPORT', subject },
  requester: { name, address: `${name.toLowerCase()}@ferrier.example` },
});

async function filled(store: Store): Promise<Store> {
  for (const changes of [
    [created(7102, 'I can\'t "login"', 'José')],
    [created(7103, 'printer', 'Kay')],
    [{ type: 'note.added', ticket: 'SUPPORT-7102', serial: 1, text: 'They owe us.', by: 'kim' }],
    [{ type: 'ticket.tagged', ticket: 'SUPPORT-7103', added: ['toner'], removed: [], by: 'kim' }],
    [{ type: 'ticket.status', ticket: 'SUPPORT-7103', from: 'new', to: 'open', by: 'owe' }],
    [{ type: 'mail.expired', mails: [1] }],
  ] satisfies readonly Change[][]) {
    await store.exclusive((transaction) => transaction.commit({ changes, outgoing: [] }));
  }
  return store;
}

describe.each(STORES)('%s', (_, make) => {
  test.each([
    [['login'], ['SUPPORT-7102']],
    [['"LOGIN"'], ['SUPPORT-7102']],
    [['jos\u0065\u0301'], ['SUPPORT-7102']],
    [['josé', 'owe us'], ['SUPPORT-7102']],
    [['owe'], ['SUPPORT-7102']],
    [['toner', 'print'], ['SUPPORT-7103']],
    [['7103'], ['SUPPORT-7103']],
    [['support-710'], ['SUPPORT-7103', 'SUPPORT-7102']],
    [['ferrier.example'], ['SUPPORT-7103', 'SUPPORT-7102']],
    [['login', 'toner'], []],
    [['ticket.created'], []],
    [['texts'], []],
  ])('%j finds %j', async (words, ids) => {
    const store = await filled(make(() => NOW));
    const shares: number[] = [];
    expect(await store.search(words, 10, (share) => shares.push(share))).toEqual(ids);
    expect(shares.toSorted((a, b) => a - b)).toEqual(shares);
    expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
  });

  test('so many at most are given, the newest, and what is older is not read', async () => {
    const store = await filled(make(() => NOW));
    const long = { type: 'note.added', ticket: 'SUPPORT-7102', serial: 2, by: 'kim' } as const;
    for (const changes of [
      [{ ...long, text: `710 ${'x'.repeat(300_000)}` }],
      [created(7104, 'login', 'Lee')],
    ]) {
      await store.exclusive((transaction) => transaction.commit({ changes, outgoing: [] }));
    }
    const shares: number[] = [];
    expect(await store.search(['710'], 1, (share) => shares.push(share))).toEqual(['SUPPORT-7104']);
    expect(shares.every((share) => share < 1)).toBe(true);
  });

  test('a ticket that has its other word further back comes before one that is whole already', async () => {
    const store = await filled(make(() => NOW));
    const changes = [{ ...created(7104, 'login, José', 'Lee') }];
    await store.exclusive((transaction) => transaction.commit({ changes, outgoing: [] }));
    const note = { type: 'note.added', ticket: 'SUPPORT-7102', serial: 2, by: 'kim' } as const;
    await store.exclusive((transaction) =>
      transaction.commit({ changes: [{ ...note, text: 'José called' }], outgoing: [] }),
    );
    expect(await store.search(['login', 'josé'], 1, () => {})).toEqual(['SUPPORT-7102']);
  });
});
