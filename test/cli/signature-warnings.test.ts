/** `config check`: a signature whose HTML says other words goes out as its text, and that is said. */
import { expect, test } from 'vitest';
import { warningsOfSignatures } from '../../src/cli/signature-warnings.ts';
import { BOB, configOf, SUPPORT } from '../kit/config.ts';

const ofQueue = (signature: string | undefined, signatureHtml: string) =>
  warningsOfSignatures(
    configOf({
      queues: [{ ...SUPPORT, ...(signature !== undefined && { signature }), signatureHtml }],
    }),
  );

test('HTML with the words of the signature is in order', () => {
  expect(ofQueue('Support\nKöln', '<b>Support</b><br>Köln')).toEqual([]);
  expect(warningsOfSignatures(configOf())).toEqual([]);
});

test.each([
  ['Support', '<b>Sales</b>'],
  ['Support', '<b>Support</b> and more'],
  ['Support', '<script>alert(1)</script>'],
])('%s is not what %s says', (signature, html) => {
  expect(ofQueue(signature, html)).toEqual([
    '"queues.0.signatureHtml" does not say the words of "signature": it is not used',
  ]);
});

test('of a person of the staff as well, who is named by their place', () => {
  const staff = [
    { name: 'bob', addresses: [BOB], signature: 'Bob', signatureHtml: '<i>Bob</i>' },
    { name: 'kim', addresses: ['kim@x.example'], signature: 'Kim', signatureHtml: '<i>Ann</i>' },
  ];
  expect(warningsOfSignatures(configOf({ staff }))).toEqual([
    '"staff.1.signatureHtml" does not say the words of "signature": it is not used',
  ]);
});
