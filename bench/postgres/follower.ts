/**
 * What `events --follow` waits: from when the server has a commit (track_commit_timestamp) to when its
 * line is there, by the clock of this machine. Mails come one by one to a server by LMTP, with pauses.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../test/kit/postgres.ts';
import { rawClient } from '../../test/process/smtp-client.ts';
import { PROGRAM } from '../desks.ts';
import type { BenchDesk } from './servers.ts';

const MAILS = 60;
/** Before the first one, and behind the last one. */
const SETTLED_MS = 1500;

interface Followed {
  readonly cluster: Cluster;
  readonly desk: BenchDesk;
  readonly port: number;
}

/** Milliseconds, least first. */
export async function followerDelays({
  cluster,
  desk,
  port,
}: Followed): Promise<readonly number[]> {
  const follow = ['events', '--follow', '--after', 'now', '--type', 'ticket.created'];
  const follower = spawn(PROGRAM, [...follow, '--config', desk.config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: { readonly seq: number; readonly at: number }[] = [];
  createInterface({ input: follower.stdout }).on('line', (line) => {
    const at = performance.timeOrigin + performance.now();
    lines.push({ seq: Number(JSON.parse(line).id.split('.')[1]), at });
  });
  try {
    await sleep(SETTLED_MS);
    const client = await rawClient({ port });
    await client.say('LHLO mx.example\r\n');
    for (let n = 0; n < MAILS; n += 1) {
      await client.say('MAIL FROM:<nic@ferrier.example>\r\n');
      await client.say(`RCPT TO:<new@${desk.database.slice(5)}.example>\r\n`);
      await client.say('DATA\r\n');
      const head = `From: nic@ferrier.example\r\nSubject: ${n}\r\nMessage-ID: <followed.${n}@ferrier.example>`;
      const [said = ''] = await client.say(`${head}\r\n\r\nHello\r\n.\r\n`);
      if (!said.startsWith('250')) throw new Error(said);
      await sleep(20 + 10 * (n % 7));
    }
    client.end();
    await sleep(SETTLED_MS);
  } finally {
    follower.kill();
  }
  const committed = new Map(
    cluster
      .psql(
        'SELECT seq, extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000 FROM mailrobot.journal',
        desk.database,
      )
      .trim()
      .split('\n')
      .map((row) => row.split('|').map(Number))
      .map(([seq = Number.NaN, at = Number.NaN]) => [seq, at] as const),
  );
  return lines
    .map(({ seq, at }) => at - (committed.get(seq) ?? Number.NaN))
    .toSorted((a, b) => a - b);
}
