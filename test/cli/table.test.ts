/** The table of commands: what holds of every row, and what the pipe verbs make of it. */
import { expect, test } from 'vitest';
import { parsePipeArguments } from '../../src/cli/arguments.ts';
import type { PipeVerb, Row } from '../../src/cli/commands/declare.ts';
import { rowsOf, SECTIONS } from '../../src/cli/commands/table.ts';
import { deskWords, isDeskLine } from '../../src/cli/desk-line.ts';
import type { Verb } from '../../src/ticket/decision.ts';
import { deskLine } from './desk-line.ts';

const rows = rowsOf(SECTIONS);
const isPipe = (row: Row): row is PipeVerb => row.kind === 'pipe';
const named = <R extends Row>(row: R) => [row.words, row] as const;

test('no two rows have the same words', () => {
  expect(new Set(rows.map(({ words }) => words)).size).toBe(rows.length);
});

test.each(rows.map(named))('%s has help of 80 columns, with its texts', async (_, row) => {
  const { exit, output } = await deskLine([...row.words.split(' '), '--help']);
  expect(exit).toBe(0);
  expect(output.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(output).toContain(`Usage: mailrobot ${row.words} `);
  for (const example of row.examples) expect(output).toContain(example.split('\n')[0]);
  if (row.kind === 'group') return;
  for (const { flags } of row.options) expect(output).toContain(`  ${flags} `);
});

test.each(rows.map(named))('%s is told in plain English', (_, row) => {
  const options = row.kind === 'group' ? [] : row.options.map(({ text }) => text);
  for (const text of [row.summary, row.about ?? '', ...options, ...row.examples]) {
    expect(text).not.toMatch(/\b(he|his|him|read over|lies)\b/i);
  }
  expect(row.summary).toMatch(/^[^A-Z].*[^.]$|\.\.\.$/s);
});

test('the verbs of the table are those that are read without it', () => {
  const verbs: Record<Exclude<Verb, 'any'>, true> = {
    new: true,
    reply: true,
    control: true,
    run: true,
  };
  expect(rows.filter(isPipe).map(({ words }) => words)).toEqual(Object.keys(verbs));
});

test.each(rows.filter(isPipe).map(named))('%s reads the options of its row', (verb, row) => {
  expect(parsePipeArguments([verb])?.verb).toBe(verb);
  for (const { name, takesValue } of row.options) {
    expect(parsePipeArguments([verb, name, ...(takesValue ? ['x'] : [])])).not.toBeNull();
  }
});

test('a line that the pipe verbs can read is never the desk’s', () => {
  const options = ['--config', '--config=x', '--queue', '--queue=x', '--help', '-h', '--version'];
  const words = [...options, '--dry-run', '--', '', 'new', ...deskWords(rows)];
  const lines = words.flatMap((one) =>
    words.flatMap((two) => [[one], [one, two], ...words.map((three) => [one, two, three])]),
  );
  const desks = lines.filter((line) => isDeskLine(line, rows));
  expect(desks.length).toBeGreaterThan(1000);
  expect(desks.filter((line) => parsePipeArguments(line) !== null)).toEqual([]);
});

test.each([
  [['ticket'], 2, 'Usage: mailrobot ticket'],
  [['help', 'fsck'], 0, 'Usage: mailrobot fsck'],
  [['help', 'fsk'], 2, "mailrobot: unknown command 'fsk'; see mailrobot --help"],
  [
    ['ticket', 'show'],
    2,
    "mailrobot: missing required argument 'id': SUPPORT-7102, support-7102 or 7102; see mailrobot ticket show --help",
  ],
  [
    ['ticket', 'snooze', '7102'],
    2,
    "mailrobot: missing required argument 'words': until DATE; see mailrobot ticket snooze --help",
  ],
  [['ticket', 'shwo'], 2, "mailrobot: unknown command 'shwo'; see mailrobot ticket --help"],
  [['fsck', 'now'], 2, "mailrobot: too many arguments for 'fsck'"],
  [['fsck', '--full'], 2, "mailrobot: unknown option '--full'; see mailrobot fsck --help"],
  [['subscriber', 'run'], 2, "mailrobot: required option '--once' not specified"],
  [['init'], 2, "mailrobot: required option '--domain <domain>' not specified"],
])('%j ends with %i', async (args, exit, text) => {
  const ended = await deskLine(args);
  expect(ended.exit).toBe(exit);
  expect(ended.output).toContain(text);
});

test('help that is asked for before a command is that of all commands', async () => {
  const all = await deskLine(['--help']);
  expect(all.output).toContain('  backup ');
  expect(await deskLine(['--help', 'ticket', 'show', '7102'])).toEqual(all);
});

test('a command of a group that is none is told as one of that group', async () => {
  const { exit, output } = await deskLine(['ticket', 'frobnicate']);
  expect(exit).toBe(2);
  expect(output).toContain("unknown command 'frobnicate'; see mailrobot ticket --help");
});
