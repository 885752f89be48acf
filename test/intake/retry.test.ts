/** What the MTA hands in once more, under the queue id that it had. */
import { expect, test } from 'vitest';
import { makePipeLine } from '../corpus/pipe-line.ts';

const NIC = 'nic@ferrier.example';
const MAIL = Buffer.from(
  `Received: by mx.example (Postfix) id 4X1; Fri, 2 Jan 2026 08:25:44 +0000\nFrom: ${NIC}\nSubject: Hi\nMessage-ID: <1@ferrier.example>\n\nHello.\n`,
);
const to = (name: string) => ({ SENDER: NIC, RECIPIENT: `${name}@support-ticket.example` });
const DAY_MS = 86_400_000;

test('a mail that is tried again is one ticket for 14 days, however long the MTA keeps it', async () => {
  // In the past: what is being received is judged by its file's time, which is the real one.
  const begun = Date.now() - 60 * DAY_MS;
  let days = 0;
  const line = makePipeLine({ now: () => new Date(begun + days * DAY_MS) });
  const end = (after: number) => {
    days = after;
    return line.deliver(MAIL, to('new'));
  };
  try {
    expect(await end(0)).toBe('opened');
    for (const after of [1, 5, 13.9]) expect(await end(after), `${after} days`).toBe('duplicate');
    expect(await end(14.1)).toBe('opened');
  } finally {
    line.remove();
  }
});

test('a mail to two queues is a ticket in each, and one only if either is tried again', async () => {
  const queue = (prefix: string) => ({ prefix, address: prefix.toLowerCase(), name: prefix });
  const line = makePipeLine({ config: { queues: [queue('HELPME'), queue('SALES')] } });
  try {
    for (const end of ['opened', 'duplicate']) {
      for (const name of ['helpme', 'sales']) expect(await line.deliver(MAIL, to(name))).toBe(end);
    }
  } finally {
    line.remove();
  }
});
