import { expect, test } from 'vitest';
import { headerFields } from '../../src/reading/header.ts';
import { reportOf } from '../../src/reading/report.ts';

const status = (...fields: readonly string[]) =>
  reportOf(
    [
      {
        type: 'message/delivery-status',
        octets: Buffer.from(`Reporting-MTA: dns; mx.example\n\n${fields.join('\n')}\n`),
      },
    ],
    [],
  )?.recipients[0];
const FINAL = 'Final-Recipient: rfc822; nic@ferrier.example';
const code = (field: string, diagnostic: string) =>
  status(FINAL, 'Action: failed', `Status: ${field}`, `Diagnostic-Code: ${diagnostic}`)?.status;

test.each([
  ['5.1.1', 'smtp; 550 no', '5.1.1'],
  ['5.0.0 (permanent failure)', 'smtp; 550 5.1.1 no such user', '5.1.1'],
  ['(x) 5.2.2', 'x', '5.2.2'],
  ['5.0.0', 'smtp; 550-5.1.1 no such user', '5.1.1'],
  ['5.0.0', 'smtp; 550 #5.1.1 no', '5.1.1'],
  ['5.0.0', 'smtp; Sorry, no mailbox here by that name. (#5.1.1)', '5.1.1'],
  ['5.0.0', 'smtp; 5.1.0 - unknown address', '5.1.0'],
  ['5.0.0', 'smtp; 554 Client host [5.1.1.25] blocked', '5.0.0'],
  ['5.0.0', 'smtp; 550 Client 192.5.1.1 blocked; see 85.1.1.9', '5.0.0'],
  ['5.0.0', 'smtp; 550 5.1.1.25 is blocked', '5.0.0'],
  ['', 'smtp; 452 4.2.2 full, 5.1.1 never', '4.2.2'],
  ['4.2.2', 'smtp; 452 from 5.1.1', '4.2.2'],
  ['', 'smtp; 550 no', undefined],
  ['85.1.1', 'x', undefined],
])('Status "%s" with "%s" means %s', (field, diagnostic, wanted) => {
  expect(code(field, diagnostic) ?? undefined).toBe(wanted);
});

test.each([
  ['rfc822; nic@ferrier.example', 'nic@ferrier.example'],
  ['rfc822;nic@ferrier.example (Nic Ferrier)', 'nic@ferrier.example'],
  ['RFC822; Nic Ferrier <nic@ferrier.example>', 'nic@ferrier.example'],
  ['rfc822; "nic"@ferrier.example', 'nic@ferrier.example'],
  ['rfc822; nic@ferrier.example.', 'nic@ferrier.example'],
  ['utf-8; nic@xn--bcher-kva.example', 'nic@bücher.example'],
  ['nic@ferrier.example', 'nic@ferrier.example'],
  ['X400; /S=nic/O=ferrier/', '/S=nic/O=ferrier/'],
])('Final-Recipient "%s" is %s', (field, wanted) => {
  expect(status(`Final-Recipient: ${field}`, 'Action: failed')?.address).toBe(wanted);
});

test.each([
  ['failed', 'failed'],
  ['(final) Failed', 'failed'],
  ['relayed (to non-DSN-aware mailer)', 'relayed'],
])('Action "%s" is %s', (field, wanted) => {
  expect(status(FINAL, `Action: ${field}`)?.action).toBe(wanted);
});

test('a huge field is cut', () => {
  const huge = 'x'.repeat(60_000);
  const found = status(
    `Final-Recipient: rfc822; ${huge}`,
    `Action: ${huge}`,
    `Diagnostic-Code: ${huge}`,
  );
  expect(JSON.stringify(found).length).toBeLessThan(800);
});

test('a group without an Action says nothing', () => {
  expect(status(FINAL, 'Status: 5.1.1')).toBeUndefined();
});

test.each([
  ['manual-action/MDN-sent-manually; displayed (by nic)', 'displayed'],
  ['automatic-action/MDN-sent-automatically; deleted/error', 'deleted'],
  ['automatic-action/MDN-sent-automatically; failed', 'received'],
])('a receipt: %s', (disposition, action) => {
  const octets = Buffer.from(`${FINAL}\nOriginal-Message-ID: <1@x>\nDisposition: ${disposition}\n`);
  const report = reportOf([{ type: 'message/disposition-notification', octets }], []);
  expect(report).toMatchObject({ recipients: [{ action }], messageIds: ['<1@x>'] });
});

test('of the mail that came back its own Message-ID counts, not those that it answered', () => {
  const octets = Buffer.from('References: <0@x>\nMessage-ID: <1@x>\n\nMessage-ID: <2@x>\n');
  for (const type of ['message/rfc822', 'text/rfc822-headers', 'message/rfc822-headers']) {
    expect(reportOf([{ type, octets }], [])?.messageIds).toEqual(['<1@x>']);
  }
});

test('X-Failed-Recipients speaks where there is no report', () => {
  const fields = headerFields(
    Buffer.from('X-Failed-Recipients: nic@ferrier.example,\n x@y.example\n'),
  );
  expect(reportOf([], fields)?.recipients).toMatchObject([
    { address: 'nic@ferrier.example', action: 'failed', status: null },
    { address: 'x@y.example' },
  ]);
});
