/**
 * Copies of one mail that come one after the other, and need not share a fate: a filter has
 * marked one, or somebody who got a copy sends it first. No order of them loses the mail,
 * and none doubles it. And what came back to its author, sent once more.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordedMail } from '../../src/journal/ledger.ts';
import type { HeldMail } from '../../src/ticket/held.ts';
import type { Ticket } from '../../src/ticket/ticket.ts';
import { makeDesk, type TestDesk } from './desk.ts';

const DOMAIN = 'support-ticket.example';
const NIC = 'nic@ferrier.example';
const BOB = `bob@${DOMAIN}`;

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['authservId'] = 'mx.example';
    config['staff'] = [{ name: 'bob', addresses: [BOB], sasl: ['bob'], notify: 'none' }];
  });
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

interface Copy {
  /** Under which Postfix has it. */
  readonly id?: string;
  readonly to?: string;
  readonly sender?: string;
  /** Fields that our MTA and its filters write. */
  readonly above?: string;
  readonly login?: string;
}

const MAIL = `From: Nic <${NIC}>\nTo: new@${DOMAIN}\nSubject: Hi\nMessage-ID: <1@ferrier.example>\n\nPlease help.\n`;

async function deliver(
  mail: string,
  { id = 'ONE', to = 'new', sender = NIC, above = '', login }: Copy = {},
): Promise<void> {
  const recipient = `${to}@${DOMAIN}`;
  const received = `Received: from mx.example (mx.example [192.0.2.1])\n\tby box.example (Postfix) with ESMTP id ${id}\n\tfor <${recipient}>; Fri,  2 Jan 2026 08:25:44 +0000 (UTC)\n`;
  const ended = await desk.run(['reply'], {
    input: `${above}${received}${mail}`,
    env: { SENDER: sender, RECIPIENT: recipient, ...(login && { SASL_USERNAME: login }) },
  });
  expect(ended).toMatchObject({ exit: 0, stdout: '' });
}

const json = async <T>(...args: readonly string[]): Promise<T> =>
  JSON.parse((await desk.run([...args, '--json'])).stdout);
const show = (id = '7102') => json<Ticket>('ticket', 'show', id);
const heldMails = () => json<HeldMail[]>('held', 'list');
const explained = (name: string) => json<RecordedMail[]>('explain', name);
const changesOf = (mail: RecordedMail | undefined) => mail?.changes.map(({ type }) => type) ?? [];
/** With the line ends of quoted-printable (RFC 2045 6.7) taken out. */
const sentTo = (address: string) =>
  desk
    .sent()
    .filter(({ args }) => args.endsWith(` ${address}`))
    .map((mail) => ({ ...mail, content: mail.content.replace(/=\n/g, '') }));

/** How many tickets, messages in them, held mails and mails sent there are. */
async function counted() {
  const tickets = await json<Ticket[]>('ticket', 'list', '--all');
  const messages = await Promise.all(tickets.map(({ id }) => show(id)));
  return {
    tickets: tickets.length,
    messages: messages.flatMap((ticket) => ticket.messages).filter((m) => m.direction === 'in')
      .length,
    held: (await heldMails()).length,
    sent: desk.sent().length,
  };
}

const FATES = {
  recorded: { sender: '' },
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
    await deliver(MAIL, { id: 'ONE', ...FATES[was] });
    await deliver(MAIL, { id: 'TWO', to: 'support', ...FATES[is] });
    const wanted = WANTED[higher(was, is)];
    expect(await counted()).toEqual(wanted);
    const mails = await explained('<1@ferrier.example>');
    expect(mails).toHaveLength(higher(was, is) === was ? 1 : 2);
    if (higher(was, is) !== was) {
      expect(changesOf(mails[1]).slice(0, 1)).toEqual(['mail.again']);
      expect(mails[1]?.changes[0]).toMatchObject({ earlier: mails[0]?.seq, was });
      const page = await desk.run(['explain', '<1@ferrier.example>']);
      expect(page.stdout).toContain(
        `mail.again a copy of commit ${mails[0]?.seq}, which was ${was}`,
      );
    }
    // Each of the two is tried again by the MTA.
    await deliver(MAIL, { id: 'ONE', ...FATES[was] });
    await deliver(MAIL, { id: 'TWO', to: 'support', ...FATES[is] });
    expect(await counted()).toEqual(wanted);
    expect((await desk.run(['fsck'])).stdout).toContain('in order');
  });

  test.each(pairs)('%s, then %s under the same queue id, to another address', async (was, is) => {
    await deliver(MAIL, FATES[was]);
    await deliver(MAIL, { to: 'support', ...FATES[is] });
    expect(await counted()).toEqual(WANTED[higher(was, is)]);
  });

  test.each(pairs)('%s, then %s, which the queue id calls a retry', async (was, is) => {
    await deliver(MAIL, FATES[was]);
    await deliver(MAIL, FATES[is]);
    expect(await counted()).toEqual(WANTED[was]);
  });
});

test('a mark that the config names makes no other mail of it', async () => {
  desk.configure((config) => {
    config['spam'] = [{ header: 'X-Ours-Says', pattern: 'pills' }];
  });
  await deliver(MAIL, { id: 'ONE', above: 'X-Ours-Says: pills\n' });
  await deliver(MAIL, { id: 'TWO', above: 'X-Ours-Says: fine\n' });
  expect(await counted()).toEqual(WANTED.ticket);
});

test('where no queue id is known, the content alone is compared', async () => {
  const piped = (mail: string) => desk.run(['new'], { input: mail, env: { SENDER: NIC } });
  await piped(`X-Spam-Flag: YES\n${MAIL}`);
  await piped(MAIL);
  await piped(MAIL);
  expect(await counted()).toEqual(WANTED.ticket);
});

test('two mails without a Message-ID are two under two queue ids, and one under one', async () => {
  const mail = `From: ${NIC}\nSubject: Hi\n\nPlease help.\n`;
  await deliver(mail, { id: 'ONE' });
  await deliver(mail, { id: 'ONE', to: 'support' });
  await deliver(mail, { id: 'TWO' });
  expect(await counted()).toEqual({ tickets: 2, messages: 2, held: 0, sent: 2 });
});

test('two mails that say only in their envelope who they are from are two', async () => {
  const mail = 'Subject: Hi\nMessage-ID: <1@x.example>\n\nPlease help.\n';
  await deliver(mail, { id: 'ONE', sender: 'eve@evil.example' });
  await deliver(mail, { id: 'TWO', sender: NIC });
  await deliver(mail, { id: 'THREE', sender: NIC });
  expect(await counted()).toEqual({ tickets: 2, messages: 2, held: 0, sent: 2 });
  expect(sentTo(NIC)).toHaveLength(1);
});

describe('of a mail in its ticket', () => {
  const PROVEN = 'Authentication-Results: mx.example; dmarc=pass header.from=ferrier.example\n';

  test('a better proof is noted once: no second message, no second answer', async () => {
    await deliver(MAIL, { id: 'ONE' });
    const before = await show();
    for (const id of ['TWO', 'THREE']) await deliver(MAIL, { id, above: PROVEN });
    const after = await show();
    expect(after.messages).toHaveLength(before.messages.length);
    expect(after.messages[0]).toMatchObject({ ...before.messages[0], trust: 'authenticated' });
    expect(desk.sent()).toHaveLength(1);
    const [first, second, ...more] = await explained('7102');
    expect(changesOf(second)).toEqual(['mail.again', 'message.proven']);
    expect([first?.seq, more]).toEqual([before.messages.length - 1, []]);
    expect((await desk.run(['explain', '7102'])).stdout).toContain(
      'message.proven SUPPORT-7102 #1 from claimed to authenticated',
    );
    await desk.run(['rebuild']);
    expect(await show()).toEqual(after);
    expect((await desk.run(['fsck'])).stdout).toContain('in order');
  });

  test('a worse one changes nothing', async () => {
    await deliver(MAIL, { id: 'ONE', above: PROVEN });
    const before = await show();
    await deliver(MAIL, { id: 'TWO' });
    expect(await show()).toEqual(before);
  });

  test("a machine's copy that came first keeps the person's from nothing", async () => {
    desk.configure((config) => {
      config['staff'] = [{ name: 'bob', addresses: [BOB] }];
    });
    await deliver(MAIL);
    const named = /^Message-ID: (.*)$/m.exec(sentTo(NIC)[0]?.content ?? '')?.[1];
    await desk.run(['ticket', 'close', '7102']);
    const told = sentTo(BOB).length;
    const answer = `From: Nic <${NIC}>\nSubject: Re: Hi\nMessage-ID: <2@ferrier.example>\nIn-Reply-To: ${named}\n\nStill.\n`;
    await deliver(answer, { id: 'TWO', sender: '' });
    expect((await show()).status).toBe('resolved');
    expect(sentTo(BOB)).toHaveLength(told);
    await deliver(answer, { id: 'THREE' });
    const ticket = await show();
    expect(ticket).toMatchObject({ status: 'open', waiting: { for: 'desk' } });
    expect(ticket.messages.filter(({ direction }) => direction === 'in')).toHaveLength(2);
    expect(ticket.messages.at(-1)).toMatchObject({ trust: 'thread', text: 'Still.\n' });
    expect(sentTo(BOB)).toHaveLength(told + 1);
  });

  test('what it asks for and needs a proof is done with the better proof', async () => {
    await deliver(MAIL);
    const stop = MAIL.replace('<1@', '<2@')
      .replace('Please help.', 'stop')
      .replace(
        `To: new@${DOMAIN}`,
        `To: support-7102@${DOMAIN}\nDate: ${new Date().toUTCString()}`,
      );
    await deliver(stop, { id: 'TWO', to: 'support-7102' });
    expect(await show()).toMatchObject({ muted: [] });
    await deliver(stop, { id: 'THREE', to: 'support-7102', above: PROVEN });
    expect(await show()).toMatchObject({ muted: [NIC] });
  });

  test('it is found where it has been split off', async () => {
    await deliver(MAIL, { id: 'ONE' });
    const second = MAIL.replace('<1@', '<2@').replace('Hi', 'Other');
    await deliver(second, { id: 'TWO', to: 'support-7102' });
    const split = await desk.run(['ticket', 'split', '7102', '3']);
    expect(split).toMatchObject({ exit: 0 });
    await deliver(second, { id: 'THREE', to: 'support-7102', above: PROVEN });
    expect((await show('7103')).messages[0]).toMatchObject({ trust: 'authenticated' });
  });
});

describe('a mail that was held', () => {
  const spam = { above: 'X-Spam-Flag: YES\n' };

  test('and was let in by a person: a later copy is no second message', async () => {
    await deliver(MAIL, { id: 'ONE', ...spam });
    const [{ id } = { id: 0 }] = await heldMails();
    expect(await desk.run(['held', 'release', String(id)])).toMatchObject({ exit: 0 });
    await deliver(MAIL, { id: 'TWO' });
    await deliver(MAIL, { id: 'THREE', ...spam });
    expect(await counted()).toEqual(WANTED.ticket);
  });

  test('and was thrown away by a person: a copy without the mark is a ticket, with it nothing', async () => {
    await deliver(MAIL, { id: 'ONE', ...spam });
    const [{ id } = { id: 0 }] = await heldMails();
    await desk.run(['held', 'discard', String(id)]);
    await deliver(MAIL, { id: 'TWO', ...spam });
    expect(await counted()).toEqual(WANTED.recorded);
    await deliver(MAIL, { id: 'THREE' });
    expect(await counted()).toEqual(WANTED.ticket);
    const all = (await explained('<1@ferrier.example>')).flatMap(changesOf);
    expect(all).not.toContain('mail.released');
  });

  test('and has become a ticket: nobody can let it in any more', async () => {
    await deliver(MAIL, { id: 'ONE', ...spam });
    const [{ id } = { id: 0 }] = await heldMails();
    await deliver(MAIL, { id: 'TWO' });
    expect(await desk.run(['held', 'release', String(id)])).toMatchObject({ exit: 1 });
    expect(await counted()).toEqual(WANTED.ticket);
  });
});

describe('a mail of the staff', () => {
  const fromBob = (n: number, text: string) =>
    `From: Bob <${BOB}>\nTo: SUPPORT-7102@${DOMAIN}\nSubject: Re: Hi\nMessage-ID: <bob.${n}@${DOMAIN}>\n\n${text}\n`;
  const bob = { to: 'support-7102', sender: BOB, login: 'bob' } as const;
  const said = async () => (await show()).messages.filter((m) => m.direction === 'out').length;

  beforeEach(async () => {
    await deliver(MAIL);
  });

  test('that somebody else has handed in before is carried out all the same, once', async () => {
    const mail = fromBob(1, 'Try it now.');
    await deliver(mail, { ...bob, id: 'A', login: '' });
    expect(await heldMails()).toMatchObject([{ reason: { check: 'unproven-staff' } }]);
    await deliver(mail, { ...bob, id: 'B' });
    await deliver(mail, { ...bob, id: 'C' });
    await deliver(mail, { ...bob, id: 'D', login: '' });
    expect(await heldMails()).toEqual([]);
    expect(await said()).toBe(2);
    expect(sentTo(NIC)).toHaveLength(2);
  });

  test('that a machine seems to have handed in before is carried out all the same', async () => {
    const named = /^Message-ID: (.*)$/m.exec(sentTo(NIC)[0]?.content ?? '')?.[1];
    const mail = `In-Reply-To: ${named}\n${fromBob(1, 'Try it now.')}`;
    await deliver(mail, { ...bob, id: 'A', login: '', sender: '' });
    await deliver(mail, { ...bob, id: 'B' });
    expect(sentTo(NIC)).toHaveLength(2);
  });

  test('commands that somebody else has handed in before are carried out all the same', async () => {
    const mail = fromBob(1, 'close 7102');
    const control = { ...bob, to: 'control' };
    await deliver(mail, { ...control, id: 'A', login: '' });
    expect((await show()).status).not.toBe('resolved');
    await deliver(mail, { ...control, id: 'B' });
    expect((await show()).status).toBe('resolved');
    await desk.run(['ticket', 'reopen', '7102']);
    await deliver(mail, { ...control, id: 'C' });
    expect((await show()).status).toBe('open');
  });

  describe('that came back to its author', () => {
    const wrong = fromBob(1, 'Stauts: resolved\n\nDone.');
    const HINT = /Answer this mail, or write a new one\./;
    beforeEach(async () => {
      await deliver(wrong, { ...bob, id: 'A' });
      expect(sentTo(BOB)).toHaveLength(1);
      expect(sentTo(BOB)[0]?.content).not.toMatch(HINT);
    });

    test('is nothing new if the MTA tries again, or hands it to another address', async () => {
      await deliver(wrong, { ...bob, id: 'A' });
      await deliver(wrong, { ...bob, id: 'A', to: 'SUPPORT-7102' });
      await deliver(wrong, { ...bob, id: 'A', to: 'support-7102-close' });
      expect(sentTo(BOB)).toHaveLength(1);
    });

    test('comes back again if it is sent once more, with the hint how to go on; once each', async () => {
      for (const id of ['B', 'B', 'C']) await deliver(wrong, { ...bob, id });
      const back = sentTo(BOB);
      expect(back).toHaveLength(3);
      for (const { content } of back.slice(1)) expect(content).toMatch(HINT);
      expect(await said()).toBe(1);
    });

    test('comes back again if it is put right under the Message-ID that it had', async () => {
      const right = fromBob(1, 'Status: resolved\n\nDone.');
      await deliver(right, { ...bob, id: 'B' });
      await deliver(right, { ...bob, id: 'B' });
      expect(sentTo(BOB)).toHaveLength(2);
      expect(sentTo(BOB).at(-1)?.content).toMatch(HINT);
      expect(sentTo(BOB).at(-1)?.content).toContain('come back to you before');
      expect(sentTo(NIC)).toHaveLength(1);
    });

    test('is nothing new if a person pipes it in twice, whatever Received it has', async () => {
      const above = `Authentication-Results: mx.example; dmarc=pass header.from=${DOMAIN}\nReceived: by x (Postfix) id X; Fri, 2 Jan 2026\n`;
      const input = above + fromBob(5, 'Stauts: resolved\n\nDone.');
      for (let n = 0; n < 2; n += 1) {
        expect(await desk.run(['reply'], { input })).toMatchObject({ exit: 0 });
      }
      expect(sentTo(BOB)).toHaveLength(2);
    });

    test('is judged anew under a Message-ID of its own, wrong or right', async () => {
      await deliver(fromBob(2, 'Stauts: resolved\n\nDone.'), { ...bob, id: 'B' });
      expect(sentTo(BOB)).toHaveLength(2);
      expect(sentTo(BOB).at(-1)?.content).not.toMatch(HINT);
      await deliver(fromBob(3, 'Status: resolved\n\nDone.'), { ...bob, id: 'C' });
      expect(await show()).toMatchObject({ status: 'resolved' });
      expect(sentTo(NIC)).toHaveLength(2);
    });
  });

  test('commands that were all wrong come back again with the hint; those carried out are not again', async () => {
    const control = { ...bob, to: 'control' };
    const wrong = fromBob(1, 'colse 7102');
    for (const id of ['A', 'A', 'B']) await deliver(wrong, { ...control, id });
    expect(sentTo(BOB)).toHaveLength(2);
    expect(sentTo(BOB).at(-1)?.content).toContain('Answer this mail, or write a new one.');
    await deliver(fromBob(2, 'close 7102'), { ...control, id: 'C' });
    await desk.run(['ticket', 'reopen', '7102']);
    await deliver(fromBob(2, 'close 7102'), { ...control, id: 'D' });
    expect(await show()).toMatchObject({ status: 'open' });
  });
});
