/** The mail of the day about what was held because it goes to many, and what an answer to it does. */
import { beforeEach, expect, test } from 'vitest';
import { doChores } from '../../src/jobs/chores.ts';
import { BOB, EVE, KIM } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Mail } from '../kit/mail.ts';

const HOUR_MS = 3_600_000;
let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

const LIST: Mail = { from: 'talk@lists.example', more: 'List-Id: <talk.example>\n' };
const toMany = (subject: string) => desk.deliver({ ...LIST, subject, text: 'To all of you.' });
/** As any run does. */
const run = () => desk.during((context) => doChores({ ...context, now: () => desk.now }));
const answer = (text: string) =>
  desk.deliver({ from: BOB, to: desk.lastTo(BOB).replyTo, text, answers: desk.lastTo(BOB).id });

test('each is a line, once, and so is how much was only recorded', async () => {
  await toMany('Meeting https://evil.example/x');
  await toMany('Minutes');
  await desk.deliver({ from: 'mailer-daemon@x.example', sender: '' });
  await run();
  await run();
  expect(desk.to(BOB)).toHaveLength(1);
  const { subject, text } = desk.lastTo(BOB);
  expect(subject).toBe('2 mails to many are held');
  expect(text).toContain('     1  talk@lists.example  Meeting https ://evil.example/x\n');
  expect(text).toContain('     2  talk@lists.example  Minutes\n');
  expect(text).toContain('    open 1       make a ticket of it\n');
  expect(text).toContain('only recorded since, or thrown away: 1.\n');
  expect(desk.to(KIM)).toEqual([]);
});

test('what comes later waits for the next day, and nothing is told twice', async () => {
  await toMany('One');
  await run();
  await toMany('Two');
  desk.wait(23 * HOUR_MS);
  await run();
  expect(desk.to(BOB)).toHaveLength(1);
  desk.wait(HOUR_MS);
  await run();
  expect(desk.to(BOB)).toHaveLength(2);
  expect(desk.lastTo(BOB).subject).toBe('1 mail to many is held');
  expect(desk.lastTo(BOB).text).not.toContain('  One\n');
  desk.wait(48 * HOUR_MS);
  await run();
  expect(desk.to(BOB)).toHaveLength(2);
});

test('other notices are told as ever beside it', async () => {
  await desk.deliver({ from: 'nic@ferrier.example' });
  await toMany('One');
  await desk.deliver({ from: EVE, to: 'support-7102', subject: 'Let me in' });
  await run();
  expect(desk.lastTo(BOB).text).toContain('Let me in');
  expect(desk.lastTo(BOB).text).not.toContain('talk@lists.example');
  await run();
  expect(desk.lastTo(BOB).text).toContain('talk@lists.example');
});

test('"open" makes a ticket of one, and answers nobody', async () => {
  await toMany('One');
  await toMany('Two');
  await run();
  await answer('open 2');
  expect(desk.tickets().map(({ subject }) => subject)).toEqual(['Two']);
  expect(desk.lastTo(BOB).text).toContain('Held mail 2 is a ticket now.');
  expect(desk.to('talk@lists.example')).toEqual([]);
  expect(desk.held()).toHaveLength(1);
});

test('"open" makes a ticket of a stranger\'s mail to another one, too', async () => {
  await desk.deliver({ from: 'nic@ferrier.example' });
  await desk.deliver({ from: EVE, to: 'support-7102', subject: 'Mine is another' });
  const [held] = desk.held();
  expect(await desk.release(held?.id ?? 0, 'bob', 'ticket')).toBe(true);
  expect(desk.ticket(7102).messages).toHaveLength(2);
  expect(desk.ticket(7103)).toMatchObject({
    requester: { address: EVE },
    subject: 'Mine is another',
  });
});
