/** The fate of one mail only rises: every fate after every other one. */
import { describe, expect, test } from 'vitest';
import { type CopyFate, fateOf, type Judgement, judge } from '../../src/decision/copies.ts';
import type { Change } from '../../src/ticket/change.ts';
import type { Fate } from '../../src/ticket/decision.ts';
import type { IncomingMessage, Trust } from '../../src/ticket/ticket.ts';

const came = (fate: Fate, more: Partial<CopyFate> = {}): CopyFate => ({
  ...{ fate, trust: 'claimed', proof: 'nothing proves its From', queueId: 'ONE', isMarked: false },
  ...more,
});
const now = (fate: Fate, more: Partial<CopyFate> & { isOfStaff?: boolean } = {}) => ({
  ...{ ...came(fate, { queueId: 'TWO', ...more }), isOfStaff: more.isOfStaff ?? false },
});

const FATES: readonly Fate[] = ['recorded', 'held', 'ticket', 'returned', 'done'];
const UP: Judgement = 'rise';
const NO: Judgement = 'duplicate';
/** By what it was, then by what this copy would be, in the order of FATES. */
const OF_STAFF: Readonly<Record<Fate, readonly Judgement[]>> = {
  recorded: [NO, UP, UP, UP, UP],
  held: [NO, NO, UP, UP, UP],
  ticket: [NO, NO, NO, UP, UP],
  returned: [NO, NO, NO, 'return again', 'return again'],
  done: [NO, NO, NO, NO, NO],
};

describe.each(FATES)('it was %s', (was) => {
  test.each(FATES.map((fate, n) => [fate, OF_STAFF[was][n]] as const))(
    'and would be %s: %s',
    (fate, wanted) => {
      expect(judge(now(fate, { isOfStaff: true }), [came(was)])).toBe(wanted);
    },
  );
});

test("a customer's mail is not in its ticket because somebody of the staff handed in its words", () => {
  for (const was of ['returned', 'done'] as const) {
    expect(judge(now('ticket'), [came(was)])).toBe('rise');
    expect(judge(now('held'), [came(was)])).toBe('rise');
    expect(judge(now('ticket', { trust: 'automatic' }), [came(was)])).toBe('duplicate');
    expect(judge(now('ticket'), [came(was), came('ticket')])).toBe('duplicate');
  }
});

test('the first copy without a mark is noted on the message of a marked one, once', () => {
  const marked = came('ticket', { isMarked: true });
  expect(judge(now('ticket'), [marked])).toBe('prove');
  expect(judge(now('ticket'), [marked, marked])).toBe('prove');
  expect(judge(now('ticket'), [marked, came('ticket')])).toBe('duplicate');
  expect(judge(now('ticket', { isMarked: true }), [marked])).toBe('duplicate');
  expect(judge(now('ticket', { isMarked: true }), [came('ticket')])).toBe('duplicate');
});

test('the highest fate of all copies counts, in whatever order they came', () => {
  for (const earlier of [
    ['recorded', 'held', 'ticket'],
    ['ticket', 'held', 'recorded'],
  ] as const) {
    const all = earlier.map((fate) => came(fate));
    for (const fate of earlier) expect(judge(now(fate), all)).toBe('duplicate');
  }
});

test('what is in a ticket is proven once, by a better proof than the best before', () => {
  const TRUST: readonly Trust[] = ['automatic', 'claimed', 'thread', 'authenticated', 'staff'];
  for (const [n, was] of TRUST.entries()) {
    for (const [m, trust] of TRUST.entries()) {
      const wanted = m > n ? 'prove' : 'duplicate';
      expect(judge(now('ticket', { trust }), [came('ticket', { trust: was })])).toBe(wanted);
      const proven = [came('ticket', { trust: 'automatic' }), came('ticket', { trust: was })];
      expect(judge(now('ticket', { trust }), proven)).toBe(wanted);
    }
  }
});

describe('what came back to its author', () => {
  const back = came('returned', { proof: 'login bob' });
  const again = (more: Partial<CopyFate>) =>
    judge(now('done', { proof: 'login bob', isOfStaff: true, ...more }), [back]);

  test('comes back again under another queue id, and under the same one nothing happens', () => {
    expect(again({})).toBe('return again');
    expect(again({ queueId: 'ONE' })).toBe('duplicate');
    expect(judge(now('returned', { queueId: null }), [came('returned', { queueId: null })])).toBe(
      'duplicate',
    );
  });

  test('binds nobody who proves it in another way: a stranger cannot bring it back first', () => {
    expect(again({ proof: 'bob' })).toBe('rise');
  });
});

describe('what a commit has made of its mail', () => {
  const raw = 'raw/000000/7-in.eml';
  const decision = { intent: 'act', trust: 'staff' } as const;
  const control = { intent: 'control', trust: 'staff' } as const;
  const recorded = (reason: string): Change => ({
    ...{ type: 'mail.recorded', raw, reason, evidence: 'x', expires: true },
  });
  const answered: Change = { type: 'mail.answered', address: 'a@b.example', about: 'control' };
  const closed: Change = {
    ...{ type: 'ticket.status', ticket: 'SUPPORT-1', from: 'open', to: 'resolved', by: 'bob' },
  };
  const sent: Change = { type: 'reply.sent', ticket: 'SUPPORT-2', serial: 2, mail: '3.0' };
  const unknown: Change = {
    ...{ type: 'reply.unknown', ticket: 'SUPPORT-2', serial: 2, mail: '3.0', again: true },
  };
  const message: IncomingMessage = {
    ...{ serial: 1, direction: 'in', trust: 'claimed', from: null, to: [], date: '', subject: '' },
    ...{ text: '', newLines: [], messageId: null, attachments: [], raw },
  };
  const added: Change = { type: 'message.added', ticket: 'SUPPORT-1', message };
  const other: Change = { ...added, message: { ...message, raw: 'raw/000000/3-in.eml' } };
  const proven: Change = {
    ...{ type: 'message.proven', ticket: 'SUPPORT-1', serial: 1, from: 'claimed', to: 'thread' },
    raw,
  };

  test.each<readonly [Fate, string, typeof decision | typeof control, readonly Change[]]>([
    ['ticket', 'a message', decision, [added, sent]],
    ['ticket', 'a better proof of one', decision, [proven]],
    ['recorded', 'kept in no ticket', decision, [recorded('bounce'), sent]],
    ['returned', 'sent back', decision, [recorded('returned'), answered]],
    ['done', 'a command', decision, [closed, sent]],
    ['done', 'a message that it split off', decision, [other]],
    ['done', 'commands that were carried out', control, [closed, recorded('control'), answered]],
    ['returned', 'commands that were all wrong', control, [recorded('control'), answered, sent]],
    [
      'returned',
      'a command that did nothing, and what became of an older mail',
      control,
      [recorded('control'), answered, unknown],
    ],
    ['recorded', 'commands that nobody was answered', control, [recorded('control')]],
  ])('%s: %s', (wanted, _, decided, changes) => {
    expect(fateOf({ decision: decided, changes, raw })).toBe(wanted);
  });

  test('commands of somebody who proves nothing were not read', () => {
    const unproven = { intent: 'control', trust: 'claimed' } as const;
    const changes = [recorded('control'), answered];
    expect(fateOf({ decision: unproven, changes, raw })).toBe('recorded');
  });
});
