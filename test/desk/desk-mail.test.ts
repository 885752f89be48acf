/** What the staff write to a ticket by mail: what it becomes, and what must never reach a customer. */
import { beforeEach, describe, expect, test } from 'vitest';
import { mailsOf } from '../../src/ticket/ticket.ts';
import { ANN, BOB, DOMAIN, EVE, KAY, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { HTML, type Mail, MIXED, parts, provenFrom } from '../kit/mail.ts';

let desk: Desk;
/** The reply address that bob was given for the ticket. */
let given: string;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'Hello' });
  given = desk.lastTo(BOB).replyTo;
});

/** By a login, and so with every right. */
const AS_BOB = { from: BOB, to: 'support-7102', login: 'bob' } as const;
const ticket = (number = 7102) => desk.ticket(number);
const COMMAND = { may: 'command', person: { name: 'bob' } };

describe('an answer', () => {
  test('goes to the requester from the ticket, and nothing of its author does', async () => {
    const quoted = desk.lastTo(BOB).text.replace(/^/gm, '> ');
    const came = await desk.deliver({
      ...{ from: BOB, to: given, more: 'User-Agent: SecretClient\nX-Originating-IP: 10.1.2.3\n' },
      text: `Dear Nic,\n\nI have reset it.\n\nOn Fri, 20 Nov 2026, Nic Ferrier <${given}> wrote:\n${quoted}\n\n-- \nBob Builder, +49 30 1234, ${BOB}`,
    });
    expect(came.end).toBe('carried-out');
    expect(came.letters.map(({ to }) => to)).toEqual([NIC]);
    const [answer] = came.letters;
    expect(answer?.field('From')).toBe(`Support <SUPPORT-7102@${DOMAIN}>`);
    expect(answer?.field('In-Reply-To')).toBe('<1@ferrier.example>');
    expect(answer?.text).toBe('Dear Nic,\n\nI have reset it.\n');
    for (const inside of [BOB, 'Builder', 'SecretClient', '10.1.2.3', 'support-7102-a-']) {
      expect(desk.everythingTo(NIC)).not.toContain(inside);
    }
    expect(ticket()).toMatchObject({ status: 'pending' });
    expect(mailsOf(ticket()).at(-1)).toMatchObject({ direction: 'out', by: 'bob' });
  });

  test('has the files that came with it, and not the card of its author', async () => {
    const file = (type: string, name: string) =>
      `Content-Type: ${type}\nContent-Disposition: attachment; filename=${name}`;
    await desk.deliver({
      ...{ from: BOB, to: given, more: MIXED },
      text: parts(
        ['Content-Type: text/plain', 'See the file.'],
        [file('text/vcard', 'bob.vcf'), 'CARD'],
        [file('application/pdf', 'form.pdf'), 'PDF'],
      ),
    });
    const { files } = desk.lastTo(NIC);
    expect(files.map(({ name, octets }) => [name, String(octets).trim()])).toEqual([
      ['form.pdf', 'PDF'],
    ]);
  });

  test('may have commands on top, which are carried out and are no part of it', async () => {
    await desk.deliver({
      ...AS_BOB,
      text: `Assign: kim\nTag: +login\nPriority: high\nCc: +${KAY}\nSubject: Login fails\nStatus: resolved\n\nDone.`,
    });
    expect(ticket()).toMatchObject({
      ...{ assignee: 'kim', tags: ['login'], priority: 'high', subject: 'Login fails' },
      ...{ status: 'resolved', participants: [{ address: KAY }] },
    });
    expect(desk.lastTo(NIC).text).toBe('Done.\n');
    expect(desk.lastTo(NIC).field('Cc')).toBe(KAY);
    expect(desk.lastTo(KAY).text).toBe('Done.\n');
    expect(desk.lastTo(KAY).field('To')).toBe(KAY);
    // Kim is told that it is hers now, and gets what the customer writes next; Bob does not.
    expect(desk.lastTo(KIM).text).toMatch(/^bob has given SUPPORT-7102 to you\./);
    const before = desk.to(BOB).length;
    await desk.deliver({ to: 'support-7102', text: 'Not yet!' });
    expect(desk.lastTo(KIM).text).toContain('Not yet!');
    expect(desk.to(BOB)).toHaveLength(before);
    expect(ticket()).toMatchObject({ status: 'open' });
  });

  test('and all that it orders is done whole or not at all', async () => {
    const before = ticket();
    await desk.deliver({
      ...AS_BOB,
      text: 'Assign: kim\nTag: -vip\nPriority: high\nSubject: Login fails\n\nDone.',
    });
    expect(desk.lastTo(BOB).text).toContain('SUPPORT-7102 has no tag "vip".');
    expect(desk.to(NIC)).toHaveLength(1);
    expect(ticket()).toEqual(before);
  });

  test('commands in a quote or in a signature are words', async () => {
    const quote = '> Status: resolved\n> Assign: kim\n';
    for (const text of [
      `Hello\n\n-- \nStatus: resolved\nAssign: kim`,
      `On Fri, 20 Nov 2026 at 10:00, Nic <${NIC}> wrote:\n${quote}\nHello`,
    ]) {
      await desk.deliver({ ...AS_BOB, text });
      expect(ticket(), text).toMatchObject({ status: 'pending', assignee: null });
    }
  });

  test('what looks like a command somewhere else comes back', async () => {
    const long = 'A long line, which a mail client wraps when it is quoted, and its rest is';
    for (const text of [
      `Hello\n\nAs I said:\nStatus: resolved\nAnd now?`,
      `Hello\n\n-----Original Message-----\nFrom: Nic <${NIC}>\nSent: Friday\nTo: Support\nSubject: x\n\nAssign: kim`,
      `On Mon, 16 Nov 2026, Nic wrote:\n> ${long}\nStatus: resolved\n> more\n\nDone.`,
    ]) {
      const before = ticket();
      const came = await desk.deliver({ ...AS_BOB, text });
      expect(came.end, text).toBe('returned');
      expect(ticket(), text).toEqual(before);
    }
  });

  test('a line behind a bare CR in a quote is no command', async () => {
    await desk.deliver({
      ...AS_BOB,
      more: 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n',
      text: `> Hello=0D=0DCc: +${EVE}=0D=0Dx\n\nNo.`,
    });
    expect(ticket().participants).toEqual([]);
  });
});

test.each([
  ['close', 'resolved'],
  ['reopen', 'open'],
])('support-7102-%s@ does what it says, and a text in it is an answer', async (suffix, status) => {
  const to = `support-7102-${suffix}`;
  await desk.deliver({ ...AS_BOB, to, text: '' });
  expect(ticket()).toMatchObject({ status });
  expect(desk.to(NIC)).toHaveLength(1);
  await desk.deliver({ ...AS_BOB, to, text: 'All is well.' });
  expect(ticket()).toMatchObject({ status });
  expect(desk.lastTo(NIC).text).toBe('All is well.\n');
});

test('a note address takes every word as a note, and a close without a text needs none', async () => {
  await desk.deliver({ ...AS_BOB, to: 'support-7102-note', text: 'Note: he is angry.\nStauts: x' });
  // A misspelt command is no note either: it came back.
  expect(ticket().messages).toHaveLength(2);
  expect(desk.lastTo(BOB).text).toContain('is not one of');
  await desk.deliver({ ...AS_BOB, to: 'support-7102-note', text: 'Note: he is angry.' });
  expect(ticket().messages.at(-1)).toMatchObject({
    ...{ direction: 'internal', text: 'Note: he is angry.\n', by: 'bob' },
  });
  await desk.deliver({
    ...{ ...AS_BOB, to: 'support-7102-close', more: HTML },
    text: '<html><body></body></html>',
  });
  expect(ticket()).toMatchObject({ status: 'resolved' });
  expect(desk.to(NIC)).toHaveLength(1);
});

const BY_LOGIN = { login: 'bob' };
const GIVEN = 'the reply address that bob was given';

test.each<readonly [string, Mail, string]>([
  ['a first line "note"', { to: GIVEN }, 'note\n\nSECRET'],
  ['a first line "Note:"', { to: GIVEN }, 'Note:\nSECRET'],
  ['a misspelt note', { to: GIVEN }, 'noet\n\nSECRET'],
  ['its note address', { to: 'support-7102-note', ...BY_LOGIN }, 'SECRET'],
  ['its quiet address', { to: 'support-7102-quiet', ...BY_LOGIN }, 'SECRET'],
  ['a note with a command', BY_LOGIN, 'note\nStatus: open\nSECRET'],
  ['a note with a misspelt command', BY_LOGIN, 'note\nStauts: x\nSECRET'],
  ['the control address', { to: 'control', ...BY_LOGIN }, 'note 7102 SECRET'],
  ['a note in HTML', { to: GIVEN, more: HTML }, '<p>note</p><p>SECRET</p>'],
  ['an unproven From', {}, 'SECRET'],
  ['a misspelt note address', { to: 'support-7102-notes', ...BY_LOGIN }, 'SECRET'],
  ['a note address without a dash', { to: 'support-7102note', ...BY_LOGIN }, 'SECRET'],
  ['a queue, in a thread', { to: 'new', ...BY_LOGIN, more: 'In-Reply-To: THREAD\n' }, 'SECRET'],
  [
    'a note address, in a thread',
    { to: 'support-7102-internal', ...BY_LOGIN, more: 'References: THREAD\n' },
    'SECRET',
  ],
  ['a note below a command', BY_LOGIN, 'Status: open\n\nnote\n\nSECRET'],
  ['a note below a quote', { to: GIVEN }, '> Hello\n\nnote\n\nSECRET'],
  ['a note below a greeting', { to: GIVEN }, 'Hi,\n\nnote\n\nSECRET'],
  [
    'a flowed note',
    { to: GIVEN, more: 'Content-Type: text/plain; format=flowed\n' },
    'note \nSECRET',
  ],
  ['a note in a list', { to: GIVEN, more: HTML }, '<ul><li>note</li></ul><p>SECRET</p>'],
  ['a signature alone', { to: 'support-7102-close', ...BY_LOGIN }, '-- \nBob SECRET, +49'],
  [
    'a signature in HTML',
    { to: GIVEN, more: HTML },
    '<p>Hello.</p><div class="gmail_signature">SECRET</div>',
  ],
  [
    'a hint to the staff, quoted',
    { to: GIVEN },
    'Done.\n\n> Hello\n> -- \n> SUPPORT-7102: SECRET\n> more\n\nBye',
  ],
  ['a misspelt pseudo-header', BY_LOGIN, 'Stauts: resolved\n\nSECRET'],
  ['a word that could be a note', { to: GIVEN }, 'Note: SECRET'],
])('what is inside stays inside: %s', async (_, mail, text) => {
  const to = mail.to === GIVEN ? given : (mail.to ?? 'support-7102');
  const more = mail.more?.replace('THREAD', desk.lastTo(BOB).id ?? '') ?? '';
  await desk.deliver({ from: BOB, ...mail, to, more, text });
  await desk.act(7102, { type: 'note', text: 'SECRET too' });
  // Whatever goes out about the ticket from now on has nothing of it either.
  await desk.answer(7102, 'Here you are.');
  await desk.deliver({ to: 'support-7102', text: 'Thanks' });
  await desk.deliver({ to: 'support-7102', text: 'status' });
  expect(desk.everythingTo(NIC)).not.toContain('SECRET');
  // The acknowledgement, at most one answer of that mail, this answer, and how far it is.
  expect(desk.to(NIC).length).toBeLessThanOrEqual(4);
  expect(desk.to(NIC).length).toBeGreaterThanOrEqual(3);
});

test.each([
  ['as a quote', '> '],
  ['by a client with marks of its own', '| '],
  ['with nothing before it', ''],
])(
  'what the desk has told the staff stays inside, also if the answer has it %s',
  async (_, mark) => {
    await desk.order(7102, 'assign bob', 'kim');
    const told = desk.lastTo(BOB).text.trimEnd();
    expect(told).toMatch(/given.*unverified.*goes to nic@.*Hello.*bob's.*inside.*control@/s);
    // With the mark of the signature, what stands below would be no text at all.
    const pasted = told.replace(/^-- $/m, '').replace(/^/gm, mark);
    await desk.deliver({ ...AS_BOB, text: `Done.\n\n${pasted}\n\nBye` });
    expect(desk.lastTo(NIC).text).toMatch(/^Done\.\n.*Bye\n$/s);
    expect(desk.lastTo(NIC).text).not.toMatch(
      /given|unverified|bob|goes to|inside|Commands|"help"|control/,
    );
  },
);

describe('the reply address of one of the staff', () => {
  test('is no use to anybody else', async () => {
    for (const from of [EVE, NIC, KIM]) {
      await desk.deliver({ from, to: given, text: 'Pay to my account.' });
    }
    expect(desk.everythingTo(NIC)).not.toContain('my account');
  });

  test.each<readonly [string, string, (text: string) => string]>([
    ['a copy that is named as a file', 'application/octet-stream; name=mail.eml', (text) => text],
    [
      'a text in UTF-16',
      'text/plain; charset=utf-16',
      (text) => Buffer.from(text, 'utf16le').toString('latin1'),
    ],
  ])('goes to nobody in %s: the mail comes back', async (_, type, encode) => {
    const octets = Buffer.from(encode(desk.lastTo(BOB).content), 'latin1');
    const content = octets.toString('base64').replace(/.{76}/g, '$&\n');
    const header = `Content-Type: ${type}\nContent-Disposition: attachment; filename=m\nContent-Transfer-Encoding: base64`;
    const { end } = await desk.deliver({
      ...{ from: BOB, to: given, more: MIXED },
      text: parts(['Content-Type: text/plain', 'See below.'], [header, content]),
    });
    expect(end).toBe('returned');
    expect(desk.to(NIC)).toHaveLength(1);
  });

  test('goes to nobody in an attached mail, or in a text that breaks it', async () => {
    await desk.deliver({
      ...{ from: BOB, to: given, more: MIXED },
      text: parts(
        ['Content-Type: text/plain', 'See below.'],
        ['Content-Type: message/rfc822', desk.lastTo(BOB).content],
      ),
    });
    expect(desk.lastTo(BOB).text).toContain('lets the staff answer');
    expect(desk.everythingTo(NIC)).not.toContain('support-7102-a-');
    for (const text of [
      `Write to\n${given.replace('-a-', '-a-\n')}`,
      `<mailto:${given.replace('@', '%40')}>`,
    ]) {
      await desk.deliver({ from: BOB, to: given, text });
    }
    expect(desk.everythingTo(NIC)).not.toContain(/-([a-z2-7]{16})@/.exec(given)?.[1]);
  });
});

test.each([
  ['an invisible character', '-a-\u200b'],
  ['spaces and a bar', '-a- | '],
  ['three lines', '-a-\n\n\n'],
])('the reply address goes to nobody if it is broken by %s: the mail comes back', async (_, by) => {
  const text = `Write to ${given.replace('-a-', by)}, please.`;
  expect(await desk.deliver({ from: BOB, to: given, text })).toMatchObject({ end: 'returned' });
  expect(desk.lastTo(BOB).text).toContain('an address that lets the staff answer');
  expect(desk.to(NIC)).toHaveLength(1);
});

test.each([
  ['Automatic reply: login', 'I am away', 'held'],
  ['Abwesenheitsnotiz: login', 'Ich bin weg', 'held'],
  ["Read: [SUPPORT-7102] I can't login!", 'Your message was read', 'held'],
  ['Fwd: [SUPPORT-7102] login', 'FYI kim SECRET', 'returned'],
])('%s is no answer', async (subject, text, end) => {
  expect(await desk.deliver({ from: BOB, to: given, subject, text })).toMatchObject({ end });
  expect(desk.to(NIC)).toHaveLength(1);
});

test.each<readonly [string, Mail, string, string]>([
  ['a misspelt field', BY_LOGIN, 'Stauts: resolved\n\nDone.', '"Stauts" is not one of'],
  ['two fields that contradict', BY_LOGIN, 'Status: open\nStatus: resolved\n\nx', 'contradicts'],
  ['an unknown person', BY_LOGIN, 'Assign: eve\n\nx', 'nobody on the staff is called "eve"'],
  ['an unknown ticket', BY_LOGIN, 'Merge: 9999 together\n\nx', 'There is no ticket SUPPORT-9999'],
  ['an unknown tag', BY_LOGIN, 'Tag: -nosuch\n\nx', 'has no tag "nosuch"'],
  [
    'a command by an address alone',
    { to: GIVEN },
    'Status: resolved\n\nx',
    'to give commands, send your mail',
  ],
  [
    'a misspelt word behind the ticket in its address',
    { to: 'support-7102-clsoe', ...BY_LOGIN },
    'x',
    'the word after the ticket',
  ],
  ['a copy for nobody', BY_LOGIN, 'Cc: +nobody\n\nx', 'is not an address'],
  [
    'a command in HTML alone',
    { ...BY_LOGIN, more: HTML },
    '<div>Status: resolved</div><div><br></div><div>x</div>',
    'plain text alone',
  ],
  [
    'a mail that cannot be read whole',
    { ...BY_LOGIN, more: 'MIME-Version: 1.0\nContent-Transfer-Encoding: x-unknown\n' },
    'Done.',
    'the mail cannot be carried out: a part has a transfer encoding that nobody knows',
  ],
  ['a quote alone', BY_LOGIN, '> Hello', 'nothing but a quote'],
  ['nothing at all', BY_LOGIN, '\n', 'neither a text nor a command'],
  ['the word of a question', BY_LOGIN, 'send', 'alone answers a question of ours'],
  ['10,000 lines of commands', BY_LOGIN, 'Stauts: x\n'.repeat(10_000), 'more like this'],
  [
    'an address and a field that contradict',
    { ...BY_LOGIN, to: 'support-7102-close' },
    'Status: open\n\nx',
    'contradict each other',
  ],
])(
  '%s comes back to its author with the reason, and changes nothing',
  async (_, mail, text, why) => {
    const before = ticket();
    const to = mail.to === GIVEN ? given : (mail.to ?? 'support-7102');
    const subject = 'Re: [SUPPORT-7102] login';
    const came = await desk.deliver({ from: BOB, subject, ...mail, to, text });
    expect(came.end).toBe('returned');
    const [back] = came.letters;
    expect(back?.subject).toBe('RE: [SUPPORT-7102] login');
    expect(back?.text.toLowerCase()).toContain(why.toLowerCase());
    expect(desk.to(NIC)).toHaveLength(1);
    expect(ticket()).toEqual(before);
    // What he sends in answer to that may be the answer, put right.
    await desk.deliver({ from: BOB, to: desk.lastTo(BOB).replyTo, text: 'Now it is right.' });
    expect(desk.lastTo(NIC).text).toBe('Now it is right.\n');
  },
);

test('after thirty in an hour a wrong mail comes back no more: it is held, where the desk looks', async () => {
  const ends: string[] = [];
  for (let n = 0; n < 33; n += 1)
    ends.push((await desk.deliver({ ...AS_BOB, text: 'Stauts: x' })).end);
  expect(ends.filter((end) => end === 'returned')).toHaveLength(30);
  expect(desk.held()).toMatchObject([1, 2, 3].map(() => ({ reason: { check: 'returned' } })));
  desk.wait(3_600_000);
  expect(await desk.deliver({ ...AS_BOB, text: 'Stauts: x' })).toMatchObject({ end: 'returned' });
});

describe('what came with a mail that comes back', () => {
  test('comes back along, and a long text as a file', async () => {
    const { letters } = await desk.deliver({
      ...AS_BOB,
      text: `Stauts: x\n\n${'words\n'.repeat(9000)}`,
    });
    expect(letters[0]?.text).toContain('Your whole mail is attached');
    expect(letters[0]?.files.map(({ name }) => name)).toEqual(['message.eml']);
    expect(String(letters[0]?.files[0]?.octets)).toContain('Stauts: x');
  });
});

describe('a ticket that was merged', () => {
  let old: string | null;
  beforeEach(async () => {
    await desk.deliver({ from: KAY, text: 'second' });
    old = desk.lastTo(KAY).id;
    await desk.deliver({
      ...AS_BOB,
      to: 'support-7103',
      text: 'Merge: 7102 together\n\nThis is known.',
    });
  });

  test('is resolved, and what it says is sent before it is part of the other one', () => {
    expect(ticket(7103)).toMatchObject({ mergedInto: 'SUPPORT-7102', status: 'resolved' });
    expect(desk.lastTo(KAY).text).toBe('This is known.\n');
    expect(desk.to(NIC)).toHaveLength(1);
  });

  test.each([
    ['to its address', 'support-7103', false],
    ['that answers an older mail of it', 'new', true],
  ])('its mail goes to the other one: %s', async (_, to, isAnswer) => {
    await desk.deliver({ from: KAY, to, answers: isAnswer ? old : null, text: 'Any news?' });
    expect(ticket().messages.at(-1)).toMatchObject({ text: 'Any news?\n' });
  });

  test('and an answer to it goes to the people of both', async () => {
    await desk.deliver({ ...AS_BOB, to: 'support-7103', text: 'Fixed for both.' });
    expect(desk.lastTo(NIC).text).toBe('Fixed for both.\n');
    expect(desk.lastTo(KAY).text).toBe('Fixed for both.\n');
  });
});

describe('who may write what', () => {
  const intent = async (mail: Mail) => (await desk.decide({ text: 'x', ...mail })).intent;

  test('by a login everything, by an authenticated From too, by a given address an answer', async () => {
    expect(await intent(AS_BOB)).toMatchObject({ type: 'act', ...COMMAND, doubt: null });
    const proven = { from: BOB, to: 'support-7102', results: provenFrom(BOB) };
    expect(await intent(proven)).toMatchObject({ type: 'act', ...COMMAND, doubt: null });
    expect(await intent({ from: BOB, to: given })).toMatchObject({ type: 'act', may: 'answer' });
  });

  test('without a proof nothing: it waits for a person', async () => {
    expect(await intent({ from: ANN, to: 'support-7102' })).toMatchObject({
      ...{ type: 'hold', verdict: { check: 'unproven-staff' } },
    });
  });
});

test('while two machines seem to answer each other, an answer waits for a person, who lets it out', async () => {
  for (let n = 0; n < 12; n += 1) {
    await desk.deliver({ to: 'support-7102', text: 'I am away.' });
    await desk.deliver({ from: BOB, to: given, text: 'So am I.' });
  }
  const [held] = desk.held();
  expect(held).toMatchObject({ by: 'bob', ticket: 'SUPPORT-7102' });
  const before = desk.to(NIC).length;
  expect(await desk.release(held?.id ?? 0)).toBe(true);
  expect(desk.to(NIC)).toHaveLength(before + 1);
  expect(desk.lastTo(NIC).text).toBe('So am I.\n');
});
