/**
 * What one mail may leave on the disk: of n octets, to r addresses of ours, with s people of
 * the desk, at most 3 n + 64 KiB + 8 KiB (r + s) octets and 40 + 4 (r + s) inodes. Each address is
 * a delivery of its own, with header lines of its own.
 *
 * Counted are the octets of files and the inodes that are there afterwards and were not
 * before, a file with several names once. The empty files of slots/ are not: there are 32 at most, and
 * each mail takes one. Prints what each mail took of its bound. What is said of each process is
 * elsewhere: but for the mails of a desk without people, all is done in this one.
 */
import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { copyOf, filesBelow, makeDesk, type TestDesk } from '../process/desk.ts';

const KIB = 1024;

let desk: TestDesk;
afterEach(() => desk.remove());

function used(): { readonly octets: number; readonly inodes: number } {
  const sizes = new Map<number, number>();
  for (const name of filesBelow(desk.store)) {
    if (name.startsWith('slots')) continue;
    const { ino, size, isDirectory } = statOf(name);
    sizes.set(ino, isDirectory ? 0 : size);
  }
  return { octets: [...sizes.values()].reduce((sum, size) => sum + size, 0), inodes: sizes.size };
}

function statOf(name: string) {
  const stat = lstatSync(join(desk.store, name));
  return { ino: stat.ino, size: stat.size, isDirectory: stat.isDirectory() };
}

const staff = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    ...{ name: `s${n}`, addresses: [`s${n}@home.example`], sasl: [`s${n}`] },
  }));

interface Taken {
  readonly octets: number;
  readonly inodes: number;
}

async function takenBy(work: () => Promise<void>): Promise<Taken> {
  const before = used();
  await work();
  await desk.settled();
  const after = used();
  return { octets: after.octets - before.octets, inodes: after.inodes - before.inodes };
}

function expectWithin(what: string, taken: Taken, { n, r, s }: Record<'n' | 'r' | 's', number>) {
  const octets = 3 * n + 64 * KIB + 8 * KIB * (r + s);
  const inodes = 40 + 4 * (r + s);
  const of = (part: number, whole: number) => `${part} of ${whole}`;
  console.log(`${what}: octets ${of(taken.octets, octets)}, inodes ${of(taken.inodes, inodes)}`);
  expect(taken.octets).toBeLessThanOrEqual(octets);
  expect(taken.inodes).toBeLessThanOrEqual(inodes);
}

const head = (n: number, more = '') =>
  `From: Nic <nic${n}@ferrier.example>\nSubject: ${n}\nMessage-ID: <${n}@ferrier.example>\n${more}`;
const MIXED = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n';
const bytes = (size: number) =>
  Buffer.alloc(
    size,
    'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\n',
  );

const BOMBS: readonly (readonly [string, () => Buffer | string])[] = [
  ['an attachment of 2.8 MB', () => attachmentOf(2_800_000)],
  ['250 files in 6 KB', () => files(250)],
  ['100 files', () => files(100)],
  ['a short text', () => `${head(1)}\nhello\n`],
  ['a text of 64 KB', () => `${head(1)}\n${'so it goes, on and on\n'.repeat(3000)}`],
  ['a text of 250 KB', () => `${head(1)}\n${'so it goes, on and on\n'.repeat(11_900)}`],
  ['a text of 900 KB', () => `${head(1)}\n${'so it goes, on and on\n'.repeat(41_000)}`],
  ['every other line quoted', () => `${head(1)}\n${'x\n>y\n'.repeat(50_000)}`],
  ['control characters', () => `${head(1)}\n${'\u0001\u0002\u001b\u0007'.repeat(60_000)}`],
  ['an alphabet of one octet a letter', () => thai(100_000)],
  ['HTML, with what was made of it', () => html(60_000)],
  ['1000 recipients', () => `${head(1, `To: ${'a@b.example,'.repeat(1000)}c@d.example\n`)}\nx\n`],
  ['short recipients', () => `${head(1, `To: ${'a@b,'.repeat(999)}c@d\n`)}\nx\n`],
  ['references', () => `${head(1, `References: ${'<a@b>\n '.repeat(9000)}<c@d>\n`)}\nx\n`],
  [
    'a subject of 60 KB',
    () => `${head(1).replace('Subject: 1', `Subject: ${'x '.repeat(30_000)}`)}\nx\n`,
  ],
  ['an author of 60 KB', () => `${head(1).replace('Nic <', `${'N '.repeat(30_000)}<`)}\nx\n`],
  ['an address of 60 KB', () => `${head(1).replace('nic1', 'n'.repeat(60_000))}\nx\n`],
  ['a Message-ID of 60 KB', () => `${head(1).replace('<1@', `<${'1'.repeat(60_000)}@`)}\nx\n`],
  ['all of it in a little', () => all()],
  ['names of 5 KB', () => files(100, 'n'.repeat(5000))],
];

function attachmentOf(size: number): string {
  return `${head(1, MIXED)}\n--b\n\nhello\n--b\nContent-Disposition: attachment; filename=a.bin\nContent-Transfer-Encoding: base64\n\n${bytes(size)}\n--b--\n`;
}

function all(): Buffer {
  const to = `To: ${'a@b,'.repeat(999)}c@d\n`;
  const type = 'Content-Type: text/plain; charset=windows-874\nContent-Transfer-Encoding: 8bit\n';
  return Buffer.concat([
    Buffer.from(`${head(1, to + MIXED)}\n--b\n${type}\n`),
    Buffer.alloc(6000, Buffer.from([0xa1, 0x0a, 0x3e, 0x0a])),
    Buffer.from(`${'--b\nContent-Type: a/b\n\nx\n'.repeat(250)}--b--\n`),
  ]);
}

function files(count: number, name = ''): string {
  const type = name === '' ? 'a/b' : `a/b; name="${name}"`;
  return `${head(1, MIXED)}\n${`--b\nContent-Type: ${type}\n\nx\n`.repeat(count)}--b--\n`;
}

function thai(size: number): Buffer {
  const type =
    'MIME-Version: 1.0\nContent-Type: text/plain; charset=windows-874\nContent-Transfer-Encoding: 8bit\n';
  return Buffer.concat([
    Buffer.from(`${head(1, type)}\n`),
    Buffer.alloc(size, Buffer.from([0xa1, 0xa2, 0xc3, 0x0a])),
  ]);
}

function html(size: number): string {
  const type = 'MIME-Version: 1.0\nContent-Type: text/html\n';
  return `${head(1, type)}\n<table>${'<tr><td>&amp;</td><td>b</td></tr>'.repeat(size / 33)}</table>\n`;
}

test.each([0, 1, 10])(
  'hostile and large mails, with %i people of the desk',
  async (s) => {
    desk = await makeDesk();
    desk.configure((config) => {
      config['staff'] = staff(s);
    });
    const failures: string[] = [];
    for (const [what, mail] of BOMBS) {
      const fresh = await makeDeskLike();
      const input = mail();
      const deliver = s === 0 ? fresh.run : fresh.here;
      const taken = await takenBy(async () => {
        expect(await deliver(['new'], { input })).toMatchObject({ exit: 0 });
      });
      if (longestLine() > LINE_LIMIT) failures.push(`${what}: its line`);
      try {
        expectWithin(what, taken, { n: input.length, r: 1, s });
      } catch {
        failures.push(what);
      }
    }
    expect(failures).toEqual([]);

    /** Each on a store of its own. */
    async function makeDeskLike(): Promise<TestDesk> {
      desk.remove();
      desk = await makeDesk();
      desk.configure((config) => {
        config['staff'] = staff(s);
      });
      return desk;
    }
  },
  180_000,
);

const TICKETS = 20;
/** By how many people are there: what each test has a copy of. */
const withTickets = new Map<number, Promise<TestDesk>>();
afterAll(async () => {
  for (const made of withTickets.values()) (await made).remove();
});

/** What goes out is not looked at, and is a thousand mails where fifty people are told. */
function forgetsSent(made: TestDesk): TestDesk {
  writeFileSync(join(made.dir, 'sendmail'), '#!/bin/sh\nexec cat >/dev/null\n');
  return made;
}

/** Its tickets are Nic's: each of the addresses is one of them. */
async function makeWithTickets(s: number): Promise<TestDesk> {
  const made = forgetsSent(await makeDesk());
  made.configure((config) => {
    config['staff'] = staff(s);
  });
  for (let n = 0; n < TICKETS; n += 1) {
    const input = `${head(1).replace('<1@', `<first${n}@`)}\nhello\n`;
    expect(await made.here(['new'], { input })).toMatchObject({ exit: 0 });
  }
  await made.settled();
  return made;
}

async function deskWithTickets(s: number): Promise<void> {
  const made = withTickets.get(s) ?? makeWithTickets(s);
  withTickets.set(s, made);
  desk = forgetsSent(copyOf((await made).dir));
}

const TO_TWENTY: Readonly<Record<string, string>> = {
  'a line': `${head(1)}\nso it goes\n`,
  '2 KB of text': `${head(1)}\n${'so it goes, on and on\n'.repeat(93)}`,
  '2.8 MB attached': attachmentOf(2_800_000),
  '64 KB of text': `${head(1)}\n${'so it goes, on and on\n'.repeat(3000)}`,
  '64 KB of text and no Message-ID': `${head(1).replace(/^Message-ID.*\n/m, '')}\n${'so it goes, on and on\n'.repeat(3000)}`,
  '250 files in 6 KB': files(250),
};
const STRANGER = 'kay@other.example';
const OWNER = 'nic1@ferrier.example';

test.each([
  ['2.8 MB attached', 'a stranger', STRANGER, 0],
  ['64 KB of text', 'a stranger', STRANGER, 10],
  ['250 files in 6 KB', 'a stranger', STRANGER, 10],
  ['2 KB of text', 'the one whose tickets they are, with ten people of the desk', OWNER, 10],
  ['64 KB of text', 'the one whose tickets they are', OWNER, 0],
  ['64 KB of text', 'the one whose tickets they are, with ten people of the desk', OWNER, 10],
  ['64 KB of text and no Message-ID', 'the one whose tickets they are', OWNER, 0],
  ['250 files in 6 KB', 'the one whose tickets they are', OWNER, 0],
  ['250 files in 6 KB', 'the one whose tickets they are, with ten people of the desk', OWNER, 10],
  ['a line', 'the one whose tickets they are, with fifty people of the desk', OWNER, 50],
  ['2.8 MB attached', 'the one whose tickets they are', OWNER, 0],
  ['2.8 MB attached', 'the one whose tickets they are, with ten people of the desk', OWNER, 10],
])(
  'a mail to twenty tickets, with %s, of %s, takes the room of one',
  async (what, who, author, s) => {
    const mail = TO_TWENTY[what] ?? '';
    await deskWithTickets(s);
    const copyFor = (to: string) =>
      Buffer.from(
        `Return-Path: <${author}>\nX-Original-To: ${to}\nDelivered-To: ${to}\n${mail.replace('nic1@ferrier.example', author)}`,
      );
    let n = 0;
    const taken = await takenBy(async () => {
      for (let ticket = 7102; ticket < 7102 + TICKETS; ticket += 1) {
        const to = `support-${ticket}@support-ticket.example`;
        const input = copyFor(to);
        n = input.length;
        const env = { SENDER: author, RECIPIENT: to, ORIGINAL_RECIPIENT: to };
        expect(await desk.here(['reply'], { input, env })).toMatchObject({ exit: 0 });
      }
    });
    expectWithin(`${what} to twenty tickets, of ${who}`, taken, { n, r: TICKETS, s });
    expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
  },
  180_000,
);

/** Words stand elsewhere: what is left of the worst mail is this much. */
const LINE_LIMIT = 64 * KIB;

/** Octets of the longest line of the journal. */
function longestLine(): number {
  const lines = filesBelow(join(desk.store, 'journal')).flatMap((name) =>
    readFileSync(join(desk.store, 'journal', name), 'latin1').split('\n'),
  );
  return Math.max(...lines.map(({ length }) => length));
}

const AS_BOB = {
  SENDER: 's0@home.example',
  RECIPIENT: 'support-7102@support-ticket.example',
  SASL_USERNAME: 's0',
};

async function deskWithParticipants(count: number): Promise<void> {
  desk = await makeDesk();
  desk.configure((config) => {
    config['staff'] = staff(1);
  });
  await desk.run(['new'], { input: `${head(1)}\nhello\n` });
  const people = Array.from({ length: count }, (_, n) => `Cc: +p${n}@other.example\n`).join('');
  const input = `From: s0@home.example\nSubject: Re: 1\nMessage-ID: <cc@home.example>\n\n${people}\n`;
  expect(await desk.run(['reply'], { input, env: AS_BOB })).toMatchObject({ exit: 0 });
}

const answer = (more: string) =>
  `From: s0@home.example\nSubject: Re: 1\nMessage-ID: <answer@home.example>\n${more}`;

test('an answer with 2 MB attached to ten people is there once, and each gets all of it', async () => {
  await deskWithParticipants(9);
  const before = desk.sent().length;
  const input = attachmentOf(2_000_000).replace(head(1), answer(''));
  const taken = await takenBy(async () => {
    expect(await desk.run(['reply'], { input, env: AS_BOB })).toMatchObject({ exit: 0 });
  });
  expectWithin('an answer to ten people', taken, { n: input.length, r: 1, s: 1 });
  const sent = desk.sent().slice(before);
  expect(sent).toHaveLength(10);
  for (const { content } of sent) expect(content.length).toBeGreaterThan(2_000_000);
  // Each of them is in the ticket's Maildir, too, as a name of the same file.
  const inMaildir = () =>
    filesBelow(join(desk.store, 'tickets', '71', 'SUPPORT-7102', 'cur'))
      .map((name) => statOf(join('tickets', '71', 'SUPPORT-7102', 'cur', name)).size)
      .filter((size) => size > 2_000_000).length;
  expect(inMaildir()).toBe(10);
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
  expect(await desk.run(['rebuild'])).toMatchObject({ exit: 0 });
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
  expect(inMaildir()).toBe(10);
}, 120_000);

/** A mail is shown whole up to 256 Ki characters. */
const AT_LENGTH = `${'what I have to say, at length!!\n'.repeat(8000)}the end of it`;

test('the longest answer to the most people is one commit, with a short line, and each gets all of it', async () => {
  await deskWithParticipants(19);
  const before = desk.sent().length;
  const input = `${answer('')}\n${AT_LENGTH}\n`;
  expect(await desk.run(['reply'], { input, env: AS_BOB })).toMatchObject({ exit: 0 });
  const sent = desk.sent().slice(before);
  expect(sent).toHaveLength(20);
  for (const { content } of sent) expect(content).toContain('the end of it');
  expect(longestLine()).toBeLessThanOrEqual(LINE_LIMIT);
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
}, 120_000);

test('a long answer that is not carried out comes back to its author, whole, with the reason', async () => {
  await deskWithParticipants(9);
  const before = desk.sent().length;
  const input = `${answer('')}\nAssign: nobody-of-us\n\n${AT_LENGTH}\n`;
  expect(await desk.run(['reply'], { input, env: AS_BOB })).toMatchObject({ exit: 0 });
  const sent = desk.sent().slice(before);
  expect(sent.map(({ args }) => args.includes('s0@home.example'))).toEqual([true]);
  expect(sent[0]?.content).toContain('Nobody on the staff is called');
  const attached = Buffer.from(sent[0]?.content.split('message.eml\n\n')[1] ?? '', 'base64');
  expect(attached.toString()).toContain('the end of it');
}, 120_000);

test('a file that has none of its own comes out of the raw mail, also in a mail', async () => {
  desk = await makeDesk();
  const parts = Array.from(
    { length: 30 },
    (_, n) => `--b\nContent-Disposition: attachment; filename=${n}.txt\n\nfile ${n}\n`,
  );
  await desk.run(['new'], { input: `${head(1, MIXED)}\n${parts.join('')}--b--\n` });
  for (const n of [1, 20, 21, 30]) {
    const file = await desk.run(['ticket', 'attachment', '7102', String(n)]);
    expect(file).toMatchObject({ exit: 0, stdout: expect.stringMatching(`^file ${n - 1}\n?$`) });
  }
  const forwarded = await desk.run(['ticket', 'forward', '7102', 'kay@other.example']);
  expect(forwarded).toMatchObject({ exit: 0 });
  for (const n of [0, 19, 20, 29]) {
    const octets = Buffer.from(`file ${n}`).toString('base64').slice(0, 8);
    expect(desk.sent().at(-1)?.content).toContain(octets);
  }
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
}, 120_000);
