/** A newer program has written into the store: this one keeps its hands off, and mail waits with the MTA. */
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RECORD_VERSION } from '../../src/journal/record.ts';
import { lockedSync, PATIENCE_SECONDS } from '../../src/stores/disk/lock.ts';
import { filesBelow, makeDesk, shortMail, type TestDesk } from '../process/desk.ts';
import { type Served, serveAt } from '../process/serve.ts';
import { rawClient } from '../process/smtp-client.ts';

const REASON = '4.3.5 mailrobot: the store is of a newer version';
let desk: TestDesk;
let server: Served;

beforeEach(async () => {
  desk = await makeDesk();
  server = await serveAt(desk, ['--lmtp', join(desk.dir, 'lmtp')]);
});
afterEach(async () => {
  await server.stop();
  await desk.settled();
  desk.remove();
});

const segment = () => join(desk.store, 'journal', '000000000001.ndjson');

/** Of a format that says nothing that we know but its version; once the server lets go of the store. */
const appended = (seq: number) =>
  lockedSync(join(desk.store, 'lock'), PATIENCE_SECONDS, () =>
    appendFileSync(segment(), `${JSON.stringify({ v: RECORD_VERSION + 1, seq, what: 'new' })}\n`),
  );

async function byLmtp(subject: string): Promise<readonly string[]> {
  const client = await rawClient({ path: join(desk.dir, 'lmtp') });
  await client.say('LHLO mx.example\r\n');
  await client.say('MAIL FROM:<nic@ferrier.example>\r\n');
  await client.say('RCPT TO:<new@support-ticket.example>\r\n');
  await client.say('DATA\r\n');
  const data = `From: nic@ferrier.example\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@ferrier.example>\r\n\r\nHello.\r\n.\r\n`;
  const replies = await client.say(data);
  client.end();
  return replies;
}

async function expectDeferred(): Promise<void> {
  const before = readFileSync(segment());
  expect(await byLmtp('b')).toEqual([`451 ${REASON}`]);
  expect(await desk.run(['new'], { input: shortMail(2) })).toMatchObject({
    ...{ exit: 75, stdout: `${REASON}\n` },
  });
  const { exit, stderr } = await desk.run(['ticket', 'close', '7102']);
  expect(exit).toBe(1);
  expect(stderr).toContain(`written by a newer mailrobot (v${RECORD_VERSION + 1})`);
  expect(readFileSync(segment()).equals(before)).toBe(true);
  expect(readdirSync(join(desk.store, 'journal'))).toHaveLength(1);
  const raw = filesBelow(join(desk.store, 'raw')).filter((name) => name.endsWith('-in.eml'));
  expect(raw).toHaveLength(1);
}

test('a server that still runs answers 451, and a pipe ends with 75; both say why', async () => {
  expect(await byLmtp('a')).toEqual(['250 2.0.0 kept']);
  appended(2);
  await expectDeferred();
  // Whatever the newer program makes of it: the line is where it was, and so is the server.
  expect(await byLmtp('c')).toEqual([`451 ${REASON}`]);
});

test('also if the newer program has a head of its own, and after the power has gone', async () => {
  expect(await byLmtp('a')).toEqual(['250 2.0.0 kept']);
  appended(2);
  writeFileSync(join(desk.store, 'head.json'), '{"v":99} 0123456789abcdef\n');
  await expectDeferred();
});
