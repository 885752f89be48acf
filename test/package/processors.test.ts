/** Which processors the executables run on, by an emulator; each is skipped if that is not there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDesk, type TestDesk } from '../process/desk.ts';
import { deliver, STATUS_LINE, unpack } from './unpacked.ts';

let dir: string;
let desk: TestDesk;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-processors-'));
  desk = await makeDesk();
});
afterEach(() => {
  desk.remove();
  rmSync(dir, { recursive: true, force: true });
});

const has = (emulator: string) => spawnSync(emulator, ['--version']).status === 0;

/** A package whose executable is started by an emulator. */
function emulated(emulator: string, architecture: 'x64' | 'arm64'): string {
  const home = unpack(dir, { architecture });
  const executable = join(home, 'libexec', 'mailrobot');
  renameSync(executable, `${executable}.real`);
  const script = `#!/bin/sh\nexec ${emulator} '${executable}.real' "$@"\n`;
  writeFileSync(executable, script, { mode: 0o755 });
  return home;
}

test.skipIf(!has('qemu-x86_64'))('x64: from 2008 on, with SSE4.2 (needs qemu-user)', async () => {
  const home = emulated('qemu-x86_64 -cpu Nehalem', 'x64');
  expect(await deliver(desk, home)).toEqual({ exit: 0, isKept: true, said: '' });
});

test.skipIf(!has('qemu-x86_64'))(
  'x64 without SSE4.2: it is killed by SIGILL, and the mail is put off (needs qemu-user)',
  async () => {
    const { exit, isKept, said } = await deliver(
      desk,
      emulated('qemu-x86_64 -cpu core2duo', 'x64'),
    );
    expect([exit, isKept]).toEqual([75, false]);
    expect(said).toMatch(STATUS_LINE);
    expect(said).toContain('status 132');
  },
);

/** Where Debian's libc6-arm64-cross puts it. */
const LIBRARIES = '/usr/aarch64-linux-gnu';
test.skipIf(!has('qemu-aarch64') || spawnSync('test', ['-d', LIBRARIES]).status !== 0)(
  'arm64 (needs qemu-user and libc6-arm64-cross)',
  async () => {
    const home = emulated(`qemu-aarch64 -L ${LIBRARIES}`, 'arm64');
    expect(await deliver(desk, home)).toEqual({ exit: 0, isKept: true, said: '' });
  },
);
