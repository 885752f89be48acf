/** A mail whose files lie in the store, and are put in when it goes out. */
import { expect, test } from 'vitest';
import { packed, unpacked } from '../../src/journal/packed-mails.ts';
import { compose, type Letter } from '../../src/letters/compose.ts';
import { type OutgoingMail, octetsOf, sizeOfMail } from '../../src/ticket/mail.ts';

const letter = (n: number, attachments: Letter['attachments']): Letter => ({
  from: { name: 'Nic', address: 'support-7102@support-ticket.example' },
  to: { name: '', address: `staff${n}@support-ticket.example` },
  ...{ replyTo: null, subject: 'x', messageId: `<${n}@x>`, date: new Date(0), cc: [] },
  ...{ inReplyTo: null, references: [], automatic: null, loopMark: 'x@x', boundary: 'guessme' },
  ...{ text: 'Grüße\n.\n--_NmP-guessme-Part_1\n', attachments },
});

const octets = (size: number) => Buffer.from(Array.from({ length: size }, (_, n) => (n * 7) % 256));
const NAMED = { filename: 'a.bin', contentType: 'application/pdf' };
const stored = (size: number) => ({ ...NAMED, size, sha256: `${size}`, path: `tickets/${size}` });

/** As whoever sends it gets it; the file comes in pieces of any size. */
function whole(mail: Pick<OutgoingMail, 'content' | 'enclosed'>, piece = 100): string {
  const read = function* ({ size }: { readonly size: number }) {
    const all = octets(size);
    for (let at = 0; at < size; at += piece) yield all.subarray(at, at + piece);
  };
  return Buffer.concat([...octetsOf(mail, read)]).toString();
}

test.each([0, 1, 2, 3, 56, 57, 58, 114, 115, 1000, 70_000])(
  'a file of %i octets that is put in later makes the very mail that has it at once',
  async (size) => {
    const other = { ...NAMED, filename: 'b.bin', octets: { content: octets(10) } };
    const atOnce = await compose(
      letter(1, [
        { ...NAMED, octets: { content: octets(size) } },
        other,
        { ...NAMED, octets: { content: octets(3) } },
      ]),
    );
    const later = await compose(
      letter(1, [
        { ...NAMED, octets: { inStore: stored(size) } },
        other,
        { ...NAMED, octets: { inStore: stored(3) } },
      ]),
    );
    if (atOnce === null || later === null) throw new Error('not written');
    for (const piece of [1000, 57, 1]) {
      if (size / piece < 5000) expect(whole(later, piece)).toBe(atOnce.content);
    }
    expect(later.enclosed).toHaveLength(2);
    expect(later.content.length).toBeLessThan(1500);
    expect(sizeOfMail(later)).toBe(Buffer.byteLength(atOnce.content));
  },
);

test('what ten people are told stands in the line of the commit once, and each gets all of it', async () => {
  const mails: OutgoingMail[] = [];
  for (let n = 0; n < 10; n += 1) {
    const composed = await compose(letter(n, [{ ...NAMED, octets: { inStore: stored(70_000) } }]));
    if (composed === null) throw new Error('not written');
    const { recipient, content, enclosed } = composed;
    mails.push({
      ...{ ticket: null, serial: n, sender: '', recipient, content, isPassing: true },
      ...(enclosed && { enclosed }),
    });
  }
  const line = JSON.stringify(packed(mails));
  expect(line.length).toBeLessThan(12_000);
  expect(line.match(/Part_1-?-?/g)?.length).toBeLessThan(20);
  const read = unpacked(JSON.parse(line));
  expect(read).toEqual(mails);
  expect(read.map((mail) => whole(mail))).toEqual(mails.map((mail) => whole(mail)));
});

test('mails that differ in one word, or in one file, are not taken for each other', async () => {
  const mail = (content: string, sha256: string | null): OutgoingMail => ({
    ...{ ticket: null, serial: 1, sender: '', recipient: 'x@x.example', content },
    ...(sha256 !== null && { enclosed: [{ at: 6, file: { ...stored(5), sha256 } }] }),
  });
  const mails = [
    mail('A: 1\n\nx\n', null),
    mail('A: 2\n\ny\n', null),
    mail('A: 3\n\nx\n', 'one'),
    mail('A: 4\n\nx\n', 'two'),
    mail('A: 5\n\nx\n', null),
    mail('no header', null),
  ];
  expect(packed(mails).map((one) => one.bodyOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    0,
    undefined,
  ]);
  expect(unpacked(packed(mails))).toEqual(mails);
});
