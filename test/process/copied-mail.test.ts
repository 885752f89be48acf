/**
 * A mail with a true signature that somebody else sends again: it acts once, and what only its
 * From proves waits for the word of its author. Whatever else they try is in
 * test/desk/confirm.test.ts.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HeldMail } from '../../src/ticket/held.ts';
import { makeDesk, type TestDesk } from './desk.ts';

const DOMAIN = 'support-ticket.example';
const NIC = 'nic@ferrier.example';
const ANN = 'ann@other.example';
const BOB = `bob@${DOMAIN}`;

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
async function deliver(mail: Partial<Mail>, run = desk.here): Promise<void> {
  const { from, to, id, body, more, date, spf, rcpt, login } = { ...ANSWER, ...mail };
  const domain = from.split('@')[1];
  const results = `Authentication-Results: mx.example; ${spf}; dmarc=pass header.from=${domain}\n`;
  const received =
    'Received: from a (a [203.0.113.1]) by mx.example (Postfix) with ESMTP id 1; x\n';
  const header = `From: ${from}\nTo: ${to}\nSubject: login\nDate: ${date.toUTCString()}\nMessage-ID: ${id}\n`;
  const ended = await run([], {
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
const unfolded = (content: string) => content.replace(/\n(?=[ \t])/g, '');
const replyTo = (content = ''): string =>
  /^Reply-To: .*?([^\s<]+@[^\s>]+)/m.exec(unfolded(content))?.[1] ?? '';
const json = async <T>(...args: readonly string[]): Promise<T> =>
  JSON.parse((await desk.run([...args, '--json'])).stdout);
const held = () => json<readonly HeldMail[]>('held', 'list');

test('an answer that has gone out does so once, also if it is sent to another ticket', async () => {
  await deliver({});
  expect(answersTo(NIC)).toBe(1);
  const again = { rcpt: `support-7103@${DOMAIN}` };
  await deliver(again);
  await deliver({ ...REPLAYED, ...again });
  expect([answersTo(NIC), answersTo(ANN)]).toEqual([1, 0]);
  expect((await held())[0]?.reason.check).toBe('copied');
  expect(questions().length).toBeGreaterThan(0);
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

test('somebody of the desk may let it in as well: it is carried out as its author wrote it', async () => {
  await deliver(REPLAYED);
  const [waiting] = await held();
  expect((await desk.here(['held', 'release', String(waiting?.id)])).exit).toBe(0);
  expect(answersTo(NIC)).toBe(1);
});

test('twenty copies at once act once', async () => {
  const copies = Array.from({ length: 20 }, (_, n) =>
    deliver({ more: `X-More: ${n}\n` }, desk.run),
  );
  await Promise.all(copies);
  expect(answersTo(NIC)).toBe(1);
});
