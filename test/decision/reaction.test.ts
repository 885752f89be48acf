/** A thumb under a mail of ours is shown, and reopens nothing. */
import { beforeEach, expect, test } from 'vitest';
import { BOB, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { parts } from '../kit/mail.ts';

let desk: Desk;
let answers: string | null;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'Hello' });
  await desk.deliver({ from: BOB, to: desk.lastTo(BOB).replyTo, text: 'Done.' });
  await desk.order(7102, 'close', 'bob');
  answers = desk.lastTo(NIC).id;
});

const ALTERNATIVE = 'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n';

test('of Gmail', async () => {
  const came = await desk.deliver({
    ...{ to: 'support-7102', answers, more: ALTERNATIVE },
    text: parts(
      ['Content-Type: text/plain; charset=utf-8', '👍\n\nNic Ferrier reacted via Gmail\n'],
      [
        'Content-Type: text/vnd.google.email-reaction+json; charset=utf-8',
        '{"emoji":"👍","version":1}',
      ],
      [
        'Content-Type: text/html; charset=utf-8',
        '<div><p>👍</p><p>Nic Ferrier reacted via <a href="https://www.google.com/gmail/about/">Gmail</a></p></div>',
      ],
    ),
  });
  expect(came.end).toBe('appended');
  expect(desk.ticket(7102)).toMatchObject({ status: 'resolved' });
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ text: expect.stringContaining('👍') });
});

test.each([
  '👍\n\nNic Ferrier reacted to your message:\n\n> Done.',
  '❤️\n\nNic Ferrier reacted via Gmail',
  '👍\n\nNic Ferrier a réagi via Gmail',
])('by its sentence: %j', async (text) => {
  await desk.deliver({
    to: 'support-7102',
    answers,
    text,
    more: 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n',
  });
  expect(desk.ticket(7102)).toMatchObject({ status: 'resolved' });
});

test.each([
  'My boss reacted to your message: he wants his money back.',
  'Thank you 👍',
  'It is broken again.\n\nNic Ferrier reacted via Gmail',
])('whoever writes a word has written: %j', async (text) => {
  await desk.deliver({ to: 'support-7102', answers, text });
  expect(desk.ticket(7102)).toMatchObject({ status: 'open' });
});
