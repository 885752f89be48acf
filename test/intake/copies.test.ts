/**
 * Copies of one mail that come one after the other, and need not share a fate: a filter has
 * marked one, or somebody who got a copy sends it first. No order of them loses the mail,
 * and none doubles it. And what came back to its author, sent once more.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { BOB, DOMAIN, EVE, NIC } from '../kit/config.ts';
import { type Came, Desk } from '../kit/desk.ts';
import type { Mail } from '../kit/mail.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk({ staff: [{ name: 'bob', addresses: [BOB], sasl: ['bob'], notify: 'none' }] });
});

/** The same octets each time, but for what our own MTA writes; `queueId`: under which it has it. */
const MAIL: Mail = {
  ...{ to: `new@${DOMAIN}`, subject: 'Hi', text: 'Please help.', id: '<1@ferrier.example>' },
  date: new Date('2026-11-20T09:59:00Z'),
};
const copy = (queueId: string, more: Mail = {}): Promise<Came> =>
  desk.deliver({ ...MAIL, rcpt: 'new', queueId, ...more });
const typesOf = ({ changes }: Pick<Came, 'changes'>) => changes.map(({ type }) => type);
const show = (number = 7102) => desk.ticket(number);

/** How many tickets, messages in them, held mails and mails sent there are. */
function counted() {
  const messages = desk.tickets().flatMap((ticket) => ticket.messages);
  return {
    tickets: desk.tickets().length,
    messages: messages.filter(({ direction }) => direction === 'in').length,
    held: desk.held().length,
    sent: desk.letters.length,
  };
}

const FATES = {
  recorded: { sender: 'mailer-daemon@mx.example' },
  held: { above: 'X-Spam-Flag: YES\n' },
  ticket: {},
} as const;
type Fate = keyof typeof FATES;
const ORDER: readonly Fate[] = ['recorded', 'held', 'ticket'];
const WANTED = {
  recorded: { tickets: 0, messages: 0, held: 0, sent: 0 },
  held: { tickets: 0, messages: 0, held: 1, sent: 0 },
  ticket: { tickets: 1, messages: 1, held: 0, sent: 1 },
} as const;
const pairs = ORDER.flatMap((first) => ORDER.map((second) => [first, second] as const));
const higher = (a: Fate, b: Fate) => (ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b);

describe('a copy that would be recorded, held or a ticket, after one that was', () => {
  test.each(pairs)('%s, then %s under another queue id, to another address', async (was, is) => {
    await copy('ONE', FATES[was]);
    const second = await copy('TWO', { rcpt: 'support', ...FATES[is] });
    const wanted = WANTED[higher(was, is)];
    expect(counted()).toEqual(wanted);
    const isMore = higher(was, is) !== was;
    expect(desk.records).toHaveLength(isMore ? 2 : 1);
    if (isMore) expect(second.changes[0]).toEqual({ type: 'mail.again', earlier: 1, was });
    // Each of the two is tried again by the MTA.
    await copy('ONE', FATES[was]);
    await copy('TWO', { rcpt: 'support', ...FATES[is] });
    expect(counted()).toEqual(wanted);
  });

  test.each(pairs)('%s, then %s under the same queue id, to another address', async (was, is) => {
    await copy('ONE', FATES[was]);
    await copy('ONE', { rcpt: 'support', ...FATES[is] });
    expect(counted()).toEqual(WANTED[higher(was, is)]);
  });

  test.each(pairs)('%s, then %s, which the queue id calls a retry', async (was, is) => {
    await copy('ONE', FATES[was]);
    await copy('ONE', FATES[is]);
    expect(counted()).toEqual(WANTED[was]);
  });
});

test('a mark that the config names makes no other mail of it', async () => {
  desk.configure({ spam: [{ header: 'X-Ours-Says', pattern: 'pills' }], staff: [] });
  await copy('ONE', { above: 'X-Ours-Says: pills\n' });
  await copy('TWO', { above: 'X-Ours-Says: fine\n' });
  expect(counted()).toEqual(WANTED.ticket);
});

test('where no queue id is known, the content alone is compared', async () => {
  const piped = { rcpt: null, verb: 'new' } as const;
  await copy('ONE', { ...piped, above: 'X-Spam-Flag: YES\n' });
  await copy('ONE', piped);
  await copy('ONE', piped);
  expect(counted()).toEqual(WANTED.ticket);
});

test('two mails without a Message-ID are two under two queue ids, and one under one', async () => {
  await copy('ONE', { id: null });
  await copy('ONE', { id: null, rcpt: 'support' });
  await copy('TWO', { id: null });
  expect(counted()).toEqual({ tickets: 2, messages: 2, held: 0, sent: 2 });
});

test('two mails that say only in their envelope who they are from are two', async () => {
  const nobody = Buffer.from(
    'Received: from a (a [203.0.113.1])\n\tby mx.example (Postfix) with ESMTP id ID; Fri, 2 Jan 2026\nSubject: Hi\nMessage-ID: <1@x.example>\n\nPlease help.\n',
  ).toString();
  const deliver = (id: string, sender: string) =>
    desk.deliver({
      octets: Buffer.from(nobody.replace('ID', id)),
      environment: { SENDER: sender, RECIPIENT: `new@${DOMAIN}` },
      verb: 'any',
    });
  await deliver('ONE', EVE);
  await deliver('TWO', NIC);
  await deliver('THREE', NIC);
  expect(counted()).toEqual({ tickets: 2, messages: 2, held: 0, sent: 2 });
  expect(desk.to(NIC)).toHaveLength(1);
});

describe('of a mail in its ticket', () => {
  const PROVEN = {
    above: 'Authentication-Results: mx.example; dmarc=pass header.from=ferrier.example\n',
  };

  test('a better proof is noted once: no second message, no second answer', async () => {
    await copy('ONE');
    const before = show();
    const second = await copy('TWO', PROVEN);
    await copy('THREE', PROVEN);
    expect(show().messages).toHaveLength(before.messages.length);
    expect(show().messages[0]).toMatchObject({ ...before.messages[0], trust: 'authenticated' });
    expect(desk.letters).toHaveLength(1);
    expect(typesOf(second)).toEqual(['mail.again', 'message.proven']);
    expect(desk.records).toHaveLength(2);
  });

  test('a worse one changes nothing', async () => {
    await copy('ONE', PROVEN);
    const before = show();
    await copy('TWO');
    expect(show()).toEqual(before);
  });

  test("a machine's copy that came first keeps the person's from nothing", async () => {
    desk.configure({ staff: [{ name: 'bob', addresses: [BOB] }] });
    await copy('ONE');
    const answers = desk.lastTo(NIC).id;
    await desk.order(7102, 'close');
    const told = desk.to(BOB).length;
    const still = { answers, id: '<2@ferrier.example>', text: 'Still.' };
    await copy('TWO', { ...still, sender: 'mailer-daemon@mx.example' });
    expect(show().status).toBe('resolved');
    expect(desk.to(BOB)).toHaveLength(told);
    await copy('THREE', still);
    expect(show()).toMatchObject({ status: 'open', waiting: { for: 'desk' } });
    expect(show().messages.filter(({ direction }) => direction === 'in')).toHaveLength(2);
    expect(show().messages.at(-1)).toMatchObject({ trust: 'thread', text: 'Still.\n' });
    expect(desk.to(BOB)).toHaveLength(told + 1);
  });

  test('what it asks for and needs a proof is done with the better proof', async () => {
    await copy('ONE');
    const stop = { to: 'support-7102', rcpt: 'support-7102', id: '<2@x.example>', text: 'stop' };
    await copy('TWO', stop);
    expect(show()).toMatchObject({ muted: [] });
    await copy('THREE', { ...stop, ...PROVEN });
    expect(show()).toMatchObject({ muted: [NIC] });
  });

  test('it is found where it has been split off', async () => {
    await copy('ONE');
    const second = { id: '<2@ferrier.example>', subject: 'Other', rcpt: 'support-7102' };
    await copy('TWO', second);
    await desk.order(7102, 'split 3');
    await copy('THREE', { ...second, ...PROVEN });
    expect(show(7103).messages[0]).toMatchObject({ trust: 'authenticated' });
  });
});

describe('a mail whose copy with the null sender was faster', () => {
  const NULL: Mail = { sender: '' };
  const PROVEN = {
    above: 'Authentication-Results: mx.example; dmarc=pass header.from=ferrier.example\n',
  };

  test('gets it on a desk without staff as well', async () => {
    desk.configure({ staff: [] });
    await copy('ONE', NULL);
    await copy('TWO', PROVEN);
    expect(counted()).toEqual(WANTED.ticket);
  });

  test.each([
    ['as it came', {}],
    ['with a proof', PROVEN],
  ])('gets its acknowledgement %s, once, in the ticket that is there', async (_, more) => {
    await copy('ONE', NULL);
    expect(show().messages).toMatchObject([{ mark: { check: 'null-sender' } }]);
    expect(show()).toHaveProperty('silence');
    expect(desk.letters).toHaveLength(0);
    const second = await copy('TWO', more);
    expect(typesOf(second)).toEqual(['mail.again', 'message.proven', 'message.added']);
    expect(desk.to(NIC)).toHaveLength(1);
    expect(desk.to(NIC)[0]?.field('In-Reply-To')).toBe(MAIL.id);
    expect(show().messages[0]).not.toHaveProperty('mark');
    expect(show()).not.toHaveProperty('silence');
    await copy('TWO', more);
    await copy('THREE', more);
    await copy('FOUR', NULL);
    expect(counted()).toEqual(WANTED.ticket);
  });

  test('gets none from copies that all have the mark', async () => {
    for (const id of ['ONE', 'TWO', 'THREE']) await copy(id, NULL);
    expect(counted()).toEqual({ ...WANTED.ticket, sent: 0 });
  });

  test('gets none if the staff have answered, or closed it', async () => {
    await copy('ONE', NULL);
    await desk.answer(7102, 'Try it now.');
    await copy('TWO');
    expect(desk.to(NIC)).toHaveLength(1);
    const other = { id: '<2@ferrier.example>', text: 'Another one.' };
    await copy('THREE', { ...other, ...NULL });
    await desk.order(7103, 'close');
    await copy('FOUR', other);
    expect(desk.to(NIC)).toHaveLength(1);
    expect(show(7103).messages).toHaveLength(1);
  });

  test('is under the caps as any other, and the ticket says so', async () => {
    desk.configure({ caps: { address: { count: 1, hours: 1 } } });
    await desk.deliver({ text: 'An earlier one.' });
    await copy('ONE', NULL);
    const second = await copy('TWO');
    expect(typesOf(second)).toEqual(['mail.again', 'message.proven', 'reply.silenced']);
    expect(desk.to(NIC)).toHaveLength(1);
    expect(show(7103).silence).toMatch(/^cap-address: /);
  });

  test('counts for the cap of those who write for the first time', async () => {
    desk.configure({ caps: { firstTime: { count: 3, hours: 1 } } });
    for (let n = 0; n < 6; n += 1) {
      const one = { from: `a${n}@x.example`, id: `<${n}@x.example>`, text: `Help ${n}` };
      await copy(`ONE${n}`, { ...one, ...NULL });
      await copy(`TWO${n}`, one);
    }
    expect(desk.letters.filter(({ to }) => to !== BOB)).toHaveLength(3);
  });
});

describe('a mail that was held', () => {
  const SPAM = { above: 'X-Spam-Flag: YES\n' };
  const heldId = () => desk.held()[0]?.id ?? 0;

  test('and was let in by a person: a later copy is no second message', async () => {
    await copy('ONE', SPAM);
    expect(await desk.release(heldId())).toBe(true);
    await copy('TWO');
    await copy('THREE', SPAM);
    expect(counted()).toEqual(WANTED.ticket);
  });

  test('and was thrown away by a person: a copy without the mark is a ticket, with it nothing', async () => {
    await copy('ONE', SPAM);
    desk.discard(heldId());
    await copy('TWO', SPAM);
    expect(counted()).toEqual(WANTED.recorded);
    await copy('THREE');
    expect(counted()).toEqual(WANTED.ticket);
    expect(desk.records.flatMap(typesOf)).not.toContain('mail.released');
  });

  test('and has become a ticket: nobody can let it in any more', async () => {
    await copy('ONE', SPAM);
    const id = heldId();
    await copy('TWO');
    expect(await desk.release(id)).toBe(false);
    expect(counted()).toEqual(WANTED.ticket);
  });
});

describe('a mail of the staff', () => {
  const fromBob = (queueId: string, n: number, text: string, more: Mail = {}) =>
    copy(queueId, {
      ...{ from: BOB, to: 'support-7102', rcpt: 'support-7102', login: 'bob', text },
      ...{ id: `<bob.${n}@${DOMAIN}>`, ...more },
    });
  const said = () => show().messages.filter(({ direction }) => direction === 'out').length;
  beforeEach(() => copy('ONE').then(() => {}));

  test('that somebody else has handed in before is carried out all the same, once', async () => {
    const text = 'Try it now.';
    await fromBob('A', 1, text, { login: '' });
    expect(desk.held()).toMatchObject([{ reason: { check: 'unproven-staff' } }]);
    await fromBob('B', 1, text);
    await fromBob('C', 1, text);
    await fromBob('D', 1, text, { login: '' });
    expect(desk.held()).toEqual([]);
    expect(said()).toBe(2);
    expect(desk.to(NIC)).toHaveLength(2);
  });

  test('that a machine seems to have handed in before is carried out all the same', async () => {
    const answers = desk.lastTo(NIC).id;
    await fromBob('A', 1, 'Try it now.', { answers, login: '', sender: '' });
    await fromBob('B', 1, 'Try it now.', { answers });
    expect(desk.to(NIC)).toHaveLength(2);
  });

  test('commands that somebody else has handed in before are carried out all the same', async () => {
    const control = { to: 'support-7102', rcpt: 'control' };
    await fromBob('A', 1, 'close 7102', { ...control, login: '' });
    expect(show().status).not.toBe('resolved');
    await fromBob('B', 1, 'close 7102', control);
    expect(show().status).toBe('resolved');
    await desk.order(7102, 'reopen');
    await fromBob('C', 1, 'close 7102', control);
    expect(show().status).toBe('open');
  });

  describe('that came back to its author', () => {
    const WRONG = 'Stauts: resolved\n\nDone.';
    const RIGHT = 'Status: resolved\n\nDone.';
    const HINT = /Answer this mail, or write a new one\./;
    beforeEach(async () => {
      await fromBob('A', 1, WRONG);
      expect(desk.to(BOB)).toHaveLength(1);
      expect(desk.lastTo(BOB).text).not.toMatch(HINT);
    });

    test('is nothing new if the MTA tries again, or hands it to another address', async () => {
      await fromBob('A', 1, WRONG);
      await fromBob('A', 1, WRONG, { rcpt: 'SUPPORT-7102' });
      await fromBob('A', 1, WRONG, { rcpt: 'support-7102-close' });
      expect(desk.to(BOB)).toHaveLength(1);
    });

    test('comes back again if it is sent once more, with the hint how to go on; once each', async () => {
      for (const id of ['B', 'B', 'C']) await fromBob(id, 1, WRONG);
      expect(desk.to(BOB)).toHaveLength(3);
      for (const { text } of desk.to(BOB).slice(1)) expect(text).toMatch(HINT);
      expect(said()).toBe(1);
    });

    test('comes back again if it is put right under the Message-ID that it had', async () => {
      await fromBob('B', 1, RIGHT);
      await fromBob('B', 1, RIGHT);
      expect(desk.to(BOB)).toHaveLength(2);
      expect(desk.lastTo(BOB).text).toMatch(HINT);
      expect(desk.lastTo(BOB).text).toContain('come back to you before');
      expect(desk.to(NIC)).toHaveLength(1);
    });

    test('is nothing new if a person pipes it in twice', async () => {
      const above = `Authentication-Results: mx.example; spf=pass smtp.mailfrom=${DOMAIN}; dmarc=pass header.from=${DOMAIN}\n`;
      for (let n = 0; n < 2; n += 1) {
        await fromBob('X', 5, WRONG, { login: '', rcpt: null, above });
      }
      expect(desk.to(BOB)).toHaveLength(2);
    });

    test('is judged anew under a Message-ID of its own, wrong or right', async () => {
      await fromBob('B', 2, WRONG);
      expect(desk.to(BOB)).toHaveLength(2);
      expect(desk.lastTo(BOB).text).not.toMatch(HINT);
      await fromBob('C', 3, RIGHT);
      expect(show()).toMatchObject({ status: 'resolved' });
      expect(desk.to(NIC)).toHaveLength(2);
    });
  });

  test('commands that were all wrong come back again with the hint; those carried out are not again', async () => {
    const control = { to: 'control', rcpt: 'control' };
    for (const id of ['A', 'A', 'B']) await fromBob(id, 1, 'colse 7102', control);
    expect(desk.to(BOB)).toHaveLength(2);
    expect(desk.lastTo(BOB).text).toContain('Answer this mail, or write a new one.');
    await fromBob('C', 2, 'close 7102', control);
    await desk.order(7102, 'reopen');
    await fromBob('D', 2, 'close 7102', control);
    expect(show()).toMatchObject({ status: 'open' });
  });
});
