/** Mail of web forms: those that the config names, and those that look like it. */
import { expect, test } from 'vitest';
import { notifyStaff } from '../../src/jobs/notify.ts';
import { BOB, DOMAIN, EVE, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Mail } from '../kit/mail.ts';

const OWN = `new@${DOMAIN}`;
const PROGRAM = 'wordpress@shop.example';
const KNOWN = 'info@shop.example';

const ASKED = { text: 'My tablet has stopped.', more: `Reply-To: Nic Ferrier <${NIC}>\n` };
const come = (desk: Desk, from: string, different: Mail = {}) =>
  desk.deliver({ ...ASKED, from, ...different });
const deskWith = (different: object = {}) => new Desk({ alsoKnownAs: [KNOWN], ...different });

const FORMS = [
  ['as the desk', OWN],
  ['as another address of the desk', KNOWN],
  ['as wordpress@', PROGRAM],
  ['as WordPress@', 'WordPress@SHOP.example'],
] as const;

test.each(FORMS)('a form that sends %s is found by the config', async (_, from) => {
  const desk = deskWith({ forms: [from] });
  await come(desk, from);
  expect(desk.ticket(7102).requester).toEqual({ name: 'Nic Ferrier', address: NIC });
  expect(desk.to(NIC)).toHaveLength(1);
  expect(desk.ticket(7102).messages[0]).toMatchObject({ trust: 'claimed' });
});

test.each(FORMS)(
  'a form that sends %s, and is in no config, is held with the line',
  async (_, from) => {
    const desk = deskWith();
    expect((await come(desk, from)).end).toBe('held');
    expect(desk.tickets()).toEqual([]);
    expect(desk.held()).toMatchObject([{ reason: { check: 'unlisted-form' } }]);
    await desk.during((context) => notifyStaff({ ...context, now: () => desk.now }));
    const { text } = desk.lastTo(BOB);
    expect(text).toContain('it looks like the mail of a web form that the config does not name.');
    expect(text).toContain(`  If it is a web form of yours, this line in the config takes its mail:
    "forms": ["${from}"]
`);
    expect(desk.to(NIC)).toEqual([]);
  },
);

test('the line is taken by the config as it stands', async () => {
  const desk = deskWith();
  await come(desk, PROGRAM);
  const [line] = desk.held().map(({ reason }) => reason.evidence);
  desk.configure(JSON.parse(`{${line}}`));
  await come(desk, PROGRAM);
  expect(desk.ticket(7102).requester?.address).toBe(NIC);
});

test('whoever lets it in has a ticket of whom it names, without an acknowledgement', async () => {
  const desk = deskWith();
  await come(desk, PROGRAM);
  expect(await desk.release(desk.held()[0]?.id ?? 0)).toBe(true);
  expect(desk.ticket(7102).requester?.address).toBe(NIC);
  expect(desk.to(NIC)).toEqual([]);
});

test.each<[string, Mail, string]>([
  ['one that is answered at the desk', { more: `Reply-To: support-7101@${DOMAIN}\n` }, 'own-mail'],
  ['one that nobody is to answer', { more: '' }, 'own-mail'],
  ['one that is answered by two', { more: `Reply-To: ${NIC}, ${EVE}\n` }, 'own-mail'],
  [
    'one with our loop mark',
    { more: `${ASKED.more}X-Loop: support-7101@${DOMAIN}\n` },
    'loop-mark',
  ],
  ['one to a ticket', { to: 'support-7102' }, 'own-mail'],
  ['one from a ticket', { from: `support-7102@${DOMAIN}` }, 'own-mail'],
  ['one from control@', { from: `control@${DOMAIN}` }, 'own-mail'],
])('a mail as the desk is no form: %s', async (_, mail, check) => {
  const desk = deskWith();
  await desk.deliver({});
  expect((await come(desk, OWN, mail)).end).toBe('held');
  expect(desk.held()).toMatchObject([{ reason: { check } }]);
});

test.each<[string, Mail]>([
  ['our own mail, which comes back', { more: `Reply-To: ${OWN}\n` }],
  ['one with our loop mark', { more: `${ASKED.more}X-Loop: support-7101@${DOMAIN}\n` }],
])('a form as the desk lets no loop in: %s', async (_, mail) => {
  const desk = deskWith({ forms: [OWN] });
  expect((await come(desk, OWN, mail)).end).toBe('held');
  expect(desk.letters).toEqual([]);
});

test('a mail of wordpress@ to a ticket is that of a stranger', async () => {
  const desk = deskWith();
  await desk.deliver({});
  await come(desk, PROGRAM, { to: 'support-7102' });
  expect(desk.held()).toMatchObject([{ reason: { check: 'stranger' } }]);
});

test('a person of that name further on in the address is a person', async () => {
  const desk = deskWith();
  await desk.deliver({ from: 'my.wordpress@shop.example' });
  expect(desk.ticket(7102).requester?.address).toBe('my.wordpress@shop.example');
});

test('a machine that says so is one', async () => {
  const desk = deskWith();
  const came = await come(desk, PROGRAM, { more: 'Auto-Submitted: auto-replied\n' });
  expect(came.end).toBe('recorded');
});
