/** A ticket never shows an empty message where something came. */
import { expect, test } from 'vitest';
import { namesOfFiles } from '../../src/desk/only-files.ts';
import { mailsOf } from '../../src/ticket/ticket.ts';
import { BOB, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { MIXED, parts } from '../kit/mail.ts';

const attached = (filename: string, contentType: string) => ({
  ...{ filename, contentType, size: 1, sha256: '', path: 'x' },
});

test.each([
  [[], ''],
  [[attached('a.png', 'image/png')], '[The mail has no text. It consists of a.png (image/png).]'],
  [[attached('', 'a/b')], '[The mail has no text. It consists of a/b.]'],
  [
    Array.from({ length: 7 }, (_, n) => attached(`${n}.png`, 'image/png')),
    '[The mail has no text. It consists of 0.png (image/png), 1.png (image/png), 2.png (image/png), 3.png (image/png), 4.png (image/png), and 2 more.]',
  ],
])('%#', (files, wanted) => {
  expect(namesOfFiles(files)).toBe(wanted);
});

const file = (type: string, name: string) =>
  `Content-Type: ${type}\nContent-Disposition: attachment; filename=${name}`;

test('a customer’s mail that is a picture says so in its ticket', async () => {
  const desk = new Desk();
  await desk.deliver({ more: MIXED, text: parts([file('image/png', 'error.png'), 'x']) });
  const [mail] = mailsOf(desk.ticket(7102));
  expect(mail).toMatchObject({
    text: '[The mail has no text. It consists of error.png (image/png).]',
    newLines: [],
  });
});

test.each([
  ['a picture', file('image/png', 'error.png')],
  ['the card of its author', file('text/vcard', 'bob.vcf')],
])('an answer without words, with %s, gets none from us', async (_, header) => {
  const desk = new Desk();
  await desk.deliver({ text: 'Hello' });
  const given = desk.lastTo(BOB).replyTo;
  const before = desk.to(NIC).length;
  await desk.deliver({ from: BOB, to: given, more: MIXED, text: parts([header, 'CARD']) });
  for (const letter of desk.to(NIC).slice(before)) {
    expect(letter.text).not.toContain('no text');
    expect(letter.text).not.toContain('CARD');
  }
});
