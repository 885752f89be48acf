/** The log of the config: systemd's journal by its stream socket, and files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLog, toJournal } from '../../src/cli/write-log.ts';

let dir: string;
let server: Server | null = null;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-log-'));
});

afterEach(() => {
  server?.close();
  rmSync(dir, { recursive: true });
});

test('the journal gets what it asks of a stream, and then the line', async () => {
  const socket = join(dir, 'stdout');
  const got = new Promise<string>((resolve) => {
    server = createServer((stream) => {
      let text = '';
      stream.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      stream.on('close', () => resolve(text));
    });
  });
  await new Promise<void>((resolve) => server?.listen(socket, resolve));
  await toJournal('decision=opened', socket);
  expect((await got).split('\n')).toEqual([
    ...['mailrobot', '', '22', '0', '1', '0', '0'],
    ...['decision=opened', ''],
  ]);
});

test('a machine without systemd is an error, and no wait', async () => {
  await expect(toJournal('x', join(dir, 'nobody'))).rejects.toThrow('ENOENT');
});

test('what is no file is no log', () => {
  expect(() => openLog('/dev/null')).toThrow('is no file');
  expect(() => openLog(dir)).toThrow('EISDIR');
});
