/** What may stand below an answer to a person: on values, a row for each kind of mail. */
import { describe, expect, test } from 'vitest';
import { quotableTo } from '../../src/desk/quotable.ts';
import { UNSORTED } from '../../src/ticket/apply-change.ts';
import type {
  IncomingMessage,
  Mailbox,
  Message,
  Note,
  OutgoingMessage,
  Ticket,
} from '../../src/ticket/ticket.ts';

const NIC = { name: 'Nic', address: 'nic@ferrier.example' };
/** A name is what its writer says. */
const NIC_TO_OTHERS = 'Nic <nic@ferrier.example>';
const KAY = { name: 'Kay', address: 'kay@ferrier.example' };
const EVE = { name: 'Eve', address: 'eve@evil.example' };
const BOB = { name: 'Bob', address: 'bob@support-ticket.example' };
const DESK = { name: 'Support', address: 'support-1@support-ticket.example' };

const came = (serial: number, more: Partial<IncomingMessage> = {}): IncomingMessage => ({
  ...{ serial, direction: 'in', trust: 'authenticated', from: NIC, to: [DESK], newLines: [] },
  ...{ date: `2026-11-0${serial}T08:00:00.000Z`, subject: 'x', text: `words ${serial}\n` },
  ...{ messageId: `<${serial}@x.example>`, raw: `raw/${serial}`, attachments: [], ...more },
});
const sent = (serial: number, to: Mailbox, more: Partial<OutgoingMessage> = {}): Message => ({
  ...{ serial, direction: 'out', automatic: false, delivery: 'sent', from: DESK, to: [to] },
  ...{ date: `2026-11-0${serial}T08:00:00.000Z`, subject: 'x', text: `words ${serial}\n` },
  ...{ messageId: `<${serial}@x.example>`, raw: `raw/${serial}`, attachments: [], by: 'bob' },
  ...more,
});
const note: Note = {
  ...{ serial: 2, direction: 'internal', date: '2026-11-02T08:00:00.000Z', by: 'bob' },
  ...{ text: 'He has not paid. SECRET\n', attachments: [] },
};
/** Nic has asked; Kay was brought in. */
const ticketOf = (...messages: Ticket['messages']): Ticket => ({
  ...{ id: 'SUPPORT-1', number: 1, queue: 'SUPPORT', status: 'open', subject: 'x' },
  ...{ requester: NIC, ...UNSORTED, participants: [KAY], createdAt: '', updatedAt: '', messages },
});
/** The newest first: words, or a day alone. */
const seenBy = (person: Mailbox, messages: Ticket['messages'], isAlone = false) =>
  quotableTo(person, ticketOf(...messages), { isAlone }).map(({ date, words }) =>
    words === null ? date.slice(0, 10) : `${words.writer}: ${words.lines.join(' / ')}`,
  );

describe.each<readonly [string, Mailbox, Ticket['messages'], readonly string[]]>([
  ['their own, by a proven From', NIC, [came(1)], ['Nic: words 1']],
  [
    'their own, which answers a mail of ours',
    NIC,
    [came(1, { trust: 'thread' })],
    ['Nic: words 1'],
  ],
  [
    'their own from an address in other case',
    { ...NIC, address: 'Nic@Ferrier.example' },
    [came(1)],
    ['Nic: words 1'],
  ],
  ['one that only claims to be theirs', NIC, [came(1, { trust: 'claimed' })], ['2026-11-01']],
  [
    'one that only claims to be theirs, and names them in Cc',
    NIC,
    [came(1, { trust: 'claimed', to: [DESK, NIC] })],
    ['2026-11-01'],
  ],
  ['one whose proof came with a later copy', NIC, [came(1, { provenBy: 'raw/9' })], ['2026-11-01']],
  [
    'one from another address whose Reply-To is theirs',
    NIC,
    [came(1, { from: EVE, replyTo: NIC })],
    ['2026-11-01'],
  ],
  [
    'one from another address whose Reply-To is theirs, and that names them',
    NIC,
    [came(1, { from: { ...EVE, name: 'Nic' }, replyTo: NIC, to: [DESK, NIC] })],
    ['2026-11-01'],
  ],
  ["another person's", KAY, [came(1)], ['2026-11-01']],
  [
    "another person's that names them in To or Cc",
    KAY,
    [came(1, { to: [DESK, KAY] })],
    [`${NIC_TO_OTHERS}: words 1`],
  ],
  [
    "another person's, claimed, that names them: it writes its own To and Cc",
    KAY,
    [came(1), came(2, { trust: 'claimed', to: [DESK, KAY] })],
    ['2026-11-02', '2026-11-01'],
  ],
  [
    "another person's, claimed, that began the ticket and names them",
    KAY,
    [came(1, { trust: 'claimed', to: [DESK, KAY] })],
    ['2026-11-01'],
  ],
  [
    "another person's that names them, and whose proof came with a later copy",
    KAY,
    [came(1, { to: [DESK, KAY], provenBy: 'raw/9' })],
    ['2026-11-01'],
  ],
  [
    "a stranger's that was let in and names them, proven, under the name of somebody else",
    KAY,
    [came(1), came(2, { from: { ...EVE, name: 'Nic' }, to: [DESK, KAY] })],
    ['2026-11-02', '2026-11-01'],
  ],
  [
    "a stranger's that was let in: not even its date",
    NIC,
    [came(1), came(2, { from: EVE }), came(3, { from: EVE, trust: 'claimed' })],
    ['Nic: words 1'],
  ],
  [
    "a stranger's that was let in, to that stranger, proven",
    EVE,
    [came(2, { from: EVE })],
    ['Eve: words 2'],
  ],
  [
    'one of the staff from their own mailbox, to them',
    NIC,
    [came(1, { trust: 'staff', from: BOB, to: [NIC] })],
    ['Bob: words 1'],
  ],
  [
    'one of the staff that does not name them: not even its date',
    NIC,
    [came(1, { trust: 'staff', from: BOB, to: [DESK, EVE] })],
    [],
  ],
  ["the desk's answer to them", NIC, [sent(1, NIC)], ['Support: words 1']],
  ["the desk's answer to all, from before they were on it", KAY, [sent(1, NIC)], ['2026-11-01']],
  [
    "the desk's mail to somebody outside: not even its date",
    NIC,
    [came(1), sent(2, EVE)],
    ['Nic: words 1'],
  ],
  [
    "the desk's mail to somebody outside, who is on it by now",
    NIC,
    [came(1), sent(2, KAY)],
    ['Nic: words 1'],
  ],
  ["the desk's mail to somebody outside, to them", EVE, [sent(2, EVE)], ['Support: words 2']],
  [
    "the desk's answer to them that failed",
    NIC,
    [sent(1, NIC, { delivery: 'failed' })],
    ['2026-11-01'],
  ],
  [
    "the desk's answer to them that came back",
    NIC,
    [sent(1, NIC, { delivery: 'bounced' })],
    ['2026-11-01'],
  ],
  [
    "the desk's answer to them that waits",
    NIC,
    [sent(1, NIC, { delivery: 'waiting' })],
    ['Support: words 1'],
  ],
  [
    'an answer to several whose copy to them came back',
    KAY,
    [sent(1, NIC), sent(2, KAY, { copyOf: 1, delivery: 'bounced' })],
    ['2026-11-01'],
  ],
  [
    'an answer to several, by its copy to them, once',
    KAY,
    [sent(1, NIC), sent(2, EVE, { copyOf: 1 }), sent(3, KAY, { copyOf: 1 })],
    ['Support: words 3'],
  ],
  [
    'an answer to several of whom they are none, once',
    BOB,
    [sent(1, NIC), sent(2, KAY, { copyOf: 1 })],
    ['2026-11-01'],
  ],
  ['a note: not even its date', NIC, [came(1), note], ['Nic: words 1']],
  ['what a machine wrote to us: not even its date', NIC, [came(1, { trust: 'automatic' })], []],
  ['what the desk said by itself: not even its date', NIC, [sent(1, NIC, { automatic: true })], []],
  ['a mail that is on another ticket by now', NIC, [came(1, { movedTo: 'SUPPORT-2' })], []],
  ['erased words', NIC, [came(1, { text: '[erased]' })], ['2026-11-01']],
  [
    'a mail of an erased person',
    KAY,
    [came(1, { from: { name: '[erased]', address: '[erased]' }, text: '[erased]', to: [KAY] })],
    ['2026-11-01'],
  ],
  ['a mail of nobody', NIC, [came(1, { from: null })], ['2026-11-01']],
  ['a mail of files alone', NIC, [came(1, { text: '\n' })], ['2026-11-01']],
  [
    'new lines alone, so that no inner words stand in what they quote',
    NIC,
    [
      came(1, {
        text: 'I see.\n> He has not paid. SECRET\nThanks.\n',
        newLines: [
          { from: 1, to: 1 },
          { from: 3, to: 3 },
        ],
      }),
    ],
    ['Nic: I see. / Thanks.'],
  ],
  [
    'no lines that no filter has seen',
    NIC,
    [
      came(1, {
        text: 'a\nb\nc\n',
        newLines: [{ from: 1, to: 3 }],
        foundLines: [{ from: 2, to: 2, foundIn: 'uuencode' }],
      }),
    ],
    ['Nic: a / c'],
  ],
  [
    'the newest first',
    NIC,
    [came(1), came(2), sent(3, NIC)],
    ['Support: words 3', 'Nic: words 2', 'Nic: words 1'],
  ],
])('%s', (_, person, messages, seen) => {
  test(`is ${seen.join(', ') || 'nothing'}`, () => expect(seenBy(person, messages)).toEqual(seen));
});

test('several recipients see each their own, and of the others the days', () => {
  const messages = [came(1), came(2, { from: KAY }), came(3, { from: NIC, to: [DESK, KAY] })];
  expect(seenBy(NIC, messages)).toEqual(['Nic: words 3', '2026-11-02', 'Nic: words 1']);
  expect(seenBy(KAY, messages)).toEqual([
    `${NIC_TO_OTHERS}: words 3`,
    'Kay: words 2',
    '2026-11-01',
  ]);
});

test.each<readonly [string, Mailbox, Ticket['messages'], readonly number[]]>([
  ['what they wrote or had', KAY, [came(1), came(2, { from: KAY }), sent(3, KAY)], [3, 2]],
  ['an unproven mail of the ticket', KAY, [came(1), came(2, { trust: 'claimed' })], [2]],
  ['nothing of others', KAY, [came(1), sent(2, NIC)], []],
  ['no answer that came back', NIC, [came(1), sent(2, NIC, { delivery: 'bounced' })], [1]],
])('if one mail is shown, it is %s', (_, person, messages, serials) => {
  const history = quotableTo(person, ticketOf(...messages), { isAlone: false });
  expect(history.filter((mail) => mail.mayBeLast).map(({ serial }) => serial)).toEqual(serials);
});

test('a name of any length hides no address', () => {
  const from = { ...NIC, name: `Support ${'x'.repeat(5000)}` };
  const [only] = quotableTo(KAY, ticketOf(came(1, { from, to: [KAY] })), { isAlone: false });
  expect(only?.words?.writer).toMatch(/^Support x{72} <nic@ferrier\.example>$/);
});

test('people of a merged ticket see no words of the one that it goes on in', () => {
  const merged = { ...ticketOf(came(1)), merged: ['SUPPORT-2'], participants: [KAY] } as const;
  const [only] = quotableTo(KAY, merged, { isAlone: false });
  expect(only).toMatchObject({ words: null });
});

test('a ticket in another queue has the same mails', () => {
  const moved = { ...ticketOf(came(1)), queue: 'BILLING', address: 'BILLING-4' } as const;
  expect(quotableTo(NIC, moved, { isAlone: false })).toEqual(
    quotableTo(NIC, ticketOf(came(1)), { isAlone: false }),
  );
});

test('whoever is answered alone does not learn of other mails', () => {
  const messages = [came(1), came(2, { from: EVE, trust: 'claimed' }), came(3, { to: [EVE] })];
  expect(seenBy(EVE, messages, true)).toEqual([`${NIC_TO_OTHERS}: words 3`, '2026-11-02']);
  const lost = [came(1), sent(2, EVE, { delivery: 'failed' })];
  expect(seenBy(EVE, lost, true)).toEqual([]);
});

test('of a very long conversation the last twenty', () => {
  const messages = Array.from({ length: 3000 }, (_, n) => sent(n + 1, NIC));
  const seen = seenBy(NIC, messages);
  expect(seen).toHaveLength(20);
  expect(seen[0]).toBe('Support: words 3000');
});
