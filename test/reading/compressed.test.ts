/** Compressed S/MIME (RFC 3274): what comes out of it is bounded, however little came. */
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { parseMessage } from '../../src/reading/message.ts';
import { compressedMail } from '../kit/compressed.ts';

const NOWHERE = { write: () => {}, close: () => {} };

async function read(mail: string, memory = DEFAULT_LIMITS.memory) {
  const source = { chunks: () => [Buffer.from(mail)], openAttachment: () => NOWHERE };
  const message = await parseMessage(source, { ...DEFAULT_LIMITS, memory });
  return {
    text: message.text.trim(),
    faults: message.faults,
    files: message.attachments.map(({ isUnpacked = false }) => isUnpacked),
  };
}

const WORDS = 'Content-Type: text/plain\n\nThe pump stands still.\n';

test('its words are read', async () => {
  expect(await read(compressedMail(Buffer.from(WORDS)))).toEqual({
    ...{ text: 'The pump stands still.', faults: [], files: [true] },
  });
});

test('what would be larger than there is room for stays packed, and the ticket says so', async () => {
  const bomb = Buffer.concat([Buffer.from(WORDS), Buffer.alloc(5_000_000, 'A\n')]);
  expect(await read(compressedMail(bomb), 32 * 1024 * 1024)).toMatchObject({
    ...{ faults: ['a part is too large to be unpacked'], files: [false] },
  });
});

test('so it does inside another one: what the outer one holds counts', async () => {
  const bomb = Buffer.concat([Buffer.from(WORDS), Buffer.alloc(3_000_000, 'A\n')]);
  const inner = compressedMail(bomb, deflateSync(bomb, { level: 0 }));
  const { faults, files } = await read(compressedMail(Buffer.from(inner)), 40 * 1024 * 1024);
  expect(faults).toContain('a part is too large to be unpacked');
  expect(files).toEqual([true, false]);
});

test('of one that was cut, what there is of it is read; of damage, nothing', async () => {
  const packed = deflateSync(Buffer.from(WORDS.repeat(20)));
  const cut = await read(compressedMail(Buffer.alloc(0), packed.subarray(0, packed.length - 8)));
  expect(cut.text).toContain('The pump stands still.');
  const damaged = await read(compressedMail(Buffer.alloc(0), Buffer.alloc(50, 7)));
  expect(damaged).toMatchObject({ files: [false], faults: [] });
});
