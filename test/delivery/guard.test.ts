import { expect, test } from 'vitest';
import { guard } from '../../src/delivery/guard.ts';
import { headerFields } from '../../src/message/header.ts';

const judge = (
  header: string,
  sender: string | null = 'nic@ferrier.example',
  from = 'nic@ferrier.example',
) =>
  guard({
    envelope: { sender, recipients: [], extension: null },
    fields: headerFields(Buffer.from(header)),
    from,
    domain: 'support-ticket.example',
    prefixes: ['SUPPORT'],
    queueAddresses: ['new@support-ticket.example'],
  })?.check ?? null;

test.each([
  ['Subject: x', null],
  ['Auto-Submitted: no', null],
  ['Auto-Submitted: No (I mean it); x=y', null],
  ['Auto-Submitted: auto-generated', 'auto-submitted'],
  ['auto-submitted: (really) auto-replied (vacation); owner-email="x"', 'auto-submitted'],
  ['List-Id: <x.example>', 'list'],
  ['List-Unsubscribe: <mailto:x>', 'list'],
  ['Precedence: bulk', 'precedence'],
  ['Precedence: JUNK', 'precedence'],
  ['Precedence: first-class', null],
  ['Precedence: bulk (really)', 'precedence'],
  ['Precedence: auto_reply', 'precedence'],
  ['Auto-Submitted: no\nAuto-Submitted: auto-replied', 'auto-submitted'],
  ['Content-Type: multipart/report; report-type=delivery-status', 'report'],
  ['Content-Type: multipart/mixed', null],
  ['X-Auto-Response-Suppress: DR, OOF', 'auto-response'],
  ['X-Auto-Response-Suppress: DR, NDR', null],
  ['X-Autoreply: yes', 'auto-response'],
  ['X-Loop: NEW@support-ticket.example', 'loop-mark'],
  ['X-Loop: other@ferrier.example', null],
])('%j: %j', (header, wanted) => {
  expect(judge(header)).toBe(wanted);
});

test('the null envelope sender', () => {
  expect(judge('Subject: x', '')).toBe('null-sender');
  expect(judge('Subject: x', null)).toBeNull();
});

test('reports and list software, by their senders', () => {
  for (const sender of [
    'MAILER-DAEMON@x.example',
    'owner-list@x.example',
    'list-bounces@x.example',
  ]) {
    expect(judge('', sender)).toBe('mailer-daemon');
    expect(judge('', 'nic@ferrier.example', sender)).toBe('mailer-daemon');
  }
  expect(judge('', 'postmaster.smith@x.example')).toBeNull();
});

test('mail of our own, in any case, but not of people at our domain', () => {
  expect(judge('', 'NEW@support-ticket.example')).toBe('own-mail');
  expect(judge('', 'nic@ferrier.example', 'Support-7102@Support-Ticket.example')).toBe('own-mail');
  expect(judge('', 'new+x@support-ticket.example')).toBe('own-mail');
  expect(judge('', 'bob@support-ticket.example', 'bob@support-ticket.example')).toBeNull();
});
