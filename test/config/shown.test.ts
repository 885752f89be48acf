/** What is wrong with a config can be shown to anybody: no secret of it is told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { BadConfig, checkConfig, readConfig } from '../../src/config/read.ts';

const WORD = 'hunter2hunter2';
const RIGHT = {
  ...{ domain: 'support-ticket.example', store: '/var/lib/mailrobot' },
  queues: [{ prefix: 'SUPPORT', address: 'new', name: 'Support' }],
};

function saidOf(wrong: object): string {
  try {
    checkConfig({ ...RIGHT, ...wrong }, '/etc/mailrobot/config.json');
    return '';
  } catch (error) {
    if (!(error instanceof BadConfig)) throw error;
    return JSON.stringify([error.message, error.problems]);
  }
}

const webhook = { name: 'shop', type: 'webhook', url: 'https://shop.example/' };

test.each([
  ['the secret of a webhook', { subscribers: [{ ...webhook, secret: WORD }] }],
  ['a password that is no text', { users: [{ name: 'kim', password: [WORD] }] }],
  ['users that are no list', { users: { name: 'kim', password: WORD } }],
  ['a person in the place of a text', { domain: { name: 'kim', password: WORD } }],
  ['an address in the place of a list', { queues: `postgresql://desk:${WORD}@db.example/mail` }],
  ['an address in other words', { queues: `host=db.example password=${WORD} user=desk` }],
])('%s', (_, wrong) => {
  const said = saidOf(wrong);
  expect(said).toContain('holds');
  expect(said).not.toContain('hunter');
});

test('what is no secret is shown', () => {
  expect(saidOf({ undo: 'soon' })).toContain('holds \\"soon\\"');
});

test('of a text that is no JSON nothing is shown', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'shown-')), 'config.json');
  try {
    for (const text of [`{"password": ${WORD}`, `{"password": "${WORD}" x}`, `${WORD}`]) {
      writeFileSync(file, text);
      expect(() => readConfig(file)).toThrow(/: not JSON: /);
      expect(() => readConfig(file)).not.toThrow(/hunter/);
    }
  } finally {
    rmSync(dirname(file), { recursive: true });
  }
});
