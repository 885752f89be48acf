/** A mail that has as many parts as it may is read, whatever each of them is for the parser. */
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { parseMessage } from '../../src/reading/message.ts';

const PARTS = 20;
const FILE = Buffer.from('not packed at all').toString('base64');

test.each([
  ['multiparts without parts', 'multipart/mixed; boundary=none', 'A line that stands there.', 0],
  ['multiparts without a boundary', 'multipart/mixed', 'A line that stands there.', 0],
  ['what cannot be unpacked', 'application/ms-tnef', FILE, 1],
  ['texts', 'text/plain', 'A line that stands there.', 0],
])('%s', async (_, type, content, files) => {
  const part = `--b\nContent-Type: ${type}\nContent-Transfer-Encoding: 7bit\n\n${content}\n`;
  for (const [more, isAll] of [
    [-2, true],
    [-1, true],
    [0, false],
    [5, false],
  ] as const) {
    const others = part.repeat(PARTS + more - 1);
    const mail = `Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello.\n${others}--b--\n`;
    let opened = 0;
    const openAttachment = () => {
      opened += 1;
      return { write: () => {}, close: () => {} };
    };
    const { text, faults } = await parseMessage(
      { chunks: () => [Buffer.from(mail)], openAttachment },
      { ...DEFAULT_LIMITS, parts: PARTS },
    );
    expect(text).toContain('Hello.');
    expect(opened).toBe(files * Math.min(PARTS - 2, PARTS + more - 1));
    expect(faults.filter((fault) => /read whole/.test(fault))).toEqual([]);
    expect(faults.some((fault) => fault.includes(`more than ${PARTS} parts`))).toBe(!isAll);
  }
});
