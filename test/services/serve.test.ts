/** `mailrobot serve` for a box without Postfix, and `mailrobot sendmail` beside it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { queueIdOf } from '../../src/intake/queue-id.ts';
import { makeDesk, PROGRAM, type TestDesk } from '../process/desk.ts';
import { type Served, serveAt } from '../process/serve.ts';
import { rawClient } from '../process/smtp-client.ts';

const DOMAIN = 'support-ticket.example';
const NIC = 'nic@ferrier.example';
let desk: TestDesk;
let server: Served | undefined;

beforeEach(async () => {
  desk = await makeDesk();
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  desk.remove();
});

const aliasFile = (more = '') => {
  const file = join(desk.dir, 'aliases');
  const command = (verb: string) => `"|${PROGRAM} ${verb} || exit 75"`;
  writeFileSync(file, `new: ${command('new')}\nsupport: ${command('reply')}\n${more}`);
  return file;
};
/** local(8), and so the shim, runs a command as nobody where root owns the alias file. */
const NOBODY = 65_534;
const giveToNobody = () => {
  if (process.getuid?.() === 0) spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, desk.dir]);
};
const serve = async (more: readonly string[] = [], aliases = aliasFile()) => {
  mkdirSync(join(desk.dir, 'mail'), { recursive: true });
  giveToNobody();
  server = await serveAt(desk, ['--port', '0', '--aliases', aliases, ...more]);
  return server;
};
const client = async (port: number) => {
  const raw = await rawClient({ port });
  await raw.say('EHLO client.example\r\n');
  return raw;
};
const rcpt = async (port: number, ...addresses: readonly string[]) => {
  const raw = await client(port);
  await raw.say(`MAIL FROM:<${NIC}>\r\n`);
  const replies: string[] = [];
  for (const address of addresses) replies.push(...(await raw.say(`RCPT TO:${address}\r\n`)));
  raw.end();
  return replies;
};
const MAIL = `From: ${NIC}\r\nSubject: I can't login!\r\n\r\nHello.\r\n.\r\n`;
const sendTo = async (port: number, mail: string, ...recipients: readonly string[]) => {
  const raw = await client(port);
  await raw.say(`MAIL FROM:<${NIC}>\r\n`);
  for (const recipient of recipients) await raw.say(`RCPT TO:<${recipient}@${DOMAIN}>\r\n`);
  await raw.say('DATA\r\n');
  const [reply] = await raw.say(mail);
  raw.end();
  return reply;
};

test('a whole conversation on a laptop: no Postfix, no sendmail', async () => {
  const { port } = await serve();
  const maildir = join(desk.dir, 'mail');
  const args = ['sendmail', '--maildir', maildir, '--relay', `127.0.0.1:${port}`];
  writeFileSync(
    join(desk.dir, 'sendmail'),
    `#!/bin/sh\nexec ${PROGRAM} ${args.join(' ')} --config ${desk.config} "$@"\n`,
    { mode: 0o755 },
  );
  giveToNobody();
  const write = async (to: string, subject: string, more = '') =>
    desk.run([...args, '-i', '-f', NIC, '--', to], {
      input: `From: Nic <${NIC}>\nTo: ${to}\nSubject: ${subject}\n${more}\nHello.\n`,
    });
  expect(await write(`new@${DOMAIN}`, "I can't login!")).toMatchObject({ exit: 0, stderr: '' });
  const list = await desk.run(['mailbox', NIC, '--maildir', maildir]);
  expect(list.stdout).toContain("RE: I can't login!");
  await desk.here(['ticket', 'reply', '7102', '-m', 'I have reset your password.']);
  const shown = await desk.run(['mailbox', NIC, '2', '--maildir', maildir]);
  expect(shown.stdout).toContain('I have reset your password.');
  expect(await write(`SUPPORT-7102@${DOMAIN}`, 'Re: RE: login')).toMatchObject({ exit: 0 });
  const ticket = JSON.parse((await desk.here(['ticket', 'show', '7102', '--json'])).stdout);
  expect(ticket.messages).toHaveLength(4);
  expect(await write(`nobody@${DOMAIN}`, 'x')).toMatchObject({ exit: 67 });
  expect((await desk.run(['mailbox', '--maildir', maildir])).stdout).toBe(`${NIC}\n`);
});

describe('two like mails without a Message-ID', () => {
  const tickets = async () =>
    JSON.parse((await desk.here(['ticket', 'list', '--json'])).stdout).length;
  const NAMED = MAIL.replace('Subject', 'Message-ID: <1@ferrier.example>\r\nSubject');

  test('are two by SMTP, one for two recipients is one, and one with a Message-ID is one', async () => {
    const { port } = await serve();
    for (let n = 1; n <= 2; n += 1) {
      expect(await sendTo(port, MAIL, 'new', 'support')).toMatch(/^250 /);
      expect(await tickets()).toBe(n);
    }
    for (let n = 1; n <= 2; n += 1) expect(await sendTo(port, NAMED, 'new')).toMatch(/^250 /);
    expect(await tickets()).toBe(3);
  });

  test('are two by sendmail, and one for two recipients is one', async () => {
    const { port } = await serve();
    const to = [`new@${DOMAIN}`, `support@${DOMAIN}`];
    const args = ['sendmail', '--maildir', join(desk.dir, 'mail'), '--relay', `127.0.0.1:${port}`];
    for (let n = 1; n <= 2; n += 1) {
      const input = `From: ${NIC}\nSubject: Hi\n\nHello.\n`;
      expect(await desk.run([...args, '-f', NIC, '--', ...to], { input })).toMatchObject({
        exit: 0,
      });
      expect(await tickets()).toBe(n);
    }
  });

  test('have a transaction each in our Received, whatever the client calls itself', async () => {
    const { port } = await serve();
    const helos = ['x(by', '"x;id', 'y'];
    for (const helo of helos) {
      const raw = await rawClient({ port });
      await raw.say(`EHLO ${helo}\r\n`);
      await raw.say(`MAIL FROM:<${NIC}>\r\n`);
      await raw.say(`RCPT TO:<new@${DOMAIN}>\r\n`);
      await raw.say('DATA\r\n');
      expect((await raw.say(MAIL))[0]).toMatch(/^250 /);
      raw.end();
    }
    const folder = join(desk.store, 'raw', '000000');
    const received = readdirSync(folder)
      .filter((name) => name.endsWith('-in.eml'))
      .map(
        (name) =>
          /^Received: .*(?:\n\t.*)*/m.exec(readFileSync(join(folder, name), 'utf8'))?.[0] ?? '',
      );
    const ids = received.map((field) => queueIdOf([field]));
    for (const id of ids) expect(id).toMatch(/^[0-9A-F]{20}$/);
    expect(new Set(ids).size).toBe(helos.length);
    for (const field of received)
      expect(field).toMatch(/^Received: from \S+ \(\[127\.0\.0\.1\]\)\n/);
  });
});

describe('at RCPT', () => {
  test('what is no alias is refused, and nothing is ever relayed', async () => {
    const { port } = await serve();
    const tricks = [
      '<nobody@support-ticket.example>',
      '<someone@example.org>',
      '<new%example.org@support-ticket.example>',
      '<example.org!new@support-ticket.example>',
      '<"new@example.org"@support-ticket.example>',
      '<new@support-ticket.example@example.org>',
      '<@support-ticket.example:someone@example.org>',
      '<@example.org,@support-ticket.example:someone@example.org>',
      '<someone@[127.0.0.1]>',
      '<new@support-ticket.example.example.org>',
      '<new@sub.support-ticket.example>',
      '<someone@example.org.support-ticket.example>',
      '<"|touch /tmp/x"@support-ticket.example>',
      '</etc/passwd@support-ticket.example>',
      '<:include:/etc/passwd@support-ticket.example>',
      '<new>',
      '<root>',
      '<>',
      '<new@>',
      'new@support-ticket.example extra@example.org',
    ];
    const replies = await rcpt(port, ...tricks);
    expect(
      replies
        .map((reply, n) => `${tricks[n]} ${reply}`)
        .filter((line) => !/> ?.* 5\d\d | 5\d\d /.test(line)),
    ).toEqual([]);
  });

  test('an alias in any case and with any extension is taken', async () => {
    const { port } = await serve();
    const good = ['new', 'NEW', 'new+x', 'SUPPORT-7102', 'support-7102-b-2-abcdefgh234567ab'];
    const replies = await rcpt(port, ...good.map((local) => `<${local}@Support-Ticket.EXAMPLE>`));
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual(good.map(() => '250'));
  });
});

test('several recipients with different fates: a deferral, then a refusal, then all is well', async () => {
  const aliases = aliasFile(
    'ok: "|cat >/dev/null"\nlater: "|exit 75"\nnever: "|echo 5.7.1 no; exit 1"\n',
  );
  const { port, log } = await serve(['--json'], aliases);
  expect(await sendTo(port, MAIL, 'ok')).toMatch(/^250 2\.0\.0/);
  expect(await sendTo(port, MAIL, 'ok', 'never')).toMatch(/^554 5\.7\.1 no/);
  expect(await sendTo(port, MAIL, 'ok', 'never', 'later')).toMatch(/^451 4\.3\.0/);
  const [, , last] = log().map((line) => JSON.parse(line));
  expect(last.answers.map(({ reply }: { reply: number }) => reply)).toEqual([250, 554, 451]);
});

test('AUTH sets SASL_USERNAME, and a wrong password is refused', async () => {
  desk.configure((config) => {
    config['users'] = [{ name: 'bob', password: 'secret' }];
  });
  const aliases = aliasFile(`env: "|env > ${desk.dir}/env; cat >/dev/null"\n`);
  const { port } = await serve([], aliases);
  const raw = await client(port);
  const plain = (password: string) => Buffer.from(`\0bob\0${password}`).toString('base64');
  expect((await raw.say(`AUTH PLAIN ${plain('wrong')}\r\n`))[0]).toMatch(/^535 /);
  expect((await raw.say(`AUTH PLAIN ${plain('secret')}\r\n`))[0]).toMatch(/^235 /);
  await raw.say(`MAIL FROM:<${NIC}>\r\nRCPT TO:<env@${DOMAIN}>\r\nDATA\r\n`, 3);
  expect((await raw.say(MAIL))[0]).toMatch(/^250 /);
  const environment = readFileSync(join(desk.dir, 'env'), 'utf8');
  expect(environment).toMatch(/^SASL_USERNAME=bob$/m);
  expect(environment).toMatch(/^CLIENT_HELO=client\.example$/m);
  raw.end();
});

test('a password that is guessed too often is asked for no more, on any connection', async () => {
  desk.configure((config) => {
    config['users'] = [{ name: 'bob', password: 'secret' }];
  });
  const { port } = await serve();
  const plain = (password: string) => Buffer.from(`\0bob\0${password}`).toString('base64');
  const replies: string[] = [];
  for (let n = 0; n < 4; n += 1) {
    const raw = await client(port);
    for (const word of ['wrong', '', 'Secret']) {
      replies.push(...(await raw.say(`AUTH PLAIN ${plain(word)}\r\n`)));
    }
    raw.end();
  }
  expect(replies.map((reply) => reply.slice(0, 9))).toEqual([
    ...Array.from({ length: 10 }, () => '535 5.7.8'),
    ...['454 4.7.0', '454 4.7.0'],
  ]);
  const raw = await client(port);
  await raw.say('AUTH LOGIN\r\nYm9i\r\n', 2);
  expect((await raw.say(`${Buffer.from('secret').toString('base64')}\r\n`))[0]).toMatch(/^454 /);
  // Mail without a login comes in as ever.
  expect((await raw.say(`MAIL FROM:<${NIC}>\r\n`))[0]).toMatch(/^250 /);
  raw.end();
});

test('the log shows a terminal nothing that it would obey, as JSON neither', async () => {
  const { port, log } = await serve(['--json']);
  const raw = await client(port);
  for (const hostile of ['\u009b31m', 'a\u202eb', 'a\u{e0041}b', 'a\u2066b', 'a\u200bb']) {
    const from = Buffer.from(`MAIL FROM:<${hostile}@ferrier.example> SMTPUTF8\r\n`);
    const [reply = ''] = await raw.say(from);
    if (!reply.startsWith('250')) continue;
    await raw.say(`RCPT TO:<new@${DOMAIN}>\r\nDATA\r\n`, 2);
    await raw.say(MAIL);
  }
  raw.end();
  const lines = log();
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(lines.map((line) => JSON.parse(line).sender)).toContain('a\u202eb@ferrier.example');
});

test('without users there is no AUTH; extensions are announced', async () => {
  const { port } = await serve();
  const raw = await client(port);
  for (const extension of ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'SIZE 52428800']) {
    expect(raw.heard()).toContain(extension);
  }
  expect(raw.heard()).not.toMatch(/AUTH|STARTTLS/);
  expect((await raw.say('AUTH PLAIN AGJvYgBzZWNyZXQ=\r\n'))[0]).toMatch(/^5/);
  raw.end();
});

const noOpenssl =
  spawnSync('openssl', ['version']).status === 0 ? '' : 'skipped: there is no openssl';

describe.skipIf(noOpenssl !== '')(`TLS ${noOpenssl}`, () => {
  const sendBy = (port: number, secure: boolean) =>
    new Promise<string>((resolve, reject) => {
      const connection = new SMTPConnection({
        host: '127.0.0.1',
        port,
        secure,
        requireTLS: !secure,
        tls: { rejectUnauthorized: false },
      });
      connection.on('error', reject);
      connection.connect(() => {
        connection.send(
          { from: NIC, to: [`new@${DOMAIN}`] },
          'Subject: x\r\n\r\nx\r\n',
          (error, info) => {
            connection.quit();
            if (error) reject(error);
            else resolve(info.response);
          },
        );
      });
    });

  test('STARTTLS and --secure, with a pair that is made on request and kept', async () => {
    const first = await serve(['--self-signed']);
    expect(await sendBy(first.port, false)).toMatch(/^250 /);
    const made = readFileSync(join(desk.dir, 'tls-cert.pem'), 'utf8');
    await first.stop();
    const second = await serve(['--self-signed', '--secure']);
    expect(await sendBy(second.port, true)).toMatch(/^250 /);
    expect(readFileSync(join(desk.dir, 'tls-cert.pem'), 'utf8')).toBe(made);
  });

  test('what was sent in the clear behind STARTTLS is not obeyed', async () => {
    const { port } = await serve(['--self-signed']);
    const raw = await client(port);
    await raw.say(`STARTTLS\r\nMAIL FROM:<${NIC}>\r\nRCPT TO:<new@${DOMAIN}>\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(raw.heard().match(/^250 /gm)).toHaveLength(1);
    raw.end();
  });
});

test('a mail above the limit is refused, and no command is run', async () => {
  desk.configure((config) => {
    config['limits'] = { messageSize: 1000 };
  });
  const { port } = await serve([], aliasFile(`touch: "|touch ${desk.dir}/ran; cat >/dev/null"\n`));
  const raw = await client(port);
  expect((await raw.say(`MAIL FROM:<${NIC}> SIZE=2000\r\n`))[0]).toMatch(/^552 /);
  await raw.say(`MAIL FROM:<${NIC}>\r\nRCPT TO:<touch@${DOMAIN}>\r\nDATA\r\n`, 3);
  expect((await raw.say(`${'x'.repeat(99)}\r\n`.repeat(20).concat('.\r\n')))[0]).toMatch(
    /^552 5\.3\.4/,
  );
  expect(() => readFileSync(join(desk.dir, 'ran'))).toThrow();
  raw.end();
});

test('a dot between bare line feeds ends no mail (SMTP smuggling)', async () => {
  const { port } = await serve([], aliasFile(`keep: "|cat > ${desk.dir}/kept"\n`));
  const smuggled =
    'MAIL FROM:<eve@evil.example>\r\nRCPT TO:<new@support-ticket.example>\r\nDATA\r\n';
  for (const end of ['\n.\n', '\n.\r\n', '\r.\r', '\r\n.\n', '\r\n.\r', '\n.\r']) {
    const raw = await client(port);
    await raw.say(`MAIL FROM:<${NIC}>\r\nRCPT TO:<keep@${DOMAIN}>\r\nDATA\r\n`, 3);
    const [reply] = await raw.say(`Subject: x\r\n\r\none${end}${smuggled}two\r\n.\r\n`);
    expect(reply).toMatch(/^250 /);
    expect(raw.heard().match(/^354 /gm)).toHaveLength(1);
    expect(readFileSync(join(desk.dir, 'kept'), 'latin1')).toContain('two');
    raw.end();
  }
  expect((await desk.here(['ticket', 'list'])).stdout).toBe('');
});

test('a client that sends rubbish is told so and let go, and others are served', async () => {
  const { port } = await serve();
  const long = await rawClient({ port });
  long.socket.write('x'.repeat(1024 * 1024));
  const half = await rawClient({ port });
  half.socket.write('MAIL FR');
  const noise = await rawClient({ port });
  for (let n = 0; n < 20; n += 1) noise.socket.write('\0\xff\r\n');
  const http = await rawClient({ port });
  http.socket.write('GET / HTTP/1.1\r\n');
  await Promise.all([long.closed(), noise.closed(), http.closed()]);
  expect(noise.heard()).toMatch(/421 .*unrecognized/);
  expect(await sendTo(port, MAIL, 'new')).toMatch(/^250 /);
  half.end();
});

test('SIGTERM: what is under way is answered, then it ends with 0', async () => {
  const served = await serve(
    [],
    aliasFile(`slow: "|touch ${desk.dir}/begun; sleep 1; cat > ${desk.dir}/slow"\n`),
  );
  const answer = sendTo(served.port, MAIL, 'slow');
  while (!existsSync(join(desk.dir, 'begun')))
    await new Promise((resolve) => setTimeout(resolve, 10));
  const stopped = served.stop();
  expect(await answer).toMatch(/^250 /);
  expect(await stopped).toBe(0);
  expect(readFileSync(join(desk.dir, 'slow'), 'utf8')).toContain("I can't login!");
  server = undefined;
});

test.each<readonly [string, (port: number) => readonly string[], number, RegExp]>([
  [
    'a port in use',
    (port) => ['--port', String(port)],
    1,
    /port \d+ of 127\.0\.0\.1 is in use already/,
  ],
  ['no such port', () => ['--port', '99999'], 2, /--port 99999: must be a port from 0 to 65535/],
  [
    'no such host',
    () => ['--port', '0', '--host', '203.0.113.1'],
    1,
    /is not an address of this machine/,
  ],
  [
    'no such alias file',
    () => ['--aliases', '/nonexistent'],
    1,
    /\/nonexistent: there is no such file/,
  ],
  ['an alias file that does not read', () => ['--aliases', 'BROKEN'], 1, /line 2: no alias/],
  ['--secure without a pair', () => ['--secure'], 2, /--secure needs/],
])('%s is one line', async (_, args, exit, line) => {
  const { port } = await serve();
  const broken = join(desk.dir, 'broken');
  writeFileSync(broken, 'new: "|x"\n"never ends\n');
  const words = args(port).map((word) => word.replace('BROKEN', broken));
  const aliases = words.includes('--aliases') ? [] : ['--aliases', join(desk.dir, 'aliases')];
  const ended = await desk.run(['serve', ...words, ...aliases]);
  expect(ended.exit).toBe(exit);
  expect(ended.stderr).toMatch(line);
  expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
});

describe('mailrobot sendmail', () => {
  const args = () => ['sendmail', '--maildir', join(desk.dir, 'mail')];
  const mails = async (address: string) =>
    (await desk.run(['mailbox', address, '1', '--maildir', join(desk.dir, 'mail')])).stdout;

  test('-t takes To, Cc and Bcc, and Bcc is taken off', async () => {
    const input =
      'To: a@x.example\nCc: "B, b" <b@x.example>\nBcc: c@x.example,\n d@x.example\nSubject: s\n\nx\n';
    expect(await desk.run([...args(), '-t', '-i'], { input })).toMatchObject({
      exit: 0,
      stderr: '',
    });
    const names = (await desk.run(['mailbox', '--maildir', join(desk.dir, 'mail')])).stdout;
    expect(names).toBe('a@x.example\nb@x.example\nc@x.example\nd@x.example\n');
    expect(await mails('d@x.example')).toContain('Subject: s');
  });

  test('-t takes every field, leaves no Bcc behind, and looks at no body', async () => {
    const input =
      'From: a@b.example\nTo: x@e.example\nTo: y@e.example\nBcc : z@e.example\nBCC: w@e.example\n\nTo: v@e.example\n';
    expect(await desk.run([...args(), '-t', '-oem', '-oi', '-odb', '-q'], { input })).toMatchObject(
      { exit: 0 },
    );
    const names = (await desk.run(['mailbox', '--maildir', join(desk.dir, 'mail')])).stdout;
    expect(names).toBe('w@e.example\nx@e.example\ny@e.example\nz@e.example\n');
    const folder = join(desk.dir, 'mail', 'x@e.example', 'new');
    const [file = ''] = readdirSync(folder);
    expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/bcc/i);
    expect(await desk.run([...args(), '-t'], { input: '\nTo: x@e.example\n' })).toMatchObject({
      exit: 64,
    });
  });

  test('one that is refused keeps no other from his mail', async () => {
    const { port } = await serve();
    const relay = ['--relay', `127.0.0.1:${port}`];
    const to = [`nobody@${DOMAIN}`, `new@${DOMAIN}`, 'x@e.example'];
    const ended = await desk.run([...args(), ...relay, '-f', NIC, '--', ...to], {
      input: 'Subject: s\n\nx\n',
    });
    expect(ended.exit).toBe(67);
    expect(ended.stderr).toContain('no such alias');
    expect((await desk.here(['ticket', 'list', '--json'])).stdout).toContain('"s"');
    expect(await mails('x@e.example')).toContain('Subject: s');
  });

  test('a mail without a Message-ID is given one, and any other keeps its own', async () => {
    const handed = async (to: string, input: string) => {
      await desk.run([...args(), '-i', '--', to], { input });
      const folder = join(desk.dir, 'mail', to, 'new');
      return readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'latin1');
    };
    const ID = '(?:[^]*\\r?\\n)?Message-ID: <[0-9a-f]+@support-ticket\\.example>\\r?\\n';
    const wanted = (rest: string) => new RegExp(`^${ID}${rest}$`);
    expect(await handed('a@x.example', 'Subject: s\n\nx\n')).toMatch(wanted('Subject: s\n\nx\n'));
    expect(await handed('b@x.example', 'Subject: s\r\n\r\nx\r\n')).toMatch(
      wanted('Subject: s\r\n\r\nx\r\n'),
    );
    expect(await handed('c@x.example', '\nx\n')).toMatch(wanted('\nx\n'));
    expect(await handed('d@x.example', 'Hello you\n')).toMatch(wanted('\nHello you\n'));
    const named = 'Message-Id: <1@x.example>\nSubject: s\n\nx\n';
    expect(await handed('e@x.example', named)).toMatch(
      new RegExp(`^Return-Path.*\nDelivered-To.*\n${named}$`),
    );
  });

  test('without -i a lone dot ends the mail; an odd address is a harmless folder', async () => {
    await desk.run([...args(), '--', '../../x@y.example'], {
      input: 'Subject: s\n\none\n.\ntwo\n',
    });
    expect(await mails('../../x@y.example')).not.toContain('two');
    mkdirSync(join(desk.dir, 'mail'), { recursive: true });
    expect((await desk.run(['mailbox', '--maildir', join(desk.dir, 'mail')])).stdout).toBe(
      '%2e%2e%2f..%2fx@y.example\n',
    );
  });

  test('no recipient is wrong usage; a shim that is not there is for later', async () => {
    expect((await desk.run(args(), { input: 'x' })).exit).toBe(64);
    const relay = ['--relay', '127.0.0.1:1'];
    const ended = await desk.run([...args(), ...relay, '--', `new@${DOMAIN}`], { input: '\nx\n' });
    expect(ended.exit).toBe(75);
  });
});
