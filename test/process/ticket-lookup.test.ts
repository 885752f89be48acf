/** Finding tickets in a terminal: filters, search, and what the shells complete. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BARE_PATH, makeDesk, PROGRAM, type TestDesk } from './desk.ts';

let desk: TestDesk;

beforeAll(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['staff'] = [{ name: 'bob', addresses: ['bob@home.example'], notify: 'none' }];
  });
  const mail = (from: string, subject: string, text: string) =>
    desk.here(['new'], { input: `From: ${from}\nSubject: ${subject}\n\n${text}\n` });
  await mail('Nic Ferrier <nic@ferrier.example>', "I can't login!", 'My password is refused.');
  await mail('zoe@lab.example', 'Printer', 'Viele Gru\u0308\u00dfe "quoted" \\ back');
  await mail('kay@lab.example', 'Invoice', 'Where is my password?');
  for (const command of [
    ['assign', '7102', 'bob'],
    ['tag', '7102', '+login', '+vip'],
    ['tag', '7103', '+login'],
    ['priority', '7103', 'urgent'],
    ['status', '7104', 'pending'],
    ['retitle', '7104', 'Rechnung'],
  ]) {
    expect(await desk.here(['ticket', ...command])).toMatchObject({ exit: 0, stderr: '' });
  }
  await desk.here(['ticket', 'note', '7104', '-m', 'She has paid.']);
  await desk.here(['ticket', 'close', '7102']);
});

afterAll(() => desk.remove());

const numbers = async (...args: string[]) => {
  const { stdout, exit } = await desk.here(['ticket', ...args, '--ndjson']);
  expect(exit).toBe(0);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).number);
};

test.each<readonly [readonly string[], readonly number[]]>([
  [[], [7104, 7103]],
  [['--all'], [7104, 7103, 7102]],
  [['--status', 'resolved'], [7102]],
  [
    ['--status', 'pending', '--status', 'new'],
    [7104, 7103],
  ],
  [['--all', '--assignee', 'bob'], [7102]],
  [
    ['--all', '--assignee', 'nobody'],
    [7104, 7103],
  ],
  [
    ['--all', '--tag', 'login'],
    [7103, 7102],
  ],
  [['--all', '--tag', 'login', '--tag', 'vip'], [7102]],
  [
    ['--requester', 'LAB.example'],
    [7104, 7103],
  ],
  [['--text', 'rechnung'], [7104]],
  [['--queue', 'support', '--limit', '1'], [7104]],
  [['--older', '1h'], []],
  [
    ['--newer', '1h', '--sort', 'priority'],
    [7103, 7104],
  ],
  [
    ['--all', '--sort', 'status'],
    [7103, 7104, 7102],
  ],
])('list %j', async (args, wanted) => {
  expect(await numbers('list', ...args)).toEqual(wanted);
});

test.each<readonly [readonly string[], readonly number[]]>([
  [['password'], [7104, 7102]],
  [['PASSWORD', 'nic'], [7102]],
  [['password', 'printer'], []],
  [['invoice'], [7104]],
  [['rechnung'], [7104]],
  [['paid'], [7104]],
  [['grüße'], [7103]],
  [['"quoted"'], [7103]],
  [['\\ back'], [7103]],
  [['vip'], [7102]],
  [['content-transfer-encoding'], []],
])('search %j', async (words, wanted) => {
  expect((await numbers('search', ...words)).toSorted((a, b) => b - a)).toEqual(wanted);
});

test.each<readonly [readonly string[], RegExp]>([
  [['ticket', 'list', '--status', 'open,new'], /takes new, open, pending, resolved/],
  [['ticket', 'list', '--older', 'soon'], /a time such as 36h or 7d/],
  [['ticket', 'list', '--sort', 'name'], /takes created, updated, priority, status or field:NAME/],
  [['ticket', 'list', '--field', 'nope'], /names no field, but "nope": the config has none/],
  [['ticket', 'search', ' '], /nothing is searched for/],
  [['ticket', 'close', '7102', 'now'], /too many arguments/],
  [['ticket', 'merge', '7102', '7102'], /cannot be merged into itself/],
  [['ticket', 'cc', '7102', '+-oQ/tmp@x.example'], /is not an address/],
  [['completion', 'powershell'], /not one of bash, zsh, fish/],
])('%j is wrong, and says so in one line', async (args, why) => {
  const { exit, stderr } = await desk.run(args);
  expect(exit).toBeGreaterThan(0);
  expect(stderr).toMatch(why);
  expect(stderr.trimEnd()).not.toContain('\n');
});

const complete = async (...words: string[]) => {
  const { stdout } = await desk.run(['complete', '--', ...words]);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t')[0]);
};

test('commands, options, values and the open tickets are completed', async () => {
  expect(await complete('tick')).toEqual(['ticket']);
  expect(await complete('ticket', 'sp')).toEqual(['split']);
  expect(await complete('ticket', 'show', 'supp')).toEqual(['SUPPORT-7104', 'SUPPORT-7103']);
  expect(await complete('ticket', 'show', '71')).toEqual(['7104', '7103']);
  expect(await complete('ticket', 'reply', '-m', 'text', '71')).toEqual(['7104', '7103']);
  expect(await complete('ticket', 'list', '--')).toContain('--status');
  expect(await complete('ticket', 'list', '--status', 're')).toEqual(['resolved']);
  expect(await complete('ticket', 'priority', '7103', 'u')).toEqual(['urgent']);
  expect(await complete('held', 'release', '7')).toEqual([]);
});

test('snippets, fields and what lists are sorted by are completed', async () => {
  mkdirSync(join(desk.dir, 'snippets'));
  for (const name of ['vpn.md', 'vpn.de.md', 'bye.md'])
    writeFileSync(join(desk.dir, 'snippets', name), 'x\n');
  desk.configure((config) => {
    const [queue] = config['queues'] as object[]; // As init writes it.
    Object.assign(queue ?? {}, {
      fields: [
        { name: 'order', type: 'text' },
        { name: 'due', type: 'date' },
      ],
    });
  });
  expect(await complete('ticket', 'reply', '7103', '--snippet', '')).toEqual(['bye', 'vpn']);
  expect(await complete('snippet', 'show', 'v')).toEqual(['vpn']);
  expect(await complete('ticket', 'field', '7103', '')).toEqual(['order', 'due']);
  expect(await complete('ticket', 'field', '7103', 'order', '')).toEqual([]);
  expect(await complete('ticket', 'list', '--field', 'o')).toEqual(['order']);
  expect(await complete('ticket', 'list', '--sort', 'field:')).toEqual([
    'field:order',
    'field:due',
  ]);
  expect(await complete('ticket', 'list', '--sort', 'u')).toEqual(['updated']);
  expect(await complete('stats', '--by', '')).toEqual(['person']);
  // Bash takes a colon for a word of its own, and what it gets for what stands behind it.
  const sorts = 'COMP_WORDS=(mailrobot ticket list --sort field :';
  expect(inBash(`${sorts}); COMP_CWORD=5`)).toBe('order\ndue\n');
  expect(inBash(`${sorts} d); COMP_CWORD=6`)).toBe('due\n');
});

test('bash asks for them', () => {
  expect(inBash('COMP_WORDS=(mailrobot ticket show supp); COMP_CWORD=3')).toBe(
    'SUPPORT-7104\nSUPPORT-7103\n',
  );
});

/** What it would put there. */
function inBash(words: string): string {
  const script = join(desk.dir, 'complete.sh');
  writeFileSync(
    script,
    `eval "$(mailrobot completion bash)"
${words}; _mailrobot
printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
  const path = `${PROGRAM.replace(/\/mailrobot$/, '')}:${BARE_PATH}`;
  const { stdout } = spawnSync('bash', [script], {
    env: { PATH: path, MAILROBOT_CONFIG: desk.config },
    encoding: 'utf8',
  });
  return stdout;
}

test('whatever gives several rows gives them one a line, too', async () => {
  for (const args of [
    ['explain', '7102'],
    ['held', 'list'],
    ['address', 'list'],
    ['subscriber', 'list'],
    ['replay', join(desk.store, 'raw')],
  ]) {
    const rows = JSON.parse((await desk.run([...args, '--json'])).stdout);
    const { stdout } = await desk.run([...args, '--ndjson']);
    expect(
      stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
      args[0],
    ).toEqual(rows);
  }
});
