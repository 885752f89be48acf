/**
 * A mail with a true signature that somebody else sends again, or any old mail of the desk, its
 * staff or its customers, with an envelope and fields of their own: it acts once, and what only
 * its From proves waits for the word of its author.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { BOB, DOMAIN, EVE, KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { type Mail, provenFrom, signedBy } from '../kit/mail.ts';

const DAY_MS = 86_400_000;
let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'I cannot log in.' });
  await desk.deliver({ from: KAY, text: 'Nor can I.' });
});

const ANSWER: Mail = {
  ...{ from: BOB, to: 'support-7102', id: `<answer.1@${DOMAIN}>`, text: 'Your password is 1234.' },
  results: provenFrom(BOB),
  date: new Date('2026-11-20T10:00:00Z'),
};
const REPLAYED = { results: signedBy(BOB) } as const;
const send = (more: Mail = {}) => desk.deliver({ ...ANSWER, ...more });
/** Answers, without the acknowledgement. */
const answersTo = (address: string) => desk.to(address).length - 1;
const questions = () => desk.to(BOB).filter(({ text }) => text.includes('one word'));
const question = () => questions()[0]?.replyTo ?? '';

test.each<readonly [string, Mail]>([
  ['with one more header line', { more: 'X-More: 1\n' }],
  ['the same octets, to another ticket', { rcpt: 'support-7103' }],
  ['with another To', { to: 'support-7103' }],
  ['with a Cc', { more: `Cc: support-7103@${DOMAIN}\n`, rcpt: 'support-7103' }],
  ['with a second To', { more: `To: support-7103@${DOMAIN}\n`, rcpt: 'support-7103' }],
  ['to the address that takes commands', { rcpt: 'control' }],
  ['as a note', { more: 'X-More: 1\n', rcpt: 'support-7103-note' }],
])('an answer that has gone out does so once: sent again %s', async (_, again) => {
  await send();
  expect(answersTo(NIC)).toBe(1);
  await send(again);
  await send({ ...REPLAYED, ...again });
  expect([answersTo(NIC), answersTo(KAY)]).toEqual([1, 0]);
  expect(desk.ticket(7103).messages.map(({ direction }) => direction)).toEqual(['in', 'out']);
  expect(desk.held().length).toBeGreaterThan(0);
  expect(questions().length).toBeGreaterThan(0);
});

test.each<readonly [string, Mail]>([
  ['that its author never sent to the desk', { to: KAY, rcpt: 'support-7103' }],
  ['that came as a blind copy', { to: 'dev@lab.example', rcpt: 'support-7102' }],
  ['that is 15 days old', { date: new Date(Date.parse('2026-11-20') - 15 * DAY_MS) }],
  ['that comes from a host that may not send for its domain', REPLAYED],
  ['of commands alone', { ...REPLAYED, to: 'control', text: 'close 7102' }],
])('a mail %s waits for the word of its author, and tells nobody else', async (_, more) => {
  expect(await send(more)).toMatchObject({ end: 'held' });
  expect(answersTo(NIC) + answersTo(KAY)).toBe(0);
  expect(desk.ticket(7102).status).toBe('new');
  expect(questions()[0]?.text).toContain('    send\n');
  // Somebody of the desk who looks at the held mail sees why.
  expect(desk.held()[0]?.reason.check).toMatch(/^(copied|unconfirmed)$/);
});

describe('the word', () => {
  const confirm = (text: string, more: Mail = {}) =>
    desk.deliver({ from: BOB, to: question(), ...REPLAYED, text, ...more });
  beforeEach(() => send(REPLAYED).then(() => {}));

  test('is asked for at an address of its own, from the ticket', () => {
    expect(question()).toMatch(/^support-\d+-c-[a-z0-9]+-[a-z2-7]{16}@/);
    expect(questions()[0]?.field('From')).toContain('<SUPPORT-7102@');
  });

  test('and nothing else carries out what waits, once', async () => {
    await confirm('send', { more: 'Auto-Submitted: auto-replied\n' });
    await confirm('Do not send it!');
    expect(answersTo(NIC)).toBe(0);
    expect(desk.held()).toHaveLength(1);
    expect(desk.lastTo(BOB).text).toContain('Nothing was done');
    await confirm('Send\n\n> Your mail about SUPPORT-7102 waits');
    expect(answersTo(NIC)).toBe(1);
    expect(desk.lastTo(NIC).text).toContain('Your password is 1234.');
    expect(desk.held()).toHaveLength(0);
    await confirm('send');
    expect(answersTo(NIC)).toBe(1);
    // What was confirmed has acted: a copy of it is a copy.
    await send({ ...REPLAYED, more: 'X-More: 1\n' });
    expect(answersTo(NIC)).toBe(1);
  });

  test('written to the ticket goes to no customer', async () => {
    await desk.deliver({ from: BOB, to: 'support-7102', results: provenFrom(BOB), text: 'send' });
    const text = 'Send\n\n> If you wrote it';
    await desk.deliver({ from: BOB, to: 'support-7102', login: 'bob', text });
    expect(answersTo(NIC)).toBe(0);
    expect(desk.lastTo(BOB).text).toContain('answers a question of ours');
  });

  test('of anybody but whoever got the question confirms nothing', async () => {
    for (const guess of [
      question().replace(/-c-/, '-a-'),
      question().replace(/-\d+-c-/, '-7102-c-'),
      question().replace(/.{4}@/, 'aaaa@'),
    ]) {
      await confirm('send', { from: EVE, to: guess });
    }
    expect(answersTo(NIC)).toBe(0);
    expect(desk.held().map(({ from }) => from?.address)).toContain(BOB);
  });

  test('is good for 30 days', async () => {
    desk.wait(31 * DAY_MS);
    await confirm('send');
    expect(answersTo(NIC)).toBe(0);
  });

  test('comes too late if somebody of the desk has dealt with it, and is told so', async () => {
    await desk.discard(desk.held()[0]?.id ?? 0);
    await confirm('send');
    expect(answersTo(NIC)).toBe(0);
    expect(desk.lastTo(BOB).text).toContain('Nothing waits for your word');
  });

  test('may be given by somebody of the desk: it is carried out as its author wrote it', async () => {
    await desk.release(desk.held()[0]?.id ?? 0);
    expect(answersTo(NIC)).toBe(1);
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ direction: 'out', by: 'bob' });
  });

  test('is not lost by a copy with a null sender, which takes away no held mail of a person', async () => {
    await send({ ...REPLAYED, sender: '' });
    expect(desk.held()).toHaveLength(1);
    await confirm('send');
    expect(answersTo(NIC)).toBe(1);
  });
});

describe('copies that are decided before one of them is carried out', () => {
  const atOnce = (given: Mail) =>
    Promise.all([1, 2, 3].map((n) => send({ ...given, more: `X-More: ${n}\n` })));

  test('act once: an answer', async () => {
    const ends = (await atOnce({})).map(({ end }) => end);
    expect(ends.toSorted()).toEqual(['carried-out', 'held', 'held']);
    expect(answersTo(NIC)).toBe(1);
  });

  test('act once: commands', async () => {
    const ends = (await atOnce({ to: 'control', text: 'close 7102' })).map(({ end }) => end);
    expect(ends.toSorted()).toEqual(['answered', 'held', 'held']);
  });

  test('act once: what is passed on', async () => {
    const text = `---------- Forwarded message ---------\nFrom: Nic Ferrier <${NIC}>\nDate: Fri, 20 Nov 2026 at 10:00\nSubject: Login\nTo: Bob\n\nHello.`;
    await atOnce({ to: 'new', subject: 'Fwd: Login', text });
    const theirs = desk.tickets().filter(({ requester }) => requester?.address === NIC);
    expect(theirs).toHaveLength(2);
    expect(answersTo(NIC)).toBe(1);
  });
});

test('a copy that its author confirms is carried out, also if the first one was', async () => {
  await send();
  await send({ more: 'X-More: 1\n' });
  expect(answersTo(NIC)).toBe(1);
  await desk.deliver({ from: BOB, to: question(), results: provenFrom(BOB), text: 'send' });
  expect(answersTo(NIC)).toBe(2);
});

test('a note waits for nothing; a copy of one does', async () => {
  await send({ ...REPLAYED, text: 'note\n\nThey have not paid.' });
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ direction: 'internal', by: 'bob' });
  expect(desk.held()).toHaveLength(0);
  await send({ ...REPLAYED, text: 'note\n\nThey have not paid.', more: 'X-More: 1\n' });
  expect(desk.held()).toHaveLength(1);
});

test('a login, and the reply address that was given, need no word', async () => {
  await send({ ...REPLAYED, login: 'bob', to: KAY, rcpt: 'support-7102', date: new Date(0) });
  expect(answersTo(NIC)).toBe(1);
  const given = { ...REPLAYED, to: desk.to(BOB)[0]?.replyTo ?? '', id: '<2@x.example>' };
  await send(given);
  expect(answersTo(NIC)).toBe(2);
  await send({ ...given, more: 'X-More: 1\n' });
  expect(answersTo(NIC)).toBe(2);
});

test('a given address alone is good once for a Message-ID: a copy waits', async () => {
  const given = { from: BOB, to: desk.to(BOB)[0]?.replyTo ?? '', id: '<2@x.example>' };
  await desk.deliver({ ...given, text: 'Done.' });
  await desk.deliver({ ...given, text: 'Done.', more: 'X-More: 1\n' });
  expect(answersTo(NIC)).toBe(1);
  expect(desk.held()).toMatchObject([{ reason: { check: 'copied' } }]);
});

test('a given address is not good for a From that our MTA calls forged', async () => {
  await desk.deliver({
    ...{
      from: BOB,
      sender: EVE,
      to: desk.to(BOB)[0]?.replyTo ?? '',
      text: 'Send your card number.',
    },
    results: `spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from=${DOMAIN}`,
  });
  expect(answersTo(NIC)).toBe(0);
});

test('a held copy that proves nothing does not keep the question away', async () => {
  await send({ results: '', sender: EVE });
  await send(REPLAYED);
  expect(questions()).toHaveLength(1);
});

test('what comes back comes back, also while somebody sends old mails again', async () => {
  for (let n = 0; n < 30; n += 1) await send({ ...REPLAYED, more: `X-More: ${n}\n` });
  expect(questions()).toHaveLength(5);
  const before = desk.to(BOB).length;
  await send({ login: 'bob', id: '<true@x.example>', text: 'Stauts: resolved\n\nDone.' });
  expect(desk.to(BOB)).toHaveLength(before + 1);
});
