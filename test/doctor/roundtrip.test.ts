/** What one mail through the MTA shows. */
import { expect, test } from 'vitest';
import { type RoundtripFacts, roundtripFindings } from '../../src/doctor/roundtrip.ts';
import { configOf, type Different } from '../kit/config.ts';

const TO = 'support-0-t-x@support-ticket.example';
const WELL: RoundtripFacts = {
  sent: { to: TO, said: '2.0.0 Ok: queued as 4dX1' },
  there: {
    recipients: ['support+0-t-x@support-ticket.example', TO.toUpperCase()],
    believed: [],
    below: [],
    isIdKept: true,
  },
  ...{ answerProblem: null, isBack: true, patienceSeconds: 60 },
};
const FORGED = 'mx.example; dmarc=pass header.from=doctor.invalid';
const believing = (...believed: string[]) => ({
  there: { recipients: [TO], believed, below: [], isIdKept: true },
});

test.each<readonly [string, Partial<RoundtripFacts>, readonly string[], Different]>([
  ['a mail that comes and is answered', {}, [], {}],
  ['our own results', believing('mx.example; dmarc=none'), [], {}],
  [
    'a mail that is refused',
    { sent: { problem: 'it says 554 5.7.1 spam' } },
    ['roundtrip-refused'],
    {},
  ],
  ['a mail that does not come', { there: null }, ['roundtrip-lost'], {}],
  [
    'a lost address',
    { there: { recipients: ['x@y'], believed: [], below: [], isIdKept: true } },
    ['roundtrip-address'],
    {},
  ],
  ['a forged field that is believed', believing(FORGED), ['roundtrip-forged'], {}],
  [
    'results that the config does not name',
    believing('mta.example; spf=pass'),
    ['roundtrip-results'],
    {},
  ],
  [
    'results, and no authservId',
    believing('mta.example; x'),
    ['roundtrip-results'],
    { authservId: undefined },
  ],
  [
    'results below that nobody reads',
    { there: { recipients: [TO], believed: [], below: [FORGED, 'mx.example; x'], isIdKept: true } },
    ['roundtrip-below'],
    {},
  ],
  [
    'results below that nobody reads, and no authservId',
    { there: { recipients: [TO], believed: [], below: ['mx.example; x'], isIdKept: true } },
    ['roundtrip-below'],
    { authservId: undefined },
  ],
  [
    'a field of the doctor alone below',
    { there: { recipients: [TO], believed: [], below: [FORGED], isIdKept: true } },
    [],
    {},
  ],
  [
    'results below that are read',
    { there: { recipients: [TO], believed: [], below: ['mx.example; x'], isIdKept: true } },
    [],
    { authResults: 'below' },
  ],
  [
    'an answer that sendmail does not take',
    { answerProblem: 'sendmail ends with 75', isBack: false },
    ['roundtrip-sendmail'],
    {},
  ],
  ['an answer that does not come back', { isBack: false }, ['roundtrip-answer'], {}],
])('%s', (_, facts, ids, config) => {
  const found = roundtripFindings({ ...WELL, ...facts }, configOf(config));
  expect(found.map(({ id }) => id)).toEqual(ids);
  for (const { what, why, mend } of found) {
    expect(what).toMatch(/^[A-Z].*\.$/);
    expect(why).not.toMatch(/undefined|null/);
    expect(mend.length).toBeGreaterThan(0);
  }
});

test('a mail that does not come is looked for by its queue id', () => {
  const [found] = roundtripFindings({ ...WELL, there: null }, configOf());
  expect(found?.mend.join('\n')).toContain('journalctl -g 4dX1');
});
