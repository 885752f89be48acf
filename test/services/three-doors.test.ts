/**
 * One mail, three doors: a mail from a client gives the same ticket, the same reply and the same
 * outcome through the pipe, through `serve` (SMTP) and through `serve --lmtp`. All of
 * fixtures/cases, from what each door hands to a delivery, are in test/doors/same-mail.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { fromMta, NOT_BY, readCase } from '../kit/cases.ts';
import { deliverCase, makeDesk, PROGRAM, type TestDesk } from '../process/desk.ts';
import { type Served, serveAt } from '../process/serve.ts';
import { rawClient } from '../process/smtp-client.ts';

/** What differs on the wire, or by what the MTA does before. */
const CASES = [
  ...['plain', 'attachment', 'obrien', 'null-sender', 'crlf-no-from-line', 'cr-in-display-name'],
  ...['reply-by-thread', 'delivered-twice', 'marked-as-spam', 'alias-of-an-alias'],
];

let desks: TestDesk[] = [];
let server: Served | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
  for (const desk of desks) desk.remove();
  desks = [];
});

type Door = 'smtp' | 'lmtp';

describe.each<Door>(['smtp', 'lmtp'])('by %s as by the pipe', (door) => {
  const cases = CASES.filter((name) => NOT_BY[name]?.[0].includes(door) !== true);
  test.each(cases.map((name) => [name, readCase(name).about]))('%s: %s', async (name) => {
    const { before = [], exit } = readCase(name);
    const all = [...before, name];
    const byDoor = await newDesk();
    const replies: string[] = [];
    await open(door, byDoor);
    for (const one of all) replies.push(await deliver(door, byDoor, one));
    expect(replies.at(-1)?.slice(0, 3)).toBe(exit === 0 ? '250' : '451');
    await close(byDoor);
    expect(await seenOf(byDoor)).toEqual(await expectedOf(name, all));
  });
});

/** The same for both doors, so once for each case. */
const seenByPipe = new Map<string, unknown>();

async function expectedOf(name: string, all: readonly string[]): Promise<unknown> {
  if (!seenByPipe.has(name)) {
    const desk = await newDesk();
    for (const one of all) await deliverCase(desk, one);
    seenByPipe.set(name, await seenOf(desk));
  }
  return seenByPipe.get(name);
}

async function newDesk(): Promise<TestDesk> {
  const desk = await makeDesk();
  desks.push(desk);
  return desk;
}

async function open(door: Door, desk: TestDesk): Promise<void> {
  const aliases = join(desk.dir, 'aliases');
  const command = (verb: string) => `"|${PROGRAM} ${verb} || exit 75"`;
  writeFileSync(
    aliases,
    `new: ${command('new')}\nsupport: ${command('reply')}\nhelp: ${command('reply')}\ninfo: new\noffice: new\n`,
  );
  mkdirSync(join(desk.dir, 'sent'), { recursive: true });
  if (process.getuid?.() === 0) spawnSync('chown', ['-R', '65534:65534', desk.dir]);
  const how =
    door === 'smtp' ? ['--port', '0', '--aliases', aliases] : ['--lmtp', join(desk.dir, 'lmtp')];
  server = await serveAt(desk, how);
}

/** What is ours again is looked at in this process (here.ts). */
async function close(desk: TestDesk): Promise<void> {
  await server?.stop();
  server = undefined;
  await desk.settled();
  const [user, group] = [process.getuid?.(), process.getgid?.()];
  if (user === 0) spawnSync('chown', ['-R', `${user}:${group}`, desk.dir]);
}

async function deliver(door: Door, desk: TestDesk, name: string): Promise<string> {
  const envelope = fromMta(name);
  if (envelope === null) throw new Error(`${name} came by no door`);
  const place = door === 'smtp' ? { port: server?.port ?? 0 } : { path: join(desk.dir, 'lmtp') };
  const raw = await rawClient(place);
  const utf8 = /\P{ASCII}/u.test(envelope.sender + envelope.recipient) ? ' SMTPUTF8' : '';
  await raw.say(door === 'smtp' ? 'EHLO ferrier.example\r\n' : 'LHLO mx.example\r\n');
  const octets = (text: string) => Buffer.from(text, 'utf8');
  const [from] = await raw.say(octets(`MAIL FROM:<${envelope.sender}>${utf8}\r\n`));
  const [to] = await raw.say(octets(`RCPT TO:<${envelope.recipient}>\r\n`));
  if (!from?.startsWith('250') || !to?.startsWith('250')) return `${from} ${to}`;
  await raw.say('DATA\r\n');
  const text = envelope.mail.toString('latin1').replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');
  const end = text.endsWith('\r\n') ? '.\r\n' : '\r\n.\r\n';
  const [reply = ''] = await raw.say(Buffer.from(text + end, 'latin1'));
  raw.end();
  return reply;
}

/** Everything a user can see, without times, and without what differs in the lines on top of the raw mail. */
async function seenOf(desk: TestDesk) {
  const list = JSON.parse((await desk.here(['ticket', 'list', '--all', '--json'])).stdout);
  const tickets = [];
  for (const { id } of list) {
    const shown = (await desk.here(['ticket', 'show', id, '--json'])).stdout;
    tickets.push(JSON.parse(shown, withoutWhatDiffers));
  }
  const held = JSON.parse((await desk.here(['held', 'list', '--json'])).stdout);
  const sent = desk
    .sent()
    .map(({ args, content }) => `${args}\n${content.replace(/^Date: .*$/m, '')}`);
  return { tickets, held: held.length, sent };
}

/** Times; and a raw mail that is attached whole, with the lines on top. */
function withoutWhatDiffers(key: string, value: unknown): unknown {
  if (['createdAt', 'updatedAt', 'date', 'since'].includes(key)) return null;
  const isRaw =
    typeof value === 'object' &&
    value !== null &&
    'filename' in value &&
    value.filename === 'message.eml';
  return isRaw ? 'the raw mail' : value;
}
