/** Who of the staff says that they are away: what is understood, and who gets their mail. */
import { beforeEach, describe, expect, test } from 'vitest';
import { readUntil } from '../../src/desk/away.ts';
import { notifyStaff } from '../../src/jobs/notify.ts';
import { ANN, BOB, EVE, KIM, NIC, STAFF } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Mail } from '../kit/mail.ts';

const DAY_MS = 86_400_000;
let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'I forgot my password.' });
});
/** 2026-11-20 is a Friday. */
const control = (text: string, by = 'bob', more: Mail = {}) =>
  desk.deliver({ from: `${by}@support-ticket.example`, to: 'control', login: by, ...more, text });
async function said(text: string, by = 'bob'): Promise<string> {
  const { letters } = await control(text, by);
  return letters.find(({ text: one }) => one.startsWith('>'))?.text ?? '';
}
const writes = async (more: Mail = {}) => {
  const { letters } = await desk.deliver({ to: 'support-7102', text: 'Are you there?', ...more });
  return letters.filter(({ to }) => to !== NIC).map(({ to, text }) => [to, text.split('\n')[0]]);
};

test.each([
  ['until 2026-12-24', '2026-12-24'],
  ['2026-12-24', '2026-12-24'],
  ['until 2026-11-20', '2026-11-20'],
  ['until Sunday', '2026-11-22'],
  ['till monday.', '2026-11-23'],
  ['bis Donnerstag', '2026-11-26'],
  ['until friday', '2026-11-27'],
  ['', null],
])('away %j', (words, until) => {
  expect(readUntil(words, new Date('2026-11-20T10:00:00Z'))).toEqual({ until });
});

test.each([
  'until',
  'until 2026-11-19',
  'until 2026-02-30',
  'until 24.12.',
  'until 2028-01-01',
  'soon',
  'until friday or so',
])('away %j is not guessed at', async (words) => {
  expect(await said(`away ${words}`)).toContain('Processed (1 error).');
  await desk.order(7102, 'assign bob');
  expect(await writes()).toEqual([[BOB, expect.anything()]]);
});

test('what was understood is said back, and who gets the mail', async () => {
  const text = await said('away until 2026-12-24');
  expect(text).toContain('You are away until the end of Thursday, 2026-12-24 (UTC).');
  expect(text).toContain('Your mail of SUPPORT goes to kim. "back" ends it.');
});

describe('a ticket of who is away', () => {
  beforeEach(() => desk.order(7102, 'assign bob', 'kim'));

  test('is told to the others of the queue, with the reason; not to who wants no mail', async () => {
    await control('away until sunday');
    expect(await writes()).toEqual([[KIM, 'bob is away until 2026-11-22, so this comes to you.']]);
  });

  test('is answered by one of them as any other', async () => {
    await control('away');
    await writes();
    const { replyTo } = desk.lastTo(KIM);
    await desk.deliver({ from: KIM, to: replyTo, text: 'Dear Nic, I am here.' });
    expect(desk.lastTo(NIC).text).toBe('Dear Nic, I am here.\n');
  });

  test('is theirs again after that day, or when they are back, which is shown what is theirs', async () => {
    await control('away until sunday');
    desk.wait(3 * DAY_MS);
    expect(await writes()).toEqual([[BOB, expect.anything()]]);
    await control('away');
    expect(await said('back')).toMatch(/You are back.*SUPPORT-7102 /s);
    expect(await writes()).toEqual([[BOB, expect.anything()]]);
    expect(await said('back')).toContain('Nothing to be done: you are not away.');
  });

  test('comes to them as before if nobody else is there', async () => {
    await control('away', 'kim');
    expect(await said('away')).toContain('Nobody else gets mail of SUPPORT');
    expect(await writes()).toEqual([[BOB, expect.stringContaining('nic@')]]);
  });

  test('is told to nobody twice', async () => {
    await control('watch 7102', 'kim');
    await control('away');
    expect(await writes()).toEqual([[KIM, expect.anything()]]);
  });

  test('a note for them alone is told to the others, but not to its author', async () => {
    desk.configure({ staff: [...STAFF.slice(0, 2), { name: 'ann', addresses: [ANN] }] });
    await control('away');
    await control('note 7102 Bob, what do you think?', 'kim');
    expect(desk.lastTo(ANN).text).toMatch(/^bob is away, so this comes to you\.\n/);
    expect(desk.to(BOB).at(-1)?.text).not.toContain('what do you think');
  });
});

test('mail that others get anyway goes to them alone', async () => {
  desk.configure({ staff: [STAFF[0], { name: 'ann', addresses: [ANN] }] });
  await control('away');
  const { letters } = await desk.deliver({ text: 'A new one' });
  expect(letters.map(({ to }) => to)).toEqual([NIC, ANN]);
});

test('who gives them a ticket is told', async () => {
  await control('away until 2026-12-24');
  expect(await said('assign 7102 bob', 'kim')).toContain(
    "SUPPORT-7102 is bob's. bob is away until 2026-12-24.",
  );
});

test('their automatic reply tells nobody once more', async () => {
  await desk.order(7102, 'assign bob');
  const { replyTo } = (await desk.deliver({ to: 'support-7102' })).letters[0] ?? {};
  await control('away');
  await writes();
  const sent = desk.letters.length;
  await desk.deliver({ from: BOB, to: replyTo ?? '', more: 'Auto-Submitted: auto-replied\n' });
  expect(desk.letters.slice(sent)).toEqual([]);
});

test('notices of held mail go to the others as well', async () => {
  await control('away');
  await desk.deliver({ from: EVE, to: 'support-7102' });
  desk.wait(DAY_MS);
  const before = desk.letters.length;
  await desk.during((context) => notifyStaff({ ...context, now: () => desk.now }));
  expect(desk.letters.slice(before).map(({ to }) => to)).toEqual([KIM]);
});

test('nobody else says it for them, and nothing unproven', async () => {
  await control('away', 'bob', { login: '' });
  await desk.deliver({ from: EVE, to: 'control', text: 'away' });
  await desk.order(7102, 'assign bob');
  expect(await writes()).toEqual([[BOB, expect.anything()]]);
});

test.each([
  ['as it stands', (told: string) => told],
  ['wrapped anew', (told: string) => told.replace(/(.{30}\S*) /g, '$1\n')],
  ['in one line', (told: string) => told.replace(/\n+/g, ' ')],
])('what a notification says of it stays inside, copied without a mark %s', async (_, copied) => {
  await desk.order(7102, 'assign bob', 'kim');
  await control('away until 2026-12-24');
  await writes();
  const told = desk.lastTo(KIM);
  expect(told.text).toContain('bob is away until 2026-12-24, so this comes to you.');
  const sent = desk.to(NIC).length;
  const text = `Dear Nic, it works.\n\n${copied(told.text)}`;
  await desk.deliver({ from: KIM, to: told.replyTo, answers: told.id, text });
  const [got] = desk.to(NIC).slice(sent);
  expect(got?.text ?? 'it came back').not.toMatch(/is away|comes to|so this/);
});

describe('mail to control that says it, with such a subject', () => {
  const subjects = ['Out of office', 'Urlaub bis Freitag', 'On vacation', 'Automatic reply: away'];

  test.each(subjects)('"%s": carried out with a login, and answered', async (subject) => {
    const { end, letters } = await control('away until friday', 'bob', { subject });
    expect(end).toBe('answered');
    expect(letters).toMatchObject([{ to: BOB }]);
    expect(letters[0]?.text).toContain('You are away until the end of Friday, 2026-11-27 (UTC).');
  });

  test.each([
    ['without a login', { login: '', results: 'dmarc=pass header.from=support-ticket.example' }],
    ['with another mark', { more: 'X-Auto-Response-Suppress: All\n' }],
  ])('is held %s: a program may have written it', async (_, how) => {
    const { end } = await control('away until friday', 'bob', { subject: 'Out of office', ...how });
    expect(end).toBe('held');
  });

  test('of a program that answers each answer of ours: it is held', async () => {
    let letter = (await control('list', 'bob')).letters[0];
    let rounds = 0;
    while (letter !== undefined && rounds < 50) {
      rounds += 1;
      const answer = { answers: letter.id, subject: 'Out of office until Friday' };
      [letter] = (await control('I am away.', 'bob', answer)).letters;
    }
    expect(rounds).toBe(1);
  });
});
