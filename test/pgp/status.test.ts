/** What gpgv says of a signature, and what of that counts. */
import { expect, test } from 'vitest';
import { readStatus } from '../../src/pgp/status.ts';

const KEY = '995E4BC064B03A8F29F8530443B53FA3F7A7C564';
const GOOD = 'GOODSIG 43B53FA3F7A7C564 Kim <kim@support-ticket.example>';
const VALID = `VALIDSIG ${KEY} 2026-11-29 1795921700 0 4 0 22 8 00 ${KEY}`;
const LINES = ['NEWSIG', `KEY_CONSIDERED ${KEY} 0`, 'SIG_ID x 2026-11-29 1', GOOD, VALID];
const read = (lines: readonly string[], exit = 0) =>
  readStatus(lines.map((line) => `[GNUPG:] ${line}\n`).join(''), exit);

test('one valid signature counts, by its primary key', () => {
  const subkey = VALID.replace(KEY, 'F'.repeat(40));
  expect(read([...LINES.slice(0, 4), subkey])).toEqual({
    ...{ type: 'valid', fingerprint: KEY, at: '2026-11-29T03:08:20.000Z' },
    userId: 'Kim <kim@support-ticket.example>',
  });
});

test('a name with umlauts, and one that would end its line', () => {
  const named = (name: string) =>
    read(LINES.map((line) => (line === GOOD ? `GOODSIG 43 ${name}` : line)));
  expect(named(Buffer.from('Zoë').toString('latin1'))).toMatchObject({ userId: 'Zoë' });
  expect(named('a%0a[GNUPG:] GOODSIG')).toMatchObject({ userId: 'a\n[GNUPG:] GOODSIG' });
});

test.each([
  ...['BADSIG 43 Kim', 'ERRSIG 43 22 8 00 1 9 -', 'EXPSIG 43 Kim', 'REVKEYSIG 43 Kim'],
  ...['EXPKEYSIG 43 Kim', 'NO_PUBKEY 43', 'NODATA 1', 'UNEXPECTED 0', 'KEYEXPIRED 1', 'KEYREVOKED'],
  ...['PLAINTEXT 62 1 x', 'DECRYPTION_OKAY', 'SOMETHING_NEW 1', 'NEWSIG', GOOD, VALID],
  ...['FAILURE gpgv 1', 'ERROR verify 1', 'TRUST_UNDEFINED', ''],
])('beside %s none does, before or behind', (line) => {
  expect(read([line, ...LINES]).type).toBe('invalid');
  expect(read([...LINES, line]).type).toBe('invalid');
});

test.each(LINES.filter((line) => /NEWSIG|GOODSIG|VALIDSIG/.test(line)))(
  'without %s none does',
  (line) => {
    expect(read(LINES.filter((other) => other !== line)).type).toBe('invalid');
  },
);

test('nor if gpgv does not end well, says nothing, or what is no status', () => {
  expect(read(LINES, 1).type).toBe('invalid');
  expect(read([]).type).toBe('invalid');
  expect(readStatus(`${LINES.map((line) => `[GNUPG:] ${line}\n`).join('')}hello\n`, 0).type).toBe(
    'invalid',
  );
});

test.each([
  ['a hash that can be forged', '22 2 00', /forged/],
  ['a signature of a key', '22 8 13', /no signature of a text/],
])('%s does not count', (_, kind, why) => {
  expect(read([...LINES.slice(0, 4), VALID.replace('22 8 00', kind)])).toMatchObject({
    ...{ type: 'invalid', why: expect.stringMatching(why) },
  });
});

test('a keyring that cannot be read is not the fault of the mail', () => {
  expect(read(['NEWSIG', 'ERROR keydb_search 33554445', 'NO_PUBKEY 43'], 2).type).toBe('failed');
});
