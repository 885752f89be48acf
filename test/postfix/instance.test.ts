/**
 * Proves that the private Postfix of instance.ts behaves like a real mail host and leaves nothing behind.
 *
 * Each delivery goes through smtpd or sendmail, qmgr and local(8) or virtual(8), as on a real machine.
 * The last group compares the machine before and after. Needs root; skipped with the reason otherwise.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type PostfixInstance, postfixMissing, startPostfix } from './instance.ts';
import { MAIN_CF_IF_NONE } from './system.ts';

const missing = postfixMissing();
const OWNER = 'pfxrobot';
const MAIN_CF = '/etc/postfix/main.cf';
const from = 'nic@ferrier.example';
const data = "From: Nic <nic@ferrier.example>\nSubject: I can't login!\n\nhello\n";
const to = (name: string) => `${name}@support-ticket.example`;
const mainCf = () => (existsSync(MAIN_CF) ? readFileSync(MAIN_CF, 'utf8') : '');
/** The system's main.cf without what instances of other test files, which run meanwhile, have put there. */
const mainCfOfTheSystem = () => {
  const text = mainCf()
    .replace(/ ?\/tmp\/postfix-instance-\d+-\w+\/config/g, '')
    .replace(/^alternate_config_directories =\n/m, '');
  return text === MAIN_CF_IF_NONE ? '' : text;
};
const traceOf = (dir: string) =>
  existsSync(dir) || workingBelow(dir).length > 0 || mainCf().includes(dir);
const workingBelow = (dir: string) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(dir);
    } catch {
      return false;
    }
  });

describe.skipIf(missing !== undefined)(
  `a private Postfix ${missing ?? ''}`,
  { timeout: 60_000 },
  () => {
    const out = mkdtempSync('/tmp/pfx-test-');
    const file = (name: string) => join(out, name);
    const read = (name: string) => readFileSync(file(name), 'latin1');
    const script = async (name: string, body: string) => {
      await writeFile(file(name), `#!/bin/sh\n${body}\n`);
      await chmod(file(name), 0o755);
    };
    const aliases = () => `
new: "|cat > ${out}/new"
support: "|env > ${out}/support; cat > /dev/null"
info: new
who: "|id -un > ${out}/who; cat > /dev/null"
later: "|${out}/later"
broken: "|${out}/broken"
outside: someone@example.org
`;
    let mainCfBefore: string | undefined;
    let postfix: PostfixInstance;

    beforeAll(async () => {
      await chmod(out, 0o777);
      await script('later', 'cat > /dev/null; exit 75');
      await script('broken', 'cat > /dev/null; exit 1');
      mainCfBefore = mainCfOfTheSystem();
      postfix = await startPostfix({
        aliases: aliases(),
        aliasOwner: OWNER,
        mailboxes: ["o'brien", 'zoë'],
      });
    }, 60_000);

    afterAll(async () => {
      await postfix?.stop();
      rmSync(out, { recursive: true });
    });

    test('gives an alias command the mail with its From_ line', async () => {
      const { status, line } = await postfix.settled(
        await postfix.send({ from, to: to('new'), data }),
      );
      expect(status).toBe('sent');
      expect(line).toContain('delivered to command: cat > ');
      expect(read('new')).toMatch(
        /^From nic@ferrier\.example {2}\w.*\nReturn-Path: <nic@ferrier\.example>\n/,
      );
      expect(read('new').endsWith(data)).toBe(true);
    });

    test('runs an alias command as the alias owner', async () => {
      await postfix.settled(await postfix.send({ from, to: to('who'), data }));
      expect(read('who')).toBe(`${OWNER}\n`);
    });

    test('hands support-7102@ to the support alias with the extension', async () => {
      await postfix.settled(await postfix.send({ from, to: to('support-7102'), data }));
      expect(read('support').split('\n')).toEqual(
        expect.arrayContaining([
          'EXTENSION=7102',
          'USER=support',
          `RECIPIENT=${to('support-7102')}`,
        ]),
      );
    });

    test('carries every byte and every odd line unchanged', async () => {
      const bytes = Buffer.from(
        Array.from({ length: 256 }, (_, i) => i).filter((byte) => byte !== 0x0a && byte !== 0x0d),
      );
      const odd = ['%DATE% \\n %BODY%', '.', '..', '.x', 'From me', 'x'.repeat(5000), ''].join(
        '\n',
      );
      const whole = Buffer.concat([
        Buffer.from('Subject: =?x\n\n'),
        bytes,
        Buffer.from(`\n${odd}`),
      ]);
      await postfix.settled(
        await postfix.send({ from: '', to: 'sue@ferrier.example', data: whole }),
      );
      const [mail] = await postfix.waitForMail('sue', 1);
      expect(mail?.subarray(-whole.length).equals(whole)).toBe(true);
      expect(mail?.toString('latin1')).toContain('Return-Path: <>\n');
    });

    test('defers on exit 75, and tries again on flush', async () => {
      const id = await postfix.send({ from, to: to('later'), data });
      expect((await postfix.settled(id)).status).toBe('deferred');
      await postfix.flush();
      expect((await postfix.settled(id)).status).toBe('deferred');
      await script('later', 'exec cat > /dev/null');
      await postfix.flush();
      expect((await postfix.settled(id)).status).toBe('sent');
      expect(
        postfix
          .log()
          .split('\n')
          .filter((line) => line.includes(`${id}: to=<`)),
      ).toHaveLength(3);
    });

    test('bounces on exit 1, and the sender hears of it', async () => {
      const id = await postfix.send({ from: "o'brien@ferrier.example", to: to('broken'), data });
      expect((await postfix.settled(id)).status).toBe('bounced');
      expect(String((await postfix.waitForMail("o'brien", 1))[0])).toContain(
        'Undelivered Mail Returned to Sender',
      );
    });

    test('takes mail that an ordinary user gives to sendmail', async () => {
      const [command = '', ...args] = [
        ...postfix.sendmail,
        '-f',
        'boss@ferrier.example',
        'nic@ferrier.example',
        'zoë@ferrier.example',
      ];
      for (const subject of ['first', 'second']) {
        await execa('runuser', ['-u', OWNER, '--', command, ...args], {
          input: `Subject: ${subject}\n\nhello\n`,
          cwd: '/',
        });
        await postfix.waitForMail('nic', subject === 'first' ? 1 : 2);
      }
      const mails = (await postfix.waitForMail('nic', 2)).map(String);
      expect(mails.map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1])).toEqual(['first', 'second']);
      expect(mails[0]).toContain('from userid');
      expect(await postfix.waitForMail('zoë', 2)).toHaveLength(2);
    });

    test('refuses unknown addresses and other domains, and says so', async () => {
      await expect(postfix.send({ from, to: to('nobody'), data })).rejects.toThrow('550 5.1.1');
      await expect(postfix.send({ from, to: to('root'), data })).rejects.toThrow(
        'User unknown in local recipient table',
      );
      await expect(postfix.send({ from, to: 'x@ferrier.example', data })).rejects.toThrow(
        'User unknown in virtual mailbox table',
      );
      await expect(postfix.send({ from, to: 'x@example.org', data })).rejects.toThrow('554 5.7.1');
    });

    test('lets nothing out, not even through an alias', async () => {
      const id = await postfix.send({ from: 'stranger@ferrier.example', to: to('outside'), data });
      await postfix.settled(id);
      expect(String((await postfix.waitForMail('stranger', 1))[0])).toContain(
        'no mail leaves this test instance',
      );
    });

    test('runs beside another instance, which leaves no trace', async () => {
      const starting = () =>
        startPostfix({
          aliases: `new: "|cat > ${out}/other"\n`,
          aliasOwner: OWNER,
          mailboxes: ['mia'],
        });
      const others = await Promise.all([starting(), starting()]);
      onTestFinished(() => Promise.all(others.map((each) => each.stop())).then(() => undefined));
      const [one, two] = others;
      expect(new Set([postfix, ...others].map(({ port }) => port)).size).toBe(3);
      await one.settled(await one.send({ from, to: to('new'), data: 'Subject: one\n\n' }));
      expect(read('other')).toContain('Subject: one');
      await two.settled(await two.send({ from, to: 'mia@ferrier.example', data }));
      expect([postfix, one, two].map((each) => each.mailbox('mia').length)).toEqual([0, 0, 1]);
      await Promise.all(others.map((each) => each.stop()));
      expect(others.map(({ dir }) => traceOf(dir))).toEqual([false, false]);
      expect(mainCf()).toContain(postfix.dir);
      expect(one.log()).toContain('status=sent');
    });

    test('rejects a failed start with the reason, and has cleaned up', async () => {
      const failing = startPostfix({
        aliases: aliases(),
        aliasOwner: OWNER,
        settings: { mail_owner: 'nobody-of-this-name' },
      });
      const reason = String(await failing.catch((error: unknown) => error));
      expect(reason).toContain('unknown user name value: nobody-of-this-name');
      const dir = /mail log of (\S+)/.exec(reason)?.[1] ?? '';
      expect(dir).toMatch(/^\/tmp\/postfix-instance-/);
      expect(traceOf(dir)).toBe(false);
    });

    test('ends a running alias command with itself, and puts the machine back', async () => {
      await script('later', `sleep 600 & echo started > ${out}/started; exec sleep 600`);
      await postfix.send({ from, to: to('later'), data });
      await expect.poll(() => existsSync(file('started')), { timeout: 20_000 }).toBe(true);
      expect(workingBelow(postfix.dir).length).toBeGreaterThan(5);
      await postfix.stop();
      await postfix.stop();
      expect(traceOf(postfix.dir)).toBe(false);
      expect(mainCfOfTheSystem()).toBe(mainCfBefore);
    });
  },
);
