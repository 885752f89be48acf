/** Mails of commands: what they do, what the transcript says, and who may order what. */
import { beforeEach, describe, expect, test } from 'vitest';
import { ANSWER_FIELDS, COMMANDS } from '../../src/desk/grammar.ts';
import { BOB, DOMAIN, EVE, KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { HTML, type Mail, MIXED, parts, provenFrom, signedBy } from '../kit/mail.ts';

let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'Hello' });
});

const control = (text: string, more: Mail = {}) =>
  desk.deliver({ from: BOB, to: 'control', login: 'bob', subject: 'today', ...more, text });
/** The transcript of these commands. */
async function said(text: string, more: Mail = {}): Promise<string> {
  const { letters } = await control(text, more);
  return letters.find(({ subject }) => subject === 'RE: today')?.text ?? '';
}

test('the answer is a transcript: each line, what came of it, and how many were wrong', async () => {
  await desk.deliver({ from: KAY, subject: 'Printer', text: 'Hello again' });
  const came = await control(
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
  );
  expect(came.end).toBe('answered');
  const answer = desk.lastTo(BOB);
  expect(answer.field('From')).toBe(`Support <control@${DOMAIN}>`);
  expect(answer.subject).toBe('RE: today');
  expect(answer.text).toMatchInlineSnapshot(`
    "> assign 7102 bob
    SUPPORT-7102 is bob's.

    > tag 7102 +login
    SUPPORT-7102 has the tags login.

    > retitle 7103 Printer on fire
    SUPPORT-7103 is called "Printer on fire".

    > priority 7103 urgent
    SUPPORT-7103 has the priority urgent.

    > merge 7103 7102 together
    SUPPORT-7103 is part of SUPPORT-7102 now: its people get the answers given there.

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
  expect(desk.ticket(7102)).toMatchObject({
    ...{ status: 'resolved', assignee: 'bob', tags: ['login'] },
  });
  expect(desk.ticket(7103)).toMatchObject({ mergedInto: 'SUPPORT-7102', priority: 'urgent' });
});

describe('each command sees what those before it have done', () => {
  beforeEach(async () => {
    await desk.deliver({ from: KAY, text: 'second' });
    await desk.deliver({ from: KAY, text: 'third' });
  });

  test('a message that is split off is a ticket that the next line may name', async () => {
    await desk.deliver({ to: 'support-7102', text: 'And another thing.' });
    await said('split 7102 3\nassign 7105 bob\nclose 7105\nshow 7105\nsplit 7105 1');
    expect(desk.ticket(7105)).toMatchObject({ status: 'resolved', assignee: 'bob' });
    expect(desk.lastTo(BOB).text).toContain('SUPPORT-7105 is resolved.');
    expect(desk.lastTo(BOB).text).toContain('And another thing.');
    expect(desk.lastTo(BOB).text).toContain('Processed (1 error).');
  });

  test('two that are split off in one mail have two numbers', async () => {
    await desk.deliver({ to: 'support-7102', text: 'b' });
    await desk.deliver({ to: 'support-7102', text: 'c' });
    await said('split 7102 3\nsplit 7102 4\nmerge 7106 7105\nlist');
    expect(desk.ticket(7105).messages[0]).toMatchObject({ text: 'b\n' });
    expect(desk.ticket(7106)).toMatchObject({ mergedInto: 'SUPPORT-7105' });
  });

  test('what is merged into a ticket that is merged then goes along', async () => {
    await said('merge 7104 7103 together\nmerge 7103 7102 together\nclose 7104\nclose 7102');
    expect(desk.ticket(7103)).toMatchObject({ mergedInto: 'SUPPORT-7102' });
    expect(desk.lastTo(BOB).text).toContain('SUPPORT-7104 is part of SUPPORT-7103: name that one');
    expect(desk.ticket(7102).participants).toMatchObject([{ address: KAY }]);
    await said('merge 7102 7104 together');
    expect(desk.lastTo(BOB).text).toContain('cannot be merged into itself');
  });

  test('a list has no ticket that was closed, and one that was opened or split off', async () => {
    expect(await said('close 7103\nlist')).not.toContain('SUPPORT-7103  ');
    const listed = await said('reopen 7103\nclose 7104\nlist open\nlist all');
    const [open = '', all = ''] = listed.split('> list').slice(1);
    expect(open).not.toContain('SUPPORT-7104');
    expect(all).toContain('SUPPORT-7104');
  });

  test('who is blocked and unblocked is not blocked, and the transcript says both', async () => {
    const transcript = await said('block 7102\nblock 7102\nunblock 7102\nunblock 7102');
    expect(desk.blocked()).toEqual([]);
    expect(transcript.match(/Nothing to be done/g)).toHaveLength(2);
  });
});

test('nothing is carried out at a quote, below the end, or in a text that is attached', async () => {
  const long = 'A long line, which a mail client wraps when it is quoted, and its rest is';
  const text = `tag 7102 +first\n\n> ${long}\nclose 7102\nquit\nwho knows\n> more\n\ntag 7102 +last`;
  const transcript = await said(text);
  expect(desk.ticket(7102)).toMatchObject({ status: 'new', tags: ['first', 'last'] });
  expect(transcript).toContain(
    'It stands directly at a quote, and was not carried out: leave an empty line between.',
  );
  expect(transcript).not.toContain('who knows');
  const inline =
    'Content-Type: text/plain; name=customer.txt\nContent-Disposition: inline; filename=customer.txt';
  await said(parts(['Content-Type: text/plain', 'tag 7102 +seen'], [inline, 'close 7102']), {
    more: MIXED,
  });
  expect(desk.ticket(7102)).toMatchObject({ status: 'new', tags: ['first', 'last', 'seen'] });
  expect(await said('<p>close 7102</p>', { more: HTML })).toContain('in plain text alone');
  const garbled = { more: 'MIME-Version: 1.0\nContent-Transfer-Encoding: x-unknown\n' };
  expect(await said('close 7102', garbled)).toContain('in a mail that can be read whole');
  expect(desk.ticket(7102)).toMatchObject({ status: 'new' });
});

test('a mail of commands ends after five that are none, and after a hundred', async () => {
  const five = await said(`${'who knows\n'.repeat(9)}close 7102`);
  expect(five).toMatch(/Stopped after 5 lines.*Processed \(5 errors\)\.\n$/s);
  const hundred = await said(`${'tag 7102 +x\n'.repeat(10_000)}close 7102`);
  expect(hundred).toContain('Stopped after 100 commands');
  expect(desk.ticket(7102)).toMatchObject({ status: 'new', tags: ['x'] });
  expect(await said('')).toBe('There was no command. "help" explains them.\n');
  const help = await said('help');
  expect(help).toContain('merge TICKET INTO');
  expect(help).toContain('|snoozed|');
  expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(78);
  // What stands at the top of an answer, also what is said of that answer itself.
  for (const { field } of [...COMMANDS, ...ANSWER_FIELDS]) {
    if (field !== undefined) expect(help).toContain(` ${field}:`);
  }
});

describe('who may order what', () => {
  test('a stranger is told how the desk works, and nothing that they wrote is sent to anybody', async () => {
    const { letters } = await control('close 9999 Dear victim, visit http://evil.example', {
      ...{ from: 'victim@bank.example', login: '' },
    });
    expect(letters.map(({ to }) => to)).toEqual(['victim@bank.example']);
    expect(letters[0]?.text).not.toContain('evil');
  });

  test('a name of the staff without a proof orders nothing, and is told what it takes', async () => {
    await control('close 7102', { login: '' });
    expect(desk.ticket(7102)).toMatchObject({ status: 'new' });
    expect(desk.lastTo(BOB).text).toMatch(/^To ask for something, write to\nnew@/);
    expect(desk.lastTo(BOB).text).toContain('commands of our staff need a login');
  });

  test('whoever is known by a login is answered at their own address, whatever the From says', async () => {
    const { letters } = await control('close 7102', { from: EVE });
    expect(letters.map(({ to }) => to)).toEqual([BOB]);
  });

  test('a stranger is answered as often as the caps say, and no address that comes back', async () => {
    const from = 'victim@bank.example';
    for (let n = 0; n < 7; n += 1) await control('close 7102', { from, login: '' });
    expect(desk.to(from)).toHaveLength(5);
    const forged = { results: 'dmarc=fail header.from=other.example' };
    const came = await control('close 7102', { from: 'x@other.example', login: '', ...forged });
    expect(came).toMatchObject({ end: 'recorded', letters: [] });
  });

  test('a From that our MTA has verified is good for all of them', async () => {
    await control('close 7102', { login: '', results: provenFrom(BOB) });
    expect(desk.ticket(7102)).toMatchObject({ status: 'resolved' });
  });

  test('what may be a copy waits for the word of its author', async () => {
    const came = await control('close 7102', { login: '', results: signedBy(BOB) });
    expect(came.end).toBe('held');
    expect(desk.ticket(7102)).toMatchObject({ status: 'new' });
    expect(came.letters[0]?.text).toContain('    send\n');
    const { replyTo } = came.letters[0] ?? { replyTo: '' };
    await desk.deliver({ from: BOB, to: replyTo, text: 'send' });
    expect(desk.ticket(7102)).toMatchObject({ status: 'resolved' });
  });

  test('a customer who is proven closes and opens what is theirs, and no more', async () => {
    const own = { from: NIC, login: '', results: provenFrom(NIC) };
    const transcript = await said('close 7102\nassign 7102 bob\nshow 7102\nlist\nhelp', own);
    expect(desk.ticket(7102)).toMatchObject({ status: 'resolved', assignee: null });
    expect(transcript.match(/only one of the staff may do that/gi)).toHaveLength(3);
    expect(transcript).toContain('of a ticket that is yours');
    await said('reopen 7102', own);
    expect(desk.ticket(7102)).toMatchObject({ status: 'open' });
    await said('done 7102', own);
    expect(desk.ticket(7102)).toMatchObject({ status: 'resolved' });
    await said('reopen 7102', own);
    await said('close 7102', { ...own, from: EVE, results: provenFrom(EVE) });
    expect(desk.ticket(7102)).toMatchObject({ status: 'open' });
  });

  test("a customer's own close works once, and a copy of it does nothing", async () => {
    const own = { from: NIC, login: '', results: provenFrom(NIC), id: '<c@ferrier.example>' };
    await said('close 7102', own);
    await desk.deliver({ to: 'support-7102', text: 'It is back.' });
    expect(desk.ticket(7102).status).toBe('open');
    await said('close 7102', { ...own, more: 'X-More: 1\n' });
    expect(desk.ticket(7102).status).toBe('open');
  });
});

test('two machines that answer each other come to an end, and commands are carried out all the same', async () => {
  for (let n = 0; n < 35; n += 1) await control('I am away');
  expect(desk.to(BOB).length).toBeLessThanOrEqual(31);
  await control('close 7102');
  expect(desk.ticket(7102)).toMatchObject({ status: 'resolved' });
});

test('commands of the staff are carried out, however often old mails of theirs come again', async () => {
  for (let n = 0; n < 8; n += 1) await control('close 7102', { login: '', results: signedBy(BOB) });
  expect(desk.to(BOB).filter(({ text }) => text.includes('one word'))).toHaveLength(5);
  expect(desk.held()).toHaveLength(8);
  await control('close 7102');
  expect(desk.ticket(7102).status).toBe('resolved');
});

test("help is explained, to a stranger in a stranger's words, and nothing is opened", async () => {
  await desk.deliver({ to: 'help', text: 'What can you do?' });
  expect(desk.lastTo(NIC).text).toContain(`write to\nnew@${DOMAIN}`);
  expect(desk.lastTo(NIC).text).not.toContain('control@');
  await desk.deliver({ subject: 'Help', text: '' });
  expect(desk.to(NIC)).toHaveLength(3);
  expect(desk.tickets()).toHaveLength(1);
  await desk.deliver({ subject: 'help', text: 'My printer burns.' });
  expect(desk.tickets()).toMatchObject([{}, { id: 'SUPPORT-7103', subject: 'help' }]);
});

describe('as people write them', () => {
  test.each([
    ['assign 7102 me', 'bob'],
    ['take 7102', 'bob'],
    ['assign 7102 KIM', 'kim'],
    ['assign 7102 Kim@Support-Ticket.example', 'kim'],
    ['assign 7102 @kim', 'kim'],
  ])('"%s"', async (line, assignee) => {
    await control(line);
    expect(desk.ticket(7102)).toMatchObject({ assignee });
  });

  test('several tickets in a line are several commands', async () => {
    await desk.deliver({ from: KAY, text: 'second' });
    expect(await said('close #7102, #7103')).toMatchInlineSnapshot(`
      "> close 7102
      SUPPORT-7102 is resolved.

      > close 7103
      SUPPORT-7103 is resolved.

      Processed.
      "
    `);
  });

  test.each([
    ['list mine', [7103]],
    ['list bob', [7103]],
    ['list KIM', []],
    ['list nobody', [7102, 7104]],
    ['list waiting', [7102, 7103]],
    ['list support', [7102, 7103, 7104]],
    ['list overdue', []],
  ])('"%s"', async (line, numbers) => {
    await desk.deliver({ from: KAY, text: 'second' });
    await desk.deliver({ from: KAY, text: 'third' });
    await desk.order(7103, 'assign bob');
    await desk.answer(7104, 'Done.');
    const text = await said(line);
    const found = [7102, 7103, 7104].filter((number) => text.includes(`SUPPORT-${number} `));
    expect(found).toEqual(numbers);
  });

  test('an answer to the transcript of one show is an answer to that ticket', async () => {
    await said('show 7102');
    const { replyTo } = desk.lastTo(BOB);
    await desk.deliver({ from: BOB, to: replyTo, text: 'Dear Nic, it works.' });
    expect(desk.lastTo(NIC).text).toBe('Dear Nic, it works.\n');
    await desk.deliver({ from: KAY, text: 'second' });
    await said('show 7102\nshow 7103');
    expect(desk.lastTo(BOB).replyTo).toBe('');
  });

  test('a customer gets no reply address of the staff, and no file', async () => {
    const proven = { from: NIC, login: 'nobody', results: provenFrom(NIC) };
    await control('show 7102\nget 7102 1', proven);
    expect(desk.lastTo(NIC).replyTo).toBe('');
    expect(desk.lastTo(NIC).text).toContain('Only one of the staff');
  });

  test('a file comes by its numbers', async () => {
    const file =
      'Content-Type: application/pdf\nContent-Disposition: attachment; filename=form.pdf';
    await desk.deliver({
      ...{ to: 'support-7102', more: MIXED },
      text: parts(['Content-Type: text/plain', 'See the file.'], [file, 'PDF']),
    });
    const { serial } = desk.ticket(7102).messages.at(-1) ?? {};
    expect(await said(`get 7102 ${serial}\nget 7102 ${serial} 2\nget 7102 99`)).toContain(
      '"form.pdf" is attached.',
    );
    const { files, text } = desk.lastTo(BOB);
    expect(files.map(({ name, octets }) => [name, String(octets).trim()])).toEqual([
      ['form.pdf', 'PDF'],
    ]);
    expect(text).toContain(`Message ${serial} of SUPPORT-7102 has no file 2.`);
    expect(text).toContain('SUPPORT-7102 has no message 99.');
  });

  test.each(['RE: close 7102', 'Aw: close 7102', 'Re: close 7102'])(
    'thanks for what was done are no command: "%s"',
    async (subject) => {
      for (const text of ['Thanks!\n\nBob', '']) {
        const { letters } = await control(text, { subject });
        expect(letters[0]?.text).toContain('There was no command.');
      }
      expect(desk.ticket(7102).status).toBe('new');
    },
  );

  test('a subject is a command, if nothing is written below it', async () => {
    const { letters } = await control('', { subject: 'close 7102' });
    expect(letters[0]?.text).toContain('SUPPORT-7102 is resolved.');
  });
});
