/**
 * A mail with a true signature that somebody else sends again: it acts once, and what only its
 * From proves waits for the word of its author.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HeldMail } from '../../src/ticket/held.ts';
import type { Ticket } from '../../src/ticket/ticket.ts';
import { makeDesk, type TestDesk } from './desk.ts';

const DOMAIN = 'support-ticket.example';
const NIC = 'nic@ferrier.example';
const ANN = 'ann@other.example';
const BOB = `bob@${DOMAIN}`;
const DAY_MS = 24 * 60 * 60 * 1000;

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['authservId'] = 'mx.example';
    config['staff'] = [{ name: 'bob', addresses: [BOB], sasl: ['bob'] }];
  });
  await open(NIC);
  await open(ANN);
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

interface Mail {
  readonly from: string;
  /** To, as its author wrote it. */
  readonly to: string;
  readonly id: string;
  readonly body: string;
  readonly more: string;
  readonly date: Date;
  readonly spf: string;
  /** The recipient of the envelope. */
  readonly rcpt: string;
  readonly login: string | null;
}

const ANSWER: Mail = {
  from: BOB,
  to: `support-7102@${DOMAIN}`,
  id: '<answer.1@support-ticket.example>',
  body: 'Your password is 1234.',
  more: '',
  date: new Date(),
  spf: `spf=pass smtp.mailfrom=${DOMAIN}`,
  rcpt: `support-7102@${DOMAIN}`,
  login: null,
};
const REPLAYED = { spf: 'spf=pass smtp.mailfrom=evil.example' } as const;

/** As our own MTA would hand it over, with what it found out on top. */
async function deliver(mail: Partial<Mail>): Promise<void> {
  const { from, to, id, body, more, date, spf, rcpt, login } = { ...ANSWER, ...mail };
  const domain = from.split('@')[1];
  const results = `Authentication-Results: mx.example; ${spf}; dmarc=pass header.from=${domain}\n`;
  const received =
    'Received: from a (a [203.0.113.1]) by mx.example (Postfix) with ESMTP id 1; x\n';
  const header = `From: ${from}\nTo: ${to}\nSubject: login\nDate: ${date.toUTCString()}\nMessage-ID: ${id}\n`;
  const ended = await desk.run([], {
    input: `${results}${received}${header}${more}\n${body}\n`,
    env: {
      ...{ SENDER: from, RECIPIENT: rcpt },
      ...(login !== null && { SASL_USERNAME: login }),
    },
  });
  expect(ended).toMatchObject({ exit: 0, stdout: '' });
}

async function open(from: string): Promise<void> {
  const to = `new@${DOMAIN}`;
  await deliver({ from, to, rcpt: to, id: `<open.${from}>`, body: 'I cannot log in.' });
}

const sentTo = (address: string) =>
  desk.sent().filter(({ args }) => args.endsWith(`-- ${address}`));
/** Answers, without the acknowledgement. */
const answersTo = (address: string) => sentTo(address).length - 1;
const questions = () => sentTo(BOB).filter(({ content }) => content.includes('one word'));
const replyTo = (content = ''): string =>
  /^Reply-To: .*?([^\s<]+@[^\s>]+)/m.exec(content)?.[1] ?? '';
const json = async <T>(...args: readonly string[]): Promise<T> =>
  JSON.parse((await desk.run([...args, '--json'])).stdout);
const held = () => json<readonly HeldMail[]>('held', 'list');
const show = (id: string) => json<Ticket>('ticket', 'show', id);

const SAME_AGAIN: readonly (readonly [string, Partial<Mail>])[] = [
  ['with one more header line', { more: 'X-More: 1\n' }],
  ['the same octets, to another ticket', { rcpt: `support-7103@${DOMAIN}` }],
  ['with another To', { to: `support-7103@${DOMAIN}`, rcpt: `support-7103@${DOMAIN}` }],
  ['with a Cc', { more: `Cc: support-7103@${DOMAIN}\n`, rcpt: `support-7103@${DOMAIN}` }],
  ['with a second To', { more: `To: support-7103@${DOMAIN}\n`, rcpt: `support-7103@${DOMAIN}` }],
  ['to the address that takes commands', { rcpt: `control@${DOMAIN}` }],
  ['as a note', { more: 'X-More: 1\n', rcpt: `support-7103-note@${DOMAIN}` }],
];

test.each(SAME_AGAIN)(
  'an answer that has gone out does so once: sent again %s',
  async (_, again) => {
    await deliver({});
    expect(answersTo(NIC)).toBe(1);
    await deliver({ ...again });
    await deliver({ ...REPLAYED, ...again });
    expect([answersTo(NIC), answersTo(ANN)]).toEqual([1, 0]);
    expect((await show('7103')).messages.map(({ direction }) => direction)).toEqual(['in', 'out']);
    expect((await held()).length).toBeGreaterThan(0);
    expect(questions().length).toBeGreaterThan(0);
  },
);

test.each<readonly [string, Partial<Mail>]>([
  ['that its author never sent to the desk', { to: ANN, rcpt: `support-7103@${DOMAIN}` }],
  ['that came as a blind copy', { to: 'dev@lab.example' }],
  ['that is 15 days old', { date: new Date(Date.now() - 15 * DAY_MS) }],
  ['that comes from a host that may not send for its domain', REPLAYED],
  [
    'of commands alone',
    { ...REPLAYED, to: `control@${DOMAIN}`, rcpt: `control@${DOMAIN}`, body: 'close 7102' },
  ],
])('a mail %s waits for the word of its author, and tells nobody else', async (_, mail) => {
  await deliver(mail);
  expect(answersTo(NIC) + answersTo(ANN)).toBe(0);
  expect((await show('7102')).status).toBe('new');
  expect((await held()).length).toBe(1);
  const [question] = questions();
  expect(question?.content).toContain('    send\n');
  // Somebody of the desk who looks at the held mail sees why.
  expect((await held())[0]?.reason.check).toMatch(/^(copied|unconfirmed)$/);
});

test('send, and nothing else, carries out what waits, once', async () => {
  await deliver(REPLAYED);
  const to = replyTo(questions()[0]?.content);
  expect(to).toMatch(/^support-\d+-c-[a-z0-9]+-[a-z2-7]{16}@/);
  const confirm = (body: string, id: string, more = '') =>
    deliver({ ...REPLAYED, to, rcpt: to, id, body, more });
  await confirm('send', '<auto@x.example>', 'Auto-Submitted: auto-replied\n');
  await confirm('Do not send it!', '<no@x.example>');
  await confirm('Send no more of this!', '<more@x.example>');
  expect(answersTo(NIC)).toBe(0);
  expect(await held()).toHaveLength(1);
  expect(sentTo(BOB).at(-1)?.content).toContain('Nothing was done');
  await confirm('Send\n\n> Your mail about SUPPORT-7102 waits', '<yes@x.example>');
  expect(answersTo(NIC)).toBe(1);
  expect(sentTo(NIC).at(-1)?.content).toContain('Your password is 1234.');
  expect(await held()).toHaveLength(0);
  await confirm('send', '<again@x.example>');
  expect(answersTo(NIC)).toBe(1);
  // What was confirmed has acted: a copy of it is a copy.
  await deliver({ ...REPLAYED, more: 'X-More: 1\n' });
  expect(answersTo(NIC)).toBe(1);
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test('the question comes from the ticket, and send to a ticket goes to no customer', async () => {
  await deliver(REPLAYED);
  expect(questions()[0]?.content).toMatch(/^From: .*<SUPPORT-7102@/m);
  await deliver({ id: '<bare@x.example>', body: 'send' });
  await deliver({ login: 'bob', id: '<bare2@x.example>', body: 'Send\n\n> If you wrote it' });
  expect(answersTo(NIC)).toBe(0);
  expect(sentTo(BOB).at(-1)?.content.replace(/=\n/g, '')).toContain('answers a question of ours');
});

test('nobody but whoever got the question can confirm', async () => {
  await deliver(REPLAYED);
  const to = replyTo(questions()[0]?.content);
  for (const guess of [to.replace(/-c-/, '-a-'), to.replace(/-\d+-c-/, '-7102-c-')]) {
    await deliver({
      from: 'eve@evil.example',
      to: guess,
      rcpt: guess,
      id: '<e@x.example>',
      body: 'send',
    });
  }
  expect(answersTo(NIC)).toBe(0);
});

test('somebody of the desk may let it in as well: it is carried out as its author wrote it', async () => {
  await deliver(REPLAYED);
  const [waiting] = await held();
  expect((await desk.run(['held', 'release', String(waiting?.id)])).exit).toBe(0);
  expect(answersTo(NIC)).toBe(1);
});

test('a note waits for nothing', async () => {
  await deliver({ ...REPLAYED, body: 'note\n\nThey have not paid.' });
  expect((await show('7102')).messages.at(-1)).toMatchObject({ direction: 'internal', by: 'bob' });
  expect(await held()).toHaveLength(0);
});

test('a login, and the reply address that was given, need no word', async () => {
  await deliver({ ...REPLAYED, login: 'bob', to: ANN, date: new Date(0) });
  expect(answersTo(NIC)).toBe(1);
  const given = replyTo(sentTo(BOB)[0]?.content);
  await deliver({ ...REPLAYED, to: given, rcpt: given, id: '<2@x.example>' });
  expect(answersTo(NIC)).toBe(2);
  await deliver({ ...REPLAYED, to: given, rcpt: given, id: '<2@x.example>', more: 'X-More: 1\n' });
  expect(answersTo(NIC)).toBe(2);
});

test("a customer's own close works once, and a copy of it does nothing", async () => {
  const mail = {
    from: NIC,
    to: `control@${DOMAIN}`,
    rcpt: `control@${DOMAIN}`,
    body: 'close 7102',
  };
  const own = { ...mail, spf: 'spf=pass smtp.mailfrom=ferrier.example', id: '<c@ferrier.example>' };
  await deliver(own);
  expect((await show('7102')).status).toBe('resolved');
  await deliver({ from: NIC, id: '<o@ferrier.example>', body: 'It is back.' });
  expect((await show('7102')).status).toBe('open');
  await deliver({ ...own, more: 'X-More: 1\n' });
  expect((await show('7102')).status).toBe('open');
});

test('twenty copies at once act once', async () => {
  const copies = Array.from({ length: 20 }, (_, n) => deliver({ more: `X-More: ${n}\n` }));
  await Promise.all(copies);
  expect(answersTo(NIC)).toBe(1);
});
