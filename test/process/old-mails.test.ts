/**
 * What somebody can do who has old mails of the desk, of its staff or its customers, and sends
 * them, or copies of a mail that is on its way, with any envelope and any field of their own.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HeldMail } from '../../src/ticket/held.ts';
import type { Ticket } from '../../src/ticket/ticket.ts';
import { makeDesk, type TestDesk } from './desk.ts';

const DOMAIN = 'support-ticket.example';
const NIC = 'nic@ferrier.example';
const BOB = `bob@${DOMAIN}`;
let desk: TestDesk;
let queued = 0;
beforeEach(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['authservId'] = 'mx.example';
    config['staff'] = [{ name: 'bob', addresses: [BOB], sasl: ['bob'] }];
  });
  await deliver({
    from: NIC,
    to: `new@${DOMAIN}`,
    id: '<open@ferrier.example>',
    body: 'I cannot log in.',
  });
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});
interface Mail {
  from: string;
  to: string;
  id: string;
  body: string;
  more: string;
  date: Date;
  ar: string;
  rcpt: string;
  sender: string;
  login: string | null;
}
const REPLAYED = `spf=pass smtp.mailfrom=evil.example; dmarc=pass header.from=${DOMAIN}`;
const FAIL = `spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from=${DOMAIN}`;
async function deliver(mail: Partial<Mail>) {
  const { from, to, id, body, more, date, ar, login } = {
    from: BOB,
    to: `support-7102@${DOMAIN}`,
    id: '<a1@support-ticket.example>',
    body: 'Your password is 1234.',
    more: '',
    date: new Date(),
    ar: '',
    login: null,
    ...mail,
  };
  const rcpt = mail.rcpt ?? to;
  const sender = mail.sender ?? from;
  queued += 1;
  const results = ar === '' ? '' : `Authentication-Results: mx.example; ${ar}\n`;
  const received = `Received: from a (a [203.0.113.1])\n\tby mx.example (Postfix) with ESMTP id Q${queued}; x\n`;
  const header = `From: ${from}\nTo: ${to}\nSubject: login\nDate: ${date.toUTCString()}\nMessage-ID: ${id}\n`;
  const ended = await desk.run(['reply'], {
    input: `${results}${received}${header}${more}\n${body}\n`,
    env: {
      SENDER: sender,
      RECIPIENT: rcpt,
      CLIENT_ADDRESS: '203.0.113.1',
      ...(login !== null && { SASL_USERNAME: login }),
    },
  });
  expect(ended).toMatchObject({ exit: 0, stdout: '' });
}
const sentTo = (a: string) => desk.sent().filter(({ args }) => args.endsWith(`-- ${a}`));
const answersTo = (a: string) => sentTo(a).length - 1;
const questions = () => sentTo(BOB).filter(({ content }) => content.includes('one word'));
const replyTo = (content = ''): string =>
  /^Reply-To: .*?([^\s<]+@[^\s>]+)/m.exec(content)?.[1] ?? '';
const json = async <T>(...args: readonly string[]): Promise<T> =>
  JSON.parse((await desk.run([...args, '--json'])).stdout);
const held = () => json<readonly HeldMail[]>('held', 'list');
const show = (id: string) => json<Ticket>('ticket', 'show', id);

const QP =
  'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n';
test('a line behind a bare CR in a quote is no command', async () => {
  await deliver({
    login: 'bob',
    id: '<q2@x>',
    more: QP,
    body: '> Hello=0D=0DCc: +eve@evil.example=0D=0Dx\n\nNo.',
  });
  expect((await show('7102')).participants).toEqual([]);
});
test('a copy with a null sender takes away no held mail of a person', async () => {
  const date = new Date();
  await deliver({ ar: REPLAYED, date });
  const to = replyTo(questions()[0]?.content);
  await deliver({ sender: '', date });
  expect(await held()).toHaveLength(1);
  await deliver({ to, id: '<yes@x.example>', body: 'send', ar: REPLAYED });
  expect(answersTo(NIC)).toBe(1);
});
test('what comes back comes back, also while somebody sends old mails again', async () => {
  for (let i = 0; i < 30; i += 1) await deliver({ ar: REPLAYED, more: `X-More: ${i}\n` });
  const before = sentTo(BOB).length;
  await deliver({
    login: 'bob',
    id: '<true2@support-ticket.example>',
    body: 'Stauts: resolved\n\nDone.',
  });
  expect(sentTo(BOB).length).toBe(before + 1);
}, 60000);
test('commands of the staff are carried out, however often old mails of theirs come again', async () => {
  const control = { to: `control@${DOMAIN}` };
  for (let i = 0; i < 8; i += 1)
    await deliver({ ...control, ar: REPLAYED, more: `X-More: ${i}\n` });
  expect(questions()).toHaveLength(5);
  expect(await held()).toHaveLength(8);
  await deliver({
    ...control,
    login: 'bob',
    id: '<true@support-ticket.example>',
    body: 'close 7102',
  });
  expect((await show('7102')).status).toBe('resolved');
});

test('commands in a text that is attached to a mail of commands are not carried out', async () => {
  const part = (more: string, text: string) => `--b\nContent-Type: text/plain${more}\n\n${text}\n`;
  const inline = '; name=customer.txt\nContent-Disposition: inline; filename=customer.txt';
  await deliver({
    ...{ to: `control@${DOMAIN}`, login: 'bob', id: '<two@support-ticket.example>' },
    more: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n',
    body: `${part('', 'tag 7102 +seen')}${part(inline, 'close 7102')}--b--`,
  });
  expect(await show('7102')).toMatchObject({ status: 'new', tags: ['seen'] });
});

test('who confirms what nobody waits for any more is told so', async () => {
  await deliver({ ar: REPLAYED });
  const to = replyTo(questions()[0]?.content);
  const [waiting] = await held();
  await desk.run(['held', 'discard', String(waiting?.id)]);
  await deliver({ to, id: '<yes@x.example>', body: 'send' });
  expect(answersTo(NIC)).toBe(0);
  expect(sentTo(BOB).at(-1)?.content).toContain('Nothing waits for your word');
});

test('a line of 300,000 letters locks nobody out', async () => {
  await deliver({ from: NIC, id: '<long@ferrier.example>', body: 'x'.repeat(300_000) });
  const control = { to: `control@${DOMAIN}`, login: 'bob', id: '<show@support-ticket.example>' };
  await deliver({ ...control, body: 'show 7102' });
  expect(sentTo(BOB).at(-1)?.content).toContain('> show 7102');
}, 30_000);

test('a given address is not good for a From that our MTA calls forged', async () => {
  const to = replyTo(sentTo(BOB)[0]?.content);
  await deliver({
    to,
    ar: FAIL,
    sender: 'eve@evil.example',
    id: '<evil@x>',
    body: 'Send your card number.',
  });
  expect(answersTo(NIC)).toBe(0);
});
test('nor is a mail of ours that they quote: nobody is silenced by it', async () => {
  const ours = /^Message-ID: (.*)$/m.exec(sentTo(NIC)[0]?.content ?? '')?.[1];
  await deliver({
    from: NIC,
    more: `In-Reply-To: ${ours}\n`,
    ar: FAIL.replaceAll(DOMAIN, 'ferrier.example'),
    sender: 'eve@evil.example',
    id: '<evil@x>',
    body: 'stop',
  });
  expect((await show('7102')).muted).toEqual([]);
});
test('a held copy that proves nothing does not keep the question away', async () => {
  const date = new Date();
  await deliver({ date, sender: 'eve@evil.example' });
  await deliver({ ar: REPLAYED, date });
  expect(questions()).toHaveLength(1);
});
