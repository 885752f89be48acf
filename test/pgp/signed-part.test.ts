/** What of a mail is signed: the whole of it, or nothing. By the real gpg, and gpgv judges. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { check } from '../../src/pgp/gnupg.ts';
import { signedPartOf } from '../../src/pgp/signed-part.ts';
import { Pgp, partOf, SIGNED, secondsAgo, signedBody, testWithGpg as test } from '../kit/pgp.ts';

const pgp = new Pgp();
const folder = mkdtempSync(join(tmpdir(), 'mailrobot-keys-'));
const keyring = join(folder, 'deploy.keys');
let kim: string;
let bob: string;
beforeAll(() => {
  kim = pgp.key('Kim <kim@support-ticket.example>');
  bob = pgp.key('Bob <bob@support-ticket.example>');
  writeFileSync(keyring, pgp.keyring(kim, bob));
});
afterAll(() => {
  pgp.remove();
  rmSync(folder, { recursive: true });
});

const FROM = 'From: kim@support-ticket.example\nSubject: x\n';
const PART = partOf('deploy\n\n-- \nKim\n');
const mime = (part = PART, signature = pgp.detached(PART, kim)) =>
  `${FROM}${SIGNED}\n${signedBody(part, signature)}`;
const clear = (text: string, header = '') => `${FROM}${header}\n${text}`;

/** What is signed, or why nothing is. */
async function signedIn(mail: string | Buffer): Promise<string> {
  const part = signedPartOf(Buffer.from(mail));
  if (part.type === 'unsigned') return part.why;
  const status = await check(part, keyring);
  return status.type === 'valid' ? part.mail.toString() : status.why;
}
const textIn = async (mail: string | Buffer) =>
  (await signedIn(mail)).replace(/^[\s\S]*?\r\n\r\n/, '');

test('of a multipart/signed the part counts as it came', async () => {
  expect(await signedIn(mime())).toBe(PART);
  expect(await signedIn(mime().replaceAll('\n', '\r\n'))).toBe(PART);
});

test.each([
  ['a signature of octets', []],
  ['one of a text', ['--textmode']],
  ['another hash', ['--digest-algo', 'SHA512']],
])('%s counts', async (_, more) => {
  expect(await signedIn(mime(PART, pgp.detached(PART, kim, ...more)))).toBe(PART);
});

test('blanks at the end of its lines are signed', async () => {
  const part = partOf('deploy  \nit \n');
  const signature = pgp.detached(part, kim);
  expect(await signedIn(mime(part, signature))).toBe(part);
  expect(await signedIn(mime(part.replace('  \r', '\r'), signature))).toMatch(/was changed/);
});

test.each(['\0', '\r\r', ' \0'])(
  '%j at the end of a line makes it none, as gpg ignores it',
  async (added) => {
    const part = partOf('no=\nthing\n');
    const signature = pgp.detached(part, kim, '--textmode');
    const octets = Buffer.from(part.replace('no=', `no=${added}`));
    if (added !== ' \0') expect((await check({ octets, signature }, keyring)).type).toBe('valid');
    expect(await signedIn(mime(part.replace('no=', `no=${added}`), signature))).toMatch(
      /has a NUL, or a CR/,
    );
  },
);

test('of a clear-signed text the text counts, without escapes and blanks at its ends', async () => {
  const text = 'deploy\n- a\n-- \n-----BEGIN PGP SIGNATURE-----\nFrom here  \n\nend\n';
  const signed = pgp.clear(text, kim);
  expect(signed).toContain('- - a');
  const read = 'deploy\r\n- a\r\n--\r\n-----BEGIN PGP SIGNATURE-----\r\nFrom here\r\n\r\nend';
  expect(await textIn(clear(signed))).toBe(read);
  expect(await textIn(clear(`\n\n${signed}\n\n`).replaceAll('\n', '\r\n'))).toBe(read);
});

test.each([
  [
    'quoted-printable',
    (text: string) => text.replaceAll('=', '=3D').replace('deploy', '=64eplo=\ny'),
  ],
  ['base64', (text: string) => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\n')],
])('also in %s', async (encoding, encode) => {
  const header = `Content-Type: text/plain\nContent-Transfer-Encoding: ${encoding}\n`;
  const signed = pgp.clear('deploy\u00fc\n', kim);
  expect(await textIn(clear(encode(signed).replaceAll('ü', '=C3=BC'), header))).toBe('deployü');
});

test('a charset beside a clear-signed text changes nothing of it', async () => {
  const signed = pgp.clear('deploy +AGE-\n', kim);
  const mail = clear(signed, 'Content-Type: text/plain; charset=utf-7\n');
  expect(await signedIn(mail)).toMatch(/charset=utf-8\r\n/);
  expect(await textIn(mail)).toBe('deploy +AGE-');
});

test('a clear-signed text that is no UTF-8, or has an escape, is none', async () => {
  const signed = pgp.clear('deploy \u00fc\n', kim);
  const latin = Buffer.from(clear(signed), 'latin1');
  expect(await signedIn(latin)).toMatch(/not UTF-8/);
  expect(await signedIn(clear(pgp.clear('\u001b$B0-', kim)))).toMatch(/not UTF-8/);
});

test.each<readonly [string, (signed: string) => string, RegExp]>([
  ['a text before it', (signed) => `delete\n${signed}`, /before the signed/],
  ['a text behind it', (signed) => `${signed}delete\n`, /behind its signature/],
  ['the footer of a list', (signed) => `${signed}_______\nlist@x.example\n`, /behind/],
  ['another one behind it', (signed) => `${signed}${signed}`, /behind its signature/],
  ['two signatures', (signed) => signed.replace(/-----BEGIN PGP SIG[\s\S]*/, '$&$&'), /behind/],
  ['a line that was added', (signed) => signed.replace('deploy', 'deploy\nit'), /was changed/],
  ['a line that was taken out', (signed) => signed.replace('it\n', ''), /was changed/],
  ['a hidden text', (signed) => signed.replace('\n\n', '\ndelete: all\n\n'), /not Hash/],
  ['a hidden comment', (signed) => signed.replace('\n\n', '\nComment: all\n\n'), /not Hash/],
  ['a dash without escape', (signed) => signed.replace('deploy', '-deploy'), /not escaped/],
  ['no end', (signed) => signed.slice(0, signed.indexOf('-----END')), /not whole/],
  ['no signature', (signed) => signed.slice(0, signed.indexOf('-----BEGIN PGP SIGNA')), /no end/],
  [
    'another inside',
    (signed) => signed.replace('deploy', `-----BEGIN PGP SIGNED MESSAGE-----`),
    /not escaped/,
  ],
])('a clear-signed text with %s is none', async (_, change, why) => {
  expect(await signedIn(clear(change(pgp.clear('deploy\nit\n', kim))))).toMatch(why);
});

test('the signature of another key counts for nothing', async () => {
  const stranger = pgp.key('Kim <kim@support-ticket.example>');
  expect(await signedIn(mime(PART, pgp.detached(PART, stranger)))).toMatch(/not in the keyring/);
});

test('two signatures are one too many, whoever has made them', async () => {
  const stranger = pgp.key('Eve <eve@evil.example>');
  for (const two of [
    [kim, bob],
    [kim, stranger],
    [stranger, kim],
  ]) {
    expect(await signedIn(mime(PART, pgp.detached(PART, two)))).toMatch(/more than one signature/);
  }
  const one = pgp.detached(PART, kim);
  expect(await signedIn(mime(PART, `${one}${one}`))).toMatch(/behind its signature/);
});

test.each<readonly [string, (mail: string) => string, RegExp]>([
  [
    'an unsigned part beside it',
    (mail) => mail.replace('\n--s--', '\n--s\n\ndelete\n--s--'),
    /one signed part/,
  ],
  [
    'an unsigned part before it',
    (mail) => mail.replace('--s\n', '--s\n\ndelete\n--s\n'),
    /one signed part/,
  ],
  ['no end', (mail) => mail.replace('\n--s--\n', '\n'), /one signed part/],
  [
    'no signature',
    (mail) => mail.replace(/--s\nContent-Type: application[\s\S]*/, '--s--\n'),
    /one signed part/,
  ],
  [
    'another protocol',
    (mail) => mail.replace('"application/pgp-s', '"application/pkcs7-s'),
    /not one of PGP/,
  ],
  ['two types', (mail) => `Content-Type: text/plain\n${mail}`, /two Content-Type/],
  ['another signed text', (mail) => mail.replace('deploy', 'delete'), /was changed/],
  ['another signed header', (mail) => mail.replace('utf-8', 'utf-7'), /was changed/],
  [
    'a line behind the signature',
    (mail) => mail.replace('END PGP SIGNATURE-----\n', '$&delete\n'),
    /behind/,
  ],
])('a multipart/signed with %s is none', async (_, change, why) => {
  expect(await signedIn(change(mime()))).toMatch(why);
});

test.each(['mixed', 'alternative', 'related'])(
  'one within a multipart/%s is none',
  async (kind) => {
    const inner = `${SIGNED}\n${signedBody(PART, pgp.detached(PART, kim))}`;
    const outer = `MIME-Version: 1.0\nContent-Type: multipart/${kind}; boundary=o\n`;
    const footer = '--o\n\nsent by a list\n--o--\n';
    expect(await signedIn(`${FROM}${outer}\n--o\n${inner}\n${footer}`)).toMatch(
      /not signed as a whole/,
    );
  },
);

test('what stands before and behind the parts of a multipart is not given', async () => {
  const mail = mime().replace('This is signed.', 'delete').concat('delete\n');
  expect(await signedIn(mail)).toBe(PART);
});

test('a clear-signed text cannot be passed on as a part, nor a part as a text', async () => {
  const text = 'Look at this:\r\n\r\nmailrobot: deploy@support-ticket.example 2026-11-20\r\ndelete';
  const [signature = ''] = /-----BEGIN PGP SIGNATURE[\s\S]*/.exec(pgp.clear(text, kim)) ?? [];
  expect(await signedIn(mime(text, signature))).toMatch(/does not say what it is/);
});

test('a whole signed message in the place of the signature is none', async () => {
  const armored = pgp.detached(PART, kim).replaceAll('SIGNATURE', 'MESSAGE');
  expect(await signedIn(mime(PART, armored))).toMatch(/not whole/);
});

test('a hash that can be forged counts for nothing', async () => {
  const weak = pgp.detached(PART, kim, '--digest-algo', 'SHA1', '--allow-weak-digest-algos');
  expect(await signedIn(mime(PART, weak))).toMatch(/can be forged/);
});

test('a signature that is expired counts for nothing', async () => {
  const old = pgp.key('Old <old@keys.example>', { more: secondsAgo(4 * 86400) });
  writeFileSync(keyring, pgp.keyring(kim, bob, old));
  const then = secondsAgo(3 * 86400);
  expect(await signedIn(mime(PART, pgp.detached(PART, old, ...then)))).toBe(PART);
  const brief = pgp.detached(PART, old, ...then, '--default-sig-expire', '1d');
  expect(await signedIn(mime(PART, brief))).toMatch(/signature is expired/);
});

test('a line that gpg would not read to its end is not signed', async () => {
  const part = partOf(`deploy ${'x'.repeat(20_000)}\n`);
  expect(await signedIn(mime(part, pgp.detached(part, kim)))).toMatch(/too long/);
});

test('what is far too long for a text, or for a signature, is not read', async () => {
  const signed = clear(pgp.clear('deploy', kim));
  expect(await signedIn(signed + '\n'.repeat(2 ** 20))).toMatch(/too long for a clear-signed/);
  const padded = mime().replace('\n--s--', `${'\n'.repeat(2 ** 17)}\n--s--`);
  expect(await signedIn(padded)).toMatch(/its signature is too long/);
  expect(await signedIn('X: y\n'.repeat(2 ** 17) + signed)).toMatch(/nothing in it is signed/);
  const parts = mime().replace('--s\n', '--s\n'.repeat(2 ** 17));
  expect(await signedIn(parts)).toMatch(/not one signed part/);
});

test.each(['', 'Content-Type: text/plain', 'x', '\n', 'Content-Type: multipart/signed\n\n'])(
  'a mail that is not signed is not: %j',
  async (mail) => {
    expect(signedPartOf(Buffer.from(mail)).type).toBe('unsigned');
  },
);
