/** Under which name our MTA has a mail: what it has written itself, and no word of a client. */
import { expect, test } from 'vitest';
import { queueIdOf } from '../../src/intake/queue-id.ts';

const at = 'for <new@support-ticket.example>; Fri,  2 Jan 2026 08:25:44 +0000 (UTC)';

test.each([
  [
    'by SMTP',
    `Received: from mx (mx.example [192.0.2.1])\n\tby box.example (Postfix) with ESMTPS id 4dCG2Q3b9Kz1x\n\t${at}`,
    '4dCG2Q3b9Kz1x',
  ],
  [
    'by sendmail(1)',
    `Received: by box.example (Postfix, from userid 1000)\n\tid 0A1B2C3D4E; Fri,  2 Jan 2026 08:25:44 +0000 (UTC)`,
    '0A1B2C3D4E',
  ],
  [
    'with what a login and TLS add',
    `Received: from [10.0.0.1] (c.example [192.0.2.9])\n\t(using TLSv1.3 with cipher X id 1 (256/256 bits)\n\t key-exchange X25519)\n\t(Authenticated sender: bob)\n\tby box.example (Postfix) with ESMTPSA id 9F\n\t${at}`,
    '9F',
  ],
  [
    'of Exim',
    `Received: from a ([192.0.2.1])\n\tby b with esmtp (Exim 4.96)\n\tid 1tT-0-1\n\t${at}`,
    '1tT-0-1',
  ],
  [
    'of `serve`',
    `Received: from x ([127.0.0.1])\n\tby support-ticket.example (mailrobot) with ESMTP id AB\n\t${at}`,
    'AB',
  ],
  [
    'a HELO that says one',
    `Received: from x by y with ESMTP id FAKE (z [192.0.2.1])\n\tby box (Postfix) with SMTP id TRUE\n\t${at}`,
    'TRUE',
  ],
  [
    'a comment that says one',
    `Received: from x (by y id FAKE)\n\tby box (a (b) c) with SMTP id TRUE\n\t${at}`,
    'TRUE',
  ],
  [
    'a recipient that says one',
    `Received: by box (Postfix) id TRUE\n\tfor <"x by y id FAKE z"@support-ticket.example>; Fri`,
    'TRUE',
  ],
  ['none', `Received: from a by b; Fri`, ''],
  [
    'none, and a HELO that says one',
    `Received: from id FAKE (z [192.0.2.1])\n\tby box (Postfix)\n\t${at}`,
    '',
  ],
])('%s', (_, field, wanted) => {
  expect(queueIdOf([field, 'Received: by other id OTHER; Fri'])).toBe(wanted);
});

test('the topmost Received counts, also where fields of our MTA stand above it', () => {
  const fields = [
    'Return-Path: <a@b>',
    'X-Spam-Flag: YES',
    'received: by a id ONE; x',
    'Received: by b id TWO; x',
  ];
  expect(queueIdOf(fields)).toBe('ONE');
  expect(queueIdOf(['Subject: by a id ONE'])).toBe('');
});
