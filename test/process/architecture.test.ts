/**
 * The lint rules that hold the architecture: each one meets a planted
 * violation here, and must refuse it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

const use = (path: string) => `import * as planted from '${path}';\nexport default planted;\n`;

const planted: readonly (readonly [string, string, string, string])[] = [
  [
    'the domain imports nothing of ours',
    'src/ticket/planted.ts',
    use('../store/store.ts'),
    'noRestrictedImports',
  ],
  [
    'outcome imports nothing of ours',
    'src/outcome.ts',
    use('./ticket/ticket.ts'),
    'noRestrictedImports',
  ],
  [
    'an action does not see the store',
    'src/actions/planted.ts',
    use('../store/store.ts'),
    'noRestrictedImports',
  ],
  [
    'the store does not see what is sent',
    'src/store/planted.ts',
    use('../outgoing/compose.ts'),
    'noRestrictedImports',
  ],
  [
    'a delivery sees the store as an interface',
    'src/delivery/planted.ts',
    use('../store/file-store.ts'),
    'noRestrictedImports',
  ],
  [
    'reading a mail knows nothing of delivering it',
    'src/message/planted.ts',
    use('../delivery/route.ts'),
    'noRestrictedImports',
  ],
  [
    'outgoing sees the store as an interface',
    'src/outgoing/planted.ts',
    use('../store/disk.ts'),
    'noRestrictedImports',
  ],
  [
    'nothing imports a command',
    'src/delivery/planted.ts',
    use('../commands/desk.ts'),
    'noRestrictedImports',
  ],
  ['nothing imports main', 'src/commands/planted.ts', use('../main.ts'), 'noRestrictedImports'],
  [
    'the terminal does not deliver',
    'src/terminal/planted.ts',
    use('../delivery/deliver.ts'),
    'noRestrictedImports',
  ],
  ['one file owns mailparser', 'src/delivery/planted.ts', use('mailparser'), 'noRestrictedImports'],
  [
    'one file owns nodemailer',
    'src/outgoing/planted.ts',
    use('nodemailer/lib/mail-composer'),
    'noRestrictedImports',
  ],
  ['one file owns lowdb', 'src/store/planted.ts', use('lowdb'), 'noRestrictedImports'],
  ['one file owns execa', 'src/commands/planted.ts', use('execa'), 'noRestrictedImports'],
  ['one file owns commander', 'src/commands/planted.ts', use('commander'), 'noRestrictedImports'],
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

test('what is allowed is not refused', () => {
  const allowed: readonly (readonly [string, string])[] = [
    ['src/delivery/planted.ts', use('../store/store.ts')],
    ['src/commands/planted.ts', use('../store/open.ts')],
    ['src/message/mail-parser.ts', use('mailparser')],
    ['src/store/planted.ts', use('../ticket/ticket.ts')],
  ];
  for (const [path, code] of allowed) {
    const said = lint(path, code);
    expect(said).toContain('Checked 1 file');
    expect(said).not.toContain('noRestrictedImports');
  }
});
