/**
 * What a mail of the staff will ask of the store is known before it is carried out. Were
 * something missing, the mail would stay with the MTA for ever: `internal`, at each attempt.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { questionsOfActions } from '../../src/desk/command-questions.ts';
import { BOB, DOMAIN, EVE, KAY, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { type Mail, provenFrom, signedBy } from '../kit/mail.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';
import { randomMail } from '../kit/random-mails.ts';

let desk: Desk;
/**
 * 7102 of Nic, with a mail of Eve's that was let in; 7103 and 7104 of Kay, the first with two
 * mails; 7105 is part of 7104.
 */
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'one' });
  await desk.deliver({ from: KAY, text: 'two' });
  await desk.deliver({ from: KAY, text: 'three' });
  await desk.deliver({ from: NIC, text: 'four' });
  await desk.deliver({ from: KAY, to: 'support-7103', text: 'five' });
  await desk.deliver({ from: EVE, to: 'support-7102', text: 'six' });
  for (const { id } of desk.held()) await desk.release(id);
  await desk.order(7105, 'merge 7104 together');
});

const AS_BOB = { from: BOB, login: 'bob' } as const;
const control = (text: string, more: Mail = {}) =>
  desk.deliver({ ...AS_BOB, to: 'control', text, ...more });
const answer = (text: string, more: Mail = {}) =>
  desk.deliver({ ...AS_BOB, to: 'support-7102', text, ...more });

test('a split asks for whoever wrote to the ticket, a merge for the other ticket, a copy for its address', () => {
  expect(questionsOfActions([{ type: 'split', serial: 3 }], [])).toMatchObject({
    people: 'and who wrote',
  });
  expect(
    questionsOfActions([{ type: 'merge', into: ['SUPPORT-7103'], isTogether: true }], []),
  ).toMatchObject({
    ...{ tickets: ['SUPPORT-7103'], people: 'on them' },
  });
  expect(
    questionsOfActions(
      [
        { type: 'cc', add: [EVE], remove: [KAY] },
        { type: 'forward', to: KIM, text: '' },
      ],
      [],
    ),
  ).toMatchObject({ addresses: [EVE, KIM] });
});

describe('a mail of commands is carried out, whatever its lines have made of the tickets', () => {
  test.each([
    ['what was split off', 'split 7102 3\nassign 7106 bob\nclose 7106\nshow 7106\nblock 7106'],
    ['two that were split off', 'split 7102 3\nsplit 7103 3\nmerge 7107 7106\nmerge 7106 7102'],
    ['a number that nobody has, before it is split off', 'close 7106\nsplit 7102 3\nclose 7106'],
    ['what was split off, by another word for it', 'split 7102 3\ntag #7106 +x\ndone SUPPORT-7106'],
    [
      'a merge of what is merged',
      'merge 7103 7105 together\nmerge 7104 7103\nmerge 7105 7104\nclose 7105',
    ],
    ['a circle of merges', 'merge 7102 7103 together\nmerge 7103 7102\nmerge 7103 7103'],
    ['a block of somebody who is only an author', 'split 7102 3\nblock 7106\nunblock 7106'],
    ['a block of whoever is on copy', `cc 7102 +${EVE}\nblock 7102\ncc 7102 -${EVE}`],
    [
      'the same ticket many times',
      'tag 7102 +a\ntag 7102 -a\nclose 7102\nreopen 7102\n'.repeat(20),
    ],
    ['tickets that do not exist', 'close 1\nshow 999999999\nmerge 7102 1\nsplit 1 1\nblock 1'],
    ['a list after what it lists', 'close 7102\nlist\nlist all\nlist open\nlist none'],
    ['a note to what is merged', 'note 7105 x\nmerge 7102 7105\nnote 7102 x'],
  ])('%s', async (_, text) => {
    expect(await control(text)).toMatchObject({ end: 'answered' });
    expect(desk.lastTo(BOB).text).toMatch(/Processed( \(\d+ errors?\))?\.\n$/);
  });

  test('a customer who names other tickets', async () => {
    const more = { from: NIC, login: '', results: provenFrom(NIC) };
    expect(await control('close 7102\nclose 7103\nclose 7105\nreopen 7102', more)).toMatchObject({
      end: 'answered',
    });
  });
});

describe('an answer is carried out, whatever is written above it', () => {
  test.each<readonly [string, string, Mail]>([
    ['a copy, and then the text', `Cc: +new@x.example\n\nDone.`, {}],
    ['a copy that goes to another mailbox of theirs', `Cc: +Nic+x@Ferrier.example\n\nDone.`, {}],
    ['a domain in Unicode', `Cc: +x@bücher.example\n\nDone.`, {}],
    ['a merge into what is merged', 'Merge: 7105 together\n\nDone.', {}],
    ['a merge of what is merged', 'Merge: 7103 together\n\nDone.', { to: 'support-7105' }],
    ['a merge into itself', 'Merge: 7102 together\n\nDone.', {}],
    ['to a ticket that does not exist', 'Assign: kim\n\nDone.', { to: 'support-9999' }],
    ['by what somebody else was given', 'Done.', { login: 'kim', from: KIM }],
    ['by a machine that has a login', 'x', { more: 'Auto-Submitted: auto-replied\n' }],
  ])('%s', async (_, text, more) => {
    await expect(answer(text, more)).resolves.toBeDefined();
  });

  test('also if its ticket was merged since it was held', async () => {
    await answer('Done.', { login: '', results: signedBy(BOB) });
    const [held] = desk.held();
    await desk.order(7102, 'merge 7103 together');
    expect(await desk.release(held?.id ?? 0)).toBe(true);
    expect(desk.lastTo(KAY).text).toBe('Done.\n');
  });

  test('also if a command stands in it, and somebody of the desk lets it in', async () => {
    await answer(`Cc: +new@x.example\nMerge: 7103 together\n\nDone.`, {
      login: '',
      results: signedBy(BOB),
    });
    const [held] = desk.held();
    expect(await desk.release(held?.id ?? 0)).toBe(true);
    expect(desk.lastTo('new@x.example').text).toBe('Done.\n');
    expect(desk.ticket(7102)).toMatchObject({ mergedInto: 'SUPPORT-7103' });
  });
});

const ENDS = ['carried-out', 'answered', 'returned', 'held', 'opened', 'appended'];

/** The mails are kept, so that a seed that fails shows what led to it. */
test(`no mail of commands asks for what was not gathered (SEED=${SEED})`, async () => {
  console.log(`commands: SEED=${SEED}`);
  const choose = choiceOf(SEED);
  const ends = new Map<string, number>();
  // Mails that come to nothing would prove nothing.
  const hasAll = () => ENDS.every((end) => ends.has(end));
  let last: Mail = {};
  for (let n = 0; n < roundsOf(300) || (n < 3000 && !hasAll()); n += 1) {
    // The caps of the staff count an hour, those of customers a day.
    desk.wait(choose([1000, 60_000, 3_600_000, 86_400_000]));
    const [held] = desk.held();
    if (held !== undefined && choose.number(4) === 0) {
      await desk.release(held.id).catch(explained({ ...last, release: held.id }));
    }
    if (choose.number(10) > 0) last = randomMail(choose, desk.letters);
    const { end } = await desk.deliver(last).catch(explained(last));
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  console.log(JSON.stringify(Object.fromEntries(ends)));
  expect([...ends.keys()]).toEqual(expect.arrayContaining(ENDS));
}, 60_000);

function explained(what: object) {
  return (error: unknown): never => {
    const tickets = desk.tickets().map(({ id, mergedInto }) => `${id} ${mergedInto ?? ''}`.trim());
    throw new Error(`${String(error)}: ${JSON.stringify({ what, tickets })}`, { cause: error });
  };
}

test('a queue of its own has numbers of its own, also for what is split off', async () => {
  desk = new Desk({
    queues: [
      { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
      { prefix: 'BILLING', address: 'invoices', name: 'Billing' },
    ],
  });
  await desk.deliver({ to: 'invoices' });
  await desk.deliver({ to: `billing-1@${DOMAIN}`, text: 'more' });
  expect(await control('split BILLING-1 3\nclose BILLING-2\nlist all')).toMatchObject({
    end: 'answered',
  });
  expect(desk.ticket('BILLING-2')).toMatchObject({ status: 'resolved' });
});
