/** A command alone in an answer to a notification: it is done and said, or comes back. */
import { beforeEach, describe, expect, test } from 'vitest';
import { notifyStaff } from '../../src/jobs/notify.ts';
import { BOB, type Different, EVE, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { HTML, type Mail } from '../kit/mail.ts';

let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'I forgot my password.' });
});
const answer = (text: string, more: Mail = {}) =>
  desk.deliver({ from: BOB, to: desk.to(BOB)[0]?.replyTo ?? '', login: 'bob', text, ...more });
const QUOTE = '\n\nOn Fri, Nov 20, 2026 at 10:00 AM Nic Ferrier wrote:\n> I forgot my password.\n';

test.each([
  ['close', 'SUPPORT-7102 is resolved.', { status: 'resolved' }],
  ['Close\n\n-- \nBob Builder', 'SUPPORT-7102 is resolved.', { status: 'resolved' }],
  [`take${QUOTE}`, "SUPPORT-7102 is bob's.", { assignee: 'bob' }],
  ['assign Kim', "SUPPORT-7102 is kim's.", { assignee: 'kim' }],
  [
    'tag +login\ntake',
    "SUPPORT-7102 has the tags login.\nSUPPORT-7102 is bob's.",
    { tags: ['login'] },
  ],
  ['note\ntake\n\nHe is angry.', "SUPPORT-7102 is bob's.", { assignee: 'bob' }],
])('%j is done, and its author is told in a line', async (text, said, after) => {
  const sent = desk.to(NIC).length;
  expect(await answer(text)).toMatchObject({ end: 'carried-out' });
  expect(desk.ticket(7102)).toMatchObject(after);
  expect(desk.lastTo(BOB).text).toBe(`${said}\n`);
  expect(desk.to(NIC)).toHaveLength(sent);
});

test('with an answer below it, the customer gets that alone', async () => {
  await answer('close\n\nDear Nic, it works again.\n');
  expect(desk.lastTo(NIC).text).toBe('Dear Nic, it works again.\n');
  expect(desk.ticket(7102).status).toBe('resolved');
});

test('an answer without a command is not confirmed', async () => {
  const sent = desk.to(BOB).length;
  await answer('Dear Nic, it works again.');
  expect(desk.to(BOB)).toHaveLength(sent);
});

test.each<readonly [string, Mail]>([
  ['close.', {}],
  ['close 7102', {}],
  ['close\nDear Nic,\n\nit works.', {}],
  ['Dear Nic,\n\nit works.\n\nclose', {}],
  ['Dear Nic,\n\nit works.\n\nclose #7102', {}],
  ['Dear Nic,\n\nit works.\n\nassign me', {}],
  ['block', {}],
  ['assign eve', {}],
  ['close', { login: '' }],
  ['<p>close</p>', { more: HTML }],
])('%j comes back, and nobody else gets it', async (text, more) => {
  const sent = desk.to(NIC).length;
  expect(await answer(text, more)).toMatchObject({ end: 'returned' });
  expect(desk.to(NIC)).toHaveLength(sent);
  expect(desk.ticket(7102)).toMatchObject({ status: 'new', assignee: null });
});

test('what looks like one, and names nobody of the staff, goes out with the word of its author', async () => {
  const text = 'Assign permissions\n\nDear Nic, open the settings first.';
  expect((await answer(text)).end).toBe('returned');
  const { replyTo, text: asked } = desk.lastTo(BOB);
  expect(asked).toContain('obody on the staff is called "permissions"');
  await desk.deliver({ from: BOB, to: replyTo, text: 'send' });
  expect(desk.lastTo(NIC).text).toBe(`${text}\n`);
});

test('what is written in return to the confirmation is not for the customer', async () => {
  await answer('close');
  const { field, replyTo } = desk.lastTo(BOB);
  expect(replyTo).toBe('');
  const to = /<(.*)>/.exec(field('From') ?? '')?.[1] ?? '';
  const sent = desk.to(NIC).length;
  await desk.deliver({ from: BOB, login: 'bob', to, text: 'Thanks, that was quick.' });
  expect(desk.to(NIC)).toHaveLength(sent);
});

test.each(['Done.', 'Done', 'Closed.', 'Take care!', 'Watch out for the stairs.', 'Open'])(
  '%j is what it says',
  async (text) => {
    await answer(text);
    expect(desk.lastTo(NIC).text).toBe(`${text}\n`);
  },
);

test('what one says by it, the others whom it concerns hear', async () => {
  await desk.order(7102, 'assign kim');
  await answer('close');
  expect(desk.lastTo(KIM).text).toContain('bob has closed SUPPORT-7102.');
});

describe('what the config does not let them do is not advertised', () => {
  const staff = [{ name: 'bob', addresses: [BOB] }];
  const returned = async (different: Different) => {
    desk.configure({ staff, ...different });
    await answer('Status: resolved', { login: '' });
    return desk.lastTo(BOB).text;
  };

  test.each<readonly [string, Different, string]>([
    ['neither', { authservId: undefined }, 'nothing in the config lets you give commands by mail'],
    [
      'a login',
      { authservId: undefined, staff: [{ ...staff[0], sasl: ['bob'] }] },
      'send your mail through our mail server with your login.',
    ],
    ['a From', {}, 'send your mail from an address that it can verify.'],
    [
      'both',
      { staff: [{ ...staff[0], sasl: ['bob'] }] },
      'with your login, or from an address that it can verify.',
    ],
  ])('with %s', async (_, different, said) => {
    expect((await returned(different)).replace(/\s+/g, ' ')).toContain(said);
  });

  test('a notice of held mail names no words, if they could not count', async () => {
    desk.configure({ staff, staffProof: 'sasl', authservId: undefined });
    await desk.deliver({ from: EVE, to: 'support-7102' });
    desk.wait(86_400_000);
    await desk.during((context) => notifyStaff({ ...context, now: () => desk.now }));
    expect(desk.lastTo(BOB).text).toContain('mailrobot held show');
    expect(desk.lastTo(BOB).text).not.toContain('release');
  });
});
