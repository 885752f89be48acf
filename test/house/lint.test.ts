/** Each rule of biome.json that the house stands on meets a violation here, and refuses it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

const PLANTED = [
  ['noConsole', 'src/console.ts', "console.log('x');\n"],
  ['noExplicitAny', 'src/any.ts', 'export const x = (y: any) => y;\n'],
  ['noNonNullAssertion', 'src/sure.ts', 'export const x = (y: string[]) => y[0]!;\n'],
  ['noUnusedImports', 'src/import.ts', "import { x } from './x.ts';\n"],
  ['noUnusedVariables', 'src/variable.ts', 'const x = 1;\n'],
  ['useImportType', 'src/type.ts', "import { X } from './x.ts';\nexport type Y = X;\n"],
  ['noSkippedTests', 'test/skipped.test.ts', "test.skip('x', () => {});\n"],
  ['noFocusedTests', 'test/focused.test.ts', "test.only('x', () => {});\n"],
] as const;

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'mailrobot-planted-'));
  cpSync(join(ROOT, 'biome.json'), join(copy, 'biome.json'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test.each(PLANTED)('%s', (rule, path, code) => {
  expect(rulesBrokenBy(path, code)).toContain(rule);
});

test('a test may write to the console', () => {
  expect(rulesBrokenBy('test/console.ts', "console.log('x');\n")).not.toContain('noConsole');
});

function rulesBrokenBy(path: string, code: string): string {
  const file = join(copy, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  const { stdout } = spawnSync(
    join(ROOT, 'node_modules/.bin/biome'),
    ['lint', '--vcs-enabled=false', '--reporter=json', file],
    { cwd: copy, encoding: 'utf8' },
  );
  return stdout;
}
