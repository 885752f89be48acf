/** Addresses with named holes: what is one, and what stands in its holes. */
import { expect, test } from 'vitest';
import {
  addressPatternIn,
  asExpression,
  capturesAmong,
} from '../../src/addresses/address-pattern.ts';
import { DOMAIN } from '../kit/config.ts';
import { choiceOf, SEED } from '../kit/random.ts';

const captured = (pattern: string, local: string, domain = DOMAIN) => {
  const found = capturesAmong([`${local}@${domain}`], pattern, DOMAIN);
  if (found === null) return null;
  return Object.fromEntries(found.captures.map(({ name, value }) => [name, value]));
};

test.each<readonly [string, string, Readonly<Record<string, string>> | null]>([
  ['deploy-{service}-{env}', 'deploy-web-prod', { service: 'web', env: 'prod' }],
  ['deploy-{service}-{env}', 'Deploy-WEB-Prod', { service: 'web', env: 'prod' }],
  ['deploy-{service}-{env}', 'deploy-web-api-prod', { service: 'web', env: 'api-prod' }],
  ['new+{client}', 'new+acme.7', { client: 'acme.7' }],
  ['list-{name}-admin', 'list-dev-team-admin', { name: 'dev-team' }],
  ['deploy-{service}-{env}', 'deploy-web', null],
  ['deploy-{service}-{env}', 'deploy-web-', null],
  ['deploy-{service}-{env}', 'deploy--prod', null],
  ['deploy-{service}-{env}', 'redeploy-web-prod', null],
  ['deploy-{service}', 'deploy-..', null],
  ['deploy-{service}', 'deploy-a..b', null],
  ['deploy-{service}', 'deploy--rf', null],
  ['deploy-{service}', 'deploy-a/../b', null],
  ['deploy-{service}', 'deploy-$(id)', null],
  ['deploy-{service}', 'deploy-wéb', null],
  ['deploy-{service}', `deploy-${'a'.repeat(60)}`, null],
])('%s of %s is %j', (pattern, local, wanted) => {
  expect(captured(pattern, local)).toEqual(wanted);
});

test('an address of another domain is none', () => {
  expect(captured('deploy-{service}', 'deploy-web', 'evil.example')).toBeNull();
  expect(captured('deploy-{service}', 'deploy-web', DOMAIN.toUpperCase())).toEqual({
    service: 'web',
  });
});

test.each([
  '{all}',
  'deploy',
  'deploy-{a}{b}',
  'deploy-{a}-{a}',
  'deploy-{}',
  'deploy-{A}',
  'deploy-{a',
  'deploy-{a}@',
  'deploy-{a} b',
  'Deploy-{a}',
  'deploy-(.*)',
  `deploy${'-{a}'.repeat(9)}`,
])('%s is no such address', (text) => {
  expect(addressPatternIn(text)).toBeNull();
});

test('what Postfix is given for it takes whatever we take', () => {
  console.log(`SEED=${SEED}`);
  const choose = choiceOf(SEED);
  const letters = [...'ab1.-_+'];
  const word = (most: number) =>
    Array.from({ length: 1 + choose.number(most) }, () => choose(letters)).join('');
  let taken = 0;
  for (let n = 0; n < 3000; n += 1) {
    const [beginning, between] = [`a${word(2)}`, word(2)];
    const pattern = `${beginning}{x}${between}{y}`;
    const local = `${beginning}${word(4)}${between}${word(4)}`;
    if (captured(pattern, local) === null) continue;
    taken += 1;
    expect(local).toMatch(new RegExp(`^${asExpression(pattern)}$`, 'i'));
  }
  expect(taken).toBeGreaterThan(100);
});
