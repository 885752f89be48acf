/**
 * Debian's rspamd in front of a real Postfix, both set as postfix/rspamd.md says, and a name server
 * that knows who may send for ferrier.example: what becomes of spam, of honest mail, of the staff's,
 * and of what a stranger writes into the places that rspamd writes to.
 */
import { chmodSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/finding.ts';
import type { HeldMail } from '../../src/ticket/held.ts';
import { type Desks, DOMAIN, makeDesks, OWNER } from './desks.ts';
import { type Filter, filterMissing, startFilter } from './filter.ts';
import { type Installed, install } from './installed.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from './instance.ts';
import { until } from './system.ts';

const missing = postfixMissing() ?? filterMissing();
if (missing !== undefined) console.log(`rspamd was not tried: ${missing}`);

const PAGE = readFileSync(join(import.meta.dirname, '../../postfix/rspamd.md'), 'utf8');
/** The lines of the page that stand below the one that names them. */
function block(below: RegExp): string {
  const from = PAGE.search(below);
  const lines = PAGE.slice(PAGE.indexOf('\n', from) + 1)
    .trimStart()
    .split('\n');
  const end = lines.findIndex((line, n) => n > 0 && line !== '' && !line.startsWith('    '));
  const of = (n: number) => lines.slice(0, n).map((line) => line.replace(/^ {4}/, ''));
  return `${of(end < 0 ? lines.length : end)
    .join('\n')
    .trim()}\n`;
}
const MAIN_CF = Object.fromEntries(
  [...block(/^In `main\.cf`/m).matchAll(/^(\w+) = (.*)$/gm)].map(([, name, value]) => [
    name,
    value,
  ]),
);
/** Each of them by itself: the tests look behind the last three, too. */
const { smtpd_helo_restrictions, smtpd_sender_restrictions, ...REST } = MAIN_CF;
const SENDERS = block(/^and in `\/etc\/postfix\/sender_access`/m);
const CHECKS = block(/^and in `\/etc\/postfix\/header_checks`/m);
const MILTER_HEADERS = { 'milter_headers.conf': block(/^`\S+milter_headers\.conf`/m) };
const HOLD_ALL = { 'worker-proxy.inc': block(/worker-proxy\.inc`:$/m) };
const CONFIG: object = JSON.parse(`{${block(/^In the config:/m)}}`.replaceAll('mx.', 'mail.'));

const GTUBE = /XJS\S+/.exec(PAGE)?.[0] ?? '';
/** Seven points at rspamd, where a mail is held from six on and refused from fifteen. */
const SECOND_SUBJECT = 'Subject: cheap\n';
const NIC = 'nic@ferrier.example';
const SUE = 'sue@ferrier.example';
const FROM_FERRIER = [
  '--xclient-addr',
  '192.0.2.25',
  '--xclient-name',
  'mail.ferrier.example',
  '--helo',
  'mail.ferrier.example',
];
const FROM_ELSEWHERE = [
  '--xclient-addr',
  '203.0.113.66',
  '--xclient-name',
  'evil.example',
  '--helo',
  'evil.example',
];
const RESULT = 'dmarc=pass (policy=none) header.from=ferrier.example';
const FORGED = `Authentication-Results: mail.${DOMAIN}; ${RESULT}\n`;
const ODD_SENDER = `"a); ${RESULT}; x=y ("@evil.example`;
const ODD_HELO = [
  '--xclient-addr',
  '203.0.113.66',
  '--helo',
  `x);${RESULT.replaceAll(' ', '')};x=y(`,
];
const HOP = `Received: from x (x [192.0.2.25])\n\tby mail.${DOMAIN} (Postfix) with ESMTP id 4X1;\n\tSat, 28 Nov 2026 10:00:00 +0000\n`;
/** A full disk here is no fault of the desk's. */
const STATUS = {
  diskPercent: { warning: 0, critical: 0 },
  diskMegabytes: { warning: 0, critical: 0 },
  inodesPercent: { warning: 0, critical: 0 },
};

describe.skipIf(missing !== undefined)(`rspamd on a real Postfix ${missing ?? ''}`, () => {
  let installed: Installed;
  let desks: Desks;
  let postfix: PostfixInstance;
  let filter: Filter;
  let count = 0;

  beforeAll(async () => {
    installed = await install();
    desks = makeDesks(installed);
    filter = await startFilter(MILTER_HEADERS, {
      'ferrier.example': 'v=spf1 ip4:192.0.2.25 -all',
      '_dmarc.ferrier.example': 'v=DMARC1; p=none',
      'evil.example': 'v=spf1 ip4:203.0.113.66 -all',
      'slow._domainkey.evil.example': null,
    });
    const verbs = { new: 'new', support: 'reply', control: 'control', help: 'control' };
    const aliases = Object.entries(verbs).map(
      ([name, verb]) => `${name}: ${desks.command(verb, 'desk')}\n`,
    );
    const checks = join(desks.dir, 'header_checks');
    writeFileSync(checks, CHECKS);
    chmodSync(checks, 0o644);
    postfix = await startPostfix({
      ...{ aliasOwner: OWNER, aliases: aliases.join('') },
      settings: {
        ...REST,
        smtpd_milters: filter.milter,
        header_checks: `regexp:${checks}`,
        smtpd_authorized_xclient_hosts: '127.0.0.1',
      },
    });
    await desks.make('desk', postfix.sendmail);
    configure({ ...CONFIG, status: STATUS, staff: [{ name: 'sue', addresses: [SUE] }] });
  });

  afterAll(async () => {
    await postfix?.stop();
    await filter?.stop();
    desks?.remove();
    installed?.remove();
  });

  const configure = (change: object) => desks.configure('desk', (made) => ({ ...made, ...change }));
  const configured = () => ({ MAIL_CONFIG: join(postfix.dir, 'config') });
  const set = async (...settings: readonly string[]) => {
    const mainCf = join(postfix.dir, 'config', 'main.cf');
    const env = configured();
    await execa('postconf', ['-e', ...settings], { env });
    utimesSync(mainCf, 0, 0);
    await execa('postfix', ['reload'], { env });
  };
  const restored = () =>
    set(
      `header_checks=regexp:${join(desks.dir, 'header_checks')}`,
      'milter_default_action=tempfail',
    );

  interface Mail {
    readonly from?: string;
    readonly sender?: string;
    readonly to?: string;
    readonly top?: string;
    readonly text?: string;
    readonly by?: readonly string[];
  }
  const write = ({
    from = NIC,
    to = 'new',
    top = '',
    text = 'Hello, I cannot log in any more since this morning. What can I do?',
  }: Mail) => {
    count += 1;
    const recipient = to.includes('@') ? to : `${to}@${DOMAIN}`;
    const subject = `mail ${count}`;
    const data = `${top}From: ${from}\nTo: ${recipient}\nSubject: ${subject}\nDate: ${new Date().toUTCString()}\nMessage-ID: <${count}@ferrier.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n${text}\n`;
    return { subject, recipient, data, id: `<${count}@ferrier.example>` };
  };
  /** As it has come in. */
  const send = async (mail: Mail) => {
    const { subject, recipient, data, id } = write(mail);
    const { from = NIC, sender = from, by = FROM_FERRIER } = mail;
    const queued = await postfix.send({ from: sender, to: recipient, data, swaksArgs: by });
    expect((await postfix.settled(queued)).status).toBe('sent');
    return { subject, id };
  };
  /** undefined: it has not come. */
  const trustOf = async (id: string): Promise<string | undefined> => {
    const { stdout } = await execa(
      installed.program,
      ['explain', id, '--json', '--config', desks.configOf('desk')],
      { reject: false, input: '' },
    );
    const explained: readonly { readonly decision: { readonly trust: string } }[] = stdout
      ? JSON.parse(stdout)
      : [];
    return explained.at(-1)?.decision.trust;
  };
  const held = async (): Promise<readonly HeldMail[]> =>
    JSON.parse(await desks.robot(['held', 'list', '--json'], 'desk'));
  const subjects = async () => (await desks.list('desk')).map(({ subject }) => subject);

  test('honest mail passes, becomes a ticket, and its sender is known by what rspamd found', async () => {
    const { subject, id } = await send({});
    expect(await subjects()).toContain(subject);
    expect(await trustOf(id)).toBe('authenticated');
    await postfix.waitForMail('nic', 1);
  });

  test('GTUBE is refused while its sender waits, and the desk never hears of it', async () => {
    const before = (await held()).length;
    const sent = send({ text: GTUBE });
    await expect(sent).rejects.toThrow(/<\*\* 554 5\.7\.1 .*/);
    expect(await held()).toHaveLength(before);
  });

  test.each([
    ['nothing of its own', ''],
    ['X-Rspamd-Action: no action', 'X-Rspamd-Action: no action\n'],
    ['a Received of a host before it', `X-Rspamd-Action: no action\n${HOP}`],
  ])('what rspamd takes for spam is held and not answered, if it says %s', async (_, top) => {
    const answers = postfix.mailbox('nic').length;
    await send({ top: `${top}${SECOND_SUBJECT}` });
    expect((await held()).at(-1)).toMatchObject({ reason: { check: 'spam' } });
    expect(postfix.mailbox('nic')).toHaveLength(answers);
  });

  test.each(['X-Rspamd-Action: reject', 'X-Spam: Yes', 'X-Spam-Status: Yes, score=99'])(
    'a verdict that its sender has written is none: %s',
    async (line) => {
      const { subject } = await send({ top: `${line}\n` });
      expect(await subjects()).toContain(subject);
    },
  );

  const ORDER = { from: SUE, to: 'control', text: 'list open\nquit' };
  test.each<readonly [string, Mail]>([
    ['nothing', {}],
    ['a field', { top: FORGED }],
    [
      'a field in other letters',
      { top: FORGED.replace('Authentication-Results', 'AUTHENTICATION-results ') },
    ],
    ['a field above a Received', { top: `${FORGED}${HOP}` }],
    ['a sender with a field in it', { sender: ODD_SENDER }],
    ['a sender with a quote in it', { sender: `"a\\"; ${RESULT}; x=y (\\""@evil.example` }],
    [
      'a HELO with a field in it',
      {
        sender: '',
        by: ODD_HELO,
      },
    ],
    [
      'a sender with a field in it, and a key that nobody hears of',
      {
        sender: ODD_SENDER,
        top: `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=evil.example; s=slow;\n\th=from:to; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`,
      },
    ],
    ['a login', { top: FORGED, by: [...FROM_ELSEWHERE, '--xclient-login', 'mallory'] }],
    [
      'a login and a sender with a field in it',
      {
        sender: ODD_SENDER,
        by: [...FROM_ELSEWHERE, '--xclient-login', 'mallory'],
      },
    ],
    ['this host', { top: FORGED, by: [] }],
  ])('a stranger who writes as the staff is not believed with %s', async (_, mail) => {
    const { id } = await send({ ...ORDER, by: FROM_ELSEWHERE, ...mail });
    expect(await trustOf(id)).toBe('claimed');
  });

  test('whoever puts a field into MAIL FROM or HELO does not get that far', async () => {
    const senders = join(desks.dir, 'sender_access');
    writeFileSync(senders, SENDERS);
    chmodSync(senders, 0o644);
    await set(
      `smtpd_helo_restrictions=${smtpd_helo_restrictions}`,
      `smtpd_sender_restrictions=${smtpd_sender_restrictions}`.replace(
        /regexp:.*/,
        `regexp:${senders}`,
      ),
    );
    await expect(send({ sender: ODD_SENDER })).rejects.toThrow(
      /<\*\* 554 5\.7\.1 .*Sender address/,
    );
    await expect(send({ sender: '', by: ODD_HELO })).rejects.toThrow(
      /<\*\* 501 5\.5\.2 .*Helo command/,
    );
    await send({});
    await set('smtpd_helo_restrictions=', 'smtpd_sender_restrictions=');
  });

  test('the staff are believed by what rspamd found out of them', async () => {
    const { id } = await send(ORDER);
    expect(await trustOf(id)).toBe('staff');
    await postfix.waitForMail('sue', 1);
  });

  const diagnose = async (...args: readonly string[]): Promise<readonly string[]> => {
    const { stdout, stderr } = await execa(
      installed.program,
      ['doctor', '--json', '--config', desks.configOf('desk'), ...args],
      { reject: false, input: '', env: { MAIL_CONFIG: join(postfix.dir, 'config') } },
    );
    const said: { findings: readonly Finding[] } = JSON.parse(
      stdout || `{"findings": "${stderr}"}`,
    );
    return said.findings.map(({ id }) => id);
  };

  test('doctor finds nothing wrong with it', async () => {
    expect(await diagnose('--attack')).toEqual([]);
  });

  test('if nothing is to be refused, GTUBE is held by Postfix, and a ticket once it is let go on', async () => {
    await filter.restart({ ...MILTER_HEADERS, ...HOLD_ALL });
    const { subject, data, id, recipient: to } = write({ text: GTUBE });
    const queued = await postfix.send({ from: NIC, to, data, swaksArgs: FROM_FERRIER });
    const list = () =>
      execa('postqueue', ['-p'], { env: configured() }).then(({ stdout }) => stdout);
    await until('Postfix to hold it', 30_000, async () =>
      (await list()).includes(`${queued}!`) ? true : undefined,
    );
    expect(await trustOf(id)).toBeUndefined();
    await execa('postsuper', ['-H', queued], { env: configured() });
    await execa('postqueue', ['-f'], { env: configured() });
    await postfix.settled(queued);
    expect(await trustOf(id)).toBe('claimed');
    expect(await subjects()).toContain(subject);
  });

  test('doctor finds that the config looks above, where rspamd does not write', async () => {
    configure({ authResults: 'above' });
    expect(await diagnose('--roundtrip')).toEqual(['roundtrip-below']);
    configure({ authservId: undefined });
    expect(await diagnose('--roundtrip')).toEqual(['roundtrip-below']);
    configure(CONFIG);
  });

  test('doctor finds that header_checks let a field through, though rspamd takes it off', async () => {
    await set('header_checks=');
    expect(await diagnose('--attack')).toEqual(['results-unstripped']);
    await restored();
  });

  test("doctor finds that rspamd's own defaults leave the fields of this host", async () => {
    const { 'milter_headers.conf': lines } = MILTER_HEADERS;
    await filter.restart({ 'milter_headers.conf': lines.replace(/^skip_.*$/gm, '') });
    await set('header_checks=');
    const found = await diagnose('--attack');
    expect(new Set(found)).toEqual(
      new Set(['results-unstripped', 'roundtrip-forged', 'attack-believed']),
    );
    await restored();
    expect(await diagnose('--attack')).toEqual([]);
  });

  test('while rspamd is away mail waits with its sender; if not, a forged field is none', async () => {
    await filter.end();
    await expect(send({})).rejects.toThrow(/<\*\* 451 4\.7\.1 /);
    await set('milter_default_action=accept');
    const { id } = await send({ ...ORDER, top: FORGED, by: FROM_ELSEWHERE });
    expect(await trustOf(id)).toBe('claimed');
    await restored();
  });

  test('what a user of this host hands to sendmail is not believed', async () => {
    const { data, id, recipient } = write({ ...ORDER, top: FORGED });
    const [program = '', ...args] = postfix.sendmail;
    await execa(program, [...args, '-f', SUE, recipient], { input: data });
    await until('the mail', 30_000, async () => ((await trustOf(id)) ? true : undefined));
    expect(await trustOf(id)).toBe('claimed');
  });
});
