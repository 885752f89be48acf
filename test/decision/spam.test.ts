/** Whose mark of spam counts when a mail is decided. */
import { expect, test } from 'vitest';
import { makePipeLine } from '../corpus/pipe-line.ts';

const NIC = 'nic@ferrier.example';
const MARK = 'X-Spam-Flag: YES\n';
const RECEIVED = 'Received: by mx.example (Postfix) id 4X1; Sat, 28 Nov 2026 10:00:00 +0000\n';

test.each([
  ['of our filter holds it', `${MARK}${RECEIVED}`, 'held'],
  ['that its sender wrote holds nothing', `${RECEIVED}${MARK}`, 'opened'],
])('a mark %s', async (_, above, end) => {
  const line = makePipeLine();
  try {
    const mail = Buffer.from(`${above}From: ${NIC}\nSubject: Hi\n\nHello.\n`);
    expect(await line.deliver(mail, { SENDER: NIC })).toBe(end);
  } finally {
    line.remove();
  }
});
