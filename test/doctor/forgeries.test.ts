/** Forged mails of `doctor --attack`: what they claim, and what is thought of each. */
import { expect, test } from 'vitest';
import { type Attacked, attackFindings, fateOf, forgeriesFor } from '../../src/doctor/forgeries.ts';
import { BOB, configOf, DOMAIN } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

const RECEIVED =
  'Received: from evil.example (evil.example [203.0.113.1])\n\tby mx.example (Postfix) with ESMTP id Q1; Fri, 2 Jan 2026 08:25:44 +0000\n';
const DECIDED = {
  trust: 'claimed',
  intent: 'hold',
  why: 'its From alone',
  person: null,
  checks: [],
};
const caught: Attacked = { name: 'x', ...DECIDED };

test('each has a name of its own, is from the staff or the desk, and goes to the desk', () => {
  const all = forgeriesFor(configOf());
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(10);
  for (const { header, to } of all) {
    expect(header.join('\n')).toMatch(new RegExp(`^From: <(${BOB}|new@${DOMAIN})>$`, 'm'));
    expect(to).toMatch(new RegExp(`@${DOMAIN}$`));
  }
  expect(forgeriesFor(configOf({ staff: [], authservId: undefined }))).toHaveLength(all.length);
});

test.each(forgeriesFor(configOf()).map((one) => [one.name, one] as const))(
  'as long as our MTA writes above it, it is not believed: %s',
  async (_, { header, to, text }) => {
    const desk = new Desk();
    const { decision, intent } = await desk.decide({
      octets: Buffer.from(`${RECEIVED}${header.join('\n').replaceAll('\r', '')}\n\n${text}\n`),
      environment: {
        SENDER: 'forger@doctor.invalid',
        RECIPIENT: to,
        CLIENT_ADDRESS: '203.0.113.1',
      },
      verb: 'any',
    });
    const person = 'person' in intent ? (intent.person?.name ?? null) : null;
    const attacks = [{ name: 'x', ...decision, person, checks: [] }];
    expect(attackFindings(attacks, configOf())).toEqual([]);
  },
);

test.each<readonly [string, Attacked, readonly string[]]>([
  ['what is held', caught, []],
  ['what is refused', { name: 'x', refused: 'it says 550 no' }, []],
  ['what is authenticated', { ...caught, trust: 'authenticated' }, ['attack-believed']],
  ['an order of nobody', { ...caught, intent: 'control' }, []],
  ['an order of bob', { ...caught, intent: 'control', person: 'bob' }, ['attack-believed']],
  ['what acts on a ticket', { ...caught, intent: 'act', trust: 'staff' }, ['attack-believed']],
  [
    'a replay that is known for one',
    { ...caught, intent: 'act', trust: 'staff', person: 'bob', isReplay: true, copied: 'seen' },
    [],
  ],
  [
    'a replay that is taken for an order',
    { ...caught, intent: 'act', trust: 'staff', person: 'bob', isReplay: true, copied: null },
    ['attack-believed'],
  ],
  [
    'a forgery with two From fields that is proven',
    { ...caught, intent: 'act', trust: 'staff', person: 'bob', copied: 'two from fields' },
    ['attack-believed'],
  ],
  ['what is late', { name: 'x', lost: true }, ['attack-lost']],
])('%s', (_, attacked, ids) => {
  const found = attackFindings([attacked, caught], configOf());
  expect(found.map(({ id }) => id)).toEqual(ids);
});

test('a line says what would become of it', () => {
  expect(fateOf(caught)).toBe('would be held (claimed)');
  expect(fateOf({ ...caught, intent: 'open', checks: ['own', 'list'] })).toBe(
    'would open a ticket (claimed; own, list spoke)',
  );
  expect(fateOf({ ...caught, intent: 'control' })).toBe('would be told that it may not (claimed)');
  expect(fateOf({ ...caught, intent: 'act', person: 'bob' })).toMatch(
    /^WOULD BE CARRIED OUT for bob/,
  );
  expect(fateOf({ name: 'x', refused: 'it says 550 no' })).toBe(
    'refused by Postfix: it says 550 no',
  );
});
