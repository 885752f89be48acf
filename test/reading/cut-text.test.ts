/** More text than is read ends with a whole character, whatever it is in, and nothing is guessed of it. */
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { parseMessage } from '../../src/reading/message.ts';

const TEXT = 'あ谢謝'.repeat(400);
const NOWHERE = { write: () => {}, close: () => {} };

const asIs = (octets: Buffer) => octets;
const inBase64 = (octets: Buffer) =>
  Buffer.from(octets.toString('base64').replace(/.{76}/g, '$&\n'));
const quoted = (octets: Buffer) =>
  Buffer.from(
    octets.toString('hex').toUpperCase().replace(/../g, '=$&').replace(/.{72}/g, '$&=\n'),
  );

test.each([
  ['utf-8', '8bit', asIs],
  ['utf-8', 'base64', inBase64],
  ['utf-8', 'quoted-printable', quoted],
  ['gb18030', '8bit', asIs],
  ['gbk', 'base64', inBase64],
  ['big5-hkscs', '8bit', asIs],
  ['shift_jis', 'quoted-printable', quoted],
  ['euc-jp', '8bit', asIs],
])('%s in %s', async (charset, encoding, encoded) => {
  const body = encoded(iconv.encode(TEXT, charset));
  // Not every charset has every sign.
  const whole = iconv.decode(iconv.encode(TEXT, charset), charset);
  const header = `Content-Type: text/plain; charset=${charset}\nContent-Transfer-Encoding: ${encoding}\n\n`;
  for (let textSize = 1024; textSize < 1036; textSize += 1) {
    const source = {
      chunks: () => [Buffer.from(header), body],
      openAttachment: () => NOWHERE,
    };
    const { text, guesses } = await parseMessage(source, { ...DEFAULT_LIMITS, textSize });
    expect(whole.startsWith(text.trim())).toBe(true);
    expect(text.length).toBeGreaterThan(100);
    expect(guesses).toEqual([]);
  }
});
