/** What a robot would do, told to whoever asked, and done if they confirm it: on values. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { RobotConfig } from '../../src/config/robots.ts';
import { allOf } from '../../src/journal/blobs.ts';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import type { Became } from '../../src/robots/end.ts';
import { type Finished, finish } from '../../src/robots/finish.ts';
import type { RobotPlan } from '../../src/ticket/robot-plan.ts';
import type { RobotRun } from '../../src/ticket/robot-run.ts';
import { BOB, EVE, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Letter } from '../kit/letter.ts';
import { type Mail, provenFrom } from '../kit/mail.ts';

const HOST: RobotConfig = {
  ...{ name: 'host', command: ['/robots/host'], user: 'mailrobot-robot', from: 'anybody' },
  ...{ confirm: true, input: 'json', when: 'queued', seconds: 60, concurrency: 1 },
  may: ['reply-unproven', 'note', 'status', 'create', 'mail'],
};
const ASKS: Mail = { from: NIC, to: 'host', subject: 'create zsubject', text: 'zwords' };
const DAY = 24 * 60 * 60 * 1000;

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

const give = (mail: Mail = ASKS, robot = HOST) => desk.deliver({ ...mail, verb: 'run' }, robot);
const waiting = (): Promise<readonly RobotRun[]> => desk.during(({ store }) => store.robotRuns());
const plans = (): Promise<readonly RobotPlan[]> => desk.during(({ store }) => store.robotPlans());
const changes = () => desk.records.flatMap((record) => record.changes);
const lastEnd = () => changes().findLast(({ type }) => type === 'robot.ended');

const said = (...lines: readonly (string | object)[]): Became => ({
  type: 'orders',
  output: lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n'),
});

async function end(became: Became, robot = HOST): Promise<Finished['end']> {
  const [run] = await waiting();
  if (run === undefined) throw new Error('no run waits');
  return endOf(run, became, robot);
}

async function endOf(run: RobotRun, became: Became, robot = HOST): Promise<Finished['end']> {
  const names = { prefixes: ['SUPPORT'], sharing: [] } as const;
  const { end } = await desk.during((context) => {
    const known = { source: 'mailrobot://here/00', names, by: 'robot' };
    const mail = { messageId: '<mail@x.example>', text: 'zwords', date: run.since };
    return finish(run, became, robot, mail, { ...context, desk: known });
  });
  return end;
}

const OPENS = said({ type: 'ticket.create', queue: 'SUPPORT', subject: 'zorder', text: 'ztext' });
const OWN = said({ type: 'plan', text: 'Create the account nic.', data: { name: 'nic' } });

/** As its reader sees it. */
function asked(letter: Letter): { readonly to: string; readonly word: string } {
  const to = /^Reply-To: .*?([a-z0-9-]+-p-[a-z0-9-]+@[a-z.-]+)/im.exec(letter.content)?.[1];
  const word = /^ {4}(confirm \d{4})$/m.exec(letter.text)?.[1];
  if (to === undefined || word === undefined) throw new Error(`asks nothing: ${letter.content}`);
  return { to, word };
}

async function told(became = OPENS): Promise<ReturnType<typeof asked>> {
  await give();
  expect(await end(became)).toBe('planned');
  return asked(desk.lastTo(NIC));
}

/** Answers it, and lets the desk carry out what waits. */
async function answer(mail: Mail, became = OPENS): Promise<string> {
  const came = await desk.deliver({ from: NIC, verb: 'reply', subject: 'Re: please', ...mail });
  for (const run of await waiting()) await endOf(run, became);
  return came.end;
}

const wrongOf = (word: string) => `confirm ${1000 + ((Number(word.slice(8)) - 1000 + 1) % 9000)}`;

test('what it orders is told, and nothing is done', async () => {
  await give();
  expect(await end(OPENS)).toBe('planned');
  expect(desk.tickets()).toEqual([]);
  const letter = desk.lastTo(NIC);
  expect(letter.text).toContain('  - open a ticket in SUPPORT\n');
  expect(letter.content).toMatch(/^Auto-Submitted: auto-replied$/m);
  expect(letter.content).toMatch(/^Subject: RE: please confirm \(host\)$/im);
  expect(await plans()).toMatchObject([{ run: 1, robot: 'host', doubts: [], confirmed: null }]);
});

test('nothing of the request, and no text of an order, is in what is told', async () => {
  await give({ ...ASKS, from: NIC });
  await end(OPENS);
  expect(desk.lastTo(NIC).content).not.toMatch(/zsubject|zwords|zorder|ztext|Nic Ferrier/);
});

test('the word and the number, at the one-time address, have it done once', async () => {
  const { to, word } = await told();
  expect(await answer({ to, text: word })).toBe('queued');
  expect(desk.tickets()).toHaveLength(1);
  expect(desk.ticket(7102).messages[0]).toMatchObject({ text: 'ztext\n' });
  expect(await plans()).toEqual([]);
  expect(lastEnd()).toMatchObject({ end: 'done', plan: 1 });
});

test('token, orders and the end of the plan are one commit', async () => {
  const { to, word } = await told();
  await desk.deliver({ from: NIC, to, text: word, verb: 'reply' });
  expect(await plans()).toMatchObject([{ confirmed: { run: 3 } }]);
  expect(desk.tickets()).toEqual([]);
  const before = desk.records.length;
  await end(OPENS);
  expect(desk.records).toHaveLength(before + 1);
  const last = desk.records.at(-1)?.changes.map(({ type }) => type);
  expect(last).toEqual(expect.arrayContaining(['ticket.created', 'robot.ended']));
  expect(await plans()).toEqual([]);
});

test('once it is confirmed the reply goes out, also to whom nothing had proven', async () => {
  const careful: RobotConfig = { ...HOST, may: ['reply', 'reply-unproven', 'create'] };
  const both = said(
    { type: 'ticket.create', queue: 'SUPPORT', subject: 'x', text: 'y' },
    { type: 'reply', text: 'It is done.' },
  );
  await give(ASKS, careful);
  expect(await end(both, careful)).toBe('planned');
  const { to, word } = asked(desk.lastTo(NIC));
  expect(desk.lastTo(NIC).text).toContain('  - answer you\n');
  await desk.deliver({ from: NIC, to, text: word, verb: 'reply' });
  const later: RobotConfig = { ...careful, may: ['reply', 'create'] };
  expect(await end(both, later)).toBe('done');
  expect(desk.lastTo(NIC).text).toContain('It is done.');
});

describe('nothing is confirmed, and nothing used up', () => {
  test.each<readonly [string, (asks: { to: string; word: string }) => Mail]>([
    ['by a word alone', () => ({ text: 'confirm' })],
    ['by a number alone', ({ word }) => ({ text: word.slice(8) })],
    ['by words around it', ({ word }) => ({ text: `Please ${word}` })],
    ['by the word in a later line', ({ word }) => ({ text: `Hello\n${word}` })],
    ['by a full stop behind it', ({ word }) => ({ text: `${word}.` })],
    ['by what somebody asks', () => ({ text: 'What is this?' })],
    ['by an empty mail', () => ({ text: '' })],
    ['by a quote of our mail', ({ word }) => ({ text: `> reply\n>\n>     ${word}` })],
    [
      'by a quote below a greeting',
      ({ word }) => ({ text: `On Friday the desk wrote:\n>     ${word}\n\nBest\nNic` }),
    ],
    ['by the word in the subject', ({ word }) => ({ subject: word, text: 'Hello' })],
    ['by somebody else', ({ word }) => ({ from: EVE, text: word })],
    ['by one of the staff', ({ word }) => ({ from: KIM, text: word })],
    [
      'by an out-of-office that says so',
      ({ word }) => ({ text: word, more: 'Auto-Submitted: auto-replied\n' }),
    ],
    [
      'by an out-of-office that does not',
      ({ word }) => ({ subject: 'Automatic reply: please confirm (host)', text: word }),
    ],
    ['by one in German', ({ word }) => ({ subject: 'Abwesend bis 24.12.', text: word })],
    ['by a mark of a machine', ({ word }) => ({ text: word, more: 'Precedence: bulk\n' })],
    ['by a list', ({ word }) => ({ text: word, more: 'List-Id: <a.example>\n' })],
    ['by a mail with a null sender', ({ word }) => ({ sender: '', text: word })],
    ['by spam', ({ word }) => ({ text: word, above: 'X-Spam-Flag: YES\n', queueId: 'A9' })],
    ['at a guessed address', ({ to, word }) => ({ to: guessed(to), text: word })],
    ['at the queue', ({ word }) => ({ to: 'new', text: word })],
  ])('%s', async (_, mailOf) => {
    const asks = await told();
    expect(await answer({ to: asks.to, ...mailOf(asks) })).not.toBe('queued');
    expect(changes().filter(({ type }) => type === 'ticket.created').length).toBe(
      desk.tickets().length,
    );
    expect(changes().some((change) => change.type === 'robot.ended' && change.plan === 1)).toBe(
      false,
    );
    expect(await plans()).toMatchObject([{ doubts: [], confirmed: null }]);
    await answer({ to: asks.to, text: asks.word });
    expect(await plans()).toEqual([]);
    expect(lastEnd()).toMatchObject({ end: 'done', plan: 1 });
  });
});

function guessed(to: string): string {
  return to.replace(
    /-([a-z2-7])([a-z2-7]{15})@/,
    (_, one, rest) => `-${one === 'a' ? 'b' : 'a'}${rest}@`,
  );
}

test('what a person writes there instead is held, and somebody is told', async () => {
  const { to } = await told();
  expect(await answer({ to, text: 'What is this?' })).toBe('held');
  expect(desk.held()[0]?.reason.check).toBe('not-confirmed');
});

test('the word in capitals, and what stands below the first line, do no harm', async () => {
  const { to, word } = await told();
  const quote = '\n\nThanks, Nic\n\nOn Friday the desk wrote:\n> Nothing was done yet.\n';
  expect(await answer({ to, text: `${word.toUpperCase()}${quote}` })).toBe('queued');
  expect(desk.tickets()).toHaveLength(1);
});

test('a mail of HTML alone confirms by its first line', async () => {
  const { to, word } = await told();
  const more = 'MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n';
  const quote = '<blockquote type="cite"><div>confirm 0000</div></blockquote>';
  const text = `<html><body><div>${word}</div><br>${quote}</body></html>`;
  expect(await answer({ to, more, text })).toBe('queued');
  expect(desk.tickets()).toHaveLength(1);
});

test('a mail of HTML that quotes ours confirms nothing', async () => {
  const { to, word } = await told();
  const more = 'MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n';
  const text = `<html><body><blockquote type="cite"><div>${word}</div></blockquote></body></html>`;
  expect(await answer({ to, more, text })).toBe('held');
  expect(desk.tickets()).toEqual([]);
});

test('three wrong numbers end it, and each is told', async () => {
  const { to, word } = await told();
  for (const left of ['2 more tries are', 'one more try is']) {
    expect(await answer({ to, text: wrongOf(word) })).toBe('answered');
    expect(desk.lastTo(NIC).text).toContain(left);
  }
  await answer({ to, text: wrongOf(word) });
  expect(desk.lastTo(NIC).text).toContain('cannot be confirmed any more');
  expect(await plans()).toEqual([]);
  expect(await answer({ to, text: word })).not.toBe('queued');
  expect(desk.tickets()).toEqual([]);
});

test('two wrong numbers at once count as two', async () => {
  const { to, word } = await told();
  const wrong: Mail = { from: NIC, to, text: wrongOf(word), verb: 'reply' };
  await desk.deliverWhile(wrong, () => desk.deliver({ ...wrong, text: `${wrongOf(word)}\n\nNic` }));
  const counted = (await plans())[0]?.doubts.length ?? 3;
  expect(counted).toBe(changes().filter(({ type }) => type === 'robot.doubted').length);
  expect(counted).toBeGreaterThan(1);
});

test('it lasts a day', async () => {
  const { to, word } = await told();
  desk.wait(DAY - 60_000);
  expect((await plans())[0]?.confirmed).toBe(null);
  desk.wait(120_000);
  expect(await answer({ to, text: word })).toBe('answered');
  expect(desk.lastTo(NIC).text).toContain('can be confirmed\nno longer');
  expect(desk.tickets()).toEqual([]);
});

test('it is good once: a second mail, and a doubled one, do nothing more', async () => {
  const { to, word } = await told();
  await answer({ to, text: word, id: '<once@ferrier.example>' });
  expect(await answer({ to, text: word, id: '<once@ferrier.example>' })).toBe('duplicate');
  expect(await answer({ to, text: `${word}\n` })).not.toBe('queued');
  expect(desk.tickets()).toHaveLength(1);
});

test('two confirmations at once are carried out once', async () => {
  const { to, word } = await told();
  const mail: Mail = { from: NIC, to, text: word, verb: 'reply' };
  await desk.deliverWhile(mail, () => desk.deliver({ ...mail, text: `${word}\n\nNic` }));
  for (const run of await waiting()) await endOf(run, OPENS);
  for (const run of await waiting()) await endOf(run, OPENS);
  expect(desk.tickets()).toHaveLength(1);
  expect(await waiting()).toEqual([]);
});

describe('another request in the same name', () => {
  const PROVEN: Mail = { ...ASKS, results: provenFrom(NIC) };

  async function toldOf(mail: Mail): Promise<ReturnType<typeof asked>> {
    await give(mail);
    expect(await end(OPENS)).toBe('planned');
    return asked(desk.lastTo(NIC));
  }

  test('that nothing proves is told beside the first, which stays as it is', async () => {
    const first = await toldOf(ASKS);
    const second = await toldOf({ ...ASKS, text: 'forged' });
    expect(await plans()).toHaveLength(2);
    await answer({ to: first.to, text: first.word });
    expect(desk.tickets()).toHaveLength(1);
    await answer({ to: second.to, text: second.word });
    expect(desk.tickets()).toHaveLength(2);
  });

  test('that nothing proves leaves what was asked with a proof', async () => {
    const first = await toldOf(PROVEN);
    await toldOf({ ...ASKS, text: 'forged' });
    await answer({ to: first.to, text: first.word });
    expect(desk.tickets()).toHaveLength(1);
  });

  test.each([
    ['with a proof', PROVEN],
    ['without one', ASKS],
  ])('takes the place of a first %s if it is proven', async (_, before) => {
    const first = await toldOf(before);
    const second = await toldOf({ ...PROVEN, text: 'another' });
    expect(await plans()).toHaveLength(1);
    await answer({ to: first.to, text: first.word });
    expect(desk.tickets()).toEqual([]);
    await answer({ to: second.to, text: second.word });
    expect(desk.tickets()).toHaveLength(1);
  });

  test('of another robot leaves it', async () => {
    const first = await toldOf(PROVEN);
    const other: RobotConfig = { ...HOST, name: 'other' };
    await give({ ...PROVEN, to: 'other', text: 'another' }, other);
    expect(await end(OPENS, other)).toBe('planned');
    await answer({ to: first.to, text: first.word });
    expect(desk.tickets()).toHaveLength(1);
  });
});

test('a plan whose time is over is swept by the next one', async () => {
  await told();
  desk.wait(2 * DAY);
  await give({ ...ASKS, from: EVE });
  await end(OPENS);
  expect(await plans()).toMatchObject([{ answerTo: { address: EVE } }]);
  expect(changes()).toContainEqual(
    expect.objectContaining({ type: 'robot.lapsed', run: 1, why: 'expired' }),
  );
});

describe('what it would change is looked at again', () => {
  const staff: RobotConfig = { ...HOST, from: 'anybody' };
  const closes = said({ type: 'ticket.status', status: 'resolved' }, { type: 'reply', text: 'x' });

  async function toldOfTicket(): Promise<ReturnType<typeof asked>> {
    await desk.deliver({ from: NIC });
    const ack = /^Message-ID: (.*)$/im.exec(desk.lastTo(NIC).content)?.[1] ?? '';
    await give({ ...ASKS, answers: ack }, staff);
    expect(await end(closes, staff)).toBe('planned');
    expect(desk.lastTo(NIC).text).toContain('  - set SUPPORT-7102 to resolved\n');
    return asked(desk.lastTo(NIC));
  }

  test('and done if it is as it was', async () => {
    const { to, word } = await toldOfTicket();
    await answer({ to, text: word }, closes);
    expect(desk.ticket(7102).status).toBe('resolved');
  });

  test('and refused if the ticket has changed since', async () => {
    const { to, word } = await toldOfTicket();
    await desk.order(7102, 'status open');
    await answer({ to, text: word }, closes);
    expect(desk.ticket(7102).status).toBe('open');
    expect(desk.lastTo(NIC).text).toContain('SUPPORT-7102 has changed since');
    expect(lastEnd()).toMatchObject({ end: 'refused', plan: expect.any(Number) });
    expect(await plans()).toEqual([]);
  });
});

describe('a merge that was told looks again at both tickets', () => {
  const merger: RobotConfig = { ...HOST, from: 'staff', may: ['reply', 'command'] };
  const merges = said({ type: 'ticket.command', ticket: '7102', command: 'merge 7103' });

  async function toldOfMerge() {
    await desk.deliver({ from: NIC, subject: 'one', text: 'one' });
    await desk.deliver({ from: NIC, subject: 'two', text: 'two' });
    await give({ ...ASKS, from: KIM, login: 'kim' }, merger);
    expect(await end(merges, merger)).toBe('planned');
    return asked(desk.lastTo(KIM));
  }
  async function confirm({ to, word }: ReturnType<typeof asked>): Promise<void> {
    await desk.deliver({ from: KIM, login: 'kim', to, text: word, verb: 'reply' });
    await end(merges, merger);
  }

  test('and merges them if they are as they were', async () => {
    await confirm(await toldOfMerge());
    expect(desk.ticket(7102).mergedInto).toBe('SUPPORT-7103');
  });

  test.each([7102, 7103])('and nothing is done if %s has changed', async (number) => {
    const plan = await toldOfMerge();
    await desk.order(number, 'status pending');
    await confirm(plan);
    expect(desk.ticket(7102).mergedInto).toBeNull();
    expect(desk.lastTo(KIM).text).toContain(`SUPPORT-${number} has changed since`);
  });

  test('nor if the one it goes into was merged, and what it is in now has changed', async () => {
    await desk.deliver({ from: NIC, subject: 'three', text: 'three' });
    await desk.deliver({ from: NIC, subject: 'four', text: 'four' });
    await desk.order(7103, 'merge 7102');
    await give({ ...ASKS, from: KIM, login: 'kim' }, merger);
    const closes = said({ type: 'ticket.command', ticket: '7103', command: 'close' });
    expect(await end(closes, merger)).toBe('planned');
    const { to, word } = asked(desk.lastTo(KIM));
    await desk.order(7102, 'status pending');
    await desk.deliver({ from: KIM, login: 'kim', to, text: word, verb: 'reply' });
    await end(closes, merger);
    expect(desk.ticket(7102).status).toBe('pending');
    expect(desk.lastTo(KIM).text).toContain('SUPPORT-7102 has changed since');
  });
});

describe('a plan in the words of the robot', () => {
  test('is told as it stands, and confirmed by the same word', async () => {
    const { to, word } = await told(OWN);
    expect(desk.lastTo(NIC).text).toContain('\n    Create the account nic.\n');
    expect(await plans()).toMatchObject([
      { text: 'Create the account nic.', data: '{"name":"nic"}' },
    ]);
    expect(await answer({ to, text: word }, said('It is there.'))).toBe('queued');
    expect(desk.lastTo(NIC).text).toContain('It is there.');
    expect(await plans()).toEqual([]);
  });

  test('blanks in the mail that asked, and not in the one that confirms', async () => {
    const blanks: RobotConfig = { ...HOST, may: [...HOST.may, 'blank'] };
    await give(ASKS, blanks);
    await end(OWN, blanks);
    const { to, word } = asked(desk.lastTo(NIC));
    await desk.deliver({ from: NIC, to, text: word, verb: 'reply' });
    await end(said({ type: 'blank', words: ['zwords'] }), blanks);
    const rawAt = async (raw: string): Promise<string> =>
      (await allOf(await desk.during(({ store }) => store.rawMail(raw)))).toString();
    const [request, confirms] = changes().flatMap((change) =>
      change.type === 'robot.queued' ? change.raw : [],
    );
    expect(await rawAt(request ?? '')).not.toContain('zwords');
    expect(await rawAt(confirms ?? '')).toContain(word);
  });

  test('is run again, and kept, while that fails', async () => {
    const { to, word } = await told(OWN);
    const again: Became = { type: 'again', tries: 1, next: desk.now, why: 'it ended with 75' };
    await answer({ to, text: word }, again);
    expect(await waiting()).toMatchObject([{ confirms: 1, tries: 1 }]);
    desk.wait(2 * DAY);
    await end(said('It is there.'));
    expect(desk.lastTo(NIC).text).toContain('It is there.');
  });

  test('is kept while it is held, so that it can be tried once more', async () => {
    const { to, word } = await told(OWN);
    await answer({ to, text: word }, { type: 'held', why: 'it ended with 1', said: 'no room' });
    expect(desk.held()).toHaveLength(1);
    expect(await plans()).toMatchObject([{ confirmed: { run: expect.any(Number) } }]);
    expect(await answer({ to, text: word })).not.toBe('queued');
  });

  test.each<readonly [string, object | string]>([
    ['with nothing to say', { type: 'plan', text: ' ' }],
    ['that is too long', { type: 'plan', text: 'x'.repeat(2001) }],
    ['of too many lines', { type: 'plan', text: 'x\n'.repeat(41) }],
    ['with a control character', { type: 'plan', text: 'a\u001b[2J' }],
    ['with too much data', { type: 'plan', text: 'x', data: 'x'.repeat(20_000) }],
    ['with a key of its own', { type: 'plan', text: 'x', by: 'kim' }],
    ['beside an order', '{"type": "plan", "text": "x"}\n{"type": "reply", "text": "y"}'],
  ])('%s is no plan, and a person is told', async (_, output) => {
    await give();
    expect(await end(said(output))).toBe('held');
    expect(desk.letters.filter(({ to }) => to === NIC)).toEqual([]);
  });
});

test('a reply alone goes out at once: there is nothing to confirm', async () => {
  await give();
  expect(await end(said('I know one word: create.'))).toBe('done');
  expect(desk.lastTo(NIC).text).toContain('I know one word: create.');
  expect(await plans()).toEqual([]);
});

describe('a login says who sends a mail, and not that its From is theirs', () => {
  test.each([
    ['a stranger', NIC],
    ['another of the staff', BOB],
  ])('in the name of %s it plans nothing', async (_, from) => {
    const came = await give({ ...ASKS, from, login: 'kim' });
    expect(came.end).toBe('held');
    expect(await waiting()).toEqual([]);
    expect(desk.letters).toEqual([]);
    expect(changes().at(-1)).toMatchObject({
      mail: { reason: { check: 'not-for-robot', evidence: expect.stringContaining(from) } },
    });
  });

  test('in their own name it plans, and they are told', async () => {
    await give({ ...ASKS, from: KIM, login: 'kim' });
    expect(await end(OWN)).toBe('planned');
    expect(await plans()).toMatchObject([{ from: { address: KIM }, answerTo: { address: KIM } }]);
  });
});

test('a plan that must not go out holds the mail', async () => {
  const quiet: RobotConfig = { ...HOST, may: ['reply', 'create'] };
  await give(ASKS, quiet);
  expect(await end(OPENS, quiet)).toBe('held');
  expect(desk.to(NIC)).toEqual([]);
  expect(desk.held()[0]?.reason.evidence).toContain('could not be told (claimed');
});

test('no plan waits with a secret in it', async () => {
  await give();
  const secret = { type: 'reply', text: 'It is k7Qm-x2Ta.', secrets: ['k7Qm-x2Ta'] };
  const opens = { type: 'ticket.create', queue: 'SUPPORT', subject: 'x', text: 'y' };
  expect(await end(said(opens, secret))).toBe('held');
  expect(JSON.stringify(desk.records)).not.toContain('k7Qm-x2Ta');
});

test('plans are within the caps', async () => {
  for (let n = 0; n < 30; n += 1) {
    await give({ ...ASKS, text: `please ${n}` });
    await end(OPENS);
  }
  expect(desk.to(NIC).length).toBeLessThanOrEqual(desk.config.caps.address.count);
});

describe('mails that somebody else has sent in a name', () => {
  const PASSWORD = { type: 'mail', to: NIC, subject: 'Your account', text: 'It is k7Qm-x2Ta.' };
  const done = said({ ...PASSWORD, secrets: ['k7Qm-x2Ta'] });

  test('keep from nobody what a robot has done for them once they have confirmed it', async () => {
    for (let n = 1; n < desk.config.caps.address.count; n += 1) {
      await give({ ...ASKS, text: `forged ${n}` });
      expect(await end(OWN)).toBe('planned');
    }
    const { to, word } = await told(OWN);
    expect(await answer({ to, text: word }, done)).toBe('queued');
    expect(lastEnd()).toMatchObject({ end: 'done' });
    expect(desk.lastTo(NIC)).toMatchObject({ subject: 'Your account' });
  });

  test('nor do the answers of another robot', async () => {
    const open: RobotConfig = { ...HOST, name: 'open', confirm: false };
    const { to, word } = await told(OWN);
    for (let n = 0; n < desk.config.caps.address.count + 1; n += 1) {
      await desk.deliver({ ...ASKS, to: 'open', text: `forged ${n}`, verb: 'run' }, open);
      expect(await end(said({ type: 'reply', text: 'Hello' }), open)).toBe('done');
    }
    expect(lastEnd()).toMatchObject({ silence: { check: 'cap-address' } });
    expect(await answer({ to, text: word }, done)).toBe('queued');
    expect(lastEnd()).not.toHaveProperty('silence');
    expect(desk.lastTo(NIC)).toMatchObject({ subject: 'Your account' });
  });

  test('however many, keep from nobody a plan that they have asked for with a proof', async () => {
    for (let n = 0; n <= desk.config.caps.address.count; n += 1) {
      await give({ ...ASKS, text: `forged ${n}` });
      await end(OWN);
    }
    expect(lastEnd()).toMatchObject({ end: 'held' });
    await give({ ...ASKS, results: provenFrom(NIC) });
    expect(await end(OWN)).toBe('planned');
    const { to, word } = asked(desk.lastTo(NIC));
    expect(await answer({ to, text: word }, done)).toBe('queued');
  });

  test('and beyond the cap no plan is made: a person looks at the mail', async () => {
    for (let n = 0; n < desk.config.caps.address.count; n += 1) {
      await give({ ...ASKS, text: `forged ${n}` });
      expect(await end(OWN)).toBe('planned');
    }
    await give();
    expect(await end(OWN)).toBe('held');
    expect(desk.held()[0]?.reason.evidence).toContain('could not be told (cap-address');
  });
});

test('of a person who is erased no plan stays', async () => {
  await told();
  await desk.erase(ofPerson(NIC));
  expect(await plans()).toEqual([]);
  expect(JSON.stringify(desk.records)).not.toMatch(/ferrier|zsubject|zorder|ztext/i);
});
