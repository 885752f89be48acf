/**
 * No password in a kept copy: one that a robot mails, and one that somebody mails to a robot.
 *
 * Looked for in store, backup, feed, and whatever commands show, in every form that it may have.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decoded } from '../kit/decoded.ts';
import { holding } from '../kit/holding.ts';
import { makeDesk, type TestDesk } from '../process/desk.ts';

const PASSWORD = 'k7Qm-x2Ta=9b!Hd';

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
  mkdirSync(join(desk.dir, 'robots'));
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

function robot(may: readonly string[], exit: number, ...lines: readonly object[]): void {
  const script = `#!/bin/sh\ncat <<'END'\n${lines.map((line) => JSON.stringify(line)).join('\n')}\nEND\nexit ${exit}\n`;
  writeFileSync(join(desk.dir, 'robots', 'password'), script);
  chmodSync(join(desk.dir, 'robots', 'password'), 0o755);
  desk.configure((config) => {
    config['staff'] = [{ name: 'kim', addresses: ['kim@support-ticket.example'], sasl: ['kim'] }];
    config['robots'] = [{ name: 'password', user: 'owner', when: 'now', may }];
  });
}

function give(mail: string, id = 'a1'): Promise<unknown> {
  return desk.run(['run', 'password'], {
    input: `From: kim@support-ticket.example\nTo: password@support-ticket.example\nMessage-ID: <${id}@x.example>\n${mail}`,
    env: {
      ...{ SENDER: 'kim@support-ticket.example', SASL_USERNAME: 'kim' },
      RECIPIENT: 'password@support-ticket.example',
    },
  });
}

const PLAIN = 'Subject: nic\n\nA new one for nic, please.\n';
const SECRET = { text: `For 24 hours: ${PASSWORD}\n`, secrets: [PASSWORD] };
const MAIL = { type: 'mail', to: 'nic@recovery.example', subject: 'Your account', ...SECRET };

/** What shows or takes along anything that is kept. */
async function shown(): Promise<string> {
  const commands = [
    ['backup', '-'],
    ['events', '--after', 'start'],
    ['robot', 'log', 'password', '--json'],
    ['explain', '<a1@x.example>'],
    ['export', 'kim@support-ticket.example', '--scope', 'notes'],
    ['export', 'kim@support-ticket.example', '--mbox'],
    ['export', 'nic@recovery.example'],
    ['held', 'list', '--json'],
    ['ticket', 'list', '--json'],
    ['status'],
    ['due'],
  ];
  const all: string[] = [];
  for (const command of commands) {
    const { stdout, stderr } = await desk.run(command);
    all.push(stdout, stderr);
  }
  return decoded(Buffer.from(all.join('\n'), 'latin1'));
}

const fsck = async () => (await desk.run(['fsck'])).stdout;
const sentWith = (word: string) =>
  desk.sent().filter(({ content }) => decoded(Buffer.from(content)).includes(word));
const refuseMail = (isOn: boolean) => {
  const path = join(desk.dir, 'sendmail');
  if (isOn) {
    const script = readFileSync(path, 'utf8');
    writeFileSync(`${path}.works`, script);
    writeFileSync(path, '#!/bin/sh\ncat >/dev/null\nexit 75\n');
  } else writeFileSync(path, readFileSync(`${path}.works`));
};

/** As if a minute had gone by: what waits is tried by whoever runs next. */
function restAll(): void {
  const folder = join(desk.store, 'outbox');
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
    const path = join(folder, name);
    writeFileSync(
      path,
      JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), lastTried: null }),
    );
  }
}

describe('a password that a robot mails', () => {
  test('lies in its own file of the outbox until its mail has gone, and then nowhere', async () => {
    robot(['reply', 'mail', 'create'], 0, MAIL, {
      ...{ type: 'ticket.create', subject: `made ${PASSWORD}`, text: `It is ${PASSWORD}.` },
    });
    refuseMail(true);
    await give(PLAIN);
    await desk.settled();
    const [file = '', ...others] = holding(desk.store, PASSWORD);
    expect(file).toMatch(/^outbox\/\d+\.\d+\.secret$/);
    expect(others).toEqual([]);
    expect(await shown()).not.toContain(PASSWORD);
    refuseMail(false);
    restAll();
    await desk.run(['due']);
    await desk.settled();
    await desk.run(['due']);
    expect(sentWith(PASSWORD).map(({ args }) => args)).toEqual([
      expect.stringContaining('nic@recovery.example'),
    ]);
    expect(holding(desk.store, PASSWORD)).toEqual([]);
    expect(await shown()).not.toContain(PASSWORD);
    expect(await fsck()).not.toMatch(/outbox|secret/);
  });

  test('is in no store that was restored: there its mail fails, and says why', async () => {
    robot(['reply', 'mail'], 0, MAIL);
    refuseMail(true);
    await give(PLAIN);
    await desk.settled();
    await desk.run(['backup', join(desk.dir, 'desk.tar')]);
    desk.configure((config) => {
      config['store'] = join(desk.dir, 'restored');
    });
    expect(await desk.run(['restore', join(desk.dir, 'desk.tar')])).toMatchObject({ exit: 0 });
    refuseMail(false);
    await desk.run(['resume', '--yes']);
    await desk.settled();
    await desk.run(['ticket', 'list']);
    expect(desk.sent()).toEqual([]);
    const journal = readFileSync(join(desk.dir, 'restored/texts/000000000001.ndjson'), 'utf8');
    expect(journal).toContain('the secret in it is gone');
    expect(holding(join(desk.dir, 'restored'), PASSWORD)).toEqual([]);
  });

  test('an erased person gets none, and it is gone', async () => {
    robot(['reply', 'mail'], 0, MAIL);
    refuseMail(true);
    await give(PLAIN);
    await desk.settled();
    expect(await desk.run(['erase', 'nic@recovery.example'])).toMatchObject({ exit: 0 });
    expect(holding(desk.store, PASSWORD)).toEqual([]);
  });
});

describe('a password that somebody mails to a robot', () => {
  const REFUSAL = [
    { type: 'reply', text: `Never mail a password, as you did with ${PASSWORD}.` },
    { type: 'blank', words: [PASSWORD] },
  ];
  const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/.{20}/g, '$&\n');
  const MAILS: readonly (readonly [string, string])[] = [
    [
      'in base64, in the subject and in a file',
      `Subject: =?utf-8?B?${Buffer.from(`set ${PASSWORD}`).toString('base64')}?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${base64(`Please set it to ${PASSWORD}, thank you.`)}\n--b\nContent-Type: text/html\n\n<p>set ${PASSWORD.replace('=', '&#61;')}</p>\n--b\nContent-Type: text/csv; name="${PASSWORD}.csv"\nContent-Transfer-Encoding: base64\n\n${base64(`a;${PASSWORD}\n`.repeat(20))}\n--b--\n`,
    ],
    [
      'in quoted-printable',
      `Subject: set\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nPlease set it to ${PASSWORD.replace('=', '=3D').replace('-', '-=\n')}.\n${'Thank you.\n'.repeat(40)}`,
    ],
    ['in a long mail', `Subject: set\n\n${PASSWORD}\n${'Thank you very much.\n'.repeat(400)}`],
  ];

  test.each(MAILS)('%s is refused, and nothing that is kept has it', async (_, mail) => {
    robot(['reply', 'blank'], 20, ...REFUSAL);
    expect(await give(mail)).toMatchObject({ exit: 0 });
    await desk.settled();
    expect(holding(desk.store, PASSWORD)).toEqual([]);
    expect(sentWith('Never mail a password, as you did with [blanked].')).toHaveLength(1);
    expect(sentWith(PASSWORD)).toEqual([]);
    expect(await shown()).not.toContain(PASSWORD);
    expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
    const [log] = JSON.parse((await desk.run(['robot', 'log', 'password', '--json'])).stdout).slice(
      -1,
    );
    expect(log).toMatchObject({ what: 'refused' });
  });

  test('it stays so when all that is derived is made again', async () => {
    robot(['reply', 'blank'], 20, ...REFUSAL);
    for (const [n, [, mail]] of MAILS.entries()) await give(mail, `b${n}`);
    await desk.settled();
    expect(await desk.run(['rebuild'])).toMatchObject({ exit: 0 });
    expect(holding(desk.store, PASSWORD)).toEqual([]);
    expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
  });

  test('a mail that shares its file with a copy leaves that whole', async () => {
    const [, mail] = MAILS[2] ?? ['', ''];
    robot(['reply'], 0, { type: 'reply', text: 'Done.' });
    await give(`X-First: 1\n${mail}`, 'c1');
    await desk.settled();
    const before = holding(join(desk.store, 'raw'), PASSWORD);
    robot(['reply', 'blank'], 20, ...REFUSAL);
    await give(`X-First: 2\n${mail}`, 'c2');
    await desk.settled();
    expect(holding(join(desk.store, 'raw'), PASSWORD)).toEqual(before);
    expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
  });
});
