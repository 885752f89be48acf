/** Parts of a config that are wrong by themselves: what `config check` and the doctor both say of them. */
import { expect, test } from 'vitest';
import { wrongParts } from '../../../src/cli/gather/parts.ts';
import { configOf, SUPPORT } from '../../kit/config.ts';

test('a robot without its keyring, a field and a rule that are none', () => {
  const config = configOf({
    queues: [{ ...SUPPORT, fields: [{ name: 'due', type: 'foo' }], match: [{ if: 7 }] }],
    robots: [{ name: 'deploy', proof: 'pgp', user: 'owner', from: 'anybody' }],
  });
  expect(wrongParts(config)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^"robots\.0\.proof" needs the keyring .*deploy\.keys, which is not there/,
      ),
      expect.stringMatching(/^"queues\.0\.match\.0\.if" /),
      expect.stringMatching(/^"queues\.0\.fields\.0\.type" holds "foo"/),
    ]),
  );
  expect(wrongParts(configOf())).toEqual([]);
});
