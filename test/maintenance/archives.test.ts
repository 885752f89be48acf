/** Archives that somebody else made: what is no store, or names a place outside of it, is refused whole. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import tar, { type Header } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashOf, NO_LINE } from '../../src/journal/chain.ts';
import { type JournalRecord, written } from '../../src/journal/record.ts';
import { oldLine, recordsOf } from '../kit/journal.ts';
import { deliverCase, makeDesk, type TestDesk } from '../process/desk.ts';

let desk: TestDesk;
let archive: string;
beforeEach(async () => {
  desk = await makeDesk();
  archive = join(desk.dir, 'desk.tar');
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

interface Member {
  readonly header: Partial<Header> & Pick<Header, 'name'>;
  readonly content: Buffer;
}

async function membersOf(file: string): Promise<readonly Member[]> {
  const found: Member[] = [];
  for await (const entry of Readable.from([readFileSync(file)]).pipe(tar.extract())) {
    found.push({ header: entry.header, content: await buffer(entry) });
  }
  return found;
}

/** Writes an archive, with a manifest that counts as it should. */
async function write(members: readonly Member[]): Promise<void> {
  const pack = tar.pack();
  for (const { header, content } of members) {
    const isManifest = header.name === 'manifest.json';
    const counted = { ...JSON.parse(isManifest ? content.toString() : '{}') };
    const text = isManifest
      ? Buffer.from(JSON.stringify({ ...counted, members: members.length - 1 }))
      : content;
    const isFile = header.type === 'file' || header.type === undefined;
    if (isFile) pack.entry({ ...header, size: text.length }, text);
    else pack.entry({ ...header, size: 0 });
  }
  pack.finalize();
  writeFileSync(archive, await buffer(pack));
}

const file = (name: string, content = 'x', more: Partial<Header> = {}): Member => ({
  header: { name, size: content.length, ...more },
  content: Buffer.from(content),
});

async function backedUp(isStoreLost = true): Promise<readonly Member[]> {
  await deliverCase(desk, 'attachment');
  expect(await desk.here(['backup', archive])).toMatchObject({ exit: 0 });
  if (isStoreLost) rmSync(desk.store, { recursive: true });
  return membersOf(archive);
}

async function refused(why: RegExp): Promise<void> {
  const before = readdirSync(desk.dir).sort();
  const ended = await desk.here(['restore', archive]);
  expect(ended).toMatchObject({ exit: 1, stdout: '' });
  expect(ended.stderr).toMatch(why);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  expect(readdirSync(desk.dir).sort()).toEqual(before);
}

test('what a backup holds is a store again, octet by octet', async () => {
  const members = await backedUp();
  await write(members);
  expect(await desk.run(['restore', archive])).toMatchObject({ exit: 0, stderr: '' });
  for (const { header, content } of members.filter(({ header: { name } }) => /^raw/.test(name))) {
    expect(readFileSync(join(desk.store, header.name)).equals(content)).toBe(true);
  }
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
});

const RAW = 'raw/000000/9-in.eml';
test.each<readonly [string, Member, RegExp]>([
  ['a path that climbs', file('raw/000000/../../../evil'), /no part of a store/],
  ['an absolute path', file('/tmp/evil'), /no part of a store/],
  ['a file that no store has', file('.ssh/authorized_keys'), /no part of a store/],
  ['a link', file(RAW, '', { type: 'symlink', linkname: '/etc/passwd' }), /no part of a store/],
  ['a hard link', file(RAW, '', { type: 'link', linkname: '/etc/passwd' }), /no part of a store/],
  ['a folder', file('raw/000000/', '', { type: 'directory' }), /no part of a store/],
  ['a device', file(RAW, '', { type: 'character-device', devmajor: 1 }), /no part of a store/],
  ['a fifo', file(RAW, '', { type: 'fifo' }), /no part of a store/],
  ['a name twice', file('keys.json', '{"v":1,"secrets":["00"]}'), /holds "keys.json" twice/],
  ['a huge small file', file('subscribers/x.json', 'x'.repeat(2_000_000)), /has 2000000 octets/],
  ['a template that is none', file('templates/../../evil.txt'), /no part of a store/],
])('%s is refused', async (_, member, why) => {
  await write([...(await backedUp()), member]);
  await refused(why);
});

test.each<readonly [string, (members: readonly Member[]) => readonly Member[], RegExp]>([
  ['nothing', () => [], /does not begin with a manifest/],
  ['a manifest at its end', ([first, ...more]) => [...more, ...(first ? [first] : [])], /manifest/],
  ['a manifest alone', (members) => members.slice(0, 1), /has no store\.json/],
  ['no keys', without('keys.json'), /has no keys\.json/],
  ['no journal', without('journal/000000000001.ndjson'), /is missing/],
  ['no texts', without('texts/000000000001.ndjson'), /is missing/],
  ['another text', edited('texts/000000000001.ndjson', /Nic/, 'Eve'), /not the texts of the line/],
  [
    'a manifest that does not read',
    edited('manifest.json', /"owner":"\w+"/, '"owner":7'),
    /manifest/,
  ],
  ['a newer format', edited('store.json', /"v": ?1/, '"v":2'), /format 2/],
  ['an epoch that ends a header', edited('store.json', /"0123/, '">\\r\\nBcc: x"+"'), /not JSON/],
  ['an epoch that is none', edited('store.json', /"0123/, '"x>y'), /names an epoch that is none/],
  ['a key that signs nothing', edited('keys.json', /5a/g, 'xy'), /keys\.json/],
])('an archive with %s is refused', async (_, change, why) => {
  await write(change(await backedUp()));
  await refused(why);
});

function without(name: string): (members: readonly Member[]) => readonly Member[] {
  return (members) => members.filter(({ header }) => header.name !== name);
}

function edited(
  name: string,
  from: RegExp,
  to: string,
  finish = (text: string) => text,
): (m: readonly Member[]) => readonly Member[] {
  return (members) =>
    members.map(({ header, content }) => {
      if (header.name !== name) return { header, content };
      const text = content.toString();
      expect(text).toMatch(from);
      return { header, content: Buffer.from(finish(text.replace(from, to))) };
    });
}

const JOURNAL = 'journal/000000000001.ndjson';
const TEXTS = 'texts/000000000001.ndjson';

/** A journal whose lines hold their words, forged; and as this program would have written it. */
function forged(members: readonly Member[], from: RegExp, to: string): readonly Member[][] {
  const old = recordsOf(desk.store).map(oldLine).join('');
  expect(old).toMatch(from);
  const lines = old.replace(from, to);
  let [journal, texts, prev] = ['', '', NO_LINE];
  for (const line of lines.trimEnd().split('\n')) {
    const record: JournalRecord = { ...JSON.parse(line), v: 2 };
    const one = written(record, { prev, at: Buffer.byteLength(texts) });
    [journal, texts, prev] = [`${journal}${one.line}\n`, texts + one.texts, hashOf(one.line)];
  }
  return [{ [JOURNAL]: lines }, { [JOURNAL]: journal, [TEXTS]: texts }].map((made) =>
    members.map(({ header, content }) => {
      const text = Object.entries(made).find(([name]) => name === header.name)?.[1];
      return text === undefined
        ? { header, content }
        : { header: { ...header, size: Buffer.byteLength(text) }, content: Buffer.from(text) };
    }),
  );
}

test.each<readonly [string, RegExp, string]>([
  ['an attachment', /"path":"tickets/, '"path":"tickets/../../evil'],
  ['an attachment elsewhere', /"path":"[^"]*"/, '"path":"/tmp/evil"'],
  ['an attachment over the keys', /"path":"[^"]*"/, '"path":"keys.json"'],
  ['a ticket', /"ticket":"SUPPORT-7102"/, '"ticket":"../../SUPPORT-7102"'],
  ['a raw mail', /"raw":"raw/, '"raw":"raw/../../../etc'],
  ['what came in', /"incoming":"/, '"incoming":"../../'],
  ['a folder that would be emptied', /"incoming":"[^"]*"/, '"incoming":"../keys.json"'],
  ['a queue', /"queue":"SUPPORT"/, '"queue":"../../x"'],
  ['a mail', /"mail":"\d/, '"mail":"../../1'],
  ['a serial', /"serial":1/, '"serial":"../1"'],
  ['a time', /"time":"[^"]*"/, '"time":"noon"'],
  ['a number that was left out', /"seq":2/, '"seq":3'],
  ['a ticket that nobody began', /"type":"ticket\.created"/, '"type":"ticket.muted"'],
  ['a message without attachments', /"attachments":\[/, '"attachments":7,"x":['],
])('a journal with %s that leads astray is refused', async (_, from, to) => {
  for (const members of forged(await backedUp(false), from, to)) {
    rmSync(desk.store, { recursive: true, force: true });
    await write(members);
    await refused(/no store can be made of it|does not read|is followed by/);
  }
});

test('a journal of which a line was changed is refused', async () => {
  await write(
    edited(JOURNAL, /"type":"ticket\.created"/, '"type":"ticket.muted"')(await backedUp()),
  );
  await refused(/does not fit the line before it/);
});

test('a journal of which a line was changed is refused', async () => {
  await write(
    edited(JOURNAL, /"type":"ticket\.created"/, '"type":"ticket.muted"')(await backedUp()),
  );
  await refused(/does not fit the line before it/);
});

test('an archive with more octets in a header than follow, and a sparse file, are refused', async () => {
  const members = await backedUp();
  await write([...members, file(RAW, 'x'.repeat(600))]);
  const octets = readFileSync(archive);
  const at = octets.indexOf(RAW);
  const huge = Buffer.from(octets);
  huge.write('77777777777\0', at + 124, 'latin1');
  writeFileSync(archive, summed(huge, at));
  await refused(/no archive of mailrobot backup/);
  const sparse = Buffer.from(octets);
  sparse.write('S', at + 156, 'latin1');
  writeFileSync(archive, summed(sparse, at));
  await refused(/no part of a store/);
});

/** With the checksum that the header at this place must have. */
function summed(octets: Buffer, at: number): Buffer {
  octets.fill(' ', at + 148, at + 156);
  const sum = octets.subarray(at, at + 512).reduce((all, octet) => all + octet, 0);
  octets.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
  return octets;
}

test('a folder in which another restore is at work is left alone', async () => {
  await write(await backedUp());
  const made = `${desk.store}.restoring`;
  writeFileSync(made, 'somebody’s');
  await refused(/another restore is at work, or was stopped/);
  expect(readFileSync(made, 'utf8')).toBe('somebody’s');
  expect(existsSync(desk.store)).toBe(false);
  rmSync(made);
  expect(await desk.here(['restore', archive])).toMatchObject({ exit: 0 });
  expect(statSync(desk.store).mode & 0o777).toBe(0o700);
});
