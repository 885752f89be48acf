/** `mailrobot serve --lmtp`: RFC 2033, the steps of the pipe in one process. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BARE_PATH, makeDesk, PROGRAM, type TestDesk } from '../process/desk.ts';
import { type Served, serveAt } from '../process/serve.ts';
import { type RawClient, rawClient } from '../process/smtp-client.ts';

const DOMAIN = 'support-ticket.example';
const NIC = 'nic@ferrier.example';
let desk: TestDesk;
let server: Served | undefined;

beforeEach(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    const cap = { count: 100_000 };
    config['caps'] = { address: cap, domain: cap, ticket: cap, total: cap, firstTime: cap };
  });
});
afterEach(async () => {
  if (server?.process.exitCode === null) await server.stop();
  server = undefined;
  await desk.settled();
  desk.remove();
});

const socket = () => join(desk.dir, 'lmtp');
const serve = async () => {
  server = await serveAt(desk, ['--lmtp', socket(), '--json']);
  return server;
};
const client = async (): Promise<RawClient> => {
  const raw = await rawClient({ path: socket() });
  await raw.say('LHLO mx.example\r\n');
  return raw;
};
let count = 0;
const mail = (subject: string, more = '') => {
  count += 1;
  return `From: Nic <${NIC}>\r\nSubject: ${subject}\r\nMessage-ID: <lmtp.${count}@ferrier.example>\r\n${more}\r\nHello.\r\n.\r\n`;
};
/** One reply for each recipient that was accepted. */
const send = async (raw: RawClient, data: string, recipients: readonly string[], from = NIC) => {
  await raw.say(`MAIL FROM:<${from}>\r\n`);
  const taken: string[] = [];
  for (const recipient of recipients) taken.push(...(await raw.say(`RCPT TO:<${recipient}>\r\n`)));
  const accepted = taken.filter((reply) => reply.startsWith('250')).length;
  if (accepted === 0) return taken;
  await raw.say('DATA\r\n');
  return raw.say(data, accepted);
};
const tickets = async () =>
  JSON.parse((await desk.run(['ticket', 'list', '--all', '--json'])).stdout);

test('a conversation: opened, answered, appended, as by the pipe', async () => {
  await serve();
  const raw = await client();
  expect(await send(raw, mail("I can't login!"), [`new@${DOMAIN}`])).toEqual(['250 2.0.0 kept']);
  const [acknowledgement] = desk.sent();
  const id = /^Message-ID: (\S+)$/im.exec(acknowledgement?.content ?? '')?.[1];
  const answer = mail('Re: RE: login', `In-Reply-To: ${id}\r\n`);
  expect(await send(raw, answer, [`SUPPORT-7102@${DOMAIN}`])).toEqual(['250 2.0.0 kept']);
  const ticket = JSON.parse((await desk.run(['ticket', 'show', '7102', '--json'])).stdout);
  expect(ticket.messages.map(({ trust }: { trust: string }) => trust)).toEqual([
    'claimed',
    undefined,
    'thread',
  ]);
  raw.end();
});

test('SIGTERM ends it also where the reader of its log stands still', async () => {
  const { process: child, stop } = await serve();
  child.stdout?.pause();
  const raw = await client();
  const config = readFileSync(desk.config);
  // More of a log than a pipe and a stream hold.
  for (let n = 0; n < 8; n += 1) {
    await raw.say(`MAIL FROM:<${NIC}>\r\n`);
    await raw.say(`RCPT TO:<new@${DOMAIN}>\r\n`.repeat(1000), 1000);
    await raw.say('DATA\r\n');
    // Then each of them is refused at once.
    writeFileSync(desk.config, 'no config');
    const refused = await raw.say(mail('again'), 1000);
    expect(refused.every((reply) => reply.startsWith('451 4.3.5 '))).toBe(true);
    writeFileSync(desk.config, config);
  }
  raw.end();
  expect(await stop()).toBe(0);
  child.stdout?.destroy();
});

test('two like mails without a Message-ID are two by the queue id of the MTA in front, a retry is none', async () => {
  await serve();
  const raw = await client();
  for (const id of ['ONE', 'ONE', 'TWO']) {
    const received = `Received: from x (y [192.0.2.1])\r\n\tby mx.example (Postfix) with ESMTP id ${id}\r\n\tfor <new@${DOMAIN}>; Fri, 2 Jan 2026 08:25:44 +0000`;
    const data = `${received}\r\nFrom: ${NIC}\r\nSubject: Hi\r\n\r\nHello.\r\n.\r\n`;
    const kept = await send(raw, data, [`new@${DOMAIN}`, `support@${DOMAIN}`]);
    expect(kept).toEqual(['250 2.0.0 kept', '250 2.0.0 kept']);
  }
  expect(await tickets()).toHaveLength(2);
  expect(desk.sent()).toHaveLength(2);
  raw.end();
});

test('one answer for every recipient, also for one that is named twice', async () => {
  await serve();
  const raw = await client();
  const to = [
    `new@${DOMAIN}`,
    `nobody@${DOMAIN}`,
    `new@${DOMAIN}`,
    `SUPPORT-7102@${DOMAIN}`,
    'x@example.org',
  ];
  expect(await send(raw, mail('x'), to)).toEqual([
    '250 2.0.0 kept',
    '250 2.0.0 kept',
    '250 2.0.0 kept',
  ]);
  expect(await tickets()).toHaveLength(1);
  expect((await raw.say('NOOP\r\n'))[0]).toMatch(/^250/);
  raw.end();
});

test('what the pipe would defer is 451, with its status line', async () => {
  await serve();
  desk.configure((config) => {
    config['sendmail'] = '/nonexistent/sendmail';
  });
  const raw = await client();
  expect(await send(raw, mail('x'), [`new@${DOMAIN}`])).toEqual([
    '451 4.3.0 mailrobot: the reply could not be handed over yet',
  ]);
  writeFileSync(desk.config, 'not JSON');
  expect(await send(raw, mail('y'), [`new@${DOMAIN}`])).toEqual([
    expect.stringMatching(/^(451 4\.3\.5 mailrobot: unusable config|550 )/),
  ]);
  raw.end();
});

test('a config that is broken for a while stops no server', async () => {
  const { process: child } = await serve();
  const config = readFileSync(desk.config, 'utf8');
  writeFileSync(desk.config, config.replace('"domain"', '"domian"'));
  // Longer than the pause between two looks at what others have left.
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  expect(child.exitCode).toBeNull();
  writeFileSync(desk.config, config);
  const raw = await client();
  expect(await send(raw, mail('x'), [`new@${DOMAIN}`])).toEqual(['250 2.0.0 kept']);
  raw.end();
}, 30_000);

test('odd senders that the pipe takes are taken', async () => {
  await serve();
  const raw = await client();
  for (const sender of ['a@my_host.example', 'a..b@docomo.example', 'bounce+(250)@list.example']) {
    expect(await send(raw, mail(sender), [`new@${DOMAIN}`], sender)).toEqual(['250 2.0.0 kept']);
  }
  await send(raw, mail('puny'), [`new@${DOMAIN}`], 'a@xn--bcher-kva.example');
  const raws = readdirSync(join(desk.store, 'raw', '000000')).filter((name) =>
    name.includes('-in'),
  );
  const last = raws.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).at(-1) ?? '';
  expect(readFileSync(join(desk.store, 'raw', '000000', last), 'utf8')).toContain(
    'Return-Path: <a@xn--bcher-kva.example>',
  );
  raw.end();
});

test('200 at once: each 250 is a ticket, nothing twice, and the store is in order', async () => {
  await serve();
  const sendOne = async (n: number) => {
    const raw = await client();
    const replies = await send(raw, mail(`mail ${n}`), [`new@${DOMAIN}`]);
    raw.end();
    return replies[0];
  };
  const replies: (string | undefined)[] = [];
  for (let round = 0; round < 4; round += 1) {
    replies.push(
      ...(await Promise.all(Array.from({ length: 50 }, (_, n) => sendOne(round * 50 + n)))),
    );
  }
  expect(new Set(replies)).toEqual(new Set(['250 2.0.0 kept']));
  const all = JSON.parse(
    (await desk.run(['ticket', 'list', '--all', '--limit', '999', '--json'])).stdout,
  );
  const subjects = all.map(({ subject }: { subject: string }) => subject).sort();
  expect(subjects).toEqual(Array.from({ length: 200 }, (_, n) => `mail ${n}`).sort());
  expect(desk.sent()).toHaveLength(200);
  expect((await desk.run(['fsck'])).stdout).toContain('in order');
}, 120_000);

test('a garbled document is made again while mails come in, and nobody waits for himself', async () => {
  await serve();
  const first = await client();
  await send(first, mail('first'), [`new@${DOMAIN}`]);
  const document = join(desk.store, 'tickets', '71', 'SUPPORT-7102', 'ticket.json');
  writeFileSync(document, 'garbled');
  const replies = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const raw = await client();
      const to = n % 2 === 0 ? `SUPPORT-7102@${DOMAIN}` : `new@${DOMAIN}`;
      const [reply] = await send(raw, mail(`mail ${n}`), [to]);
      raw.end();
      return reply;
    }),
  );
  expect(new Set(replies)).toEqual(new Set(['250 2.0.0 kept']));
  expect((await desk.run(['fsck'])).stdout).toContain('in order');
  first.end();
}, 30_000);

test('pipe and LMTP on one store at the same time', async () => {
  await serve();
  const byPipe = Array.from({ length: 8 }, (_, n) =>
    desk.run(['new'], {
      input: mail(`pipe ${n}`).replaceAll('\r\n.\r\n', '\n'),
      env: { SENDER: NIC },
    }),
  );
  const byLmtp = Array.from({ length: 30 }, async (_, n) => {
    const raw = await client();
    const [reply] = await send(raw, mail(`lmtp ${n}`), [`new@${DOMAIN}`]);
    raw.end();
    return reply;
  });
  expect((await Promise.all(byPipe)).map(({ exit }) => exit)).toEqual(Array(8).fill(0));
  expect(new Set(await Promise.all(byLmtp))).toEqual(new Set(['250 2.0.0 kept']));
  expect(await tickets()).toHaveLength(38);
  expect((await desk.run(['fsck'])).stdout).toContain('in order');
}, 120_000);

test('one mail by ten connections at once: every one is told that it is kept, and it is one ticket', async () => {
  await serve();
  const clients = await Promise.all(Array.from({ length: 10 }, client));
  for (const round of [1, 2, 3]) {
    const data = mail(`round ${round}`);
    const answers = await Promise.all(clients.map((raw) => send(raw, data, [`new@${DOMAIN}`])));
    expect(new Set(answers.flat())).toEqual(new Set(['250 2.0.0 kept']));
    expect(await tickets()).toHaveLength(round);
  }
});

test('subscribers are told of what comes by LMTP, while the server goes on', async () => {
  const told = join(desk.dir, 'told');
  const program = join(desk.dir, 'crm');
  writeFileSync(program, `#!/bin/sh\ncat >>"${told}"\n`, { mode: 0o755 });
  desk.configure((config) => {
    config['subscribers'] = [
      { name: 'crm', type: 'exec', command: [program], types: ['ticket.created'] },
    ];
  });
  await serve();
  const raw = await client();
  const subjects = () =>
    existsSync(told)
      ? readFileSync(told, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).data.subject)
      : [];
  for (const subject of ['one', 'two']) {
    expect(await send(raw, mail(subject), [`new@${DOMAIN}`])).toEqual(['250 2.0.0 kept']);
    await vi.waitFor(() => expect(subjects().at(-1)).toBe(subject), 20_000);
  }
  expect(subjects()).toEqual(['one', 'two']);
});

test('killed under load: every 250 is in the store, nothing twice', async () => {
  for (let round = 0; round < 3; round += 1) {
    const served = await serve();
    const kept: string[] = [];
    const work = Array.from({ length: 20 }, async (_, n) => {
      const raw = await client().catch(() => null);
      for (let k = 0; raw !== null && k < 20; k += 1) {
        const subject = `kill ${round} ${n} ${k}`;
        const [reply] = await send(raw, mail(subject), [`new@${DOMAIN}`]).catch(() => ['closed']);
        if (reply?.startsWith('250')) kept.push(subject);
        if (reply === 'closed') break;
      }
      raw?.end();
    });
    while (kept.length < 3 + round * 20) await new Promise((resolve) => setTimeout(resolve, 5));
    const ended = new Promise((resolve) =>
      served.process.on('exit', (_, signal) => resolve(signal)),
    );
    served.process.kill('SIGKILL');
    await Promise.all(work);
    expect(await ended).toBe('SIGKILL');
    await desk.settled();
    expect(kept.length).toBeGreaterThan(0);
    expect((await desk.run(['fsck'])).stdout).toContain('in order');
    const all = JSON.parse(
      (await desk.run(['ticket', 'list', '--all', '--limit', '9999', '--json'])).stdout,
    );
    const subjects: string[] = all.map(({ subject }: { subject: string }) => subject);
    expect(kept.filter((subject) => !subjects.includes(subject))).toEqual([]);
    expect(new Set(subjects).size).toBe(subjects.length);
  }
}, 120_000);

describe('the socket', () => {
  const ACTIVATE = '/usr/bin/systemd-socket-activate';
  const absent = existsSync(ACTIVATE) ? '' : `skipped: there is no ${ACTIVATE}`;
  test.skipIf(absent !== '')(`of systemd is taken as it is ${absent}`, async () => {
    const args = ['-l', socket(), '-E', 'PATH', PROGRAM, 'serve', '--lmtp', 'systemd'];
    const child = spawn(ACTIVATE, [...args, '--config', desk.config], { env: { PATH: BARE_PATH } });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    while (!isListening(socket())) await new Promise((resolve) => setTimeout(resolve, 20));
    try {
      const raw = await client();
      expect(await send(raw, mail('x'), [`new@${DOMAIN}`])).toEqual(['250 2.0.0 kept']);
      raw.end();
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  });

  test('of systemd is wanted, and there is none', async () => {
    const ended = await desk.run(['serve', '--lmtp', 'systemd']);
    expect(ended).toMatchObject({ exit: 1 });
    expect(ended.stderr).toContain('systemd has handed in no socket');
  });

  test('of a dead server is taken over, of a living one is not', async () => {
    const first = await serve();
    const second = await desk.run(['serve', '--lmtp', socket()]);
    expect(second.exit).toBe(1);
    expect(second.stderr).toContain('is in use already');
    first.process.kill('SIGKILL');
    await new Promise((resolve) => first.process.on('exit', resolve));
    await serve();
    const raw = await client();
    expect(await send(raw, mail('x'), [`new@${DOMAIN}`])).toEqual(['250 2.0.0 kept']);
    raw.end();
  });

  test('is never made in the place of a file', async () => {
    writeFileSync(socket(), 'precious');
    expect(await desk.run(['serve', '--lmtp', socket()])).toMatchObject({ exit: 1 });
    expect(readFileSync(socket(), 'utf8')).toBe('precious');
  });

  test('is for the owner of its folder alone', async () => {
    await serve();
    const mode = spawnSync('stat', ['-c', '%a', socket()], { encoding: 'utf8' }).stdout.trim();
    expect(mode).toBe('700');
  });
});

test('500 connections: the first hundred are served, the others are told to come again', async () => {
  await serve();
  const clients = await Promise.all(
    Array.from({ length: 500 }, () => rawClient({ path: socket() }).catch(() => null)),
  );
  const greeted = clients.filter((raw) => raw?.heard().startsWith('220')).length;
  const refused = clients.filter((raw) => raw?.heard().startsWith('421')).length;
  expect(greeted).toBe(100);
  expect(refused).toBeGreaterThan(0);
  const turnedAway = clients.filter((raw) => raw === null || raw.heard() === '').length;
  expect(greeted + refused + turnedAway).toBe(500);
  for (const raw of clients) raw?.end();
  let raw = await rawClient({ path: socket() });
  while (!raw.heard().startsWith('220')) raw = await rawClient({ path: socket() });
  await raw.say('LHLO mx.example\r\n');
  expect(await send(raw, mail('after'), [`new@${DOMAIN}`])).toEqual(['250 2.0.0 kept']);
  raw.end();
}, 60_000);

test('SIGTERM answers what is under way and ends with 0', async () => {
  const served = await serve();
  const raw = await client();
  await raw.say(`MAIL FROM:<${NIC}>\r\nRCPT TO:<new@${DOMAIN}>\r\nDATA\r\n`, 3);
  raw.socket.write(mail('x').slice(0, 40));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const stopped = served.stop();
  raw.socket.write(`${mail('x').slice(40)}`);
  expect(await raw.reply()).toBe('250 2.0.0 kept');
  expect(await stopped).toBe(0);
  const journal = readFileSync(join(desk.store, 'journal', '000000000001.ndjson'), 'utf8');
  expect(journal).toContain('ticket.created');
});

/** Its file is there before it is: between bind(2) and listen(2) nobody can connect. */
function isListening(path: string): boolean {
  return readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .some((line) => line.endsWith(` ${path}`) && line.split(' ')[3] === ACCEPTS);
}
/** __SO_ACCEPTCON of Linux. */
const ACCEPTS = '00010000';
