/** Which mail is our own, and what becomes of mail that only says so. */
import { beforeEach, expect, test } from 'vitest';
import { DOMAIN, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk({ staff: [], alsoKnownAs: ['info@ferrier.example'] });
});

test.each(['new-business', 'new.york', 'support-team', 'control-room'])(
  '%s is a customer, who gets a ticket and an answer',
  async (local) => {
    const from = `${local}@${DOMAIN}`;
    expect(await desk.deliver({ from })).toMatchObject({ end: 'opened' });
    expect(desk.ticket(7102).messages).toMatchObject([
      { from: { address: from } },
      { direction: 'out', to: [{ address: from }] },
    ]);
  },
);

const LOOP = `X-Loop: new@${DOMAIN}\n`;

test.each([
  ['a queue', `new@${DOMAIN}`, '', null],
  ['a ticket', `SUPPORT-7@${DOMAIN}`, '', null],
  ['the control address', `control@${DOMAIN}`, '', null],
  ['an alias of ours', 'info@ferrier.example', '', null],
  ['a bounce address of no mail', `support-7102-b-2-aaaabbbbccccdddd@${DOMAIN}`, '', null],
  ['an id of no mail', `new@${DOMAIN}`, '', `<support-7102.2.aaaabbbbccccdddd@${DOMAIN}>`],
  ['a loop mark alone', NIC, LOOP, null],
])('who says that it comes from us, by %s, waits for a person', async (_, from, more, id) => {
  await desk.deliver({});
  // It is held as well where it goes to the ticket, or to the control address.
  for (const to of ['new', 'support-7102', 'control']) {
    expect(await desk.deliver({ from, to, more, id })).toMatchObject({ end: 'held' });
  }
  const check = more === LOOP ? 'loop-mark' : 'own-mail';
  expect(desk.held().map(({ reason }) => reason.check)).toEqual([check, check, check]);
  expect(desk.ticket(7102).messages).toHaveLength(2);
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
  await desk.deliver({});
  await desk.answer(7102, 'Try again.');
  const { content, sender } = desk.lastTo(NIC);
  const came = await desk.deliver({
    octets: Buffer.from(change(content)),
    environment: { SENDER: sender, RECIPIENT: `new@${DOMAIN}` },
    verb: 'any',
  });
  expect(came.end).toBe(end);
  expect(desk.held()).toEqual([]);
  expect(desk.tickets()).toHaveLength(1);
  expect(desk.letters).toHaveLength(2);
});
