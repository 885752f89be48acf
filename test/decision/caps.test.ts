/** How many automatic answers one person gets, and what does not use them up. */
import { afterEach, expect, test } from 'vitest';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';

const NEW = 'new@support-ticket.example';
const HELP = 'help@support-ticket.example';
let line: PipeLine | undefined;

afterEach(() => line?.remove());

const begin = (config: Record<string, unknown> = {}) => {
  line = makePipeLine({ config });
  let mails = 0;
  const from = async (SENDER: string, RECIPIENT: string) => {
    mails += 1;
    const mail = `From: ${SENDER}\nTo: ${RECIPIENT}\nSubject: ${mails}\nMessage-ID: <${mails}@a.example>\n\nx\n`;
    return line?.deliver(Buffer.from(mail), { SENDER, RECIPIENT });
  };
  const sent = () => line?.all().flatMap(({ outgoing }) => outgoing).length;
  return { from, sent };
};

test('who asks for help in the name of a customer does not silence what that customer is told', async () => {
  const { from, sent } = begin();
  for (let n = 0; n < 8; n += 1) await from('nic@ferrier.example', HELP);
  expect(sent()).toBe(5);
  expect(await from('nic@ferrier.example', NEW)).toBe('opened');
  expect(sent()).toBe(6);
});

test('another case and another tag are the same mailbox', async () => {
  const { from, sent } = begin();
  for (const name of ['nic', 'NIC', 'nic+a', 'nic+b', 'Nic+c+d', 'nic+e', 'nic+f']) {
    expect(await from(`${name}@ferrier.example`, NEW)).toBe('opened');
  }
  expect(sent()).toBe(5);
  await from('nicolas@ferrier.example', NEW);
  expect(sent()).toBe(6);
});

test('above all kinds stands one cap for an address', async () => {
  const { from, sent } = begin({ caps: { all: { count: 6 } } });
  for (let n = 0; n < 5; n += 1) await from('nic@ferrier.example', HELP);
  for (let n = 0; n < 3; n += 1) await from('nic@ferrier.example', NEW);
  expect(sent()).toBe(6);
  await from('kay@ferrier.example', NEW);
  expect(sent()).toBe(7);
});
