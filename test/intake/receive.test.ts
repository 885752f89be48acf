import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { receive } from '../../src/intake/receive.ts';
import type { Incoming } from '../../src/journal/spool.ts';

async function take(message: string, limit = 1000, piece = message.length || 1) {
  const kept: Buffer[] = [];
  const incoming = {
    write: (chunk: Uint8Array) => kept.push(Buffer.from(chunk)),
    seal: () => {},
    chunks: () => kept,
    attachment: () => ({ write: () => {}, close: () => {} }),
    attachmentChunks: () => [],
    forgetAttachments: () => {},
    sum: { size: 0, sha256: '' },
    wasInterrupted: false,
    discard: () => {},
  } satisfies Incoming;
  let isRead = false;
  async function* input() {
    const whole = Buffer.from(message);
    for (let at = 0; at < whole.length; at += piece) yield whole.subarray(at, at + piece);
    isRead = true;
  }
  const received = await receive(input(), incoming, {
    limits: { messageSize: limit, reading: DEFAULT_LIMITS },
    spam: [],
  }).finally(() => expect(isRead).toBe(true));
  return { received, raw: Buffer.concat(kept).toString() };
}

test.each([
  ['Subject: x\n\nFrom here', null, 'Subject: x\n\nFrom here'],
  [
    'From a@b  Fri Jan  2 08:25:44 2026\nSubject: x\n\nx',
    'From a@b  Fri Jan  2 08:25:44 2026',
    'Subject: x\n\nx',
  ],
  [
    'From a@b  Fri Jan  2 08:25:44 2026\r\nSubject: x\r\n',
    'From a@b  Fri Jan  2 08:25:44 2026',
    'Subject: x\r\n',
  ],
  ['From: a@b\n\nx', null, 'From: a@b\n\nx'],
  ['Fro', null, 'Fro'],
  ['From a line without an end', null, 'From a line without an end'],
  ['From the office I cannot print.\n\nx', null, 'From the office I cannot print.\n\nx'],
  [`From "a b"@c  Fri Jan  2 08:25:44 2026\nx`, 'From "a b"@c  Fri Jan  2 08:25:44 2026', 'x'],
  [`From ${'x'.repeat(5000)}\nx`, null, `From ${'x'.repeat(5000)}\nx`],
])('case %#: the From line is cut off, and nothing else', async (message, line, wanted) => {
  for (let piece = 1; piece <= message.length; piece += Math.ceil(message.length / 100)) {
    const { received, raw } = await take(message, 10_000, piece);
    expect([received?.fromLine, raw]).toEqual([line, wanted]);
  }
});

test('nothing is nothing, and so is a From line alone', async () => {
  expect((await take('')).received).toBeNull();
  expect((await take('From a@b  Fri Jan  2 08:25:44 2026\n')).received).toBeNull();
});

test('a message above the limit is deferred, after it was read to its end', async () => {
  await expect(take('Subject: x\n\n0123456789', 20, 3)).rejects.toMatchObject({ end: 'too-large' });
  expect((await take('Subject: x\n\n01234567', 20)).raw).toHaveLength(20);
});
