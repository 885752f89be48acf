/**
 * Of the parts of a mail, and of what was answered: what is looked at first, or once for many,
 * leaves out nothing (as quick.test.ts says of what is said in a mail).
 */
import { beforeAll, expect, test } from 'vitest';
import { type AnswerLimit, countOf, reachedBy } from '../../src/journal/limits.ts';
import { inUnicode, namesPlainly, oneLine } from '../../src/reading/addresses.ts';
import { kindOf } from '../../src/reading/blocks/plain-lines.ts';
import { plainLabel } from '../../src/reading/charsets/plain-label.ts';
import { rawFields } from '../../src/reading/header.ts';
import { structuredField } from '../../src/reading/parameters.ts';
import { isReportPart } from '../../src/reading/report-part.ts';
import { sameMailbox } from '../../src/ticket/address.ts';
import { ageOf } from '../../src/ticket/age.ts';
import { type Answered, KINDS } from '../../src/ticket/answered.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';

const ROUNDS = roundsOf(8000);
const choose = choiceOf(SEED);
beforeAll(() => console.log(`SEED=${SEED}`));

function* textsOf(pieces: readonly string[]): Generator<string> {
  yield* pieces;
  for (let n = 0; n < ROUNDS; n += 1) {
    yield Array.from({ length: choose.number(7) }, () => choose(pieces)).join('');
  }
}

test('rows of a table', () => {
  for (const raw of textsOf(['a', ' ', '\t', '|', '| ', 'b c', '- ', '1) ', '\u00a0'])) {
    const text = raw.trim();
    const isRow = text !== '' && /\S *\t+ *\S|^\|[^|]+\|.*\|$/.test(raw);
    expect([raw, kindOf({ kind: 'text', raw, text }) === 'table']).toEqual([raw, isRow]);
  }
});

test('labels of charsets', () => {
  for (const said of textsOf(['utf-8', 'UTF-8', 'us-ascii', ' ', '"', "'", ';', '(x)', '(', 'x'])) {
    const bare = said
      .replace(/\([^()]{0,100}\)/g, '')
      .replace(/^[\s"';]+|;.*$/gs, '')
      .replace(/["'<>,\s]/g, '')
      .toLowerCase();
    expect([said, plainLabel(said)]).toEqual([said, bare.slice(0, 60)]);
  }
});

test('an address that a field names', () => {
  const pieces = [
    'a@b.example',
    '<',
    '>',
    '"',
    '\\',
    '(',
    ')',
    ',',
    'x ',
    'a@xn--bcher-kva.example',
  ];
  for (const value of textsOf(pieces)) {
    const bare = value.replace(/"(?:[^"\\]|\\.)*(?:"|\\?$)/gs, '""').replace(/\([^()]*\)/g, ' ');
    const named = /<([^<>]*)>/.exec(bare)?.[1] ?? bare.split(',', 1)[0] ?? '';
    const isNamed = inUnicode(oneLine(named)).toLowerCase() === 'a@b.example';
    expect([value, namesPlainly(value, 'a@b.example')]).toEqual([value, isNamed]);
  }
});

test('parameters in quotes', () => {
  for (const value of textsOf(['a', '"', '\\', '\\\\', ' ', '\n'])) {
    const whole = value.replace(/\\(.)|"/gs, (_, escaped?: string) => escaped ?? '');
    if (value.includes(';')) continue;
    expect(structuredField(value).value).toBe(whole.trim().toLowerCase());
  }
});

test('fields of a header', () => {
  for (const header of textsOf(['a: b', '\r\n', '\n', '\r', ' ', '\t', ': '])) {
    const text = header.replace(/\r?\n$/, '');
    const fields = text === '' ? [] : text.split(/\r?\n(?![ \t])/);
    expect(rawFields(Buffer.from(header))).toEqual(fields);
  }
});

test('parts in which a machine speaks', () => {
  const types = [
    ...['message/', 'text/', 'rfc822', '-headers', 'global', 'delivery-status', 'plain', 'x'],
    ...['disposition-notification', 'global-', 'text/rfc822-headers', 'message/rfc822'],
  ];
  const known = [
    /^message\/(global-)?delivery-status$/,
    /^message\/(global-)?disposition-notification$/,
    /^(message\/(rfc822|rfc822-headers|global|global-headers)|text\/rfc822-headers)$/,
  ];
  for (const type of textsOf(types)) {
    const isOne = known.some((one) => one.test(type));
    expect([type, isReportPart(type)]).toEqual([type, isOne]);
  }
});

const NOT_SAID = ['question', 'plan', 'proven-plan', 'marked', 'told'];
const ADDRESSES = [
  ...['nic@ferrier.example', 'Nic+x@Ferrier.example', 'bob@b.example', '-', 'x@'],
  ...['Özil@Öl.example', 'özil@öl.example', '\u0130x@\u0130.example', 'i\u0307x@i\u0307.example'],
];
const NOW = new Date('2026-11-21T12:00:00Z');
const near = (): Date => new Date(NOW.getTime() + (choose.number(400) - 300) * 1000);

function isTo(to: AnswerLimit['to'], { address, ticket }: Answered): boolean {
  const domainOf = (one: string) => one.slice(one.lastIndexOf('@') + 1).toLowerCase();
  if (to === 'anybody') return true;
  if (typeof to === 'string') return ticket === to;
  if ('queue' in to) return ticket?.startsWith(`${to.queue}-`) === true;
  return 'mailbox' in to
    ? sameMailbox(address, to.mailbox)
    : domainOf(address) === domainOf(to.domain);
}

test('answers that count', () => {
  for (let round = 0; round < ROUNDS / 20; round += 1) {
    const answered = Array.from({ length: 40 }, () => ({
      at: near(),
      address: choose(ADDRESSES),
      ticket: choose(['SUPPORT-1', 'SUPPORT-12', 'SALES-1', null] as const),
      kind: choose([...KINDS, null]),
    }));
    const limit: AnswerLimit = {
      most: choose.number(60),
      at: NOW,
      withinMs: choose([60_000, 120_000, 300_000]),
      kinds: choose(['any', [choose(KINDS)], [...KINDS]] as const),
      to: choose([
        ...([{ mailbox: choose(ADDRESSES) }, { domain: choose(ADDRESSES) }] as const),
        ...([{ queue: 'SUPPORT' }, 'SUPPORT-1', 'anybody'] as const),
      ]),
    };
    const counted = answered.filter(
      (one) =>
        (one.kind === null ||
          (limit.kinds === 'any'
            ? !NOT_SAID.includes(one.kind)
            : limit.kinds.includes(one.kind))) &&
        ageOf(one.at, NOW) < limit.withinMs &&
        isTo(limit.to, one),
    );
    const { length } = counted;
    expect(countOf(limit, answered)).toBe(length);
    expect(reachedBy(limit, answered)).toBe(length < limit.most ? null : length);
  }
});
