/**
 * Whatever a mail holds: what goes out of it has no header that we did not write
 * and no recipient that we did not choose. A property, tried with random hostile
 * values; the seed is printed, and SEED= repeats it.
 */

import { domainToASCII } from 'node:url';
import { expect, test } from 'vitest';
import type { SigningKeys } from '../../src/addresses/token.ts';
import { checkConfig } from '../../src/config/read.ts';
import type { Draft } from '../../src/letters/draft.ts';
import { write } from '../../src/letters/write.ts';
import { headerFields, messageIds } from '../../src/reading/header.ts';
import { UNSORTED } from '../../src/ticket/apply-change.ts';
import type { IncomingMessage, Mailbox, Ticket } from '../../src/ticket/ticket.ts';
import { wholeMail } from '../kit/outgoing.ts';
import { roundsOf } from '../kit/random.ts';

const CONFIG = checkConfig(
  {
    domain: 'support-ticket.example',
    store: 'store',
    queues: [{ prefix: 'SUPPORT', address: 'new', name: 'Support' }],
  },
  '/nowhere/config.json',
);
const KEYS: SigningKeys = { epoch: 'e', pastEpochs: [], secrets: ['5a'.repeat(32)], revoked: {} };
const WAYS = { message: CONFIG, reply: { ...CONFIG, proof: 'reply-to' as const } };

/** Fixed, so that what passes today passes tomorrow; other seeds are tried by hand. */
const seed = Number(process.env['SEED'] ?? 20_261_120);
function generator(state: number) {
  let now = state;
  return (limit: number) => {
    now = (Math.imul(now, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((now / 0x7fffffff) * limit) % limit;
  };
}

const PIECES = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  '\u2028',
  '\u0085',
  '\v',
  'Bcc: eve@evil.example',
  'X-Evil: 1',
  '\n\nbody',
  '=?utf-8?Q?=0D=0ABcc:_eve@evil.example?=',
  '=?utf-8?B?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=',
  'eve@evil.example',
  '<eve@evil.example>',
  ',',
  ';',
  ':',
  '"',
  '\\',
  '(',
  ')',
  '-oQ/tmp',
  '-X/tmp/log@evil.example',
  '@',
  ' ',
  '\t',
  'ä'.repeat(30),
  '💥',
  'x'.repeat(300),
  '\ud800',
  '\u202e',
  'Re: ',
  '%0d%0a',
  '{{ticket}}',
  '.',
  '\n.\n',
];

const HEADERS: Readonly<Record<Draft['kind'], readonly string[]>> = {
  acknowledgement: ['Auto-Submitted', 'X-Auto-Response-Suppress'],
  answer: [],
  service: ['Auto-Submitted', 'X-Auto-Response-Suppress'],
  reminder: ['Auto-Submitted', 'X-Auto-Response-Suppress'],
  rating: ['Auto-Submitted', 'X-Auto-Response-Suppress'],
  help: ['Auto-Submitted', 'X-Auto-Response-Suppress'],
  mail: ['Auto-Submitted', 'X-Auto-Response-Suppress'],
  notice: ['Auto-Submitted', 'X-Auto-Response-Suppress'],
  digest: ['Auto-Submitted', 'X-Auto-Response-Suppress', 'Reply-To', 'List-ID'],
  weekly: ['Auto-Submitted', 'X-Auto-Response-Suppress', 'Reply-To', 'List-ID'],
  notification: ['Auto-Submitted', 'X-Auto-Response-Suppress', 'Reply-To', 'List-ID'],
  transcript: ['Auto-Submitted', 'X-Auto-Response-Suppress'],
};
const ALWAYS = [
  'From',
  'To',
  'Subject',
  'Message-ID',
  'Date',
  'X-Loop',
  'MIME-Version',
  'Content-Type',
];
const SOMETIMES = [
  ...['In-Reply-To', 'References', 'Reply-To', 'Content-Disposition'],
  ...['Cc', 'Content-Transfer-Encoding'],
];

test(`no mail has a header or a recipient that is not ours (SEED=${seed})`, async () => {
  console.log(`outgoing mail: SEED=${seed}`);
  const random = generator(seed);
  const text = () =>
    Array.from({ length: 1 + random(5) }, () => PIECES[random(PIECES.length)] ?? '').join('');
  const address = () => (random(3) === 0 ? text() : `nic${random(9)}@ferrier.example`);
  /** As they are read from a hostile mail. */
  const ids = () =>
    messageIds(
      headerFields(Buffer.from(`References: <${text()}@x.example> <${'y'.repeat(990)}@z>`)),
      'references',
    );
  const rounds = roundsOf(3000);
  let mails = 0;
  for (let round = 0; round < rounds; round += 1) {
    const to = { name: text(), address: address() };
    const answering = {
      ticket: 'SUPPORT-7102',
      name: 'SUPPORT-7102',
      queue: 'SUPPORT',
      serial: 2,
      to,
      subject: text(),
      language: ['en', 'de', 'fr', null][random(4)] ?? null,
      inReplyTo: ids()[0] ?? null,
      references: ids(),
    } as const;
    const kinds: readonly Draft[] = [
      { kind: 'acknowledgement', ...answering },
      {
        ...{ kind: 'answer', ...answering, subject: { answers: text() }, text: text(), by: text() },
        history: [
          {
            ...{ serial: 1, date: text(), mayBeLast: true },
            words: { writer: text(), lines: [text(), text()] },
          },
        ],
        cc: random(2) === 0 ? [] : [{ name: text(), address: address() }],
        attachments: random(3) === 0 ? [file(text(), text())] : [],
      },
      { kind: 'service', ...answering, news: 'status', status: 'open' },
      { kind: 'reminder', ...answering, closeDays: random(2) === 0 ? null : 7 },
      {
        kind: 'rating',
        ...answering,
        addresses: { one: 'a', two: 'b', three: 'c', four: 'd', five: 'e' },
      },
      {
        ...{ kind: 'notification', to, history: random(4) },
        inCopy: {
          people: random(2) === 0 ? [] : [{ name: text(), address: address() }],
          left: random(2),
        },
        deeds: random(2) === 0 ? [] : [{ type: 'assigned', to: to.name, by: text() }],
        ticket: ticketOf(text(), to),
        message: mailOf(text(), to, random(3) === 0 ? [file(text(), text())] : []),
      },
      {
        ...{ kind: 'transcript', to, subject: text(), text: text(), queue: 'SUPPORT' },
        ...{ inReplyTo: ids()[0] ?? null, references: ids(), from: 'control', answerTo: null },
      },
      {
        ...{ kind: 'mail', to, subject: text(), text: text(), queue: 'SUPPORT', from: 'deploy' },
      },
      {
        ...{ kind: 'help', to, subject: text(), queue: 'SUPPORT', from: 'help', language: null },
        ...{ inReplyTo: ids()[0] ?? null, references: ids(), isRefused: random(2) === 0 },
      },
      {
        ...{ kind: 'digest', to },
        opened: {
          tickets: [ticketOf(text(), { name: text(), address: address() })],
          unlisted: random(2) === 0 ? [] : [{ more: 7, last: 'SUPPORT-7110' }],
        },
        copied: { tickets: [], unlisted: [] },
      },
      {
        ...{ kind: 'weekly', to, queues: ['SUPPORT'] },
        week: {
          ...{ monday: '2026-11-16', opened: [1, 0, 0, 0, 0, 0, 2], resolved: [], answers: 1 },
          ...{ waiting: { day: 1, week: 0, month: 0, older: 0 }, snoozed: 0, held: 1 },
          longest: [ticketOf(text(), { name: text(), address: address() })],
        },
      },
      {
        kind: 'notice',
        held: [],
        to,
        notices: [
          { queue: 'SUPPORT', ticket: null, about: { type: 'held', id: 3, check: 'stranger' } },
        ],
        more: 0,
      },
    ];
    const draft = kinds[random(kinds.length)] ?? kinds[0];
    if (draft === undefined) continue;
    const config = random(2) === 0 ? WAYS.message : WAYS.reply;
    const desk = { config, keys: KEYS, now: new Date(0), nonce: 7, files };
    for (const outgoing of (await write([draft], desk)).mails) {
      const { recipient, sender } = outgoing;
      const content = (await wholeMail(outgoing, read)).toString();
      mails += 1;
      const [header = ''] = content.split('\n\n');
      const names = header.split('\n').flatMap((line) => {
        if (/^[ \t]/.test(line)) return [];
        return [/^([!-9;-~]+):/.exec(line)?.[1] ?? `NOT A FIELD: ${line}`];
      });
      const allowed = [...ALWAYS, ...HEADERS[draft.kind], ...SOMETIMES];
      const what = JSON.stringify({ draft, content });
      expect(
        names.filter((name) => !allowed.includes(name)),
        what,
      ).toEqual([]);
      expect(new Set(names).size, what).toBe(names.length);
      for (const name of [...ALWAYS, ...HEADERS[draft.kind]]) expect(names, what).toContain(name);
      expect(/[\r\0]/.test(content), what).toBe(false);
      expect(recipient, what).toBe(withAsciiDomain(to.address));
      expect(recipient, what).toMatch(/^[^\s@<>,;:"()-][^\s@<>,;:"()]*@[^\s@<>,;:"()]+$/);
      const toField = /^To:((?:.*\n[ \t])*.*)$/m.exec(header)?.[1] ?? '';
      expect(addressesIn(toField).map(withAsciiDomain), what).toEqual([recipient]);
      const ccField = /^Cc:((?:.*\n[ \t])*.*)$/m.exec(header)?.[1] ?? '';
      const copied = draft.kind === 'answer' ? draft.cc.map((other) => other.address) : [];
      for (const named of addressesIn(ccField).map(withAsciiDomain)) {
        // Of a notification it is the address that answers to all.
        if (draft.kind === 'notification') expect(named, what).toMatch(/^support-7102-k-/);
        else expect(copied.map(withAsciiDomain), what).toContain(named);
      }
      expect(sender === '' || sender.startsWith('support-7102-b-2-'), what).toBe(true);
      for (const line of content.split('\n')) {
        expect(Buffer.byteLength(line), what).toBeLessThanOrEqual(998);
      }
      expect(decodedWords(header), what).not.toMatch(/[\r\n\0]/);
    }
  }
  expect(mails).toBeGreaterThan(rounds / 2);
}, 120_000);

const read = async () => Buffer.from('\r\nBcc: eve@evil.example\n');
const files = { isAtItsPath: async () => false, mustBeThere: async () => {} };

function ticketOf(subject: string, requester: Mailbox): Ticket {
  return {
    ...{ id: 'SUPPORT-7102', number: 7102, queue: 'SUPPORT', status: 'open', subject, requester },
    ...{ ...UNSORTED, createdAt: '', updatedAt: '', messages: [] },
  };
}

function mailOf(
  text: string,
  from: Mailbox,
  attachments: IncomingMessage['attachments'],
): IncomingMessage {
  return {
    ...{ serial: 3, direction: 'in', trust: 'claimed', from, to: [], newLines: [], date: '' },
    ...{ subject: text, text, messageId: null, raw: 'raw/1', attachments },
  };
}

function file(filename: string, contentType: string) {
  return { filename, contentType, size: 1, sha256: 'x', path: 'tickets/71/SUPPORT-7102/1' };
}

function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + domainToASCII(address.slice(at));
}

/** Addresses outside of quoted strings and comments, as an MTA reads them (RFC 5322 3.4). */
function addressesIn(field: string): readonly string[] {
  const plain = field.replace(/\n[ \t]/g, ' ').replace(/"(?:[^"\\]|\\.)*"/g, '');
  return plain.match(/[^\s<>,;:]+@[^\s<>,;:]+/g) ?? [];
}

/** What encoded words in it decode to (RFC 2047). */
function decodedWords(header: string): string {
  return [...header.matchAll(/=\?[^?]+\?([QB])\?([^?]*)\?=/gi)]
    .map(([, encoding, word = '']) =>
      encoding?.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString()
        : word.replace(/=([0-9A-F]{2})/gi, (_, hex) =>
            String.fromCharCode(Number.parseInt(hex, 16)),
          ),
    )
    .join('');
}
