/** Copies of a mail that arrive at the same moment, and share one section of the store. */

import { expect, test } from 'vitest';
import type { Environment } from '../../src/decision/envelope.ts';
import { makePipeLine } from '../corpus/pipe-line.ts';
import { collect } from '../kit/collect.ts';

const NIC = 'nic@ferrier.example';
const mail = (above: string, id: string) =>
  Buffer.from(
    `${above}Received: by mx.example (Postfix) id ${id}; Fri, 2 Jan 2026\nFrom: ${NIC}\nSubject: Hi\nMessage-ID: <1@ferrier.example>\n\nHello.\n`,
  );
const to = (RECIPIENT: string, SENDER = NIC): Environment => ({ RECIPIENT, SENDER });
const COPIES = {
  recorded: [mail('', 'A'), to('new@support-ticket.example', 'mailer-daemon@mx.example')],
  held: [mail('X-Spam-Flag: YES\n', 'B'), to('new@support-ticket.example')],
  ticket: [mail('', 'C'), to('support@support-ticket.example')],
} as const;
type Fate = keyof typeof COPIES;
const ORDERS: readonly (readonly Fate[])[] = [
  ['recorded', 'held', 'ticket'],
  ['recorded', 'ticket', 'held'],
  ['held', 'recorded', 'ticket'],
  ['held', 'ticket', 'recorded'],
  ['ticket', 'recorded', 'held'],
  ['ticket', 'held', 'recorded'],
];

test.each(ORDERS)('%s, %s, %s: one ticket, one message, one answer', async (...order) => {
  const line = makePipeLine();
  try {
    const twice = [...order, ...order];
    const ends = await Promise.all(
      twice.map((fate) => line.deliver(COPIES[fate][0], COPIES[fate][1])),
    );
    const kept = ends.filter((end) => end !== 'duplicate');
    expect(await line.store.held()).toEqual([]);
    const [ticket, ...more] = await collect(line.store.tickets('all', ['SUPPORT']));
    expect(more).toEqual([]);
    expect(ticket?.messages.map(({ direction }) => direction)).toEqual(['in', 'out']);
    expect(await line.store.unsent()).toEqual([]);
    // Whichever came first: each rise is a commit, and names the copy before it.
    const commits = line.all().filter(({ delivery }) => delivery !== undefined);
    expect(commits).toHaveLength(kept.length);
    const named = commits.map(({ changes }) => changes.find(({ type }) => type === 'mail.again'));
    const before = commits.slice(0, -1).map(({ seq }) => ({ earlier: seq }));
    expect(named[0]).toBeUndefined();
    expect(named.slice(1)).toMatchObject(before);
  } finally {
    line.remove();
  }
});
