/** Commands by mail that ask the whole store, and those that decide of held mail. */
import { beforeEach, describe, expect, test } from 'vitest';
import { BOB, EVE, KAY, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { HTML, type Mail, provenFrom, signedBy } from '../kit/mail.ts';

let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'I forgot my password.' });
  await desk.deliver({ from: KAY, subject: 'Printer', text: 'It burns.' });
});
const control = (text: string, more: Mail = {}) =>
  desk.deliver({ from: BOB, to: 'control', login: 'bob', subject: 'today', ...more, text });
async function said(text: string, more: Mail = {}): Promise<string> {
  const { letters } = await control(text, more);
  return letters.find(({ subject }) => subject === 'RE: today')?.text ?? '';
}
const strange = (from = EVE) => desk.deliver({ from, to: 'support-7102', text: 'Let me in.' });
const ids = () => desk.held().map(({ id }) => id);

test.each([
  ['search password', ['SUPPORT-7102']],
  ['Search: FORGOT "my password"', ['SUPPORT-7102']],
  ['search kay@ferrier.example', ['SUPPORT-7103']],
  ['search burns password', []],
])('%j', async (line, found) => {
  const text = await said(line);
  expect(['SUPPORT-7102', 'SUPPORT-7103'].filter((id) => text.includes(id))).toEqual(found);
  if (found.length === 0) expect(text).toContain('No ticket has "burns" and "password".');
});

test('a search shows the lines that its words are in, as in the terminal', async () => {
  await desk.deliver({ to: 'support-7102', text: 'Hello,\nthe kettle whistles.\nBye' });
  expect(await said('search kettle')).toMatch(
    /\nSUPPORT-7102 .*\n {2}#\d+ {2}the kettle whistles\.\n/,
  );
});

test('the subject may be one, and a signature below it is none', async () => {
  const { letters } = await control('', { subject: 'search burns' });
  expect(letters[0]?.text).toContain('SUPPORT-7103');
  expect(await said('stats\n\nStats and more\nBob Builder')).toMatch(/Processed\.\n$/);
});

test('stats says how the desk does, as in the terminal', async () => {
  await desk.order(7103, 'close');
  const text = await said('stats');
  expect(text).toMatch(/OPEN IN +ALL.*\nSUPPORT +1 /);
  expect(text).toMatch(/2026-11-20 +2 +0 +1/);
});

test('held lists what waits; release and discard decide of it, in their order', async () => {
  await strange();
  await strange(KIM);
  const [first = 0, second = 0] = ids();
  expect(await said(`held\nrelease ${first}\ndiscard #${second}\nheld`)).toMatch(
    new RegExp(
      `${first} .*stranger.*\n${second} .*unproven-staff.*${first} was let in.*${second} was discarded.*No mail is held\\.`,
      's',
    ),
  );
  expect(ids()).toEqual([]);
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({
    text: 'Let me in.\n',
    trust: 'claimed',
  });
});

test('several are named in one line; what is gone is said', async () => {
  await strange();
  await strange(KAY);
  const [first = 0, second = 0] = ids();
  const text = await said(`discard ${first}, ${second} and 99999\nrelease ${first}`);
  expect(ids()).toEqual([]);
  expect(text.match(/somebody has dealt with it/g)).toHaveLength(2);
});

test.each(['release', 'discard all', 'release 7102x', 'release #', 'search', 'search ""'])(
  '%j says what it needs, and does nothing',
  async (line) => {
    await strange();
    expect(await said(line)).toMatch(/It needs (the number|words).*Processed \(1 error\)/s);
    expect(ids()).toHaveLength(1);
  },
);

describe('without the proof that commands take, nothing is done and nothing is said', () => {
  test.each<readonly [string, Mail]>([
    ['a name of the staff', { login: '' }],
    ['a stranger', { from: EVE, login: '' }],
    ['a customer who is proven', { from: NIC, login: '', results: provenFrom(NIC) }],
    ['HTML alone', { more: HTML }],
    ['a mail that cannot be read whole', { more: 'Content-Transfer-Encoding: x-unknown\n' }],
    ['an automatic mail', { more: 'Auto-Submitted: auto-replied\n' }],
  ])('%s', async (_, more) => {
    await strange();
    const { letters } = await control(`held\nsearch password\nstats\nrelease ${ids()[0]}`, more);
    expect(ids()).toHaveLength(1);
    for (const { text } of letters) expect(text).not.toMatch(/SUPPORT-7102|Let me in|OPEN IN/);
  });
});

test('in doubt they wait for the word of their author, and are carried out then', async () => {
  await strange();
  const [id = 0] = ids();
  await control(`discard ${id}\nstats`, { login: '', results: signedBy(BOB) });
  expect(ids()).toHaveLength(2);
  await desk.deliver({ from: BOB, to: desk.lastTo(BOB).replyTo, text: 'send' });
  expect(ids()).toEqual([]);
  expect(
    desk
      .to(BOB)
      .map(({ text }) => text)
      .join('\n'),
  ).toMatch(/was discarded.*OPEN IN/s);
});

test('behind the line where the commands stop, nothing is done', async () => {
  await strange();
  await control(`${'who knows\n'.repeat(5)}discard ${ids()[0]}`);
  await control(`close 7103\n-- \ndiscard ${ids()[0]}`);
  await control(`close 7103\n\n> discard ${ids()[0]}`);
  expect(ids()).toHaveLength(1);
});

test('a mail searches three times at most', async () => {
  const text = await said('search a\nsearch b\nsearch c\nsearch password');
  expect(text).toContain('send this in another one');
});

test('what a mail has let in is seen by the commands below it', async () => {
  await desk.deliver({ from: EVE, above: 'X-Spam-Flag: YES\n', subject: 'Spam?' });
  await said(`release ${ids()[0]}\nassign 7104 bob`);
  expect(desk.ticket(7104)).toMatchObject({ subject: 'Spam?', assignee: 'bob' });
});

test('two who decide at once: the second is told', async () => {
  await strange();
  const [id = 0] = ids();
  const came = await desk.deliverWhile(
    { from: BOB, to: 'control', login: 'bob', subject: 'today', text: `discard ${id}\nclose 7103` },
    () => desk.order(7103, 'assign kim'),
  );
  const transcript = came.letters.find(({ subject }) => subject === 'RE: today');
  expect(transcript?.text).toMatch(/was discarded.*SUPPORT-7103 is resolved/s);
});
