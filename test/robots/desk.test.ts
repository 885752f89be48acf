/** A mail to a robot, from its arrival to what the robot has done: on values, without a process. */
import { beforeEach, expect, test } from 'vitest';
import { staffAddress } from '../../src/addresses/signed-address.ts';
import type { RobotConfig } from '../../src/config/robots.ts';
import { notifyStaff } from '../../src/jobs/notify.ts';
import { allOf } from '../../src/journal/blobs.ts';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import type { Became } from '../../src/robots/end.ts';
import { type Finished, finish } from '../../src/robots/finish.ts';
import type { RobotRun } from '../../src/ticket/robot-run.ts';
import { BOB, EVE, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { KEYS } from '../kit/facts.ts';
import { type Mail, provenFrom, signedBy } from '../kit/mail.ts';

const DEPLOY: RobotConfig = {
  ...{
    name: 'deploy',
    command: ['/robots/deploy'],
    user: 'mailrobot-robot',
    from: 'staff',
    confirm: false,
  },
  ...{
    input: 'json',
    when: 'queued',
    seconds: 60,
    concurrency: 1,
    may: ['reply', 'note', 'status', 'create'],
  },
};
const OPEN: RobotConfig = { ...DEPLOY, name: 'open', from: 'anybody', may: ['reply', 'note'] };
const KIMS: Mail = { from: KIM, to: 'deploy', text: 'deploy', results: provenFrom(KIM) };
const NICS: Mail = { from: NIC, to: 'open', results: provenFrom(NIC) };

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

const give = (mail: Mail, robot = DEPLOY) => desk.deliver({ ...mail, verb: 'run' }, robot);
const waiting = (): Promise<readonly RobotRun[]> => desk.during(({ store }) => store.robotRuns());

/** The run that waits longest has ended so. */
async function end(became: Became, robot = DEPLOY, text = 'deploy'): Promise<Finished['end']> {
  const [run] = await waiting();
  if (run === undefined) throw new Error('no run waits');
  return endOf(run, became, robot, text);
}

async function endOf(
  run: RobotRun,
  became: Became,
  robot = DEPLOY,
  text = 'deploy',
): Promise<Finished['end']> {
  const names = { prefixes: ['SUPPORT'], sharing: [] } as const;
  const ended = await desk.during((context) => {
    const known = { source: 'mailrobot://here/00', names, by: 'robot' };
    const mail = { messageId: '<mail@x.example>', text, date: run.since };
    return finish(run, became, robot, mail, { ...context, desk: known });
  });
  return ended.end;
}

const said = (...lines: readonly (string | object)[]): Became => ({
  type: 'orders',
  output: lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n'),
});
const lastEnd = () =>
  desk.records.flatMap(({ changes }) => changes).findLast(({ type }) => type === 'robot.ended');

test('a mail of the staff waits for their robot, and does nothing else', async () => {
  const came = await give(KIMS);
  expect(came).toMatchObject({ end: 'queued', letters: [], decision: { intent: 'run' } });
  expect(desk.tickets()).toEqual([]);
  expect(await waiting()).toMatchObject([{ run: 1, robot: 'deploy', answerFrom: 'deploy' }]);
});

test.each<readonly [string, Mail, string]>([
  ['whose From nothing proves', { from: KIM, to: 'deploy' }, 'unproven-staff'],
  ['of a customer', { ...NICS, to: 'deploy' }, 'not-for-robot'],
  ['that may be a copy', { ...KIMS, results: signedBy(KIM), date: new Date(0) }, 'copied'],
  ['that its host may not send', { ...KIMS, results: signedBy(KIM) }, 'unconfirmed'],
  ['that says it is automatic', { ...KIMS, more: 'Precedence: bulk\n' }, 'marked'],
  ['that a filter calls spam', { ...KIMS, above: 'X-Spam-Flag: YES\n' }, 'spam'],
])('a mail %s is held, and starts nothing', async (_, mail, check) => {
  expect((await give(mail)).end).toBe('held');
  expect(await waiting()).toEqual([]);
  expect(desk.held()[0]?.reason.check).toBe(check);
});

test.each([
  ['an address that is not listed as theirs', 'kim@home.example'],
  ['a stranger', NIC],
  ['another of the staff', BOB],
])('a login of the staff starts no robot in the name of %s', async (_, from) => {
  for (const robot of [DEPLOY, OPEN]) {
    const came = await give({ from, login: 'kim', to: robot.name, text: robot.name }, robot);
    expect(came.end).toBe('held');
    expect(desk.held().at(-1)?.reason).toMatchObject({
      ...{ check: 'not-for-robot', evidence: expect.stringContaining(from) },
    });
  }
  expect(await waiting()).toEqual([]);
  await give({ ...KIMS, results: '', login: 'kim' });
  expect(await waiting()).toMatchObject([{ trust: 'staff', from: { address: KIM } }]);
});

test('nor does a mail to an address that was given to one of the staff', async () => {
  await desk.deliver({ from: EVE });
  const about = { ticket: 'SUPPORT-7102', person: 'bob', at: desk.now } as const;
  const to = staffAddress(KEYS, 'note', about, desk.config.domain);
  const came = await give({ from: NIC, to, text: 'hello' }, OPEN);
  expect(came.decision?.trust).toBe('staff');
  expect(await waiting()).toEqual([]);
});

test('a machine starts no robot of anybody, and gets no answer', async () => {
  const came = await give({ ...NICS, more: 'Auto-Submitted: auto-replied\n' }, OPEN);
  expect(came).toMatchObject({ end: 'recorded', letters: [] });
  expect(await waiting()).toEqual([]);
});

test('the same mail again, under another queue id, runs nothing', async () => {
  await give({ ...KIMS, id: '<1@support-ticket.example>', queueId: 'A1' });
  const again = await give({ ...KIMS, id: '<1@support-ticket.example>', queueId: 'A2' });
  expect(again.end).toBe('duplicate');
  expect(await waiting()).toHaveLength(1);
});

test('another mail with the Message-ID of one that was carried out is held', async () => {
  await give({ ...KIMS, id: '<1@support-ticket.example>' });
  const again = await give({ ...KIMS, id: '<1@support-ticket.example>', text: 'deploy it all' });
  expect(again.end).toBe('held');
  expect(await waiting()).toHaveLength(1);
});

test('a held mail becomes a ticket when it is let in, and runs nothing', async () => {
  await give({ ...NICS, to: 'deploy' });
  expect(await desk.release(1)).toBe(true);
  expect(desk.ticket(7102).requester?.address).toBe(NIC);
  expect(await waiting()).toEqual([]);
});

test('a text goes to the sender, from the address that they wrote to, and is marked', async () => {
  await give({ ...KIMS, to: 'releases' });
  expect(await end(said('Deployed.\nAll of it.'))).toBe('done');
  const reply = desk.lastTo(KIM);
  expect(reply.text).toContain('Deployed.\nAll of it.');
  expect(reply.content).toMatch(/^From: .*<releases@support-ticket\.example>$/m);
  expect(reply.content).toMatch(/^Auto-Submitted: auto-replied$/m);
  expect(await waiting()).toEqual([]);
});

test('orders are carried out by the robot, all in the commit that ends its run', async () => {
  await desk.deliver({ from: NIC });
  await give(KIMS);
  const before = desk.records.length;
  const orders = [
    { type: 'ticket.note', ticket: '7102', text: 'Deployed.' },
    { type: 'ticket.status', ticket: '7102', status: 'resolved' },
    { type: 'reply', text: 'Done.' },
  ];
  expect(await end(said(...orders))).toBe('done');
  expect(desk.records).toHaveLength(before + 1);
  const { status, messages } = desk.ticket(7102);
  expect(status).toBe('resolved');
  expect(messages.at(-1)).toMatchObject({ by: 'robot deploy', text: 'Deployed.\n' });
});

test('a run that somebody else has ended does nothing: its orders are carried out once', async () => {
  await desk.deliver({ from: NIC });
  await give(KIMS);
  const [run] = await waiting();
  if (run === undefined) throw new Error('no run waits');
  const note = said({ type: 'ticket.note', ticket: '7102', text: 'Deployed.' });
  expect(await endOf(run, note)).toBe('done');
  expect(await endOf(run, note)).toBe('gone');
  expect(
    desk.ticket(7102).messages.filter(({ direction }) => direction === 'internal'),
  ).toHaveLength(1);
});

test('one order that cannot be carried out: none is, and a person is told which', async () => {
  await desk.deliver({ from: NIC });
  await give(KIMS);
  const orders = [
    { type: 'ticket.note', ticket: '7102', text: 'x' },
    { type: 'ticket.note', ticket: '9999', text: 'y' },
  ];
  expect(await end(said(...orders))).toBe('held');
  expect(desk.ticket(7102).messages).toHaveLength(2);
  expect(desk.held()[0]?.reason).toEqual({
    ...{
      check: 'robot-failed',
      evidence: 'robot deploy: order 2: there is no ticket SUPPORT-9999',
    },
  });
});

test('what a robot says on a ticket goes to its requester, marked as automatic', async () => {
  await desk.deliver({ from: NIC });
  await give(KIMS);
  await end(said({ type: 'ticket.reply', ticket: '7102', text: 'It works again.' }));
  const reply = desk.lastTo(NIC);
  expect(reply.text).toContain('It works again.');
  expect(reply.content).toMatch(/^Auto-Submitted: auto-replied$/m);
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ automatic: true, by: 'robot deploy' });
  expect(desk.ticket(7102).status).toBe('new');
});

test('many replies of one run are within the caps', async () => {
  await desk.deliver({ from: NIC });
  await give(KIMS);
  const reply = { type: 'ticket.reply', ticket: '7102', text: 'Spam.' };
  expect(await end(said(...Array.from({ length: 100 }, () => reply)))).toBe('done');
  expect(desk.to(NIC).length).toBeLessThanOrEqual(1 + desk.config.caps.address.count);
  expect(lastEnd()).toMatchObject({ silence: { check: 'cap-ticket' } });
});

test('silence is for an address that is only claimed', async () => {
  await give({ from: NIC, to: 'open' }, OPEN);
  expect(await end(said('Hello'), OPEN)).toBe('done');
  expect(desk.to(NIC)).toEqual([]);
  expect(lastEnd()).toMatchObject({ end: 'done', silence: { check: 'claimed' } });
});

test('unless the robot may write there', async () => {
  const vacation: RobotConfig = { ...OPEN, may: ['reply-unproven'] };
  await give({ from: NIC, to: 'open' }, vacation);
  await end(said('I am on holiday.'), vacation);
  expect(desk.lastTo(NIC).text).toContain('I am on holiday.');
});

test.each([
  ['that nobody reads', 'noreply@ferrier.example'],
  ['of a machine', 'mailer-daemon@ferrier.example'],
])('and never to an address %s', async (_, from) => {
  const vacation: RobotConfig = { ...OPEN, may: ['reply-unproven'] };
  await give({ from, to: 'open' }, vacation);
  for (const run of await waiting()) await endOf(run, said('Hello'), vacation);
  expect(desk.letters.filter(({ to }) => to === from)).toEqual([]);
});

test('two robots that answer each other fall silent', async () => {
  const vacation: RobotConfig = { ...OPEN, may: ['reply-unproven'] };
  for (let n = 0; n < 50; n += 1) {
    await give({ from: EVE, to: 'open', text: `Hello ${n}` }, vacation);
    await end(said('Hello'), vacation);
  }
  expect(desk.to(EVE)).toHaveLength(desk.config.caps.address.count);
  expect(lastEnd()).toMatchObject({ silence: { check: 'cap-address' } });
});

test('a blocked or failing address gets no reply', async () => {
  await desk.deliver({ from: NIC });
  await give(NICS, OPEN);
  await desk.order(7102, 'block');
  expect(await end(said('Hello'), OPEN)).toBe('done');
  expect(desk.to(NIC)).toHaveLength(1);
});

test('a robot that refuses a mail says why to its sender, and does nothing else', async () => {
  await desk.deliver({ from: NIC });
  await give(KIMS);
  expect(await end({ type: 'refused', text: 'I know one word: deploy.' })).toBe('refused');
  expect(desk.lastTo(KIM).text).toContain('I know one word: deploy.');
  await give(KIMS);
  const text = JSON.stringify({ type: 'ticket.note', ticket: '7102', text: 'x' });
  expect(await end({ type: 'refused', text })).toBe('held');
  expect(desk.ticket(7102).messages).toHaveLength(2);
});

test('one that may not reply refuses in silence', async () => {
  const mute: RobotConfig = { ...DEPLOY, may: ['note'] };
  await give(KIMS, mute);
  expect(await end({ type: 'refused', text: 'No.' }, mute)).toBe('refused');
  expect(desk.to(KIM)).toEqual([]);
});

test('what is run again keeps its place and its first time', async () => {
  await give(KIMS);
  const next = new Date('2026-11-20T10:00:30Z');
  expect(await end({ type: 'again', tries: 1, next, why: 'it ended with 75' })).toBe('again');
  expect(await waiting()).toMatchObject([
    { run: 1, tries: 1, why: 'it ended with 75', next: next.toISOString() },
  ]);
});

test('a person who must look gets the end of stderr by mail, made inert', async () => {
  await give(KIMS);
  const lines = ['Traceback:', 'no such host', 'see https://evil.example/\u001b[2J'];
  expect(await end({ type: 'held', why: 'it ended with 1', said: lines.join('\n') })).toBe('held');
  expect(desk.held()[0]?.reason.evidence).toContain('no such host');
  await desk.during((context) => notifyStaff({ ...context, now: () => desk.now }));
  const { text } = desk.lastTo('bob@support-ticket.example');
  expect(text).toContain('robot deploy: it ended with 1');
  expect(text).toContain('no such host');
  expect(text).not.toContain('https://');
});

test.each<readonly [string, Became | null]>([
  ['waits', null],
  ['was carried out', said('zreply')],
  ['was tried', { type: 'again', tries: 1, next: new Date(), why: 'zwhy' }],
  ['is held', { type: 'held', why: 'it ended with 1', said: 'zsaid of them' }],
])('of a person who is erased nothing stays of a mail that %s', async (_, became) => {
  await give({ ...NICS, subject: 'zsubject', text: 'zwords' }, OPEN);
  if (became !== null) await end(became, OPEN);
  await desk.erase(ofPerson(NIC));
  expect(JSON.stringify(desk.records)).not.toMatch(/ferrier|zsubject|zwords|zreply|zwhy|zsaid/i);
  expect(await waiting()).toEqual([]);
  expect(desk.held()).toEqual([]);
});

const MAILER: RobotConfig = { ...DEPLOY, may: ['reply', 'note', 'mail'] };
const PASSWORD = 'k7Qm-x2Ta-9bHd';
const mailTo = (to: string, more = {}) => ({
  ...{ type: 'mail', to, subject: 'Your account', text: `Use ${PASSWORD}.`, secrets: [PASSWORD] },
  ...more,
});

test('a secret goes out with the mail, and nothing that is kept has it', async () => {
  await desk.deliver({ from: NIC });
  await give(KIMS, MAILER);
  const note = { type: 'ticket.note', ticket: '7102', text: `Gave them ${PASSWORD}.` };
  const reply = { type: 'reply', text: `It is ${PASSWORD}.`, secrets: [PASSWORD] };
  expect(await end(said(note, mailTo(NIC), reply), MAILER)).toBe('done');
  await desk.during((context) => notifyStaff({ ...context, now: () => desk.now }));
  expect(JSON.stringify(desk.records)).not.toContain(PASSWORD);
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ text: 'Gave them [blanked].\n' });
  expect(desk.lastTo(KIM).text).toContain('It is [blanked].');
  const mail = desk.lastTo(NIC);
  expect(mail.content).toMatch(/^Auto-Submitted: auto-generated$/m);
  expect(mail.content).toMatch(/^From: .*<deploy@support-ticket\.example>$/m);
  expect(mail).toMatchObject({ sender: '', subject: 'Your account' });
});

/** Without a secret. */
const wordsTo = (to: string) => mailTo(to, { secrets: [] });

test('a mail to somebody else is within the caps, and silent where no machine answers', async () => {
  await give(KIMS, MAILER);
  const all = Array.from({ length: 50 }, () => wordsTo(EVE));
  expect(await end(said(...all), MAILER)).toBe('done');
  expect(desk.to(EVE)).toHaveLength(desk.config.caps.address.count);
  expect(lastEnd()).toMatchObject({ silence: { check: 'cap-address' } });
});

test.each([
  ['that nobody reads', 'noreply@ferrier.example'],
  ['of a machine', 'mailer-daemon@ferrier.example'],
  ['that a relay would pass on', 'a%b@ferrier.example'],
])('a robot writes to no address %s', async (_, to) => {
  await give(KIMS, MAILER);
  expect(await end(said(wordsTo(to)), MAILER)).toBe('done');
  expect(desk.to(to)).toEqual([]);
});

test.each([
  ['to an address that nobody reads', [mailTo('noreply@ferrier.example')], 'no-reply'],
  ['to whom the caps leave it out', Array.from({ length: 6 }, () => mailTo(EVE)), 'cap-address'],
])('a secret %s is not lost: nothing is done, and a person is told why', async (_, all, check) => {
  await give(KIMS, MAILER);
  expect(await end(said(...all), MAILER)).toBe('held');
  expect(desk.held()[0]?.reason.evidence).toContain(`may not go out (${check}: `);
  expect(desk.held()[0]?.reason.evidence).not.toContain(PASSWORD);
  expect(desk.to(EVE)).toEqual([]);
});

test('nor is one to whoever has asked', async () => {
  const open: RobotConfig = { ...OPEN, may: ['reply'] };
  await give({ from: NIC, to: 'open' }, open);
  const reply = { type: 'reply', text: `It is ${PASSWORD}.`, secrets: [PASSWORD] };
  expect(await end(said(reply), open)).toBe('held');
  expect(desk.held()[0]?.reason.evidence).toContain('to its sender may not go out (claimed: ');
});

test.each(['new', 'control', 'support-7102', 'new+x', 'SUPPORT-7102-x'])(
  'a robot that writes to the desk itself, at %s, is held',
  async (local) => {
    await give(KIMS, MAILER);
    expect(await end(said(mailTo(`${local}@support-ticket.example`)), MAILER)).toBe('held');
    expect(desk.held()[0]?.reason.evidence).toContain('which is an address of the desk');
    expect(JSON.stringify(desk.records)).not.toContain(PASSWORD);
  },
);

test.each(['other', 'OTHER+x', 'wrong', 'site-a-b'])(
  'nor does one write to a robot, at %s',
  async (local) => {
    const robots = [
      { name: 'other', command: ['/robots/other'], address: 'site-{a}-{b}' },
      { name: 'wrong', seconds: 'many' },
    ];
    desk = new Desk({ robots });
    await give(KIMS, MAILER);
    expect(await end(said(mailTo(`${local}@support-ticket.example`)), MAILER)).toBe('held');
    expect(desk.held()[0]?.reason.evidence).toContain('which is an address of the desk');
  },
);

test('a secret is in no word to the staff about a run that went wrong', async () => {
  await give(KIMS, MAILER);
  const wrong = { type: 'note', text: [`It is ${PASSWORD}.`] };
  expect(await end(said(wrong, mailTo(NIC)), MAILER)).toBe('held');
  expect(JSON.stringify(desk.records)).not.toContain(PASSWORD);
});

const REFUSER: RobotConfig = { ...DEPLOY, from: 'anybody', may: ['reply', 'blank'] };
const WITH_PASSWORD: Mail = {
  ...{ from: NIC, to: 'deploy', results: provenFrom(NIC), subject: `set ${PASSWORD}` },
  text: `Set it to ${PASSWORD}, please.\n${'Thank you.\n'.repeat(20)}`,
};
const refusal = (...more: readonly object[]): Became => ({
  type: 'refused',
  text: [{ type: 'reply', text: `Not ${PASSWORD}.` }, ...more]
    .map((one) => JSON.stringify(one))
    .join('\n'),
});
const BLANK = { type: 'blank', words: [PASSWORD] };
const rawMail = async (raw: string): Promise<string> =>
  (await desk.during(async ({ store }) => allOf(await store.rawMail(raw)))).toString();

test('a mail that holds a password is refused and blanked, in one commit', async () => {
  await give(WITH_PASSWORD, REFUSER);
  const [run] = await waiting();
  const before = desk.records.length;
  expect(await end(refusal(BLANK), REFUSER, WITH_PASSWORD.text)).toBe('refused');
  expect(desk.records).toHaveLength(before + 1);
  expect(JSON.stringify(desk.records)).not.toContain(PASSWORD);
  const kept = await rawMail(run?.raw ?? '');
  expect(kept).not.toContain(PASSWORD);
  expect(kept).toContain('Set it to [blanked], please.');
  expect(desk.lastTo(NIC)).toMatchObject({ subject: 'RE: set [blanked]' });
  expect(desk.lastTo(NIC).text).toContain('Not [blanked].');
});

test('also one that was held in between, with what the staff were told of it', async () => {
  await give(WITH_PASSWORD, REFUSER);
  const [run] = await waiting();
  if (run === undefined) throw new Error('no run waits');
  await end({ type: 'held', why: 'it ended with 1', said: '' }, REFUSER);
  await desk.during((context) => notifyStaff({ ...context, now: () => desk.now }));
  expect(JSON.stringify(desk.records)).toContain(PASSWORD);
  const { run: _, since: __, tries: ___, why: ____, next: _____, ...queued } = run;
  await desk.during(({ store }) =>
    store.exclusive((transaction) =>
      transaction.commit({
        changes: [{ type: 'robot.queued', ...queued, by: 'admin' }],
        outgoing: [],
      }),
    ),
  );
  expect(await end(refusal(BLANK), REFUSER)).toBe('refused');
  expect(JSON.stringify(desk.records)).not.toContain(PASSWORD);
});

test('without words all that it says goes', async () => {
  await give({ ...WITH_PASSWORD, subject: 'zsubject', text: 'zwords' }, REFUSER);
  const [run] = await waiting();
  expect(await end(refusal({ type: 'blank' }), REFUSER)).toBe('refused');
  expect(JSON.stringify(desk.records)).not.toMatch(/zsubject|zwords/);
  expect(await rawMail(run?.raw ?? '')).not.toMatch(/zsubject|zwords/);
});

test('nothing about a ticket on legal hold is blanked', async () => {
  await desk.deliver({ from: NIC });
  const hold = { ticket: 'SUPPORT-7102', isOnHold: true, by: 'admin' } as const;
  await desk.during(({ store }) =>
    store.exclusive((transaction) =>
      transaction.commit({ changes: [{ type: 'ticket.legalhold', ...hold }], outgoing: [] }),
    ),
  );
  await give({ ...WITH_PASSWORD, subject: 'Re: [SUPPORT-7102]', to: 'deploy' }, REFUSER);
  const [run] = await waiting();
  if (run === undefined) throw new Error('no run waits');
  expect(await endOf({ ...run, onTicket: 'SUPPORT-7102' }, refusal(BLANK), REFUSER)).toBe('held');
  expect(await rawMail(run.raw)).toContain(PASSWORD);
});
