/** A mail whose files lie in the store, and are put in when it goes out. */
import { expect, test } from 'vitest';
import { compose } from '../../src/letters/compose.ts';
import { type ComposedMail, octetsOf } from '../../src/ticket/mail.ts';
import { letterTo } from '../kit/outgoing.ts';
import { readOctets } from '../reading/read-file.ts';

const octets = (size: number) => Buffer.from(Array.from({ length: size }, (_, n) => (n * 7) % 256));
const stored = (size: number, filename = 'a.bin') => ({
  ...{ filename, contentType: 'application/pdf' },
  ...{ size, sha256: `${size}`, path: `tickets/${size}` },
});

/** As whoever sends it gets it; the file comes in pieces of any size. */
function whole(mail: ComposedMail, piece: number): Buffer {
  const read = function* ({ size }: { readonly size: number }) {
    const all = octets(size);
    for (let at = 0; at < size; at += piece) yield all.subarray(at, at + piece);
  };
  return Buffer.concat([...octetsOf(mail, read)]);
}

test.each([0, 1, 2, 3, 56, 57, 58, 114, 115, 1000, 70_000])(
  'a file of %i octets is put into the mail whole, in lines that every relay takes',
  async (size) => {
    const text = 'Grüße\n.\n--_NmP-guessme-Part_1\n';
    const attachments = [stored(size), stored(10, 'b.bin'), stored(3)];
    const letter = letterTo('kim@desk.example', { text, attachments, boundary: 'guessme' });
    const composed = await compose(letter);
    expect(composed.content.length).toBeLessThan(1500);
    const atOnce = whole(composed, 1000);
    for (const piece of [57, 1]) {
      if (size / piece < 5000) expect(whole(composed, piece)).toEqual(atOnce);
    }
    const { message, files } = await readOctets(atOnce);
    expect(message.text.trimEnd()).toBe(text.trimEnd());
    expect(files).toEqual([octets(size), octets(10), octets(3)]);
    const lines = atOnce.toString('latin1').split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
  },
);
