/** A store that an older program made goes on as it is, while mail comes in. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { problemsOfChain } from '../kit/old-store.ts';
import { deskAt, ROOT, type TestDesk } from '../process/desk.ts';
import { eventsIn, follow } from '../process/follower.ts';
import { serveAt } from '../process/serve.ts';
import { rawClient } from '../process/smtp-client.ts';

const STORES = join(ROOT, 'fixtures', 'stores');
const ARCHIVES = readdirSync(STORES).filter((name) => name.endsWith('.tar.gz'));
/** In it waits a mail whose octets are in its line. */
const WITH_OCTETS = 'format-1.tar.gz';

const desks: TestDesk[] = [];
afterEach(async () => {
  for (const desk of desks.splice(0)) {
    await desk.settled();
    desk.remove();
  }
});

function unpacked(archive: string): TestDesk {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-old-store-'));
  execFileSync('tar', ['-C', dir, '--no-same-owner', '-xzf', join(STORES, archive)]);
  const desk = deskAt(dir);
  desks.push(desk);
  return desk;
}

const journalOf = ({ store }: TestDesk) =>
  readdirSync(join(store, 'journal'))
    .sort()
    .map((name) => readFileSync(join(store, 'journal', name), 'utf8'))
    .join('');

const reply = (id: string) =>
  `From: Nic Ferrier <nic@ferrier.example>\nTo: support-7102@support-ticket.example\nSubject: Re: I can't login!\nMessage-ID: <${id}@ferrier.example>\nIn-Reply-To: <a1@ferrier.example>\n\nIt works now.\n`;

const deliver = (desk: TestDesk, id: string) =>
  desk.run(['reply'], {
    input: reply(id),
    env: { SENDER: 'nic@ferrier.example', RECIPIENT: 'support-7102@support-ticket.example' },
  });

test.each(ARCHIVES)('%s: it is in order, and everything in it can be read', async (archive) => {
  const desk = unpacked(archive);
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0, stderr: '' });
  const { stdout: list } = await desk.run(['ticket', 'list', '--all', '--json']);
  expect(JSON.parse(list)).toHaveLength(6);
  const { stdout: page } = await desk.run(['ticket', 'show', '7102', '--full']);
  expect(page).toContain('My password does not work.');
  expect(page).toContain('Your password is new now.');
  const { stdout: file } = await desk.run(['ticket', 'attachment', 'SUPPORT-7103', '1']);
  expect(file).toContain('1;2;3');
  const { stdout: found } = await desk.run(['ticket', 'search', 'other', 'building']);
  expect(found).toContain('SUPPORT-7103');
  const { stdout: held } = await desk.run(['held', 'list', '--json']);
  expect(held).toContain('m@elsewhere.example');
  const { stdout: events } = await desk.run(['events', '--scope', 'notes,held']);
  expect(events.trim().split('\n').length).toBeGreaterThan(25);
});

test.each(ARCHIVES)('%s: a delivery appends to it and converts nothing', async (archive) => {
  const desk = unpacked(archive);
  const before = journalOf(desk);
  expect(await deliver(desk, 'new1')).toMatchObject({ exit: 0, stdout: '', stderr: '' });
  expect(journalOf(desk).startsWith(before)).toBe(true);
  expect(journalOf(desk).length).toBeGreaterThan(before.length);
  expect((await desk.run(['fsck'])).exit).toBe(0);
  const { stdout: page } = await desk.run(['ticket', 'show', '7102', '--full']);
  expect(page).toContain('It works now.');
});

test.each(ARCHIVES)('%s: words of before and of now are found and told', async (archive) => {
  const desk = unpacked(archive);
  const before = journalOf(desk);
  await deliver(desk, 'new1');
  expect(journalOf(desk).slice(before.length)).not.toContain('It works now.');
  const { stdout: both } = await desk.run(['ticket', 'search', 'password', 'works now']);
  expect(both).toContain('SUPPORT-7102');
  const { stdout: old } = await desk.run(['ticket', 'search', 'other', 'building']);
  expect(old).toContain('SUPPORT-7103');
  const { stdout: events } = await desk.run(['events']);
  expect(events).toMatch(/My password does not work.*It works now/s);
  // An older program that still runs believes no head of a later version, and so meets its lines.
  expect(readFileSync(join(desk.store, 'head.json'), 'utf8')).toMatch(/^\{"v":3,/);
  for (const line of journalOf(desk).slice(before.length).trimEnd().split('\n')) {
    expect(line).toMatch(/^\{"v":3,/);
  }
});

test.each(ARCHIVES)('%s: mail that comes while it is made anew is in it', async (archive) => {
  const desk = unpacked(archive);
  const ids = Array.from({ length: 6 }, (_, n) => `while${n}`);
  const [rebuilt, ...delivered] = await Promise.all([
    desk.run(['rebuild']),
    ...ids.map((id) => deliver(desk, id)),
  ]);
  expect(rebuilt.exit).toBe(0);
  expect(delivered.map(({ exit }) => exit)).toEqual(ids.map(() => 0));
  expect((await desk.run(['fsck'])).exit).toBe(0);
  const { stdout: page } = await desk.run(['ticket', 'show', '7102', '--json']);
  for (const id of ids) expect(page).toContain(`<${id}@ferrier.example>`);
});

test.each(ARCHIVES)('%s: upgraded while mail comes in, it has each mail once', async (archive) => {
  const desk = unpacked(archive);
  expect((await deliver(desk, 'before')).exit).toBe(0);
  const { stdout: events } = await desk.run(['events', '--scope', 'notes,held']);
  const follower = follow(desk, ['--scope', 'notes,held']);
  await follower.until(eventsIn(events).length);
  const ids = Array.from({ length: 6 }, (_, n) => `while${n}`);
  const [upgraded, ...delivered] = await Promise.all([
    desk.run(['upgrade']),
    ...ids.map((id) => deliver(desk, id)),
  ]);
  expect(upgraded).toMatchObject({ exit: 0, stderr: '' });
  // Lines of format 2 are as those of format 3.
  expect(upgraded.stdout).toMatch(
    archive === WITH_OCTETS
      ? /^Upgraded: \d+ of \d+ commits are written anew, in format 3\.\n$/
      : /^The store is of the newest format: /,
  );
  expect(delivered.map(({ exit }) => exit)).toEqual(ids.map(() => 0));
  expect((await deliver(desk, 'after')).exit).toBe(0);
  expect((await desk.run(['fsck'])).exit).toBe(0);
  const { stdout: page } = await desk.run(['ticket', 'show', '7102', '--json']);
  for (const id of ['before', ...ids, 'after']) {
    expect(page.split(`"<${id}@ferrier.example>"`)).toHaveLength(2);
  }
  const { stdout: all } = await desk.run(['events', '--scope', 'notes,held']);
  expect(all.startsWith(events)).toBe(true);
  expect(await follower.until(eventsIn(all).length)).toEqual(eventsIn(all));
  await follower.end('SIGTERM');
  expect(problemsOfChain(join(desk.store, 'journal'))).toEqual([]);
  expect((await desk.run(['upgrade'])).stdout).toMatch(/^The store is of the newest format: /);
});

test.each(ARCHIVES)('%s: a server that runs goes on behind an upgrade', async (archive) => {
  const desk = unpacked(archive);
  const server = await serveAt(desk, ['--lmtp', join(desk.dir, 'lmtp')]);
  try {
    const client = await rawClient({ path: join(desk.dir, 'lmtp') });
    await client.say('LHLO mx.example\r\n');
    const send = async (id: string) => {
      await client.say('MAIL FROM:<nic@ferrier.example>\r\n');
      await client.say('RCPT TO:<support-7102@support-ticket.example>\r\n');
      await client.say('DATA\r\n');
      return client.say(`${reply(id).replaceAll('\n', '\r\n')}.\r\n`);
    };
    expect(await send('one')).toEqual(['250 2.0.0 kept']);
    const upgrading = desk.run(['upgrade']);
    for (const id of ['two', 'three', 'four']) expect(await send(id)).toEqual(['250 2.0.0 kept']);
    expect((await upgrading).exit).toBe(0);
    expect(await send('five')).toEqual(['250 2.0.0 kept']);
    client.end();
  } finally {
    await server.stop();
  }
  expect((await desk.run(['fsck'])).exit).toBe(0);
  expect(problemsOfChain(join(desk.store, 'journal'))).toEqual([]);
});

test.each(ARCHIVES)('%s: what it had not sent yet goes out', async (archive) => {
  const desk = unpacked(archive);
  const waiting = readdirSync(join(desk.store, 'outbox')).filter((name) => name.endsWith('.json'));
  const wanted = waiting.map(
    (name) => JSON.parse(readFileSync(join(desk.store, 'outbox', name), 'utf8')).recipient,
  );
  expect(wanted.length).toBeGreaterThan(1);
  await deliver(desk, 'new1');
  await desk.settled();
  const args = desk.sent().map((mail) => mail.args);
  for (const to of wanted) expect(args.some((line) => line.endsWith(`-- ${to}`))).toBe(true);
});

test('a mail that an old program committed as octets goes out octet for octet', async () => {
  const desk = unpacked(WITH_OCTETS);
  const { exit } = await desk.run(['new'], {
    input:
      'From: eva@elsewhere.example\nSubject: x\nMessage-ID: <e1@elsewhere.example>\n\nHello.\n',
    env: { SENDER: 'eva@elsewhere.example', RECIPIENT: 'new@support-ticket.example' },
  });
  expect(exit).toBe(0);
  await desk.settled();
  const to = 'dora@elsewhere.example';
  const waited = journalOf(desk)
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line): { recipient: string; content?: string }[] => JSON.parse(line).outgoing)
    .find(({ recipient }) => recipient === to);
  const sent = desk.sent().find(({ args }) => args.endsWith(`-- ${to}`));
  expect(sent?.content).toBe(waited?.content);
  expect(sent?.content).toContain('Subject: ');
});
