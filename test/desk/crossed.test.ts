/** An answer that crosses what a colleague does: it comes back once, with what was written. */
import { beforeEach, describe, expect, test } from 'vitest';
import { crossedBefore } from '../../src/desk/crossed.ts';
import { BOB, DOMAIN, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Letter } from '../kit/letter.ts';

const SUE = `sue@${DOMAIN}`;
const STAFF = [
  { name: 'bob', addresses: [BOB], sasl: ['bob'] },
  { name: 'kim', addresses: [KIM], sasl: ['kim'] },
  { name: 'sue', addresses: [SUE], sasl: ['sue'], notify: 'none' },
];
const localPart = (address: string) => address.split('@')[0] ?? '';

let desk: Desk;
/** What each of them was told of the customer's mail. */
let toBob: Letter;
let toKim: Letter;
beforeEach(async () => {
  desk = new Desk({ staff: STAFF });
  await desk.deliver({ text: 'Is it five or six?' });
  toBob = desk.lastTo(BOB);
  toKim = desk.lastTo(KIM);
});

const by = (from: string, told: Letter, text: string, answers: string | null = told.id) =>
  desk.deliver({ from, to: localPart(told.replyTo), answers, text });
const gotNic = () => desk.to(NIC).map(({ text }) => text.split('\n')[0]);

test('it comes back with what was written in between; the next attempt goes out', async () => {
  expect((await by(BOB, toBob, 'It is five.')).end).toBe('carried-out');
  const came = await by(KIM, toKim, 'It is six.');
  expect(came.end).toBe('returned');
  expect(gotNic().slice(1)).toEqual(['It is five.']);
  const back = desk.lastTo(KIM);
  expect(back.text).toContain(`Bob wrote on SUPPORT-7102 after the mail that you answer.

Meanwhile on SUPPORT-7102:

To nic@ferrier.example, by bob, 2026-11-20 10:00 UTC:
  It is five.

(end of what was said on SUPPORT-7102)
`);
  expect(back.text).toContain('> It is six.');
  expect((await by(KIM, toKim, 'It is six, sorry.')).end).toBe('carried-out');
  expect(gotNic().slice(2)).toEqual(['It is six, sorry.']);
});

test('an answer to the mail that came back goes out', async () => {
  await by(BOB, toBob, 'It is five.');
  await by(KIM, toKim, 'It is six.');
  const back = desk.lastTo(KIM);
  expect((await by(KIM, back, 'Six, that is.')).end).toBe('carried-out');
  expect(gotNic().slice(2)).toEqual(['Six, that is.']);
});

test('"send" in return lets it out as it stands', async () => {
  await by(BOB, toBob, 'It is five.');
  await by(KIM, toKim, 'It is six.');
  const back = desk.lastTo(KIM);
  expect(back.text).toContain('send');
  await desk.deliver({ from: KIM, to: localPart(back.replyTo), answers: back.id, text: 'send' });
  expect(gotNic().slice(2)).toEqual(['It is six.']);
});

test('a note is as good a reason; it stays inside', async () => {
  await desk.act(7102, { type: 'note', text: 'SECRET: they get six.' }, 'bob');
  expect((await by(KIM, toKim, 'Five.')).end).toBe('returned');
  const back = desk.lastTo(KIM);
  expect(back.text).toContain('Note by bob');
  const quote = back.text.replace(/^/gm, '> ');
  await by(
    KIM,
    back,
    `Six.\n\nOn Fri, 20 Nov 2026 at 10:05, Support <x@y.example> wrote:\n${quote}`,
  );
  expect(gotNic().slice(1)).toEqual(['Six.']);
  expect(desk.everythingTo(NIC)).not.toContain('SECRET');
});

test('so is that a colleague has closed the ticket; and not that they did it themselves', async () => {
  await desk.order(7102, 'close', 'bob');
  expect((await by(KIM, toKim, 'Five.')).end).toBe('returned');
  expect(desk.lastTo(KIM).text).toContain(
    'SUPPORT-7102 was closed after the mail that you answer.',
  );
  expect((await by(BOB, toBob, 'Six.')).end).toBe('carried-out');
  expect((await by(KIM, toKim, 'Seven.')).end).toBe('returned');
  expect((await by(KIM, toKim, 'Seven.')).end).toBe('carried-out');
});

test('what came before, or by themselves, crosses nothing', async () => {
  await by(KIM, toKim, 'Five.');
  expect((await by(KIM, toKim, 'I mean six.')).end).toBe('carried-out');
  await desk.deliver({ to: 'support-7102', text: 'Six, then?' });
  expect((await by(BOB, desk.lastTo(BOB), 'Yes.')).end).toBe('carried-out');
});

test('what a colleague has passed on to somebody outside is no answer', async () => {
  await desk.act(7102, { type: 'forward', to: 'eve@evil.example', text: 'Is it?' }, 'bob');
  expect((await by(KIM, toKim, 'Five.')).end).toBe('carried-out');
});

test('a note, and commands alone, are kept and done all the same', async () => {
  await by(BOB, toBob, 'It is five.');
  expect((await by(KIM, toKim, 'note\n\nIs it?')).end).toBe('carried-out');
  const alone = { from: KIM, to: 'support-7102', login: 'kim', answers: toKim.id };
  expect((await desk.deliver({ ...alone, text: 'Priority: high' })).end).toBe('carried-out');
});

describe('which mail it answers', () => {
  test('is known by its reply address, if a client names none', async () => {
    desk.wait(90_000);
    await by(BOB, toBob, 'It is five.', null);
    expect((await by(KIM, toKim, 'It is six.', null)).end).toBe('returned');
  });

  test('is not asked of a mail that is no answer', async () => {
    await by(BOB, toBob, 'It is five.');
    const fresh = { from: KIM, to: 'support-7102', login: 'kim', text: 'It is six.' };
    expect((await desk.deliver(fresh)).end).toBe('carried-out');
  });

  test('is that of the assignment, if that is what is answered', async () => {
    await by(BOB, toBob, 'It is five.');
    desk.wait(90_000);
    await desk.order(7102, 'assign kim', 'bob');
    expect((await by(KIM, desk.lastTo(KIM), 'It is six.')).end).toBe('carried-out');
  });
});

test('what a colleague writes after it has come back brings it back once more', async () => {
  await by(BOB, toBob, 'It is five.');
  expect((await by(KIM, toKim, 'It is six.')).end).toBe('returned');
  await by(BOB, toBob, 'Five, really.');
  expect((await by(KIM, toKim, 'It is six.')).end).toBe('returned');
  expect(desk.lastTo(KIM).text).not.toContain('It is five.');
});

test('so does one that a colleague has sent from their own mailbox, with the queue in Cc', async () => {
  await desk.deliver({
    ...{ from: BOB, login: 'bob', to: NIC, rcpt: `new@${DOMAIN}`, text: 'It is five.' },
    ...{ answers: '<1@ferrier.example>', more: `Cc: new@${DOMAIN}\n` },
  });
  expect((await by(KIM, toKim, 'It is six.')).end).toBe('returned');
  expect(desk.lastTo(KIM).text).toContain(
    'Bob wrote on SUPPORT-7102 after the mail that you answer.',
  );
  expect(desk.lastTo(KIM).text).toContain('  It is five.');
  expect(crossedBefore(desk.ticket(7102), 'kim', desk.config)).toBeNull();
  expect(crossedBefore(desk.ticket(7102), 'sue', desk.config)?.problem).toContain(
    'bob wrote on SUPPORT-7102 since its customer wrote last',
  );
  expect(crossedBefore(desk.ticket(7102), 'bob', desk.config)).toBeNull();
});

test('what one of the staff has passed on for a customer crosses nothing', async () => {
  await desk.deliver({
    ...{ from: BOB, login: 'bob', subject: 'Fwd: My tablet' },
    text: `See below.\n\n---------- Forwarded message ---------\nFrom: Nic <${NIC}>\nSubject: My tablet\nTo: <${BOB}>\n\nIs it ready?`,
  });
  expect(crossedBefore(desk.ticket(7103), 'kim', desk.config)).toBeNull();
});
