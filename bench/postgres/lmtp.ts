/**
 * Mails a second by LMTP behind a real Postfix, replies off, in turn: files; PostgreSQL with one host,
 * with two (each a Postfix, a spool and a `serve` of its own), with a standby 5 ms away; beside Postfix's
 * own Maildir, and beside pgbench, whose clients insert as many octets in a transaction for each mail.
 * On those desks then: what a follower waits for a commit, and octets of a ticket.
 */
import type { ChildProcess } from 'node:child_process';
import { freePort } from '../../test/kit/postgres.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from '../../test/postfix/instance.ts';
import { median, serve } from '../desks.ts';
import { rate } from '../rate.ts';
import { followerDelays } from './follower.ts';
import { insertsPerSecond, makeInserts, octetsOfMail } from './inserts.ts';
import type { BenchDesk, Servers } from './servers.ts';
import { inDatabase, inFiles } from './size.ts';

/** Of a round, at most; fewer if they would take longer than ROUND_SECONDS. */
const MAILS = Number(process.env['MAILS'] ?? 1500);
const ROUND_SECONDS = 8;
const ROUNDS = 3;
const WARM = 100;
const NAMES = ['files', 'one', 'two', 'away'] as const;
type Name = (typeof NAMES)[number];

export async function lmtp(servers: Servers): Promise<void> {
  const missing = postfixMissing();
  if (missing !== undefined) {
    console.log(`\nLMTP, followers, size: left out, ${missing}`);
    return;
  }
  const desks = await makeDesks(servers);
  const ports = { files: 0, one: 0, two: 0, away: 0 };
  for (const name of NAMES) ports[name] = await freePort();
  const otherPort = await freePort();
  const children: ChildProcess[] = [];
  const postfixes: PostfixInstance[] = [];
  try {
    const here = await startDesk(ports);
    postfixes.push(here);
    const there = await startDesk({ ...ports, two: otherPort });
    postfixes.push(there);
    for (const name of NAMES) children.push(await serve(desks[name].config, ports[name]));
    children.push(await serve(desks.two.anotherHost(), otherPort));
    const toDesk = (postfix: PostfixInstance, name: Name, port: number, mails: number) =>
      rate(postfix, `new@${name}.example`, mails, `relay=\\S+:${port},`);
    const toTwo = async (mails: number) => {
      const half = Math.ceil(mails / 2);
      const rates = await Promise.all([
        toDesk(here, 'two', ports.two, half),
        toDesk(there, 'two', otherPort, half),
      ]);
      // Until the slower one has all of its half.
      return 2 * Math.min(...rates);
    };
    const maildir = (mails: number) => rate(here, 'nic@ferrier.example', mails);
    const one = (name: Name) => (mails: number) => toDesk(here, name, ports[name], mails);
    const before = { files: inFiles(desks.files), one: inDatabase(servers.alone, desks.one) };
    const rows = [
      ['Maildir by Postfix', maildir],
      ['LMTP, files', one('files')],
      ['LMTP, PostgreSQL, one host', one('one')],
      ['LMTP, PostgreSQL, two hosts', toTwo],
      ['LMTP, PostgreSQL, one host, standby 5 ms away', one('away')],
    ] as const;
    const counts: number[] = [];
    for (const [, measure] of rows) {
      const rounds = (await measure(WARM)) * ROUND_SECONDS;
      counts.push(Math.max(WARM, Math.min(MAILS, Math.round(rounds))));
    }
    const octets = octetsOfMail(servers.alone, desks.one);
    const waiting = await servers.withStandby();
    for (const cluster of [servers.alone, waiting]) makeInserts(cluster);
    const measures = [
      ...rows.map(([name, measure], n) => ({ name, measure: () => measure(counts[n] ?? WARM) })),
      {
        name: 'pgbench, 20 clients',
        measure: async () => insertsPerSecond(servers.alone, octets),
      },
      {
        name: 'pgbench, 20 clients, standby 5 ms away',
        measure: async () => insertsPerSecond(waiting, octets),
      },
    ];
    const rates: number[][] = measures.map(() => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [n, { measure }] of measures.entries()) rates[n]?.push(await measure());
    }
    const medians = rates.map(median);
    const [ofMaildir = Number.NaN, , , , , inserts = Number.NaN, far = Number.NaN] = medians;
    console.log(
      `\nmails a second, replies off, median of ${ROUNDS} rounds of at most ${MAILS}, to Maildir and to pgbench`,
    );
    for (const [n, { name }] of measures.entries()) {
      const own = medians[n] ?? Number.NaN;
      const limit = name.includes('away') ? far : inserts;
      const cells = [own.toFixed(0), (own / ofMaildir).toFixed(2), (own / limit).toFixed(2)];
      console.log(`  ${name.padEnd(48)}${cells.map((cell) => cell.padStart(8)).join('')}`);
    }
    console.log(`  a mail is ${octets} octets in the tables`);
    console.log(
      '  netem is not used: the standby is behind a proxy that holds each piece for 5 ms',
    );
    const tickets = WARM + ROUNDS * (counts[1] ?? WARM);
    const inTables = WARM + ROUNDS * (counts[2] ?? WARM);
    sizes(servers, desks, before, { files: tickets, one: inTables });
    const followed = [
      ['one host', servers.alone, desks.one, ports.one],
      ['standby 5 ms away', waiting, desks.away, ports.away],
    ] as const;
    console.log('\na follower, from the commit to the line, milliseconds: median, 9 of 10, most');
    for (const [name, cluster, desk, port] of followed) {
      const delays = await followerDelays({ cluster, desk, port });
      const at = (part: number) => delays[Math.floor((delays.length - 1) * part)]?.toFixed(1);
      console.log(
        `  ${name.padEnd(34)}${[at(0.5), at(0.9), at(1)].join('  ')}  (${delays.length})`,
      );
    }
  } finally {
    for (const child of children) child.kill('SIGTERM');
    for (const postfix of postfixes) await postfix.stop();
  }
}

async function makeDesks({
  alone,
  withStandby,
  makeDesk,
}: Servers): Promise<Record<Name, BenchDesk>> {
  const never = { count: 0 };
  const caps = { address: never, domain: never, ticket: never, total: never, firstTime: never };
  const more = { caps };
  return {
    files: await makeDesk('files-lmtp', { more, domain: 'files.example' }),
    one: await makeDesk('one', { more, at: { cluster: alone } }),
    two: await makeDesk('two', { more, at: { cluster: alone } }),
    away: await makeDesk('away', { more, at: { cluster: await withStandby() } }),
  };
}

function startDesk(ports: Readonly<Record<Name, number>>): Promise<PostfixInstance> {
  const relays = NAMES.map((name) => `{${name}.example = lmtp:inet:127.0.0.1:${ports[name]}}`);
  return startPostfix({
    ...{ aliasOwner: 'mailrobot-test', aliases: '' },
    settings: {
      transport_maps: `inline:{ ${relays.join(', ')} }`,
      relay_domains: NAMES.map((name) => `${name}.example`).join(' '),
      smtpd_relay_restrictions: 'permit_mynetworks reject',
      lmtp_destination_concurrency_limit: '20',
      default_destination_concurrency_limit: '20',
    },
  });
}

interface Sizes {
  readonly files: number;
  readonly one: number;
}

function sizes(
  { alone }: Servers,
  desks: Readonly<Record<Name, BenchDesk>>,
  before: Sizes,
  tickets: Sizes,
): void {
  const inTables = () => (inDatabase(alone, desks.one) - before.one) / tickets.one;
  const files = (inFiles(desks.files) - before.files) / tickets.files;
  const asItIs = inTables();
  alone.psql('VACUUM FULL', desks.one.database);
  const packed = inTables();
  console.log(`\noctets on the disk for a ticket of one mail of 1500 octets`);
  for (const [name, size, count] of [
    ['files, whole blocks', files, tickets.files],
    ['PostgreSQL, tables and indexes', asItIs, tickets.one],
    ['and after VACUUM FULL', packed, tickets.one],
  ] as const) {
    const cells = [size.toFixed(0).padStart(8), (size / files).toFixed(2).padStart(8)];
    console.log(`  ${name.padEnd(48)}${cells.join('')} of files  (${count} tickets)`);
  }
}
