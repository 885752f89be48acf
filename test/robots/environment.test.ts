/** What a robot has in its environment. */
import { expect, test } from 'vitest';
import {
  environmentFor,
  MAX_VALUE_BYTES,
  plainValue,
  valuesFor,
} from '../../src/robots/environment.ts';
import type { RobotRun } from '../../src/ticket/robot-run.ts';

const RUN: RobotRun = {
  ...{ run: 12, robot: 'deploy', raw: 'raw/000000/12-in.eml', queue: 'SUPPORT' },
  ...{ from: { name: 'Nic', address: 'nic@ferrier.example' }, subject: 'now', trust: 'claimed' },
  ...{ onTicket: null, answerTo: null, answerFrom: 'deploy', silence: null },
  ...{ since: '2026-11-20T10:00:00Z', tries: 0, why: null, next: null },
};
const ACCOUNT = { name: 'robot', home: '/home/robot', state: '/keeps/x/state' };
const ENVELOPE = { sender: 'nic@ferrier.example', recipients: ['deploy@support-ticket.example'] };

function environment(text: string, run: Partial<RobotRun> = {}) {
  const lines = text.split('\n').length;
  const message = {
    ...{ text, newLines: [{ from: 1, to: lines }], foundLines: [], messageId: '<1@x.example>' },
  };
  return environmentFor(valuesFor({ ...RUN, ...run }, message, ENVELOPE), ACCOUNT);
}

test('the main values of the mail, and nothing of ours', () => {
  expect(environment('\ndeploy it\nplease')).toEqual({
    ...{ PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    ...{ HOME: '/home/robot', USER: 'robot', LOGNAME: 'robot', LANG: 'C.UTF-8' },
    ...{ MAILROBOT_RUN: '12', MAILROBOT_ROBOT: 'deploy', MAILROBOT_FROM: 'nic@ferrier.example' },
    ...{ MAILROBOT_FROM_NAME: 'Nic', MAILROBOT_TRUST: 'claimed', MAILROBOT_SUBJECT: 'now' },
    ...{ MAILROBOT_FIRST_LINE: 'deploy it', MAILROBOT_MESSAGE_ID: '<1@x.example>' },
    ...{ MAILROBOT_FINGERPRINT: '', MAILROBOT_STATE: '/keeps/x/state' },
    ...{ MAILROBOT_TICKET: '', MAILROBOT_SENDER: 'nic@ferrier.example' },
    MAILROBOT_RECIPIENT: 'deploy@support-ticket.example',
  });
});

test.each([
  ['a NUL', 'a\0b', 'a b'],
  ['a line break', 'a\r\nb', 'a  b'],
  ['a line break of Unicode', 'a\u2028b\u2029c\u0085d', 'a b c d'],
  ['an escape', '\u001b[2J', ' [2J'],
])('no value has %s', (_, text, plain) => {
  expect(plainValue(text)).toBe(plain);
  expect(environment('x', { subject: text })['MAILROBOT_SUBJECT']).toBe(plain);
});

test.each(['x', 'ä', '€', '😀'])('a value of %s ends at 8 KiB, between two characters', (one) => {
  const cut = plainValue(`${one.repeat(MAX_VALUE_BYTES)}`);
  const size = Buffer.byteLength(cut);
  expect(size).toBeLessThanOrEqual(MAX_VALUE_BYTES);
  expect(size).toBeGreaterThan(MAX_VALUE_BYTES - 4);
  expect(cut.replaceAll(one, '')).toBe('');
});
