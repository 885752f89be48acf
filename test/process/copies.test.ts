/**
 * Copies of one mail that come one after the other, and need not share a fate: a filter has
 * marked one, or somebody who got a copy sends it first. No order of them loses the mail,
 * and none doubles it. And what came back to its author, sent once more. Here as the store
 * finds them and `explain` shows them; every order of them is in test/intake/copies.test.ts.
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
  const ended = await desk.here(['reply'], {
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
const higher = (a: Fate, b: Fate) => (ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b);

describe('a copy that would be recorded, held or a ticket, after one that was', () => {
  test.each<readonly [Fate, Fate]>([
    ['recorded', 'ticket'],
    ['held', 'ticket'],
    ['ticket', 'held'],
  ])('%s, then %s under another queue id, to another address', async (was, is) => {
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
      expect(page.stdout).toContain(`it is a copy of commit ${mails[0]?.seq}, which was ${was}`);
    }
    // Each of the two is tried again by the MTA.
    await deliver(MAIL, { id: 'ONE', ...FATES[was] });
    await deliver(MAIL, { id: 'TWO', to: 'support', ...FATES[is] });
    expect(await counted()).toEqual(wanted);
    expect((await desk.run(['fsck'])).stdout).toContain('in order');
  });
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
      'SUPPORT-7102: mailrobot found by a later copy who wrote #1 (was claimed, is authenticated)',
    );
    await desk.run(['rebuild']);
    expect(await show()).toEqual(after);
    expect((await desk.run(['fsck'])).stdout).toContain('in order');
  });
});

describe('a mail that was held', () => {
  const spam = { above: 'X-Spam-Flag: YES\n' };

  test('and was let in by a person: a later copy is no second message', async () => {
    await deliver(MAIL, { id: 'ONE', ...spam });
    const [{ id } = { id: 0 }] = await heldMails();
    expect(await desk.here(['held', 'release', String(id)])).toMatchObject({ exit: 0 });
    await deliver(MAIL, { id: 'TWO' });
    await deliver(MAIL, { id: 'THREE', ...spam });
    expect(await counted()).toEqual(WANTED.ticket);
  });

  test('and has become a ticket: nobody can let it in any more', async () => {
    await deliver(MAIL, { id: 'ONE', ...spam });
    const [{ id } = { id: 0 }] = await heldMails();
    await deliver(MAIL, { id: 'TWO' });
    expect(await desk.here(['held', 'release', String(id)])).toMatchObject({ exit: 1 });
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

  describe('that came back to its author', () => {
    const wrong = fromBob(1, 'Stauts: resolved\n\nDone.');
    const HINT = /Answer this mail, or write a new one\./;
    beforeEach(async () => {
      await deliver(wrong, { ...bob, id: 'A' });
      expect(sentTo(BOB)).toHaveLength(1);
      expect(sentTo(BOB)[0]?.content).not.toMatch(HINT);
    });

    test('comes back again if it is sent once more, with the hint how to go on; once each', async () => {
      for (const id of ['B', 'B', 'C']) await deliver(wrong, { ...bob, id });
      const back = sentTo(BOB);
      expect(back).toHaveLength(3);
      for (const { content } of back.slice(1)) expect(content).toMatch(HINT);
      expect(await said()).toBe(1);
    });
  });
});
