/**
 * Tickets worked by mail, from end to end: what goes out by sendmail, lies in the store and is
 * shown. What is decided of each mail is proven in test/desk.
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
  const ended = await desk.here([verb ?? (to === 'new' ? 'new' : 'reply')], {
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
  const { stdout } = await desk.here(['ticket', 'show', id, '--json']);
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
  expect(bodyOf(first)).toMatch(
    /^Nic Ferrier <nic@ferrier.example> \(unverified\):\nAn answer to this mail goes to nic@ferrier.example.\n\nHello,/,
  );
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
  expect(bodyOf(answer)).toMatch(
    /^Dear Nic,\n\nI have reset it\.\n\n\[A message of .* UTC is not quoted here\]\n$/,
  );
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
  const files = await desk.here(['ticket', 'attachment', '7102', '1']);
  expect(files.stdout.trim()).toBe('PDF');
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test.each([
  ['a first line "note"', { to: 'GIVEN' }, 'note\n\nSECRET'],
  ['its note address', { to: 'support-7102-note', login: 'bob' }, 'SECRET'],
])('what is inside stays inside: %s', async (_, mail, body) => {
  await deliver('Hello');
  const to = mail.to === 'GIVEN' ? replyTo(BOB) : mail.to;
  await deliver(body, { from: BOB, ...mail, to });
  await desk.here(['ticket', 'note', '7102', '-m', 'SECRET too']);
  // Whatever goes out about the ticket from now on has nothing of it either.
  await desk.here(['ticket', 'reply', '7102', '-m', 'Here you are.']);
  await deliver('Thanks', { to: 'support-7102' });
  await deliver('status', { to: 'support-7102' });
  expect(everythingTo(NIC)).not.toContain('SECRET');
  // The acknowledgement, at most one answer of that mail, this answer, and how far it is.
  expect(sentTo(NIC).length).toBeLessThanOrEqual(4);
  expect(sentTo(NIC).length).toBeGreaterThanOrEqual(3);
});

test('a file that holds the reply address, which would let the customer answer, is not sent', async () => {
  await deliver('Hello');
  const content = Buffer.from(lastTo(BOB)).toString('base64').replace(/.{76}/g, '$&\n');
  await deliver(
    `--b\nContent-Type: text/plain\n\nSee below.\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=m\nContent-Transfer-Encoding: base64\n\n${content}\n--b--`,
    { from: BOB, to: replyTo(BOB), more: MIXED },
  );
  expect(sentTo(NIC)).toHaveLength(1);
  expect(bodyOf(lastTo(BOB)).replace(/=\n/g, '')).toContain('lets the staff answer');
});

test('a merged ticket: its mail goes to the other one, also what answers an older mail of it', async () => {
  await deliver('first');
  await deliver('second', { from: 'kay@ferrier.example' });
  const old = field(lastTo('kay@ferrier.example'), 'Message-ID');
  await deliver('Merge: 7102 together\n\nThis is known.', {
    from: BOB,
    to: 'support-7103',
    login: 'bob',
  });
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
  expect(bodyOf(lastTo(NIC))).toMatch(
    /^Fixed for both\.\n\n\[A message of .* UTC is not quoted here\]\n$/,
  );
  expect(bodyOf(lastTo('kay@ferrier.example'))).toMatch(/^Fixed for both\.\n\nOn .* wrote:\n> /);
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
      'merge 7103 7102 together',
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

    > merge 7103 7102 together
    SUPPORT-7103 is part of SUPPORT-7102 now: its people get the answers given =
    there.

    > close 9999
    There is no ticket SUPPORT-9999.

    > frobnicate
    "frobnicate" is not a command: "help" lists them.

    > assign 7102 eve
    Nobody on the staff is called "eve": bob, kim, ann.

    > list open
    TICKET        STATUS  PRIO  AGE  REQUESTER            FOR  SUBJECT
    SUPPORT-7102  new     -     now  nic@ferrier.example  bob  I can't login!

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

test('a line of 300,000 letters locks nobody out', async () => {
  await deliver('x'.repeat(300_000));
  await deliver('show 7102', { from: BOB, to: 'control', verb: 'control', login: 'bob' });
  expect(lastTo(BOB)).toContain('> show 7102');
});

test('a customer closes his own ticket, asks how far it is, and stops the mail', async () => {
  await deliver('Hello');
  const proof = `In-Reply-To: ${field(lastTo(NIC), 'Message-ID')}\n`;
  await deliver('status\n\nplease', { to: 'support-7102' });
  expect(bodyOf(lastTo(NIC))).toMatch(/^SUPPORT-7102 has reached us; nobody has answered it yet\./);
  await deliver('Close', { to: 'support-7102', more: proof });
  expect(await show('7102')).toMatchObject({ status: 'resolved' });
  expect(bodyOf(lastTo(NIC))).toMatch(/^SUPPORT-7102 is closed, as you asked\./);
  await deliver('stop', { to: 'support-7102' });
  // The caps of one ticket: three automatic answers a day.
  expect(await show('7102')).toMatchObject({ muted: [] });
  await deliver('stop', { to: 'support-7102', more: proof });
  expect(await show('7102')).toMatchObject({ muted: [NIC] });
  const refused = await desk.here(['ticket', 'reply', '7102', '-m', 'x']);
  expect(refused).toMatchObject({ exit: 1 });
  expect(refused.stderr).toContain('has asked for no more mail about SUPPORT-7102');
  // Who writes again is answered again.
  await deliver('It is broken again!', { to: 'support-7102' });
  expect(await show('7102')).toMatchObject({ muted: [], status: 'open' });
  const before = sentTo(BOB).length;
  await deliver('I was charged twice!', { to: 'support-7102-status' });
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
  const list = JSON.parse((await desk.here(['ticket', 'list', '--json'])).stdout);
  expect(list).toMatchObject([{ id: 'SUPPORT-7102', subject: 'help' }]);
});

const ATTACHED = `--b\nContent-Type: text/plain\n\nPlease see to it.\n--b\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\nFrom: Nic Ferrier <nic@ferrier.example>\nSubject: Login fails\nMessage-ID: <his@ferrier.example>\n\nHello, please help.\n--b--`;
const MIXED = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n';

test('an attached mail that one of the staff passes on is a ticket of whoever wrote it', async () => {
  await deliver(ATTACHED, { from: BOB, subject: 'Fwd: Login fails', more: MIXED, login: 'bob' });
  expect(await show('7102')).toMatchObject({
    ...{ subject: 'Login fails', requester: { name: 'Nic Ferrier', address: NIC } },
    messages: [{ from: { address: BOB }, trust: 'staff' }, { to: [{ address: NIC }] }],
  });
  expect(field(lastTo(NIC), 'In-Reply-To')).toBe('<his@ferrier.example>');
  expect(everythingTo(NIC)).not.toContain(BOB);
});
