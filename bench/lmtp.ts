/**
 * What the door by LMTP costs, on a real Postfix (needs root, postfix and swaks).
 *
 * `smtp-source` puts mails into a private Postfix, which hands them to `mailrobot
 * serve --lmtp` (durable; with replies off and on), to the pipe, and into a Maildir of
 * its own. Replies go nowhere, or back into that Postfix: by sendmail(1), or by SMTP. A rate is
 * mails a second from the first one sent to the last one delivered;
 * what counts are the ratios of rates in one run. Also memory of the server after
 * 10,000 mails to that after 100.
 */
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { startPostfix } from '../test/postfix/instance.ts';
import { PROGRAM, serve } from './desks.ts';
import { rate } from './rate.ts';

const MAILS = Number(process.env['MAILS'] ?? 2000);
const OWNER = 'mailrobot-test';
const DOMAIN = 'support-ticket.example';

const dir = mkdtempSync('/tmp/mailrobot-bench-');
chmodSync(dir, 0o755);

async function makeDesk(
  name: string,
  hasReplies: boolean,
  mta: object = { sendmail: '/bin/true' },
): Promise<string> {
  const config = join(dir, name, 'config.json');
  await execa(PROGRAM, ['init', '--dir', join(dir, name), '--domain', DOMAIN, '--user', OWNER]);
  const cap = { count: hasReplies ? 1_000_000 : 0 };
  const value = JSON.parse(readFileSync(config, 'utf8'));
  const caps = { address: cap, domain: cap, ticket: cap, total: cap, firstTime: cap };
  writeFileSync(config, JSON.stringify({ ...value, caps, ...mta }));
  return config;
}

function memoryOf(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
}

const PORTS = {
  ...{ silent: 24_241, answering: 24_242, memory: 24_243, sendmail: 24_244, smtp: 24_245 },
};
const DESKS = ['silent', 'answering', 'memory', 'sendmail', 'smtp'] as const;
const relays = DESKS.map((name) => `{${name}.example = lmtp:inet:127.0.0.1:${PORTS[name]}}`);
const postfix = await startPostfix({
  aliasOwner: OWNER,
  aliases: `new: "|${PROGRAM} new --config ${join(dir, 'pipe', 'config.json')} || exit 75"\n`,
  settings: {
    transport_maps: `inline:{ ${relays.join(', ')} }`,
    relay_domains: DESKS.map((name) => `${name}.example`).join(' '),
    smtpd_relay_restrictions: 'permit_mynetworks reject',
    lmtp_destination_concurrency_limit: '20',
    default_destination_concurrency_limit: '20',
  },
});
const servers: ChildProcess[] = [];
try {
  const configs = {
    silent: await makeDesk('silent', false),
    answering: await makeDesk('answering', true),
    memory: await makeDesk('memory', false),
    sendmail: await makeDesk('sendmail', true, { sendmail: postfix.sendmail }),
    smtp: await makeDesk('smtp', true, { smtp: `127.0.0.1:${postfix.port}` }),
  };
  await makeDesk('pipe', false);
  for (const name of DESKS) {
    const value = JSON.parse(readFileSync(configs[name], 'utf8'));
    writeFileSync(configs[name], JSON.stringify({ ...value, domain: `${name}.example` }));
    servers.push(await serve(configs[name], PORTS[name]));
  }
  const warm = 200;
  const toDesk = (name: keyof typeof PORTS, mails: number) =>
    rate(postfix, `new@${name}.example`, mails, `relay=\\S+:${PORTS[name]},`);
  await rate(postfix, 'nic@ferrier.example', warm);
  for (const name of DESKS) if (name !== 'memory') await toDesk(name, warm);
  const rows: Record<string, number[]> = {
    ...{ maildir: [], lmtp: [], replies: [], pipe: [], sendmail: [], smtp: [] },
  };
  for (let round = 0; round < 3; round += 1) {
    rows['maildir']?.push(await rate(postfix, 'nic@ferrier.example', MAILS));
    rows['lmtp']?.push(await toDesk('silent', MAILS));
    rows['replies']?.push(await toDesk('answering', MAILS));
    rows['sendmail']?.push(await toDesk('sendmail', MAILS));
    rows['smtp']?.push(await toDesk('smtp', MAILS));
    rows['pipe']?.push(await rate(postfix, `new@${DOMAIN}`, Math.max(50, MAILS / 20)));
  }
  const median = (values: readonly number[] = []) => values.toSorted((a, b) => a - b)[1] ?? 0;
  const [maildir, lmtp] = [median(rows['maildir']), median(rows['lmtp'])];
  const [replies, pipe] = [median(rows['replies']), median(rows['pipe'])];
  console.log(`mails a second, median of 3 rounds of ${MAILS}:`);
  console.log(`  Maildir by Postfix   ${maildir.toFixed(0)}`);
  console.log(
    `  LMTP, replies off    ${lmtp.toFixed(0)}   ${(lmtp / maildir).toFixed(2)} of Maildir (0.5 wanted)`,
  );
  console.log(
    `  LMTP, replies on     ${replies.toFixed(0)}   ${(replies / maildir).toFixed(2)} of Maildir`,
  );
  const [sendmail, smtp] = [median(rows['sendmail']), median(rows['smtp'])];
  console.log(
    `  LMTP, replies by sendmail(1) into this Postfix   ${sendmail.toFixed(0)}   ${(sendmail / maildir).toFixed(2)} of Maildir`,
  );
  console.log(
    `  LMTP, replies by SMTP into this Postfix          ${smtp.toFixed(0)}   ${(smtp / maildir).toFixed(2)} of Maildir, ${(smtp / sendmail).toFixed(2)} of sendmail(1)`,
  );
  console.log(
    `  pipe, replies off    ${pipe.toFixed(0)}   LMTP is ${(lmtp / pipe).toFixed(1)} times as fast`,
  );
  const [, , server] = servers;
  if (server !== undefined && process.env['MEMORY'] !== 'no') {
    await toDesk('memory', 100);
    const early = memoryOf(server);
    await toDesk('memory', 9900);
    const late = memoryOf(server);
    console.log(
      `  memory after 10,000 mails to after 100: ${(late / early).toFixed(2)} (${early} to ${late} KiB)`,
    );
  }
  console.log(
    `  mails kept: ${readdirSync(join(dir, 'silent', 'store', 'raw')).length} folders of 1000`,
  );
} finally {
  for (const child of servers) child.kill('SIGTERM');
  await postfix.stop();
  rmSync(dir, { recursive: true, force: true });
}
