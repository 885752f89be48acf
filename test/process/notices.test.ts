/** What the desk is told of held mail, and the address for notes that comes with it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliverCase, makeDesk, type TestDesk } from './desk.ts';

const NIC = 'nic@ferrier.example';
const TICKET = 'support-7102@support-ticket.example';
let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
});
afterEach(() => desk.remove());

const json = async (...args: readonly string[]) => {
  const { stdout, stderr, exit } = await desk.run([...args, '--json']);
  expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 });
  return JSON.parse(stdout);
};
const deliver = (input: string, recipient: string, sender: string, verb = 'reply') =>
  desk.here([verb], { input, env: { SENDER: sender, RECIPIENT: recipient } });
const mail = (from: string, more = '', text = 'x') =>
  `From: ${from}\nSubject: x\nMessage-ID: <${Math.random()}@x.example>\n${more}\n${text}\n`;
const field = (name: string, content = '') =>
  new RegExp(`^${name}:\\s+(.*)$`, 'im').exec(content)?.[1] ?? null;
const withBob = () =>
  desk.configure((config) => {
    config['staff'] = [{ name: 'bob', addresses: ['bob@support-ticket.example'] }];
  });
const toBob = () => desk.sent().filter(({ args }) => args.includes('bob@'));

/** Eve writes to Nic's ticket, and bob hears of it. Gives the notice's Reply-To. */
async function noticeOfStranger(): Promise<string> {
  await deliverCase(desk, 'plain');
  withBob();
  await deliver(mail('eve@evil.example', '', 'your code is 4711'), TICKET, 'eve@evil.example');
  const [notice] = toBob();
  expect(notice?.content).toContain('mailrobot held show');
  return field('Reply-To', notice?.content) ?? '';
}

test('a held mail is told to the desk: who wrote, unverified, and the first lines', async () => {
  await noticeOfStranger();
  expect(desk.sent()).toHaveLength(2);
  const [notice] = toBob();
  expect(notice?.args).toMatch(/-f <> -- bob@support-ticket\.example/);
  expect(field('Auto-Submitted', notice?.content)).toBe('auto-generated');
  expect(notice?.content.replaceAll('=\n', '')).toContain('eve@evil.example (unverified)');
  expect(notice?.content).toContain('| your code is 4711');
});

test('an answer to a notice becomes a note of its ticket, that no customer sees', async () => {
  const note = await noticeOfStranger();
  expect(note).toMatch(/^support-\d+-c-[a-z0-9]+-[a-z2-7]{16}@support-ticket\.example$/);
  const before = desk.sent().length;
  await deliver(mail('bob@home.example', '', 'She is not one of his.'), note, 'bob@home.example');
  const last = (await json('ticket', 'show', '7102')).messages.at(-1);
  const text = 'She is not one of his.\n';
  expect(last).toMatchObject({ direction: 'internal', by: 'bob', text });
  expect(desk.sent()).toHaveLength(before);
});

test('an answer that is nothing but "release" lets the mail in, once, and says so', async () => {
  const address = await noticeOfStranger();
  const release = () =>
    deliver(
      mail('bob@support-ticket.example', '', 'release'),
      address,
      'bob@support-ticket.example',
    );
  expect(await release()).toMatchObject({ exit: 0, stderr: '' });
  expect(await json('held', 'list')).toEqual([]);
  const { messages } = await json('ticket', 'show', '7102');
  expect(messages.at(-1)).toMatchObject({ direction: 'in', trust: 'claimed' });
  expect(toBob().some(({ content }) => content.includes('was let in'))).toBe(true);
  expect(await release()).toMatchObject({ exit: 0, stderr: '' });
  expect((await json('ticket', 'show', '7102')).messages).toHaveLength(messages.length);
});

test('a revoked or foreign note address opens no door', async () => {
  const note = await noticeOfStranger();
  const count = async () => (await json('ticket', 'show', '7102')).messages.length;
  const before = await count();
  await deliver(
    mail('bob@home.example'),
    note.replace(/[a-z2-7]{16}@/, 'aaaaaaaaaaaaaaaa@'),
    'bob@home.example',
  );
  expect(await count()).toBe(before);
  expect(await desk.here(['key', 'revoke', 'bob'])).toMatchObject({ exit: 0, stderr: '' });
  await deliver(mail('bob@home.example'), note, 'bob@home.example');
  expect(await count()).toBe(before);
  expect(await json('held', 'list')).toHaveLength(3);
  expect((await desk.here(['key', 'revoke', 'nobody'])).exit).toBe(1);
});

test('many things come together in one mail', async () => {
  await noticeOfStranger();
  for (let n = 0; n < 5; n += 1) {
    await deliver(mail('eve@evil.example'), TICKET, 'eve@evil.example');
  }
  expect(await json('held', 'list')).toHaveLength(6);
  expect(toBob()).toHaveLength(1);
});

test('spam is told to nobody', async () => {
  withBob();
  await deliver(
    mail(NIC, 'X-Spam-Flag: YES\nReceived: by mx.example; Sat, 28 Nov 2026 10:00:00 +0000\n'),
    'new@support-ticket.example',
    NIC,
    'new',
  );
  expect(await json('held', 'list')).toHaveLength(1);
  expect(desk.sent()).toEqual([]);
});
