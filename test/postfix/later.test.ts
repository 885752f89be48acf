/**
 * Answers by mail that go out later, and one that is taken back by mail, on a real Postfix. What sends
 * them at their time is `mailrobot serve --lmtp`, which gets no mail here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mailsOf } from '../../src/ticket/ticket.ts';
import { age } from '../process/desk.ts';
import { type DeskOnPostfix, type Desks, DOMAIN, PROVEN, startDesk } from './desks.ts';
import { type PostfixInstance, postfixMissing } from './instance.ts';

const missing = postfixMissing();
const NIC = 'nic@ferrier.example';
const SUE = 'sue@ferrier.example';

let program: string;
let stop: DeskOnPostfix['stop'];
let desks: Desks;
let postfix: PostfixInstance;
let server: ChildProcess | null = null;

beforeAll(async () => {
  if (missing !== undefined) return;
  ({ program, desks, postfix, stop } = await startDesk(
    { new: 'new', support: 'reply', control: 'control' },
    { staff: [{ name: 'sue', addresses: [SUE] }], timeZone: 'Europe/Berlin' },
  ));
}, 120_000);

afterAll(async () => {
  server?.kill('SIGKILL');
  await stop?.();
});

async function send(from: string, to: string, body: string): Promise<void> {
  const id = `<${Math.random()}@ferrier.example>`;
  const fields = `Subject: login\nDate: ${new Date().toUTCString()}\nMessage-ID: ${id}\n`;
  const data = `From: ${from}\nTo: ${to}@${DOMAIN}\n${fields}\n${body}\n`;
  const swaksArgs = from === SUE ? PROVEN : [];
  const queued = await postfix.send({ from, to: `${to}@${DOMAIN}`, data, swaksArgs });
  expect((await postfix.settled(queued)).status).toBe('sent');
}

/** Until it listens: then it has left in the store that it runs. */
function serve(): Promise<void> {
  const args = ['serve', '--lmtp', join(desks.dir, 'desk', 'lmtp'), '--config'];
  const child = spawn(program, [...args, desks.configOf('desk')], {
    env: { PATH: '/usr/bin:/bin' },
  });
  server = child;
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (text) => {
      said += String(text);
      if (said.includes('listening')) resolve();
    });
    child.on('exit', (code) => reject(new Error(`serve ended with ${code}: ${said}`)));
  });
}

async function ended(): Promise<void> {
  const gone = new Promise((resolve) => server?.on('exit', resolve));
  server?.kill('SIGTERM');
  await gone;
}

async function later(days: number): Promise<void> {
  const here = async (args: readonly string[]) => {
    const stdout = await desks.robot(args, 'desk');
    return { exit: 0, signal: null, stdout, stderr: '' };
  };
  await age({ store: join(desks.dir, 'desk', 'store'), here }, days);
}

async function answers(): Promise<readonly string[]> {
  return mailsOf(await desks.show('7102', 'desk')).flatMap((one) =>
    one.direction === 'out' && one.by !== undefined ? `${one.text.trim()} ${one.delivery}` : [],
  );
}

/** However its lines are broken. */
const allTo = (name: string) =>
  postfix.mailbox(name).join('\n').replaceAll('=\n', '').replace(/\s+/g, ' ');

test.skipIf(missing !== undefined)(
  `an answer goes out at its time, and one that was taken back to nobody ${missing ?? ''}`,
  async () => {
    await send(NIC, 'new', 'I cannot log in.');
    await postfix.waitForMail('nic', 1);
    await send(SUE, 'support-7102', 'Send: tomorrow 8:00\n\nNobody would send this.');
    expect(await answers()).toEqual([]);

    await serve();
    await send(SUE, 'support-7102', 'Send: tomorrow 8:00\n\nGood morning, Nic.');
    await send(SUE, 'support-7102', 'Send: tomorrow 9:00\n\nToo hasty.');
    expect(await answers()).toEqual(['Good morning, Nic. waiting', 'Too hasty. waiting']);
    await send(SUE, 'control', 'undo 7102');
    expect(await answers()).toEqual(['Good morning, Nic. waiting', 'Too hasty. undone']);
    expect(postfix.mailbox('nic')).toHaveLength(1);

    await ended();
    await later(3);
    await serve();
    await postfix.waitForMail('nic', 2);
    await send(SUE, 'support-7102', 'Does it work?');
    await postfix.waitForMail('nic', 3);
    const [, first, second] = postfix.mailbox('nic').map(String);
    expect(first).toContain('Good morning, Nic.');
    expect(second).toContain('Does it work?');
    expect(allTo('nic')).not.toContain('hasty');
    await send(SUE, 'control', 'undo 7102');
    expect(await answers()).toEqual([
      'Good morning, Nic. sent',
      'Too hasty. undone',
      'Does it work? sent',
    ]);

    const told = allTo('sue');
    expect(told).toMatch(/nothing here sends mail at a time/i);
    expect(told).toMatch(/your answer goes out on \w+, \d+ \w+ \d+, 08:00 \(Europe\/Berlin\)/);
    expect(told).toMatch(/You have taken back your answer about SUPPORT-7102/);
    expect(told).toContain(
      '> undo 7102 The answer to nic@ferrier.example has gone out, or is on its way.',
    );
    await ended();
    expect(await desks.robot(['fsck'], 'desk')).toContain('in order');
  },
  120_000,
);
