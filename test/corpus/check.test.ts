/** What the corpus and the fuzzer look for is found where it is planted. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { controlIn, problemsAfter } from './check.ts';
import { makePipeLine } from './pipe-line.ts';

const MAIL = Buffer.from(`From: nic@ferrier.example
Content-Type: multipart/mixed; boundary=b

--b

Hello
--b
Content-Type: application/pdf

x
--b--
`);

test('another mail, and an attachment that was changed, are found', async () => {
  const line = makePipeLine();
  try {
    await line.deliver(MAIL);
    expect(await problemsAfter(MAIL, line)).toEqual([]);
    const other = Buffer.concat([MAIL, Buffer.from('x')]);
    expect(await problemsAfter(other, line)).toEqual(['the raw mail is not what came in']);
    const folder = join(line.dir, 'store', 'tickets', '0', 'SUPPORT-1', 'attachments');
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'y');
    expect(await problemsAfter(MAIL, line)).toHaveLength(1);
  } finally {
    line.remove();
  }
});

test('a control character in a view is found', () => {
  expect(controlIn('a\n\tb')).toBeNull();
  expect(controlIn('a\u001bb')).toBe('U+1b');
  expect(controlIn('a\u202eb')).toBe('U+202e');
});
