/** Rules of a queue, from a mail to what became of it: on values, without a process. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isOwnAddress, ownAddresses, reachesDesk } from '../../src/addresses/own-address.ts';
import { checkConfig } from '../../src/config/read.ts';
import { notifyStaff } from '../../src/jobs/notify.ts';
import { BOB, DOMAIN, EVE, KIM, NIC, STAFF } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { HTML, type Mail, MIXED, parts, provenFrom } from '../kit/mail.ts';

const QUEUE = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 };
const ROBOTS = [
  { name: 'deploy', command: ['/robots/deploy'], may: ['reply', 'note', 'status'] },
  { name: 'draft', command: ['/robots/draft'], from: 'anybody', may: ['note'] },
];

function deskWith(match: unknown, more: object = {}): Desk {
  return new Desk({ queues: [{ ...QUEUE, match }], robots: ROBOTS, ...more });
}

const spokenOn = async (match: unknown, mail: Mail, more: object = {}) => {
  const { decision } = await deskWith(match, more).deliver(mail);
  return (decision?.rules ?? []).map(({ rule, evidence }) => [rule, evidence]);
};

const PDF = parts(
  ['Content-Type: text/plain', 'Here it is'],
  ['Content-Type: application/pdf\nContent-Disposition: attachment; filename="Invoice.PDF"', 'x'],
);
const GERMAN = 'Ich kann mich nicht anmelden, und mein Passwort ist weg. Vielen Dank!';

test.each<readonly [string, object, Mail, string | null]>([
  [
    'a word of the subject',
    { subject: 'login' },
    { subject: 'My LOGIN' },
    'the subject has "login"',
  ],
  ['a word of the text', { phrase: 'invoice' }, { text: 'an Invoice' }, 'the text has "invoice"'],
  [
    'one of several',
    { phrase: ['bill', 'invoice'] },
    { text: 'an invoice' },
    'the text has "invoice"',
  ],
  ['a part of a word', { phrase: 'invoice' }, { text: 'invoices' }, null],
  ['a word of a quote', { phrase: 'invoice' }, { text: 'Hello\n\n> the invoice' }, null],
  [
    'an encoded subject',
    { subject: 'straße' },
    { subject: '=?utf-8?q?STRASSE?=' },
    'the subject has "straße"',
  ],
  [
    'a field',
    { header: { 'X-Monitor': 'down' } },
    { more: 'X-Monitor: web is Down\n' },
    'X-Monitor has "down"',
  ],
  [
    'an encoded field',
    { header: { 'X-A': 'grün' } },
    { more: 'X-A: =?utf-8?q?gr=C3=BCn?=\n' },
    'X-A has "grün"',
  ],
  [
    'the second field of a name',
    { header: { 'X-A': 'two' } },
    { more: 'X-A: one\nX-A: two\n' },
    'X-A has "two"',
  ],
  ['that a field is there', { header: { 'x-a': true } }, { more: 'X-A:\n' }, 'it has x-a'],
  ['that a field is not there', { header: { 'x-a': true } }, {}, null],
  [
    'a type of file',
    { attachment: 'application/pdf' },
    { more: MIXED, text: PDF },
    'it has the file Invoice.PDF (application/pdf)',
  ],
  [
    'the end of a name',
    { attachment: ['image/*', '.pdf'] },
    { more: MIXED, text: PDF },
    'it has the file Invoice.PDF (application/pdf)',
  ],
  ['a type that it has not', { attachment: 'image/*' }, { more: MIXED, text: PDF }, null],
  [
    'HTML',
    { attachment: 'text/html' },
    { more: HTML, text: '<p>Hi</p>' },
    'it has the file message.html (text/html)',
  ],
  [
    'a list',
    { list: true },
    { more: 'List-Id: <dev.x.example>\n', to: 'new' },
    'it came by a mailing list',
  ],
  ['no list', { list: false }, {}, 'it came by no mailing list'],
  ['a language', { language: ['fr', 'de'] }, { text: GERMAN }, 'it is written in de'],
  ['another language', { language: 'fr' }, { text: GERMAN }, null],
  [
    'a size',
    { size: { above: 100, below: 100_000 } },
    { text: 'x'.repeat(200) },
    expect.stringMatching(/^it has \d+ octets$/),
  ],
  ['a larger size', { size: { above: 100_000 } }, {}, null],
  ['two things', { subject: 'invoice', phrase: 'hello' }, {}, null],
  ['nothing', {}, {}, 'it asks nothing'],
])('a rule may ask for %s', async (_, asked, mail, evidence) => {
  const more = { groups: ['dev.x.example'] };
  const queue = { ...QUEUE, bulk: 'open' };
  const spoken = await spokenOn(undefined, mail, {
    ...more,
    queues: [{ ...queue, match: [{ name: 'it', if: asked }] }],
  });
  expect(spoken).toEqual(evidence === null ? [] : [['it', evidence]]);
});

test('the first rule that fits counts, unless it says that others are asked as well', async () => {
  const rules = (goOn: boolean) => [
    { name: 'no', if: { subject: 'nothing' } },
    { name: 'one', if: { phrase: 'hello' }, tag: ['a'], priority: 'high', goOn },
    { name: 'two', tag: ['b', 'a'], priority: 'low', assign: 'kim' },
    { name: 'three', tag: ['c'] },
  ];
  const first = deskWith(rules(false));
  await first.deliver({});
  expect(first.ticket(7102)).toMatchObject({ tags: ['a'], priority: 'high', assignee: null });
  const all = deskWith(rules(true));
  const { decision } = await all.deliver({});
  // Of what two want differently, the first one counts.
  expect(all.ticket(7102)).toMatchObject({ tags: ['a', 'b'], priority: 'high', assignee: 'kim' });
  expect(decision?.rules).toEqual([
    { rule: 'one', evidence: 'the text has "hello"', did: 'tag +a, priority high' },
    { rule: 'two', evidence: 'it asks nothing', did: 'tag +b, assign kim' },
  ]);
});

test('whoever a rule gives the ticket to is told by the mail itself, once, and others are not', async () => {
  const desk = deskWith([{ name: 'logins', assign: 'kim' }]);
  await desk.deliver({});
  await desk.during((context) => notifyStaff(context));
  expect(desk.to(KIM)).toHaveLength(1);
  expect(desk.lastTo(KIM).text).toMatch(/rule logins/);
  expect(desk.to(BOB)).toEqual([]);
});

test('a mail that belongs to a ticket, or is held, is asked nothing', async () => {
  const desk = deskWith([{ name: 'all', tag: ['x'], priority: 'urgent' }]);
  await desk.deliver({});
  await desk.order(7102, 'tag -x');
  const [acknowledgement] = desk.to(NIC);
  const again = await desk.deliver({
    answers: acknowledgement?.id ?? null,
    to: 'support-7102',
  });
  expect(again.decision?.rules).toBeUndefined();
  const spam = await desk.deliver({ above: 'X-Spam-Flag: YES\n', queueId: 'S1' });
  expect(spam).toMatchObject({ end: 'held' });
  expect(spam.decision?.rules).toBeUndefined();
  expect(desk.ticket(7102).tags).toEqual([]);
});

test('rules of one queue are not asked about mail to another', async () => {
  const billing = { prefix: 'BILLING', address: 'invoices', name: 'Billing' };
  const queues = [{ ...QUEUE, match: [{ name: 'all', tag: ['x'] }] }, billing];
  const desk = new Desk({ queues });
  await desk.deliver({ to: 'invoices' });
  expect(desk.ticket('BILLING-1').tags).toEqual([]);
});

test('an address with holes leads to its queue, and what stands in them can be asked for', async () => {
  const billing = {
    ...{ prefix: 'BILLING', address: 'invoices', name: 'Billing' },
    match: [
      {
        ...{ name: 'vip', if: { address: 'invoices-{client}', captures: { client: 'acme' } } },
        ...{ tag: ['{client}', 'vip-{client}'], goOn: true },
      },
      { name: 'clients', if: { address: 'invoices-{client}' }, tag: ['client'] },
    ],
  };
  const desk = new Desk({ queues: [QUEUE, billing] });
  const by = async (mail: Mail) => (await desk.deliver({ from: NIC, ...mail })).changes;
  // As LMTP gives it, and as local(8) does behind the map.
  await by({ to: 'Invoices-ACME' });
  expect(desk.ticket('BILLING-1').tags).toEqual(['acme', 'vip-acme', 'client']);
  await by({ to: 'invoices-other', rcpt: 'invoices', original: 'invoices-other' });
  expect(desk.ticket('BILLING-2').tags).toEqual(['client']);
  await by({ to: 'invoices' });
  expect(desk.ticket('BILLING-3').tags).toEqual([]);
});

test('a wrong rule leaves the mail of its queue with the MTA, and that of no other', async () => {
  const billing = { prefix: 'BILLING', address: 'invoices', name: 'Billing' };
  const desk = new Desk({ queues: [{ ...QUEUE, match: [{ name: 'x', tag: 'x' }] }, billing] });
  await expect(desk.deliver({})).rejects.toMatchObject({ end: 'config' });
  expect((await desk.deliver({ to: 'invoices' })).end).toBe('opened');
});

let folder = '';
afterEach(() => {
  if (folder !== '') rmSync(folder, { recursive: true });
  folder = '';
});

/** A desk with texts of its own beside its config. */
function deskWithTexts(texts: Readonly<Record<string, string>>, match: unknown): Desk {
  folder = mkdtempSync(join(tmpdir(), 'mailrobot-rules-'));
  mkdirSync(join(folder, 'templates'));
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(join(folder, 'templates', name), text);
  }
  const config = checkConfig(
    {
      ...{ domain: DOMAIN, store: 'store', authservId: 'mx.example', staff: STAFF },
      queues: [{ ...QUEUE, match }],
    },
    join(folder, 'config.json'),
  );
  const desk = new Desk();
  Object.assign(desk.config, config);
  return desk;
}

const ANSWER = [{ name: 'hours', if: { phrase: 'opening hours' }, answer: 'hours' }];
const HOURS = { subject: 'Opening hours?', text: 'When do you open?' };

test('a text of the desk answers in the place of the acknowledgement', async () => {
  const desk = deskWithTexts({ 'answer-hours.txt': 'From 9 to 5: {{ticket}}.\n' }, ANSWER);
  await desk.deliver(HOURS);
  expect(desk.to(NIC)).toHaveLength(1);
  expect(desk.lastTo(NIC).text).toBe('From 9 to 5: SUPPORT-7102.\n');
  expect(desk.lastTo(NIC).content).toMatch(/^Auto-Submitted: auto-replied$/m);
  await desk.deliver({ text: 'Something else' });
  expect(desk.lastTo(NIC).text).toContain('SUPPORT-7103');
  expect(desk.lastTo(NIC).text).not.toContain('From 9 to 5');
});

test.each<readonly [string, Mail]>([
  ['a machine', { more: 'Precedence: bulk\n' }],
  ['an address that nobody reads', { from: 'noreply@ferrier.example' }],
  [
    'whose From our MTA calls a forgery',
    { results: 'dmarc=fail (p=reject) header.from=ferrier.example' },
  ],
])('it goes to no %s', async (_, mail) => {
  const desk = deskWithTexts({ 'answer-hours.txt': 'From 9 to 5.\n' }, ANSWER);
  await desk.deliver({ ...HOURS, ...mail });
  expect(desk.letters.filter(({ text }) => text.includes('From 9 to 5'))).toEqual([]);
});

test('it counts for the caps as an acknowledgement does', async () => {
  const desk = deskWithTexts({ 'answer-hours.txt': 'From 9 to 5.\n' }, ANSWER);
  for (let n = 0; n < 8; n += 1) {
    await desk.deliver({ ...HOURS, text: `${n} `, results: provenFrom(NIC) });
  }
  expect(desk.to(NIC)).toHaveLength(5);
});

test('if the text is not there, the acknowledgement goes out, and the staff are told', async () => {
  const desk = deskWithTexts({}, ANSWER);
  const { changes } = await desk.deliver(HOURS);
  expect(desk.lastTo(NIC).text).toContain('SUPPORT-7102');
  expect(changes).toContainEqual({
    ...{ type: 'template.failed', queue: 'SUPPORT', file: 'answer-hours.txt' },
    problem: 'is not there',
  });
});

const DEPLOYS = [
  {
    ...{ name: 'deploys', if: { address: 'new+{service}', subject: 'deploy' } },
    ...{ tag: ['deploy'], run: 'deploy' },
  },
];
const runs = (desk: Desk) => desk.during(({ store }) => store.robotRuns());

test('a mail that a rule gives to a robot is in a ticket, and waits for the robot', async () => {
  const desk = deskWith(DEPLOYS);
  const mail = { from: KIM, to: 'new+web', subject: 'Deploy', results: provenFrom(KIM) };
  const came = await desk.deliver(mail);
  expect(came).toMatchObject({ end: 'opened', decision: { intent: 'open' } });
  expect(came.decision?.rules?.[0]?.did).toBe('tag +deploy, run deploy');
  expect(desk.ticket(7102).tags).toEqual(['deploy']);
  expect(await runs(desk)).toMatchObject([
    {
      ...{ robot: 'deploy', onTicket: 'SUPPORT-7102', isFiled: true, trust: 'staff' },
      captures: [{ name: 'service', value: 'web' }],
    },
  ]);
});

test.each<readonly [string, Mail, RegExp]>([
  ['of a customer', { from: NIC, results: provenFrom(NIC) }, /takes mail of the staff/],
  ['that forges one of the staff', { from: KIM }, /KIM|takes mail|nothing proves/i],
  [
    'with their name in a field',
    { from: EVE, more: `X-Login: ${KIM}\n` },
    /takes mail of the staff/,
  ],
  [
    'with a mark of a machine',
    { from: NIC, subject: 'Automatic reply: deploy' },
    /Automatic reply/,
  ],
])('a mail %s is a ticket, and starts no robot of the staff', async (_, mail, why) => {
  const any = [{ name: 'any', header: {}, run: 'deploy', tag: ['x'] }].map(
    ({ header: __, ...r }) => r,
  );
  const desk = new Desk({ queues: [{ ...QUEUE, bulk: 'open', match: any }], robots: ROBOTS });
  const came = await desk.deliver(mail);
  expect(came.end).toBe('opened');
  expect(came.decision?.rules?.[0]?.did).toMatch(/run deploy, which does not get it: /);
  expect(came.decision?.rules?.[0]?.did).toMatch(why);
  expect(await runs(desk)).toEqual([]);
  expect(desk.tickets()[0]?.tags).toEqual(['x']);
});

test('a rule changes nothing of who is believed to have written a mail', async () => {
  const plain = await new Desk().deliver({ from: KIM });
  const ruled = await deskWith([
    { name: 'all', if: { header: { From: KIM } }, tag: ['x'] },
  ]).deliver({
    from: KIM,
  });
  const { rules, ...decision } = ruled.decision ?? {};
  expect(rules).toHaveLength(1);
  expect(decision).toEqual(plain.decision);
});

test('mail of one of the staff with a From that is not theirs opens a ticket, and runs nothing', async () => {
  const desk = deskWith([{ name: 'all', run: 'draft' }]);
  const came = await desk.deliver({ from: 'kim@home.example', login: 'kim' });
  expect(came.end).toBe('opened');
  expect(came.decision?.rules?.[0]?.did).toContain('is not of its SASL login kim');
  expect(await desk.during(({ store }) => store.robotRuns())).toEqual([]);
});

test('what one of the staff passes on starts no robot, whatever it says', async () => {
  const desk = deskWith([{ name: 'all', run: 'draft' }]);
  const forwarded = `See below.\n\n---------- Forwarded message ---------\nFrom: Nic <${NIC}>\nDate: Fri, 20 Nov 2026 09:00:00 +0000\nSubject: deploy\nTo: <kim@x.example>\n\ndeploy it\n`;
  await desk.deliver({
    from: KIM,
    subject: 'Fwd: deploy',
    text: forwarded,
    results: provenFrom(KIM),
  });
  expect(desk.ticket(7102).requester?.address).toBe(NIC);
  expect(await runs(desk)).toEqual([]);
});

test('a held mail that is let in starts no robot', async () => {
  const desk = deskWith([{ name: 'all', run: 'draft' }]);
  await desk.deliver({ above: 'X-Spam-Flag: YES\n', queueId: 'S1' });
  await desk.release(1);
  expect(desk.tickets()).toHaveLength(1);
  expect(await runs(desk)).toEqual([]);
});

test('a copy of it under another queue id runs nothing again', async () => {
  const desk = deskWith([{ name: 'all', run: 'draft' }]);
  await desk.deliver({ id: '<1@ferrier.example>', queueId: 'A1' });
  expect((await desk.deliver({ id: '<1@ferrier.example>', queueId: 'A2' })).end).toBe('duplicate');
  expect(await runs(desk)).toHaveLength(1);
});

test('an address with holes is an address of the desk: nobody is written to there', async () => {
  const own = [{ name: 'clients', if: { address: 'client-{client}' }, tag: ['{client}'] }];
  const desk = deskWith(own, { robots: [{ ...ROBOTS[0], address: 'deploy-{service}' }] });
  // One of the staff writes to a customer and to the queue: the conversation is the customer's.
  await desk.deliver({
    ...{ from: KIM, to: `client-acme@${DOMAIN}, ${NIC}`, results: provenFrom(KIM) },
    ...{ rcpt: 'client-acme', text: 'Hello Nic' },
  });
  expect(desk.tickets().map(({ requester }) => requester?.address)).not.toContain(
    `client-acme@${DOMAIN}`,
  );
  await desk.deliver({ from: NIC, to: 'client-acme', more: `Cc: deploy-web@${DOMAIN}\n` });
  await desk.answer(desk.tickets().length + 7101, 'Hello');
  expect(desk.letters.filter(({ to }) => /^(client|deploy)-/.test(to))).toEqual([]);
  const ours = ownAddresses(desk.config);
  expect(reachesDesk(`Client-x@${DOMAIN}`, ours)).toBe(true);
  // Only an alias gives mail to a robot, and only an address with holes is ours by its beginning.
  expect(reachesDesk(`deploy-web@${DOMAIN}`, ours)).toBe(false);
  expect(isOwnAddress(`deploy-web@${DOMAIN}`, ours)).toBe(true);
  expect(isOwnAddress(`new-business@${DOMAIN}`, ours)).toBe(false);
});
