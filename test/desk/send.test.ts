/**
 * What came back to one of the staff goes out by `send` alone in the first line of their answer to
 * it: once, by nobody else, and never by a machine.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { BOB, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { type Mail, provenFrom, signedBy } from '../kit/mail.ts';

const DAY_MS = 86_400_000;
/** It looks like a note, and is none. */
const ODD = 'Note that the office is closed on Friday.\n\nBob';
let desk: Desk;
let given: string;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'I cannot log in.' });
  given = desk.lastTo(BOB).replyTo;
});

/** Answers, without the acknowledgement. */
const answers = () => desk.to(NIC).slice(1);
const write = (more: Mail = {}) => desk.deliver({ from: BOB, to: given, text: ODD, ...more });
const oneTime = () => desk.lastTo(BOB).replyTo;
const say = (text: string, more: Mail = {}) =>
  desk.deliver({ from: BOB, to: oneTime(), text, ...more });

test('a mail that came back says how to send it, at an address of its own', async () => {
  expect(await write()).toMatchObject({ end: 'returned' });
  expect(answers()).toEqual([]);
  expect(desk.lastTo(BOB).text).toContain('"send" alone in the first line');
  expect(oneTime()).toMatch(/^support-\d+-c-/);
});

test.each([
  ['alone', 'send'],
  ['in any case, above a quote', 'Send.\n\nOn Friday, Support wrote:\n> Your mail about'],
  ['above a signature', 'send\n\n-- \nBob Builder\n+49 30 1234'],
  ['from a phone', 'Send\n\nSent from my iPhone'],
  ['in quotation marks, as the mail shows it', '"send"'],
  ['in other quotation marks', '„send“.'],
])('send %s lets it out as it stands', async (_, text) => {
  await write();
  await say(text);
  expect(answers().map((one) => one.text)).toEqual([`${ODD}\n`]);
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ direction: 'out', by: 'bob' });
  expect(desk.ticket(7102)).toMatchObject({ status: 'pending' });
});

test.each([
  ['a line that looks like a command', 'Stauts: resolved\n\nDear Nic'],
  ['a block of fields of which one is none', 'Subject: Login\nWhatever: else\n\nas you wrote'],
  ['a word that is a note in another place', 'Dear Nic,\n\nnote\n\nyour form is here.'],
  ['a command with its ticket', 'close 7102'],
])('%s goes out whole, and is not carried out', async (_, text) => {
  await write({ text });
  expect(answers()).toEqual([]);
  await say('send');
  expect(answers().map((one) => one.text.trimEnd())).toEqual([text]);
  expect(desk.ticket(7102)).toMatchObject({ status: 'pending', subject: "I can't login!" });
});

test('a forward goes out, if that is meant', async () => {
  await write({ subject: 'Fwd: your invoice', text: 'See below.' });
  expect(answers()).toEqual([]);
  await say('send');
  expect(answers()).toHaveLength(1);
});

test('what is written below the word is sent to nobody, and its author is told', async () => {
  await write();
  await say('send\n\nAnd tell him that I am on leave.');
  expect(desk.lastTo(NIC).text).not.toContain('on leave');
  expect(desk.lastTo(BOB).text).toContain('> And tell him that I am on leave.');
  expect(desk.lastTo(BOB).text).toContain('carried out as it stands');
});

test.each([
  'Senden',
  'Send it',
  'OK, send it please',
  'yes, send',
  'Hi,\n\nsend\n\nBob',
  'Bitte abschicken!',
  'Oui, envoyer',
  'por favor enviar',
])('%j is nearly the word: nobody gets it, and its author is told what to write', async (text) => {
  await write();
  await say(text);
  expect(answers()).toEqual([]);
  expect(desk.lastTo(BOB).text).toContain('reply with the one word\n\n    send');
  await say('send');
  expect(answers().map((one) => one.text)).toEqual([`${ODD}\n`]);
});

test.each(['Please send it back to us.', 'Send me the lamp, please.', 'We sent it.'])(
  '%j is an answer',
  async (text) => {
    await write();
    await say(text);
    expect(answers().map((one) => one.text)).toEqual([`${text}\n`]);
  },
);

test('another answer to what came back is an answer to the ticket', async () => {
  await write();
  await say('The office is closed on Friday.\n\nBob');
  expect(answers().map((one) => one.text)).toEqual(['The office is closed on Friday.\n\nBob\n']);
});

describe('nothing goes out', () => {
  beforeEach(() => write().then(() => {}));

  test.each<readonly [string, Mail]>([
    ['by an automatic reply', { more: 'Auto-Submitted: auto-replied\n' }],
    ['by an automatic reply with a subject alone', { subject: 'Automatic reply: your mail' }],
    ['by an out-of-office of a null sender', { sender: '' }],
    ['by a list', { more: 'Precedence: bulk\n' }],
    ['by a colleague', { from: KIM }],
    ['by a colleague with a login', { from: KIM, login: 'kim' }],
    ['by a customer who has come to know the address', { from: NIC }],
    [
      'by a mail that our server calls forged',
      { results: 'dmarc=fail header.from=support-ticket.example' },
    ],
  ])('%s', async (_, more) => {
    await say('send', more);
    expect(answers()).toEqual([]);
  });

  test('twice', async () => {
    const to = oneTime();
    await say('send', { to });
    await say('send', { to });
    expect(answers()).toHaveLength(1);
    expect(desk.lastTo(BOB).text).toContain('Nothing waits for your word any more');
  });

  test('twice, by the retry of the MTA', async () => {
    const word: Mail = { to: oneTime(), queueId: 'ONE', id: '<word@x.example>' };
    await say('send', word);
    expect(await say('send', word)).toMatchObject({ end: 'duplicate' });
    expect(answers()).toHaveLength(1);
  });

  test('by a copy of the mail itself, whoever sends it', async () => {
    await write({ id: '<2@support-ticket.example>' });
    expect(answers()).toEqual([]);
  });

  test('by an address for another mail', async () => {
    await say('send', { to: oneTime().replace(/-\d+-c-/, '-1-c-') });
    expect(answers()).toEqual([]);
  });

  test('after 31 days', async () => {
    desk.wait(31 * DAY_MS);
    await say('send');
    expect(answers()).toEqual([]);
  });
});

test('the word counts for as long as its address, also if the reply address does not', async () => {
  desk.wait(29 * DAY_MS);
  await write();
  const to = oneTime();
  desk.wait(10 * DAY_MS);
  await say('send', { to });
  expect(answers()).toHaveLength(1);
});

test('send to the address for a question about the author lets out what is in doubt, once', async () => {
  const mail = { to: 'support-7102', date: desk.now, text: 'Dear Nic, it works.' };
  await write({ ...mail, results: signedBy(BOB) });
  await say('send', { results: provenFrom(BOB) });
  expect(answers()).toHaveLength(1);
});

test('what no word can mend is not offered to be sent', async () => {
  await write({ text: 'Assign: kim\n\nDear Nic' });
  expect(desk.lastTo(BOB).text).not.toContain('"send"');
  expect(oneTime()).toMatch(/^support-7102-a-/);
});

test('send stands in the journal as released, by whom', async () => {
  await write();
  const { changes } = await say('send');
  expect(changes).toContainEqual(expect.objectContaining({ type: 'mail.released', by: 'bob' }));
});
