import { expect, test } from 'vitest';
import { copyDoubt, type Provenance } from '../../src/decision/doubt.ts';
import { headerFields } from '../../src/reading/header.ts';

const HEADER = `Received: by a
Received: by b
From: bob@support-ticket.example
To: support-7102@support-ticket.example
Date: Sat, 28 Nov 2026 10:00:00 +0000
Message-ID: <1@support-ticket.example>
Subject: x
`;
const MAIL: Provenance = {
  fields: headerFields(Buffer.from(HEADER)),
  date: '2026-11-28T10:00:00.000Z',
  messageId: '<1@support-ticket.example>',
  hasActed: false,
  isNamed: true,
  now: new Date('2026-11-28T10:05:00Z'),
};
const withField = (field: string) => ({ fields: headerFields(Buffer.from(`${HEADER}${field}\n`)) });
const at = (now: string) => ({ now: new Date(now) });

test.each<readonly [string, Partial<Provenance>, string | null]>([
  ['nothing', {}, null],
  ['another line that may stand often', withField('X-Other: 1'), null],
  ['a second To', withField('To: support-7103@support-ticket.example'), 'two to fields'],
  ['a second Cc', withField('Cc: a@b.example\nCC: c@d.example'), 'two cc fields'],
  ['a second Subject', withField('Subject: y'), 'two subject fields'],
  ['a second Content-Type', withField('Content-Type: a/b\ncontent-type: c/d'), 'content-type'],
  ['no Message-ID', { messageId: null }, 'no Message-ID'],
  ['a Message-ID that has acted', { hasActed: true }, 'carried out before'],
  ['no Date', { date: null }, 'its Date'],
  ['a Date that is none', { date: 'x' }, 'its Date'],
  ['two days later', at('2026-11-30T10:00:00Z'), null],
  ['15 days later', at('2026-12-13T10:00:00Z'), 'its Date'],
  ['a Date to come', at('2026-11-20T10:00:00Z'), 'its Date'],
  ['another recipient', { isNamed: false }, 'To or Cc'],
])('what speaks for a copy: %s', (_, mail, evidence) => {
  const doubt = copyDoubt({ ...MAIL, ...mail });
  if (evidence === null) expect(doubt).toBeNull();
  else expect(doubt?.evidence).toContain(evidence);
});
