/**
 * Mails made to stall or exhaust the reader: kept octet for octet, and shown as
 * far as they could be read. A stall would be this suite's own timeout; time and
 * memory of each are measured by `npm run bench:parse`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeliveryHash } from '../../src/intake/delivery-hash.ts';
import { HOSTILE, type HostileMail } from '../hostile/mails.ts';
import { BARE_PATH, filesBelow, makeDesk, PROGRAM, type TestDesk } from '../process/desk.ts';

interface Shown {
  readonly number: number;
  readonly requester: { address: string } | null;
  readonly messages: readonly {
    readonly text: string;
    readonly fault?: string;
    readonly raw: string;
    readonly attachments: readonly { contentType: string; path: string }[];
  }[];
}

let desk: TestDesk;
beforeAll(async () => {
  desk = await makeDesk();
});
afterAll(() => desk.remove());

async function newest(of: TestDesk): Promise<Shown> {
  const list = await of.run(['ticket', 'list', '--json', '--limit', '1']);
  const [{ id }] = JSON.parse(list.stdout);
  return JSON.parse((await of.run(['ticket', 'show', id, '--json'])).stdout);
}

function whole({ chunks }: HostileMail): Buffer {
  return Buffer.concat([...chunks()]);
}

describe.each(HOSTILE)('$name', (mail) => {
  test('is kept, and shown as far as it could be read', async () => {
    const input = whole(mail);
    const ended = await desk.run(['new'], { input });
    expect(ended).toEqual({ exit: 0, signal: null, stdout: '', stderr: '' });
    const ticket = await newest(desk);
    const [message] = ticket.messages;
    expect(message?.text).toContain(mail.wanted);
    const raw = readFileSync(join(desk.store, message?.raw ?? ''));
    expect(sum(raw)).toBe(sum(input));
    expect(message?.fault ?? 'whole').toEqual(
      mail.isCut ? expect.not.stringMatching(/^whole$/) : 'whole',
    );
    const shown = await desk.run(['ticket', 'show', String(ticket.number), '--full']);
    expect(shown).toMatchObject({ exit: 0, stderr: '' });
    if (mail.isCut) {
      expect(message?.attachments.at(-1)).toMatchObject({
        contentType: 'message/rfc822',
        path: message?.raw,
      });
    }
  }, 60_000);
});

function sum(octets: Buffer): string {
  return createHash('sha256').update(octets).digest('hex');
}

const SLOW = HOSTILE.find(({ name }) => name === 'HTML of 50,000 nested elements');
const slow = () => (SLOW === undefined ? Buffer.alloc(0) : whole(SLOW));

test('what takes longer than the config allows is stopped, and its beginning is read', async () => {
  const own = await makeDesk();
  try {
    own.configure((config) => {
      config['limits'] = { seconds: 1 };
    });
    expect(await own.run(['new'], { input: slow() })).toMatchObject({ exit: 0 });
    const [message] = (await newest(own)).messages;
    expect(message?.fault).toContain('took too much time or memory');
    expect(message?.text).toContain('please help me');
  } finally {
    own.remove();
  }
});

test('a mail whose first delivery was killed while it was read is read with the strictest limits', async () => {
  const own = await makeDesk();
  try {
    own.configure((config) => {
      config['limits'] = { seconds: 60 };
    });
    await killWhileReading(own, slow());
    expect(filesBelow(join(own.store, 'incoming')).length).toBeGreaterThan(0);
    expect(await own.run(['new'], { input: slow() })).toMatchObject({ exit: 0 });
    const [message] = (await newest(own)).messages;
    expect(message?.fault).toContain('its first delivery broke off');
    expect(message?.text).toContain('please help me');
  } finally {
    own.remove();
  }
});

test('a small mail whose first delivery was killed is read whole, and says nothing of it', async () => {
  const own = await makeDesk();
  try {
    const mail = Buffer.from('From: nic@ferrier.example\nSubject: small\n\nplease help me\n');
    const hash = new DeliveryHash();
    hash.update(mail);
    const dead = spawnSync('true').pid;
    writeFileSync(join(own.store, 'incoming', `${hash.finish()}.${dead}-0123456789ab`), mail);
    expect(await own.run(['new'], { input: mail })).toMatchObject({ exit: 0 });
    const [message] = (await newest(own)).messages;
    expect(message).toMatchObject({ text: 'please help me\n', attachments: [] });
    expect(message?.fault).toBeUndefined();
  } finally {
    own.remove();
  }
});

/** Kills the whole process group once the raw copy is durable: reading it has begun, and lasts. */
async function killWhileReading(own: TestDesk, input: Buffer): Promise<void> {
  const child = spawn(PROGRAM, ['new'], {
    env: { PATH: BARE_PATH, MAILROBOT_CONFIG: own.config },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = new Promise((resolve) => child.on('close', resolve));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const isSealed = () =>
    filesBelow(join(own.store, 'incoming')).some((name) => /^[0-9a-f]{64}\./.test(name));
  while (!isSealed()) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 300));
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await gone;
}
