/**
 * A store on NFS is refused by whoever would write to it: locks and renames promise less there.
 * The kernel's own answer about the file system is changed by strace, since no NFS is at hand.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BARE_PATH, makeDesk, PROGRAM, shortMail, type TestDesk } from './desk.ts';

/** NFS_SUPER_MAGIC as the first eight octets of a struct statfs, least first. */
const ANSWER = 'statfs:poke_exit=@arg2=6969000000000000';

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
});
afterEach(() => desk.remove());

function onNfs(args: readonly string[], input = '') {
  const trace = join(mkdtempSync(join(tmpdir(), 'mailrobot-nfs-')), 'trace');
  const { status, stdout, stderr } = spawnSync(
    'strace',
    ['-f', '-qq', '-o', trace, '-e', 'trace=statfs', '-e', `inject=${ANSWER}`, PROGRAM, ...args],
    { env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config }, input, encoding: 'utf8' },
  );
  const fired = readFileSync(trace, 'utf8').includes('INJECTED');
  rmSync(join(trace, '..'), { recursive: true });
  return { status, stdout, stderr, fired };
}

test('mail stays with the MTA', () => {
  expect(onNfs(['new'], shortMail(1))).toMatchObject({ status: 75, fired: true });
  expect(execFileSync('ls', [join(desk.store, 'incoming')], { encoding: 'utf8' })).toBe('');
});

test('who asks is told why', () => {
  const { status, stdout, fired } = onNfs(['status']);
  expect(fired).toBe(true);
  expect(status).toBe(2);
  expect(stdout).toContain('is on NFS: the store needs a local file system');
});

test('init makes no store there', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-nfs-'));
  const { status, stderr, fired } = onNfs(['init', '--dir', dir, '--domain', 'desk.example']);
  expect(fired).toBe(true);
  expect(status).not.toBe(0);
  expect(stderr).toContain('is on NFS: the store needs a local file system');
  expect(existsSync(join(dir, 'config.json'))).toBe(false);
  expect(existsSync(join(dir, 'store', 'store.json'))).toBe(false);
  rmSync(dir, { recursive: true });
});
