import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, type ReadLimits } from '../../src/config/limits.ts';
import { BoundedMail } from '../../src/reading/bounded-mail.ts';
import { isPlain } from '../../src/reading/limits.ts';
import { unpack } from '../../src/reading/unpacked/unpack.ts';
import { HOSTILE } from '../hostile/mails.ts';

function walk(mail: Buffer, size = mail.length, limits: Partial<ReadLimits> = {}) {
  const bounded = new BoundedMail({ ...DEFAULT_LIMITS, ...limits }, '', 'x');
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
    root: bounded.parts.root,
    leaf: (number: number) => bounded.parts.leaf(number),
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
  for (const kept of ['one', '<p>two', 'three', '--=_x.2--\n', '--=_x.1--\n']) {
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
    for (const size of [1, 2, 3, 7, 64])
      expect(walk(mail, size)).toEqual({ ...whole, leaf: expect.any(Function) });
  });
});

test.each<readonly [string, Partial<ReadLimits>, string, string]>([
  ['parts', { parts: 3 }, 'one', '<p>two'],
  ['depth', { depth: 1 }, 'boundary="=_x.2"', 'one'],
  ['attachments', { attachments: 0 }, '<p>two', 'three'],
])(
  'at the limit of %s the parser sees what came before, and nothing else',
  (defect, limits, seen, unseen) => {
    for (const size of [5, 1000]) {
      const { passed, defects } = walk(Buffer.from(MIXED), size, limits);
      expect(defects).toEqual([defect]);
      expect(passed).toContain(seen);
      expect(passed).not.toContain(unseen);
    }
  },
);

test('text beyond its limit is left out, what follows it is not', () => {
  const { passed, defects } = walk(Buffer.from(MIXED), 5, { textSize: 2 });
  expect(defects).toEqual(['textSize']);
  expect(passed).toContain('attachment\n\non\n--=_x.2\n');
  expect(passed).not.toMatch(/one|two/);
  expect(passed).toMatch(/attachment\n+three/);
});

test('an outer delimiter ends inner multiparts that nobody closed (RFC 2046 5.1.2)', () => {
  const { passed, outline } = walk(Buffer.from(MIXED.replace('--b b--\n', '')));
  expect(passed).toContain('--=_x.2--\n--=_x.1\n');
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
  ['a long line that is no field', `A: b\n${'x'.repeat(9000)}\nC: d\n\nHello`, 'A: b\n', 'xxx'],
  ['a header without an end', 'A: b\nC: d', 'A: b\nC: d', ''],
  ['no header', '\nHello', '', 'Hello'],
])('%s', (_, mail, header, body) => {
  for (const size of [1, 5, 100, mail.length]) {
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

test('a header cannot begin with a folded line: that is text', () => {
  const { passed, defects } = walk(Buffer.from(' please\nhelp me\n'));
  expect(passed).toContain('\n please\nhelp me\n');
  expect(defects).toEqual([]);
});

test.each([
  ['a boundary that never occurs', 'multipart/mixed; boundary=c', '--b\n\nplease help me\n--b--\n'],
  ['no boundary', 'multipart/mixed', 'please help me'],
  [
    'an encoding that a multipart cannot have',
    'multipart/mixed; boundary=c',
    'cGxlYXNl please help me',
  ],
])('what stands under %s is shown, and the mail is said to be broken', (_, type, body) => {
  const { passed, defects } = walk(Buffer.from(`Content-Type: ${type}\n\n${body}`));
  expect(passed).toContain('please help me');
  expect(defects).toEqual(['boundary']);
});

const PART = 'Content-Type: text/plain\n\nplease help me\n';

test.each([
  ['it does not occur', 'boundary=c', `--b\n${PART}--b--\n`, 2],
  ['none is said', 'x=y', `--b\n${PART}--b\n${PART}--b--\n`, 3],
  ['of its parts the last is not closed', 'boundary=c', `preamble\n\n--b \r\n${PART}`, 2],
  ['a field follows, but of no part', 'boundary=c', `--b\nX-Content: y\n\nplease help me`, 1],
  ['the line begins no part but ends one', 'boundary=c', `--b--\n${PART}`, 1],
  ['it stands behind much else', 'boundary=c', `${'x\n'.repeat(5000)}--b\n${PART}`, 1],
])('a boundary is looked for among the lines if %s', (_, parameter, body, parts) => {
  const mail = Buffer.from(`Content-Type: multipart/mixed; ${parameter}\n\n${body}`);
  for (const size of [7, 1000, 65_536]) {
    const bounded = new BoundedMail(DEFAULT_LIMITS);
    bounded.unpackBy(unpack);
    for (let at = 0; at < mail.length; at += size) {
      for (const _ of bounded.push(mail.subarray(at, at + size)));
    }
    for (const _ of bounded.end());
    expect(bounded.outline.parts).toBe(parts);
    expect([...bounded.defects]).toEqual(['boundary']);
  }
});

test('the boundary of a multipart around it is none of an inner one', () => {
  const inner = `Content-Type: multipart/mixed; boundary=c\n\nplease help me\n--b\n${PART}`;
  const mail = Buffer.from(`Content-Type: multipart/mixed; boundary=b\n\n--b\n${inner}--b--\n`);
  expect(walk(mail)).toMatchObject({ outline: { parts: 3, packed: 0 }, defects: ['boundary'] });
});

test('an inner multipart without a part hides nothing that follows it', () => {
  const inner = 'Content-Type: multipart/alternative; boundary=none\n\nplease help me\n';
  const { passed, outline } = walk(
    Buffer.from(`Content-Type: multipart/mixed; boundary=b\n\n--b\n${inner}--b\n\nthree\n--b--\n`),
  );
  expect(passed).toMatch(/please help me\n+--=_x\.2--\n--=_x\.1\n[\s\S]*three/);
  expect(outline.parts).toBe(3);
});

test('a part behind the end is not shown, and the mail is said to be broken', () => {
  const mail = `${MIXED}--b\n\nplease help me\n`;
  expect(walk(Buffer.from(mail)).defects).toEqual(['boundary']);
});

test.each([
  ['a boundary on a type that has no parts', 'text/plain; boundary=b', '--b\nx: y\n\nplease'],
  [
    'a line that only looks like a delimiter',
    'multipart/mixed; boundary=b',
    '--b\n\n--b\rx\n--bb\nplease',
  ],
])('%s begins no part', (_, type, body) => {
  const { passed, outline } = walk(Buffer.from(`Content-Type: ${type}\n\n${body}`));
  expect(passed).toContain('please');
  expect(passed).not.toContain('boundary=b');
  expect(outline.parts).toBe(type.startsWith('text') ? 1 : 2);
});

test.each([
  ['application/pdf name="a.pdf"', 'file', 'application/pdf', 'a.pdf'],
  ['"application/pdf"; name=a.pdf', 'file', 'application/pdf', 'a.pdf'],
  ['application / pdf; name="a (1).pdf"', 'file', 'application/pdf', 'a (1).pdf'],
  ['application/', 'file', 'application/octet-stream', ''],
  ['text', 'text', 'text/plain', ''],
  ['', 'text', 'text/plain', ''],
  ['TEXT/Html (x); charset=utf-8 (y)', 'text', 'text/html', ''],
  ['text/plain; boundary=b', 'text', 'text/plain', ''],
])('the type %j is read', (written, kind, type, filename) => {
  const { root, outline } = walk(Buffer.from(`Content-Type: ${written}\n\nx`));
  expect(outline.attachments).toBe(kind === 'file' ? 1 : 0);
  expect(root).toMatchObject({ kind, type, filename });
});

test.each([
  ['inline; filename=""', { kind: 'file', disposition: 'attachment' }],
  ["inline; filename*=utf-8''log(1).txt", { kind: 'file', filename: 'log(1).txt' }],
  ['inline', { kind: 'text' }],
  ['"inline"', { kind: 'text' }],
  ['attachment (x)', { kind: 'file', disposition: 'attachment' }],
])('a text part with the disposition %s', (disposition, wanted) => {
  const part = `--b\nContent-Type: text/plain\nContent-Disposition: ${disposition}\n\nx\n--b--\n`;
  const { leaf } = walk(Buffer.from(`Content-Type: multipart/mixed; boundary=b\n\n${part}`));
  expect(leaf(0)).toMatchObject(wanted);
});

test('the parser sees every part as a file of no known type, with a number', () => {
  const { passed, leaf } = walk(Buffer.from(MIXED));
  const types = [...passed.matchAll(/^content-type: (\S+)$/gm)].map(([, type]) => type);
  expect(types).toEqual(Array(3).fill('application/octet-stream'));
  expect(passed).not.toMatch(/text\/|pdf/);
  expect([0, 1, 2].map((number) => leaf(number)?.type)).toEqual([
    ...['text/plain', 'text/html', 'application/pdf'],
  ]);
});

test('what is known of the parts is a tree as the mail has it', () => {
  expect(walk(Buffer.from(MIXED)).root).toMatchObject({
    kind: 'parts',
    isAlternative: false,
    children: [
      { isAlternative: true, children: [{ type: 'text/plain' }, { type: 'text/html' }] },
      { kind: 'file' },
    ],
  });
});

test('of a header the parser sees who writes to whom and the subject, with plain encoded words', () => {
  const mail =
    'X-Spam: =?utf-8?Q?a?=\nFrom: "=?iso-8859-1?Q?F=E9rrier?= Ltd, x" <nic@ferrier.example>\n' +
    'Subject: =?koi8-r?B?8NLJ18XU?=\n =?koi8-r?Q?=21?= there\n\nx';
  const { passed } = walk(Buffer.from(mail));
  const word = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
  expect(passed).toContain(`from: "${word('Férrier')} Ltd, x" <nic@ferrier.example>\n`);
  expect(passed).toContain(`subject: ${word('Привет!')} there\n`);
  expect(passed).not.toContain('x-spam');
});

test('the transfer encoding of a file is known however it is written', () => {
  for (const encoding of ['"base64"', 'base64;', '(a) base64 (rfc)', 'BASE64']) {
    const mail = `Content-Type: image/png\nContent-Transfer-Encoding: ${encoding}\n\neA==`;
    expect(walk(Buffer.from(mail)).root).toMatchObject({ kind: 'file', encoding: 'base64' });
  }
});

test('nobody can write the boundary that the parser sees', () => {
  const mail = Buffer.from(MIXED);
  const marks = [1, 2].map(() => {
    const bounded = new BoundedMail(DEFAULT_LIMITS);
    const passed = Buffer.concat([...bounded.push(mail), ...bounded.end()]).toString();
    return /boundary="(.*)"/.exec(passed)?.[1];
  });
  expect(marks[0]).not.toBe(marks[1]);
  expect(marks[0]).toMatch(/^=_[0-9a-f]{24}\.1$/);
});

test('what is inline in an encoded word is a file, so that the reader holds no other text', () => {
  const mail = 'Content-Type: text/plain\nContent-Disposition: =?utf-8?q?inline?=\n\nx';
  expect(walk(Buffer.from(mail))).toMatchObject({
    outline: { attachments: 1, textSize: 0 },
    root: { kind: 'file', disposition: 'attachment' },
  });
});

test('line ends of CR alone, and a byte order mark, hide nothing', () => {
  const mail = '\xef\xbb\xbfFrom: nic@ferrier.example\rSubject: x\r\rHello\rNic\r';
  for (const size of [1, 100]) {
    const { passed, header } = walk(Buffer.from(mail, 'latin1'), size);
    expect(header).toBe('From: nic@ferrier.example\nSubject: x\n');
    expect(passed).toContain('\n\nHello\nNic\n');
  }
});

test('of a part only the fields of MIME are read', () => {
  const mail = MIXED.replace(
    'Content-Type: application/pdf\n',
    `$&${'To: x@y.example\n'.repeat(9999)}`,
  );
  const { passed, outline } = walk(Buffer.from(mail));
  expect(passed).not.toContain('x@y.example');
  expect(isPlain(outline)).toBe(false);
});

test('a line of a header that is left out is said to be', () => {
  expect(walk(Buffer.from('A: b\nDear desk,\nNote: c\n\nHello')).defects).toEqual(['header']);
});

test.each(['boundary*0=b', "boundary*=utf-8''b", 'boundary*0=;boundary*1=b', 'boundary=b'])(
  'a boundary written as %s is one',
  (parameter) => {
    const mail = MIXED.replace('boundary=b\n', `${parameter}\n`);
    expect(walk(Buffer.from(mail)).outline).toMatchObject({ parts: 5, attachments: 1 });
  },
);

test.each(HOSTILE.map((mail) => [mail.name, mail] as const))(
  'what is held of a hostile mail is bounded: %s',
  (_, mail) => {
    const bounded = new BoundedMail(DEFAULT_LIMITS);
    let held = 0;
    for (const chunk of mail.chunks()) {
      for (const _ of bounded.push(chunk));
      held = Math.max(held, bounded.held);
    }
    bounded.end();
    expect(held).toBeLessThan(DEFAULT_LIMITS.headerSize + 5_000_000);
  },
);
