/** What is said in a mail in the place of what no filter in front of us has seen. */
import { expect, test } from 'vitest';
import { foundFiles, isSendable, sendableText } from '../../src/ticket/found.ts';
import type { Attachment } from '../../src/ticket/ticket.ts';

const FILE: Attachment = {
  ...{ filename: 'a.csv', contentType: 'text/csv', size: 1, sha256: '', path: 'x' },
};

test('lines that were found have one line in their place, the others stay', () => {
  const text = 'one\ntwo\nthree\nfour\nfive';
  const found = [
    { from: 2, to: 3, foundIn: 'smime' },
    { from: 5, to: 5, foundIn: 'tnef' },
  ] as const;
  expect(sendableText(text, found, 'on ticket')).toBe(
    'one\n[2 lines were found inside an S/MIME signature (not verified): not sent, on ticket]\nfour\n[1 line was found inside winmail.dat: not sent, on ticket]',
  );
  expect(sendableText(text, [], 'on ticket')).toBe(text);
  expect(sendableText(text, undefined, 'on ticket')).toBe(text);
});

test('files are counted by where they were found, and what was unpacked is named', () => {
  const files: readonly Attachment[] = [
    FILE,
    { ...FILE, foundIn: 'uuencode' },
    { ...FILE, filename: 'winmail.dat', isUnpacked: true },
    { ...FILE, foundIn: 'tnef' },
    { ...FILE, foundIn: 'tnef' },
  ];
  expect(foundFiles({ attachments: files })).toEqual([
    'winmail.dat was unpacked',
    '1 file was found inside uuencoded text',
    '2 files were found inside winmail.dat',
  ]);
  expect(files.map(isSendable)).toEqual([true, false, false, false, false]);
});
