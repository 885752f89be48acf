/**
 * `mailrobot serve --lmtp` behind a real Postfix, with the lines of postfix/lmtp.cf:
 * tickets, answers, refusals by smtpd, and a server that is not there.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailsOf } from '../../src/ticket/ticket.ts';
import { type Desks, DOMAIN, makeDesks, OWNER } from './desks.ts';
import { type Installed, install } from './installed.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from './instance.ts';

const missing = postfixMissing();
const NIC = 'nic@ferrier.example';

describe.skipIf(missing !== undefined)(`behind a real Postfix ${missing ?? ''}`, () => {
  let installed: Installed;
  let desks: Desks;
  let postfix: PostfixInstance;
  let socket: string;
  let server: ChildProcess | undefined;

  const serve = () =>
    new Promise<void>((resolve, reject) => {
      const args = ['serve', '--lmtp', socket, '--config', desks.configOf('desk')];
      server = spawn(installed.program, args, { env: { PATH: '/usr/bin:/bin' } });
      let said = '';
      server.stderr?.on('data', (text) => {
        said += String(text);
        if (said.includes('listening')) resolve();
      });
      server.on('exit', (code) => reject(new Error(`serve ended with ${code}: ${said}`)));
    });

  beforeAll(async () => {
    installed = await install();
    desks = makeDesks(installed);
    const recipients = join(desks.dir, 'recipients');
    writeFileSync(recipients, '/@ferrier\\.example$/ OK\n', { mode: 0o644 });
    const folder = join(desks.dir, 'private');
    mkdirSync(folder, { mode: 0o755 });
    socket = join(folder, 'mailrobot');
    postfix = await startPostfix({
      aliasOwner: OWNER,
      aliases: 'unused: new\n',
      settings: {
        mydestination: 'localhost.invalid',
        relay_domains: DOMAIN,
        relay_recipient_maps: `regexp:${recipients}`,
        relay_transport: `lmtp:unix:${socket}`,
        lmtp_send_xforward_command: 'yes',
        lmtp_destination_recipient_limit: '1',
        smtpd_reject_unlisted_recipient: 'yes',
      },
    });
    const { uid, gid } = statSync(join(postfix.dir, 'queue', 'private'));
    chownSync(folder, uid, gid);
    await desks.make('desk', postfix.sendmail);
    const printed = await desks.robot(['init', '--print'], 'desk');
    appendFileSync(recipients, /\/\^.* mailrobot$/m.exec(printed)?.[0] ?? '');
    await execa('postfix', ['-c', join(postfix.dir, 'config'), 'reload']);
    await serve();
  }, 120_000);

  afterAll(async () => {
    server?.kill('SIGTERM');
    await postfix?.stop();
    desks?.remove();
    installed?.remove();
  });

  const mail = (subject: string, more = '') =>
    `From: Nic <${NIC}>\nSubject: ${subject}\nMessage-ID: <${Math.random()}@ferrier.example>\n${more}\nHello.\n`;
  const deliver = async (local: string, data: string) =>
    postfix.settled(await postfix.send({ from: NIC, to: `${local}@${DOMAIN}`, data }));

  test('a mail becomes a ticket, is answered, and the answer is appended', async () => {
    const { status, line } = await deliver('new', mail("I can't login!"));
    expect(status).toBe('sent');
    expect(line).toContain('250 2.0.0 kept');
    const [acknowledgement] = await postfix.waitForMail('nic', 1);
    const id = /^Message-ID: (\S+)$/im.exec(acknowledgement?.toString() ?? '')?.[1];
    await deliver('SUPPORT-7102', mail('Re: RE: login', `In-Reply-To: ${id}\n`));
    const messages = mailsOf(await desks.show('7102', 'desk'));
    expect(messages.at(-1)).toMatchObject({ direction: 'in', trust: 'thread' });
    const raw = readFileSync(join(desks.dir, 'desk', 'store', messages[0]?.raw ?? ''), 'utf8');
    expect(raw).toMatch(/^Return-Path: <nic@ferrier\.example>\nX-Original-To: new@/);
    const [first] = JSON.parse(await desks.robot(['explain', '7102', '--json'], 'desk'));
    expect(first.decision.client).toMatch(/^127\.0\.0\.1 /);
  });

  test('what is no address of the desk is refused by Postfix at RCPT', async () => {
    for (const local of ['nobody', 'support-team', 'new-business', 'control-7102']) {
      await expect(deliver(local, mail('x'))).rejects.toThrow(/550|User unknown/i);
    }
  });

  /** Ids of the findings, but for a full disk here and the staff that this desk has none of. */
  const examine = async (...args: string[]): Promise<readonly string[]> => {
    const { stdout, stderr } = await execa(
      installed.program,
      ['doctor', '--json', '--config', desks.configOf('desk'), ...args],
      { reject: false, input: '', env: { MAIL_CONFIG: join(postfix.dir, 'config') } },
    );
    if (stdout === '') throw new Error(`doctor: ${stderr}`);
    const { findings }: { findings: { id: string }[] } = JSON.parse(stdout);
    return findings.map(({ id }) => id).filter((id) => !/^(no-staff|status-disk)$/.test(id));
  };

  test('the doctor finds nothing, and sends a mail there and back', async () => {
    const before = await desks.list('desk');
    expect(await examine('--roundtrip')).toEqual([]);
    expect(await desks.list('desk')).toEqual(before);
  });

  test('its answer goes by the sendmail that the config names by then', async () => {
    const right = readFileSync(desks.configOf('desk'), 'utf8');
    try {
      desks.configure('desk', (config) => ({ ...config, sendmail: '/bin/false' }));
      expect(await examine('--roundtrip')).toEqual(['roundtrip-sendmail']);
    } finally {
      writeFileSync(desks.configOf('desk'), right);
    }
    expect(await examine('--roundtrip')).toEqual([]);
  });

  test.each([
    ['lmtp_send_xforward_command = no', 'lmtp-xforward'],
    ['lmtp_destination_recipient_limit = 50', 'lmtp-recipients'],
    ['relay_recipient_maps = inline:{{nobody@support-ticket.example=x}}', 'address-refused'],
  ])('the doctor finds %s', async (setting, id) => {
    const at = ['-c', join(postfix.dir, 'config')];
    const [name = ''] = setting.split(' ');
    const { stdout } = await execa('postconf', [...at, name]);
    await execa('postconf', [...at, '-e', setting]);
    await execa('postfix', [...at, 'reload']);
    try {
      expect(await examine()).toEqual([id]);
    } finally {
      await execa('postconf', [...at, '-e', stdout]);
      await execa('postfix', [...at, 'reload']);
    }
  });

  test('while no server is there mail waits, and is delivered once when it is back', async () => {
    const gone = new Promise((resolve) => server?.on('exit', resolve));
    server?.removeAllListeners('exit');
    const exited = new Promise((resolve) => server?.once('exit', resolve));
    server?.kill('SIGKILL');
    await Promise.race([gone, exited]);
    expect(await examine()).toEqual(['lmtp-silent']);
    const id = await postfix.send({ from: NIC, to: `new@${DOMAIN}`, data: mail('wait for me') });
    expect((await postfix.settled(id)).status).toBe('deferred');
    await serve();
    await postfix.flush();
    expect((await postfix.settled(id)).status).toBe('sent');
    const tickets = await desks.list('desk');
    expect(tickets.filter(({ subject }) => subject === 'wait for me')).toHaveLength(1);
    expect(await desks.robot(['fsck'], 'desk')).toContain('in order');
  });

  test('by SMTP its replies go back into Postfix through one connection, and sendmail is not started', async () => {
    desks.configure('desk', (config) => ({
      ...config,
      sendmail: '/nonexistent/sendmail',
      smtp: `127.0.0.1:${postfix.port}`,
    }));
    const before = postfix.mailbox('nic').length;
    const log = postfix.log().length;
    for (const n of [1, 2, 3]) await deliver('new', mail(`by SMTP ${n}`));
    const mails = await postfix.waitForMail('nic', before + 3);
    for (const n of [1, 2, 3]) {
      expect(mails.filter((one) => one.includes(`Subject: RE: by SMTP ${n}\n`))).toHaveLength(1);
    }
    const own = postfix
      .log()
      .slice(log)
      .match(/smtpd\[\d+\]: connect from/g)?.length;
    // One each of those who wrote, and ours.
    expect(own).toBe(4);
    expect(await desks.robot(['fsck'], 'desk')).toContain('in order');
  });
});
