/**
 * The process that reads one mail is held to its memory by who started it, since Bun has no option
 * for that: it is ended in time, and the mail is read within the strictest limits.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDesk, type TestDesk } from '../process/desk.ts';
import { unpack } from './unpacked.ts';

const MEBIBYTE = 1024 * 1024;
const HEAP_MIB = 64;
/** What the program grants beside the heap (runtime/self.ts), and what comes between two looks. */
const BESIDE_MIB = 64;
const BETWEEN_LOOKS_MIB = 48;

let dir: string;
let program: string;
let desk: TestDesk;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-memory-'));
  program = join(unpack(dir), 'bin', 'mailrobot');
  desk = await makeDesk();
});
afterAll(() => {
  desk.remove();
  rmSync(dir, { recursive: true, force: true });
});

const HEAD =
  'From: nic@ferrier.example\nSubject: much\nMIME-Version: 1.0\nContent-Type: text/html\n\n';
const html = (size: number) =>
  `${HEAD}<p>please help me</p>\n${'<ul><li>one</li><li>two</li></ul>\n'.repeat(size / 34)}`;

/** Delivers it, and gives the most that the reader had in memory of its own (proc(5), RssAnon). */
async function deliver(mail: string): Promise<{ readonly exit: unknown; readonly mib: number }> {
  const child = spawn(program, ['new'], {
    env: { PATH: '/usr/bin:/bin', MAILROBOT_CONFIG: desk.config },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  let most = 0;
  const watch = setInterval(() => {
    for (const reader of childrenOf(child.pid ?? 0).flatMap(childrenOf)) {
      most = Math.max(most, ownMebibytes(reader));
    }
  }, 2);
  child.stdin.on('error', () => {});
  child.stdin.end(mail);
  const exit = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(watch);
  await desk.settled();
  return { exit, mib: most };
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}

function ownMebibytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function newest(): Promise<{ readonly text: string; readonly fault?: string }> {
  const { stdout } = await desk.run(['ticket', 'list', '--json', '--limit', '1']);
  const [{ id }] = JSON.parse(stdout);
  const shown = await desk.run(['ticket', 'show', id, '--json']);
  return JSON.parse(shown.stdout).messages[0];
}

test('a mail that needs too much memory is stopped in time, and its beginning is read', async () => {
  desk.configure((config) => {
    config['limits'] = { memory: HEAP_MIB, textSize: 48 * MEBIBYTE, seconds: 60 };
  });
  const { exit, mib } = await deliver(html(40 * MEBIBYTE));
  console.log(`${Math.round(mib)} MiB of ${HEAP_MIB + BESIDE_MIB}`);
  expect(exit).toBe(0);
  const { text, fault } = await newest();
  expect(text).toContain('please help me');
  expect(fault).toContain('took too much time or memory');
  expect(mib).toBeGreaterThan(HEAP_MIB);
  expect(mib).toBeLessThan(HEAP_MIB + BESIDE_MIB + BETWEEN_LOOKS_MIB);
});

test('one that needs what most do is read to its end', async () => {
  desk.configure((config) => {
    config['limits'] = { memory: HEAP_MIB, seconds: 60 };
  });
  const { exit } = await deliver(html(400_000));
  expect(exit).toBe(0);
  const { text, fault } = await newest();
  expect(text).toContain('please help me');
  expect(fault ?? '').not.toContain('too much time or memory');
});
