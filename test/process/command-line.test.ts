/**
 * Odd command lines: whatever stands in an alias, a mail is in the store, or it stays with the
 * MTA; nothing bounces it. Lines are made at random; the seed is printed.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rowsOf, SECTIONS } from '../../src/cli/commands/table.ts';
import { deskWords, isDeskLine } from '../../src/cli/desk-line.ts';
import { roundsOf } from '../kit/random.ts';
import { IS_EXECUTABLE, makeDesk, PROGRAM, type TestDesk } from './desk.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
console.log(`SEED=${SEED}`);
const random = (() => {
  let state = SEED;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
})();
const one = (words: readonly string[]) => words[random(words.length)] ?? '';

/** Octets that are no UTF-8 stand as \377, for printf(1). */
const NO_UTF8 = '\\377\\376new';
const VERBS = ['new', 'reply', 'control'];
const OPTIONS = ['--queue', '--config', '--help', '-h', '--version', '--dry-run', '--', '-'];
const MORE = [
  '--queue=init',
  '--queue=',
  '--config=',
  '--json',
  '--no-such',
  '-xinit',
  '-f',
  '--ne',
];
const WORDS = [
  '',
  ' ',
  'init\n',
  'NEW',
  'x'.repeat(100_000),
  'ä\u202e',
  NO_UTF8,
  '*',
  '$(id)',
  ';',
];
const ANY = [...VERBS, ...OPTIONS, ...OPTIONS, ...MORE, ...WORDS, ...deskWords(rowsOf(SECTIONS))];

let desk: TestDesk;
let dir: string;

beforeEach(async () => {
  desk = await makeDesk();
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-lines-'));
});
afterEach(() => {
  desk.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** As local(8) runs it, with arguments octet for octet. */
function run(args: readonly string[], input: string, path = process.env['PATH'] ?? '') {
  const file = join(dir, 'line');
  const quoted = args.map((word) =>
    word === NO_UTF8 ? `"$(printf '${word}')"` : `'${word.replaceAll("'", "'\\''")}'`,
  );
  writeFileSync(file, `exec '${PROGRAM}' ${quoted.join(' ')}\n`);
  const env = { PATH: path, MAILROBOT_CONFIG: desk.config };
  const { status, signal, stdout, stderr } = spawnSync('/bin/sh', [file], {
    ...{ input, env, cwd: '/', encoding: 'utf8' },
  });
  return { exit: status ?? signal ?? 'nothing', stdout, stderr };
}

const show = (args: readonly string[]) =>
  args.map((word) => JSON.stringify(word.length > 40 ? `${word.slice(0, 9)}…` : word)).join(' ');

/** Where a verb is the first word, whatever the options before it and what comes behind. */
function meantForAMail(): readonly string[] {
  const before: string[] = [];
  for (let n = random(4); n > 0; n -= 1) {
    const option = one([...OPTIONS, ...MORE]);
    before.push(option);
    if (option === '--queue' || option === '--config') before.push(one(ANY));
  }
  const behind = Array.from({ length: random(4) }, () => one(ANY));
  return [...before, one(VERBS), ...behind];
}

const FIXED: readonly (readonly string[])[] = [
  ['--queue', 'init', 'new'],
  ['--queue', 'init'],
  ['--queue=init', 'init'],
  ['--dry-run', 'init', 'new'],
  ['--', 'init'],
  ['-', 'init'],
  ['', 'init'],
  ['--config', 'init', 'new'],
  ['--config', '', 'new'],
  ['--config=', 'new'],
  ['new', 'init'],
  ['new', '--queue'],
  ['new', '--config'],
  ['new', 'new'],
  ['new', '--', 'init'],
  ['--version', 'new'],
  ['-h', 'new'],
  ['--help', '--help'],
  ['new', '--queue', 'SUPPORT', '--queue', 'support', '--queue=Support'],
  ['new', NO_UTF8],
  ['--config', NO_UTF8, 'new'],
];

test('a pipe verb ends with 0 or 75, and 0 means that the mail is kept', async () => {
  const lines = [...FIXED, ...Array.from({ length: roundsOf(120) }, meantForAMail)];
  let kept = 0;
  for (const [n, args] of lines.entries()) {
    const id = `<${n}@ferrier.example>`;
    const { exit, stdout } = run(args, `From: nic@d${n}.example\nMessage-ID: ${id}\n\nx\n`);
    expect([0, 75], show(args)).toContain(exit);
    // Documented: it shows what would be done, and keeps nothing.
    if (exit === 0 && args.includes('--dry-run')) continue;
    expect(stdout, show(args)).toMatch(/^(4\.3\.\d mailrobot: [ -~]+\n)?$/);
    if (exit === 0) {
      kept += 1;
      const shown = await desk.run(['explain', id]);
      expect(shown.stdout, show(args)).toContain(id);
    } else expect(stdout, show(args)).not.toBe('');
  }
  expect(kept).toBeGreaterThan(0);
  expect((await desk.run(['fsck'])).exit).toBe(0);
}, 300_000);

test.skipIf(IS_EXECUTABLE)(
  'launcher and program agree which lines are the desk’s (puts another node in its place)',
  () => {
    // In the place of node; a line of the desk ends as it does, any other as the launcher says.
    writeFileSync(join(dir, 'node'), '#!/bin/sh\nexit 3\n');
    chmodSync(join(dir, 'node'), 0o755);
    const ends = new Set<number | string>();
    const any = () => Array.from({ length: random(5) }, () => one(ANY));
    for (const args of [...FIXED, ...Array.from({ length: roundsOf(1200) }, any)]) {
      const { exit } = run(args, '', `${dir}:/usr/bin:/bin`);
      const isAsked = args.length === 1 && ['--version', '--help', '-h'].includes(args[0] ?? '');
      expect(exit, show(args)).toBe(isDeskLine(args) || isAsked ? 3 : 75);
      ends.add(exit);
    }
    expect(ends).toEqual(new Set([3, 75]));
  },
  120_000,
);
