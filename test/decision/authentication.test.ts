import { describe, expect, test } from 'vitest';
import { readAuthentication } from '../../src/decision/authentication.ts';

const ID = 'mx.support-ticket.example';
const PASS = 'dmarc=pass header.from=ferrier.example';
const FAIL = 'dmarc=fail header.from=ferrier.example';

const read = (...values: readonly string[]) =>
  readAuthentication(
    values.map((value) => ({ name: 'authentication-results', value })),
    { from: 'nic@ferrier.example', isOneFrom: true },
    ID,
  );

test.each([
  ['with a comment', `${ID}; dmarc=pass (p=none dis=none) header.from=ferrier.example`],
  [
    'with a version, in any case',
    `MX.Support-Ticket.example 1; DMARC/1=Pass HEADER.from=Ferrier.example`,
  ],
  [
    'a quotation mark in a comment',
    `${ID}; spf=pass (domain of a"b@ferrier.example) smtp.mailfrom=ferrier.example; ${PASS}`,
  ],
  ['comments in comments', `${ID} (a (b \\) c)); ${PASS} (d)`],
  ['the value in quotes', `${ID}; dmarc=pass header.from="ferrier.example"`],
  ['an address', `${ID}; dmarc=pass header.from=nic@ferrier.example`],
  [
    'as Exchange writes it',
    `${ID}; spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=ferrier.example; dmarc=pass action=none header.from=ferrier.example;compauth=pass reason=100`,
  ],
  ['blanks wherever the grammar has them', `${ID} ;\tdmarc = pass header . from = ferrier.example`],
])('our own dmarc=pass is proof: %s', (_, value) => {
  expect(read(value)).toMatchObject({ proof: expect.stringContaining('dmarc=pass'), forged: null });
});

test.each([
  ['by another host', `mx.evil.example; ${PASS}`],
  ['of another domain', `${ID}; dmarc=pass header.from=evil.example`],
  ['of no domain', `${ID}; dmarc=pass`],
  ['of two domains', `${ID}; ${PASS} header.from=evil.example`],
  [
    'DKIM and SPF without DMARC',
    `${ID}; dkim=pass header.d=ferrier.example; spf=pass smtp.mailfrom=ferrier.example`,
  ],
  [
    'arc and compauth',
    `${ID}; arc=pass header.from=ferrier.example; compauth=pass reason=100 header.from=ferrier.example`,
  ],
  ['bestguesspass', `${ID}; dmarc=bestguesspass header.from=ferrier.example`],
  ['in a comment', `${ID}; dmarc=fail (; ${PASS}) header.from=ferrier.example`],
  ['none', `${ID}; none`],
  ['a method that others read as none', `${ID}; nonedmarc=pass header.s=k; ${PASS}`],
  ['by another version', `${ID} 2; ${PASS}`],
  ['the id in quotes', `"${ID}"; ${PASS}`],
  ['an id that only begins like ours', `${ID}.evil.example; ${PASS}`],
  ['a comment that never ends', `${ID}; ${PASS} (x`],
  ['a comment that ends twice', `${ID}; ${PASS} (x))`],
  ['a quoted string that never ends', `${ID}; ${PASS} header.b="x`],
  ['a semicolon at the end', `${ID}; ${PASS};`],
  ['a word too many', `${ID}; ${PASS} x`],
  ['a value too many', `${ID}; ${PASS} header.b=x:y`],
  ['an empty value', `${ID}; ${PASS} header.b=`],
  ['no ASCII', `${ID}; ${PASS} (ü)`],
  ['a control character', `${ID}; ${PASS} (\x07)`],
])('what is no proof: %s', (_, value) => {
  expect(read(value).proof).toBeNull();
});

test.each([
  `spf=pass (domain of a"b@evil.example) smtp.helo="x; ${PASS}; y"; ${FAIL}`,
  `spf=pass smtp.mailfrom="x; ${PASS} "@e.example; ${FAIL}`,
  `spf=pass smtp.mailfrom="x; ${PASS} "@e.example`,
  `spf=pass smtp.helo="a( "; ${FAIL}; x=y smtp.helo=") ; ${PASS} "`,
  `${FAIL}; ${PASS}`,
  `spf=pass smtp.helo="never ends; ${PASS}`,
  `spf=pass (\\) smtp.helo="; ${PASS}; (") ; ${FAIL}`,
  `dkim=fail reason="\\"; ${PASS}; \\"" header.d=evil.example; ${FAIL}`,
])('a stranger who writes into a value of ours proves nothing: %s', (methods) => {
  expect(read(`${ID}; ${methods}`).proof).toBeNull();
});

test('all fields of ours are taken together: exactly one dmarc result among them', () => {
  const spf = `${ID}; spf=pass smtp.mailfrom=ferrier.example`;
  expect(read(spf, `${ID}; ${PASS}`).proof).not.toBeNull();
  expect(read(`mx.other.example; ${FAIL}`, `${ID}; ${PASS}`).proof).not.toBeNull();
  expect(read(`${ID}; ${PASS}`, `${ID}; ${PASS}`).proof).toBeNull();
  expect(read(`${ID}; ${PASS}`, `${ID}; ${FAIL}`).proof).toBeNull();
});

test('without an authserv-id, a From, or with two of them nothing is proven', () => {
  const fields = [{ name: 'authentication-results', value: `${ID}; ${PASS}` }];
  const from = 'nic@ferrier.example';
  expect(readAuthentication(fields, { from, isOneFrom: true }, null).proof).toBeNull();
  expect(readAuthentication(fields, { from, isOneFrom: false }, ID).proof).toBeNull();
  expect(readAuthentication(fields, { from: null, isOneFrom: true }, ID).proof).toBeNull();
});

test('an international domain is the same in both ways to write it', () => {
  const fields = [
    { name: 'authentication-results', value: `${ID}; dmarc=pass header.from=xn--kln-sna.example` },
  ];
  const from = 'nic@köln.example';
  expect(readAuthentication(fields, { from, isOneFrom: true }, ID).proof).not.toBeNull();
});

test.each<readonly [string, readonly string[], string | null]>([
  ['dmarc=fail', [`${ID}; ${FAIL}`], 'dmarc=fail'],
  ['spf=fail', [`${ID}; spf=fail smtp.mailfrom=ferrier.example`], 'spf=fail'],
  ['spf=softfail', [`${ID}; spf=softfail smtp.mailfrom=ferrier.example`], 'spf=softfail'],
  [
    'spf=fail of a forwarded mail whose From is true',
    [`${ID}; spf=fail smtp.mailfrom=alumni.example; ${PASS}`],
    null,
  ],
  [
    'a field of ours that cannot be read',
    [`${ID}; spf=pass (a(`],
    'our Authentication-Results cannot be read',
  ],
  ['spf=none', [`${ID}; spf=none smtp.mailfrom=ferrier.example`], null],
  ['what another host says', [`mx.evil.example; ${FAIL}`], null],
  ['nothing', [], null],
])('a sender that may be forged: %s', (_, values, evidence) => {
  expect(read(...values).forged?.evidence ?? null).toBe(evidence);
});

test.each([
  ['of the very domain', `spf=pass smtp.mailfrom=ferrier.example; ${PASS}`, true],
  ['of a domain below it', `spf=pass smtp.mailfrom=b@bounces.ferrier.example; ${PASS}`, true],
  ['of a quoted local part', `spf=pass smtp.mailfrom="a b"@ferrier.example; ${PASS}`, true],
  [
    'beside a HELO that has none',
    `spf=none smtp.helo=h.example; spf=pass smtp.mailfrom=ferrier.example; ${PASS}`,
    true,
  ],
  ['of another domain', `spf=pass smtp.mailfrom=evil.example; ${PASS}`, false],
  ['of a domain that ends like it', `spf=pass smtp.mailfrom=evilferrier.example; ${PASS}`, false],
  ['of the domain above it', `spf=pass smtp.mailfrom=example; ${PASS}`, false],
  ['in a local part', `spf=pass smtp.mailfrom="x@ferrier.example"@evil.example; ${PASS}`, false],
  ['of two addresses', `spf=pass smtp.mailfrom=a@evil.example@ferrier.example; ${PASS}`, false],
  ['of a HELO alone', `spf=pass smtp.helo=ferrier.example; ${PASS}`, false],
  ['that failed', `spf=fail smtp.mailfrom=ferrier.example; ${PASS}`, false],
  [
    'that another filter contradicts',
    `spf=pass smtp.mailfrom=ferrier.example; spf=fail smtp.mailfrom=ferrier.example; ${PASS}`,
    false,
  ],
  ['without DMARC', `spf=pass smtp.mailfrom=ferrier.example`, false],
])('SPF is aligned: %s', (_, methods, isAligned) => {
  expect(read(`${ID}; ${methods}`).isSpfAligned).toBe(isAligned);
});

describe('Received-SPF of our own', () => {
  const judged = (values: readonly string[], id: string | null = ID, ...results: string[]) =>
    readAuthentication(
      [
        ...values.map((value) => ({ name: 'received-spf', value })),
        ...results.map((value) => ({ name: 'authentication-results', value })),
      ],
      { from: 'nic@ferrier.example', isOneFrom: true },
      id,
    );

  test.each([
    ['as policyd-spf writes it', 'Softfail (mailfrom) identity=mailfrom; client-ip=192.0.2.1'],
    ['in lower case', 'fail (192.0.2.1 is not allowed) receiver=mx.example'],
    ['behind a comment', '(a "pass" (b)) Fail'],
  ])('says that the sender may be forged, %s', (_, value) => {
    for (const id of [ID, null]) {
      expect(judged([value], id)).toMatchObject({
        proof: null,
        forged: {
          check: 'forged-sender',
          evidence: expect.stringMatching(/^Received-SPF: \w*fail$/),
        },
      });
    }
    expect(judged(['Pass (mailfrom)', value]).forged).not.toBeNull();
  });

  test.each(['Pass (mailfrom)', 'None (fail) x=fail', 'neutral', 'permerror', 'failing', ''])(
    'proves nothing and forges nothing: %j',
    (value) => {
      expect(judged([value])).toMatchObject({ proof: null, forged: null });
    },
  );

  test('counts for nothing beside our dmarc=pass: a forwarded mail fails SPF', () => {
    expect(judged(['Softfail (mailfrom)'], ID, `${ID}; ${PASS}`)).toMatchObject({
      proof: expect.stringContaining('dmarc=pass'),
      forged: null,
    });
  });
});
