/** What the functions that this program uses of node:crypto say; printed if it is run as a program. */
import * as light from '../../src/runtime/light-crypto.ts';

const TEXTS = ['', 'abc', 'Grüße, 日本語', 'x'.repeat(200_000)];
const ENCODINGS = ['hex', 'base64', 'base64url'] as const;

export function saidBy(crypto: typeof light): readonly string[] {
  const { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } = crypto;
  const hashes = TEXTS.flatMap((text) =>
    ENCODINGS.flatMap((encoding) => [
      createHash('sha256').update(text).update(Buffer.from(text)).digest(encoding),
      createHmac('sha256', Buffer.from('key')).update(text).digest(encoding),
    ]),
  );
  const drawn = Array.from({ length: 2000 }, () => randomInt(10));
  let isThrown = false;
  try {
    timingSafeEqual(Buffer.from('a'), Buffer.from('ab'));
  } catch {
    isThrown = true;
  }
  return [
    ...hashes,
    createHash('sha512').update('x').digest().toString('hex'),
    [0, 6, 70_000].map((size) => randomBytes(size).length).join(' '),
    `${randomBytes(16).equals(randomBytes(16))}`,
    [...new Set(drawn)].sort().join(' '),
    `${timingSafeEqual(Buffer.from('a'), Buffer.from('a'))}`,
    `${timingSafeEqual(Buffer.from('a'), Buffer.from('b'))}`,
    `throws: ${isThrown}`,
  ];
}

if (process.argv[2] === 'say') console.log(JSON.stringify(saidBy(light)));
