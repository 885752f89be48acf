/** Which ticket a mail goes into by the Message-IDs that it names. */
import { expect, test } from 'vitest';
import { makePipeLine } from '../corpus/pipe-line.ts';

const NIC = 'nic@ferrier.example';
const EVE = 'eve@evil.example';
const mail = (from: string, id: string, more = '') =>
  Buffer.from(`From: ${from}\nSubject: Hi\nMessage-ID: <${id}>\n${more}\nHello.\n`);

test('the Message-ID of a customer is known to the desk, and good for those on the ticket alone', async () => {
  const line = makePipeLine();
  const deliver = (from: string, id: string, more = '') =>
    line.deliver(mail(from, id, more), {
      SENDER: from,
      RECIPIENT: 'new@support-ticket.example',
    });
  const authors = async (id: 'SUPPORT-1' | 'SUPPORT-2') =>
    (await line.store.ticket(id))?.messages.flatMap((message) =>
      message.direction === 'in' ? message.from?.address : [],
    );
  try {
    expect(await deliver(NIC, '1@ferrier.example')).toBe('opened');
    const named = 'References: <1@ferrier.example>\n';
    expect(await deliver(EVE, '1@evil.example', named)).toBe('opened');
    expect(await deliver(NIC, '2@ferrier.example', named)).toBe('appended');
    expect([await authors('SUPPORT-1'), await authors('SUPPORT-2')]).toEqual([[NIC, NIC], [EVE]]);
  } finally {
    line.remove();
  }
});
