/**
 * What the self-test of the package says and leaves of a machine that runs the executable, or node
 * alone, or neither: it ends with 0 only if a mail is delivered afterwards, as Postfix would have it.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeDesk, type TestDesk } from '../process/desk.ts';
import { isRoot, unpack } from './unpacked.ts';

let dir: string;
let home: string;
let desk: TestDesk;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-self-test-'));
  copyFileSync(process.execPath, join(dir, 'node'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
beforeEach(async () => {
  home = unpack(dir, { withBuilt: true });
  desk = await makeDesk();
});
afterEach(() => {
  desk.remove();
  rmSync(home, { recursive: true, force: true });
});

interface Tested {
  readonly status: number | null;
  readonly said: string;
}

/** On a machine of its own as far as /etc/mailrobot and node go; `before` makes it what it is. */
function selfTest(before: string, env: Readonly<Record<string, string>> = {}): Tested {
  const line = `mkdir -p /etc/mailrobot && mount -t tmpfs none /etc/mailrobot || exit 99
[ ! -e /usr/bin/node ] || mount --bind /etc/passwd /usr/bin/node
mount -t tmpfs none /usr/local/bin
runtime() { echo "$1" >/etc/mailrobot/runtime; }
node() { cp '${join(dir, 'node')}' "$1"; }
${before}
"$0"; s=$?
echo "runtime: $(stat -c %a /etc/mailrobot/runtime 2>&1) $(cat /etc/mailrobot/runtime 2>&1)"
printf 'Subject: x\\n\\nx\\n' |
  env -i PATH=/usr/bin:/bin MAILROBOT_CONFIG='${desk.config}' '${join(home, 'bin/mailrobot')}' new
echo "new: $?"
exit $s`;
  const file = join(home, 'libexec', 'self-test');
  const { status, stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', line, file], {
    env: { PATH: '/usr/bin:/bin:/usr/sbin', ...env },
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

const spoil = () => writeFileSync(join(home, 'libexec', 'mailrobot'), 'This is no program.\n');
const NODE = 'node /usr/local/bin/node';

describe.skipIf(!isRoot)('the self-test (needs root)', () => {
  test.each([
    ['as it is', '', '/tmp'],
    ['with a TMPDIR that is not there', '', '/nonexistent'],
    ['with one that is full', 'mount -t tmpfs -o size=4k none /mnt', '/mnt'],
    ['with one that cannot be written', 'mount -t tmpfs -o ro none /mnt', '/mnt'],
  ])('where the executable works, nothing is written: %s', (_, before, TMPDIR) => {
    expect(existsSync('/etc/mailrobot/runtime')).toBe(false);
    expect(selfTest(before, { TMPDIR })).toEqual({
      status: 0,
      said: expect.stringMatching(/^runtime: .*No such file.*\nnew: 0\n$/),
    });
  });

  test('where it does not, node runs it from then on', () => {
    spoil();
    const { status, said } = selfTest(NODE);
    expect(said).toContain('the executable does not work here');
    expect(said).toContain('node runs it instead');
    expect(said).toContain('runtime: 644 node\nnew: 0\n');
    expect(status).toBe(0);
  });

  test('whoever runs it by whatever umask, the user of the desk may read what it writes', () => {
    spoil();
    expect(selfTest(`${NODE}; umask 077`).said).toContain('runtime: 644 node\nnew: 0\n');
  });

  test('nor is there node: it fails, and mail is put off', () => {
    spoil();
    const { status, said } = selfTest('');
    expect(said).toContain('no mail will be delivered');
    expect(said).toMatch(/new: 75\n/);
    expect(status).toBe(1);
  });

  test('a node where the launcher does not find it under Postfix is none', () => {
    spoil();
    const { status, said } = selfTest('', { PATH: `${dir}:/usr/bin:/bin:/usr/sbin` });
    expect(said).toContain('there is no node in /usr/bin or /usr/local/bin');
    expect(said).toMatch(/runtime: .*No such file[\s\S]*new: 75\n/);
    expect(status).toBe(1);
  });

  test('what the administrator has written stays', () => {
    const { status, said } = selfTest(`${NODE}; runtime node`);
    expect(said).toContain('the executable works here, and /etc/mailrobot/runtime says node');
    expect(said).toContain('runtime: 644 node\nnew: 0\n');
    expect(status).toBe(0);
  });

  test('what they have written is no promise: it says node, and there is none', () => {
    const { status, said } = selfTest('runtime node');
    expect(said).toContain('no mail will be delivered');
    expect(said).toContain('new: 75\n');
    expect(status).toBe(1);
  });

  test('or it says something else, and the executable does not work', () => {
    spoil();
    const { status, said } = selfTest(`${NODE}; runtime bun`);
    expect(said).toContain(
      '/etc/mailrobot/runtime says "bun", not node: no mail will be delivered',
    );
    expect(said).toContain('runtime: 644 bun\n');
    expect(said).toContain('new: 75\n');
    expect(status).toBe(1);
  });
});
