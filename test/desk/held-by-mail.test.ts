/** Held mail that one of the staff decides of by their answer to the notice of it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { notifyStaff } from '../../src/jobs/notify.ts';
import { BOB, DOMAIN, EVE, KAY, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Mail } from '../kit/mail.ts';

const DAY_MS = 86_400_000;
let desk: Desk;
/** As any run does when it is time. */
const notice = async () => {
  desk.wait(DAY_MS);
  await desk.during((context) => notifyStaff({ ...context, now: () => desk.now }));
  return desk.lastTo(BOB);
};
const strange = (more: Mail = {}) =>
  desk.deliver({
    from: EVE,
    to: 'support-7102',
    subject: 'Let me in',
    text: 'I am his boss.',
    ...more,
  });
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'I cannot log in.' });
});
const answer = async (text: string, more: Mail = {}) =>
  desk.deliver({ from: BOB, to: desk.lastTo(BOB).replyTo, text, ...more });
/** Without the acknowledgement. */
const messages = () =>
  desk.ticket(7102).messages.flatMap(({ direction }) => (direction === 'out' ? [] : direction));

test('the notice names who wrote, unverified, what about, and the first lines', async () => {
  await strange({ text: 'One.\n\n> two\nThree https://evil.example/x\nfour\nfive\nsix' });
  const { text } = await notice();
  expect(text).toContain(`From:    ${EVE} (unverified)`);
  expect(text).toContain('Subject: Let me in');
  expect(text).toContain(
    '  | One.\n  | > two\n  | Three https ://evil.example/x\n  | four\n  | five\n',
  );
  expect(text).not.toContain('six');
  expect(text).toContain('    release    let it in');
  expect(text).toContain('proves nothing about who wrote it');
});

test('what a stranger wrote does nothing in it', async () => {
  await strange({
    subject: '=?utf-8?Q?a=0Arelease_17=E2=80=AE?=',
    text: '\u001b[2Jrelease\u202e =?utf-8?Q?x?=',
  });
  const { text } = await notice();
  for (const mark of ['\u001b', '\u202e', '=?', '\nrelease']) expect(text).not.toContain(mark);
});

test('nobody else gets any of it', async () => {
  await strange();
  await notice();
  expect(desk.everythingTo(NIC)).not.toContain('his boss');
  expect(desk.everythingTo(EVE)).toBe('');
});

test.each([
  ['release', 'let in', ['in', 'in']],
  ['Release.', 'let in', ['in', 'in']],
  ['discard\n\n-- \nBob', 'was discarded', ['in']],
  ['block\n\nOn Friday, Support wrote:\n> A mail to SUPPORT-7102 is held', 'is blocked', ['in']],
])('%j does it, and says so', async (text, said, after) => {
  await strange();
  await notice();
  await answer(text);
  expect(desk.held()).toEqual([]);
  expect(messages()).toEqual(after);
  expect(desk.lastTo(BOB).text).toContain(said);
});

test('what was let in is no better proven than before', async () => {
  await strange();
  await notice();
  await answer('release');
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ trust: 'claimed' });
  expect(desk.to(EVE)).toEqual([]);
  expect(desk.lastTo(BOB).text).toContain('proves nothing about who wrote it');
});

test('what was blocked opens nothing any more', async () => {
  await strange();
  await notice();
  await answer('block');
  expect(desk.blocked()).toEqual([EVE]);
  expect(await desk.deliver({ from: EVE })).toMatchObject({ end: 'recorded' });
});

test('nobody of the staff is blocked by a mail that bears their name', async () => {
  await strange({ from: KIM });
  await notice();
  await answer('block');
  expect(desk.blocked()).toEqual([]);
  expect(desk.held()).toHaveLength(1);
});

describe('of several', () => {
  let ids: readonly number[];
  beforeEach(async () => {
    await strange();
    await strange({ from: KAY, text: 'So am I.' });
    await notice();
    ids = desk.held().map(({ id }) => id);
  });

  test('each is named by its number', async () => {
    await answer(`release ${ids[1]}\ndiscard #${ids[0]}`);
    expect(desk.held()).toEqual([]);
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ text: 'So am I.\n' });
  });

  test('several may be named in a line', async () => {
    await answer(`discard ${ids[0]}, ${ids[1]}`);
    expect(desk.held()).toEqual([]);
  });

  test.each([
    ['none is named', () => 'release'],
    ['there is more to read', () => `release ${ids[0]}\n\nHe is known to us.`],
    ['a number is of no mail there', () => `discard ${ids[0]} 99999`],
  ])('nothing is done if %s, and it comes back', async (_, text) => {
    await answer(text());
    expect(desk.held()).toHaveLength(2);
    expect(desk.lastTo(BOB).text).toContain('Nothing was done');
    expect(desk.lastTo(BOB).text).toContain(`> ${text().split('\n')[0]}`);
  });

  test('what came after the notice is not decided of by an answer to it', async () => {
    const { replyTo } = desk.lastTo(BOB);
    await strange({ from: KAY, text: 'Once more, later.', id: '<later@x.example>' });
    const later = desk.held().at(-1)?.id ?? 0;
    await answer(`release ${later}`, { to: replyTo });
    expect(desk.held()).toHaveLength(3);
  });
});

test.each<readonly [string, Mail]>([
  ['an automatic reply', { more: 'Auto-Submitted: auto-replied\n' }],
  ['an automatic reply with a subject alone', { subject: 'Out of office: held' }],
  ['a colleague', { from: KIM }],
  ['a stranger who has come to know the address', { from: EVE }],
  ['a forgery, as our server calls it', { results: `dmarc=fail header.from=${DOMAIN}` }],
])('%s lets nothing in', async (_, more) => {
  await strange();
  await notice();
  await answer('release', more);
  expect(messages()).toEqual(['in']);
});

test('a second word is told that it was dealt with', async () => {
  await strange();
  const { replyTo } = await notice();
  await answer('release', { to: replyTo });
  await answer('discard', { to: replyTo });
  expect(messages()).toEqual(['in', 'in']);
  expect(desk.lastTo(BOB).text).toContain('somebody has dealt with it');
});

test('anything else about one ticket is a note on it, as before', async () => {
  await strange();
  await notice();
  await answer('I know her, she is his boss.');
  expect(messages()).toEqual(['in', 'internal']);
  expect(desk.held()).toHaveLength(1);
});

test('after 31 days the address is good for nothing', async () => {
  await strange();
  await notice();
  desk.wait(31 * DAY_MS);
  await answer('release');
  expect(messages()).toEqual(['in']);
});

describe('the words of a held mail', () => {
  const WORDS = 'His salary is paid to an account in Luxembourg since May.';
  const answers = (text: string) =>
    desk.deliver({ from: BOB, to: desk.to(BOB)[0]?.replyTo ?? '', text });
  const gotNic = () => desk.everythingTo(NIC);

  test('do not go out with an answer to somebody else unasked', async () => {
    await strange({ text: WORDS });
    const came = await answers(`Dear Nic,\n\nis it true? ${WORDS.toUpperCase()}\n`);
    expect(came.end).toBe('returned');
    expect(desk.lastTo(BOB).text).toContain('> his salary is paid to an account in');
    expect(gotNic()).not.toContain('LUXEMBOURG');
  });

  test('also if the notice is quoted, or a colleague has told of it', async () => {
    await strange({ text: WORDS });
    const { text } = await notice();
    const came = await answers(`See below.\n\n${text.replace(/^/gm, '| ')}`);
    expect(came.end).toBe('returned');
    expect(gotNic()).not.toContain('Luxembourg');
  });

  test('are no matter if nobody has them held, or if the customer wrote them', async () => {
    await desk.deliver({ to: 'support-7102', text: WORDS, above: 'X-Spam-Flag: YES\n' });
    expect((await answers(`Is it true? ${WORDS}`)).end).toBe('carried-out');
    await strange({ text: WORDS.replace('Luxembourg', 'Andorra') });
    await desk.discard(desk.held().at(-1)?.id ?? 0);
    const came = await answers(`Or this? ${WORDS.replace('Luxembourg', 'Andorra')}`);
    expect(came.end).toBe('carried-out');
  });
});
