/** Whom a block touches and whom not, and which addresses get no automatic answer. */
import { afterEach, expect, test } from 'vitest';
import type { Action } from '../../src/desk/action.ts';
import { inWords } from '../../src/desk/in-words.ts';
import { carryOut } from '../../src/feed/order.ts';
import { isAnswerable } from '../../src/ticket/address.ts';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';

const NEW = 'new@support-ticket.example';
const BOB = 'bob@support-ticket.example';
let line: PipeLine | undefined;

afterEach(() => line?.remove());

const begin = () => {
  const made = makePipeLine({
    config: { staff: [{ name: 'bob', addresses: [BOB], sasl: ['bob'] }] },
  });
  line = made;
  let mails = 0;
  const from = async (
    address: string,
    more: { to?: string; login?: string; head?: string } = {},
  ) => {
    mails += 1;
    const RECIPIENT = more.to ?? NEW;
    const mail = `From: ${address}\nTo: ${RECIPIENT}\nSubject: ${mails}\nMessage-ID: <${mails}@a.example>\n${more.head ?? ''}\nx\n`;
    return made.deliver(Buffer.from(mail), {
      ...{ SENDER: 'someone@a.example', RECIPIENT },
      ...(more.login !== undefined && { SASL_USERNAME: more.login }),
    });
  };
  const act = (ticket: number, action: Action) =>
    carryOut(
      { type: 'act', ticket: `SUPPORT-${ticket}`, action, by: 'kim', origin: null },
      made.context,
    );
  return { ...made, from, act };
};

test('a block that a forged mail led to does not keep out one of the staff', async () => {
  const { from, act, store, last } = begin();
  await from(BOB);
  await act(1, { type: 'block' });
  expect(await from(BOB)).toBe('recorded');
  expect(last().changes).toMatchObject([
    {
      reason: 'blocked',
      evidence: `kim has blocked ${BOB}, for a mail that nothing proved`,
    },
  ]);
  expect(await from(BOB, { login: 'bob' })).toBe('opened');
  expect((await store.ticket('SUPPORT-2'))?.messages).toMatchObject([
    { trust: 'staff' },
    { direction: 'out', to: [{ address: BOB }] },
  ]);
  expect(await from(BOB, { login: 'bob', to: 'control@support-ticket.example' })).toBe('answered');
});

test('a block is on the mailbox, whatever its case and tag, and so is its end', async () => {
  const { from, act, store } = begin();
  await from('nic+a@ferrier.example');
  await from('nic+b@ferrier.example');
  await from('nicolas@ferrier.example');
  await act(1, { type: 'block' });
  expect(await from('Nic@ferrier.example')).toBe('recorded');
  expect(await from('nic+b@ferrier.example', { to: 'support-2@support-ticket.example' })).toBe(
    'recorded',
  );
  expect(await from('nicolas@ferrier.example', { to: 'support-3@support-ticket.example' })).toBe(
    'appended',
  );
  expect(await store.failedAddresses()).toMatchObject([
    { address: 'nic@ferrier.example', blockedBy: 'kim' },
  ]);
  await act(2, { type: 'unblock' });
  expect(await store.failedAddresses()).toEqual([]);
  expect(await from('nic+a@ferrier.example', { to: 'support-1@support-ticket.example' })).toBe(
    'appended',
  );
});

test('a block says whether the mail that it rests on was proven', async () => {
  const { from, act, store } = begin();
  const words = async (ticket: number) => {
    const known = await store.ticket(`SUPPORT-${ticket}`);
    return known === null ? '' : inWords({ type: 'block' }, known, {});
  };
  await from('nic@ferrier.example');
  await act(1, { type: 'block' });
  expect((await store.failedAddresses())[0]).toMatchObject({ isBlockProven: false });
  expect(await words(1)).toMatch(
    /^nic@ferrier\.example is blocked\. Nothing proves that message 1 came/,
  );
  await from('kay@ferrier.example');
  const id = (await store.ticket('SUPPORT-2'))?.messages.at(-1);
  const head = `In-Reply-To: ${id?.direction === 'out' ? id.messageId : ''}\n`;
  await from('kay@ferrier.example', { to: 'support-2@support-ticket.example', head });
  await act(2, { type: 'block' });
  expect(
    (await store.failedAddresses()).find(({ address }) => address === 'kay@ferrier.example'),
  ).toMatchObject({ isBlockProven: true });
  expect(await words(2)).toBe(
    'kay@ferrier.example is blocked. Message 3 is proven to come from there.',
  );
});

test.each([
  'victim%victim.example@ferrier.example',
  'a!b@ferrier.example',
  'victim.example!victim@ferrier.example',
  '@ferrier.example:victim@victim.example',
  '@a,@b:victim@victim.example',
  'victim@victim.example@ferrier.example',
  '"victim@victim.example"@ferrier.example',
])('%s gets no automatic answer, and a ticket all the same', async (address) => {
  expect(isAnswerable(address)).toBe(false);
  const { from, all } = begin();
  expect(await from(`<${address}>`)).toBe('opened');
  const sent = all().flatMap(({ outgoing }) => outgoing);
  expect(new Set(sent.map(({ recipient }) => recipient))).toEqual(new Set([BOB]));
  await from(`<${address}>`, { to: 'help@support-ticket.example' });
  expect(
    all()
      .flatMap(({ outgoing }) => outgoing)
      .filter(({ recipient }) => recipient !== BOB),
  ).toEqual([]);
});

test.each([
  "o'brien@ferrier.example",
  'nic+tag@ferrier.example',
  'a/b=c@ferrier.example',
  'ü@ferrier.example',
  '"O, Brien <x>" <obrien@ferrier.example>',
  '=?utf-8?q?J=C3=BCrgen?= <juergen@ferrier.example>',
  'Nic (at home) <nic@xn--mller-kva.example>',
  'nic@ferrier.example (Nic)',
])('%s is answered', async (address) => {
  const { from, all } = begin();
  expect(await from(address)).toBe('opened');
  const sent = all().flatMap(({ outgoing }) => outgoing);
  expect(sent.filter(({ recipient }) => recipient !== BOB)).toHaveLength(1);
});
