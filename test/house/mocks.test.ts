/** What is put in the place of a file of the source is there for one file of tests alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const isMocking = (text: string) => /^vi\.(?:do)?[mM]ock\(/m.test(text);

test('whoever mocks a module is in the suite whose files share nothing', () => {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' });
  const mocking = files.filter(
    (file) => file.endsWith('.test.ts') && isMocking(readFileSync(join(TESTS, file), 'utf8')),
  );
  expect(mocking.length).toBeGreaterThan(0);
  expect(mocking.filter((file) => !file.endsWith('.mocked.test.ts'))).toEqual([]);
});

test('a mock is found', () => {
  expect(isMocking("import x;\nvi.mock('./a.ts', () => ({}));\n")).toBe(true);
  expect(isMocking("vi.spyOn(row, 'read');\n")).toBe(false);
});
