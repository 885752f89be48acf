/**
 * As the administrator: root installs the tarball and makes the desk, mail is
 * delivered as the store's owner, root works the desk (and becomes the owner
 * before he touches the store), a third user is told in one line that he may
 * not, and mail is delivered again. No file of the store is ever root's.
 */
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesBelow } from '../process/desk.ts';
import { type Installed, install } from './installed.ts';
import { systemUser } from './system.ts';

const OWNER = 'mailrobot-test';
const THIRD = 'nobody';
const reason = process.getuid?.() === 0 ? undefined : 'becoming other users needs root';

describe.skipIf(reason !== undefined)(`as the administrator ${reason ?? ''}`, () => {
  let installed: Installed;
  let dir: string;
  let config: string;
  let owner: number;

  beforeAll(async () => {
    installed = await install();
    owner = await systemUser(OWNER);
    dir = mkdtempSync('/tmp/mailrobot-admin-');
    chmodSync(dir, 0o755);
    config = join(dir, 'desk', 'config.json');
  });

  afterAll(() => {
    installed?.remove();
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
  });

  const as = (user: string, args: readonly string[], input = '') =>
    execa('runuser', ['-u', user, '--', installed.program, ...args, '--config', config], {
      input,
      reject: false,
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
      extendEnv: false,
    });
  const asRoot = (args: readonly string[]) =>
    execa(installed.program, [...args, '--config', config], { reject: false });
  const owners = () =>
    new Set(
      filesBelow(join(dir, 'desk', 'store')).map(
        (name) => statSync(join(dir, 'desk', 'store', name)).uid,
      ),
    );

  test('install, deliver, work the desk as root, be refused as a third user, deliver again', async () => {
    const made = await execa(installed.program, [
      ...['init', '--dir', join(dir, 'desk'), '--domain', 'support-ticket.example'],
      ...['--user', OWNER, '--sendmail', '/bin/true'],
    ]);
    expect(made.stdout).toContain('Next, as root');
    const again = await execa(
      installed.program,
      ['init', '--dir', join(dir, 'desk'), '--domain', 'x.example'],
      { reject: false },
    );
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toMatch(/^mailrobot: .*never overwrites it /);

    const first = await as(OWNER, ['new'], 'From: nic@ferrier.example\nSubject: one\n\nx\n');
    expect([first.exitCode, first.stdout, first.stderr]).toEqual([0, '', '']);

    expect((await asRoot(['ticket', 'reply', '7102', '-m', 'Done.'])).exitCode).toBe(0);
    expect((await asRoot(['ticket', 'close', '7102'])).stdout).toBe('SUPPORT-7102 is resolved.');
    expect(owners()).toEqual(new Set([owner]));

    const refused = await as(THIRD, ['ticket', 'list']);
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toBe('');
    expect(refused.stderr).toMatch(/^mailrobot: .*you may not read it.*$/);
    expect(refused.stderr.split('\n')).toHaveLength(1);
    chmodSync(config, 0o644);
    const refusedByStore = await as(THIRD, ['ticket', 'list']);
    expect(refusedByStore.exitCode).toBe(1);
    expect(refusedByStore.stderr).toMatch(
      /^mailrobot: the store .* belongs to mailrobot-test, and you are nobody: .*$/,
    );
    const deferred = await as(THIRD, ['new'], 'Subject: x\n\nx\n');
    expect([deferred.exitCode, deferred.stdout]).toEqual([
      75,
      '4.3.5 mailrobot: the store belongs to another user',
    ]);

    const second = await as(OWNER, ['new'], 'From: nic@ferrier.example\nSubject: two\n\nx\n');
    expect(second.exitCode).toBe(0);
    expect(owners()).toEqual(new Set([owner]));
    const { stdout } = await asRoot(['ticket', 'list', '--all', '--json']);
    expect(JSON.parse(stdout).map(({ subject }: { subject: string }) => subject)).toEqual([
      'two',
      'one',
    ]);
  });
});
