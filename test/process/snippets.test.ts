/** Snippets in the terminal: named by an option or a line, listed, shown and checked. */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeWith } from '../kit/node-with.ts';
import { IS_EXECUTABLE, makeDesk, type TestDesk } from './desk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
  mkdirSync(join(desk.dir, 'snippets'));
  put('vpn.md', 'Attach: setup.txt\n\nDear {{name}},\n\nuse **the new** VPN for {{ticket}}.\n');
  put('bye.md', 'Bye!\n');
  put('setup.txt', 'Press the button.\n');
  const input = 'From: Nic <nic@ferrier.example>\nSubject: Help\n\nHello\n';
  expect(await desk.here(['new'], { input })).toMatchObject({ exit: 0 });
});
afterEach(() => desk.remove());

const put = (path: string, text: string) => writeFileSync(join(desk.dir, 'snippets', path), text);
const reply = (...args: readonly string[]) => desk.here(['ticket', 'reply', '7102', ...args]);

test('a reply has them below its own words, or where its lines name them', async () => {
  expect(await reply('--snippet', 'vpn', '--snippet', 'bye', '-m', 'Hello Nic,')).toMatchObject({
    ...{ exit: 0, stderr: '' },
    stdout: 'SUPPORT-7102: your answer is on its way to nic@ferrier.example.\n',
  });
  const first = desk.sent().at(-1)?.content ?? '';
  expect(first).toContain('Hello Nic,\n\nDear Nic,\n\nuse **the new** VPN for SUPPORT-7102.\n');
  expect(first).toMatch(/SUPPORT-7102\.\n\nBye!\n/);
  expect(first).toContain('<strong>the new</strong>');
  expect(first).toContain('filename=setup.txt');
  expect(first).toContain(Buffer.from('Press the button.\n').toString('base64'));
  const input = '*Hello*,\n\n{{snippet:bye}}\n\nBob\n';
  expect(await desk.here(['ticket', 'reply', '7102'], { input })).toMatchObject({ exit: 0 });
  expect(desk.sent().at(-1)?.content).toMatch(
    /\*Hello\*,\n\nBye!\n\nBob\n[\s\S]*<em>Hello<\/em>,<\/p>\n<p>Bye!<\/p>\n<p>Bob<\/p>/,
  );
  const shown = await desk.here(['ticket', 'show', '7102']);
  expect(shown.stdout).toMatch(/\[sent: setup\.txt.*\]/);
  const { stdout } = await reply('--snippet', 'vpn', '--dry-run');
  expect(stdout).toContain('Dear Nic,');
  expect(stdout).toContain('\nFiles:\nsetup.txt (18 octets)\n');
  const plain = await reply('--snippet', 'vpn', '--plain');
  expect(plain).toMatchObject({ exit: 0, stderr: '' });
  expect(desk.sent().at(-1)?.content).not.toContain('text/html');
});

test('a name behind --snippet is surely meant; a line that the customer has written is not', async () => {
  const from = 'From: Nic <nic@ferrier.example>\nTo: support-7102@support-ticket.example\n';
  const input = `${from}Subject: x\n\nHello\n\n{{snippet:bye}}\n`;
  expect(await desk.here(['reply'], { input })).toMatchObject({ exit: 0 });
  const own = 'Hello Nic,\n\n{{snippet:bye}}\n';
  const { exit, stderr } = await desk.here(['ticket', 'reply', '7102'], { input: own });
  expect([exit, stderr]).toEqual([1, expect.stringContaining('not certain that you wrote')]);
  const [, kept = ''] = /your text is in (\S+)\n$/.exec(stderr) ?? [];
  expect(readFileSync(kept, 'utf8')).toBe(own);
  rmSync(dirname(kept), { recursive: true });
  expect(await reply('--snippet', 'bye')).toMatchObject({ exit: 0 });
  expect(desk.sent().at(-1)?.content).toContain('\n\nBye!\n');
});

test.skipIf(IS_EXECUTABLE)('an answer that names none loads nothing of them', async () => {
  const hook = join(desk.dir, 'hook.cjs');
  const list = join(desk.dir, 'loaded.json');
  const loaded = 'JSON.stringify(Object.keys(require.cache))';
  writeFileSync(
    hook,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(list)}, ${loaded}));`,
  );
  const env = { PATH: nodeWith([`--require=${hook}`], desk.dir) };
  desk.configure((config) => {
    config['staff'] = [{ name: 'bob', addresses: ['bob@home.example'], sasl: ['bob'] }];
  });
  const answered = async (text: string) => {
    const to = 'support-7102@support-ticket.example';
    const input = `From: bob@home.example\nTo: ${to}\nSubject: x\nMessage-ID: <${text.length}@x>\n\n${text}\n`;
    const envelope = { SENDER: 'bob@home.example', RECIPIENT: to, SASL_USERNAME: 'bob' };
    expect(await desk.run(['reply'], { input, env: { ...env, ...envelope } })).toMatchObject({
      exit: 0,
    });
    const files: readonly string[] = JSON.parse(readFileSync(list, 'utf8'));
    return files.map((file) => basename(file)).filter((file) => /snippet/.test(file));
  };
  expect(await answered('Hello {Nic}.')).toEqual([]);
  expect(await answered('{{snippet:bye}}')).not.toEqual([]);
  expect(desk.sent().at(-1)?.content).toContain('\n\nBye!\n');
});

test('what cannot be used sends nothing, and is found by config check', async () => {
  expect(await desk.here(['config', 'check'])).toMatchObject({ exit: 0 });
  put('wrong.md', 'Dear {{nmae}},\n');
  symlinkSync('/etc/hostname', join(desk.dir, 'snippets', 'link.md'));
  const before = desk.sent().length;
  for (const name of ['vnp', 'wrong', 'link', '../config', '/etc/hostname']) {
    const { exit, stdout, stderr } = await reply('--snippet', name);
    expect([exit, stdout], name).toEqual([1, '']);
    expect(stderr, name).toMatch(/^mailrobot: nothing was sent: \{\{snippet:/);
  }
  expect((await reply('-m', 'See {{snippet:vpn}}.')).exit).toBe(1);
  const first = ['ticket', 'new', 'kay@ferrier.example', '--subject', 'x'];
  expect(await desk.here([...first, '-m', 'Hello,\n{{snippet:vpn}}'])).toMatchObject({
    ...{ exit: 1, stderr: expect.stringContaining('a snippet needs a ticket') },
  });
  for (const like of ['See {{snippet:vpn}}.', '{{ snippets vpn }}', 'x\n{{snippet：vpn}}']) {
    expect((await reply('-m', like)).exit, like).toBe(1);
    expect(await desk.here([...first, '-m', like]), like).toMatchObject({
      ...{ exit: 1, stderr: expect.stringContaining('a snippet needs a ticket') },
    });
    const forward = ['ticket', 'forward', '7102', 'kay@ferrier.example', '-m', like];
    expect(await desk.here(forward), like).toMatchObject({
      ...{ exit: 1, stderr: expect.stringContaining('a snippet goes into a reply alone') },
    });
  }
  expect(desk.sent()).toHaveLength(before);
  mkdirSync(join(desk.dir, 'snippets', 'support'));
  put('support/bye.md', 'Of no queue.\n');
  // Which is in the way of no other.
  expect(await reply('--snippet', 'bye', '--dry-run')).toMatchObject({ exit: 0 });
  const checked = await desk.here(['config', 'check']);
  expect(checked.exit).toBe(1);
  expect(checked.stdout).toContain('snippets/support: is the folder of no queue');
  expect(checked.stdout).toContain('snippets/wrong.md: line 1: {{nmae}} is not one of ticket,');
  expect(checked.stdout).toContain('snippets/link.md: is a symbolic link');
});

test('they are listed and shown, for people and for programs', async () => {
  put('vpn.de.md', 'Guten Tag,\n');
  const list = await desk.here(['snippet', 'list']);
  expect(list.stdout).toMatch(/^NAME +QUEUE +LANGUAGE +TEXT\nbye +all +all +Bye!\nvpn +all +de/);
  const rows: readonly object[] = JSON.parse(
    (await desk.here(['snippet', 'list', '--json'])).stdout,
  );
  expect(rows[1]).toEqual({
    ...{ name: 'vpn', queue: null, language: 'de', file: 'snippets/vpn.de.md' },
    ...{ text: 'Guten Tag,\n', attach: [], problems: [] },
  });
  const shown = await desk.here(['snippet', 'show', 'vpn']);
  expect(shown.stdout).toContain('# snippets/vpn.md\nAttach: setup.txt\n\nDear {{name}},');
  expect(await desk.here(['snippet', 'show', 'no'])).toMatchObject({
    ...{
      exit: 1,
      stderr: 'mailrobot: there is no snippet "no": mailrobot snippet list has all of them\n',
    },
  });
});
