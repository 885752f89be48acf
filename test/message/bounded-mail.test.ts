import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BoundedMail } from '../../src/message/bounded-mail.ts';
import { DEFAULT_LIMITS, isPlain, type ReadLimits } from '../../src/message/limits.ts';
import { HOSTILE } from '../hostile/mails.ts';

function walk(mail: Buffer, size = mail.length, limits: Partial<ReadLimits> = {}) {
  const bounded = new BoundedMail({ ...DEFAULT_LIMITS, ...limits });
  const out: Buffer[] = [];
  for (let at = 0; at < mail.length; at += size) {
    out.push(...bounded.push(mail.subarray(at, at + size)));
  }
  out.push(...bounded.end());
  return {
    passed: Buffer.concat(out).toString('latin1'),
    outline: bounded.outline,
    defects: [...bounded.defects],
    header: bounded.header.toString('latin1'),
  };
}

const MIXED = `Subject: x
Content-Type: multipart/mixed; boundary=b

preamble
--b
Content-Type: multipart/alternative; boundary="b b"

--b b
Content-Type: text/plain

one
--b b
Content-Type: text/html

<p>two
--b b--
epilogue
--b
Content-Type: application/pdf

three
--b--
epilogue
`;

test('a mail is counted as what MIME says that it is', () => {
  const { outline, defects } = walk(Buffer.from(MIXED));
  expect(outline).toMatchObject({ parts: 5, depth: 2, attachments: 1 });
  expect(defects).toEqual([]);
  expect(isPlain(outline)).toBe(true);
});

test('preamble and epilogue do not reach the parser', () => {
  const { passed } = walk(Buffer.from(MIXED));
  for (const kept of ['one', '<p>two', 'three', '--b b--\n', '--b--\n']) {
    expect(passed).toContain(kept);
  }
  expect(passed).not.toMatch(/preamble|epilogue/);
});

describe('how a mail is cut into chunks makes no difference', () => {
  const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'mails');
  const mails = readdirSync(FOLDER).filter((name) => name.endsWith('.eml'));
  test.each(mails)('%s', (name) => {
    const mail = readFileSync(join(FOLDER, name));
    const whole = walk(mail);
    for (const size of [1, 2, 3, 7, 64]) expect(walk(mail, size)).toEqual(whole);
  });
});

test.each<readonly [string, Partial<ReadLimits>, string]>([
  ['parts', { parts: 3 }, 'one'],
  ['depth', { depth: 1 }, 'multipart/mixed'],
  ['attachments', { attachments: 0 }, '<p>two'],
  ['textSize', { textSize: 3 }, 'one'],
])('at the limit of %s the parser sees what came before', (defect, limits, seen) => {
  const { passed, defects } = walk(Buffer.from(MIXED), 5, limits);
  expect(defects).toEqual([defect]);
  expect(passed).toContain(seen);
  expect(passed).not.toContain('three'.repeat(defect === 'textSize' ? 2 : 1));
});

test('text beyond its limit is left out, what follows it is not', () => {
  const { passed } = walk(Buffer.from(MIXED), 5, { textSize: 2 });
  expect(passed).toContain('\nth');
  expect(passed).toContain('application/pdf\n\nthree');
});

test('an outer delimiter ends inner multiparts that nobody closed (RFC 2046 5.1.2)', () => {
  const { passed, outline } = walk(Buffer.from(MIXED.replace('--b b--\n', '')));
  expect(passed).toContain('--b b--\n--b\n');
  expect(outline).toMatchObject({ parts: 5, attachments: 1 });
});

test('blanks behind a delimiter are transport padding (RFC 2046 5.1.1)', () => {
  expect(walk(Buffer.from(MIXED.replaceAll('--b\n', '--b  \n'))).outline.parts).toBe(5);
});

test.each([
  [
    'a line that is no field ends the header',
    'A: b\nHello Nic,\n\nhow are you?',
    'A: b\n',
    'Hello',
  ],
  ['unless a field follows', 'A: b\n>From x\nC: d\n\nHello', 'A: b\nC: d\n', 'Hello'],
  ['a header without an end', 'A: b\nC: d', 'A: b\nC: d', ''],
  ['no header', '\nHello', '', 'Hello'],
])('%s', (_, mail, header, body) => {
  for (const size of [1, 5, 100]) {
    const walked = walk(Buffer.from(mail), size);
    expect(walked.header).toBe(header);
    expect(walked.passed).toContain(`\n${body}`);
  }
});

test('fields that a ticket needs are kept behind megabytes of others', () => {
  const mail = `${'X-Field: x\n'.repeat(100_000)}From: nic@ferrier.example\nSubject: y\n\nz`;
  const { header, defects, outline } = walk(Buffer.from(mail), 65_536);
  expect(header).toMatch(/\nFrom: nic@ferrier\.example\nSubject: y\n$/);
  expect(header.length).toBeLessThan(DEFAULT_LIMITS.headerSize + 1000);
  expect(outline.headerSize).toBeGreaterThan(1_000_000);
  expect(defects).toEqual(['headerSize']);
});

test('what is held of a hostile mail is bounded', () => {
  for (const { chunks } of HOSTILE.slice(0, 20)) {
    const bounded = new BoundedMail(DEFAULT_LIMITS);
    let largest = 0;
    for (const chunk of chunks()) {
      for (const out of bounded.push(chunk)) largest = Math.max(largest, out.length);
    }
    expect(largest).toBeLessThan(DEFAULT_LIMITS.headerSize * 3);
  }
});
