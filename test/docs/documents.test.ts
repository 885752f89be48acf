/** The documents are true where a machine can tell, and say a thing once; each rule meets a violation. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigSchema } from '../../src/config/schema/config.ts';
import { ANSWER_FIELDS, COMMANDS } from '../../src/desk/grammar.ts';
import { OUTCOMES } from '../../src/outcome.ts';
import { EVENT_TYPES } from '../../src/ticket/event-type.ts';
import { commandsIn, problemOfArguments, wrongCommandsIn } from './commands.ts';
import { type Documents, piecesOf } from './documents.ts';
import { configExamplesIn, configOf, orderExamplesIn, readingOf } from './examples.ts';
import { entriesOf } from './glossary.ts';
import { knownCommands } from './known-commands.ts';
import {
  brokenLinksIn,
  brokenMentionsIn,
  commentsOf,
  missingSourcesIn,
  repeatedIn,
  wideLinesIn,
  wordsIn,
} from './rules.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const filesBelow = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(join(ROOT, path)).isFile());

/** `npm run generate` writes it from the table of commands. */
const GENERATED = 'docs/commands.md';
const isFile = (path: string) => existsSync(join(ROOT, path));

const PAGES = filesBelow('docs').filter((path) => path.endsWith('.md'));
const WRITTEN = ['README.md', 'CONTRIBUTING.md', 'src/README.md', 'postfix/README.md'];
const pagesOf = (paths: readonly string[]): Documents =>
  new Map(paths.map((path) => [path, read(path)]));
const all = pagesOf([...WRITTEN, ...PAGES]);
/** What people write; the log of changes repeats what pages say. */
const prose = pagesOf([...WRITTEN, ...PAGES.filter((path) => path !== GENERATED)]);
const page = (name: string) => read(`docs/${name}.md`);
const planted = (text: string): Documents => new Map([['docs/planted.md', text]]);
const known = knownCommands();

test('every link leads to a file and heading that exist', () => {
  expect(brokenLinksIn(new Map([...all, ['CHANGELOG.md', read('CHANGELOG.md')]]), isFile)).toEqual(
    [],
  );
  const broken = (text: string) =>
    brokenLinksIn(
      planted(`# A page\n\n${text}\n`),
      (path) => path.endsWith('/planted.md') || isFile(path),
    );
  expect(broken('[x](nowhere.md)')).toHaveLength(1);
  expect(broken('[x](#another-page)')).toHaveLength(1);
  expect(broken('[x](#a-page), [x](../README.md), [x](https://nowhere.example)')).toEqual([]);
});

test('source, tests and units name pages that exist', () => {
  const folders = ['src', 'test', 'bench', 'postfix', '.ci', 'man'].flatMap(filesBelow);
  const sources = new Map(
    folders
      .filter((path) => !path.startsWith('test/docs/') && !path.endsWith('.md'))
      .map((path) => [path, read(path)]),
  );
  expect(brokenMentionsIn(sources, isFile)).toEqual([]);
  const broken = (text: string) => brokenMentionsIn(new Map([['src/planted.ts', text]]), isFile);
  expect(broken('// see docs/nowhere.md')).toHaveLength(1);
  expect(broken('// README, Any mail')).toHaveLength(1);
});

test('a file of the source that a comment or a page names is there', () => {
  const paths = ['src', 'test', 'bench', 'build', 'generate', 'packaging'].flatMap(filesBelow);
  const comments = paths
    .filter((path) => path.endsWith('.ts') && !path.startsWith('test/docs/'))
    .map((path) => [path, commentsOf(read(path))] as const);
  const known = [...paths, 'rolldown.config.ts', 'vitest.config.ts', 'robot.d.ts'];
  expect(missingSourcesIn(new Map([...all, ...comments]), known)).toEqual([]);
  const missing = (text: string) => missingSourcesIn(planted(text), ['src/journal/log.ts']);
  expect(missing('`journal/log.ts`, src/journal/log.ts and log.ts')).toEqual([]);
  expect(missing('`stores/log.ts`')).toEqual(['docs/planted.md names stores/log.ts']);
  expect(commentsOf('/** See a.ts. */\nimport { a } from "./b.ts";\n// c.ts\n')).toBe(
    '/** See a.ts. */\n// c.ts',
  );
});

test('the README leads to every page', () => {
  const missed = (paths: readonly string[]) =>
    paths.filter((path) => !read('README.md').includes(`](${path})`));
  expect(missed(PAGES)).toEqual([]);
  expect(missed(['docs/planted.md'])).toHaveLength(1);
});

test('the README has at most 10 KB', () => {
  const isTooLong = (text: string) => Buffer.byteLength(text) > 10_000;
  expect(isTooLong(read('README.md'))).toBe(false);
  expect(isTooLong('ä'.repeat(5_001))).toBe(true);
});

test('every command line is one that the program or package.json knows', () => {
  expect(wrongCommandsIn(prose, known)).toEqual([]);
  // All of them are seen: a program that knows nothing knows none.
  expect(wrongCommandsIn(prose, { commands: [], scripts: [] }).length).toBeGreaterThan(100);
});

test.each([
  '    mailrobot ticket shwo 7102',
  '    mailrobot tickets list',
  '    mailrobot ticket show',
  '    mailrobot ticket show 7102 7103',
  '    mailrobot ticket list --jsno',
  '    cat message.eml | mailrobot new --dry-rnu',
  '    new: "|/usr/local/bin/mailrobot nwe || exit 75"',
  '    ssh desk.example mailrobot event --follow',
  '    npm ci && npm run dmeo',
  'Look at `mailrobot statsu`, please.',
  'Look at `held lsit`, please.',
  'Look at `npm run nothing`, please.',
])('%s is found', (text) => {
  expect(wrongCommandsIn(planted(`${text}\n`), known)).toHaveLength(1);
});

test.each([
  'ticket tag 7102 +login -vip',
  'ticket show --help',
  '--config=/tmp/x.json ticket list --status open',
  'sendmail --maildir mail -i -f nic@ferrier.example -- -x@support-ticket.example',
  'events --after now --follow',
])('mailrobot %s is a command', (line) => {
  expect(problemOfArguments(line.split(' '), known)).toBeNull();
});

test('a line of shell is taken apart as the shell does', () => {
  expect(commandsIn("a 'b c' | X=1 d > e 2>&1 && f # g")).toEqual([
    ['a', 'b c'],
    ['X=1', 'd'],
    ['f'],
  ]);
  expect(commandsIn('x: "|/bin/mailrobot new || exit 75"').at(-2)).toEqual([
    '/bin/mailrobot',
    'new',
  ]);
});

test('nothing is said twice', () => {
  expect(repeatedIn(prose)).toEqual([]);
  const said = 'A sentence of ten words is long enough to count.';
  expect(
    repeatedIn(planted(`First. ${said}\n\n- ${said.replace(' of', '\n  of')}\n`)),
  ).toHaveLength(1);
  const code = `    one two three four five six\n    seven eight nine ten\n`;
  expect(repeatedIn(planted(`${code}\nAnd\n\n${code}`))).toHaveLength(1);
});

test('no line is wider than 100 columns', () => {
  expect(wideLinesIn(prose)).toEqual([]);
  expect(wideLinesIn(planted('x'.repeat(101)))).toHaveLength(1);
});

test('people are they, and words are those of the glossary', () => {
  const unwanted = entriesOf(page('glossary')).flatMap((entry) => entry.unwanted);
  const pages = new Map([...prose].filter(([path]) => path !== 'docs/glossary.md'));
  expect(unwanted.length).toBeGreaterThan(3);
  expect(wordsIn(pages, ['he', 'his', 'him', ...unwanted])).toEqual([]);
  for (const word of ['his', ...unwanted]) {
    expect(wordsIn(planted(`It is ${word}.`), ['he', 'his', ...unwanted])).toHaveLength(1);
  }
});

test('the glossary has each word once, in the order of the alphabet, with a room that exists', () => {
  const entries = entriesOf(page('glossary'));
  expect(entries.length).toBeGreaterThan(40);
  expect(entries.filter(({ room }) => !existsSync(join(ROOT, 'src', room)))).toEqual([]);
  const words = entries.map(({ word }) => word);
  expect(words).toHaveLength(new Set(words).size);
  for (const section of page('glossary').split('\n## ').slice(1)) {
    const inSection = entriesOf(section).map(({ word }) => word);
    expect(inSection).toEqual(inSection.toSorted((a, b) => a.localeCompare(b, 'en')));
  }
  expect(() => entriesOf('- **word**: without a room.\n')).toThrow('no entry');
});

test('every example of the config is one that the program takes', () => {
  const examples = configExamplesIn(prose, Object.keys(ConfigSchema.entries));
  expect(examples.length).toBeGreaterThan(5);
  for (const example of examples) {
    const [program = '', ...args] = configOf(example).sendmail;
    if (program.endsWith('/mailrobot')) expect(problemOfArguments(args, known)).toBeNull();
  }
  expect(() => configOf({ file: '', text: '"staff": [{"nmae": "bob"}]' })).toThrow('staff');
});

test('every example of an order is one that the program takes', () => {
  const examples = orderExamplesIn(prose);
  expect(examples.length).toBeGreaterThan(1);
  for (const line of examples) expect(readingOf(line), line).toBe('order');
  expect(readingOf('{"type": "ticket.reply", "ticket": "7102", "txet": "x"}')).toBe('error');
});

test('every key of the config, event and status line is in its page', () => {
  const missing = (names: readonly string[], text: string) =>
    names.filter((name) => !text.includes(`\`${name}\``));
  const keys = Object.keys(ConfigSchema.entries);
  expect(missing(keys, page('config'))).toEqual([]);
  expect(missing(EVENT_TYPES, page('feed'))).toEqual([]);
  expect(missing(['planted'], page('config'))).toHaveLength(1);
  const { status } = configOf({ file: '', text: '"markdown": true' });
  const trouble = page('trouble');
  expect(Object.keys(status).filter((key) => !trouble.includes(`"${key}": {`))).toEqual([]);
  const lines = Object.values(OUTCOMES).flatMap(({ status }) => status ?? []);
  const shown = [...page('exit-codes').matchAll(/^\| `(4\.[^`]+)`/gm)].map(([, line]) => line);
  expect(shown.toSorted()).toEqual(lines.toSorted());
});

test('every command by mail, and every line for the top of a reply, stands in the page about them', () => {
  const text = page('staff-mail');
  const [, table = ''] = text.split('| command  ');
  const unsaid = COMMANDS.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(table));
  expect(unsaid.map(({ name }) => name)).toEqual([]);
  const fields = [...COMMANDS, ...ANSWER_FIELDS].flatMap(({ field }) => field ?? []);
  expect(fields.filter((field) => !new RegExp(`\`${field}:?[\` ]`).test(text))).toEqual([]);
});

test('pieces are what a reader sees', () => {
  const text = '# A\n\nOne\ntwo.\n- item\n  more\n\n    code\n\n    code\n\n| row |\n';
  expect(piecesOf(text).map(({ kind }) => kind)).toEqual([
    ...['heading', 'prose', 'prose', 'code', 'row'],
  ]);
});
