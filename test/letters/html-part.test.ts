/** A letter with HTML as the mail that goes out. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { pictureId } from '../../src/html/picture-id.ts';
import { compose } from '../../src/letters/compose.ts';
import { ERASED } from '../../src/ticket/erased.ts';
import type { Letter } from '../../src/ticket/letter.ts';
import { letterTo, outgoingTo, wholeMail } from '../kit/outgoing.ts';

const file = (filename: string, contentType: string) => {
  const octets = Buffer.from(filename);
  const sha256 = createHash('sha256').update(octets).digest('hex');
  return { filename, contentType, size: octets.length, sha256, path: `tickets/${filename}` };
};
const PLAN = file('plan.pdf', 'application/pdf');
const BOX = file('box.png', 'image/png');
const OTHER = file('other.png', 'image/png');
const PICTURE = `<p><img src="cid:${pictureId(BOX)}" alt="Box"></p>`;

async function sent(letter: Partial<Letter>): Promise<string> {
  const octets = await wholeMail(outgoingTo('nic@ferrier.example', { letter }), async ({ path }) =>
    Buffer.from(path.replace('tickets/', '')),
  );
  return octets.toString();
}

/** Types of its parts, each as deep as it lies. */
function structure(content: string): readonly string[] {
  const open: string[] = [];
  return content.split('\n').flatMap((line, at, lines) => {
    const ended = open.findIndex((boundary) => line === `--${boundary}--`);
    if (ended >= 0) open.splice(ended);
    const [, type] = /^Content-Type: ([a-z]+\/[a-z]+)/.exec(line) ?? [];
    if (type === undefined) return [];
    const shown = `${'  '.repeat(open.length)}${type}`;
    const boundary = /boundary="([^"]+)"/.exec(lines.slice(at, at + 3).join(''))?.[1];
    if (boundary !== undefined) open.push(boundary);
    return [shown];
  });
}

test('the text comes first, then the HTML that says the same', async () => {
  const content = await sent({ html: '<p>Hello.</p>' });
  expect(structure(content)).toEqual(['multipart/alternative', '  text/plain', '  text/html']);
  expect(content).toContain('<body>\n<p>Hello.</p>\n</body>');
});

test('a picture in place is related to the HTML, and other files stand beside both', async () => {
  const content = await sent({ html: PICTURE, attachments: [PLAN, BOX, OTHER] });
  expect(structure(content)).toEqual([
    'multipart/mixed',
    '  multipart/alternative',
    '    text/plain',
    '    multipart/related',
    '      text/html',
    '      image/png',
    '  application/pdf',
    '  image/png',
  ]);
  expect(content).toContain(`Content-ID: <${pictureId(BOX)}>`);
  const named = [...content.matchAll(/filename=(\S+)/g)].map(([, name]) => name);
  expect(named).toEqual(['box.png', 'plan.pdf', 'other.png']);
  const octets = [...content.matchAll(/\n\n([A-Za-z0-9+/=]+)\n\n?--/g)].map(([, line = '']) =>
    Buffer.from(line, 'base64').toString(),
  );
  expect(octets.filter((words) => /\.(png|pdf)$/.test(words))).toEqual(named);
});

test('it is the same octets each time', async () => {
  const letter = { html: PICTURE, attachments: [PLAN, BOX] };
  expect(await sent(letter)).toBe(await sent(letter));
});

test('a subject stays within the title', async () => {
  const { content } = await compose(
    letterTo('nic@ferrier.example', { html: '<p>x</p>', subject: '</title><script>x' }),
  );
  expect(content).toContain('<title>&#60;/title&#62;&#60;script&#62;x</title>');
});

test('what was erased is no HTML', async () => {
  expect(structure(await sent({ html: ERASED }))).toEqual(['text/plain']);
});

test('a letter without HTML is composed as before', async () => {
  expect(structure(await sent({ attachments: [BOX] }))).toEqual([
    ...['multipart/mixed', '  text/plain', '  image/png'],
  ]);
});
