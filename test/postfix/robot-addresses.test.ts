/**
 * Robots and addresses with holes on a real Postfix, set up with the lines that mailrobot prints and
 * those of docs/robots.md: a mail to such an address gets to its robot or rule, and the doctor says
 * what is missing until it is all there.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/finding.ts';
import { ROOT } from '../process/desk.ts';
import { type Desks, DOMAIN, makeDesks, OWNER } from './desks.ts';
import { type Installed, install } from './installed.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from './instance.ts';
import { systemUser } from './system.ts';

const missing = postfixMissing();
const NIC = 'nic@ferrier.example';
const PLAIN = {
  mydestination: 'localhost.$mydomain, localhost',
  recipient_delimiter: '',
  local_recipient_maps: '$alias_maps',
  smtpd_error_sleep_time: '0',
};
const PAGE = readFileSync(join(ROOT, 'docs', 'robots.md'), 'utf8').split('\n');
const documented = (begins: string) =>
  PAGE.filter((line) => line.startsWith(`    ${begins}`))
    .map((line) => line.trim())
    .join('\n');

describe.skipIf(missing !== undefined)(`on a real Postfix ${missing ?? ''}`, () => {
  let installed: Installed;
  let desks: Desks;
  let postfix: PostfixInstance;

  const of = (...parts: readonly string[]) => join(desks.dir, 'desk', ...parts);
  const sh = (script: string) =>
    execa('sh', ['-e'], {
      input: script
        .replaceAll('/etc/aliases', join(postfix.dir, 'aliases', 'aliases'))
        .replaceAll('/etc/mailrobot', of())
        .replaceAll('chown mailrobot ', `chown ${OWNER} `)
        // Every program of Postfix waits until a main.cf is two seconds old.
        .replaceAll(
          'postfix reload',
          `touch -d @1 ${join(postfix.dir, 'config', 'main.cf')}; postfix reload`,
        ),
      env: { MAIL_CONFIG: join(postfix.dir, 'config') },
    });
  const findings = async (): Promise<readonly Finding[]> => {
    const { stdout } = await execa(
      installed.program,
      ['doctor', '--json', '--config', desks.configOf('desk')],
      { reject: false, input: '', env: { MAIL_CONFIG: join(postfix.dir, 'config') } },
    );
    const all: { readonly findings: readonly Finding[] } = JSON.parse(stdout);
    return all.findings.filter(({ id }) => /robot|hole/.test(id));
  };
  /** At each step of the set-up. */
  const found: (readonly string[])[] = [];
  const look = async () => {
    found.push((await findings()).map(({ id }) => id).sort());
  };
  let mails = 0;
  const send = async (local: string) => {
    mails += 1;
    const to = `${local}@${DOMAIN}`;
    const data = `From: ${NIC}\nTo: ${to}\nSubject: m${mails}\nMessage-ID: <h${mails}@ferrier.example>\n\nplease\n`;
    return postfix.settled(await postfix.send({ from: NIC, to, data }));
  };

  beforeAll(async () => {
    installed = await install();
    desks = makeDesks(installed);
    await systemUser(OWNER);
    postfix = await startPostfix({
      ...{ aliasOwner: 'root', aliases: 'postmaster: root\n' },
      settings: PLAIN,
    });
    await desks.make('desk', postfix.sendmail);
    mkdirSync(of('robots'));
    const script = `#!/bin/sh\necho "$MAILROBOT_CAPTURE_SERVICE on $MAILROBOT_CAPTURE_ENV"\n`;
    writeFileSync(of('robots', 'deploy'), script);
    chmodSync(of('robots', 'deploy'), 0o755);
    const printed = await desks.robot(['init', '--print'], 'desk');
    await sh(printed.replace(/^printf .*$/m, ''));
    const match = [
      { name: 'invoices', if: { address: 'invoices-{client}' }, tag: ['of-{client}'] },
    ];
    const address = 'deploy-{service}-{env}';
    const may = ['reply-unproven'];
    desks.configure('desk', (made) => ({
      ...made,
      queues: [{ prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102, match }],
      robots: [{ name: 'deploy', address, from: 'anybody', user: 'owner', may }],
    }));
    await look();
    for (const { id, mend } of await findings())
      if (id === 'hole-address') await sh(mend.join('\n'));
    await look();
    await sh(documented('touch /etc/mailrobot/postfix/robots'));
    const line = (robot: string) => `deploy: ${desks.command(`run ${robot}`, 'desk')}\n`;
    writeFileSync(of('postfix', 'robots'), line('depoly'));
    const lines = [
      'chown mailrobot',
      'postalias hash:',
      'postconf -e "alias_maps',
      'postfix reload',
    ];
    await sh(lines.map(documented).join('\n'));
    await look();
    writeFileSync(of('postfix', 'robots'), line('deploy'));
    await sh(documented('postalias hash:'));
    await look();
  });

  afterAll(async () => {
    await postfix?.stop();
    desks?.remove();
    installed?.remove();
  });

  test('what is missing is found, and the printed lines mend it', () => {
    expect(found).toEqual([
      ['hole-address', 'hole-address', 'robot-alias'],
      ['robot-alias'],
      ['robot-alias-taken', 'robot-unknown'],
      [],
    ]);
  });

  test('a mail to such an address gets to its robot, with what stands in the holes', async () => {
    expect((await send('deploy-web-prod')).status).toBe('sent');
    await expect
      .poll(() => postfix.mailbox('nic').join('\n'), { timeout: 30_000 })
      .toContain('web on prod');
  });

  test('and to the queue whose rule asks for it', async () => {
    expect((await send('invoices-acme')).status).toBe('sent');
    expect(await desks.list('desk')).toMatchObject([{ id: 'SUPPORT-7102', tags: ['of-acme'] }]);
  });

  test('and one that fits no hole is refused', async () => {
    await expect(send('deploy-..-x')).rejects.toThrow(/550 5\.1\.1/);
  });
});
