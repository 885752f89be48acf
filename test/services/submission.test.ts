/**
 * `mailrobot serve --lmtp` with `smtp` in the config: what it writes goes to an MTA by SMTP, and
 * whatever the MTA says or does, nothing is lost, and nothing goes twice unseen.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Point, type Say, startMta, type TestMta } from '../kit/mta.ts';
import { filesBelow, makeDesk, shortMail, type TestDesk } from '../process/desk.ts';
import { type Served, serveAt } from '../process/serve.ts';
import { rawClient } from '../process/smtp-client.ts';

const KEPT = '250 2.0.0 kept';
const WAITS = '451 4.3.0 mailrobot: the reply could not be handed over yet';
const SLOW_MS = 60_000;

let desk: TestDesk;
let mta: TestMta;
let server: Served | undefined;
let says: Say;

beforeEach(async () => {
  desk = await makeDesk();
  says = () => null;
  mta = await startMta((point, line) => says(point, line));
  desk.configure((config) => {
    config['smtp'] = `127.0.0.1:${mta.port}`;
  });
});

afterEach(async () => {
  if (server?.process.exitCode === null) server.process.kill('SIGKILL');
  server = undefined;
  await mta.close();
  await desk.settled();
  desk.remove();
});

const socket = () => join(desk.dir, 'lmtp');
const serve = async () => {
  server = await serveAt(desk, ['--lmtp', socket()]);
  return server;
};

/** By LMTP, to a new ticket; its answer. */
async function send(data: string): Promise<string> {
  const client = await rawClient({ path: socket() }, SLOW_MS);
  await client.say('LHLO mx.example\r\n');
  await client.say('MAIL FROM:<nic@ferrier.example>\r\n');
  await client.say('RCPT TO:<new@support-ticket.example>\r\n');
  await client.say('DATA\r\n');
  const [answer = ''] = await client.say(`${data.replaceAll('\n', '\r\n')}.\r\n`);
  client.end();
  return answer;
}

const at =
  (point: Point, said: string): Say =>
  (now) =>
    now === point ? said : null;

/** Until it is told to go on. */
function heldAt(point: Point): { readonly go: () => void } {
  let go: () => void = () => {};
  const told = new Promise<void>((resolve) => {
    go = resolve;
  });
  says = async (now) => {
    if (now === point) await told;
    return null;
  };
  return { go: () => go() };
}

const reached = (point: Point, times = 1) =>
  vi.waitFor(
    () => expect(mta.points.filter((one) => one === point).length).toBeGreaterThanOrEqual(times),
    SLOW_MS,
  );

const show = async (): Promise<{ text: string; messages: Record<string, unknown>[] }> => ({
  text: (await desk.here(['ticket', 'show', '7102'])).stdout,
  ...JSON.parse((await desk.here(['ticket', 'show', '7102', '--json'])).stdout),
});
const journal = () => readFileSync(join(desk.store, 'journal', '000000000001.ndjson'), 'utf8');
const fates = () =>
  [...journal().matchAll(/"type":"(reply\.\w+|mail\.bounced|address\.failed)"/g)].map(
    ([, type]) => type,
  );
const outbox = () => filesBelow(join(desk.store, 'outbox'));

/** What a person wrote waits: as long as a minute ago nothing took it. */
async function replyThatWaits(): Promise<void> {
  desk.configure((config) => {
    config['sendmail'] = '/nonexistent/sendmail';
  });
  await desk.here(['ticket', 'reply', '7102', '-m', 'I have reset it.']);
  const [name = ''] = outbox().filter((one) => one.endsWith('.json'));
  const path = join(desk.store, 'outbox', name);
  const waiting = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...waiting, lastTried: '2026-01-02T08:00:00Z' }));
}

test('mails are answered through one session, and sendmail is not started', async () => {
  desk.configure((config) => {
    config['caps'] = { firstTime: { count: 20 } };
  });
  await serve();
  for (let n = 1; n <= 20; n += 1) expect(await send(shortMail(n))).toBe(KEPT);
  expect(mta.mails).toHaveLength(20);
  expect(mta.sessions.total).toBe(1);
  expect(mta.mails[0]).toMatchObject({ sender: '', recipient: 'nic1@ferrier.example' });
  expect(mta.mails[0]?.content).toContain('\nSubject: RE: 1\n');
  expect(desk.sent()).toEqual([]);
  expect(await server?.stop()).toBe(0);
  await desk.here(['ticket', 'list']);
  const { messages } = await show();
  expect(messages.at(-1)).toMatchObject({ delivery: 'sent' });
  const copy = readFileSync(join(desk.store, String(messages.at(-1)?.['raw'])));
  const digest = createHash('sha256').update(copy).digest('hex');
  expect(journal()).toContain(`"size":${copy.length},"digest":"${digest}"`);
  expect(copy.toString()).toBe(mta.mails[0]?.content);
  expect((await desk.run(['fsck'])).stdout).toContain('in order');
  expect(outbox()).toEqual([]);
  expect(fates()).toEqual(Array(20).fill('reply.sent'));
});

test('a config that names another way is minded with the next mail', async () => {
  await serve();
  expect(await send(shortMail(1))).toBe(KEPT);
  desk.configure((config) => {
    delete config['smtp'];
  });
  expect(await send(shortMail(2))).toBe(KEPT);
  expect(mta.mails).toHaveLength(1);
  expect(desk.sent()).toHaveLength(1);
});

test('a pipe on the same desk goes on to use sendmail', async () => {
  await serve();
  expect((await desk.here(['new'], { input: shortMail(1) })).exit).toBe(0);
  expect(desk.sent()).toHaveLength(1);
  expect(mta.sessions.total).toBe(0);
});

describe('an MTA that rejects', () => {
  test('a recipient for good: the staff see it as a mail that came back', async () => {
    desk.configure((config) => {
      config['staff'] = [{ name: 'bob', addresses: ['bob@support-ticket.example'] }];
    });
    says = (point, line) =>
      point === 'RCPT' && line.includes('nic1@') ? '550 5.1.1 <nic1>: User unknown' : null;
    await serve();
    expect(await send(shortMail(1))).toBe(KEPT);
    await vi.waitFor(
      () => expect(fates()).toEqual(expect.arrayContaining(['mail.bounced', 'address.failed'])),
      SLOW_MS,
    );
    const notice = await vi.waitFor(() => {
      const found = mta.mails.find(({ content }) => /could not be delivered/.test(content));
      expect(found).toBeDefined();
      return found;
    }, SLOW_MS);
    expect(notice?.recipient).toBe('bob@support-ticket.example');
    expect(notice?.content).toContain('Message 2 of SUPPORT-7102 could not be delivered (5.1.1)');
    const { text, messages } = await show();
    expect(messages.at(-1)).toMatchObject({ direction: 'out', delivery: 'bounced' });
    expect(text).toMatch(/^#2 .*NOT DELIVERED.*\n\[reason: 5\.1\.1 550 <nic1>: User unknown\]$/m);
    expect((await desk.here(['address', 'list'])).stdout).toMatch(/nic1@ferrier\.example.*stopped/);
    const { stdout } = await desk.here(['events']);
    const bounced = stdout.split('\n').find((line) => line.includes('"mail.bounced"')) ?? '{}';
    expect(JSON.parse(bounced)).toMatchObject({
      data: { serial: 2, status: '5.1.1', reason: '550 <nic1>: User unknown' },
    });
    expect(outbox()).toEqual([]);
    expect((await desk.run(['fsck'])).stdout).toContain('in order');
    // An older program wrote the document without the reason.
    const file = join(desk.store, 'tickets', '71', 'SUPPORT-7102', 'ticket.json');
    const { failure: _, ...older } = messages.at(-1) ?? {};
    const document = JSON.parse(readFileSync(file, 'utf8'));
    const said = [...document.messages.slice(0, -1), older];
    writeFileSync(file, JSON.stringify({ ...document, messages: said }));
    expect((await desk.run(['fsck'])).stdout).toContain('in order');
    expect((await show()).text).not.toContain('User unknown');
    await desk.run(['rebuild']);
    expect((await show()).text).toContain('User unknown');
  });

  test.each([
    ['RCPT', '450 4.2.0 greylisted'],
    ['end', '452 4.3.1 no room'],
    ['MAIL', 'drop'],
    ['DATA', 'drop'],
  ] as const)(
    'or drops for now, at %s: the reply waits, and goes with the retry',
    async (point, said) => {
      says = at(point, said);
      await serve();
      expect(await send(shortMail(1))).toBe(WAITS);
      expect(mta.mails).toEqual([]);
      expect((await show()).messages.at(-1)).toMatchObject({ delivery: 'waiting' });
      says = () => null;
      expect(await send(shortMail(1))).toBe(KEPT);
      expect(mta.mails).toHaveLength(1);
      expect((await desk.here(['ticket', 'list', '--all', '--json'])).stdout).toMatch(/7102/);
      expect(fates().filter((type) => type !== 'reply.sent')).toEqual([]);
    },
  );
});

test('an MTA that is down: the reply waits with the reason, and goes when it is back', async () => {
  const { port } = mta;
  await mta.close();
  await serve();
  expect(await send(shortMail(1))).toBe(WAITS);
  expect(outbox()).toEqual(['1.0.json']);
  expect(readFileSync(join(desk.store, 'outbox', '1.0.json'), 'utf8')).toMatch(
    /"lastError": "SMTP: .*ECONNREFUSED/,
  );
  mta = await startMta((point, line) => says(point, line), port);
  expect(await send(shortMail(1))).toBe(KEPT);
  expect(mta.mails).toHaveLength(1);
});

describe('a connection that is lost behind the final dot', () => {
  test('what a machine says does not go again, and is shown so', async () => {
    says = at('end', 'drop');
    await serve();
    expect(await send(shortMail(1))).toBe(KEPT);
    says = () => null;
    await vi.waitFor(() => expect(fates()).toEqual(['reply.unknown']), SLOW_MS);
    expect((await show()).text).toContain('PERHAPS NOT SENT');
    expect([mta.ends.length, mta.mails.length]).toEqual([1, 0]);
    expect(outbox()).toEqual([]);
  });

  test('what a person wrote goes once more, with the same Message-ID, and is shown so', async () => {
    await desk.here(['new'], { input: shortMail(1) });
    await replyThatWaits();
    let ends = 0;
    says = (point) => {
      if (point !== 'end') return null;
      ends += 1;
      return ends === 1 ? 'drop' : null;
    };
    await serve();
    await vi.waitFor(() => expect(mta.mails).toHaveLength(1), SLOW_MS);
    expect(mta.ends).toHaveLength(2);
    expect(mta.ends[0]).toEqual(mta.ends[1]);
    expect(await server?.stop()).toBe(0);
    await desk.here(['ticket', 'list']);
    const { text, messages } = await show();
    expect(messages.at(-1)).toMatchObject({ delivery: 'sent', repeated: true });
    expect(text).toContain('once more (it may have come twice)');
    expect(fates()).toEqual(['reply.sent', 'reply.unknown', 'reply.sent']);
  }, 120_000);
});

describe('while a mail is on its way', () => {
  test('other runs see it under way, and do not begin it', async () => {
    const { go } = heldAt('end');
    await serve();
    const sent = send(shortMail(1));
    await reached('end');
    expect((await show()).messages.at(-1)).toMatchObject({ delivery: 'under-way' });
    expect((await desk.here(['new'], { input: shortMail(1) })).exit).toBe(0);
    expect((await desk.run(['fsck'])).exit).toBe(0);
    expect((await desk.run(['rebuild'])).exit).toBe(0);
    expect(desk.sent()).toEqual([]);
    go();
    expect(await sent).toBe(KEPT);
    await desk.here(['ticket', 'list']);
    expect(fates()).toEqual(['reply.sent']);
    expect([mta.mails.length, desk.sent().length]).toEqual([1, 0]);
  });

  test('SIGTERM waits for its end, and then ends with 0', async () => {
    const { go } = heldAt('end');
    const { stop, process: child } = await serve();
    const sent = send(shortMail(1));
    await reached('end');
    const stopped = stop();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(child.exitCode).toBeNull();
    go();
    expect(await sent).toBe(KEPT);
    expect(await stopped).toBe(0);
    await desk.here(['ticket', 'list']);
    expect(fates()).toEqual(['reply.sent']);
  });

  test('a client waits for 30 s and no longer; SIGTERM then waits 20 s, and its fate is unknown', async () => {
    heldAt('end');
    const { stop } = await serve();
    expect(await send(shortMail(1))).toBe(KEPT);
    expect((await show()).messages.at(-1)).toMatchObject({ delivery: 'under-way' });
    const before = performance.now();
    expect(await stop()).toBe(0);
    expect((performance.now() - before) / 1000).toBeGreaterThan(19);
    await desk.here(['ticket', 'list']);
    expect(fates()).toEqual(['reply.unknown']);
  }, 120_000);

  test.each([
    ['greeting', 1],
    ['RCPT', 1],
    ['DATA', 1],
    ['mail', 0],
    ['end', 0],
  ] as const)(
    'a server that is killed at %s: the reply goes %i times by the next run',
    async (point, again) => {
      heldAt(point);
      const { process: child } = await serve();
      const sent = send(shortMail(1)).catch(() => 'lost');
      await reached(point);
      child.kill('SIGKILL');
      await sent;
      await new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) resolve(null);
        child.on('exit', resolve);
      });
      for (let n = 0; n < 2; n += 1) await desk.here(['ticket', 'list']);
      expect(desk.sent()).toHaveLength(again);
      await desk.here(['ticket', 'list']);
      expect(fates()).toEqual(again === 1 ? ['reply.sent'] : ['reply.unknown']);
      expect((await desk.run(['fsck'])).stdout).toContain('in order');
    },
  );
});
