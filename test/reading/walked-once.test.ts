/** A mail that was walked through while it came is read as one that lies in a file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { parseMessage } from '../../src/reading/message.ts';
import { WalkOnce } from '../../src/reading/walked-once.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'mails');
const MAILS = readdirSync(FOLDER).filter((name) => name.endsWith('.eml'));
const SMALL = 65_536;

function walked(mail: Buffer, piece: number) {
  const walk = new WalkOnce(DEFAULT_LIMITS);
  for (let at = 0; at < mail.length; at += piece) walk.take(mail.subarray(at, at + piece));
  return walk.end();
}

/** With the octets of its files. */
async function read(mail: Buffer, seen: ReturnType<typeof walked>['seen'] = null) {
  const files: string[] = [];
  const openAttachment = () => {
    const written: Uint8Array[] = [];
    const close = () => files.push(Buffer.concat(written).toString('base64'));
    return { write: (chunk: Uint8Array) => written.push(Buffer.from(chunk)), close };
  };
  const source = { chunks: () => (seen === null ? [mail] : []), openAttachment, wantsHtml: true };
  return { message: await parseMessage(source, DEFAULT_LIMITS, seen), files };
}

test('every mail of the fixtures, in pieces of any size: the same message, and the same files', async () => {
  let [seen, packed] = [0, 0];
  for (const name of MAILS) {
    const mail = readFileSync(join(FOLDER, name));
    const found = [100, mail.length + 1].map((piece) => walked(mail, piece));
    for (const { seen: _, ...known } of found) expect(known, name).toEqual(withoutSeen(found[1]));
    const wanted = await read(mail);
    for (const one of found) {
      if (one.seen === null) packed += 1;
      else {
        seen += 1;
        expect(await read(mail, one.seen), name).toEqual(wanted);
      }
    }
  }
  expect(seen).toBeGreaterThan(2 * 50);
  expect(packed).toBeGreaterThan(3);
}, 60_000);

test('of a mail that is no longer small nothing is kept, and it is counted the same', () => {
  const start = 'Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello.\n--b\n\n';
  for (const more of [0, 1]) {
    const mail = Buffer.from(start.padEnd(SMALL + more, 'line\n'));
    for (const piece of [1000, SMALL, SMALL + 1]) {
      const { seen, outline } = walked(mail, piece);
      expect(seen === null).toBe(more === 1);
      expect(outline.parts).toBe(3);
    }
  }
});

function withoutSeen(one: ReturnType<typeof walked> | undefined) {
  const { seen: _, ...known } = one ?? walked(Buffer.alloc(0), 1);
  return known;
}
