/** A robot that a rule has given a mail: the mail is in a ticket, and stays there. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { RobotConfig } from '../../src/config/robots.ts';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import type { Became } from '../../src/robots/end.ts';
import { finish } from '../../src/robots/finish.ts';
import { BOB, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { provenFrom } from '../kit/mail.ts';

const DRAFT: RobotConfig = {
  ...{ name: 'draft', command: ['/robots/draft'], user: 'mailrobot-robot', from: 'anybody' },
  ...{
    input: 'json',
    when: 'queued',
    confirm: false,
    seconds: 60,
    concurrency: 1,
    may: ['reply', 'note'],
  },
};
const RULES = [{ name: 'drafts', run: 'draft' }];

let desk: Desk;
beforeEach(async () => {
  const queue = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102, match: RULES };
  desk = new Desk({ queues: [queue], robots: [DRAFT] });
  await desk.deliver({ text: 'How do I log in?', results: provenFrom(NIC) });
});

async function end(became: Became, robot = DRAFT) {
  return desk.during(async (context) => {
    const [run] = await context.store.robotRuns();
    if (run === undefined) throw new Error('no run waits');
    const names = { prefixes: ['SUPPORT'], sharing: [] } as const;
    const known = { source: 'mailrobot://here/00', names, by: 'robot' };
    const mail = { messageId: '<mail@x.example>', text: '', date: run.since };
    return (await finish(run, became, robot, mail, { ...context, desk: known })).end;
  });
}
const rawMails = (days: number) =>
  desk.during(({ store }) => store.expired(new Date(desk.now.getTime() + days * 86_400_000), 100));

test('its note is on the ticket, and nobody outside hears of it', async () => {
  const before = desk.to(NIC).length;
  expect(await end({ type: 'orders', output: '{"type":"note","text":"Try a reset."}' })).toBe(
    'done',
  );
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({
    ...{ direction: 'internal', text: 'Try a reset.\n', by: 'robot draft' },
  });
  expect(desk.to(NIC)).toHaveLength(before);
});

test('what it says to the sender is an automatic reply on the ticket', async () => {
  expect(await end({ type: 'orders', output: 'Try a reset.' })).toBe('done');
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({
    ...{ direction: 'out', automatic: true, by: 'robot draft' },
  });
  expect(desk.lastTo(NIC).field('from')).toContain('<SUPPORT-7102@');
  expect(desk.lastTo(NIC).field('auto-submitted')).toBe('auto-replied');
});

test('if it fails, the staff read why on the ticket, and no mail is held', async () => {
  expect(await end({ type: 'held', why: 'it ended with 1', said: 'no such model' })).toBe('held');
  expect(desk.held()).toEqual([]);
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({
    ...{ direction: 'internal', by: 'robot draft' },
    text: 'robot draft: it ended with 1\nno such model\n',
  });
  expect(desk.lastTo(BOB).text).toContain('no such model');
  expect(await desk.during(({ store }) => store.robotRuns())).toEqual([]);
});

test.each<readonly [string, Became]>([
  ['is done', { type: 'orders', output: '' }],
  ['has refused the mail', { type: 'refused', text: 'No.' }],
  ['has failed', { type: 'held', why: 'x', said: '' }],
])('when it %s, the raw mail of the ticket is kept for good', async (_, became) => {
  await end(became);
  desk.wait(400 * 86_400_000);
  expect(await rawMails(0)).toEqual([]);
});

test('whoever is erased is gone from the run that a rule began, and from what the rules said', async () => {
  const queue = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 };
  const match = [{ name: 'own', if: { address: 'new+{who}' }, tag: ['by-{who}'], run: 'draft' }];
  desk = new Desk({ queues: [{ ...queue, match }], robots: [DRAFT] });
  await desk.deliver({ to: 'new+ferrier', results: provenFrom(NIC) });
  expect(JSON.stringify(desk.records)).toContain('new+ferrier@');
  await desk.erase(ofPerson(NIC));
  expect(await desk.during(({ store }) => store.robotRuns())).toEqual([]);
  const { delivery, changes } = desk.records[0] ?? {};
  expect(JSON.stringify(delivery)).not.toContain('new+ferrier');
  expect(changes?.find(({ type }) => type === 'robot.queued')).toMatchObject({
    captures: [{ value: '[erased]' }],
  });
});

describe('if it is to be confirmed', () => {
  const CONFIRM: RobotConfig = { ...DRAFT, confirm: true, may: ['reply', 'note', 'blank'] };
  const both: Became = {
    type: 'orders',
    output: '{"type":"note","text":"Reset."}\n{"type":"reply","text":"It is reset."}',
  };
  const waiting = () => desk.during(({ store }) => store.robotRuns());

  async function confirm(): Promise<void> {
    expect(await end(both, CONFIRM)).toBe('planned');
    const { content, text } = desk.lastTo(NIC);
    expect(text).toContain('  - write a note on SUPPORT-7102\n  - answer you\n');
    const [, to = ''] = /^Reply-To: .*?([a-z0-9-]+-p-[a-z0-9-]+@[a-z.-]+)/im.exec(content) ?? [];
    const [, word = ''] = /^ {4}(confirm \d{4})$/m.exec(text) ?? [];
    const came = await desk.deliver({ from: NIC, to, subject: 'Re: x', text: word, verb: 'reply' });
    expect(came.end).toBe('queued');
  }
  const texts = () => desk.ticket(7102).messages.map((message) => message.text);

  test('nothing is on the ticket before, and then its note and its reply', async () => {
    const before = texts();
    await confirm();
    expect(texts()).toEqual(before);
    expect(await end(both, CONFIRM)).toBe('done');
    expect(texts()).toEqual([...before, 'Reset.\n', 'It is reset.\n']);
    expect(desk.lastTo(NIC).field('from')).toContain('<SUPPORT-7102@');
    // The word and the number lie in no ticket, and are not kept for good.
    expect(await rawMails(400)).toHaveLength(1);
  });

  test('what fails then is on the ticket too, and the plan waits to be tried again', async () => {
    await confirm();
    expect(await end({ type: 'held', why: 'it ended with 1', said: 'no' }, CONFIRM)).toBe('held');
    expect(desk.held()).toEqual([]);
    expect(texts().at(-1)).toBe('robot draft: it ended with 1\nno\n');
    expect(await waiting()).toEqual([]);
    expect(await desk.during(({ store }) => store.robotPlans())).toHaveLength(1);
  });

  test('it blanks nothing of the mail, which is in the ticket', async () => {
    await confirm();
    const blanks: Became = { type: 'orders', output: '{"type":"blank","words":["log"]}' };
    expect(await end(blanks, CONFIRM)).toBe('held');
    expect(texts()[0]).toContain('How do I log in?');
  });
});
