/** What one commit is going to hold: each action sees what those before it have done. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Action } from '../../src/desk/action.ts';
import { Batch } from '../../src/desk/batch.ts';
import { questionsOfActions } from '../../src/desk/command-questions.ts';
import { NO_QUESTIONS } from '../../src/journal/facts.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';
import { BOB, configOf, EVE, KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { factsOf } from '../kit/facts.ts';

const NO_FILES = {
  mustBeThere: async () => {},
  isAtItsPath: async () => false,
};

let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'first' });
  await desk.deliver({ to: 'support-7102', text: 'second' });
  await desk.deliver({ from: KAY, text: 'third' });
});

/** A batch on the desk as it is, that may do these. */
function batchFor(...actions: readonly Action[]): Batch {
  const tickets: readonly TicketId[] = ['SUPPORT-7102', 'SUPPORT-7103', 'SUPPORT-7104'];
  const named = questionsOfActions(actions, []);
  const asked = {
    ...{ ...NO_QUESTIONS, ...named, queues: ['SUPPORT'] },
    tickets: [...tickets, ...named.tickets],
  };
  const next = Math.max(...desk.tickets().map(({ number }) => number)) + 1;
  const facts = factsOf({ tickets: desk.tickets(), numbers: { SUPPORT: next } }, asked);
  return new Batch({ config: configOf(), now: desk.now, facts, files: NO_FILES });
}

const BLOCK = { type: 'block' } as const;
const UNBLOCK = { type: 'unblock' } as const;
const DONE = { type: 'reply', text: 'Done.' } as const;

describe('a block', () => {
  test('that is taken back at once blocks nobody', async () => {
    const batch = batchFor(BLOCK, UNBLOCK);
    await batch.perform('SUPPORT-7102', BLOCK, 'bob');
    expect(await batch.perform('SUPPORT-7102', UNBLOCK, 'bob')).toMatchObject({
      changes: [{ type: 'address.cleared', address: NIC }],
    });
    expect(batch.written.changes.map(({ type }) => type)).toEqual([
      'address.blocked',
      'address.cleared',
    ]);
  });

  test('given twice is one', async () => {
    const batch = batchFor(BLOCK, BLOCK);
    await batch.perform('SUPPORT-7102', BLOCK, 'bob');
    expect(await batch.perform('SUPPORT-7102', BLOCK, 'bob')).toMatchObject({ changes: [] });
  });

  test('lets no answer out behind it', async () => {
    const batch = batchFor(BLOCK, DONE);
    await batch.perform('SUPPORT-7102', BLOCK, 'bob');
    expect(await batch.perform('SUPPORT-7102', DONE, 'bob')).toMatchObject({
      refused: expect.stringContaining(`bob has blocked ${NIC}`),
    });
    expect(batch.written.mails).toEqual([]);
  });

  test('is on the mailbox, whatever the case and tag of the address on another ticket', async () => {
    await desk.deliver({ from: 'Nic+shop@ferrier.example', text: 'fourth' });
    const batch = batchFor(BLOCK, DONE);
    await batch.perform('SUPPORT-7102', BLOCK, 'bob');
    expect(await batch.perform('SUPPORT-7104', DONE, 'bob')).toHaveProperty('refused');
  });

  test('of a copy is not seen by what it was copied from', async () => {
    const batch = batchFor(BLOCK, DONE);
    const copy = batch.copy();
    await copy.perform('SUPPORT-7102', BLOCK, 'bob');
    expect(await batch.perform('SUPPORT-7102', DONE, 'bob')).not.toHaveProperty('refused');
  });
});

test('a ticket that is split off is there for what comes behind it, with a number of its own', async () => {
  await desk.deliver({ to: 'support-7102', text: 'more' });
  const split = (serial: number) => ({ type: 'split', serial }) as const;
  const batch = batchFor(split(3), split(4));
  expect(await batch.perform('SUPPORT-7102', split(3), 'bob')).toMatchObject({
    made: 'SUPPORT-7104',
  });
  expect(await batch.perform('SUPPORT-7102', split(4), 'bob')).toMatchObject({
    made: 'SUPPORT-7105',
  });
  expect(batch.ticket('SUPPORT-7104')).toMatchObject({ messages: [{ text: 'second\n' }] });
  expect(await batch.perform('SUPPORT-7105', DONE, 'bob')).not.toHaveProperty('refused');
  expect(batch.ticket('SUPPORT-7105')).toMatchObject({ status: 'pending' });
});

test('a ticket that was merged is named by what it is part of', async () => {
  const merge = { type: 'merge', into: ['SUPPORT-7102'], isTogether: true } as const;
  const batch = batchFor(merge, DONE);
  await batch.perform('SUPPORT-7103', merge, 'bob');
  expect(batch.current('SUPPORT-7103')?.id).toBe('SUPPORT-7102');
  expect(await batch.perform('SUPPORT-7103', DONE, 'bob')).toEqual({
    refused: 'SUPPORT-7103 is part of SUPPORT-7102: name that one',
  });
  await batch.perform('SUPPORT-7102', DONE, 'bob');
  expect(batch.written.mails.map(({ recipient }) => recipient)).toEqual([NIC, KAY]);
});

test('what is refused adds nothing, and what cannot be written is refused', async () => {
  const cc = { type: 'cc', add: [EVE], remove: [] } as const;
  const batch = batchFor(cc, DONE);
  await batch.perform('SUPPORT-7102', cc, 'bob');
  const before = batch.written;
  for (const [id, action, why] of [
    ['SUPPORT-7102', { type: 'assign', to: 'eve' }, 'nobody on the staff is called'],
    ['SUPPORT-7104', DONE, 'there is no ticket SUPPORT-7104'],
    ['SUPPORT-7102', { type: 'reply', text: 'x'.repeat(9_000_000) }, 'too long'],
    ['SUPPORT-7102', { type: 'reply', text: ' ' }, 'needs a text'],
  ] as const) {
    expect(await batch.perform(id, action, 'bob')).toMatchObject({
      refused: expect.stringContaining(why),
    });
    expect(batch.written).toEqual(before);
  }
});

test('an answer to an address that cannot be written to is refused', async () => {
  await desk.deliver({ from: '-option@ferrier.example', text: 'fourth' });
  const batch = batchFor(DONE);
  expect(await batch.perform('SUPPORT-7104', DONE, 'bob')).toEqual({
    refused: 'an address cannot be written to: nothing was sent',
  });
  expect(batch.written).toEqual({ changes: [], mails: [] });
});

test('what was not gathered is asked of nobody: it throws, and the mail stays with the MTA', async () => {
  const batch = batchFor();
  await expect(batch.perform('SUPPORT-9999', DONE, BOB)).rejects.toThrow('was not gathered');
});
