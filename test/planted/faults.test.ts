/** A planted fault whose text has moved finds nothing, and `npm run test:planted` takes long. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAULTS } from './faults.ts';

const ROOT = join(import.meta.dirname, '..', '..');

test.each(FAULTS)('can be planted: $name', ({ file, before, after, tests }) => {
  expect(readFileSync(join(ROOT, file), 'utf8').split(before)).toHaveLength(2);
  expect(after).not.toBe(before);
  expect(tests.filter((one) => !existsSync(join(ROOT, one)))).toEqual([]);
});
