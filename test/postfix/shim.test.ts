/**
 * `mailrobot serve` beside a real Postfix with the same alias file: a command is given
 * the same stdin, environment and directory rules, and its end means the same.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROGRAM } from '../process/desk.ts';
import { DOMAIN, OWNER } from './desks.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from './instance.ts';

const missing = postfixMissing();
const NIC = 'nic@ferrier.example';
/** Every status of sysexits.h, and some that are none. */
const EXITS = [0, 1, 2, ...Array.from({ length: 15 }, (_, n) => 64 + n), 126, 127, 255];

describe.skipIf(missing !== undefined)(`beside a real Postfix ${missing ?? ''}`, () => {
  let postfix: PostfixInstance;
  let server: ChildProcess;
  let port: string;
  const dir = mkdtempSync('/tmp/mailrobot-shim-');
  const out = join(dir, 'out');

  const aliases = `
# a comment
new: "|env > ${out}.env; umask > ${out}.umask; cat > ${out}.mail"
info: new
Info2:
	info
two: new, exit75
mixed: exit0, exit67
both: exit75, exit67
loop: loop2
loop2: loop
file: ${dir}/mailbox
elsewhere: someone@example.org
unread: "|exit 0"
signal: "|kill -9 $$"
says4: "|echo 4.3.5 hello there; echo more; exit 1"
says5: "|echo 5.9.1 hello; exit 75"
says: "|echo hello 5.1.1; exit 75"
says2: "|echo 2.1.1 hello; exit 75"
saysok: "|echo 5.1.1 bad; exit 0"
onstderr: "|echo 4.2.2 full >&2; exit 1"
noshell: "|/nonexistent/program -x"
noshell2: |/nonexistent/program
plain: "|/bin/false"
quoted: "|test \\"a b\\" = \\"a b\\" && exit 75"
${EXITS.map((code) => `exit${code}: "|exit ${code}"`).join('\n')}
`;

  beforeAll(async () => {
    chmodSync(dir, 0o777);
    postfix = await startPostfix({ aliasOwner: OWNER, aliases });
    const file = join(dir, 'aliases');
    writeFileSync(file, aliases);
    await execa('chown', [OWNER, file]);
    await execa(PROGRAM, ['init', '--dir', join(dir, 'desk'), '--domain', DOMAIN]);
    const config = join(dir, 'desk', 'config.json');
    server = spawn(PROGRAM, ['serve', '--port', '0', '--aliases', file, '--config', config]);
    port = await new Promise((resolve) => {
      server.stderr?.on('data', (text) => {
        const found = /port (\d+)/.exec(String(text))?.[1];
        if (found !== undefined) resolve(found);
      });
    });
  });

  afterAll(async () => {
    const ended = new Promise((resolve) => server.on('exit', (code) => resolve(code)));
    server?.kill('SIGTERM');
    expect(await ended).toBe(0);
    await postfix?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const MAIL = `From: Nic <${NIC}>\nSubject: x\n\nFrom here\n.dots\n..\n\x80 octets\n`;

  const byShim = async (to: string, from: string, data: string) => {
    const args = ['--server', '127.0.0.1', '--port', port, '--from', from === '' ? '<>' : from];
    const wire = Buffer.from(data, 'latin1')
      .toString('latin1')
      .replace(/\n/g, '\r\n')
      .replace(/^\./gm, '..');
    const { stdout } = await execa(
      'swaks',
      [
        ...args,
        '--to',
        `${to}@${DOMAIN}`,
        '--data',
        '-',
        '--no-data-fixup',
        '--ehlo',
        'client.example',
      ],
      { input: Buffer.from(`${wire}.`, 'latin1'), reject: false },
    );
    const answers = [...stdout.matchAll(/^<(?:-|\*\*) +(\d{3}) (?:(\d\.\d+\.\d+) )?(.*)$/gm)];
    const last = answers.filter(([, code]) => code !== '221').at(-1);
    return { code: last?.[1], status: last?.[2] };
  };
  const byPostfix = async (to: string, from: string, data: string) => {
    const id = await postfix.send({
      from,
      to: `${to}@${DOMAIN}`,
      data: Buffer.from(data, 'latin1'),
      swaksArgs: ['--ehlo', 'client.example'],
    });
    const { status, line } = await postfix.settled(id);
    const dsn = /dsn=(\d\.\d+\.\d+)/.exec(line)?.[1];
    return { code: { sent: '250', deferred: '451', bounced: '554' }[status], status: dsn };
  };

  const given = () => {
    const environment = readFileSync(`${out}.env`, 'utf8')
      .split('\n')
      .filter((line) => !/^(PWD|MAIL_CONFIG|MAILROBOT_CONFIG|OLDPWD|SHLVL|_|TZ)=|^$/.test(line))
      .sort();
    const mail = readFileSync(`${out}.mail`, 'latin1')
      .replace(/^(From \S+ {2})\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}$/m, '$1TIME')
      .replace(/^Received: .*\n(?:\t.*\n)+/m, 'RECEIVED\n');
    const umask = readFileSync(`${out}.umask`, 'utf8');
    for (const name of ['env', 'mail', 'umask']) rmSync(`${out}.${name}`);
    return { environment, mail, umask };
  };

  test.each([
    ['new', NIC],
    ['NEW', NIC],
    ['new+Ext-more', NIC],
    ['new-7102', "o'brien@ferrier.example"],
    ["new+o'x", ''],
    ['info', NIC],
    ['info-x', NIC],
    ['info2', NIC],
  ])('%s from "%s" is given the same', async (to, from) => {
    expect(await byShim(to, from, MAIL)).toMatchObject({ code: '250' });
    const shim = given();
    expect(await byPostfix(to, from, MAIL)).toMatchObject({ code: '250' });
    expect(shim).toEqual(given());
  });

  const fates = [
    ...['two', 'mixed', 'both', 'signal', 'says4', 'says5', 'says', 'says2', 'saysok', 'unread'],
    ...[
      'onstderr',
      'noshell',
      'noshell2',
      'plain',
      'quoted',
      ...EXITS.map((code) => `exit${code}`),
    ],
  ];
  test.each(fates)('the end of "%s" means the same', async (to) => {
    expect(await byShim(to, NIC, MAIL)).toEqual(await byPostfix(to, NIC, MAIL));
  });

  test('a mail that has been here already goes round no more', async () => {
    const data = `Delivered-To: new@${DOMAIN}\n${MAIL}`;
    expect(await byShim('new', NIC, data)).toEqual(await byPostfix('new', NIC, data));
  });

  test.each(['nobody', 'loop', 'file', 'elsewhere'])('%s is refused at RCPT', async (to) => {
    expect((await byShim(to, NIC, MAIL)).code).toBe('550');
  });
});
