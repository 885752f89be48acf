/** What people of one desk hear of each other: whole mails, as they read them. */
import { beforeEach, describe, expect, test } from 'vitest';
import { doChores } from '../../src/jobs/chores.ts';
import { ANN, BOB, DOMAIN, KAY, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { type Mail, mail } from '../kit/mail.ts';

const SUE = `sue@${DOMAIN}`;
const STAFF = [
  { name: 'bob', addresses: [BOB], sasl: ['bob'] },
  { name: 'kim', addresses: [KIM], sasl: ['kim'], notify: 'assigned' },
  { name: 'ann', addresses: [ANN], notify: 'none' },
  { name: 'sue', addresses: [SUE], notify: 'concerned', history: 1 },
];
const AS_KIM = { from: KIM, to: 'support-7102', login: 'kim' };
const AS_BOB = { from: BOB, to: 'support-7102', login: 'bob' };

let desk: Desk;
beforeEach(async () => {
  desk = new Desk({ staff: STAFF });
  await desk.deliver({ text: 'My password is refused.' });
});

/** Without what names a moment or is signed. */
const textOf = (address: string) => desk.lastTo(address).text;
const localPart = (address: string) => address.split('@')[0] ?? '';

test('a notification says all that it takes to answer', async () => {
  await desk.order(7102, `cc +${KAY}`, 'bob');
  await desk.order(7102, 'assign bob', 'kim');
  desk.wait(60_000);
  await desk.deliver({ ...AS_KIM, text: 'note\n\nThey have two accounts.' });
  await desk.deliver({ ...AS_BOB, text: 'Which of your accounts is it?' });
  await desk.deliver({
    to: 'support-7102',
    text: 'The first.\n\nOn Fri, 20 Nov 2026 at 10:00, Support <x@y.example> wrote:\n> Which?',
  });
  expect(textOf(BOB)).toBe(`Nic Ferrier <nic@ferrier.example> (unverified):
An answer to this mail goes to nic@ferrier.example,
with copies to kay@ferrier.example.

The first.

On Fri, 20 Nov 2026 at 10:00, Support <x@y.example> wrote:
> Which?

-- 
SUPPORT-7102: open, bob's
"note" alone in the first line of an answer keeps it inside.
Commands at the top of an answer, such as "Status: resolved"; all of them:
a mail with the word "help" to control@support-ticket.example

Earlier on SUPPORT-7102, the newest first:

To nic@ferrier.example, by bob, 2026-11-20 10:01 UTC:
  Which of your accounts is it?

Note by kim, 2026-11-20 10:01 UTC:
  They have two accounts.

Nic Ferrier, 2026-11-20 10:00 UTC:
  My password is refused.

(end of what was said on SUPPORT-7102)
`);
  expect(desk.lastTo(BOB).field('List-Id')).toBe('<support.support-ticket.example>');
});

test.each([
  ['nobody who is on the ticket', 'eve@evil.example', '[they are not on SUPPORT-7102]'],
  [
    'a person of the ticket, from another address',
    'nic@home.example',
    '[not from the address that is on SUPPORT-7102, nic@ferrier.example]',
  ],
])('a notification says that it is from %s', async (_, from, wanted) => {
  const id = desk.lastTo(NIC).id ?? '';
  const arriving = mail({ from, to: 'support-7102', answers: id, text: 'Me too.' }, 9);
  const named = arriving.octets.toString().replace('<nic@home', 'Nic Ferrier <nic@home');
  await desk.deliver({ ...arriving, octets: Buffer.from(named) });
  expect(textOf(BOB).split('\n')[1]).toBe(wanted);
});

test('what one of the staff passes on is from the one who wrote it', async () => {
  await desk.deliver({
    ...{ from: KIM, to: 'new', login: 'kim', subject: 'Fwd: Invoice' },
    text: '---------- Forwarded message ----------\nFrom: Kay <kay@ferrier.example>\nDate: Fri, 20 Nov 2026 09:00:00 +0100\nSubject: Invoice\nTo: <kim@x.example>\n\nIt is wrong.',
  });
  const told = desk.lastTo(BOB);
  expect(told.field('From')).toBe(`Kay <SUPPORT-7103@${DOMAIN}>`);
  expect(told.text).toContain('(staff) passes on a mail of Kay <kay@ferrier.example>:\n');
  expect(told.text).toContain('An answer to this mail goes to kay@ferrier.example.\n');
});

describe('what a colleague does is told', () => {
  const given = async (number: number) => desk.order(number, 'assign kim', 'kim');

  test('an answer, to whoever has the ticket, in the same thread', async () => {
    await given(7102);
    const before = desk.to(BOB).length;
    await desk.deliver({ ...AS_BOB, text: 'Try again, please.' });
    const told = desk.lastTo(KIM);
    expect(told.text).toMatch(
      /^bob has answered nic@ferrier.example:\nAn answer to this mail is a note for your colleagues: no customer sees it\.\n\nTry again, please\.\n/,
    );
    expect(told.field('From')).toBe(`bob <SUPPORT-7102@${DOMAIN}>`);
    expect(told.subject).toBe(`[SUPPORT-7102] I can't login!`);
    expect(desk.to(BOB)).toHaveLength(before);
    await desk.deliver({ to: 'support-7102', text: 'Thanks' });
    expect(desk.lastTo(KIM).field('References')).toBe(told.field('References'));
  });

  test('a note; and a word in return reaches its author and nobody outside', async () => {
    await given(7102);
    await desk.deliver({ ...AS_BOB, text: 'note\n\nShe pays late.' });
    const told = desk.lastTo(KIM);
    expect(told.text).toMatch(/^bob has written a note:\n.*\n\nShe pays late\.\n/);
    const before = desk.to(NIC).length;
    await desk.deliver({ from: KIM, to: localPart(told.replyTo), text: 'I know.' });
    expect(desk.lastTo(BOB).text).toMatch(/^kim has written a note:\n.*\n\nI know\.\n/);
    expect(desk.to(NIC)).toHaveLength(before);
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ direction: 'internal', by: 'kim' });
  });

  test.each<readonly [string, Partial<Mail>, object]>([
    ['by a login', { login: 'kim' }, {}],
    ['by a From that our MTA has verified', { results: `dmarc=pass header.from=${DOMAIN}` }, {}],
    ['by a login alone', { login: 'kim' }, { staffProof: 'sasl' }],
  ])('a word in return is a note however its author is known: %s', async (_, how, config) => {
    desk.configure({ staff: STAFF, ...config });
    await given(7102);
    await desk.act(7102, { type: 'note', text: 'They pay late.' }, 'bob');
    const { replyTo, id } = desk.lastTo(KIM);
    const before = desk.to(NIC).length;
    const also = { ...how, from: KIM, answers: id, text: 'I know.' };
    await desk.deliver({ ...also, to: localPart(replyTo) });
    await desk.deliver({ ...also, to: `support-7102@${DOMAIN}, ${replyTo}`, rcpt: 'support-7102' });
    expect(desk.to(NIC)).toHaveLength(before);
    const notes = desk.ticket(7102).messages.filter(({ direction }) => direction === 'internal');
    expect(notes.map(({ text }) => text)).toEqual(['They pay late.\n', 'I know.\n', 'I know.\n']);
  });

  test('that it was closed: by a colleague, and by its customer', async () => {
    await given(7102);
    await desk.order(7102, 'close', 'bob');
    expect(textOf(KIM)).toMatch(/^bob has closed SUPPORT-7102\.\nAn answer to this mail is a note/);
    await desk.order(7102, 'reopen', 'bob');
    await desk.deliver({ to: 'support-7102', answers: desk.lastTo(NIC).id, text: 'close' });
    expect(desk.ticket(7102).status).toBe('resolved');
    expect(textOf(KIM)).toMatch(/^nic@ferrier\.example has closed SUPPORT-7102\.\n/);
  });

  test('that it was given to somebody: to the one who had it, and to the one who has it', async () => {
    await desk.answer(7102, 'Please wait.', 'bob');
    await desk.order(7102, 'assign sue', 'kim');
    expect(textOf(SUE)).toMatch(/^kim has given SUPPORT-7102 to you\.\n\nNic/);
    expect(textOf(SUE)).toContain('An answer to this mail goes to nic@ferrier.example.');
    expect(textOf(BOB)).toMatch(/^kim has given SUPPORT-7102 to sue\.\n/);
  });

  test('to who watches it, until they watch it no more', async () => {
    await desk.order(7102, 'watch', 'sue');
    await desk.answer(7102, 'One moment.', 'bob');
    expect(textOf(SUE)).toMatch(/^bob has answered/);
    expect(desk.ticket(7102).watching).toEqual({ sue: true });
    await desk.order(7102, 'unwatch', 'sue');
    const before = desk.to(SUE).length;
    await desk.answer(7102, 'Two moments.', 'bob');
    expect(desk.to(SUE)).toHaveLength(before);
  });

  test('@name in a note brings that person in; an address or a quote does not', async () => {
    await desk.act(7102, { type: 'note', text: `> ask @kim\nmail kim@kim.example` }, 'bob');
    expect(desk.to(KIM)).toEqual([]);
    await desk.act(7102, { type: 'note', text: 'What do you say, @Kim?' }, 'bob');
    expect(textOf(KIM)).toContain('What do you say, @Kim?');
    await desk.deliver({ to: 'support-7102', text: 'Any news?' });
    expect(textOf(KIM)).toContain('Any news?');
  });

  test('to nobody who wants no mail, not even if a note calls them', async () => {
    await desk.act(7102, { type: 'note', text: '@ann, do you know?' }, 'bob');
    await desk.order(7102, 'assign ann', 'bob');
    expect(desk.to(ANN)).toEqual([]);
  });

  test('a merged ticket brings those who watch it', async () => {
    await desk.deliver({ from: KAY, text: 'The same here.' });
    await desk.order(7103, 'watch', 'sue');
    await desk.order(7103, 'merge 7102 together', 'bob');
    await desk.answer(7102, 'It works again.', 'bob');
    expect(textOf(SUE)).toContain('It works again.');
  });
});

test('how much of what was said stands in it, the config says, and each person', async () => {
  for (const text of ['one', 'two', 'three', 'four', 'five']) {
    await desk.deliver({ to: 'support-7102', text });
  }
  expect(textOf(BOB)).toMatch(/four\n.*three\n.*two\n/s);
  expect(textOf(BOB)).not.toContain('  one');
  await desk.order(7102, 'watch', 'sue');
  await desk.deliver({ to: 'support-7102', text: 'six' });
  expect(textOf(SUE)).toContain('  five\n');
  expect(textOf(SUE)).not.toContain('  four');
  desk.configure({ staff: STAFF, history: 0 });
  await desk.deliver({ to: 'support-7102', text: 'seven' });
  expect(textOf(BOB)).not.toContain('Earlier on');
});

test('what does not stand in it is one mail away, if the desk can tell whose that is', async () => {
  for (const text of ['one', 'two', 'three', 'four']) {
    expect(textOf(BOB)).not.toContain('All that was said');
    await desk.deliver({ to: 'support-7102', text });
  }
  expect(textOf(BOB)).toContain('All that was said: "show SUPPORT-7102" in such a mail\n');
  const staff = STAFF.map((person) => ({ ...person, sasl: person.name === 'bob' ? ['bob'] : [] }));
  desk.configure({ staff, staffProof: 'sasl' });
  await desk.order(7102, 'watch kim', 'bob');
  await desk.deliver({ to: 'support-7102', text: 'five' });
  expect(textOf(BOB)).toContain('Commands at the top');
  expect(textOf(KIM)).toContain('five');
  expect(textOf(KIM)).not.toMatch(/Commands|control@/);
});

test('a ticket that is closed by itself is told to whoever has it', async () => {
  const queues = [
    {
      ...{ prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
      due: { remindDays: 1, closeDays: 1 },
    },
  ];
  desk.configure({ staff: STAFF, queues });
  await desk.order(7102, 'assign bob', 'bob');
  await desk.answer(7102, 'Does it work?', 'bob');
  for (let day = 0; day < 2; day += 1) {
    desk.wait(25 * 60 * 60 * 1000);
    await desk.during((context) => doChores(context));
  }
  expect(desk.ticket(7102).status).toBe('resolved');
  expect(textOf(BOB)).toMatch(/^mailrobot has closed SUPPORT-7102\.\n/);
});

test('however long what was said is, little of it stands in a notification', async () => {
  for (const letter of ['ä', 'b', 'ü']) {
    const text = `${`${letter.repeat(60)}\n`.repeat(300)}end`;
    await desk.deliver({
      to: 'support-7102',
      text,
      more: 'Content-Type: text/plain; charset=utf-8',
    });
  }
  await desk.deliver({ to: 'support-7102', text: 'short' });
  expect(desk.lastTo(BOB).content.length).toBeLessThan(8 * 1024);
  expect(textOf(BOB)).toContain('  [it goes on]');
});

/** The notification below an answer, as clients put it there. */
const CLIENTS: Readonly<Record<string, (told: string) => string>> = {
  'Gmail, with marks': (told) =>
    `On Fri, 20 Nov 2026 at 10:05, Nic <x@y.example> wrote:\n\n${quoted(told)}`,
  'Thunderbird, with the signature cut': (told) =>
    `On 20.11.26 10:05, Nic wrote:\n${quoted(told.split('\n-- \n')[0] ?? '')}`,
  'Thunderbird, with the signature': (told) => `On 20.11.26 10:05, Nic wrote:\n${quoted(told)}`,
  'Apple Mail': (told) =>
    `> On 20 Nov 2026, at 10:05, Nic <x@y.example> wrote:\n> \n${quoted(told)}`,
  'Outlook, without marks': (told) =>
    `From: Nic <x@y.example>\nSent: Friday, November 20, 2026 10:05\nTo: bob\nSubject: [SUPPORT-7102]\n\n${told}`,
  'Outlook for phones': (told) =>
    `________________________________\nFrom: Nic <x@y.example>\nSent: Friday, November 20, 2026 10:05:00 AM\nTo: bob\nSubject: [SUPPORT-7102]\n\n${told}`,
  'Yahoo, indented': (told) =>
    `    On Friday, November 20, 2026 at 10:05 AM, Nic <x@y.example> wrote:\n\n${told.replace(/^/gm, ' ')}`,
  'a phone, below a ruler': (told) =>
    `-------- Original message --------\nFrom: Nic <x@y.example>\nDate: 20/11/2026 10:05 (GMT+01:00)\nTo: bob\nSubject: [SUPPORT-7102]\n\n${told}`,
  'the bare text': (told) => told,
  'the bare text, without the signature mark': (told) => told.replace(/^-- $/m, ''),
  'marks of its own': (told) => told.replace(/^/gm, '| '),
  'an answer below the quote': (told) => `${quoted(told)}\n\nBye`,
};

function quoted(text: string): string {
  return text.replace(/^/gm, '> ').replace(/^> $/gm, '>');
}

test.each(Object.entries(CLIENTS))('no note in a notification gets out: %s', async (_, quote) => {
  await desk.order(7102, 'assign bob', 'kim');
  await desk.deliver({ ...AS_KIM, text: 'note\n\nThey never pay: SECRET.' });
  await desk.deliver({ to: 'support-7102', text: 'Hello?' });
  const told = desk.lastTo(BOB);
  expect(told.text).toContain('SECRET');
  const to = localPart(told.replyTo);
  await desk.deliver({ from: BOB, to, text: `Dear Nic, it works again.\n\n${quote(told.text)}` });
  expect(desk.everythingTo(NIC)).not.toMatch(/SECRET|never pay|Note by|\bkim\b|has given|Earlier/);
  // It went out, or came back to its author.
  const [went, back] = [desk.everythingTo(NIC), desk.lastTo(BOB).text];
  expect(went.includes('it works again') || back.includes('was not carried out')).toBe(true);
});
