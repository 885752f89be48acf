/**
 * `npm run bench:postgres`: a desk in PostgreSQL beside one in files, all in one run, and durable: a
 * server of its own (Debian's binaries) with fsync on, and the files on the same disk, below the
 * temporary folder.
 *
 * One mail by pipe, in units of a bare `node -e 0`; mails a second by LMTP behind a real Postfix,
 * replies off, from one host and from two (two Postfix, two spools), and with a synchronous standby
 * that is 5 ms away, beside a Maildir and beside pgbench that inserts as many octets; what a follower
 * waits for a commit; octets of a ticket on the disk; a search. Medians of what is done in turn.
 * What cannot be measured here is left out, with its reason. Five to ten minutes on two cores;
 * MAILS, ROUNDS and TICKETS make it shorter.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresMissing } from '../test/kit/postgres.ts';
import { lmtp } from './postgres/lmtp.ts';
import { pipe } from './postgres/pipe.ts';
import { search } from './postgres/search.ts';
import { makeServers, type Servers } from './postgres/servers.ts';

const PARTS: readonly (readonly [string, (servers: Servers) => Promise<void>])[] = [
  ['pipe', pipe],
  ['lmtp', lmtp],
  ['search', search],
];

const only = process.env['ONLY']?.split(',');
if (postgresMissing === null) {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-bench-'));
  chmodSync(dir, 0o755);
  const servers = await makeServers(dir);
  try {
    for (const [name, part] of PARTS) if (only?.includes(name) !== false) await part(servers);
  } finally {
    servers.remove();
    rmSync(dir, { recursive: true, force: true });
  }
}
