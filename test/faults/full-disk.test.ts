/** On a full disk a command says what is true: what it claims is kept, what it denies is not. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BARE_PATH, deskAt, makeDesk, PROGRAM, shortMail, type TestDesk } from '../process/desk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['staff'] = [{ name: 'kim', addresses: ['kim@office.example'] }];
  });
  await desk.here(['new'], { input: shortMail(1) });
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

interface Shown {
  readonly status: string;
  readonly assignee: string | null;
  readonly messages: readonly { readonly text: string }[];
}

const COMMANDS: readonly (readonly [string, readonly string[], (ticket: Shown) => boolean])[] = [
  ['close', ['ticket', 'close', '7102'], ({ status }) => status === 'resolved'],
  ['assign', ['ticket', 'assign', '7102', 'kim'], ({ assignee }) => assignee === 'kim'],
  [
    'reply',
    ['ticket', 'reply', '7102', '-m', 'It works again.'],
    ({ messages }) => messages.some(({ text }) => text.includes('It works again.')),
  ],
];

interface Said {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether what it said is so once there is room again. */
async function mustBeTrue(
  { exit, stdout, stderr }: Said,
  isKept: (ticket: Shown) => boolean,
  { run }: TestDesk,
): Promise<'claimed' | 'denied'> {
  const ticket = JSON.parse((await run(['ticket', 'show', '7102', '--json'])).stdout);
  const isClaimed = exit === 0;
  expect({ stdout, stderr, isKept: isKept(ticket) }).toMatchObject({ isKept: isClaimed });
  if (isClaimed) expect(stdout).not.toMatch(/is (new|open)|nobody's/);
  else expect(stderr).toMatch(/^mailrobot: .*(nothing was done|ENOSPC|EFBIG).*$/m);
  expect((await run(['fsck'])).stdout).toContain('in order');
  return isClaimed ? 'claimed' : 'denied';
}

describe.each(COMMANDS)('%s', (_, args, isKept) => {
  test.each(['sent', 'not sent'])(
    'where a file may have only so many octets, mail %s',
    async (how) => {
      desk.configure((config) => {
        if (how === 'not sent') config['sendmail'] = '/nonexistent';
      });
      await desk.run(['ticket', 'list']);
      const found = new Set<string>();
      for (const blocks of [0, 2, 4, 6, 8, 16]) {
        const dir = mkdtempSync(join(tmpdir(), 'mailrobot-full-'));
        try {
          cpSync(desk.dir, dir, { recursive: true });
          const copy = deskAt(dir);
          if (how === 'not sent') copy.configure((config) => (config['sendmail'] = '/nonexistent'));
          const said = spawnSync(
            'sh',
            ['-c', `ulimit -f ${blocks}; exec "$0" "$@"`, PROGRAM, ...args],
            {
              encoding: 'utf8',
              env: { PATH: BARE_PATH, MAILROBOT_CONFIG: copy.config },
            },
          );
          found.add(await mustBeTrue({ ...said, exit: said.status }, isKept, copy));
          await copy.settled();
        } finally {
          rmSync(dir, { recursive: true, force: true });
        }
      }
      expect([...found].sort()).toEqual(['claimed', 'denied']);
    },
  );
});

const disk = mkdtempSync(join(tmpdir(), 'mailrobot-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3M', 'tmpfs', disk]).status === 0;
const whyNot = mounted ? '' : '(skipped: a tmpfs cannot be mounted here)';
afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

describe.skipIf(!mounted)(`on a disk of its own ${whyNot}`, () => {
  test.each(COMMANDS)(
    '%s',
    async (_, args, isKept) => {
      for (const hasFates of [true, false]) {
        if (!hasFates) await desk.run(['ticket', 'list']);
        for (const free of [0, 4096, 65536]) {
          const dir = join(disk, 'desk');
          rmSync(dir, { recursive: true, force: true });
          cpSync(desk.dir, dir, { recursive: true });
          const copy = deskAt(dir);
          const { bavail, bsize } = statfsSync(disk);
          const filler = join(disk, 'filler');
          writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - free)));
          const said = await copy.run(args);
          rmSync(filler);
          await mustBeTrue(said, isKept, copy);
          await copy.settled();
        }
      }
    },
    120_000,
  );
});
