/** Lines of orders, however they come. */
import { expect, test } from 'vitest';
import { lines } from '../../src/feed/lines.ts';

async function read(chunks: readonly string[], limit = 100): Promise<readonly (string | null)[]> {
  const found: (string | null)[] = [];
  const input = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
  })();
  for await (const line of lines(input, limit)) found.push(line);
  return found;
}

test.each([
  ['one', ['a\n'], ['a']],
  ['without an end', ['a\nb'], ['a', 'b']],
  ['in pieces, a letter of UTF-8 among them', ['a\xc3', '\xa9\n', '', 'b\n'], ['a\u00e9', 'b']],
  ['empty ones', ['\n\na\n'], ['', '', 'a']],
  ['nothing', [], []],
  ['other separators of Unicode', ['a\xe2\x80\xa8b\r\n'], ['a\u2028b\r']],
] as const)('%s', async (_, chunks, wanted) => {
  expect(await read(chunks)).toEqual(wanted);
});

test('too long a one is not held in memory, and the others go on', async () => {
  expect(await read(['1234', '5\n12345', '6\nab\n'], 5)).toEqual(['12345', null, 'ab']);
});
