/** What is handed in is read whole, from any kind of descriptor, and a deadline has its turn. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stdin } from '../../src/runtime/stdin.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-stdin-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function opened<T>(path: string, work: (fd: number) => Promise<T>): Promise<T> {
  const fd = openSync(path, 'r');
  try {
    return await work(fd);
  } finally {
    closeSync(fd);
  }
}

async function octetsOf(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** Larger than what is read before the deadline has its turn, and no multiple of a chunk. */
const LARGE = Buffer.alloc(3_000_001, 'a line of a mail\n');

test.each([
  ['empty', Buffer.alloc(0)],
  ['small', Buffer.from('From: a@one.example\n\nHello\n')],
  ['large', LARGE],
])('a file that is %s is read to its end', async (_, octets) => {
  const file = join(dir, 'mail');
  writeFileSync(file, octets);
  expect((await opened(file, (fd) => octetsOf(stdin(fd)))).equals(octets)).toBe(true);
});

test('whoever reads after somebody else has what is left', async () => {
  const file = join(dir, 'mail');
  writeFileSync(file, LARGE);
  await opened(file, async (fd) => {
    const { value: first } = await stdin(fd).next();
    const rest = await octetsOf(stdin(fd));
    expect(Buffer.concat([first ?? Buffer.alloc(0), rest]).equals(LARGE)).toBe(true);
  });
});

test('a FIFO is read to its end, however its sender pauses', async () => {
  const fifo = join(dir, 'fifo');
  spawnSync('mkfifo', [fifo]);
  spawn('sh', ['-c', `(echo one; sleep 0.1; echo two) >${fifo}`]);
  const octets = await opened(fifo, (fd) => octetsOf(stdin(fd)));
  expect(octets.toString()).toBe('one\ntwo\n');
});

test('a sender that is as fast as the reader does not keep a deadline from its turn', async () => {
  const file = join(dir, 'mail');
  writeFileSync(file, LARGE);
  let turns = 0;
  setImmediate(() => {
    turns += 1;
  });
  await opened(file, (fd) => octetsOf(stdin(fd)));
  expect(turns).toBe(1);
});

test('what cannot be read is no empty mail', async () => {
  await expect(opened(dir, (fd) => octetsOf(stdin(fd)))).rejects.toThrow('EISDIR');
});
