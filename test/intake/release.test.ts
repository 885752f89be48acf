/** Held mail that several people let in at once. */
import { expect, test } from 'vitest';
import { HeldNoMore, release } from '../../src/intake/release.ts';
import { makePipeLine } from '../corpus/pipe-line.ts';

const mail = (from: string) =>
  Buffer.from(`From: ${from}\nTo: support-1@support-ticket.example\nSubject: Hi\n\nHello.\n`);

test('of two who let the same mail in, one has done it and the other is told that it is done', async () => {
  const line = makePipeLine();
  try {
    await line.deliver(mail('nic@ferrier.example'), { SENDER: 'nic@ferrier.example' });
    const RECIPIENT = 'support-1@support-ticket.example';
    await line.deliver(mail('eve@evil.example'), { SENDER: 'eve@evil.example', RECIPIENT });
    const [held] = await line.store.held();
    if (held === undefined) throw new Error('the mail was not held');
    const ends = await Promise.allSettled(
      ['bob', 'kim'].map((by) => release(held, by, line.context)),
    );
    expect(ends).toEqual([
      { status: 'fulfilled', value: true },
      { status: 'rejected', reason: expect.any(HeldNoMore) },
    ]);
    const ticket = await line.store.ticket('SUPPORT-1');
    const authors = ticket?.messages.flatMap((message) =>
      message.direction === 'in' ? message.from?.address : [],
    );
    expect(authors).toEqual(['nic@ferrier.example', 'eve@evil.example']);
  } finally {
    line.remove();
  }
});
