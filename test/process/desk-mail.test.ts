/**
 * Tickets worked by mail: what the staff get, what their answers become, and what must
 * never reach a customer.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ticket } from '../../src/ticket/ticket.ts';
import { mailsOf } from '../../src/ticket/ticket.ts';
import { makeDesk, type Sent, type TestDesk } from './desk.ts';

const DOMAIN = 'support-ticket.example';
const NIC = 'nic@ferrier.example';
const BOB = `bob@${DOMAIN}`;
const KIM = `kim@${DOMAIN}`;

let desk: TestDesk;
let mails: number;

beforeEach(async () => {
  desk = await makeDesk();
  mails = 0;
  desk.configure((config) => {
    config['authservId'] = 'mx.example';
    config['staff'] = [
      { name: 'bob', addresses: [BOB], sasl: ['bob'] },
      { name: 'kim', addresses: [KIM], sasl: ['kim'], notify: 'assigned' },
      { name: 'ann', addresses: [`ann@${DOMAIN}`], notify: 'none' },
    ];
  });
});

afterEach(async () => {
  await desk.settled();
  desk.remove();
});

interface Mail {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  /** Header fields, and a body without them. */
  readonly more?: string;
  readonly login?: string;
  readonly verb?: string;
}

/** Delivers a mail as local(8) would. */
async function deliver(
  body: string,
  { from = NIC, to = 'new', subject = "I can't login!", more = '', login, verb }: Mail = {},
) {
  mails += 1;
  const recipient = to.includes('@') ? to : `${to}@${DOMAIN}`;
  const name = from === NIC ? 'Nic Ferrier ' : '';
  const input = `From: ${name}<${from}>\nTo: ${recipient}\nSubject: ${subject}\nMessage-ID: <${mails}@${from.split('@')[1]}>\n${more}\n${body}\n`;
  const ended = await desk.run([verb ?? (to === 'new' ? 'new' : 'reply')], {
    input,
    env: {
      ...{ SENDER: from, RECIPIENT: recipient },
      ...(login !== undefined && { SASL_USERNAME: login }),
    },
  });
  expect(ended).toMatchObject({ exit: 0, stdout: '' });
}

const sentTo = (address: string): readonly Sent[] =>
  desk.sent().filter(({ args }) => args.endsWith(`-- ${address}`));
const lastTo = (address: string): string => sentTo(address).at(-1)?.content ?? '';
const bodyOf = (content: string) => content.slice(content.indexOf('\n\n') + 2);
const field = (content: string, name: string) =>
  new RegExp(`^${name}: (.*(?:\\n[ \\t].*)*)`, 'm').exec(content)?.[1]?.replace(/\n[ \t]+/g, ' ');
const replyTo = (person: string) => field(lastTo(person), 'Reply-To') ?? 'nobody';

async function show(id: string): Promise<Ticket> {
  const { stdout } = await desk.run(['ticket', 'show', id, '--json']);
  return JSON.parse(stdout);
}

/** Whatever a customer has ever been sent: no word of the desk's own may be in it. */
function everythingTo(address: string): string {
  return sentTo(address)
    .map(({ content }) => content)
    .join('\n');
}

test('a new ticket reaches who works in the queue, and threads there; none who wants none', async () => {
  await deliver('Hello,\n\nplease help.');
  expect(sentTo(BOB)).toHaveLength(1);
  expect(sentTo(KIM)).toHaveLength(0);
  const first = lastTo(BOB);
  expect(field(first, 'From')).toBe(`Nic Ferrier <SUPPORT-7102@${DOMAIN}>`);
  expect(field(first, 'Subject')).toBe("[SUPPORT-7102] I can't login!");
  expect(field(first, 'Auto-Submitted')).toBe('auto-generated');
  expect(replyTo(BOB)).toMatch(/^support-7102-a-[a-z0-9]+-[a-z2-7]{16}@/);
  expect(bodyOf(first)).toMatch(/^Nic Ferrier <nic@ferrier.example> \(unverified\):\n\nHello,/);
  await deliver('It is urgent.', { to: 'support-7102' });
  const second = lastTo(BOB);
  expect(field(second, 'References')).toBe(field(first, 'Message-ID'));
  expect(field(second, 'In-Reply-To')).toBe(field(first, 'Message-ID'));
  expect(`${bodyOf(first)}${bodyOf(second)}`).not.toMatch(/https?:/);
});

test('an answer by mail goes to the requester from the ticket, and nothing of its author does', async () => {
  await deliver('Hello, please help.');
  const quoted = lastTo(BOB).split('\n\n').slice(1).join('\n\n').replace(/^/gm, '> ');
  const given = replyTo(BOB);
  await deliver(
    `Dear Nic,\n\nI have reset it.\n\nOn Fri, 20 Nov 2026, Nic Ferrier <${given}> wrote:\n${quoted}\n\n-- \nBob Builder, +49 30 1234, ${BOB}`,
    { from: BOB, to: given, more: 'User-Agent: SecretClient\nX-Originating-IP: 10.1.2.3\n' },
  );
  const answer = lastTo(NIC);
  expect(field(answer, 'From')).toBe(`Support <SUPPORT-7102@${DOMAIN}>`);
  expect(field(answer, 'In-Reply-To')).toBe('<1@ferrier.example>');
  expect(bodyOf(answer)).toBe('Dear Nic,\n\nI have reset it.\n');
  for (const inside of [BOB, 'Builder', 'SecretClient', '10.1.2.3', 'support-7102-a-']) {
    expect(everythingTo(NIC)).not.toContain(inside);
  }
  expect(await show('7102')).toMatchObject({ status: 'pending' });
  expect(mailsOf(await show('7102')).at(-1)).toMatchObject({ direction: 'out', by: 'bob' });
  // Nobody is told what he has done himself.
  expect(sentTo(BOB)).toHaveLength(1);
});

test("files that come with an answer go to the customer; the author's card does not", async () => {
  await deliver('Hello');
  const part = (type: string, name: string, text: string) =>
    `--b\nContent-Type: ${type}\nContent-Disposition: attachment; filename=${name}\n\n${text}\n`;
  const cards =
    part('text/vcard', 'bob.vcf', 'CARD') +
    // By its type alone, and by its name alone.
    part('text/vcard', 'card', 'CARD') +
    part('application/octet-stream', 'me.vcf', 'CARD');
  await deliver(
    `--b\nContent-Type: text/plain\n\nSee the file.\n${cards}${part('application/pdf', 'form.pdf', 'PDF')}--b--`,
    {
      ...{ from: BOB, to: replyTo(BOB) },
      more: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n',
    },
  );
  expect(lastTo(NIC)).toContain('filename=form.pdf');
  for (const name of ['bob.vcf', 'card', 'me.vcf']) {
    expect(lastTo(NIC)).not.toContain(`filename=${name}`);
  }
  const files = await desk.run(['ticket', 'attachment', '7102', '1']);
  expect(files.stdout.trim()).toBe('PDF');
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test.each([
  ['a first line "note"', { to: 'GIVEN' }, 'note\n\nSECRET'],
  ['a first line "Note:"', { to: 'GIVEN' }, 'Note:\nSECRET'],
  ['a misspelt note', { to: 'GIVEN' }, 'noet\n\nSECRET'],
  ['its note address', { to: 'support-7102-note', login: 'bob' }, 'SECRET'],
  ['its quiet address', { to: 'support-7102-quiet', login: 'bob' }, 'SECRET'],
  ['a note with a command', { to: 'support-7102', login: 'bob' }, 'note\nStatus: open\nSECRET'],
  [
    'a note with a misspelt command',
    { to: 'support-7102', login: 'bob' },
    'note\nStauts: x\nSECRET',
  ],
  ['the control address', { to: 'control', verb: 'control', login: 'bob' }, 'note 7102 SECRET'],
  [
    'a note in HTML',
    { to: 'GIVEN', more: 'Content-Type: text/html\n' },
    '<p>note</p><p>SECRET</p>',
  ],
  ['an unproven From', { to: 'support-7102' }, 'SECRET'],
  ['a misspelt note address', { to: 'support-7102-notes', login: 'bob' }, 'SECRET'],
  ['a note address without a dash', { to: 'support-7102note', login: 'bob' }, 'SECRET'],
  ['a queue, in a thread', { to: 'new', login: 'bob', more: 'In-Reply-To: THREAD\n' }, 'SECRET'],
  [
    'a note address, in a thread',
    { to: 'support-7102-internal', login: 'bob', more: 'References: THREAD\n' },
    'SECRET',
  ],
  [
    'a note below a command',
    { to: 'support-7102', login: 'bob' },
    'Status: open\n\nnote\n\nSECRET',
  ],
  ['a note below a quote', { to: 'GIVEN' }, '> Hello\n\nnote\n\nSECRET'],
  ['a note below a greeting', { to: 'GIVEN' }, 'Hi,\n\nnote\n\nSECRET'],
  [
    'a flowed note',
    { to: 'GIVEN', more: 'Content-Type: text/plain; format=flowed\n' },
    'note \nSECRET',
  ],
  [
    'a note in a list',
    { to: 'GIVEN', more: 'Content-Type: text/html\n' },
    '<ul><li>note</li></ul><p>SECRET</p>',
  ],
  ['a signature alone', { to: 'support-7102-close', login: 'bob' }, '-- \nBob SECRET, +49'],
  [
    'a signature in HTML',
    { to: 'GIVEN', more: 'Content-Type: text/html\n' },
    '<p>Hello.</p><div class="gmail_signature">SECRET</div>',
  ],
  [
    'a hint to the staff, quoted',
    { to: 'GIVEN' },
    'Done.\n\n> Hello\n> -- \n> SUPPORT-7102: SECRET\n> more\n\nBye',
  ],
  ['a misspelt pseudo-header', { to: 'support-7102', login: 'bob' }, 'Stauts: resolved\n\nSECRET'],
  ['a word that could be a note', { to: 'GIVEN' }, 'Note: SECRET'],
])('what is inside stays inside: %s', async (_, mail, body) => {
  await deliver('Hello');
  const to = mail.to === 'GIVEN' ? replyTo(BOB) : mail.to;
  const id = field(lastTo(BOB), 'Message-ID') ?? '';
  const more = 'more' in mail ? mail.more.replace('THREAD', id) : '';
  await deliver(body, { from: BOB, ...mail, to, more });
  await desk.run(['ticket', 'note', '7102', '-m', 'SECRET too']);
  // Whatever goes out about the ticket from now on has nothing of it either.
  await desk.run(['ticket', 'reply', '7102', '-m', 'Here you are.']);
  await deliver('Thanks', { to: 'support-7102' });
  await deliver('status', { to: 'support-7102' });
  expect(everythingTo(NIC)).not.toContain('SECRET');
  // The acknowledgement, at most one answer of that mail, this answer, and how far it is.
  expect(sentTo(NIC).length).toBeLessThanOrEqual(4);
  expect(sentTo(NIC).length).toBeGreaterThanOrEqual(3);
});

test('the reply address of one of the staff is no use to anybody else', async () => {
  await deliver('Hello');
  const given = replyTo(BOB);
  for (const from of ['eve@evil.example', NIC, KIM]) {
    await deliver('Pay to my account.', { from, to: given });
  }
  expect(everythingTo(NIC)).not.toContain('my account');
});

test.each([
  [
    'a copy that is named as a file',
    'application/octet-stream; name=mail.eml',
    (text: string) => text,
  ],
  [
    'a text in UTF-16',
    'text/plain; charset=utf-16',
    (text: string) => Buffer.from(text, 'utf16le').toString('latin1'),
  ],
])('%s that holds the reply address comes back', async (_, type, encode) => {
  await deliver('Hello');
  const content = Buffer.from(encode(lastTo(BOB)), 'latin1')
    .toString('base64')
    .replace(/.{76}/g, '$&\n');
  await deliver(
    `--b\nContent-Type: text/plain\n\nSee below.\n--b\nContent-Type: ${type}\nContent-Disposition: attachment; filename=m\nContent-Transfer-Encoding: base64\n\n${content}\n--b--`,
    { from: BOB, to: replyTo(BOB), more: MIXED },
  );
  expect(sentTo(NIC)).toHaveLength(1);
});

test.each([
  ['Automatic reply: login', 'I am away'],
  ['Abwesenheitsnotiz: login', 'Ich bin weg'],
  ['Read: login', 'Your message was read'],
  ['Fwd: [SUPPORT-7102] login', 'FYI kim SECRET'],
])('%s is no answer', async (subject, body) => {
  await deliver('Hello');
  await deliver(body, { from: BOB, to: replyTo(BOB), subject });
  expect(sentTo(NIC)).toHaveLength(1);
});

test('a note address takes every word as a note, and a close without a text needs none', async () => {
  await deliver('Hello');
  await deliver('Note: he is angry.\nStauts: x', {
    from: BOB,
    to: 'support-7102-note',
    login: 'bob',
  });
  // A misspelt command is no note either: it came back.
  expect((await show('7102')).messages).toHaveLength(2);
  expect(bodyOf(lastTo(BOB))).toContain('is none of');
  await deliver('Note: he is angry.', { from: BOB, to: 'support-7102-note', login: 'bob' });
  expect((await show('7102')).messages.at(-1)).toMatchObject({
    ...{ direction: 'internal', text: 'Note: he is angry.\n' },
  });
  await deliver('<html><body></body></html>', {
    ...{ from: BOB, to: 'support-7102-close', login: 'bob', more: 'Content-Type: text/html\n' },
  });
  expect(await show('7102')).toMatchObject({ status: 'resolved' });
  expect(sentTo(NIC)).toHaveLength(1);
});

test('an attached mail to the staff, which would let the customer answer in their name, is not sent', async () => {
  await deliver('Hello');
  const given = replyTo(BOB);
  await deliver(
    `--b\nContent-Type: text/plain\n\nSee below.\n--b\nContent-Type: message/rfc822\n\n${lastTo(BOB)}\n--b--`,
    {
      from: BOB,
      to: given,
      more: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n',
    },
  );
  expect(bodyOf(lastTo(BOB)).replace(/=\n/g, '')).toContain('lets the staff answer');
  expect(everythingTo(NIC)).not.toContain('support-7102-a-');
  await deliver(`Write to\n${given.replace('-a-', '-a-\n')}`, { from: BOB, to: given });
  await deliver(`<mailto:${given.replace('@', '%40')}>`, { from: BOB, to: given });
  expect(everythingTo(NIC)).not.toContain(/-([a-z2-7]{16})@/.exec(given)?.[1]);
});

test('two machines that answer each other come to an end, also where one is of the staff', async () => {
  await deliver('Hello');
  for (let n = 0; n < 35; n += 1) {
    await deliver('I am away', { from: BOB, to: 'control', verb: 'control', login: 'bob' });
  }
  expect(sentTo(BOB).length).toBeLessThanOrEqual(31);
}, 60_000);

test('a stranger does not have his words sent to whoever he claims to be', async () => {
  for (let n = 0; n < 3; n += 1) {
    await deliver('close 9999 Dear victim, visit http://evil.example', {
      ...{ from: `victim${n}@bank.example`, to: 'control', verb: 'control' },
    });
    expect(lastTo(`victim${n}@bank.example`)).not.toContain('evil');
  }
});

test('commands at the top of an answer are carried out, and are no part of it', async () => {
  await deliver('Hello');
  await deliver('Hello', { from: 'kay@ferrier.example' });
  await deliver('Assign: kim\nTag: -vip\nPriority: high\nSubject: Login fails\n\nDone.', {
    from: BOB,
    to: 'support-7102',
    login: 'bob',
  });
  // The ticket has no tag "vip": all of it came back, and nothing was changed.
  expect(bodyOf(lastTo(BOB))).toContain('SUPPORT-7102 has no tag "vip".');
  expect(sentTo(NIC)).toHaveLength(1);
  expect(await show('7102')).toMatchObject({ assignee: null, tags: [], subject: "I can't login!" });
  await deliver(
    'Assign: kim\nTag: +login\nPriority: high\nCc: +kay@ferrier.example\nSubject: Login fails\nStatus: resolved\n\nDone.',
    { from: BOB, to: 'support-7102', login: 'bob' },
  );
  expect(await show('7102')).toMatchObject({
    ...{ assignee: 'kim', tags: ['login'], priority: 'high', subject: 'Login fails' },
    ...{ status: 'resolved', participants: [{ address: 'kay@ferrier.example' }] },
  });
  expect(bodyOf(lastTo(NIC))).toBe('Done.\n');
  expect(field(lastTo(NIC), 'Cc')).toBe('kay@ferrier.example');
  expect(bodyOf(lastTo('kay@ferrier.example'))).toBe('Done.\n');
  expect(field(lastTo('kay@ferrier.example'), 'To')).toBe('kay@ferrier.example');
  // Kim is told that it is hers now, and gets what the customer writes next; Bob does not.
  expect(bodyOf(lastTo(KIM))).toMatch(/^bob has given SUPPORT-7102 to you\./);
  const before = sentTo(BOB).length;
  await deliver('Not yet!', { to: 'support-7102' });
  expect(bodyOf(lastTo(KIM))).toContain('Not yet!');
  expect(sentTo(BOB)).toHaveLength(before);
  expect(await show('7102')).toMatchObject({ status: 'open' });
});

test.each([
  ['close', 'resolved'],
  ['reopen', 'open'],
])('support-7102-%s@ does what it says, and a text in it is an answer', async (suffix, status) => {
  await deliver('Hello');
  await deliver('', { from: BOB, to: `support-7102-${suffix}`, login: 'bob' });
  expect(await show('7102')).toMatchObject({ status });
  expect(sentTo(NIC)).toHaveLength(1);
  await deliver('All is well.', { from: BOB, to: `support-7102-${suffix}`, login: 'bob' });
  expect(await show('7102')).toMatchObject({ status });
  expect(bodyOf(lastTo(NIC))).toBe('All is well.\n');
});

test.each<readonly [string, Mail, string, string]>([
  ['a misspelt field', { login: 'bob' }, 'Stauts: resolved\n\nDone.', '"Stauts" is none of'],
  [
    'two fields that contradict',
    { login: 'bob' },
    'Status: open\nStatus: resolved\n\nx',
    'contradicts',
  ],
  ['an unknown person', { login: 'bob' }, 'Assign: eve\n\nx', '"eve" is none of the staff'],
  ['an unknown ticket', { login: 'bob' }, 'Merge: 9999\n\nx', 'There is no ticket SUPPORT-9999'],
  ['an unknown tag', { login: 'bob' }, 'Tag: -nosuch\n\nx', 'has no tag "nosuch"'],
  [
    'a command by an address alone',
    { to: 'GIVEN' },
    'Status: resolved\n\nx',
    'to give commands, send your mail',
  ],
  ['an address that is none', { login: 'bob' }, 'Cc: +nobody\n\nx', 'is no address'],
  [
    'a command in HTML alone',
    { login: 'bob', more: 'Content-Type: text/html\n' },
    '<div>Status: resolved</div><div><br></div><div>x</div>',
    'plain text alone',
  ],
  ['nothing at all', { login: 'bob' }, '> Hello', 'neither a text nor a command'],
  ['10,000 lines of commands', { login: 'bob' }, 'Stauts: x\n'.repeat(10_000), 'more like this'],
  [
    'an address and a field that contradict',
    { login: 'bob', to: 'support-7102-close' },
    'Status: open\n\nx',
    'contradict each other',
  ],
])(
  '%s comes back to its author with the reason, and changes nothing',
  async (_, mail, body, why) => {
    await deliver('Hello');
    const before = await show('7102');
    const to = mail.to === 'GIVEN' ? replyTo(BOB) : (mail.to ?? 'support-7102');
    await deliver(body, { from: BOB, subject: 'Re: [SUPPORT-7102] login', ...mail, to });
    const back = lastTo(BOB);
    expect(field(back, 'Subject')).toBe('RE: [SUPPORT-7102] login');
    expect(bodyOf(back).replace(/=\n/g, '').replace(/=22/g, '"')).toContain(why);
    expect(sentTo(NIC)).toHaveLength(1);
    expect(await show('7102')).toEqual(before);
    // What he sends in answer to that may be the answer, put right.
    await deliver('Now it is right.', { from: BOB, to: replyTo(BOB) });
    expect(bodyOf(lastTo(NIC))).toBe('Now it is right.\n');
  },
);

test('commands in a quote, in a signature or below a text are words', async () => {
  await deliver('Status: resolved\nassign 7102 bob\n\nI mean it.');
  expect(await show('7102')).toMatchObject({ status: 'new', assignee: null });
  const quote = '> Status: resolved\n> Assign: kim\n';
  for (const body of [
    `Hello\n\nStatus: resolved`,
    `Hello\n\n-- \nStatus: resolved\nAssign: kim`,
    `On Fri, 20 Nov 2026 at 10:00, Nic <${NIC}> wrote:\n${quote}\nHello`,
    `Hello\n\n-----Original Message-----\nFrom: Nic <${NIC}>\nSent: Friday\nTo: Support\nSubject: x\n\nAssign: kim`,
  ]) {
    await deliver(body, { from: BOB, to: 'support-7102', login: 'bob' });
    expect(await show('7102')).toMatchObject({ status: 'pending', assignee: null });
  }
});

test('mail that claims to be of the staff waits for a person, and is neither sent nor obeyed', async () => {
  await deliver('Hello');
  const id = field(lastTo(BOB), 'Message-ID');
  for (const more of ['', `In-Reply-To: ${id}\n`]) {
    await deliver('Status: resolved\n\nYour password is 1234.', {
      from: BOB,
      to: 'support-7102',
      more,
    });
  }
  expect(await show('7102')).toMatchObject({ status: 'new', messages: [{}, {}] });
  const held = JSON.parse((await desk.run(['held', 'list', '--json'])).stdout);
  expect(held).toMatchObject([
    { reason: { check: 'unproven-staff' } },
    { reason: { check: 'unproven-staff' } },
  ]);
  await deliver('close 7102', { from: BOB, to: 'control', verb: 'control' });
  expect(await show('7102')).toMatchObject({ status: 'new' });
  expect(bodyOf(lastTo(BOB))).toMatch(/^To ask for something, write to\nnew@/);
  expect(bodyOf(lastTo(BOB))).toContain('commands of our staff need a login');
});

test('a merged ticket: its mail goes to the other one, also what answers an older mail of it', async () => {
  await deliver('first');
  await deliver('second', { from: 'kay@ferrier.example' });
  const old = field(lastTo('kay@ferrier.example'), 'Message-ID');
  await deliver('Merge: 7102\n\nThis is known.', { from: BOB, to: 'support-7103', login: 'bob' });
  expect(await show('7103')).toMatchObject({ mergedInto: 'SUPPORT-7102', status: 'resolved' });
  for (const [to, more] of [
    ['support-7103', ''],
    ['new', `In-Reply-To: ${old}\n`],
  ] as const) {
    await deliver('Any news?', { from: 'kay@ferrier.example', to, more });
  }
  const into = await show('7102');
  expect(into.messages.filter(({ text }) => text.includes('Any news?'))).toHaveLength(2);
  await deliver('Fixed for both.', { from: BOB, to: 'support-7103', login: 'bob' });
  expect(bodyOf(lastTo(NIC))).toBe('Fixed for both.\n');
  expect(bodyOf(lastTo('kay@ferrier.example'))).toBe('Fixed for both.\n');
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test('the control address answers with a transcript of what it did', async () => {
  await deliver('Hello');
  await deliver('Hello again', { from: 'kay@ferrier.example', subject: 'Printer' });
  await deliver(
    [
      '# what is to be done today',
      'assign 7102 bob',
      'tag 7102 +login',
      'retitle 7103 Printer on fire',
      'priority 7103 urgent',
      'merge 7103 7102',
      'close 9999',
      'frobnicate',
      'assign 7102 eve',
      'list open',
      '',
      '> close 7102',
      '',
      'close 7102',
      '-- ',
      'reopen 7102',
    ].join('\n'),
    { from: BOB, to: 'control', verb: 'control', subject: 'today', login: 'bob' },
  );
  const answer = lastTo(BOB);
  expect(field(answer, 'From')).toBe(`Support <control@${DOMAIN}>`);
  expect(field(answer, 'Subject')).toBe('RE: today');
  expect(bodyOf(answer).replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '<time>')).toMatchInlineSnapshot(`
    "> assign 7102 bob
    SUPPORT-7102 is bob's.

    > tag 7102 +login
    SUPPORT-7102 has the tags login.

    > retitle 7103 Printer on fire
    SUPPORT-7103 is called "Printer on fire".

    > priority 7103 urgent
    SUPPORT-7103 has the priority urgent.

    > merge 7103 7102
    SUPPORT-7103 is part of SUPPORT-7102 now: its people get the answers given =
    there.

    > close 9999
    There is no ticket SUPPORT-9999.

    > frobnicate
    "frobnicate" is no command: "help" lists them.

    > assign 7102 eve
    "eve" is none of the staff: bob, kim, ann.

    > list open
    TICKET        STATUS  CHANGED  REQUESTER         FOR  SUBJECT
    SUPPORT-7102  new     now      nic@ferrier.exa=E2=80=A6  bob  I can't login=
    !

    > close 7102
    SUPPORT-7102 is resolved.

    Processed (3 errors).
    "
  `);
  expect(await show('7102')).toMatchObject({
    status: 'resolved',
    assignee: 'bob',
    tags: ['login'],
  });
});

test('a wrapped quote commands nothing, whoever quotes it', async () => {
  const long = 'A long line, which a mail client wraps when it is quoted, and its rest is';
  await deliver('Hello');
  await deliver(`${long} close`, { from: 'kay@ferrier.example' });
  const answer = `On Mon, 16 Nov 2026, Nic wrote:\n> ${long}\nStatus: resolved\n> more\n\nDone.`;
  await deliver(answer, { from: BOB, to: 'support-7102', login: 'bob' });
  expect(await show('7102')).toMatchObject({ status: 'pending' });
  expect(bodyOf(lastTo(NIC))).toContain('Done.');
  await deliver(
    `tag 7102 +first\n\n> ${long}\nclose 7102\nquit\nwho knows\n> more\n\ntag 7102 +last`,
    { from: BOB, to: 'control', verb: 'control', login: 'bob' },
  );
  expect(await show('7102')).toMatchObject({ status: 'pending', tags: ['first', 'last'] });
  expect(bodyOf(lastTo(BOB)).replace(/=\n/g, '')).toContain(
    'It stands directly at a quote, and was not carried out: leave an empty line between.',
  );
  expect(bodyOf(lastTo(BOB))).not.toContain('who knows');
  const proof = `In-Reply-To: ${field(lastTo(NIC), 'Message-ID')}\n`;
  for (const body of [
    `On Mon, 16 Nov 2026, Bob wrote:\n> ${long}\nclose\n> more\n\nPlease explain.`,
    `close\n> ${long}`,
    `close\nOn Mon, 16 Nov 2026 at 9:00, Bob <bob@x.example> wrote:\n\n> ${long}`,
    `> ${long}\nclose`,
  ]) {
    await deliver(body, { to: 'support-7102', more: proof });
    expect((await show('7102')).status, body).toBe('open');
  }
  await deliver(`close\n\n> ${long}`, { to: 'support-7102', more: proof });
  expect(await show('7102')).toMatchObject({ status: 'resolved' });
});

test('a mail of commands ends after five that are none, and after a hundred', async () => {
  await deliver('Hello');
  const send = (body: string) =>
    deliver(body, { from: BOB, to: 'control', verb: 'control', login: 'bob' });
  await send(`${'who knows\n'.repeat(9)}close 7102`);
  expect(bodyOf(lastTo(BOB))).toMatch(/Stopped after 5 lines.*Processed \(5 errors\)\.\n$/s);
  await send(`${'tag 7102 +x\n'.repeat(10_000)}close 7102`);
  expect(bodyOf(lastTo(BOB))).toContain('Stopped after 100 commands');
  expect(await show('7102')).toMatchObject({ status: 'new', tags: ['x'] });
});

test('a customer closes his own ticket, asks how far it is, and stops the mail', async () => {
  await deliver('Hello');
  const proof = `In-Reply-To: ${field(lastTo(NIC), 'Message-ID')}\n`;
  await deliver('status\n\nplease', { to: 'support-7102' });
  expect(bodyOf(lastTo(NIC))).toMatch(/^SUPPORT-7102 has reached us; nobody has answered it yet\./);
  await deliver('Close\n\nIt works now.', { to: 'support-7102', more: proof });
  expect(await show('7102')).toMatchObject({ status: 'resolved' });
  expect(bodyOf(lastTo(NIC))).toMatch(/^SUPPORT-7102 is closed, as you asked\./);
  await deliver('stop', { to: 'support-7102' });
  // The caps of one ticket: three automatic answers a day.
  expect(await show('7102')).toMatchObject({ muted: [] });
  await deliver('stop', { to: 'support-7102', more: proof });
  expect(await show('7102')).toMatchObject({ muted: [NIC] });
  const refused = await desk.run(['ticket', 'reply', '7102', '-m', 'x']);
  expect(refused).toMatchObject({ exit: 1 });
  expect(refused.stderr).toContain('has asked for no more mail about SUPPORT-7102');
  // Who writes again is answered again.
  await deliver('It is broken again!', { to: 'support-7102' });
  expect(await show('7102')).toMatchObject({ muted: [], status: 'open' });
  const before = sentTo(BOB).length;
  await deliver('I was charged twice!', { to: 'support-7102-status' });
  expect(sentTo(BOB)).toHaveLength(before + 1);
});

test.each([
  ['its address', '', 'support-7102-close'],
  ['a word', 'close', 'support-7102'],
  ['a word and a text', 'Close\n\nIt works now.', 'support-7102'],
])(
  'a close that nothing proves closes nothing, and the staff read of it: %s',
  async (_, body, to) => {
    await deliver('Hello');
    await desk.run(['ticket', 'reply', '7102', '-m', 'Does it work now?']);
    const before = sentTo(BOB).length;
    await deliver(body, { to });
    const ticket = await show('7102');
    expect(ticket).toMatchObject({ status: 'open' });
    expect(ticket.messages.at(-2)).toMatchObject({ trust: 'claimed', asks: 'close' });
    expect(sentTo(BOB)).toHaveLength(before + 1);
    expect(bodyOf(lastTo(BOB))).toContain('[asks to close, unproven: nothing was done]');
    expect((await desk.run(['ticket', 'show', '7102'])).stdout).toContain(
      'asks to close, unproven',
    );
    // Whose ticket it is learns how to close it, and can.
    expect(bodyOf(lastTo(NIC))).toMatch(/^SUPPORT-7102 is still open: we cannot be sure/);
    const proof = `In-Reply-To: ${field(lastTo(NIC), 'Message-ID')}\n`;
    await deliver('close', { to: 'support-7102', more: proof });
    expect(await show('7102')).toMatchObject({ status: 'resolved' });
    // And what is closed stays so, whoever asks for it once more.
    await deliver('close', { to: 'support-7102' });
    expect(await show('7102')).toMatchObject({ status: 'resolved' });
    expect(bodyOf(lastTo(NIC))).toMatch(/^SUPPORT-7102 is closed/);
    const german = await desk.run(['template', 'show', 'close-unproven', '--language', 'de']);
    expect(german.stdout).toContain('ist weiterhin offen');
  },
);

test('who is on a ticket and asks to close it, without a right to, is read by the staff', async () => {
  await deliver('Hello');
  await desk.run(['ticket', 'cc', '7102', '+kay@ferrier.example']);
  await desk.run(['ticket', 'reply', '7102', '-m', 'Does it work now?']);
  const before = sentTo(BOB).length;
  const proof = `In-Reply-To: ${field(lastTo('kay@ferrier.example'), 'Message-ID')}\n`;
  await deliver('close', { from: 'kay@ferrier.example', to: 'support-7102', more: proof });
  expect((await show('7102')).status).not.toBe('resolved');
  expect(bodyOf(lastTo('kay@ferrier.example'))).toContain('somebody will read it');
  expect(sentTo(BOB)).toHaveLength(before + 1);
});

test("help is explained, to a stranger in a stranger's words, and nothing is opened", async () => {
  await deliver('What can you do?', { to: 'help', verb: 'new' });
  expect(bodyOf(lastTo(NIC))).toContain('write to\nnew@support-ticket.example');
  expect(bodyOf(lastTo(NIC))).not.toContain('control@');
  await deliver('', { to: 'new', subject: 'Help' });
  expect(sentTo(NIC)).toHaveLength(2);
  await deliver('help', { to: 'control', verb: 'control', from: BOB, login: 'bob' });
  expect(bodyOf(lastTo(BOB))).toContain('merge TICKET INTO');
  await deliver('My printer burns.', { to: 'new', subject: 'help' });
  const list = JSON.parse((await desk.run(['ticket', 'list', '--json'])).stdout);
  expect(list).toMatchObject([{ id: 'SUPPORT-7102', subject: 'help' }]);
});

const FORWARDED =
  '---------- Forwarded message ---------\nFrom: Nic Ferrier <nic@ferrier.example>\nDate: Fri, 20 Nov 2026 at 10:00\nSubject: Login fails\nTo: Bob\n\nHello, please help.';
const ATTACHED = `--b\nContent-Type: text/plain\n\nPlease see to it.\n--b\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\nFrom: Nic Ferrier <nic@ferrier.example>\nSubject: Login fails\nMessage-ID: <his@ferrier.example>\n\nHello, please help.\n--b--`;
const MIXED = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n';

test.each<readonly [string, string, string, string | undefined]>([
  ['a copy in its text', `FYI\n\n${FORWARDED}`, '', undefined],
  ['an attachment', ATTACHED, MIXED, '<his@ferrier.example>'],
])(
  'what one of the staff passes on is a ticket of whoever wrote it: %s',
  async (_, body, more, id) => {
    await deliver(body, { from: BOB, subject: 'Fwd: Login fails', more, login: 'bob' });
    const ticket = await show('7102');
    expect(ticket).toMatchObject({
      ...{ subject: 'Login fails', requester: { name: 'Nic Ferrier', address: NIC } },
      messages: [{ from: { address: BOB }, trust: 'staff' }, { to: [{ address: NIC }] }],
    });
    expect(ticket.messages[0]?.text).toContain('Hello, please help.');
    expect(field(lastTo(NIC), 'Subject')).toBe('RE: Login fails');
    expect(field(lastTo(NIC), 'In-Reply-To')).toBe(id);
    expect(everythingTo(NIC)).not.toContain(BOB);
    expect(sentTo(BOB)).toHaveLength(0);
    await desk.run(['ticket', 'reply', '7102', '-m', 'Done.']);
    expect(bodyOf(lastTo(NIC))).toBe('Done.\n');
  },
);

test('nobody opens a ticket for somebody else without a proof, or where it is switched off', async () => {
  const pass = (login?: string) =>
    deliver(FORWARDED, { from: BOB, subject: 'Fwd: Login fails', ...(login && { login }) });
  await pass();
  expect(await show('7102')).toMatchObject({ requester: { address: BOB } });
  desk.configure((config) => {
    config['onBehalf'] = false;
  });
  await pass('bob');
  expect(await show('7103')).toMatchObject({ requester: { address: BOB } });
  expect(sentTo(NIC)).toHaveLength(0);
});
