/**
 * The lint rules that hold the architecture: each one meets a planted
 * violation here, and must refuse it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allowances, overrides, type Planted, violations } from './architecture.ts';
import { ROOT } from './desk.ts';

const BIOME = join(ROOT, 'node_modules', '.bin', 'biome');
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'mailrobot-planted-'));
  for (const part of ['src', 'biome.json'])
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

function lint(path: string, code: string): string {
  writeFileSync(join(copy, path), code);
  const { stdout, stderr } = spawnSync(
    BIOME,
    ['lint', '--vcs-enabled=false', '--max-diagnostics=none', join(copy, path)],
    { cwd: copy, encoding: 'utf8' },
  );
  cpSync(join(ROOT, 'src'), join(copy, 'src'), { recursive: true });
  return stdout + stderr;
}

/** One file for each planted import, all looked at in one run: what no rule refused. */
function missed(all: readonly Planted[]): readonly string[] {
  const files = all.map(({ file, imports }, n) => {
    const path = join(copy, file.replace('planted.ts', `planted-${n}.ts`));
    writeFileSync(path, use(imports));
    return path;
  });
  const { stdout } = spawnSync(
    BIOME,
    ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json', ...files],
    { cwd: copy, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  for (const path of files) rmSync(path);
  return all.flatMap(({ about }, n) => {
    const isRefused = stdout.includes(`planted-${n}.ts`);
    return isRefused ? [] : [about];
  });
}

const use = (path: string) => `import * as planted from '${path}';\nexport default planted;\n`;

test('biome.json is what the table makes of it (npm run lint:rules writes it)', () => {
  const file = join(ROOT, 'biome.json');
  const biome = JSON.parse(readFileSync(file, 'utf8'));
  if (process.env['WRITE_RULES'] === '1') {
    writeFileSync(file, JSON.stringify({ ...biome, overrides: overrides() }));
    return;
  }
  expect(biome.overrides).toEqual(overrides());
});

test('every import that the table forbids is refused', () => {
  expect(missed(violations.filter(({ file }) => file.endsWith('planted.ts')))).toEqual([]);
});

test.each(violations.filter(({ file }) => !file.endsWith('planted.ts')))(
  '$about',
  ({ file, imports }) => {
    expect(lint(file, use(imports))).toContain('noRestrictedImports');
  },
);

const planted: readonly (readonly [string, string, string, string])[] = [
  ['a decision reads no disk', 'src/actions/planted.ts', use('node:fs'), 'noNodejsModules'],
  [
    'a decision reads no environment',
    'src/delivery/guard.ts',
    'export default process.env.HOME;\n',
    'noProcessEnv',
  ],
  ['no console', 'src/delivery/planted.ts', "console.log('x');\n", 'noConsole'],
  ['no any', 'src/ticket/planted.ts', 'export const x = (y: any) => y;\n', 'noExplicitAny'],
  [
    'no non-null assertion',
    'src/ticket/planted.ts',
    'export const x = (y: string[]) => y[0]!.length;\n',
    'noNonNullAssertion',
  ],
];

test.each(planted)('%s', (_, path, code, rule) => {
  expect(lint(path, code)).toContain(rule);
});

test('no import cycles', () => {
  writeFileSync(join(copy, 'src', 'ticket', 'planted.ts'), use('./planted-too.ts'));
  expect(lint('src/ticket/planted-too.ts', use('./planted.ts'))).toContain('noImportCycles');
});

test('what the table allows is not refused', () => {
  expect(missed(allowances)).toEqual(allowances.map(({ about }) => about));
});
