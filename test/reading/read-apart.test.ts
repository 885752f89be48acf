/** A mail that is read in a process of its own, which dies over the HTML of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { encodeFrame, READER_GAVE_UP, WANTS_HTML } from '../../src/reading/frames.ts';
import { readMessage } from '../../src/reading/read.ts';

/** Stands for one whose memory ends as soon as it makes HTML safe. */
function dyingOverHtml(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-reader-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const json = JSON.stringify({ text: 'Hello, my printer is broken.', faults: [] });
  writeFileSync(join(folder, 'frame'), encodeFrame({ type: 'message', json }));
  const reader = join(folder, 'reader.cjs');
  writeFileSync(
    reader,
    `const fs = require('node:fs');
    fs.readFileSync(0);
    if (process.argv.includes(${JSON.stringify(WANTS_HTML)})) process.exit(${READER_GAVE_UP});
    fs.writeSync(1, fs.readFileSync(${JSON.stringify(join(folder, 'frame'))}));`,
  );
  return reader;
}

test('it is read without it: its text is there', async () => {
  const reader = dyingOverHtml();
  const header = Buffer.from('Subject: broken\n\n');
  const mail = {
    header,
    outline: {
      ...{ headerSize: header.length, parts: 3, depth: 2, attachments: 0 },
      ...{ textSize: DEFAULT_LIMITS.textSize, packed: 0 },
    },
    ...{ seen: null, wasInterrupted: false, wantsHtml: true },
    chunks: () => [header],
    openAttachment: () => ({ write: () => {}, close: () => {} }),
    forgetAttachments: () => {},
  };
  const message = await readMessage(mail, DEFAULT_LIMITS, {
    start: () => ({
      program: process.execPath,
      args: [reader],
      environment: {},
      maxOwnBytes: null,
    }),
  });
  expect(message.text).toBe('Hello, my printer is broken.');
  expect(message.faults).toEqual([
    'reading it took too much time or memory: only its beginning was read',
  ]);
});
