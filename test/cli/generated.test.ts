/**
 * What is made from the table of commands is as fresh as the table (`npm run generate`
 * writes it), and a row that is planted appears everywhere.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { generatedFiles, MAN } from '../../generate/files.ts';
import { withDeskWords } from '../../generate/launcher.ts';
import { command } from '../../src/cli/commands/declare.ts';
import type { WithConfig } from '../../src/cli/commands/given.ts';
import { TICKET } from '../../src/cli/commands/shared.ts';
import { rowsOf, SECTIONS } from '../../src/cli/commands/table.ts';
import { complete } from '../../src/cli/completion.ts';
import { isDeskLine } from '../../src/cli/desk-line.ts';
import type { Run } from '../../src/cli/run.ts';
import { deskLine, runWith } from './desk-line.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const today = {
  launcher: text('bin/mailrobot'),
  packageFile: text('package.json'),
  configSchema: text('config.schema.json'),
  robotSchema: text('robot.schema.json'),
};
const files = generatedFiles(SECTIONS, today);

test.each([...files])('%s is fresh (npm run generate)', (path, content) => {
  expect(text(path)).toBe(content);
});

test('there is no page that nothing makes', () => {
  const pages = readdirSync(join(ROOT, MAN)).map((page) => `${MAN}/${page}`);
  expect(pages.filter((page) => !files.has(page))).toEqual([]);
  expect(pages.length).toBeGreaterThan(60);
});

test('npm installs every page', () => {
  const { man, files: installed }: { man: string[]; files: string[] } = JSON.parse(
    today.packageFile,
  );
  expect(man.length).toBe(readdirSync(join(ROOT, MAN)).length);
  expect(installed).toContain(MAN);
});

const hasGroff = spawnSync('groff', ['--version']).status === 0;

function groff(page: string, ...options: readonly string[]) {
  const { stdout, stderr } = spawnSync(
    'groff',
    ['-man', '-ww', '-Tascii', '-P-cbou', '-rLL=78n', ...options],
    { input: page, encoding: 'utf8' },
  );
  return { stdout, stderr };
}

test.skipIf(!hasGroff)(
  'groff has no warning for any page, and none is wider than 80 columns (needs groff)',
  () => {
    for (const [path, page] of files) {
      if (!path.startsWith(`${MAN}/`)) continue;
      const { stdout, stderr } = groff(page);
      expect(stderr, path).toBe('');
      expect(stdout, path).toMatch(/^NAME$/m);
      expect(
        stdout.split('\n').filter((line) => line.length > 80),
        path,
      ).toEqual([]);
    }
    expect(groff('.XX\n').stderr).not.toBe('');
  },
  120_000,
);

interface FrobOptions extends WithConfig {
  readonly softly?: boolean;
  readonly until?: string;
}

const called: unknown[] = [];
const frob = async (id: string, options: FrobOptions, _run: Run) => {
  called.push(id, options);
};
const planted = command({
  words: 'frobnicate',
  arguments: [TICKET],
  options: {
    '--softly': 'make no noise',
    '-u, --until <day>': { text: 'on which day it ends', offers: ['monday', 'tuesday'] },
  },
  summary: 'frobnicate a ticket',
  examples: ["mailrobot frobnicate 7102 -u 'monday'"],
  about: 'Takes `--softly` at night.',
  exits: { 1: 'it was too loud' },
  load: async () => frob,
});
const withPlanted = [...SECTIONS, { title: 'Planted', rows: [planted] }];

async function completed(...words: string[]): Promise<string> {
  let output = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    output += String(line);
    return true;
  });
  const run = runWith(words);
  await complete(words, { table: rowsOf(withPlanted), config: '/dev/null', run });
  write.mockRestore();
  return output;
}

test('a planted row is called, and is in help and completion', async () => {
  const line = ['frobnicate', '7102', '--softly', '-u', 'monday', '--config', 'x.json'];
  expect(await deskLine(line, withPlanted)).toEqual({ exit: 0, output: '' });
  expect(called).toEqual(['7102', { softly: true, until: 'monday', config: 'x.json' }]);
  expect((await deskLine(['--help'], withPlanted)).output).toMatch(
    /^Planted:\n +frobnicate <id> +frobnicate a ticket$/m,
  );
  const { output } = await deskLine(['help', 'frobnicate'], withPlanted);
  expect(output).toContain('Usage: mailrobot frobnicate [options] <id>');
  expect(output).toMatch(/^ +-u, --until <day> +on which day it ends$/m);
  expect(isDeskLine(line, rowsOf(withPlanted))).toBe(true);
  expect(isDeskLine(line)).toBe(false);
  expect(await completed('frob')).toBe('frobnicate\tfrobnicate a ticket\n');
  expect(await completed('frobnicate', '--s')).toBe('--softly\tmake no noise\n');
  expect(await completed('frobnicate', '--until', 't')).toBe('tuesday\t\n');
});

test('a planted row is in the launcher, the manual pages, the package and the documents', () => {
  const made = generatedFiles(withPlanted, today);
  expect(made.get('bin/mailrobot')).toMatch(/^\tticket \|.* \| frobnicate \| help\)$/m);
  expect(made.get('package.json')).toContain('"man/mailrobot-frobnicate.1"');
  expect(made.get('docs/commands.md')).toContain(
    '| `frobnicate <id>` | frobnicate a ticket | `--softly`, `-u, --until <day>` |',
  );
  expect(made.get('man/mailrobot.1')).toContain('mailrobot\\-frobnicate');
  const page = made.get('man/mailrobot-frobnicate.1') ?? '';
  expect(page).toContain('[\\fB\\-u\\fP\\ \\fIday\\fP]');
  expect(page).toContain('\nTakes \\fB\\-\\-softly\\fP at night.\n');
  expect(page).toContain('\nIt was too loud.\n');
  expect(page).toContain('mailrobot frobnicate 7102 \\-u \\(aqmonday\\(aq');
});

test('a planted key of the config is on its manual page, with range and default', () => {
  const schema = JSON.parse(today.configSchema);
  schema.properties.queues.items.properties.frobs = {
    ...{ type: 'integer', minimum: 2, maximum: 9, default: 7 },
    description: 'How often it frobs.',
  };
  const made = generatedFiles(SECTIONS, { ...today, configSchema: JSON.stringify(schema) });
  expect(made.get('man/mailrobot.conf.5')).toMatch(
    /^\.SS "queues\[\]"$[\s\S]*^\\fBfrobs\\fP\nHow often it frobs\.\nFrom 2 to 9\.\nDefault: \\fB7\\fP\.$/m,
  );
});

test('every key of the config says on its page what it is for', () => {
  const page = files.get('man/mailrobot.conf.5') ?? '';
  expect(page).not.toMatch(/^\.TP\n.*\n(\.|From \d|Default: |One of )/m);
});

test('a word that a shell could read as a pattern does not come into the launcher', () => {
  for (const word of ['*', 'a|b', 'x)', 'NEW', '', 'a b']) {
    expect(() => withDeskWords(today.launcher, [word])).toThrow('cannot be a word');
  }
  expect(() => withDeskWords('#!/bin/sh\n', ['init'])).toThrow('marks');
});
