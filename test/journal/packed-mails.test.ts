/** What the mails of a commit have in common stands in its line once. */
import { expect, test } from 'vitest';
import { packed, unpacked } from '../../src/journal/packed-mails.ts';
import { parseLine, recordIn } from '../../src/journal/record.ts';
import type { OutgoingMail } from '../../src/ticket/mail.ts';
import { outgoingTo } from '../kit/outgoing.ts';

const FILE = { filename: 'a.pdf', contentType: 'application/pdf', size: 5, sha256: 'x', path: 'y' };
const person = (n: number) => ({ name: '', address: `p${n}@other.example` });
const again = (mails: readonly OutgoingMail[]) =>
  unpacked(JSON.parse(JSON.stringify(packed(mails))));

/** The same to each of so many, who are all named in it. */
function toAll(count: number, text: string): readonly OutgoingMail[] {
  const all = Array.from({ length: count }, (_, n) => person(n));
  return all.map((to, n) => {
    const cc = all.filter((other) => other !== to);
    const own = { messageId: `<${n}@x>`, replyTo: `reply-${n}@x` };
    return outgoingTo(to.address, { serial: n, letter: { ...own, cc, text, attachments: [FILE] } });
  });
}

test('a text to ten people, and whom it goes to, is there once, and each gets all of it', () => {
  const mails = toAll(10, 'What we have to say. '.repeat(1000));
  const line = JSON.stringify(packed(mails));
  expect(line.length).toBeLessThan(25_000);
  expect(again(mails)).toEqual(mails);
});

test('a line grows with the people whom a text goes to, and not with their square', () => {
  const octets = (count: number) => JSON.stringify(packed(toAll(count, 'x'))).length;
  expect(octets(200)).toBeLessThan(2.2 * octets(100));
});

test.each([
  ['one word of the text', { text: 'Hello!\n' }],
  ['that one has HTML', { html: '<p>Hello.</p>' }],
  ['a file', { attachments: [FILE] }],
  ['who is named beside them', { cc: [person(7)] }],
  ['that nobody is', { cc: [] }],
  ['what it answers', { inReplyTo: '<1@x>' }],
  ['the name of whom it goes to', { to: { name: 'P', address: 'p0@other.example' } }],
])('letters that differ in %s are not taken for each other', (_, different) => {
  const cc = [person(1)];
  const mails = [
    outgoingTo('p0@other.example', { letter: { cc } }),
    outgoingTo('p0@other.example', { letter: { cc, ...different } }),
    outgoingTo('p1@other.example', { letter: { cc: [person(0)], ...different } }),
  ];
  expect(again(mails)).toEqual(mails);
});

test('a line of version 1 has octets, and a body that several have once', () => {
  const addressed = { ticket: null, serial: 1, sender: '', recipient: 'x@x.example' };
  const file = { filename: 'a', path: 'tickets/5', size: 5, sha256: '5' };
  const line = {
    ...{ v: 1, seq: 1, time: '2026-11-21T12:00:00Z', changes: [] },
    outgoing: [
      { ...addressed, content: 'A: 1\n\nx\n', enclosed: [{ at: 6, file }] },
      { ...addressed, content: 'A: two\n\n', bodyOf: 0 },
    ],
  };
  expect(read(line)?.outgoing).toEqual([
    { ...addressed, content: 'A: 1\n\nx\n', enclosed: [{ at: 6, file }] },
    { ...addressed, content: 'A: two\n\nx\n', enclosed: [{ at: 8, file }] },
  ]);
});

test('a line whose letter is like one that is not there does not read', () => {
  const [mail] = toAll(1, 'x');
  const line = { v: 1, seq: 1, time: '2026-11-21T12:00:00Z', changes: [] };
  expect(read({ ...line, outgoing: [{ ...mail, like: 3 }] })).toBeNull();
});

function read(line: object) {
  const parsed = parseLine(JSON.stringify(line));
  return parsed && recordIn(parsed, null);
}
