import { expect, test } from 'vitest';
import { guard } from '../../src/decision/guard.ts';
import { headerFields } from '../../src/reading/header.ts';

const judge = (
  header: string,
  sender: string | null = 'nic@ferrier.example',
  from = 'nic@ferrier.example',
  source: 'form' | 'group' | null = null,
) =>
  guard({
    envelope: { sender, recipients: [], extension: null, client: null, login: null },
    fields: headerFields(Buffer.from(header)),
    ...{ from, reply: null },
    own: {
      ...{ domain: 'support-ticket.example', prefixes: ['SUPPORT'], queues: ['new'] },
      ...{ services: ['control'], others: ['info@ferrier.example'] },
    },
    bounceAddress: null,
    source,
  }).spoke[0]?.check ?? null;

test.each([
  ['Subject: x', null],
  ['Auto-Submitted: no', null],
  ['Auto-Submitted: No (I mean it); x=y', null],
  ['Auto-Submitted: auto-generated', 'auto-submitted'],
  ['auto-submitted: (really) auto-replied (vacation); owner-email="x"', 'auto-submitted'],
  ['From: MAILER-DAEMON <>', 'mailer-daemon'],
  ['From: Nic <nic@ferrier.example>', null],
  ['X-Failed-Recipients: nic@ferrier.example', 'report'],
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
  ['X-Auto-Response-Suppress: DR, OOF', 'suppressed'],
  ['X-Auto-Response-Suppress: All', 'suppressed'],
  ['X-Auto-Response-Suppress: AutoReply', 'suppressed'],
  ['X-Auto-Response-Suppress: DR, NDR', null],
  ['X-Auto-Response-Suppress: DR,RN,NRN', null],
  ['X-Autoreply: yes', 'vacation'],
  ['X-Autorespond: yes', 'vacation'],
  ['X-Autoreply-From: a@b.example', 'vacation'],
  ['Feedback-ID: 1.eu-west-1.x:AmazonSES', 'bulk'],
  ['X-Loop: SUPPORT-7102@support-ticket.example', 'loop-mark'],
  ['Received: x\n'.repeat(50), null],
  ['Received: x\n'.repeat(51), 'hops'],
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
  for (const own of [
    ...['support', 'support-7102-note', 'support-7102+close', 'Control', 'Control+x'],
    ...['SUPPORT-7102-b-12-aaaabbbbccccdddd', 'support-7102-a-hp4v0-aaaabbbbccccdddd'],
  ]) {
    expect(judge('', `${own}@support-ticket.example`), own).toBe('own-mail');
  }
  expect(judge('', 'Info@Ferrier.example')).toBe('own-mail');
  for (const other of [
    ...['newton', 'new-business', 'new.york', 'new-7102', 'control-room', 'newx+new'],
    ...['support-team', 'support-', 'support-7102-team', 'support-7102x', 'my-support-7102'],
    ...['support-7102-b-12-abc', 'supporter-7102', '7102'],
  ]) {
    expect(judge('', `${other}@support-ticket.example`), other).toBeNull();
  }
  expect(judge('', 'new@ferrier.example')).toBeNull();
  expect(judge('', 'bob@support-ticket.example', 'bob@support-ticket.example')).toBeNull();
});

test('every check is asked, and what each said is kept', () => {
  const { asked, spoke } = guard({
    envelope: { sender: '', recipients: [], extension: null, client: null, login: null },
    fields: headerFields(Buffer.from(`Precedence: bulk\nList-Id: ${'x'.repeat(999)}\n`)),
    ...{ from: null, reply: null },
    own: { domain: 'support-ticket.example', prefixes: ['SUPPORT'], services: [], queues: ['new'] },
    bounceAddress: null,
    source: null,
  });
  expect(asked.length).toBeGreaterThan(10);
  expect(spoke.map(({ check }) => check)).toEqual(['null-sender', 'list', 'precedence']);
  expect(Math.max(...spoke.map(({ evidence }) => evidence.length))).toBe(200);
});

test('a group in front of a queue is no list, and its bounce address no daemon', () => {
  const group = (header: string, sender?: string, from?: string) =>
    judge(header, sender ?? 'support-bounces@groups.example', from, 'group');
  expect(group('List-Id: <support.groups.example>\nPrecedence: list')).toBeNull();
  expect(group('Auto-Submitted: auto-replied')).toBe('auto-submitted');
  expect(group('X-Autoreply: yes')).toBe('vacation');
  expect(group('', undefined, 'mailer-daemon@x.example')).toBe('mailer-daemon');
  expect(group('', '')).toBe('null-sender');
});

test('a form of our own is a machine that speaks for a person', () => {
  const form = (header: string, sender?: string) =>
    judge(header, sender, 'nic@ferrier.example', 'form');
  expect(form('Auto-Submitted: auto-generated\nPrecedence: bulk\nX-Autoreply: yes')).toBeNull();
  expect(form('X-Loop: new@support-ticket.example')).toBe('loop-mark');
  expect(form('Content-Type: multipart/report; report-type=delivery-status')).toBe('report');
  expect(form('', '')).toBe('null-sender');
});
