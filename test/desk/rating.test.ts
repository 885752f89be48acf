/** After closing: whoever was answered is asked once how it went, and says it by an address. */
import { describe, expect, test } from 'vitest';
import { PLAIN_SCREEN } from '../../src/desk/control-lists.ts';
import { sendLeftovers } from '../../src/jobs/outbox.ts';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { changeInWords } from '../../src/pages/change-in-words.ts';
import { ticketPage } from '../../src/pages/ticket-page.ts';
import { Courses } from '../../src/reports/courses.ts';
import { ticketHtml } from '../../src/site/ticket-html.ts';
import { laterIn } from '../../src/ticket/later.ts';
import { BOB, DOMAIN, EVE, KAY, NIC, SUPPORT } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Letter } from '../kit/letter.ts';
import { provenFrom } from '../kit/mail.ts';

const RATED = { queues: [{ ...SUPPORT, rating: true }] };
const desk = (more: object = {}) => new Desk({ ...RATED, ...more });

/** A ticket of nic that bob has answered and closed. */
async function closed(more: object = {}, from = NIC): Promise<Desk> {
  const one = desk(more);
  await one.deliver({ from });
  await one.answer(7102, 'Try again.', 'bob');
  await one.order(7102, 'close', 'bob');
  return one;
}

const questions = (one: Desk, to = NIC): readonly Letter[] =>
  one.to(to).filter(({ text }) => text.includes('How did we do?'));

/** As whoever is asked gets it: what the desk reads has no such addresses. */
const bodyOf = ({ content }: Letter) => content.slice(content.indexOf('\n\n') + 2);

function addressIn(question: Letter, score: number): string {
  const text = bodyOf(question).replaceAll('\r', '');
  const [, found] = new RegExp(`^${score}  (\\S+@\\S+)$`, 'm').exec(text) ?? [];
  if (found === undefined) throw new Error(`no address for ${score} in ${text}`);
  return found;
}

function addressOf(one: Desk, score: number): string {
  const [question] = questions(one);
  if (question === undefined) throw new Error('nobody was asked');
  return addressIn(question, score);
}

test('whoever was answered is asked when their ticket is closed, and an empty mail rates it', async () => {
  const one = await closed();
  const [question] = questions(one);
  expect(questions(one)).toHaveLength(1);
  expect(question?.sender).toBe('');
  expect(question?.field('Auto-Submitted')).toBe('auto-generated');
  expect(one.ticket(7102).rating).toMatchObject({ question: 4, score: null });
  const came = await one.deliver({ to: addressOf(one, 4), subject: '', text: '' });
  expect(came.end).toBe('recorded');
  expect(came.letters).toEqual([]);
  expect(one.ticket(7102)).toMatchObject({
    status: 'resolved',
    rating: { question: 4, score: 4, at: one.now.toISOString() },
  });
  expect(came.changes).toContainEqual({
    ...{ type: 'ticket.rated', ticket: 'SUPPORT-7102', serial: 4, score: 4, person: 'bob' },
  });
});

test('each of the five addresses gives its own number', async () => {
  for (const score of [1, 2, 3, 4, 5]) {
    const one = await closed();
    await one.deliver({ to: addressOf(one, score), text: '' });
    expect(one.ticket(7102).rating?.score).toBe(score);
  }
});

test('nobody is asked unless the queue says so', async () => {
  const one = new Desk();
  await one.deliver({});
  await one.answer(7102, 'Try again.', 'bob');
  await one.order(7102, 'close', 'bob');
  expect(questions(one)).toEqual([]);
  expect(one.ticket(7102).rating).toBeUndefined();
});

test('a ticket that is closed twice is asked about once', async () => {
  const one = await closed();
  await one.deliver({ answers: questions(one)[0]?.id ?? null, text: 'It is broken again.' });
  expect(one.ticket(7102).status).toBe('open');
  await one.answer(7102, 'Now it is mended.', 'bob');
  await one.order(7102, 'close', 'bob');
  expect(questions(one)).toHaveLength(1);
});

test('by a mail of the staff, and by the word of the customer, it is closed as well', async () => {
  const byMail = desk();
  await byMail.deliver({});
  await byMail.answer(7102, 'Try again.', 'bob');
  await byMail.deliver({ from: BOB, login: 'bob', to: 'control', text: 'close 7102' });
  expect(byMail.ticket(7102).status).toBe('resolved');
  expect(questions(byMail)).toHaveLength(1);

  const byCustomer = desk();
  await byCustomer.deliver({});
  await byCustomer.answer(7102, 'Try again.', 'bob');
  await byCustomer.deliver({ answers: byCustomer.lastTo(NIC).id, text: 'close' });
  expect(byCustomer.ticket(7102).status).toBe('resolved');
  expect(questions(byCustomer)).toHaveLength(1);

  const byFeed = desk();
  await byFeed.deliver({});
  await byFeed.answer(7102, 'Try again.', 'bob');
  await byFeed.act(7102, { type: 'status', status: 'resolved' }, 'robot');
  expect(questions(byFeed)).toHaveLength(1);
});

test('whom nobody has answered is not asked: who closes spam asks nobody', async () => {
  const one = desk();
  await one.deliver({});
  await one.order(7102, 'close', 'bob');
  expect(questions(one)).toEqual([]);
});

test('nor is who wants no more mail, one of the staff, a list, a machine, or a merged ticket', async () => {
  const muted = desk();
  await muted.deliver({});
  await muted.answer(7102, 'Try again.', 'bob');
  await muted.deliver({ answers: muted.lastTo(NIC).id, text: 'stop' });
  await muted.order(7102, 'close', 'bob');
  expect(muted.ticket(7102)).toMatchObject({ status: 'resolved', muted: [NIC] });
  expect(questions(muted)).toEqual([]);

  const ofStaff = desk();
  await ofStaff.deliver({ from: BOB, login: 'bob' });
  await ofStaff.answer(7102, 'Try again.', 'kim');
  await ofStaff.order(7102, 'close', 'kim');
  expect(questions(ofStaff, BOB)).toEqual([]);

  const list = desk({ queues: [{ ...SUPPORT, rating: true, bulk: 'open' }] });
  await list.deliver({ more: 'List-Id: <news.ferrier.example>\nPrecedence: list\n' });
  await list.answer(7102, 'Try again.', 'bob');
  await list.order(7102, 'close', 'bob');
  expect(list.ticket(7102).status).toBe('resolved');
  expect(questions(list)).toEqual([]);

  const machine = desk();
  await machine.deliver({ from: 'no-reply@ferrier.example' });
  await machine.answer(7102, 'Try again.', 'bob');
  await machine.order(7102, 'close', 'bob');
  expect(questions(machine, 'no-reply@ferrier.example')).toEqual([]);

  const merged = desk();
  await merged.deliver({});
  await merged.deliver({ subject: 'Another one' });
  await merged.answer(7102, 'Try again.', 'bob');
  await merged.order(7102, 'merge 7103', 'bob');
  expect(merged.ticket(7102).mergedInto).toBe('SUPPORT-7103');
  expect(questions(merged)).toEqual([]);
});

test('nor is an address that fails, or one above a cap', async () => {
  const failing = desk();
  await failing.deliver({});
  await failing.answer(7102, 'Try again.', 'bob');
  const failed = { ticket: 'SUPPORT-7102', serial: 3, status: '5.1.1', reason: 'nobody' } as const;
  await failing.commit([{ type: 'address.failed', address: NIC, ...failed }]);
  await failing.order(7102, 'close', 'bob');
  expect(questions(failing)).toEqual([]);

  const blocked = desk();
  await blocked.deliver({});
  await blocked.answer(7102, 'Try again.', 'bob');
  await blocked.order(7102, 'block', 'bob');
  await blocked.order(7102, 'close', 'bob');
  expect(questions(blocked)).toEqual([]);

  const capped = desk({ caps: { address: { count: 1, hours: 24 } } });
  for (const number of [7102, 7103]) {
    await capped.deliver({ subject: `The matter of ${number}` });
    await capped.answer(number, 'Try again.', 'bob');
    await capped.order(number, 'close', 'bob');
  }
  expect(capped.ticket(7103).status).toBe('resolved');
  expect(questions(capped)).toHaveLength(1);
});

test('words beside the number are a message that closes nothing up and opens nothing again', async () => {
  const one = await closed();
  const came = await one.deliver({ to: addressOf(one, 2), text: 'It took you three days.' });
  expect(came.end).toBe('appended');
  expect(one.ticket(7102)).toMatchObject({ status: 'resolved', rating: { score: 2 } });
  expect(one.ticket(7102).messages.at(-1)).toMatchObject({ text: 'It took you three days.\n' });
  // The staff read it, and what it is about.
  expect(one.lastTo(BOB).text).toContain('It took you three days.');
  expect(one.lastTo(BOB).text).toMatch(/^SUPPORT-7102: resolved, .*, rated 2 of 5$/m);
  expect(came.letters.map(({ to }) => to)).toEqual([BOB]);
});

test.each([
  ['Thanks. Where do I find the invoice?', true],
  ['Grazie! Dove trovo la fattura？', true],
  ['"Why?" is what my boss asks.', true],
  ['See https://ferrier.example/?a=b for how I did it.', false],
  ['Thank you very much.', false],
])('%s: a question opens it again: %s', async (text, isOpened) => {
  const one = await closed();
  await one.deliver({ to: addressOf(one, 5), text });
  expect(one.ticket(7102)).toMatchObject({
    status: isOpened ? 'open' : 'resolved',
    rating: { score: 5 },
  });
});

test('an address counts once: whatever comes again changes nothing, and nothing is sent back', async () => {
  const one = await closed();
  await one.deliver({ to: addressOf(one, 5), text: '' });
  for (const score of [5, 1]) {
    const again = await one.deliver({ to: addressOf(one, score), text: '' });
    expect(again.end).toBe('recorded');
    expect(again.letters).toEqual([]);
    expect(again.changes).not.toContainEqual(expect.objectContaining({ type: 'ticket.rated' }));
  }
  expect(one.ticket(7102).rating?.score).toBe(5);
  // What is said beside it is not lost.
  await one.deliver({ to: addressOf(one, 1), text: 'I meant the worst.' });
  expect(one.ticket(7102)).toMatchObject({ status: 'resolved', rating: { score: 5 } });
  expect(one.ticket(7102).messages.at(-1)).toMatchObject({ text: 'I meant the worst.\n' });
});

test('two at once: one counts', async () => {
  const one = await closed();
  let others = 0;
  await one.deliverWhile({ to: addressOf(one, 1), text: '' }, async () => {
    others += 1;
    if (others === 1) await one.deliver({ to: addressOf(one, 5), text: '' });
  });
  expect(others).toBeGreaterThan(0);
  expect(one.ticket(7102).rating?.score).toBe(5);
});

test.each([
  ['a bounce', { sender: '', more: 'Content-Type: multipart/report; boundary=b\n' }],
  ['an automatic reply', { more: 'Auto-Submitted: auto-replied\n' }],
  ['an absence', { subject: 'Out of office', more: 'X-Autoreply: yes\n' }],
  ['a list', { more: 'List-Id: <x.ferrier.example>\nPrecedence: list\n' }],
  [
    'what our MTA calls forged',
    { results: 'spf=fail smtp.mailfrom=x.example; dmarc=fail header.from=ferrier.example' },
  ],
])('%s rates nothing', async (_, more) => {
  const one = await closed();
  await one.deliver({ to: addressOf(one, 5), text: '', ...more });
  expect(one.ticket(7102)).toMatchObject({ status: 'resolved', rating: { score: null } });
});

test('who was passed the question cannot answer it, and what they write is read', async () => {
  const one = await closed();
  for (const from of [EVE, KAY]) {
    const empty = await one.deliver({ from, to: addressOf(one, 1), text: '' });
    expect(empty.letters.filter(({ to }) => to === from)).toEqual([]);
    await one.deliver({
      from,
      to: addressOf(one, 1),
      text: 'They were bad.',
      results: provenFrom(from),
    });
    expect(one.ticket(7102)).toMatchObject({ status: 'resolved', rating: { score: null } });
    expect(one.ticket(7102).messages.at(-1)).toMatchObject({ text: 'They were bad.\n' });
  }
});

test('an address of another ticket, or one that was changed, rates nothing', async () => {
  const one = await closed();
  await one.deliver({ from: KAY });
  await one.answer(7103, 'Try again.', 'bob');
  await one.order(7103, 'close', 'bob');
  const address = addressOf(one, 5);
  for (const to of [address.replace('7102', '7103'), address.replace(/-(\d+)5-/, '-$11-')]) {
    await one.deliver({ from: KAY, to, text: '' });
    await one.deliver({ to, text: '' });
  }
  expect(one.ticket(7102).rating?.score).toBeNull();
  expect(one.ticket(7103).rating?.score).toBeNull();
});

test('what one of the staff sends there goes to no customer', async () => {
  const one = await closed();
  const came = await one.deliver({ from: BOB, login: 'bob', to: addressOf(one, 5), text: 'Look!' });
  expect(came.end).toBe('held');
  expect(came.letters.filter(({ to }) => to === NIC)).toEqual([]);
  expect(one.ticket(7102).rating?.score).toBeNull();
});

describe('an answer that waits for its time', () => {
  const waiting = async (more: object = {}): Promise<Desk> => {
    const one = desk(more);
    await one.deliver({});
    await one.during(({ store }) => store.noteRun('timer'));
    return one;
  };
  const byMail = (one: Desk, text: string) =>
    one.deliver({ from: BOB, login: 'bob', to: 'support-7102', text });
  const anyRun = (one: Desk) =>
    one.during(({ config, store, mta, now }) =>
      sendLeftovers({ config, store, mta, now }).then(() => store.catchUp()),
    );
  const waits = (one: Desk) =>
    one.opened.store
      .unsent()
      .then((all) => all.map(({ serial, sender }) => [serial, sender === '']));
  const undo = (one: Desk) => one.act(7102, { type: 'undo' }, 'bob');
  const ways: readonly [string, object, (one: Desk) => Promise<unknown>][] = [
    ['within undo', { undo: 60 }, (one) => byMail(one, 'Status: resolved\n\nDone.')],
    ['Send:', {}, (one) => byMail(one, 'Send: tomorrow 8:00\nStatus: resolved\n\nDone.')],
    [
      'closed behind it',
      {},
      async (one) => {
        await one.act(7102, { type: 'reply', text: 'Done.', at: 'tomorrow 8:00' }, 'bob');
        await one.order(7102, 'close', 'bob');
      },
    ],
    [
      'closed behind it by a mail of commands',
      {},
      async (one) => {
        await one.act(7102, { type: 'reply', text: 'Done.', at: 'tomorrow 8:00' }, 'bob');
        await one.deliver({ from: BOB, login: 'bob', to: 'control', text: 'close 7102' });
      },
    ],
  ];

  test.each(ways)('%s: the question goes out behind it', async (_, more, close) => {
    const one = await waiting(more);
    await close(one);
    expect(one.ticket(7102).status).toBe('resolved');
    const [answer, question] = await waits(one);
    expect([answer?.[1], question?.[1]]).toEqual([false, true]);
    // Nobody is told that the question is an answer.
    expect(laterIn(one.ticket(7102))).toHaveLength(1);
    one.wait(86_400_000);
    await anyRun(one);
    expect(await waits(one)).toEqual([]);
    expect(one.ticket(7102).rating).toMatchObject({ score: null });
    await one.deliver({ to: addressOf(one, 4), text: '' });
    expect(one.ticket(7102).rating).toMatchObject({ score: 4 });
  });

  test.each(ways)('%s: what is taken back takes the question along', async (_, more, close) => {
    const one = await waiting(more);
    await close(one);
    expect(await undo(one)).toMatchObject({ end: 'done' });
    expect(await waits(one)).toEqual([]);
    expect(one.ticket(7102).rating).toBeUndefined();
    // Nobody has answered: nobody is asked.
    await one.order(7102, 'reopen', 'bob');
    await one.order(7102, 'close', 'bob');
    expect(await waits(one)).toEqual([]);
    await one.order(7102, 'reopen', 'bob');
    // Whoever is answered after all is asked after all.
    one.configure({ ...RATED });
    await one.answer(7102, 'Try again.', 'bob');
    await one.order(7102, 'close', 'bob');
    expect(one.ticket(7102).rating).toMatchObject({ score: null });
  });

  test('also by a mail of commands', async () => {
    const one = await waiting({ undo: 60 });
    await byMail(one, 'Status: resolved\n\nDone.');
    await one.deliver({ from: BOB, login: 'bob', to: 'control', text: 'undo 7102' });
    expect(await waits(one)).toEqual([]);
    expect(one.ticket(7102)).toMatchObject({ status: 'new' });
    expect(one.ticket(7102).rating).toBeUndefined();
  });

  test('a question that went out before is left as it is', async () => {
    const one = await closed();
    await one.during(({ store }) => store.noteRun('timer'));
    await one.order(7102, 'reopen', 'bob');
    await one.act(7102, { type: 'reply', text: 'More.', at: 'tomorrow 8:00' }, 'bob');
    expect(await undo(one)).toMatchObject({ end: 'done' });
    await one.deliver({ to: addressOf(one, 4), text: '' });
    expect(one.ticket(7102).rating).toMatchObject({ score: 4 });
  });
});

test('nothing in it can be fetched, and the ticket keeps its words without the addresses', async () => {
  const one = await closed();
  const [question] = questions(one);
  expect(question?.content).not.toMatch(/https?:|mailto:/i);
  const kept = one.ticket(7102).messages.at(-1);
  expect(kept).toMatchObject({ direction: 'out', automatic: true });
  expect(kept?.text).toContain('5  [address]');
  expect(kept?.text).not.toContain(addressOf(one, 5).split('@')[0]);
});

test.each([
  ['a signature', '\n-- \nNic Ferrier\nFerrier Ltd.\n', ''],
  ['a signature that asks', '\n-- \nNic\nNeed help? Call me\n', ''],
  ['two dashes without a blank', '--\nNic Ferrier', ''],
  ['the line of a client', '\n\nSent from my iPhone\n', ''],
  ['the line of a client in German', '\n\nVon meinem iPhone gesendet\n', ''],
  ['the question, quoted', '> How did we do?\n', ''],
  [
    'a signature in HTML',
    '<html><body><div><br></div><div>-- <br>Nic</div></body></html>',
    'MIME-Version: 1.0\nContent-Type: text/html\n',
  ],
  [
    'nothing in both',
    '--b\nContent-Type: text/plain\n\n\n--b\nContent-Type: text/html\n\n<div><br></div>\n--b--\n',
    'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n',
  ],
])('%s is no word: it is rated, and nobody is told', async (_, text, more) => {
  const one = await closed();
  const came = await one.deliver({ to: addressOf(one, 5), subject: '', text, more });
  expect(came).toMatchObject({ end: 'recorded', letters: [] });
  expect(one.ticket(7102)).toMatchObject({ status: 'resolved', rating: { score: 5 } });
});

test('whoever was erased rates nothing any more', async () => {
  const one = await closed();
  const address = addressOf(one, 5);
  await one.erase(ofPerson(NIC));
  const came = await one.deliver({ to: address, subject: '', text: '' });
  expect(came).toMatchObject({ end: 'recorded', letters: [] });
  expect(one.ticket(7102).rating).toMatchObject({ score: null });
});

test('a question below the words, in a signature, opens nothing again', async () => {
  const one = await closed();
  const text = 'Thank you.\n\n-- \nNic\nNeed help? Call me';
  expect(await one.deliver({ to: addressOf(one, 5), text })).toMatchObject({ end: 'appended' });
  expect(one.ticket(7102)).toMatchObject({ status: 'resolved', rating: { score: 5 } });
});

test('whatever comes again after it has rested for long changes nothing and is told nothing', async () => {
  const one = await closed({ reopenDays: 1 });
  await one.deliver({ to: addressOf(one, 3), text: '', subject: '' });
  one.wait(10 * 86_400_000);
  for (const from of [NIC, KAY, EVE]) {
    for (const text of ['', 'Thanks.', '-- \nNic']) {
      const again = await one.deliver({ from, to: addressOf(one, 5), text, subject: '' });
      expect(again.letters.filter(({ to }) => to !== BOB)).toEqual([]);
    }
  }
  expect(one.tickets()).toHaveLength(1);
  expect(one.ticket(7102)).toMatchObject({ status: 'resolved', rating: { score: 3 } });
  expect(one.ticket(7102).messages.filter(({ text }) => text === 'Thanks.\n')).toHaveLength(3);
});

describe('a reply that quotes the question', () => {
  const quoted = (text: string) =>
    text
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n');
  const asHtml = (text: string) =>
    `<p>It is broken again.</p><blockquote>${text.split('\n').join('<br>')}</blockquote>`;
  const both = (plain: string, html: string) =>
    [
      ...['--b', 'Content-Type: text/plain', '', plain],
      ...['--b', 'Content-Type: text/html', '', html, '--b--', ''],
    ].join('\n');
  const MULTI = 'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n';
  const HTML = 'MIME-Version: 1.0\nContent-Type: text/html\n';
  test.each<[string, string, (text: string) => string]>([
    ['plain', '', (text) => `It is broken again.\n\n${quoted(text)}`],
    ['broken over lines', '', (text) => `Again.\n\n${quoted(text.replace(/-g-/g, '-g-\n'))}`],
    ['broken behind its number', '', (text) => quoted(text.replace(/(-g-\d+-)/g, '$1\n'))],
    ['with a soft hyphen', '', (text) => text.replace(/(-g-\d+-\w+)/g, '$1\u00ad')],
    ['HTML', HTML, asHtml],
    ['HTML in pieces', HTML, (text) => asHtml(text.replace(/(-g-\d+-)/g, '$1<wbr>'))],
    ['HTML beside', MULTI, (text) => both(quoted(text), asHtml(text))],
    ['a link', HTML, (text) => asHtml(text.replace(/(\S+@\S+)/g, '<a href="mailto:$1">$1</a>'))],
  ])('nobody else gets its addresses: %s', async (_, more, write) => {
    const one = await closed();
    const [question] = questions(one);
    if (question === undefined) throw new Error('nobody was asked');
    const [id, text] = [question.id, bodyOf(question)];
    const tokens = [1, 2, 3, 4, 5].map((score) => addressOf(one, score).split(/[-@]/)[4] ?? '');
    const before = one.letters.length;
    const holds = (words: string) => {
      const whole = words.replace(/<[^<>]*>|[\s>\u00ad]/g, '');
      return tokens.some((token) => whole.includes(token));
    };
    await one.order(7102, 'cc kay@ferrier.example', 'bob');
    await one.deliver({ answers: id, text: write(text), more });
    expect(one.ticket(7102).status).toBe('open');
    await one.order(7102, 'note Look.', 'bob');
    await one.deliver({
      ...{ from: BOB, login: 'bob', to: 'support-7102' },
      text: `I look at this:\n\n${quoted(text)}\n\nBob`,
    });
    expect(holds(JSON.stringify(one.ticket(7102)))).toBe(false);
    const got = one.letters.slice(before).filter(({ to }) => to !== NIC);
    expect(got.map(({ to }) => to)).toEqual(expect.arrayContaining([BOB, KAY]));
    for (const { content, text: words } of got) expect(holds(content + words)).toBe(false);
    expect(holds(await ticketPage(one.ticket(7102), PLAIN_SCREEN, false))).toBe(false);
    // Whoever was asked can still say it.
    await one.deliver({ to: addressOf(one, 4), text: '' });
    expect(one.ticket(7102).rating?.score).toBe(4);
  });
});

test('it is rated after it has rested for long, and where it was merged to', async () => {
  const one = await closed({ reopenDays: 1 });
  one.wait(10 * 86_400_000);
  await one.deliver({ to: addressOf(one, 3), text: 'Well.' });
  expect(one.tickets()).toHaveLength(1);
  expect(one.ticket(7102)).toMatchObject({ status: 'resolved', rating: { score: 3 } });

  const merged = await closed();
  await merged.deliver({ subject: 'Another one' });
  await merged.order(7102, 'merge 7103', 'bob');
  await merged.deliver({ to: addressOf(merged, 2), text: 'Slow.' });
  expect(merged.ticket(7102).rating?.score).toBe(2);
  expect(merged.ticket(7103).messages.at(-1)).toMatchObject({ text: 'Slow.\n' });
});

test('in the language of the customer, and with the words of the desk if it has some', async () => {
  const one = desk();
  const german =
    'Ich kann mich nicht anmelden, und das ist für uns nicht gut. Bitte helfen Sie mir.';
  await one.deliver({ text: german });
  await one.answer(7102, 'Noch einmal, bitte.', 'bob');
  await one.order(7102, 'close', 'bob');
  expect(one.lastTo(NIC).text).toContain('Wie zufrieden sind Sie mit uns?');
  expect(bodyOf(one.lastTo(NIC)).replaceAll('\r', '')).toMatch(
    new RegExp(`^5 {2}support-7102-g-45-[a-z2-7]{16}@${DOMAIN}$`, 'm'),
  );
});

test('figures: how many and their mean, by queue and by the person it is about', async () => {
  const one = desk({
    queues: [
      { ...SUPPORT, rating: true },
      { prefix: 'BILLING', address: 'billing', name: 'Billing', first: 1, rating: true },
    ],
  });
  const scores = [5, 2, 4];
  for (const [n, score] of scores.entries()) {
    const from = `nic${n}@ferrier.example`;
    await one.deliver({ from });
    await one.answer(7102 + n, 'Try again.', n === 0 ? 'bob' : 'kim');
    if (n === 2) await one.order(7104, 'move BILLING', 'bob');
    await one.order(7102 + n, 'close', 'bob');
    const [question] = questions(one, from);
    if (question !== undefined)
      await one.deliver({ from, to: addressIn(question, score), text: '' });
  }
  const courses = new Courses();
  for (const record of one.records) courses.add(record);
  expect(courses.statistics(one.now, 7).ratings).toEqual({
    ...{ count: 3, mean: 3.67 },
    byQueue: [
      { queue: 'BILLING', count: 1, mean: 4 },
      { queue: 'SUPPORT', count: 2, mean: 3.5 },
    ],
  });
  expect(courses.people(['bob', 'kim'], one.now, 7)).toMatchObject([
    { person: 'bob', ratings: { count: 1, mean: 5 } },
    { person: 'kim', ratings: { count: 2, mean: 3 } },
  ]);
  one.wait(8 * 86_400_000);
  expect(courses.statistics(one.now, 7).ratings).toEqual({ count: 0, mean: null, byQueue: [] });
});

test('it is shown with the ticket, in its log and on its page', async () => {
  const one = await closed();
  const page = () => ticketPage(one.ticket(7102), PLAIN_SCREEN, false);
  expect(page()).toMatch(/^Rating +asked for by #4$/m);
  const rated = await one.deliver({ to: addressOf(one, 4), text: '' });
  expect(page()).toMatch(/^Rating +4 of 5, /m);
  const view = {
    log: [],
    fields: [],
    hasNotes: false,
    openOrder: null,
    shownHtml: new Map(),
    pathTo: () => '',
  };
  expect(ticketHtml({ ticket: one.ticket(7102), ...view }).markup).toContain(
    '<dt>Rating</dt><dd>4 of 5',
  );
  const words = rated.changes.flatMap((change) => changeInWords(change, NIC, 'UTC') ?? []);
  expect(words).toContainEqual({ by: NIC, what: 'rated it 4 of 5' });
});

describe('a mail to the ticket and to an address that rates it', () => {
  const SUBJECT = 'Re: How did we do?';
  const toBoth = async (
    text: string,
    order: readonly ('ticket' | 'rating' | 'new')[],
    isProvenLast = false,
  ) => {
    const one = await closed();
    const rating = addressOf(one, 2);
    const to = `support-7102@${DOMAIN}, ${rating}`;
    const places = { ticket: 'support-7102', rating, new: 'new' };
    for (const [n, place] of order.entries()) {
      await one.deliver({
        ...{ to, rcpt: places[place], text, subject: SUBJECT, id: '<both@ferrier.example>' },
        ...(isProvenLast && { results: n === order.length - 1 ? provenFrom(NIC) : 'dmarc=none' }),
      });
    }
    return one;
  };
  const became = (one: Desk) => ({
    tickets: one.tickets().length,
    status: one.ticket(7102).status,
    score: one.ticket(7102).rating?.score,
    rated: one.records.flatMap(({ changes }) => changes).filter(isRated).length,
    came: one.ticket(7102).messages.filter(({ text }) => text.startsWith('It broke')).length,
  });
  const isRated = ({ type }: { readonly type: string }) => type === 'ticket.rated';

  test.each([['It broke once more.'], ['It broke. Why?']])(
    'rates it and opens it again, whichever comes first: %s',
    async (text) => {
      const wanted = { tickets: 1, status: 'open', score: 2, rated: 1, came: 1 };
      expect(became(await toBoth(text, ['ticket', 'rating']))).toEqual(wanted);
      expect(became(await toBoth(text, ['rating', 'ticket']))).toEqual(wanted);
      expect(became(await toBoth(text, ['rating', 'ticket', 'rating', 'ticket']))).toEqual(wanted);
      expect(became(await toBoth(text, ['ticket', 'rating', 'ticket', 'rating']))).toEqual(wanted);
    },
  );

  test('also if the second one proves who wrote it, and the first one did not', async () => {
    const wanted = { tickets: 1, status: 'open', score: 2, rated: 1, came: 1 };
    expect(became(await toBoth('It broke.', ['ticket', 'rating'], true))).toEqual(wanted);
    expect(became(await toBoth('It broke.', ['rating', 'ticket'], true))).toEqual(wanted);
  });

  test('opens it again also if the number counts no more', async () => {
    for (const order of [
      ['rating', 'ticket'],
      ['ticket', 'rating'],
    ] as const) {
      const one = await closed();
      await one.deliver({ to: addressOf(one, 5), text: '' });
      const to = { ticket: 'support-7102', rating: addressOf(one, 1) };
      for (const place of order)
        await one.deliver({ to: 'x@y.example', rcpt: to[place], text: 'It broke.', id: '<b@x.y>' });
      expect(became(one)).toEqual({ tickets: 1, status: 'open', score: 5, rated: 1, came: 1 });
    }
  });

  test('rates it without a word as well', async () => {
    const wanted = { tickets: 1, score: 2, rated: 1 };
    expect(became(await toBoth('', ['ticket', 'rating']))).toMatchObject(wanted);
    expect(became(await toBoth('', ['rating', 'ticket']))).toMatchObject(wanted);
  });

  test('also if it goes to the desk as well, and the ticket hears of it there', async () => {
    for (const order of [
      ['new', 'rating'],
      ['rating', 'new'],
    ] as const)
      expect(became(await toBoth('It broke.', order))).toMatchObject({ score: 2, rated: 1 });
  });
});
