/** Whom a block touches and whom not, and which addresses get no automatic answer. */
import { beforeEach, expect, test } from 'vitest';
import { inWords } from '../../src/desk/in-words.ts';
import { isAnswerable } from '../../src/ticket/address.ts';
import { BOB, KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

test('a block that a forged mail led to does not keep out one of the staff', async () => {
  await desk.deliver({ from: BOB });
  await desk.order(7102, 'block', 'kim');
  expect(await desk.deliver({ from: BOB })).toMatchObject({
    end: 'recorded',
    changes: [
      {
        reason: 'blocked',
        evidence: `kim has blocked ${BOB}, for a mail that nothing proved`,
      },
    ],
  });
  expect(await desk.deliver({ from: BOB, login: 'bob' })).toMatchObject({ end: 'opened' });
  expect(desk.ticket(7103).messages).toMatchObject([
    { trust: 'staff' },
    { direction: 'out', to: [{ address: BOB }] },
  ]);
  const help = { from: BOB, login: 'bob', to: 'control', text: 'help' };
  expect(await desk.deliver(help)).toMatchObject({ end: 'answered', letters: [{ to: BOB }] });
});

test('a block is on the mailbox, whatever its case and tag, and so is its end', async () => {
  const tagged = (tag: string) => `nic${tag}@ferrier.example`;
  for (const tag of ['+a', '+b', 'olas']) await desk.deliver({ from: tagged(tag) });
  await desk.order(7102, 'block', 'kim');
  const ends = async (from: string, to = 'new') => (await desk.deliver({ from, to })).end;
  expect(await ends('Nic@ferrier.example')).toBe('recorded');
  expect(await ends(tagged('+b'), 'support-7103')).toBe('recorded');
  expect(await ends(tagged('olas'), 'support-7104')).toBe('appended');
  expect(desk.failed()).toMatchObject([{ address: NIC, blockedBy: 'kim' }]);
  await desk.order(7103, 'unblock', 'kim');
  expect(desk.failed()).toEqual([]);
  expect(await ends(tagged('+a'), 'support-7102')).toBe('appended');
});

test('a block says whether the mail that it rests on was proven', async () => {
  const words = (ticket: number) => inWords({ type: 'block' }, desk.ticket(ticket), {});
  const known = (address: string) => desk.failed().find((one) => one.address === address);
  await desk.deliver({});
  await desk.order(7102, 'block', 'kim');
  expect(known(NIC)).toMatchObject({ isBlockProven: false });
  expect(words(7102)).toMatch(
    /^nic@ferrier\.example is blocked\. Nothing proves that message 1 came/,
  );
  await desk.deliver({ from: KAY });
  await desk.deliver({ from: KAY, to: 'support-7103', answers: desk.lastTo(KAY).id });
  await desk.order(7103, 'block', 'kim');
  expect(known(KAY)).toMatchObject({ isBlockProven: true });
  expect(words(7103)).toBe(`${KAY} is blocked. Message 3 is proven to come from there.`);
});

/** With a From as it stands. */
const from = (field: string, to: string) => {
  const octets = Buffer.from(`From: ${field}\nTo: ${to}@support-ticket.example\nSubject: x\n\nx\n`);
  const RECIPIENT = `${to}@support-ticket.example`;
  const environment = { SENDER: 'someone@a.example', RECIPIENT };
  return desk.deliver({ octets, environment, verb: 'any' });
};
const toOthers = () => desk.letters.filter(({ to }) => to !== BOB);

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
  expect(await from(`<${address}>`, 'new')).toMatchObject({ end: 'opened' });
  expect(desk.letters.map(({ to }) => to)).toEqual([BOB]);
  await from(`<${address}>`, 'help');
  expect(toOthers()).toEqual([]);
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
  expect(await from(address, 'new')).toMatchObject({ end: 'opened' });
  expect(toOthers()).toHaveLength(1);
});
