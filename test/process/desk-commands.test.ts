/**
 * The desk's commands as scripts and people meet them: output, exit codes,
 * one-line errors.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  BARE_PATH,
  filesBelow,
  makeDesk,
  PROGRAM,
  ROOT,
  runProgram,
  type TestDesk,
} from './desk.ts';

const plain = readFileSync(join(ROOT, 'fixtures', 'cases', 'plain', 'in.eml'));
let desk: TestDesk;

beforeEach(async () => {
  desk = await makeDesk();
  await desk.here(['new'], { input: plain });
});

afterEach(() => desk.remove());

/** Runs a command line on a terminal of 80 columns; gives its exit status and screen. */
function onTerminal(command: string, env: Readonly<Record<string, string>> = {}) {
  const { status, stdout } = spawnSync(
    'script',
    ['-qec', `stty cols 80; ${command}`, '/dev/null'],
    {
      env: {
        PATH: BARE_PATH,
        SHELL: '/bin/sh',
        TERM: 'xterm',
        MAILROBOT_CONFIG: desk.config,
        ...env,
      },
      encoding: 'utf8',
    },
  );
  return { status, screen: stdout.replaceAll('\r\n', '\n') };
}

/** Types the word when the question is there; gives the screen. */
function answering(word: string, command: string, env: Readonly<Record<string, string>>) {
  return new Promise<string>((resolve) => {
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { PATH: BARE_PATH, SHELL: '/bin/sh', MAILROBOT_CONFIG: desk.config, ...env },
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      const wasAsked = output.includes('[y/N]');
      output += chunk;
      if (!wasAsked && output.includes('[y/N]')) child.stdin.end(`${word}\n`);
    });
    child.on('close', () => resolve(output.replaceAll('\r\n', '\n')));
  });
}

describe('a reply after that of a colleague', () => {
  const reply = (by: string, text: string) =>
    desk.here(['ticket', 'reply', '7102', '-m', text], { env: { SUDO_USER: by } });

  test('without a terminal is sent, and what it may contradict is said', async () => {
    expect(await reply('bob', 'It is five.')).toMatchObject({ exit: 0, stderr: '' });
    const crossing = await reply('kim', 'It is six.');
    expect(crossing).toMatchObject({ exit: 0, stdout: expect.stringContaining('on its way') });
    expect(crossing.stderr).toMatch(
      /^Bob wrote on SUPPORT-7102 since its customer wrote last\.\n\nMeanwhile on SUPPORT-7102:\n.*It is five\..*your answer is sent all the same\n$/s,
    );
    const empty = await reply('kim', ' ');
    expect(empty.stderr).toBe('mailrobot: an answer needs a text: nothing was sent\n');
    // Who wrote last themselves knows what was said.
    expect(await reply('kim', 'Or seven.')).toMatchObject({ exit: 0, stderr: '' });
  });

  test('at a terminal asks, and anything but yes keeps the text and sends nothing', async () => {
    await reply('bob', 'It is five.');
    const sent = desk.sent().length;
    const command = `${PROGRAM} ticket reply 7102 -m "It is six."`;
    const refused = await answering('n', command, { SUDO_USER: 'kim' });
    expect(refused).toContain('It is five.');
    const [, file = ''] = /nothing was sent; your text is in\s+(\S+)/.exec(refused) ?? [];
    expect(readFileSync(file, 'utf8')).toBe('It is six.');
    rmSync(dirname(file), { recursive: true });
    expect(desk.sent()).toHaveLength(sent);
    expect(await answering('y', command, { SUDO_USER: 'kim' })).toContain('on its way');
    expect(desk.sent()).toHaveLength(sent + 1);
  });
});

test('ticket attachment writes the very octets, never to a terminal, and makes a garbled file again', async () => {
  const input = readFileSync(join(ROOT, 'fixtures', 'cases', 'attachment', 'in.eml'));
  await desk.here(['new'], { input });
  const file = join(desk.dir, 'out');
  const write = `"${PROGRAM}" ticket attachment 7103 1`;
  const env = { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config };
  const toFile = () => spawnSync('sh', ['-c', `${write} > "${file}"`], { env, encoding: 'utf8' });
  expect(toFile()).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(file).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  expect(onTerminal(write)).toMatchObject({
    status: 1,
    screen: expect.stringContaining('not for a terminal'),
  });
  for (const number of ['0', '2', 'x']) {
    const ended = await desk.here(['ticket', 'attachment', '7103', number]);
    expect(ended).toMatchObject({ exit: 1, stdout: '' });
    expect(ended.stderr).toContain('has 1 attachment: there is no number');
  }
  const kept = join(desk.store, 'tickets', '71', 'SUPPORT-7103', 'attachments', '1-1.png');
  chmodSync(kept, 0o600);
  writeFileSync(kept, 'garbled!');
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 1 });
  expect(toFile()).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(file).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
  rmSync(kept);
  rmSync(join(desk.store, 'raw', '000000', '2-in.eml'));
  expect(toFile()).toMatchObject({ status: 1, stderr: expect.stringContaining('is lost') });
});

describe('ticket', () => {
  test.each(['SUPPORT-7102', 'support-7102', '7102'])('is named %s', async (name) => {
    const shown = await desk.here(['ticket', 'show', name, '--json']);
    expect(JSON.parse(shown.stdout).id).toBe('SUPPORT-7102');
  });

  test('list: aligned for people, an array for programs, open ones unless all are wanted', async () => {
    await desk.here(['new'], {
      input: 'From: "漢字 Name" <wide@ferrier.example>\nSubject: 漢字\n\nx\n',
    });
    const { stdout } = await desk.here(['ticket', 'list']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(
      /^SUPPORT-7103 {2}new {5}- {5}now {2}now {6}wide@ferrier\.example {2}漢字$/,
    );
    expect(lines[2]).toMatch(/^SUPPORT-7102 .* nic@ferrier\.example {3}I can't login!$/);
    await desk.here(['ticket', 'close', '7102']);
    const ids = async (...more: string[]) =>
      JSON.parse((await desk.run(['ticket', 'list', '--json', ...more])).stdout).map(
        ({ id }: { id: string }) => id,
      );
    expect(await ids()).toEqual(['SUPPORT-7103']);
    expect(await ids('--all')).toEqual(['SUPPORT-7103', 'SUPPORT-7102']);
    expect(await ids('--all', '--limit', '1')).toEqual(['SUPPORT-7103']);
    const [summary] = JSON.parse((await desk.here(['ticket', 'list', '--json'])).stdout);
    expect(Object.keys(summary)).toEqual([
      'id',
      'number',
      'queue',
      'status',
      'subject',
      'requester',
      ...['assignee', 'tags', 'priority', 'participants', 'muted', 'mergedInto', 'merged'],
      ...['language', 'waiting'],
      'createdAt',
      'updatedAt',
    ]);
  });

  test('show --log: who did what, as lines and as JSON', async () => {
    await desk.here(['ticket', 'close', '7102']);
    const { stdout } = await desk.here(['ticket', 'show', '7102', '--log']);
    const [title, zone, first, ...more] = stdout.trimEnd().split('\n');
    expect(title).toBe("SUPPORT-7102  I can't login!");
    expect(zone).toMatch(/^Times are those of \S+\.$/);
    expect(first).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d {2}nic@ferrier\.example {2}opened the ticket "I/,
    );
    expect(more.at(-1)).toMatch(/ {2}closed it \(it was new\)$/);
    const json = await desk.here(['ticket', 'show', '7102', '--log', '--json']);
    const { messages, log } = JSON.parse(json.stdout);
    expect(messages).toHaveLength(2);
    expect(log).toHaveLength(more.length + 1);
    expect(log[0]).toMatchObject({
      ...{ by: 'nic@ferrier.example', what: 'opened the ticket "I can\'t login!"' },
    });
  });

  test('search --json: excerpts of each ticket', async () => {
    const { stdout } = await desk.here(['ticket', 'search', 'morning', '--json']);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: 'SUPPORT-7102', excerpts: [{ serial: 1, line: expect.stringContaining('morning') }] },
    ]);
  });

  test('colour and width: on a terminal only, and never colour under NO_COLOR', async () => {
    const long = `From: ${'a'.repeat(60)}@ferrier.example\nSubject: ${'long '.repeat(40)}\n\nx\n`;
    await desk.here(['new'], { input: long });
    const piped = (await desk.here(['ticket', 'list'])).stdout;
    expect(piped).not.toContain('\u001b');
    expect(piped).toContain('long '.repeat(39));
    const coloured = onTerminal(`${PROGRAM} ticket list`);
    expect(coloured.screen).toContain('\u001b[');
    const { screen } = onTerminal(`${PROGRAM} ticket list`, { NO_COLOR: '1' });
    expect(screen).not.toContain('\u001b');
    for (const line of screen.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('what a stranger wrote cannot steer the terminal', async () => {
    await desk.here(['new'], {
      input:
        'From: nic@ferrier.example\nSubject: =?utf-8?Q?=1B]0;x=07=E2=80=AE?=\n\n\u001b[2J\u009b31m\n',
    });
    for (const args of [
      ['ticket', 'list'],
      ['ticket', 'show', '7103'],
    ]) {
      const { stdout } = await desk.run(args);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  test('reply: with -m, from stdin, from $EDITOR', async () => {
    const said = await desk.here(['ticket', 'reply', '7102', '-m', 'By option.']);
    expect(said).toMatchObject({
      exit: 0,
      stdout: 'SUPPORT-7102: your answer is on its way to nic@ferrier.example.\n',
    });
    await desk.here(['ticket', 'reply', '7102'], { input: 'By stdin: ä.\n' });
    const editor = join(desk.dir, 'editor');
    writeFileSync(
      editor,
      '#!/bin/sh\ncp "$2" "$0.seen"\n{ echo By editor.; cat "$2"; } > "$2.new"\nmv "$2.new" "$2"\n',
    );
    chmodSync(editor, 0o755);
    expect(onTerminal(`${PROGRAM} ticket reply 7102`, { EDITOR: `${editor} --wait` }).status).toBe(
      0,
    );
    expect(readFileSync(`${editor}.seen`, 'utf8')).toContain("> I can't login since this morning.");
    const sent = desk.sent();
    expect(
      sent.map(({ args }) => args.replace(/-[a-z2-7]{16}@/, '-SIGNED@').trim()).slice(1),
    ).toEqual(
      [3, 4, 5].map(
        (serial) =>
          `-i -f support-7102-b-${serial}-SIGNED@support-ticket.example -- nic@ferrier.example`,
      ),
    );
    expect(sent.at(-1)?.content).toMatch(
      /\n\nBy editor\.\n\nOn .* UTC, Support wrote:\n> By stdin: =C3=A4\.\n$/,
    );
    expect(sent.at(-1)?.content).not.toContain('can=27t');
    const { messages, status } = JSON.parse(
      (await desk.here(['ticket', 'show', '7102', '--json'])).stdout,
    );
    expect(messages.slice(2).map(({ text }: { text: string }) => text.trim())).toEqual([
      'By option.',
      'By stdin: ä.',
      'By editor.',
    ]);
    expect(status).toBe('pending');
  });

  test('an answer that sendmail does not take waits, and goes out with the next run', async () => {
    const config = readFileSync(desk.config);
    desk.configure((value) => {
      value['sendmail'] = '/nonexistent/sendmail';
    });
    const waits = await desk.here(['ticket', 'reply', '7102', '-m', 'Later.']);
    expect([waits.exit, waits.stdout]).toEqual([0, '']);
    expect(waits.stderr).toMatch(/^mailrobot: your answer is kept, .*\n$/);
    writeFileSync(desk.config, config);
    const [file = ''] = filesBelow(join(desk.store, 'outbox'));
    const path = join(desk.store, 'outbox', file);
    const waiting = JSON.parse(readFileSync(path, 'utf8'));
    expect(waiting.lastError).toContain('ENOENT');
    writeFileSync(path, JSON.stringify({ ...waiting, lastTried: '2026-01-02T08:00:00Z' }));
    await desk.here(['new'], { input: 'From: x@ferrier.example\n\nanother mail\n' });
    expect(desk.sent().some(({ content }) => content.includes('Later.'))).toBe(true);
    await desk.here(['ticket', 'list']);
    expect(filesBelow(join(desk.store, 'outbox'))).toEqual([]);
  });
});

test("a list without a ticket says whether it was narrowed, and by a name that is nobody's", async () => {
  const none = async (...args: string[]) => (await desk.here(['ticket', 'list', ...args])).stderr;
  expect(await none('--assignee', 'eve')).toMatch(
    /^There are no such open tickets\. .*\nNobody on the staff is called "eve": the config names nobody\.\n$/,
  );
  await desk.here(['ticket', 'close', '7102']);
  expect(await none()).toBe(
    'There are no open tickets. With --all, resolved and snoozed ones are listed too.\n',
  );
  expect(await none('--assignee', 'nobody')).toMatch(/^There are no such open tickets\.[^\n]*\n$/);
  expect(await none('--snoozed')).toBe('No ticket is snoozed.\n');
});

describe('wrong use', () => {
  test.each<readonly [readonly string[], number, RegExp]>([
    [['ticket', 'show', '9999'], 1, /^mailrobot: there is no ticket SUPPORT-9999\n$/],
    [['ticket', 'show', 'x'], 2, /^mailrobot: "x" is not a ticket id; use SUPPORT-7102 or 7102\n$/],
    [
      ['ticket', 'show'],
      2,
      /^mailrobot: missing required argument 'id': SUPPORT-7102, support-7102 or 7102; see mailrobot ticket show --help\n$/,
    ],
    [['ticket', 'shwo'], 2, /^mailrobot: unknown command 'shwo'; see mailrobot ticket --help\n$/],
    [
      ['ticket', 'list', '--bogus'],
      2,
      /^mailrobot: unknown option '--bogus'; see mailrobot ticket list --help\n$/,
    ],
    [['ticket', 'list', '--limit', '0'], 2, /^mailrobot: --limit takes .*\n$/],
    [
      ['ticket', 'list', '--config', '/nonexistent'],
      1,
      /^mailrobot: \/nonexistent: there is no such file.*\n$/,
    ],
    [
      ['ticket', 'reply', '7102', '-m', ' '],
      1,
      /^mailrobot: an answer needs a text: nothing was sent\n$/,
    ],
    [['init'], 2, /^mailrobot: required option '--domain <domain>' not specified; see .*\n$/],
    [
      ['init', '--domain', 'x y'],
      2,
      /^mailrobot: --domain holds "x y": must be a domain such as .*\n$/,
    ],
    [
      ['init', '--domain', 'x.example', '--first', 'abc'],
      2,
      /^mailrobot: --first holds "abc": must be a whole number .*\n$/,
    ],
    [
      ['staff', 'away', 'bob', '--until', 'yesterday'],
      2,
      /^mailrobot: --until: write a day, such as 2026-12-24 or friday\n$/,
    ],
    [
      ['staff', 'back', 'eve'],
      1,
      /^mailrobot: nobody on the staff is called "eve": the config names nobody\n$/,
    ],
    [
      ['key', 'revoke', 'eve'],
      1,
      /^mailrobot: nobody on the staff is called "eve": the config names nobody\n$/,
    ],
    [
      ['backup', '/nonexistent/desk.tar'],
      1,
      /^mailrobot: \/nonexistent\/desk\.tar cannot be written: \/nonexistent is not there\n$/,
    ],
    [
      ['init', '--dir', '/nonexistent/desk', '--domain', 'x.example', '--user', 'no-such-user-x'],
      1,
      /^mailrobot: there is no user "no-such-user-x".*\n$/,
    ],
  ])('%j: exit %i and one line', async (args, exit, line) => {
    const ended = await desk.run(args);
    expect([ended.exit, ended.stdout]).toEqual([exit, '']);
    expect(ended.stderr).toMatch(line);
  });

  test('a config that is not JSON, or wrong, is one line that names the place', async () => {
    writeFileSync(desk.config, '{ not json');
    expect((await desk.here(['ticket', 'list'])).stderr).toMatch(
      /^mailrobot: \S+config\.json: not JSON: .*\n$/,
    );
    writeFileSync(desk.config, '{"domain": "x.example", "store": "store", "queues": []}');
    expect((await desk.here(['ticket', 'list'])).stderr).toMatch(
      /^mailrobot: \S+config\.json: "queues" holds \[\]: .*\n$/,
    );
  });

  test('init never overwrites a config or a store', async () => {
    const again = await runProgram(['init', '--dir', desk.dir, '--domain', 'x.example']);
    expect(again).toMatchObject({ exit: 1, stdout: '' });
    expect(again.stderr).toContain('init never overwrites it');
    expect(again.stderr).toContain(`mailrobot init --print --config ${desk.config}`);
  });

  test('init --print prints what init printed, and writes nothing', async () => {
    const other = join(desk.dir, 'other');
    const made = await runProgram(['init', '--dir', other, '--domain', 'x.example']);
    const before = filesBelow(other);
    for (const args of [
      ['--config', join(other, 'config.json')],
      ['--dir', other],
    ]) {
      const { exit, stdout, stderr } = await runProgram(['init', '--print', ...args]);
      expect([exit, stderr]).toEqual([0, '']);
      expect(stdout).toContain('@(x\\.example)$/');
      expect(made.stdout).toContain(stdout);
    }
    expect(filesBelow(other)).toEqual(before);
  });

  test('postfix prints each file that Postfix needs, naming this program and this config', async () => {
    const printed = async (file: string) => (await desk.run(['postfix', file])).stdout;
    const command = `"|${PROGRAM} new --config ${desk.config} || exit 75"`;
    expect(await printed('aliases')).toContain(`\nnew:     ${command}\n`);
    expect(await printed('maps')).toContain(`# ${desk.dir}/tickets.regexp`);
    expect(await printed('main.cf')).toMatch(/^mydestination = .*support-ticket\.example$/m);
    expect(await printed('lmtp')).toContain('virtual_mailbox_domains = support-ticket.example\n');
    expect(await desk.run(['postfix'])).toMatchObject({ exit: 2 });
  });
});

describe('output', () => {
  test('that cannot be written is "could not"; a reader that has enough is not', () => {
    const run = (redirection: string) =>
      spawnSync('sh', ['-c', `"$0" ticket list ${redirection}`, PROGRAM], {
        env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
        encoding: 'utf8',
      });
    const full = run('>/dev/full');
    expect(full.status).toBe(1);
    expect(full.stderr).toMatch(/^mailrobot: the output could not be written: .*\n$/);
    expect(run('| true').stderr).toBe('');
  });

  test('of a dry run, too', () => {
    const text = 'What I have to say.\n'.repeat(3000);
    const mail = join(desk.dir, 'long.eml');
    writeFileSync(mail, `From: nic@ferrier.example\nSubject: x\n\n${text}`);
    const run = (redirection: string) =>
      spawnSync('sh', ['-c', `{ "$0" new --dry-run; echo $? >&2; } ${redirection}`, PROGRAM], {
        env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
        input: readFileSync(mail),
        encoding: 'utf8',
      }).stderr;
    // Only a terminal is told why: a pipe verb keeps its stderr from Postfix.
    expect(run('>/dev/full')).toBe('75\n');
    expect(run('| head -1')).toBe('0\n');
  });

  test('a reader that takes its time gets all of it: lines, the page of a dry run, and what is said last', () => {
    // More than a pipe holds (64 KiB), and what is on its way besides.
    const names = Array.from({ length: 3000 }, (_, n) => `${'n'.repeat(100)}-${n}@b.example`);
    for (const name of names) mkdirSync(join(desk.dir, 'mail', name), { recursive: true });
    desk.configure((config) => {
      config['staff'] = Array.from({ length: 100 }, (_, n) => ({
        ...{ name: `p${n}`, addresses: [`p${n}@home.example`], notify: 'all' },
      }));
    });
    const text = `${'What I have to say. '.repeat(3)}\n`.repeat(50);
    writeFileSync(join(desk.dir, 'long.eml'), `From: nic@ferrier.example\nSubject: x\n\n${text}`);
    const slowly = (command: string) =>
      spawnSync('sh', ['-c', `{ ${command}; } 2>&1 | { sleep 1; cat; }`, PROGRAM], {
        cwd: desk.dir,
        env: {
          PATH: BARE_PATH,
          MAILROBOT_CONFIG: desk.config,
          RECIPIENT: 'new@support-ticket.example',
        },
        encoding: 'utf8',
        maxBuffer: 16 * 1024 * 1024,
      }).stdout;
    expect(slowly('"$0" mailbox').trim().split('\n')).toEqual(names.toSorted());
    const page = slowly('"$0" new --dry-run <long.eml');
    expect(page.length).toBeGreaterThan(200_000);
    expect(page.split('What I have to say.').length - 1).toBe(100 * 3 * 50);
    // What is said on stderr comes behind it, and in no line of it.
    desk.configure((config) => {
      config['staff'] = Array.from({ length: 1500 }, () => ({}));
    });
    const lines = slowly('"$0" config check').trimEnd().split('\n');
    expect(lines.pop()).toBe(`mailrobot: 3000 errors in ${desk.config}`);
    expect(lines).toHaveLength(3000);
    expect(lines.filter((line) => !line.endsWith(' is missing'))).toEqual([]);
  });

  test('--config is taken before and after the command', async () => {
    for (const args of [
      ['--config', desk.config, 'ticket', 'list', '--json'],
      ['ticket', '--config', desk.config, 'list', '--json'],
      ['ticket', 'list', '--json', '--config', desk.config],
    ]) {
      expect(JSON.parse((await runProgram(args)).stdout)).toHaveLength(1);
    }
  });

  test('help that was asked for is done', async () => {
    for (const args of [['help'], ['help', 'ticket'], ['ticket', 'help', 'list'], ['--help']]) {
      expect((await runProgram(args)).exit).toBe(0);
    }
    expect((await runProgram(['ticket'])).exit).toBe(2);
  });
});

test('every command has help with an example', async () => {
  const commands = [
    '',
    'init',
    'new',
    'reply',
    'ticket',
    ...['list', 'show', 'reply', 'close', 'reopen'].map((name) => `ticket ${name}`),
  ];
  for (const command of commands) {
    const args = [...command.split(' ').filter(Boolean), '--help'];
    const { exit, stdout, stderr } = await runProgram(args);
    expect([command, exit, stderr]).toEqual([command, 0, '']);
    expect(stdout, command).toMatch(/Examples?:\n {2}mailrobot/);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  }
});

test('files are 0600 or 0400, directories 0700, whatever the umask', async () => {
  spawnSync('sh', ['-c', `umask 0; "$0" new`, PROGRAM], {
    input: 'From: nic@ferrier.example\nSubject: umask\n\nx\n',
    env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
  });
  for (const name of filesBelow(desk.store)) {
    const { mode } = statSync(join(desk.store, name));
    const allowed = (mode & 0o170000) === 0o040000 ? [0o700] : [0o600, 0o400];
    expect(allowed, `${name} is ${(mode & 0o777).toString(8)}`).toContain(mode & 0o777);
  }
});

test('a folder of tickets that is gone is made again by rebuild, a document by whoever needs it', async () => {
  const before = (await desk.here(['ticket', 'show', '7102', '--json'])).stdout;
  const folder = join(desk.store, 'tickets', '71', 'SUPPORT-7102');
  rmSync(join(folder, 'ticket.json'));
  expect((await desk.here(['ticket', 'show', '7102', '--json'])).stdout).toBe(before);
  rmSync(join(folder, 'ticket.json'));
  const answer = 'From: nic@ferrier.example\nSubject: Re\nMessage-ID: <again@x.example>\n\nAgain\n';
  const recipient = 'SUPPORT-7102@support-ticket.example';
  const env = { SENDER: 'nic@ferrier.example', RECIPIENT: recipient };
  expect(await desk.here(['reply'], { input: answer, env })).toMatchObject({ exit: 0 });
  expect((await desk.here(['ticket', 'show', '7102'])).stdout).toContain('Again');
  rmSync(join(desk.store, 'tickets'), { recursive: true });
  expect((await desk.here(['ticket', 'list'])).exit).toBe(1);
  expect(await desk.run(['rebuild'])).toMatchObject({ exit: 0 });
  expect((await desk.here(['ticket', 'show', '7102'])).stdout).toContain('Again');
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
});
