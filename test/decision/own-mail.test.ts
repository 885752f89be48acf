/** Which mail is our own, and what becomes of mail that only says so. */

import { afterEach, expect, test } from 'vitest';
import { carryOut } from '../../src/feed/order.ts';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';
import { collect } from '../kit/collect.ts';

const NIC = 'nic@ferrier.example';
const NEW = 'new@support-ticket.example';
let line: PipeLine | undefined;

afterEach(() => line?.remove());

const begin = () => {
  line = makePipeLine({ config: { alsoKnownAs: ['info@ferrier.example'] } });
  return line;
};
const mail = (from: string, more = '') =>
  Buffer.from(`From: ${from}\nTo: ${NEW}\nSubject: Hi\n${more}\nHello.\n`);

test.each([
  'new-business@support-ticket.example',
  'new.york@support-ticket.example',
  'support-team@support-ticket.example',
  'control-room@support-ticket.example',
])('%s is a customer, who gets a ticket and an answer', async (from) => {
  const { deliver, store } = begin();
  expect(await deliver(mail(from), { SENDER: from, RECIPIENT: NEW })).toBe('opened');
  expect((await store.ticket('SUPPORT-1'))?.messages).toMatchObject([
    { from: { address: from } },
    { direction: 'out', to: [{ address: from }] },
  ]);
});

test.each([
  ['a queue', NEW, ''],
  ['a ticket', 'SUPPORT-7@support-ticket.example', ''],
  ['the control address', 'control@support-ticket.example', ''],
  ['an alias of ours', 'info@ferrier.example', ''],
  ['a bounce address of no mail', 'support-1-b-2-aaaabbbbccccdddd@support-ticket.example', ''],
  ['an id of no mail', NEW, 'Message-ID: <support-1.2.aaaabbbbccccdddd@support-ticket.example>\n'],
  ['a loop mark alone', NIC, `X-Loop: ${NEW}\n`],
])('who says that it comes from us, by %s, waits for a person', async (_, from, more) => {
  const { deliver, store } = begin();
  await deliver(mail(NIC), { SENDER: NIC, RECIPIENT: NEW });
  expect(await deliver(mail(from, more), { SENDER: from, RECIPIENT: NEW })).toBe('held');
  expect(await store.held()).toMatchObject([
    { reason: { check: more.includes('Loop') ? 'loop-mark' : 'own-mail' } },
  ]);
  // It is held as well where it goes to the ticket, or to the control address.
  for (const RECIPIENT of ['support-1@support-ticket.example', 'control@support-ticket.example']) {
    const other = mail(from, `${more}X-Other: ${RECIPIENT}\n`);
    expect(await deliver(other, { SENDER: from, RECIPIENT })).toBe('held');
  }
  expect((await store.ticket('SUPPORT-1'))?.messages).toHaveLength(2);
});

const ALONE = (text: string) => text.replace(/^(In-Reply-To|References):.*\n([ \t].*\n)*/gim, '');

test.each<readonly [string, (text: string) => string, string]>([
  ['as it went out', (text) => text, 'appended'],
  ['without its references', ALONE, 'recorded'],
  [
    'with the Message-ID of a relay, by its bounce address',
    (text) => ALONE(text).replace(/^Message-ID:.*$/im, 'Message-ID: <1@relay.example>'),
    'recorded',
  ],
])('an answer of ours that comes round makes nothing new: %s', async (_, change, end) => {
  const { deliver, store, context, all } = begin();
  await deliver(mail(NIC), { SENDER: NIC, RECIPIENT: NEW });
  await carryOut(
    {
      ...{ by: 'bob', origin: null, type: 'act', ticket: 'SUPPORT-1' },
      action: { type: 'reply', text: 'Try again.' },
    },
    context,
  );
  const sent = all()
    .flatMap(({ outgoing }) => outgoing)
    .findLast(({ serial }) => serial === 3);
  if (sent === undefined) throw new Error('no answer went out');
  const input = Buffer.from(change(sent.content));
  expect(await deliver(input, { SENDER: sent.sender, RECIPIENT: NEW })).toBe(end);
  expect(await store.held()).toEqual([]);
  expect(await collect(store.tickets('all', ['SUPPORT']))).toHaveLength(1);
  expect(all().flatMap(({ outgoing }) => outgoing)).toHaveLength(2);
});
