/** What a decided mail does: tickets, answers by machine, who of the desk is told. */
import { beforeEach, describe, expect, test } from 'vitest';
import { ticketPage } from '../../src/pages/ticket-page.ts';
import { BOB, DOMAIN, EVE, KAY, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Mail } from '../kit/mail.ts';

let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
});
const ticket = (number = 7102) => desk.ticket(number);
const PAPER = { style: (_: unknown, text: string) => text, columns: 76 } as const;
const HOUR_MS = 3_600_000;

describe('a new ticket', () => {
  test('is acknowledged, and reaches who works in the queue; none who wants none', async () => {
    const came = await desk.deliver({ text: 'Hello,\n\nplease help.' });
    expect(came.end).toBe('opened');
    expect(came.letters.map(({ to }) => to)).toEqual([NIC, BOB]);
    const [acknowledgement, told] = came.letters;
    expect(acknowledgement?.sender).toBe('');
    expect(acknowledgement?.field('In-Reply-To')).toBe('<1@ferrier.example>');
    expect(told?.field('From')).toBe(`Nic Ferrier <SUPPORT-7102@${DOMAIN}>`);
    expect(told?.subject).toBe("[SUPPORT-7102] I can't login!");
    expect(told?.field('Auto-Submitted')).toBe('auto-generated');
    expect(told?.replyTo).toMatch(/^support-7102-a-[a-z0-9]+-[a-z2-7]{16}@/);
    expect(told?.text).toMatch(
      /^Nic Ferrier <nic@ferrier.example> \(unverified\):\nAn answer to this mail goes to nic@ferrier.example.\n\nHello,/,
    );
    expect(told?.field('List-Id')).toBe(`<support.${DOMAIN}>`);
    expect(told?.text).not.toMatch(/https?:/);
  });

  test('threads with what comes behind it', async () => {
    await desk.deliver({});
    const first = desk.lastTo(BOB).id;
    await desk.deliver({ to: 'support-7102', text: 'It is urgent.' });
    expect(desk.lastTo(BOB).field('References')).toBe(first);
    expect(desk.lastTo(BOB).field('In-Reply-To')).toBe(first);
  });

  test('of a machine is none: it is recorded, and nobody hears of it', async () => {
    const came = await desk.deliver({ more: 'Auto-Submitted: auto-replied\n' });
    expect(came).toMatchObject({ end: 'recorded', letters: [] });
    expect(came.changes).toMatchObject([{ type: 'mail.recorded', expires: true }]);
  });

  test.each<readonly [string, Mail]>([
    ['whose From our MTA calls forged', { results: 'dmarc=fail header.from=ferrier.example' }],
    ['to an address that a relay would pass on', { from: 'a%b.example@ferrier.example' }],
  ])('%s is opened, and nothing is sent there', async (_, given) => {
    const came = await desk.deliver(given);
    expect(came.end).toBe('opened');
    expect(came.letters.map(({ to }) => to)).toEqual([BOB]);
    expect(came.changes.map(({ type }) => type)).toContain('reply.silenced');
  });

  test('of somebody whose domain is in Unicode is theirs in ASCII, too', async () => {
    await desk.deliver({ from: 'nic@xn--bcher-kva.example' });
    expect(desk.letters[0]?.to).toBe('nic@xn--bcher-kva.example');
    await desk.order(7102, 'close');
    await desk.deliver({ from: 'nic@bücher.example', sender: 'x@y.example', to: 'support-7102' });
    expect(ticket()).toMatchObject({
      ...{ status: 'open', requester: { address: 'nic@bücher.example' } },
    });
  });
});

describe('past a cap', () => {
  test('tickets are opened as ever, and no acknowledgement goes out, until its hours are over', async () => {
    for (let n = 1; n <= 7; n += 1) await desk.deliver({ text: String(n) });
    expect(desk.tickets()).toHaveLength(7);
    expect(desk.to(NIC)).toHaveLength(5);
    const silenced = desk.records.flatMap(({ changes }) => changes);
    expect(silenced.filter(({ type }) => type === 'reply.silenced')).toMatchObject([
      { reason: { check: 'cap-address', evidence: '5 automatic answers in 24 h' } },
      { reason: { check: 'cap-address' } },
    ]);
    await desk.answer(7108, 'I am a person.');
    expect(desk.to(NIC)).toHaveLength(6);
    desk.wait(25 * HOUR_MS);
    await desk.deliver({});
    expect(desk.to(NIC)).toHaveLength(7);
  });
});

describe('a customer', () => {
  let proof: string | null;
  beforeEach(async () => {
    await desk.deliver({});
    proof = desk.lastTo(NIC).id;
  });

  test.each(['Stop\n\nthe alarm goes off again!', 'Close\n\nWhen do you close today?'])(
    'who says more than the word is read by the staff, and nothing else is done: %j',
    async (text) => {
      await desk.order(7102, 'close');
      const before = desk.to(BOB).length;
      await desk.deliver({ to: 'support-7102', text, answers: proof });
      expect(ticket()).toMatchObject({ muted: [], status: 'open' });
      expect(desk.to(BOB)).toHaveLength(before + 1);
    },
  );

  test.each(['Stop.', 'STOP!', 'Stop!\n\nSent from my iPhone', 'stop.\n\n-- \nNic'])(
    '%j says the word, and nothing else',
    async (text) => {
      await desk.deliver({ to: 'support-7102', text, answers: proof });
      expect(ticket()).toMatchObject({ muted: [NIC] });
    },
  );

  test('whose mail was stopped gets it again if one of the staff says so', async () => {
    await desk.deliver({ to: 'support-7102', text: 'stop', answers: proof });
    await expect(desk.order(7102, `unmute ${EVE}`)).rejects.toThrow('has not stopped');
    await desk.order(7102, 'unmute');
    expect(ticket()).toMatchObject({ muted: [] });
    await desk.answer(7102, 'It works.');
    expect(desk.lastTo(NIC).text).toBe('It works.\n');
  });

  test('closes their own ticket, asks how far it is, and stops the mail', async () => {
    await desk.deliver({ to: 'support-7102', text: 'status\n\nplease' });
    expect(desk.lastTo(NIC).text).toMatch(
      /^SUPPORT-7102 has reached us; nobody has answered it yet\./,
    );
    await desk.deliver({ to: 'support-7102', text: 'Close', answers: proof });
    expect(ticket()).toMatchObject({ status: 'resolved' });
    expect(desk.lastTo(NIC).text).toMatch(/^SUPPORT-7102 is closed, as you asked\./);
    await desk.deliver({ to: 'support-7102', text: 'stop' });
    expect(ticket()).toMatchObject({ muted: [] });
    await desk.deliver({ to: 'support-7102', text: 'stop', answers: proof });
    expect(ticket()).toMatchObject({ muted: [NIC] });
    await expect(desk.answer(7102, 'x')).rejects.toThrow('no more mail about SUPPORT-7102');
    // Who writes again is answered again.
    await desk.deliver({ to: 'support-7102', text: 'It is broken again!' });
    expect(ticket()).toMatchObject({ muted: [], status: 'open' });
  });

  test('who asks for something and says more is read by the staff; one word alone is not', async () => {
    const told = () => desk.to(BOB).length;
    const before = told();
    await desk.deliver({ to: 'support-7102', text: 'status' });
    await desk.deliver({ to: 'support-7102-quiet', text: 'For the files.' });
    expect(told()).toBe(before);
    await desk.deliver({ to: 'support-7102-status', text: 'I was charged twice!' });
    expect(told()).toBe(before + 1);
  });

  test.each([
    ['its address', 'It is still broken, please call me.', 'support-7102-status'],
    ['a word', 'Status\n\nIt is still broken, please call me.', 'support-7102'],
  ])('who asks how it stands and says more opens it again: %s', async (_, text, to) => {
    await desk.answer(7102, 'Try it again.');
    const { id } = desk.lastTo(NIC);
    await desk.order(7102, 'close');
    await desk.deliver({ to: 'support-7102', answers: id, text: 'status' });
    expect(ticket()).toMatchObject({ status: 'resolved' });
    await desk.deliver({ to, answers: id, text });
    expect(ticket()).toMatchObject({ status: 'open' });
    expect(desk.lastTo(NIC).text).toContain('SUPPORT-7102 is being worked on.');
  });

  test.each([
    ['its address', '', 'support-7102-close'],
    ['a word', 'close', 'support-7102'],
  ])(
    'whose close nothing proves closes nothing, and the staff read of it: %s',
    async (_, text, to) => {
      await desk.answer(7102, 'Does it work now?');
      const before = desk.to(BOB).length;
      await desk.deliver({ to, text });
      expect(ticket()).toMatchObject({ status: 'open' });
      expect(ticket().messages.at(-2)).toMatchObject({ trust: 'claimed', asks: 'close' });
      expect(desk.to(BOB)).toHaveLength(before + 1);
      expect(desk.lastTo(BOB).text).toContain('[asks to close, unproven: nothing was done]');
      expect(ticketPage(ticket(), PAPER, false)).toMatch(/asks to close,\s+unproven/);
      // Whose ticket it is learns how to close it, and can.
      expect(desk.lastTo(NIC).text).toMatch(/^SUPPORT-7102 is still open: we cannot be sure/);
      const answers = desk.lastTo(NIC).id;
      await desk.deliver({ to: 'support-7102', text: 'close', answers });
      expect(ticket()).toMatchObject({ status: 'resolved' });
      // And what is closed stays so, whoever asks for it once more.
      await desk.deliver({ to: 'support-7102', text: 'close' });
      expect(ticket()).toMatchObject({ status: 'resolved' });
      expect(desk.lastTo(NIC).text).toMatch(/^SUPPORT-7102 is closed/);
    },
  );

  test('is answered in the language that they wrote in', async () => {
    const text = 'Ich kann mich nicht anmelden, bitte helfen Sie mir.';
    await desk.deliver({ from: KAY, subject: 'Anmeldung', text });
    await desk.deliver({ from: KAY, to: 'support-7103', text: 'close' });
    expect(desk.lastTo(KAY).text).toContain('ist weiterhin offen');
  });

  test('who is on copy and asks to close it has no right to, and is read by the staff', async () => {
    await desk.order(7102, `cc +${KAY}`);
    await desk.answer(7102, 'Does it work now?');
    const before = desk.to(BOB).length;
    const answers = desk.lastTo(KAY).id;
    await desk.deliver({ from: KAY, to: 'support-7102', text: 'close', answers });
    expect(ticket().status).not.toBe('resolved');
    expect(desk.lastTo(KAY).text).toContain('somebody will read it');
    expect(desk.to(BOB)).toHaveLength(before + 1);
  });

  test.each([
    'On Mon, 16 Nov 2026, Bob wrote:\n> LONG\nclose\n> more\n\nPlease explain.',
    'close\n> LONG',
    'close\nOn Mon, 16 Nov 2026 at 9:00, Bob <bob@x.example> wrote:\n\n> LONG',
    '> LONG\nclose',
  ])('is not taken at the word that a wrapped quote has left: %j', async (text) => {
    const long = 'A long line, which a mail client wraps when it is quoted, and its rest is';
    await desk.answer(7102, `${long} close`);
    const answers = desk.lastTo(NIC).id;
    await desk.deliver({ to: 'support-7102', text: text.replace('LONG', long), answers });
    expect(ticket().status).toBe('open');
    await desk.deliver({ to: 'support-7102', text: `close\n\n> ${long}`, answers });
    expect(ticket().status).toBe('resolved');
  });

  test('whose mail of ours somebody quotes is silenced by nobody', async () => {
    await desk.deliver({
      ...{ answers: proof, sender: EVE, text: 'stop' },
      results: 'spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from=ferrier.example',
    });
    expect(ticket().muted).toEqual([]);
  });

  test('who writes commands into a mail writes words', async () => {
    await desk.deliver({
      to: 'support-7102',
      text: 'Status: resolved\nassign 7102 bob\n\nI mean it.',
    });
    expect(ticket()).toMatchObject({ status: 'new', assignee: null });
  });

  test('who writes again is heard: a ticket that is resolved or waits for them is open', async () => {
    for (const words of ['close', 'status pending']) {
      await desk.order(7102, words);
      await desk.deliver({ to: 'support-7102', text: 'Still.' });
      expect(ticket().status).toBe('open');
    }
    await desk.order(7102, 'close');
    await desk.deliver({
      to: 'support-7102',
      text: 'away',
      more: 'Auto-Submitted: auto-replied\n',
    });
    expect(ticket().status).toBe('resolved');
  });
});

describe('queues', () => {
  const queue = (prefix: string, address: string, more: object = {}) => ({
    ...{ prefix, address, name: prefix, ...more },
  });

  test('the people of a queue are told, and it answers in its name', async () => {
    desk.configure({
      queues: [queue('SUPPORT', 'new'), queue('BILLING', 'invoices')],
      staff: [
        { name: 'bob', addresses: [BOB], queues: ['SUPPORT'] },
        { name: 'kim', addresses: [KIM], queues: ['BILLING'] },
      ],
    });
    const { letters } = await desk.deliver({ to: 'invoices' });
    expect(letters.map(({ to }) => to)).toEqual([NIC, KIM]);
    expect(letters[0]?.field('From')).toBe(`BILLING <BILLING-1@${DOMAIN}>`);
  });

  test('that share their numbers count together', async () => {
    desk.configure({
      queues: [
        queue('SUPPORT', 'new', { first: 7102, numbers: 'shared' }),
        queue('BILLING', 'invoices', { numbers: 'shared' }),
        queue('SALES', 'sales'),
      ],
    });
    for (const to of ['invoices', 'new', 'sales', 'invoices']) await desk.deliver({ to });
    expect(desk.tickets().map(({ id }) => id)).toEqual([
      ...['BILLING-7102', 'SUPPORT-7103', 'SALES-1', 'BILLING-7104'],
    ]);
  });
});

test('a form speaks for its first Reply-To, and the answer goes there alone', async () => {
  const form = `www@${DOMAIN}`;
  desk.configure({ forms: [form], staff: [] });
  const more = `Reply-To: Nic <${NIC}>, ${EVE}\nAuto-Submitted: auto-generated\n`;
  await desk.deliver({ from: form, more });
  expect(ticket().requester).toEqual({ name: 'Nic', address: NIC });
  expect(ticket().messages[0]).toMatchObject({ trust: 'claimed' });
  expect(desk.letters.map(({ to }) => to)).toEqual([NIC]);
});

test('"proof": "reply-to" proves the customer by the address that they answer to', async () => {
  desk.configure({ proof: 'reply-to' });
  await desk.deliver({});
  const { replyTo } = desk.lastTo(NIC);
  expect(replyTo).toMatch(/^support-7102-r-2-[a-z2-7]{16}@support-ticket\.example$/);
  await desk.deliver({ to: replyTo });
  await desk.deliver({ from: EVE, to: replyTo });
  expect(ticket().messages.slice(2)).toMatchObject([{ trust: 'thread' }, { trust: 'claimed' }]);
});

test('ticket trick: a code of another service reaches neither customer nor mail', async () => {
  await desk.deliver({});
  const code = { from: 'no-reply@chat.example', to: 'support-7102', text: 'Your code is 471199.' };
  await desk.deliver(code);
  await desk.deliver({ ...code, sender: '', more: 'Auto-Submitted: auto-generated\n' });
  await desk.answer(7102, 'Done.');
  await desk.deliver({ to: 'support-7102' });
  expect(desk.everythingTo(NIC)).not.toContain('471199');
  expect(desk.lastTo(NIC).text).toBe('Done.\n');
});
