/** Answers that go out later, and answers that are taken back before they have gone out. */
import { beforeEach, describe, expect, test } from 'vitest';
import { sendLeftovers } from '../../src/jobs/outbox.ts';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { unknownFate } from '../../src/journal/hand-over.ts';
import { summary } from '../../src/ticket/summary.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';
import { BOB, EVE, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

const STAFF = [
  { name: 'bob', addresses: [BOB], sasl: ['bob'] },
  { name: 'kim', addresses: [KIM], sasl: ['kim'], notify: 'assigned' },
];
const CONFIG = { staff: STAFF, timeZone: 'Europe/Berlin' };
/** Tomorrow, 8:00 in Berlin: today is 2026-11-20. */
const EIGHT = '2026-11-21T07:00:00.000Z';
const NO_CLOCK = 'nothing here sends mail at a time';

let desk: Desk;
const clockRuns = () => desk.during(({ store }) => store.noteRun('timer'));
const unsent = () => desk.opened.store.unsent();
const anyRun = () =>
  desk.during(({ config, store, mta, now }) =>
    sendLeftovers({ config, store, mta, now }).then(() => store.catchUp()),
  );
const answers = (number: number | TicketId = 7102) =>
  desk.ticket(number).messages.flatMap((one) => (one.direction === 'out' && one.by ? one : []));
const reply = (text: string, at?: string, by = 'bob') =>
  desk.act(7102, { type: 'reply', text, ...(at !== undefined && { at }) }, by);
const undo = (by = 'bob') => desk.act(7102, { type: 'undo' }, by);

beforeEach(async () => {
  desk = new Desk(CONFIG);
  await desk.deliver({ text: 'Nobody can log in.' });
  await desk.during(({ store }) => store.catchUp());
});

describe('an answer that has a time', () => {
  test('goes out then, and not before', async () => {
    await clockRuns();
    expect(await reply('Good morning.', 'tomorrow 8:00')).toMatchObject({
      end: 'done',
      isSent: true,
    });
    expect(answers()).toMatchObject([{ notBefore: EIGHT, delivery: 'waiting' }]);
    expect(desk.ticket(7102)).toMatchObject({ status: 'pending' });
    expect(summary(desk.ticket(7102))).toMatchObject({ answerAt: EIGHT });
    desk.now = new Date('2026-11-21T06:59:59Z');
    await anyRun();
    expect(await unsent()).toHaveLength(1);
    desk.now = new Date(EIGHT);
    await anyRun();
    expect(await unsent()).toEqual([]);
    expect(answers()).toMatchObject([{ delivery: 'sent' }]);
    expect(summary(desk.ticket(7102))).not.toHaveProperty('answerAt');
  });

  test('says by its Date when it goes out, and the ticket when it was written', async () => {
    await clockRuns();
    await reply('Good morning.', 'tomorrow 8:00');
    expect(desk.lastTo(NIC).content).toMatch(/^Date: Sat, 21 Nov 2026 07:00:00 \+0000$/m);
    expect(answers()).toMatchObject([{ date: desk.now.toISOString() }]);
  });

  test.each(['in 50 minutes', 'tomorrow 8:00'])(
    'does not go before "%s" though the clock of another host is behind',
    async (at) => {
      await clockRuns();
      await reply('Good morning.', at);
      const [time] = (await unsent()).map(({ notBefore }) => notBefore);
      for (const minutes of [1.5, 30, 500]) {
        desk.wait(-minutes * 60_000);
        await anyRun();
        expect(answers()).toMatchObject([{ delivery: 'waiting' }]);
      }
      desk.now = new Date(time ?? '');
      await anyRun();
      expect(answers()).toMatchObject([{ delivery: 'sent' }]);
    },
  );

  test.each([
    ['yesterday', 'is past'],
    ['next week', 'does not say which day'],
    ['when I am back', 'is not understood'],
  ])('"%s" is refused, and nothing is sent', async (at, why) => {
    await clockRuns();
    const refused = await reply('Good morning.', at);
    expect(refused).toMatchObject({ end: 'refused' });
    expect(refused.end === 'refused' && refused.reason).toContain(why);
    expect(answers()).toEqual([]);
  });

  test('is refused where nothing runs by the clock, with what mends it', async () => {
    for (const ran of [null, '2026-11-20T08:50:00Z', '2026-11-20T12:00:00Z']) {
      if (ran !== null) {
        const now = desk.now;
        desk.now = new Date(ran);
        await clockRuns();
        desk.now = now;
      }
      const refused = await reply('Good morning.', 'tomorrow 8:00');
      expect(refused.end === 'refused' && refused.reason).toContain(NO_CLOCK);
      expect(refused.end === 'refused' && refused.reason).toContain('mailrobot-due.timer');
    }
    expect(answers()).toEqual([]);
  });
});

describe('an answer that is kept back for some seconds', () => {
  const HELD = 'your answer goes out in 30 seconds, at 11:00:30 (Europe/Berlin).';

  test('says so, to the second, to an author who is told something anyway', async () => {
    desk.configure({ ...CONFIG, undo: 30 });
    await clockRuns();
    await byMail('Status: resolved\n\nIt works again.');
    const { text } = desk.lastTo(BOB);
    expect(text).toContain('SUPPORT-7102 is resolved.');
    expect(text).toContain(HELD);
    expect(text).toContain('Until then "undo SUPPORT-7102" takes it back.');
  });

  test('is no reason for a mail by itself', async () => {
    desk.configure({ ...CONFIG, undo: 30 });
    await clockRuns();
    const { letters } = await byMail('It works again.');
    expect(letters.filter(({ to }) => to === BOB)).toEqual([]);
  });

  test('nothing is said of it where it goes out at once', async () => {
    await byMail('Status: resolved\n\nIt works again.');
    expect(desk.lastTo(BOB).text).not.toContain('goes out');
  });
});

describe('Send: at the top of an answer', () => {
  test('its author is told when it goes out, in full, with the zone', async () => {
    await clockRuns();
    const came = await byMail('Send: tomorrow 8:00\n\nGood morning, Nic.');
    expect(came.end).toBe('carried-out');
    expect(answers()).toMatchObject([{ notBefore: EIGHT, text: 'Good morning, Nic.\n' }]);
    expect(desk.lastTo(BOB).text).toContain(
      'SUPPORT-7102: your answer goes out on Saturday, 21 November 2026, 08:00 (Europe/Berlin).',
    );
    expect(desk.lastTo(BOB).text).toContain('"undo SUPPORT-7102" takes it back');
  });

  test('the zone is that of its author', async () => {
    desk.configure({ ...CONFIG, staff: [{ ...STAFF[0], timeZone: 'America/New_York' }] });
    await clockRuns();
    await byMail('Send: tomorrow 8:00\n\nGood morning, Nic.');
    expect(answers()).toMatchObject([{ notBefore: '2026-11-21T13:00:00.000Z' }]);
  });

  test.each([
    ['Send: whenever\n\nGood morning.', 'is not understood'],
    ['Send:\n\nGood morning.', 'it needs a time'],
    ['Send: tomorrow 8:00', '`send:` stands above an answer to the customer'],
    ['note\nSend: tomorrow 8:00\n\nFor us.', '`send:` stands above an answer to the customer'],
  ])('what cannot be done comes back: %j', async (text, why) => {
    await clockRuns();
    expect((await byMail(text)).end).toBe('returned');
    expect(desk.lastTo(BOB).text.toLowerCase()).toContain(why);
    expect(await unsent()).toEqual([]);
  });

  test('comes back where nothing runs by the clock', async () => {
    expect((await byMail('Send: tomorrow 8:00\n\nGood morning.')).end).toBe('returned');
    expect(desk.lastTo(BOB).text.toLowerCase()).toContain(NO_CLOCK);
  });
});

/** The one that waits, without a word; before its time only an undo can have. */
async function breaksOff(): Promise<void> {
  await desk.during(({ store }) =>
    store.exclusive(async (transaction) => {
      const changes = (await store.unsent()).map(unknownFate);
      await transaction.commit({ changes, outgoing: [] });
    }),
  );
}

const byMail = (text: string, to = 'support-7102') =>
  desk.deliver({ from: BOB, to, login: 'bob', text });

describe('undo', () => {
  beforeEach(async () => {
    desk.configure({ ...CONFIG, undo: 30 });
    await clockRuns();
  });

  test('an answer waits for so many seconds, and goes', async () => {
    await reply('It works again.');
    expect(answers()).toMatchObject([{ notBefore: '2026-11-20T10:00:30.000Z' }]);
    desk.wait(29_000);
    await anyRun();
    expect(await unsent()).toHaveLength(1);
    desk.wait(1000);
    await anyRun();
    expect(answers()).toMatchObject([{ delivery: 'sent' }]);
    expect(await undo()).toMatchObject({ end: 'refused' });
  });

  test('goes at once where nothing would send it', async () => {
    desk.now = new Date('2026-11-20T15:00:00Z');
    await reply('It works again.');
    expect(answers()).toMatchObject([{ delivery: 'sent' }]);
    expect(answers()[0]).not.toHaveProperty('notBefore');
  });

  test('what a machine says is not held, nor a note', async () => {
    await desk.deliver({ from: 'eve@lab.example', text: 'Another one.' });
    await desk.act(7102, { type: 'note', text: 'For us.' }, 'bob');
    expect((await unsent()).filter(({ notBefore }) => notBefore !== undefined)).toEqual([]);
  });

  test('takes the answer back: status and waiting are as before, and its author gets the words', async () => {
    const before = desk.ticket(7102);
    await reply('It works again.');
    desk.wait(5000);
    expect(desk.ticket(7102)).toMatchObject({ status: 'pending', waiting: { for: 'customer' } });
    expect(await undo()).toMatchObject({ end: 'done' });
    expect(answers()).toMatchObject([{ delivery: 'undone', text: 'It works again.\n' }]);
    const { status, waiting } = desk.ticket(7102);
    expect({ status, waiting }).toEqual({ status: before.status, waiting: before.waiting });
    expect(summary(desk.ticket(7102))).not.toHaveProperty('answerAt');
    expect(desk.lastTo(BOB).text).toContain('It works again.');
    expect(desk.lastTo(BOB).text).toContain('You have taken back your answer about SUPPORT-7102');
    desk.wait(60_000);
    await anyRun();
    expect(await unsent()).toEqual([]);
    expect(answers()).toMatchObject([{ delivery: 'undone' }]);
  });

  test('a colleague takes it back: its author hears of it', async () => {
    await reply('It works again.');
    await undo('kim');
    expect(desk.lastTo(BOB).text).toContain('kim has taken back your answer');
  });

  test('takes the last one back, with its copies, and then the one before', async () => {
    await desk.order(7102, 'cc +alice@ferrier.example');
    await reply('One.');
    await reply('Two.');
    await undo();
    const states = () => answers().map(({ text, delivery }) => `${text.trim()} ${delivery}`);
    expect(states()).toEqual(['One. waiting', 'One. waiting', 'Two. undone', 'Two. undone']);
    await undo();
    expect(states()).toEqual(['One. undone', 'One. undone', 'Two. undone', 'Two. undone']);
    expect(await unsent()).toEqual([]);
    expect(await undo()).toMatchObject({
      end: 'refused',
      reason: 'SUPPORT-7102 has no answer that has not gone out',
    });
  });

  test('a status that somebody has given since stays', async () => {
    await reply('It works again.');
    await desk.order(7102, 'close', 'kim');
    await undo();
    expect(desk.ticket(7102)).toMatchObject({ status: 'resolved', waiting: null });
  });

  test('a status that came with the answer goes with it', async () => {
    await byMail('Status: resolved\n\nIt works again.');
    expect(desk.ticket(7102)).toMatchObject({ status: 'resolved' });
    await undo();
    expect(desk.ticket(7102)).toMatchObject({ status: 'new', waiting: { for: 'desk' } });
  });

  test('a status goes back also if the answer waits for the mail server alone', async () => {
    desk.configure(CONFIG);
    desk.mtaStops();
    const before = desk.ticket(7102);
    await reply('It works again.');
    expect(desk.ticket(7102)).toMatchObject({ status: 'pending' });
    expect(await undo()).toMatchObject({ end: 'done' });
    const { status, waiting } = desk.ticket(7102);
    expect({ status, waiting }).toEqual({ status: before.status, waiting: before.waiting });
  });

  test.each<readonly [string, () => Promise<unknown>, object]>([
    [
      'an answer that has gone',
      async () => {
        desk.configure(CONFIG);
        await reply('At once.', undefined, 'kim');
        await desk.during(({ store }) => store.catchUp());
      },
      { status: 'pending', waiting: { for: 'customer' } },
    ],
    [
      'a time to look at it',
      () => desk.order(7102, 'status pending until in 9 days', 'kim'),
      { status: 'pending', waiting: { for: 'customer' }, snoozed: { by: 'kim' } },
    ],
    [
      'a mail of its customer, and a status',
      async () => {
        await desk.deliver({ from: NIC, to: 'support-7102', text: 'It is still so.' });
        await desk.order(7102, 'status pending', 'kim');
      },
      { status: 'pending', waiting: { for: 'customer' } },
    ],
  ])('what a colleague has done since stays: %s', async (_, act, left) => {
    await reply('Later.', 'tomorrow 8:00');
    desk.wait(60_000);
    await act();
    expect(await undo()).toMatchObject({ end: 'done' });
    expect(answers()[0]).toMatchObject({ delivery: 'undone' });
    expect(desk.ticket(7102)).toMatchObject(left);
  });

  test('a mail that came meanwhile waits for the desk', async () => {
    desk.configure(CONFIG);
    await reply('First.');
    await desk.order(7102, 'status open');
    await byMail('Send: tomorrow 8:00\nStatus: open\n\nSecond.');
    desk.wait(60_000);
    const since = desk.now.toISOString();
    await desk.deliver({ from: NIC, to: 'support-7102', text: 'It is burning!' });
    await undo();
    expect(desk.ticket(7102)).toMatchObject({
      status: 'open',
      waiting: { for: 'desk', since, told: null },
    });
  });

  test('after each undo a ticket waits since the first mail that nobody has answered', async () => {
    desk.configure(CONFIG);
    const since = () => desk.ticket(7102).waiting?.since;
    const says = async (text: string) => {
      desk.wait(60_000);
      await desk.deliver({ from: NIC, to: 'support-7102', text });
      return desk.now.toISOString();
    };
    await reply('First.');
    await desk.during(({ store }) => store.catchUp());
    const first = await says('Still broken.');
    await reply('Second.', 'tomorrow 8:00');
    const second = await says('VERY broken.');
    await reply('Third.', 'tomorrow 9:00');
    desk.wait(60_000);
    await undo();
    expect([desk.ticket(7102).status, since()]).toEqual(['open', second]);
    await undo();
    expect([desk.ticket(7102).status, since()]).toEqual(['open', first]);
  });

  test('by mail and by the feed', async () => {
    await reply('One.');
    const came = await byMail('undo 7102', 'control');
    expect(came.end).toBe('answered');
    expect(answers()).toMatchObject([{ delivery: 'undone' }]);
    expect(
      desk
        .to(BOB)
        .map(({ text }) => text)
        .join('\n'),
    ).toMatch(/SUPPORT-7102: #\d+ of bob, for Friday,\s20\sNovember\s2026,.*is\s+taken\s+back/s);
    await reply('Two.');
    expect(
      await desk.apply({ type: 'ticket.command', ticket: '7102', command: 'undo' }),
    ).toMatchObject({ end: 'done' });
    expect(answers()).toMatchObject([{ delivery: 'undone' }, { delivery: 'undone' }]);
  });

  test('says which it was, and that a newer one has gone', async () => {
    desk.configure(CONFIG);
    await reply('Good morning.', 'monday 8:00');
    await reply('We look into it.', undefined, 'kim');
    await desk.order(7102, 'priority high', 'kim');
    expect(answers()).toMatchObject([{ delivery: 'waiting' }, { delivery: 'sent' }]);
    await byMail('undo 7102', 'control');
    const told = desk
      .to(BOB)
      .map(({ text }) => text.replace(/\s+/g, ' '))
      .join('\n');
    const [monday, newer] = answers();
    expect(told).toContain(`SUPPORT-7102: #${monday?.serial} of bob, for Monday, 23 November 2026`);
    expect(told).toContain(`Answer #${newer?.serial}, which is newer, has gone out.`);
    expect(answers()).toMatchObject([{ delivery: 'undone' }, { delivery: 'sent' }]);
  });

  describe('of several that wait', () => {
    beforeEach(async () => {
      await reply('For Monday.', 'monday 8:00');
      await reply('For tomorrow.', 'tomorrow 8:00', 'kim');
    });
    const states = () => answers().map(({ delivery }) => delivery);
    const numbers = () => answers().map(({ serial }) => serial);

    test('the one of a number, by mail, terminal and feed, and the others stay', async () => {
      const [monday] = numbers();
      await byMail(`undo 7102 #${monday}`, 'control');
      const told = desk
        .to(BOB)
        .map(({ text }) => text.replace(/\s+/g, ' '))
        .join('\n');
      expect(told).toContain(
        `SUPPORT-7102: #${monday} of bob, for Monday, 23 November 2026, 08:00 (Europe/Berlin), is`,
      );
      expect(told).toContain(`Still to go out: #${numbers()[1]} of kim`);
      expect(states()).toEqual(['undone', 'waiting']);
      const line = { type: 'ticket.command', ticket: '7102', command: `undo ${numbers()[1]}` };
      expect(await desk.apply(line)).toMatchObject({ end: 'done' });
      expect(states()).toEqual(['undone', 'undone']);
    });

    test.each([
      ['that is none', 1, 'is no answer'],
      ['that there is not', 77, 'has no message 77'],
    ])('a number %s is refused', async (_, serial, why) => {
      const refused = await desk.act(7102, { type: 'undo', serial }, 'bob');
      expect(refused.end === 'refused' && refused.reason).toContain(why);
      expect(states()).toEqual(['waiting', 'waiting']);
    });

    test('one that has gone, or was taken back, is refused by that name', async () => {
      const [monday, tomorrow] = numbers();
      const undoOf = (serial = 0) => desk.act(7102, { type: 'undo', serial }, 'bob');
      desk.now = new Date(EIGHT);
      await anyRun();
      const gone = await undoOf(tomorrow);
      expect(gone.end === 'refused' && gone.reason).toBe(
        `message ${tomorrow} of SUPPORT-7102 has gone out`,
      );
      await undoOf(monday);
      const again = await undoOf(monday);
      expect(again.end === 'refused' && again.reason).toBe(
        `message ${monday} of SUPPORT-7102 is taken back already`,
      );
    });

    test('without a number, the newest that can still be taken back, though a newer one is on its way', async () => {
      const { store } = desk.opened;
      const newest = (await unsent()).find(({ serial }) => serial === numbers()[1]);
      if (newest === undefined) throw new Error('it waits no more');
      const held = await store.withhold(newest);
      expect(await undo()).toMatchObject({ end: 'done' });
      await held?.letGo();
      expect(states()).toEqual(['undone', 'waiting']);
    });

    test('the older one first, and then the newer one: as if neither had been written', async () => {
      const [monday] = numbers();
      await desk.act(7102, { type: 'undo', serial: monday ?? 0 }, 'bob');
      expect(desk.ticket(7102)).toMatchObject({ status: 'pending' });
      await undo();
      expect(desk.ticket(7102)).toMatchObject({
        ...{ status: 'new', waiting: { for: 'desk', since: '2026-11-20T10:00:00.000Z' } },
      });
    });
  });

  test('an answer to somebody else leaves the ticket waiting as it does', async () => {
    const alice = { name: '', address: 'alice@ferrier.example' };
    await desk.order(7102, `cc +${alice.address}`);
    await desk.order(7102, 'status pending', 'kim');
    const action = { type: 'reply', text: 'Can you look?', at: 'monday' } as const;
    await desk.act(7102, { ...action, to: alice }, 'bob');
    desk.wait(60_000);
    await desk.commit([{ type: 'ticket.reminded', ticket: 'SUPPORT-7102' }]);
    const { waiting } = desk.ticket(7102);
    expect(waiting?.told).not.toBeNull();
    await undo();
    expect(desk.ticket(7102)).toMatchObject({ status: 'pending', waiting });
  });

  test('a mail of the customer opens what an answer had opened, and was closed before', async () => {
    await desk.order(7102, 'close', 'kim');
    await byMail('Status: open\n\nOne more thing.');
    desk.wait(5000);
    await desk.deliver({ from: NIC, to: 'support-7102', text: 'Which one?' });
    await undo();
    expect(desk.ticket(7102)).toMatchObject({ status: 'open', waiting: { for: 'desk' } });
  });

  test('what a mail says of its own date is not since when it waits', async () => {
    await reply('First.');
    const [{ date: written } = { date: '' }] = answers();
    await desk.order(7102, 'status open', 'kim');
    await undo();
    expect(desk.ticket(7102).waiting?.since).toBe('2026-11-20T10:00:00.000Z');
    await desk.deliver({ from: NIC, text: 'Old clock.', date: new Date('1999-01-01T00:00:00Z') });
    await desk.order(7103, 'status pending', 'kim');
    await desk.act(7103, { type: 'reply', text: 'Second.' }, 'bob');
    await desk.order(7103, 'status open', 'kim');
    await desk.act(7103, { type: 'undo' }, 'bob');
    expect((desk.ticket(7103).waiting?.since ?? '') >= written).toBe(true);
  });

  test.each([
    ['an answer', 'It works again.'],
    ['one that closes it', 'Status: resolved\n\nIt works again.'],
  ])('a ticket that was snoozed before %s is snoozed again', async (_, text) => {
    await desk.order(7102, 'reopen', 'kim');
    await desk.order(7102, 'snooze monday 9:00', 'kim');
    const { status, snoozed, waiting } = desk.ticket(7102);
    expect(snoozed).toMatchObject({ by: 'kim' });
    await byMail(text);
    expect(await undo()).toMatchObject({ end: 'done' });
    const after = desk.ticket(7102);
    expect(after).toMatchObject({ status, snoozed });
    expect(after.waiting).toEqual(waiting);
  });

  test('one that was put on the lists again since is not snoozed', async () => {
    await desk.order(7102, 'snooze monday 9:00', 'kim');
    await reply('It works again.');
    await desk.order(7102, 'unsnooze', 'kim');
    await undo();
    expect(desk.ticket(7102).snoozed).toBeUndefined();
  });

  test('takes nothing back that may have gone, since a hand-over of it broke off', async () => {
    await reply('It works again.');
    await breaksOff();
    expect(await undo()).toMatchObject({ end: 'done' });
    await reply('It does, does it?');
    desk.wait(30_000);
    await breaksOff();
    expect(await undo()).toMatchObject({
      end: 'refused',
      reason: `the answer to ${NIC} has gone out, or is on its way`,
    });
    await anyRun();
    expect(answers().map(({ delivery }) => delivery)).toEqual(['undone', 'sent']);
  });

  test('a customer takes nothing back', async () => {
    await reply('One.');
    await desk.deliver({ from: NIC, to: 'control', login: 'nic', text: 'undo 7102' });
    expect(answers()).toMatchObject([{ delivery: 'waiting' }]);
    expect(await unsent()).toMatchObject([{ isBegun: false }]);
  });

  test('the words of one that was taken back can be sent again, and no word of it goes out else', async () => {
    await reply('It works again since ten o clock today, as far as we can see here.');
    await undo();
    await byMail('It works again since eleven o clock today, as far as we can see here.');
    const sent = desk.lastTo(NIC);
    expect(sent.text).toContain('since eleven');
    expect(sent.text).not.toContain('since ten');
    const [first] = answers();
    expect(sent.content).not.toContain(first?.messageId.slice(1, -1));
  });
});

describe('while an answer waits', () => {
  beforeEach(async () => {
    await clockRuns();
    await reply('Good morning, Nic.', 'tomorrow 8:00', 'kim');
  });

  test('its author is told of a new mail of the customer, and that it still goes out', async () => {
    const before = desk.to(KIM).length;
    await desk.deliver({ from: NIC, to: 'support-7102', text: 'It works again, thank you!' });
    expect(desk.to(KIM)).toHaveLength(before + 1);
    const told = desk.lastTo(KIM).text;
    expect(told).toContain('It works again, thank you!');
    expect(told.replace(/\s+/g, ' ')).toContain(
      'Your answer (#3) has not gone out: it goes on Saturday, 21 November 2026, 08:00 (Europe/Berlin)',
    );
    expect(told).toContain('undo SUPPORT-7102');
    desk.now = new Date(EIGHT);
    await anyRun();
    expect(answers()).toMatchObject([{ delivery: 'sent' }]);
  });

  test('a notification says of it that it has not been sent yet', async () => {
    await desk.deliver({ from: NIC, to: 'support-7102', text: 'Is anybody there?' });
    expect(desk.lastTo(KIM).text.replace(/\s+/g, ' ')).toContain(
      'by kim, not sent yet, 2026-11-20',
    );
  });

  test('it is below no other answer, and no Message-ID of it is named', async () => {
    await reply('We look into it.');
    const sent = desk.lastTo(NIC);
    expect(sent.text).toContain('We look into it.');
    expect(sent.text).not.toContain('Good morning');
    expect(sent.content).not.toContain(answers()[0]?.messageId.slice(1, -1));
  });

  test('a closed ticket sends it all the same', async () => {
    await desk.order(7102, 'close', 'bob');
    desk.now = new Date(EIGHT);
    await anyRun();
    expect(answers()).toMatchObject([{ delivery: 'sent' }]);
    expect(desk.ticket(7102).status).toBe('resolved');
  });

  test('a merged ticket sends it', async () => {
    await desk.deliver({ from: NIC, text: 'The same once more.' });
    await desk.order(7102, 'merge 7103');
    await desk.act(7103, { type: 'reply', text: 'Later, too.', at: 'monday' }, 'bob');
    desk.now = new Date(EIGHT);
    await anyRun();
    expect(answers('SUPPORT-7102')).toMatchObject([{ delivery: 'sent' }]);
    expect(await unsent()).toHaveLength(1);
    expect(await undo('kim')).toMatchObject({ end: 'done' });
    expect(answers('SUPPORT-7103')).toMatchObject([{ delivery: 'undone' }]);
    expect(await unsent()).toEqual([]);
  });

  test('a ticket that became part of one that became part of another has its answer taken back', async () => {
    await desk.deliver({ from: NIC, text: 'The same once more.' });
    await desk.deliver({ from: NIC, text: 'And once more.' });
    await desk.order(7102, 'merge 7103');
    await desk.order(7103, 'merge 7104');
    expect(await desk.act(7104, { type: 'undo' }, 'kim')).toMatchObject({ end: 'done' });
    expect(answers('SUPPORT-7102')).toMatchObject([{ delivery: 'undone' }]);
  });

  test('of tickets that were merged, the last answer of all is taken back', async () => {
    await desk.deliver({ from: NIC, text: 'The same once more.' });
    await desk.order(7102, 'merge 7103');
    expect(await desk.act(7103, { type: 'undo' }, 'kim')).toMatchObject({ end: 'done' });
    expect(answers('SUPPORT-7102')).toMatchObject([{ delivery: 'undone' }]);
    expect(await unsent()).toEqual([]);
  });

  test('it stays with a ticket that is moved', async () => {
    desk.configure({
      ...CONFIG,
      queues: [
        { prefix: 'SUPPORT', name: 'Support', address: 'new', first: 7102 },
        { prefix: 'BILLING', name: 'Billing', address: 'billing', first: 1 },
      ],
    });
    await desk.order(7102, 'move BILLING');
    expect(summary(desk.ticket(7102))).toMatchObject({ answerAt: EIGHT });
    desk.now = new Date(EIGHT);
    await anyRun();
    expect(answers()).toMatchObject([{ delivery: 'sent' }]);
  });

  const ALICE = 'alice@ferrier.example';
  const toldKim = () => desk.lastTo(KIM).text.replace(/\s+/g, ' ');
  const deliveries = () =>
    desk
      .ticket(7102)
      .messages.flatMap((one) =>
        one.direction === 'out' && one.notBefore !== undefined
          ? `${one.to[0].address} ${one.delivery}`
          : [],
      );
  const itsTimeComes = async () => {
    desk.now = new Date(EIGHT);
    await anyRun();
    await desk.during(({ store }) => store.catchUp());
  };

  test('it goes to nobody who is no longer on the ticket, and its author is told', async () => {
    await desk.order(7102, `cc +${ALICE}`);
    await reply('And for Alice.', 'tomorrow 8:00', 'kim');
    await desk.order(7102, `cc -${ALICE}`, 'bob');
    await itsTimeComes();
    expect(deliveries()).toEqual([`${NIC} sent`, `${NIC} sent`, `${ALICE} undone`]);
    expect(toldKim()).toContain(`${ALICE} is not on SUPPORT-7102 any more`);
    expect(toldKim()).toMatch(/It goes to [^.]*nic@/);
    expect(toldKim()).toContain('And for Alice.');
    expect(desk.ticket(7102)).toMatchObject({ status: 'pending' });
  });

  test.each([
    ['is blocked', () => desk.order(7102, 'block', 'bob'), 'blocked'],
    [
      'wants no more mail',
      () =>
        desk.commit([
          { type: 'ticket.muted', ticket: 'SUPPORT-7102', address: NIC, isMuted: true, by: NIC },
        ]),
      'has asked for no more mail',
    ],
  ] as const)(
    'it comes back to its author if nobody is left: its customer %s',
    async (_, act, why) => {
      await act();
      await itsTimeComes();
      expect(deliveries()).toEqual([`${NIC} undone`]);
      expect(toldKim()).toContain(why);
      expect(toldKim()).toContain(
        'So it goes to nobody. This is what you wrote: Good morning, Nic.',
      );
      expect(await unsent()).toEqual([]);
      expect(desk.ticket(7102)).toMatchObject({ status: 'new', waiting: { for: 'desk' } });
      await anyRun();
      expect(deliveries()).toEqual([`${NIC} undone`]);
    },
  );

  test('whoever asked before goes on getting it, if somebody else is the requester now', async () => {
    await desk.order(7102, `requester ${ALICE}`, 'bob');
    await itsTimeComes();
    expect(deliveries()).toEqual([`${NIC} sent`]);
  });

  test('somebody else whose mail it answers, and who never was on the ticket, gets it', async () => {
    await desk.act(7102, { type: 'forward', to: EVE, text: 'Can you repair it?' }, 'bob');
    await desk.deliver({
      ...{ from: EVE, to: 'support-7102', answers: desk.lastTo(EVE).id },
      text: 'We can, for 100 EUR.',
    });
    for (const { id } of desk.held()) await desk.release(id);
    const ofEve = desk.to(BOB).find(({ text }) => text.includes('for 100 EUR'));
    await desk.deliver({
      ...{ from: BOB, login: 'bob', to: ofEve?.replyTo ?? '', answers: ofEve?.id ?? null },
      text: 'Send: tomorrow 8:00\n\nPlease do.',
    });
    await itsTimeComes();
    expect(deliveries()).toEqual([`${NIC} sent`, `${EVE} sent`]);
  });

  test('whoever lets somebody go is told of it at once', async () => {
    await desk.order(7102, `cc +${ALICE}`);
    await reply('And for Alice.', 'tomorrow 8:00', 'kim');
    const said = async (words: string) => {
      await byMail(words, 'control');
      return desk
        .to(BOB)
        .map(({ text }) => text.replace(/\s+/g, ' '))
        .join('\n');
    };
    expect(await said(`cc 7102 -${ALICE}`)).toContain(
      `An answer of kim that waits does not go to ${ALICE} any more.`,
    );
    expect(await said(`requester 7102 ${EVE}`)).toContain(
      `2 answers that wait are not to ${EVE}: undo and write again what they are to get.`,
    );
    expect(await said('block 7102')).not.toContain(`${EVE} any more`);
  });

  test('a merge lets nobody go', async () => {
    await desk.deliver({ from: ALICE, text: 'The same here.' });
    await desk.order(7102, 'merge 7103 together');
    await itsTimeComes();
    expect(answers('SUPPORT-7102')).toMatchObject([{ delivery: 'sent' }]);
  });

  test('whoever is erased gets nothing more', async () => {
    await desk.erase(ofPerson(NIC));
    desk.now = new Date(EIGHT);
    await anyRun();
    expect(await unsent()).toEqual([]);
  });
});
