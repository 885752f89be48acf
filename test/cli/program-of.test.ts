/** Which copy of the program the lines for Postfix name. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programOf } from '../../src/cli/postfix.ts';

test.each([
  ['as it was called', '/opt/mailrobot/bin/mailrobot', '/opt/mailrobot/bin/mailrobot'],
  ['from the root on', 'bin/mailrobot', join(process.cwd(), 'bin/mailrobot')],
  ['without dots', '../mailrobot', join(process.cwd(), '..', 'mailrobot')],
])('%s', (_, called, named) => {
  expect(programOf({ environment: { MAILROBOT_PROGRAM: called } })).toBe(named);
});
