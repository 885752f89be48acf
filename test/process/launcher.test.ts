/**
 * bin/mailrobot: a pipe verb ends with 0 or 75 and says at most one line that
 * starts with 4., whatever becomes of the program.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rowsOf, SECTIONS } from '../../src/cli/commands/table.ts';
import { deskWords } from '../../src/cli/desk-line.ts';
import { nodeWith } from '../kit/node-with.ts';
import {
  BARE_PATH,
  EXECUTABLE,
  IS_EXECUTABLE,
  makeDesk,
  PROGRAM,
  runProgram,
  type TestDesk,
} from './desk.ts';
import { copyOfProgram } from './program-copy.ts';

const MAIL = 'From: nic@ferrier.example\nSubject: x\n\nx\n';
const isRoot = process.getuid?.() === 0;
let desk: TestDesk;
let dir: string;

beforeEach(async () => {
  desk = await makeDesk();
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-launcher-'));
});

afterEach(() => {
  desk.remove();
  rmSync(dir, { recursive: true, force: true });
});

describe('finds itself and node', () => {
  test('through a chain of symlinks, absolute and relative', async () => {
    symlinkSync(PROGRAM, join(dir, 'absolute'));
    symlinkSync('absolute', join(dir, 'mailrobot'));
    const ended = await runProgram(['--version'], { program: join(dir, 'mailrobot') });
    expect(ended.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(ended.exit).toBe(0);
  });

  test('first of all beside the npm prefix that it was installed into', async () => {
    const home = copyOfProgram(dir);
    mkdirSync(join(dir, 'bin'));
    writeFileSync(join(dir, 'bin', 'node'), '#!/bin/sh\necho the node beside us\nexit 0\n');
    chmodSync(join(dir, 'bin', 'node'), 0o755);
    const program = join(home, 'bin', 'mailrobot');
    expect((await runProgram(['--version'], { program })).stdout).toBe('the node beside us\n');
  });

  test.skipIf(!isRoot || IS_EXECUTABLE)(
    'no node anywhere: 75 and one line (needs root; about node)',
    () => {
      const hide = `for node in /usr/bin/node /usr/local/bin/node ${process.execPath}; do
  [ -e "$node" ] && mount --bind /etc/passwd "$node"
done
printf 'Subject: x\\n\\nx\\n' | ${PROGRAM} new`;
      const { status, stdout } = spawnSync('unshare', ['-m', 'sh', '-c', hide], {
        env: { PATH: '/usr/bin:/bin:/usr/sbin' },
        encoding: 'utf8',
      });
      expect(stdout).toBe('4.3.0 mailrobot: node was not found\n');
      expect(status).toBe(75);
    },
  );
});

describe('every end of the program but its own is 75', () => {
  test('a build that is missing', async () => {
    const home = copyOfProgram(dir);
    rmSync(join(home, 'dist'), { recursive: true });
    const ended = await desk.run(['new'], { input: MAIL, program: join(home, 'bin', 'mailrobot') });
    expect(ended).toEqual({
      exit: 75,
      signal: null,
      stdout: '4.3.0 mailrobot: the program is not built\n',
      stderr: '',
    });
  });

  test.each(['reader.cjs', 'html.cjs'])(
    'a missing %s is a fault of ours: the mail that needs it stays with the MTA',
    async (file) => {
      const home = copyOfProgram(dir);
      rmSync(join(home, 'dist', file));
      const input = `Content-Type: text/html\n\n${'<p>please help me</p>\n'.repeat(20_000)}`;
      const program = join(home, 'bin', 'mailrobot');
      expect(await desk.run(['new'], { input, program })).toMatchObject({ exit: 75 });
      expect(await desk.run(['new'], { input })).toMatchObject({ exit: 0 });
    },
  );

  const broken: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an option that node does not know', ['--no-such-option'], /status 9\n$/],
    ['no memory', ['--max-old-space-size=1', '--max-semi-space-size=1'], /status 13\d\n$/],
  ];
  test.skipIf(IS_EXECUTABLE).each(broken)('%s (about node)', async (_, options, line) => {
    const env = { PATH: nodeWith(options, dir) };
    const ended = await desk.run(['new'], { input: MAIL, env });
    expect([ended.exit, ended.stderr]).toEqual([75, '']);
    expect(ended.stdout).toMatch(/^4\.3\.0 mailrobot: [ -~]+\n$/);
    expect(ended.stdout).toMatch(line);
  });

  test.skipIf(!isRoot)('a shell that cannot go on by itself: no /dev/null (needs root)', () => {
    const noDevNull = `mount -t tmpfs none /dev && mount -o remount,ro /dev && exec ${PROGRAM} new`;
    const { status } = spawnSync('unshare', ['-m', 'sh', '-c', noDevNull], {
      input: MAIL,
      env: { PATH: `${BARE_PATH}:/usr/sbin`, MAILROBOT_CONFIG: desk.config },
    });
    expect(status).toBe(75);
  });

  test.each([
    ['no program', 'not a program', /status 12[67]/],
    ['empty', '', /status 0/],
    ['full of zeros', '\0'.repeat(4096), /status \d+/],
    ['one that ends well at once', '#!/bin/sh\nexit 0\n', /status 0/],
  ])('a node that is %s', async (_, content, status) => {
    const home = copyOfProgram(dir);
    mkdirSync(join(dir, 'bin'));
    writeFileSync(join(dir, 'bin', 'node'), content);
    chmodSync(join(dir, 'bin', 'node'), 0o755);
    const ended = await desk.run(['new'], { input: MAIL, program: join(home, 'bin', 'mailrobot') });
    expect(ended.exit).toBe(75);
    expect(ended.stdout).toMatch(/^4\.3\.0 mailrobot: node ended with status \d+\n$/);
    expect(ended.stdout).toMatch(status);
  });

  test('no variable makes another program of it', async () => {
    const env = {
      NODE_OPTIONS: '--no-such-option',
      BUN_OPTIONS: '--no-such-option',
      BUN_BE_BUN: '1',
      MAILROBOT_DONE: '0',
      MAILROBOT_PART: 'reader',
    };
    expect(await desk.run(['new'], { input: MAIL, env })).toMatchObject({ exit: 0, stdout: '' });
    expect(JSON.parse((await desk.run(['ticket', 'list', '--json'])).stdout)).toHaveLength(1);
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGSEGV'] as const)(
    'killed by %s while it waits',
    async (signal) => {
      const child = spawn(PROGRAM, ['new'], {
        env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text) => {
          output += text;
        });
      child.stdin.write('Subject: half a');
      const program = await programBelow(child.pid ?? 0);
      const ended = new Promise((resolve) => child.on('close', resolve));
      process.kill(program, signal);
      expect(await ended).toBe(75);
      const said =
        signal === 'SIGKILL'
          ? /^$/
          : /^4\.3\.0 mailrobot: (node|the executable) ended with status \d+\n$/;
      expect(output).toMatch(said);
    },
  );

  test('a SIGINT ends it however early it comes: also while the shell becomes it', async () => {
    const mail = join(dir, 'mail');
    writeFileSync(mail, MAIL);
    for (let round = 0; round < 30; round += 1) {
      const input = openSync(mail, 'r');
      const child = spawn(PROGRAM, ['new'], {
        env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
        stdio: [input, 'ignore', 'ignore'],
      });
      const ended = new Promise((resolve) => child.on('close', resolve));
      const children = `/proc/${child.pid}/task/${child.pid}/children`;
      let program = '';
      while (program === '') program = readFileSync(children, 'utf8').trim();
      process.kill(Number(program), 'SIGINT');
      expect(await ended).toBe(75);
      closeSync(input);
    }
    expect(JSON.parse((await desk.run(['ticket', 'list', '--json'])).stdout)).toEqual([]);
  });
});

test('sendmail gets nothing of what the launcher tells the runtime', async () => {
  const sendmail = join(dir, 'sendmail');
  writeFileSync(sendmail, '#!/bin/sh\nenv >"$0.env"\n');
  chmodSync(sendmail, 0o755);
  desk.configure((value) => {
    value['sendmail'] = sendmail;
  });
  expect(await desk.run(['new'], { input: MAIL })).toMatchObject({ exit: 0, stdout: '' });
  const environment = readFileSync(`${sendmail}.env`, 'utf8');
  expect(environment).toContain('PATH=');
  expect(environment).not.toMatch(/^(BUN|MIMALLOC)/m);
});

describe('closed descriptors', () => {
  test.each([
    ['stdout', '>&-'],
    ['stderr', '2>&-'],
    ['both', '>&- 2>&-'],
  ])('%s', async (_, redirection) => {
    const { status } = spawnSync('sh', ['-c', `"$0" new ${redirection}`, PROGRAM], {
      input: MAIL,
      env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
    });
    expect(status).toBe(0);
    expect(JSON.parse((await desk.run(['ticket', 'list', '--json'])).stdout)).toHaveLength(1);
    const failed = spawnSync('sh', ['-c', `"$0" nwe ${redirection}`, PROGRAM], {
      input: MAIL,
      env: { PATH: BARE_PATH },
    });
    expect(failed.status).toBe(75);
  });
});

test('with stdin closed there is no mail that could be kept: 75', () => {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', '"$0" new <&-', PROGRAM], {
    env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({
    ...{ status: 75, stdout: '4.3.0 mailrobot: stdin is closed\n', stderr: '' },
  });
});

test.skipIf(!isRoot || IS_EXECUTABLE).each([
  ['node', true],
  ['something else', false],
])('the doctor names /etc/mailrobot/runtime if it goes by it: %s (needs root)', (said, isNamed) => {
  const line = `mkdir -p /etc/mailrobot && mount -t tmpfs none /etc/mailrobot
echo '${said}' >/etc/mailrobot/runtime && exec "$0" doctor`;
  const { stdout } = spawnSync('unshare', ['-m', 'sh', '-c', line, PROGRAM], {
    env: { PATH: `${BARE_PATH}:/usr/sbin`, MAILROBOT_CONFIG: desk.config },
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/^mailrobot [\d.]+ on node /m);
  expect(stdout.includes('as /etc/mailrobot/runtime says')).toBe(isNamed);
});

describe('which words are whose', () => {
  test('the launcher knows the commands of the desk', () => {
    const words = /^\t([a-z |-]+)\)\n\t\tis_pipe=\n/m.exec(readFileSync(PROGRAM, 'utf8'))?.[1];
    expect(words?.split(' | ').sort()).toEqual([...deskWords(rowsOf(SECTIONS))].sort());
  });

  test('--help on a pipe verb is for people: with a mail on stdin it defers', async () => {
    const help = await desk.run(['new', '--help']);
    expect(help.exit).toBe(0);
    expect(help.stdout).toContain('Usage: mailrobot new');
    const mail = await desk.run(['new', '--help'], { input: MAIL });
    expect([mail.exit, mail.stdout]).toEqual([
      75,
      '4.3.5 mailrobot: unknown verb or option, see mailrobot --help\n',
    ]);
  });

  test('at a terminal an unknown verb is wrong usage: 2 and one line', () => {
    const { status, stdout } = spawnSync('script', ['-qec', `${PROGRAM} nwe`, '/dev/null'], {
      env: { PATH: BARE_PATH, SHELL: '/bin/sh' },
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe("mailrobot: unknown command 'nwe'; see mailrobot --help");
    expect(status).toBe(2);
  });
});

async function programBelow(shell: number): Promise<number> {
  for (let tries = 0; tries < 500; tries += 1) {
    const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim();
    if (children !== '' && isProgram(children)) {
      return Number(children);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the program did not start');
}

function isProgram(pid: string): boolean {
  try {
    return [process.execPath, realExecutable()].includes(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return false;
  }
}

/** Empty if it is node that is started. */
function realExecutable(): string {
  return IS_EXECUTABLE ? realpathSync(EXECUTABLE) : '';
}
