/**
 * One mail, three doors: every case of fixtures/cases that came by Postfix gives the
 * same ticket, the same reply and the same outcome through the pipe, through
 * `serve` (SMTP) and through `serve --lmtp`. What cannot come by a door is named with
 * its reason.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { deliverCase, makeDesk, PROGRAM, ROOT, type TestDesk } from './desk.ts';
import { type Served, serveAt } from './serve.ts';
import { rawClient } from './smtp-client.ts';

interface Case {
  readonly about: string;
  readonly before?: readonly string[];
  readonly arrange?: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly exit: 0 | 75;
  readonly ticket: string | null;
}

const FOLDER = join(ROOT, 'fixtures', 'cases');
/** What no client can do by SMTP, or what an MTA in front would have done. */
const NOT_BY: Readonly<Record<string, readonly [string, string]>> = {
  'alias-of-an-alias': ['lmtp', 'Postfix has replaced info@ by then'],
  'copy-of-a-held-mail': ['smtp', "a mark below the Received of serve is its sender's own"],
  'marked-as-spam': ['smtp', "a mark below the Received of serve is its sender's own"],
  'not-a-mail': ['smtp lmtp', 'an MTA writes a header on top, and ends the last line'],
};

const cases = readdirSync(FOLDER)
  .sort()
  .map((name) => ({ name, scenario: readCase(name) }))
  .filter(({ name, scenario }) => {
    const isPiped = scenario.env?.['RECIPIENT'] !== undefined;
    const isPlain =
      scenario.arrange === undefined && ['new', 'reply'].includes(scenario.args[0] ?? '');
    return isPiped && isPlain && scenario.args.length === 1 && envelopeOf(name) !== null;
  });

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
  for (const { name, scenario } of cases) {
    const [not, reason] = NOT_BY[name] ?? [];
    test.skipIf(not?.includes(door) === true)(
      `${name}: ${not?.includes(door) === true ? `not by ${door}: ${reason}` : scenario.about}`,
      async () => {
        const all = [...(scenario.before ?? []), name];
        const byDoor = await newDesk();
        const replies: string[] = [];
        await open(door, byDoor);
        for (const one of all) replies.push(await deliver(door, byDoor, one));
        expect(replies.at(-1)?.slice(0, 3)).toBe(scenario.exit === 0 ? '250' : '451');
        expect(await seenOf(byDoor)).toEqual(await expectedOf(name, all));
      },
    );
  }
});

test('most cases come by every door', () => {
  expect(cases.length).toBeGreaterThan(20);
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

async function deliver(door: Door, desk: TestDesk, name: string): Promise<string> {
  const envelope = envelopeOf(name);
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

/** Who sent the mail of a case to whom, and the mail before local(8) wrote on top of it; null: by no MTA. */
function envelopeOf(name: string) {
  const { env } = readCase(name);
  const file = readFileSync(join(FOLDER, name, 'in.eml')).toString('latin1');
  const withoutFrom = file.replace(/^From .*\n/, '');
  const [head = ''] =
    /^(?:(?:Return-Path|X-Original-To|Delivered-To): .*\n)*/i.exec(withoutFrom) ?? [];
  const field = (field: string) => new RegExp(`^${field}: <?(.*?)>?$`, 'im').exec(head)?.[1];
  const sender = field('Return-Path') ?? env?.['SENDER'];
  const recipient = field('X-Original-To') ?? env?.['ORIGINAL_RECIPIENT'] ?? env?.['RECIPIENT'];
  if (sender === undefined || recipient === undefined) return null;
  const mail = Buffer.from(withoutFrom.slice(head.length), 'latin1');
  const isEmpty = mail.length === 0;
  const isForged = name.startsWith('forged-');
  const decoded = (text: string) => Buffer.from(text, 'latin1').toString('utf8');
  return isEmpty || isForged
    ? null
    : { sender: decoded(sender), recipient: decoded(recipient), mail };
}

function readCase(name: string): Case {
  return JSON.parse(readFileSync(join(FOLDER, name, 'case.json'), 'utf8'));
}

/** Everything a user can see, without times, and without what differs in the lines on top of the raw mail. */
async function seenOf(desk: TestDesk) {
  const list = JSON.parse((await desk.run(['ticket', 'list', '--all', '--json'])).stdout);
  const tickets = [];
  for (const { id } of list) {
    const shown = (await desk.run(['ticket', 'show', id, '--json'])).stdout;
    tickets.push(JSON.parse(shown, withoutWhatDiffers));
  }
  const held = JSON.parse((await desk.run(['held', 'list', '--json'])).stdout);
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
