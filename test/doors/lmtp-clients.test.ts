/** Whoever hands over mail by LMTP: greeted at once, and once; answered in order, however commands come. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { refused } from '../../src/doors/fate.ts';
import { type Door, type Listening, listen } from '../../src/doors/smtp.ts';
import { rawClient } from '../process/smtp-client.ts';

/** Above the time in which smtp-server waits for clients that talk too early. */
const LATE_MS = 250;
let server: Listening | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const keeping: Door = {
  refusal: (recipient) => (recipient.startsWith('new@') ? null : refused('5.1.1', 'not here')),
  take: async (mail, { recipients }) => {
    let [size, pieces] = [0, 0];
    for await (const chunk of mail) [size, pieces] = [size + chunk.length, pieces + 1];
    const text = `kept ${size} in ${pieces}`;
    return recipients.map(() => ({ reply: 250, status: '2.0.0', text }));
  },
};

async function serve(clients: number): Promise<{ readonly port: number }> {
  const some = { protocol: 'lmtp', name: 'mx.example', tls: null, users: [] } as const;
  const options = { ...some, size: 1_000_000, clients, idleMs: 60_000 };
  server = await listen(keeping, options, { host: '127.0.0.1', port: 0 });
  return { port: server.port ?? 0 };
}

const LHLO = 'LHLO client.example\r\n';
const greetings = (heard: string) => heard.match(/^220 /gm)?.length;

test('a client is greeted once, also when it is long there', async () => {
  const client = await rawClient(await serve(10));
  await client.say(LHLO);
  await sleep(LATE_MS);
  expect(await client.say('NOOP\r\n')).toEqual(['250 OK']);
  expect(greetings(client.heard())).toBe(1);
  client.end();
});

test('one client too many is told so, and the others hear nothing of it', async () => {
  const place = await serve(1);
  const first = await rawClient(place);
  const second = await rawClient(place);
  await sleep(LATE_MS);
  expect(second.heard()).toMatch(/^421 /);
  expect(greetings(second.heard())).toBeUndefined();
  expect(await first.say(LHLO)).toHaveLength(1);
  expect(greetings(first.heard())).toBe(1);
  first.end();
  second.end();
});

const envelope = (to: string) =>
  `MAIL FROM:<nic@ferrier.example>\r\nRCPT TO:<${to}@desk.example>\r\n`;
const mail = 'Subject: x\r\n\r\nHello.\r\n.\r\n';

test('commands and mails that come in one piece are answered one by one, in their order', async () => {
  const client = await rawClient(await serve(10));
  const all = `${LHLO}${envelope('new')}DATA\r\n${mail}RSET\r\n${envelope('old')}QUIT\r\n`;
  const codes = (await client.say(all, 9)).map((reply) => reply.slice(0, 9));
  expect(codes).toEqual([
    ...['250 XFORW', '250 Accep', '250 Accep', '354 End d', '250 2.0.0'],
    ...['250 Flush', '250 Accep', '550 5.1.1', '221 Bye'],
  ]);
  await client.closed();
  client.end();
});

test('however many mails come in one piece, each is answered, and what is behind them', async () => {
  const client = await rawClient(await serve(10));
  const mails = 12;
  const all = `${LHLO}${`${envelope('new')}DATA\r\n${mail}`.repeat(mails)}QUIT\r\n`;
  const codes = (await client.say(all, 2 + 4 * mails)).map((reply) => reply.slice(0, 3));
  const each = Array.from({ length: mails }, () => ['250', '250', '354', '250']).flat();
  expect(codes).toEqual(['250', ...each, '221']);
  await client.closed();
  client.end();
});

test('what comes in one piece is answered in one write', async () => {
  const client = await rawClient(await serve(10));
  await client.say(LHLO);
  let writes = 0;
  client.socket.on('data', () => {
    writes += 1;
  });
  await client.say(`${envelope('new')}DATA\r\n`, 3);
  expect(writes).toBe(1);
  client.end();
});

test('a mail of many lines that begin with a dot is no more work than another', async () => {
  const client = await rawClient(await serve(10));
  await client.say(LHLO);
  await client.say(`${envelope('new')}DATA\r\n`, 3);
  const lines = 50_000;
  const [kept] = await client.say(`Subject: x\r\n\r\n${'..\r\n'.repeat(lines)}.\r\n`);
  const size = 'Subject: x\r\n\r\n'.length + 3 * lines;
  expect(kept).toMatch(new RegExp(`^250 2\\.0\\.0 kept ${size} in [1-9]$`));
  client.end();
});
