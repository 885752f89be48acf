/**
 * Two hosts, each with a real Postfix (its own queue) and its own spool, one by pipe and one by LMTP, on
 * one database under load, which crashes meanwhile: every mail is there once, whichever host it came to
 * and however often.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { accountOf } from '../../src/runtime/user-name.ts';
import { type Cluster, freePort, postgresMissing, removeCluster } from '../kit/postgres.ts';
import { makeDeskCluster, newDatabase, range } from '../process/database-desk.ts';
import { rawClient } from '../process/smtp-client.ts';
import { type Desks, DOMAIN, makeDesks, OWNER } from './desks.ts';
import { type Installed, install } from './installed.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from './instance.ts';

const OWN = 10;
const SHARED = 4;
const missing = postfixMissing() ?? postgresMissing;
if (missing !== null) console.log(`two hosts are skipped: ${missing}`);

describe.skipIf(missing !== null)(`two hosts ${missing ?? ''}`, () => {
  let cluster: Cluster;
  let installed: Installed;
  let desks: Desks;
  beforeAll(async () => {
    cluster = await makeDeskCluster();
    installed = await install();
    desks = makeDesks(installed);
  });
  afterAll(() => {
    desks.remove();
    installed.remove();
    removeCluster(cluster);
  });

  test('on one database: every mail once, though the server crashes and some come to both', async () => {
    const database = newDatabase(cluster, 'owner');
    const stores = ['--store', cluster.url('desk', database)];
    await desks.make(
      'first',
      ['/bin/true'],
      [...stores, ...['--owner-store', cluster.url('owner', database)]],
    );
    secondHost(desks);
    const port = await freePort();
    const hosts = [
      await startPostfix({
        aliasOwner: OWNER,
        aliases: `new: ${desks.command('new', 'first')}\n`,
      }),
      await startPostfix({
        ...{ aliasOwner: OWNER, aliases: 'unused: new\n' },
        settings: {
          mydestination: 'localhost.invalid',
          relay_domains: DOMAIN,
          relay_transport: `lmtp:inet:127.0.0.1:${port}`,
        },
      }),
    ] as const;
    onTestFinished(async () => {
      for (const host of hosts) await host.stop();
    });
    const server = await serve(installed, desks.configOf('second'), port);
    onTestFinished(() => {
      server.kill();
    });

    const sent = await Promise.all(
      hosts.map(async (host, n) => {
        const ids = await sendAll(host, `${n}`, 0, OWN / 2);
        // The first ones are being delivered.
        if (n === 0) cluster.crash();
        return [
          ...ids,
          ...(await sendAll(host, `${n}`, OWN / 2, OWN)),
          ...(await sendAll(host, 'both', 0, SHARED)),
        ];
      }),
    );
    for (const host of hosts) {
      await vi.waitFor(() => expect(host.log()).toContain('status=deferred'), 60_000);
    }
    cluster.start();
    await Promise.all(hosts.map((host, n) => deliveredAll(host, sent[n] ?? [])));

    const tickets = await desks.list('first');
    const count = 2 * OWN + SHARED;
    expect(tickets.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
      range(count).map((n) => 7102 + n),
    );
    expect(new Set(tickets.map(({ subject }) => subject)).size).toBe(count);
    await desks.robot(['fsck'], 'second');
  });
});

/** The config of the first one, and an empty spool. */
function secondHost({ configOf }: Desks): void {
  const folder = dirname(configOf('second'));
  mkdirSync(folder, { mode: 0o755 });
  const spool = join(folder, 'spool');
  mkdirSync(spool, { mode: 0o700 });
  const owner = accountOf(OWNER);
  if (owner !== null) chownSync(spool, owner.uid, owner.gid);
  writeFileSync(configOf('second'), readFileSync(configOf('first'), 'utf8'));
  chmodSync(configOf('second'), 0o644);
}

function serve({ program }: Installed, config: string, port: number): Promise<ChildProcess> {
  const args = ['serve', '--lmtp', `127.0.0.1:${port}`, '--config', config];
  const server = spawn(program, args, { env: { PATH: '/usr/bin:/bin' } });
  return new Promise((resolve, reject) => {
    let said = '';
    server.stderr.on('data', (text) => {
      said += String(text);
      if (said.includes('listening')) resolve(server);
    });
    server.on('exit', (code) => reject(new Error(`serve ended with ${code}: ${said}`)));
  });
}

/** Mails `from` to `to` of that name, in one session: gives the ids in the queue. */
async function sendAll(
  { port }: PostfixInstance,
  name: string,
  from: number,
  to: number,
): Promise<readonly string[]> {
  const client = await rawClient({ port });
  await client.say('EHLO mx.example\r\n');
  const ids: string[] = [];
  for (let n = from; n < to; n += 1) {
    const own = `${name}.${n}`;
    await client.say(`MAIL FROM:<nic.${own}@ferrier.example>\r\n`);
    await client.say(`RCPT TO:<new@${DOMAIN}>\r\n`);
    await client.say('DATA\r\n');
    const head = `From: nic.${own}@ferrier.example\r\nSubject: ${own}\r\nMessage-ID: <${own}@ferrier.example>`;
    const [said = ''] = await client.say(`${head}\r\n\r\nHello\r\n.\r\n`);
    ids.push(/queued as (\w+)/.exec(said)?.[1] ?? said);
  }
  client.end();
  return ids;
}

/** What is deferred is tried again until it has gone. */
async function deliveredAll(host: PostfixInstance, ids: readonly string[]): Promise<void> {
  let left = ids;
  while (left.length > 0) {
    const ends = await Promise.all(left.map((id) => host.settled(id, 120_000)));
    expect(ends.filter(({ status }) => status === 'bounced')).toEqual([]);
    left = left.filter((_, n) => ends[n]?.status === 'deferred');
    if (left.length > 0) await host.flush();
  }
}
