/** Whose words an erasure takes, whose it leaves, and what it says of those that it leaves. */
import { describe, expect, test } from 'vitest';
import { blanked } from '../../src/journal/erasing/blanked.ts';
import { ofPerson, ofTicket } from '../../src/journal/erasing/erasure.ts';
import { addressesIn } from '../../src/journal/erasing/person.ts';
import { textsIn, textsLine } from '../../src/journal/texts.ts';
import { ERASED } from '../../src/ticket/erased.ts';
import { BOB, EVE, KAY, NIC, SUPPORT } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { provenFrom } from '../kit/mail.ts';

const everything = (desk: Desk) => JSON.stringify(desk.records);

describe('a person', () => {
  test('is in no commit any more: what they wrote, what was written to them, who they are', async () => {
    const desk = new Desk();
    await desk.deliver({ from: NIC, subject: 'zlogin', text: 'zpassword' });
    await desk.answer(7102, 'zanswer of ours', 'bob');
    await desk.deliver({ to: 'support-7102', from: NIC, text: 'zthanks' });
    const { tickets, quoted } = await desk.erase(ofPerson(NIC));
    expect(everything(desk)).not.toMatch(/zlogin|zpassword|zthanks|zanswer|ferrier/i);
    expect({ tickets, quoted }).toEqual({ tickets: ['SUPPORT-7102'], quoted: [] });
    expect(desk.ticket(7102)).toMatchObject({
      ...{ subject: ERASED, requester: null, status: 'resolved' },
      messages: [{ serial: 1, text: ERASED }, { serial: 2 }, { serial: 3 }, { serial: 4 }],
    });
  });

  test('of one mailbox has every spelling of it', async () => {
    const desk = new Desk();
    await desk.deliver({ from: 'Nic+shop@Ferrier.example', text: 'zwords' });
    await desk.erase(ofPerson(NIC));
    expect(everything(desk)).not.toMatch(/zwords|ferrier/i);
  });

  test('takes nothing of anybody else with them', async () => {
    const desk = new Desk();
    await desk.deliver({ from: KAY, subject: 'printer', text: 'It is on fire.' });
    const before = JSON.stringify(desk.records[0]);
    const { commits } = await desk.erase(ofPerson(NIC));
    expect(commits).toEqual([]);
    expect(JSON.stringify(desk.records[0])).toBe(before);
  });

  test('leaves the ticket of another one, without their name, address and words', async () => {
    const desk = new Desk();
    await desk.deliver({ from: KAY, subject: 'printer', text: 'It is on fire.' });
    await desk.order(7102, `cc +${NIC}`);
    await desk.answer(7102, 'We are coming.', 'bob');
    await desk.deliver({ to: 'support-7102', from: NIC, text: 'zextinguished' });
    const toNic = desk.records.flatMap(({ seq, outgoing }) =>
      outgoing.flatMap(({ recipient }, n) => (recipient === NIC ? [`${seq}.${n}`] : [])),
    );
    const { letters } = await desk.erase(ofPerson(NIC));
    // None of these goes out any more, if it has not yet.
    expect(toNic).not.toEqual([]);
    expect(letters).toEqual(expect.arrayContaining(toNic));
    expect(everything(desk)).not.toMatch(/zextinguished|nic@/i);
    const { status, requester, participants, messages } = desk.ticket(7102);
    expect({ status, participants }).toEqual({ status: 'open', participants: [] });
    expect(requester).toMatchObject({ address: KAY });
    expect(messages[0]).toMatchObject({ text: 'It is on fire.\n' });
    expect(messages.map(({ text }) => text).join('\n')).toContain('We are coming.');
  });

  test('is in no answer to another one below which they were quoted; what we said stays', async () => {
    const desk = new Desk({ queues: [{ ...SUPPORT, quote: 'thread' }] });
    await desk.deliver({ from: KAY, text: 'It is on fire.', results: provenFrom(KAY) });
    await desk.order(7102, `cc +${NIC}`);
    const more = `Cc: ${KAY}\n`;
    const results = provenFrom(NIC);
    await desk.deliver({ to: 'support-7102', from: NIC, text: 'zwet', more, results });
    await desk.answer(7102, 'We are coming.', 'bob');
    expect(desk.lastTo(KAY).text).toContain(`Nic Ferrier <${NIC}> wrote:\n> zwet`);
    await desk.deliver({ to: 'support-7102', from: KAY, text: 'ok', results: provenFrom(KAY) });
    await desk.answer(7102, 'We are there.', 'bob');
    await desk.erase(ofPerson(NIC));
    expect(everything(desk)).not.toMatch(/zwet|nic/i);
    const { messages } = desk.ticket(7102);
    expect(messages.map(({ text }) => text).join('')).toMatch(/fire\..*coming\..*ok.*there\./s);
    await desk.answer(7102, 'We were there.', 'bob');
    expect(desk.lastTo(KAY).text).toMatch(/> We are there\..*> It is on fire\.\n$/s);
  });

  test('takes nothing of an answer by mail to another one, who had them in copy', async () => {
    const desk = new Desk();
    await desk.deliver({ from: KAY });
    await desk.order(7102, `cc +${NIC}`);
    await desk.deliver({ from: BOB, login: 'bob', to: 'support-7102', text: 'We are coming.' });
    const { commits, letters } = await desk.erase(ofPerson(NIC));
    expect(everything(desk)).not.toMatch(/nic@/i);
    const answer = desk.records.findLast(({ delivery }) => delivery !== undefined);
    const ofAnswer = commits.find(({ seq }) => seq === answer?.seq);
    expect(ofAnswer?.isMailGone).toBe(false);
    const gone = letters.filter((id) => id.startsWith(`${answer?.seq}.`));
    const left = (answer?.outgoing ?? []).map(({ recipient }, n) => ({
      recipient,
      isGone: gone.includes(`${answer?.seq}.${n}`),
    }));
    expect(left).toContainEqual({ recipient: KAY, isGone: false });
    expect(gone).toHaveLength(1);
  });

  test('takes nothing of the copy that somebody else has got of an answer to them', async () => {
    const desk = new Desk();
    await desk.deliver({ from: NIC, text: 'zpassword' });
    await desk.order(7102, `cc +${KAY}`);
    await desk.answer(7102, 'We are coming.', 'bob');
    await desk.order(7102, `requester ${KAY}`);
    const toKay = () =>
      desk.records
        .flatMap(({ outgoing }) => outgoing)
        .flatMap((mail) => (mail.recipient === KAY && 'letter' in mail ? mail.letter : []));
    const [before] = toKay();
    await desk.erase(ofPerson(NIC));
    expect(everything(desk)).not.toMatch(/zpassword|nic@/i);
    expect(toKay()).toEqual([{ ...before, cc: [{ name: ERASED, address: ERASED }] }]);
  });

  test('whose ticket is somebody else’s by now is gone from it, and the rest of it stays', async () => {
    const desk = new Desk();
    await desk.deliver({ from: NIC, subject: 'zlogin', text: 'zpassword' });
    await desk.order(7102, `requester ${KAY}`);
    await desk.deliver({ to: 'support-7102', from: KAY, subject: 'Mine', text: 'It is mine now.' });
    await desk.erase(ofPerson(NIC));
    expect(everything(desk)).not.toMatch(/zlogin|zpassword|nic@/i);
    const { requester, participants, messages } = desk.ticket(7102);
    expect({ requester, participants }).toMatchObject({
      requester: { address: KAY },
      participants: [],
    });
    expect(messages.map(({ text }) => text).join('')).toContain('It is mine now.');
  });

  test.each([NIC, 'zhome@ferrier.example'])(
    'who has asked to be answered at another address is found by either: %s',
    async (address) => {
      const desk = new Desk();
      const more = 'Reply-To: zhome@ferrier.example\n';
      await desk.deliver({ from: NIC, subject: 'zlogin', text: 'zpassword', more });
      await desk.answer(7102, 'We look into it.', 'bob');
      await desk.erase(ofPerson(address));
      expect(everything(desk)).not.toMatch(/zlogin|zpassword/);
      expect(everything(desk)).not.toContain(address);
      expect(desk.ticket(7102).messages[0]).toMatchObject({ text: ERASED });
    },
  );

  const RECORDED = { from: NIC, subject: 'Out of office', more: 'Auto-Submitted: auto-replied\n' };

  test.each([
    ['an automatic reply, as all of them', ''],
    ['a forwarder', 'srs0=abc=def@forward.example'],
  ])('is in no mail that was only recorded, with the envelope of %s', async (_, sender) => {
    const desk = new Desk();
    await desk.deliver({ from: NIC });
    await desk.deliver({ from: KAY });
    const theirs = await desk.deliver({ ...RECORDED, sender, text: 'zillness' });
    const others = await desk.deliver({ ...RECORDED, from: KAY, sender, text: 'holiday' });
    expect([theirs.end, others.end]).toEqual(['recorded', 'recorded']);
    const { commits } = await desk.erase(ofPerson(NIC));
    expect(commits.filter(({ isMailGone }) => isMailGone).map(({ seq }) => seq)).toEqual([1, 3]);
    expect(everything(desk)).not.toMatch(/nic@/i);
  });

  test('is in no second copy of their mail, that proves more by another way', async () => {
    const desk = new Desk();
    await desk.deliver({ from: KAY });
    await desk.order(7102, `cc +${NIC}`);
    const mail = { from: NIC, to: 'support-7102', id: '<same@ferrier.example>', text: 'zcopy' };
    await desk.deliver({ ...mail, sender: '' });
    await desk.deliver({
      ...{ ...mail, sender: 'srs0=1@forward.example', results: provenFrom(NIC) },
    });
    const [first, second] = desk.records.slice(-2).map(({ seq }) => seq);
    const { commits } = await desk.erase(ofPerson(NIC));
    const gone = commits.filter(({ isMailGone }) => isMailGone).map(({ seq }) => seq);
    expect(gone).toEqual([first, second]);
  });

  test('is held no more, and is told to nobody', async () => {
    const desk = new Desk();
    await desk.deliver({ from: KAY });
    await desk.deliver({ to: 'support-7102', from: NIC, subject: 'zheld', text: 'zstranger' });
    expect(desk.held()).toHaveLength(1);
    await desk.erase(ofPerson(NIC));
    expect(desk.held()).toEqual([]);
    expect(everything(desk)).not.toMatch(/zheld|zstranger|nic@/i);
  });

  test('leaves the held mail of somebody else whose mail they have redirected', async () => {
    const desk = new Desk();
    await desk.deliver({ from: KAY });
    const lee = { from: 'lee@other.example', to: 'support-7102', text: 'From Lee.' };
    await desk.deliver({ ...lee, sender: NIC });
    const [mail] = desk.held();
    const { commits, quoted } = await desk.erase(ofPerson(NIC));
    expect(everything(desk)).not.toMatch(/nic@/i);
    expect(commits.map(({ isMailGone }) => isMailGone)).toEqual([false]);
    expect(desk.held()).toEqual([mail]);
    expect(quoted).toEqual([
      { ticket: null, serial: mail?.id, what: 'held mail', why: 'their address' },
    ]);
    await desk.release(mail?.id ?? 0);
    expect(desk.ticket(7102).messages.map(({ text }) => text)).toContain('From Lee.\n');
  });

  test('and the held mail goes with the ticket that it was for', async () => {
    const desk = new Desk();
    await desk.deliver({ from: KAY });
    await desk.deliver({ from: 'lee@other.example', to: 'support-7102', text: 'zlee' });
    await desk.erase(ofTicket('SUPPORT-7102'));
    expect(desk.held()).toEqual([]);
    expect(everything(desk)).not.toMatch(/zlee|lee@/);
  });

  test('whose words stand in notes and in mail of others is listed, and these stay', async () => {
    const desk = new Desk();
    await desk.deliver({ from: NIC, text: 'My password is zebra-crossing-42.' });
    await desk.order(7102, `cc +${KAY}`);
    await desk.order(7102, 'note They said:\n> My password is zebra-crossing-42.');
    await desk.order(7102, `note Ask ${NIC} again.`);
    await desk.order(7102, 'note Nic Ferrier has called.');
    await desk.order(7102, 'note Nothing about anybody.');
    const { quoted } = await desk.erase(ofPerson(NIC));
    expect(quoted.map(({ what, why }) => [what, why])).toEqual([
      ['note', 'their words'],
      ['note', 'their address'],
      ['note', 'their name'],
    ]);
    expect(
      desk.ticket(7102).messages.filter(({ direction }) => direction === 'internal'),
    ).toHaveLength(4);
    await desk.erase(ofTicket('SUPPORT-7102'));
    expect(everything(desk)).not.toMatch(/zebra|ferrier|nic@/i);
  });

  test('whose words are short is listed if they are quoted in the same ticket', async () => {
    const desk = new Desk();
    for (const from of [KAY, EVE]) await desk.deliver({ from });
    await desk.order(7102, `cc +${NIC}`);
    await desk.deliver({ to: 'support-7102', from: NIC, text: 'Hello,\n\npin 4711' });
    const text = 'Hello,\n\n> pin 4711\n\nWhy that one?';
    await desk.deliver({ to: 'support-7102', from: KAY, text });
    await desk.order(7102, 'note Look:\n> pin 4711\nThat is it.', 'bob');
    await desk.order(7102, 'note Hello,');
    await desk.order(7103, 'note They said:\n> Hello,');
    const { quoted } = await desk.erase(ofPerson(NIC));
    expect(quoted.map(({ ticket, what, why }) => [ticket, what, why])).toEqual([
      ['SUPPORT-7102', 'mail', 'their words'],
      ['SUPPORT-7102', 'note', 'their words'],
    ]);
  });

  test('is in nothing that the staff were told: of notes, lists, transcripts and searches', async () => {
    const desk = new Desk();
    await desk.deliver({ from: NIC, subject: 'zlogin', text: 'zpassword' });
    await desk.order(7102, 'assign kim', 'bob');
    await desk.order(7102, 'note Look at it.', 'bob');
    await desk.deliver({ from: BOB, login: 'bob', to: 'control', text: 'list all\nshow 7102' });
    await desk.deliver({
      from: BOB,
      login: 'bob',
      to: 'control',
      text: 'search zlogin\n> zpassword',
    });
    expect(everything(desk)).toMatch(/zlogin[\s\S]*zlogin/);
    await desk.erase(ofPerson(NIC));
    expect(everything(desk)).not.toMatch(/zlogin|zpassword|nic@/i);
  });

  test('leaves what makes a mail of the staff act once', async () => {
    const desk = new Desk();
    await desk.deliver({ from: NIC, text: 'zpassword' });
    const answer = { from: BOB, login: 'bob', to: 'support-7102', id: '<once@support.example>' };
    await desk.deliver({ ...answer, text: 'zanswer' });
    await desk.erase(ofPerson(NIC));
    expect(everything(desk)).not.toMatch(/zanswer/);
    expect(everything(desk)).toContain('<once@support.example>');
  });

  test('whose ticket was moved is gone by either name', async () => {
    const queues = [
      { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
      { prefix: 'BILLING', address: 'bills', name: 'Billing', first: 1 },
    ];
    const desk = new Desk({ queues });
    await desk.deliver({ from: NIC, subject: 'zbill', text: 'zmoney' });
    await desk.order(7102, 'move BILLING', 'bob');
    await desk.erase(ofPerson(NIC));
    expect(everything(desk)).not.toMatch(/zbill|zmoney|nic@/i);
    expect(desk.ticket('SUPPORT-7102')).toMatchObject({ queue: 'BILLING', status: 'resolved' });
  });

  test('who is erased is erased once: another time finds nothing', async () => {
    const desk = new Desk();
    await desk.deliver({ from: NIC });
    await desk.erase(ofPerson(NIC));
    expect((await desk.erase(ofPerson(NIC))).commits).toEqual([]);
  });

  test('who writes again opens another ticket, under another number', async () => {
    const desk = new Desk();
    await desk.deliver({ from: NIC, text: 'zfirst' });
    await desk.erase(ofPerson(NIC));
    await desk.deliver({ from: NIC, text: 'second' });
    expect(desk.tickets().map(({ id }) => id)).toEqual(['SUPPORT-7102', 'SUPPORT-7103']);
    expect(desk.ticket(7103)).toMatchObject({ requester: { address: NIC } });
  });
});

test('a ticket is erased with its notes and whoever wrote in it, and no other one', async () => {
  const desk = new Desk();
  await desk.deliver({ from: NIC, subject: 'zone', text: 'zfirst' });
  await desk.deliver({ from: NIC, subject: 'two', text: 'second' });
  await desk.order(7102, 'note znote');
  await desk.erase(ofTicket('SUPPORT-7102'));
  expect(everything(desk)).not.toMatch(/zone|zfirst|znote/);
  expect(desk.ticket(7103)).toMatchObject({ subject: 'two', requester: { address: NIC } });
  expect(desk.ticket(7102)).toMatchObject({ status: 'resolved', requester: null });
});

test('of a ticket on legal hold nothing is erased, nor of a person who has words in it', async () => {
  const desk = new Desk();
  await desk.deliver({ from: NIC, subject: 'zone' });
  await desk.deliver({ from: NIC, subject: 'ztwo' });
  const hold = (isOnHold: boolean) =>
    desk.commit([{ type: 'ticket.legalhold', ticket: 'SUPPORT-7102', isOnHold, by: 'kim' }]);
  await hold(true);
  for (const whom of [ofPerson(NIC), ofTicket('SUPPORT-7102')]) {
    expect(await desk.erase(whom)).toMatchObject({ onHold: ['SUPPORT-7102'] });
  }
  expect(everything(desk)).toMatch(/zone[\s\S]*ztwo/);
  await hold(false);
  await desk.erase(ofPerson(NIC));
  expect(everything(desk)).not.toMatch(/zone|ztwo/);
});

describe('a legal hold', () => {
  const hold = (desk: Desk, isOnHold = true) =>
    desk.commit([{ type: 'ticket.legalhold', ticket: 'SUPPORT-7102', isOnHold, by: 'kim' }]);

  test('covers what was merged into its ticket, and what was merged into that', async () => {
    const desk = new Desk();
    await desk.deliver({ from: KAY });
    for (const subject of ['zone', 'ztwo']) await desk.deliver({ from: NIC, subject });
    await desk.order(7104, 'merge 7103 together');
    await desk.order(7103, 'merge 7102 together');
    await hold(desk);
    for (const whom of [ofPerson(NIC), ofTicket('SUPPORT-7103'), ofTicket('SUPPORT-7104')]) {
      expect(await desk.erase(whom)).toMatchObject({ onHold: ['SUPPORT-7102'] });
    }
    expect(everything(desk)).toMatch(/zone[\s\S]*ztwo/);
    await hold(desk, false);
    expect(await desk.erase(ofTicket('SUPPORT-7104'))).toMatchObject({ onHold: [] });
  });

  test('covers mail that is held at its ticket', async () => {
    const desk = new Desk();
    await desk.deliver({ from: KAY });
    await desk.deliver({ to: 'support-7102', from: NIC, text: 'zstranger' });
    await hold(desk);
    expect(await desk.erase(ofPerson(NIC))).toMatchObject({ onHold: ['SUPPORT-7102'] });
    expect(desk.held()).toHaveLength(1);
  });
});

test('what the staff did stays: who, when, and what the ticket was then', async () => {
  const desk = new Desk();
  await desk.deliver({ from: NIC });
  await desk.order(7102, 'assign kim', 'bob');
  await desk.order(7102, 'priority urgent', 'bob');
  await desk.order(7102, 'tag +billing', 'bob');
  await desk.erase(ofPerson(NIC));
  expect(desk.ticket(7102)).toMatchObject({
    ...{ assignee: 'kim', priority: 'urgent', tags: ['billing'] },
  });
});

test('a line of texts keeps its length, and everything else in it', () => {
  const texts = ['one, "two"', 'ü\n\\', 'three', '  '];
  const { texts: line, root, sum } = textsLine(7, ['SUPPORT-7102'], texts);
  const once = blanked(line.trimEnd(), new Set([1]));
  expect(Buffer.byteLength(once)).toBe(Buffer.byteLength(line) - 1);
  expect(textsIn(once, 7, { root, sum })).toEqual(['one, "two"', ERASED, 'three', '  ']);
  expect(blanked(once, new Set([1]))).toBe(once);
  const all = blanked(once, new Set([0, 1, 2, 3]));
  expect(Buffer.byteLength(all)).toBe(Buffer.byteLength(once));
  expect(textsIn(all, 7, { root, sum })).toEqual(texts.map(() => ERASED));
});

test.each([
  ['<nic@ferrier.example>', ['nic@ferrier.example']],
  ['On Monday, Nic <nic@ferrier.example> wrote:', ['nic@ferrier.example']],
  ['mail to: nic@ferrier.example.', ['nic@ferrier.example']],
  ['nothing', []],
])('an address is found in %j', (text, found) => {
  expect(addressesIn(text)).toEqual(found);
});
