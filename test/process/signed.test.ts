/** A robot that wants a PGP signature, from the pipe to the encrypted reply, with real gpg and gpgv. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { Pgp, testWithGpg as test } from '../kit/pgp.ts';
import { type Ended, makeDesk, type TestDesk } from './desk.ts';

const pgp = new Pgp();
let paul: string;
beforeAll(() => {
  paul = pgp.key('Paul <paul@keys.example>', { encrypts: true });
});
afterAll(() => pgp.remove());

let desk: TestDesk;
let keyring: string;
let ran: string;
beforeEach(async () => {
  desk = await makeDesk();
  const robots = join(desk.dir, 'robots');
  mkdirSync(robots);
  ran = join(desk.dir, 'ran');
  keyring = join(robots, 'deploy.keys');
  writeFileSync(keyring, pgp.keyring(paul));
  const script = `#!/bin/sh\necho "$MAILROBOT_FIRST_LINE of $MAILROBOT_FINGERPRINT" | tee -a ${ran}\n`;
  writeFileSync(join(robots, 'deploy'), script, { mode: 0o755 });
  writeFileSync(join(robots, 'other'), '#!/bin/sh\necho hello\n', { mode: 0o755 });
  desk.configure((config) => {
    const owner = { user: 'owner', from: 'anybody' };
    config['robots'] = [
      { ...owner, name: 'deploy', proof: 'pgp', may: ['reply', 'status'] },
      { ...owner, name: 'other', may: ['reply-unproven'] },
    ];
  });
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

function signed(words: string): string {
  const day = new Date().toISOString().slice(0, 10);
  return pgp.clear(`mailrobot: deploy@support-ticket.example ${day}\n${words}\n`, paul);
}

function give(
  name: string,
  text: string,
  id: string,
  more: readonly string[] = [],
  run = desk.here,
): Promise<Ended> {
  return run(['run', name, ...more], {
    input: `From: Nic <nic@ferrier.example>\nTo: ${name}@support-ticket.example\nSubject: go\nMessage-ID: <${id}@ferrier.example>\n\n${text}\n`,
    env: { SENDER: 'nic@ferrier.example', RECIPIENT: `${name}@support-ticket.example` },
  });
}

const runs = () => (existsSync(ran) ? readFileSync(ran, 'utf8').trim().split('\n') : []);

test('it is run by what is signed, and answers its author in confidence', async () => {
  expect(await give('deploy', signed('deploy'), '1')).toMatchObject({ exit: 0, stdout: '' });
  await desk.settled();
  expect(runs()).toEqual([`deploy of ${paul}`]);
  const [sent] = desk.sent();
  expect(sent?.content).toMatch(/^To: .*<?paul@keys\.example>?$/m);
  const [armor = ''] =
    /-----BEGIN PGP MESSAGE[\s\S]*END PGP MESSAGE-----\n/.exec(sent?.content ?? '') ?? [];
  const [, body = ''] = pgp.decrypted(armor).split('\r\n\r\n');
  expect(Buffer.from(body, 'base64').toString()).toBe(`deploy of ${paul}\n`);
  const explained = await desk.run(['explain', '<1@ferrier.example>']);
  expect(explained.stdout).toContain(paul);
});

test('of copies that come at once, and again behind a rebuild and a restore, one is run', async () => {
  const text = signed('deploy');
  const ends = await Promise.all(
    ['1', '2', '3', '4'].map((id) => give('deploy', text, id, [], desk.run)),
  );
  expect(ends.map(({ exit }) => exit)).toEqual([0, 0, 0, 0]);
  await desk.settled();
  expect(runs()).toHaveLength(1);
  expect((await desk.here(['rebuild'])).exit).toBe(0);
  expect((await give('deploy', text, '5')).exit).toBe(0);
  await desk.settled();
  expect(runs()).toHaveLength(1);
  const archive = join(desk.dir, 'desk.tar');
  expect((await desk.run(['backup', archive])).exit).toBe(0);
  rmSync(desk.store, { recursive: true });
  expect((await desk.run(['restore', archive])).exit).toBe(0);
  expect((await desk.here(['resume', '--yes'])).exit).toBe(0);
  expect((await give('deploy', text, '6')).exit).toBe(0);
  await desk.settled();
  expect(runs()).toHaveLength(1);
  const held: readonly { readonly reason: { readonly check: string } }[] = JSON.parse(
    (await desk.run(['held', 'list', '--json'])).stdout,
  );
  expect(held.map(({ reason }) => reason.check)).toEqual(Array(5).fill('signed-before'));
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test('without its keyring the mail of that robot waits with the MTA, and no other', async () => {
  rmSync(keyring);
  expect(await give('deploy', signed('deploy'), '1')).toMatchObject({ exit: 75 });
  expect(await give('other', 'hello', '2')).toMatchObject({ exit: 0 });
  const check = await desk.run(['config', 'check']);
  expect(check.exit).toBe(1);
  expect(check.stdout).toMatch(
    /"robots\.0\.proof" needs the keyring .*deploy\.keys, which is not there/,
  );
  expect(check.stdout).not.toContain('robots.1');
  writeFileSync(keyring, pgp.keyring(paul));
  expect(await give('deploy', signed('deploy'), '1')).toMatchObject({ exit: 0 });
});

test('config check warns of a keyring that others can change', async () => {
  chmodSync(keyring, 0o664);
  const { exit, stdout } = await desk.run(['config', 'check']);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/warning: robot deploy: others than its owner can change .*deploy\.keys/);
});

test('a dry run shows what it would say, and uses nothing up', async () => {
  const text = signed('deploy');
  const tried = await give('deploy', text, '1', ['--dry-run']);
  expect(tried.stdout).toContain(`The robot says:\ndeploy of ${paul}\n`);
  expect(tried.stdout).toMatch(/multipart\/encrypted/);
  expect(await give('deploy', text, '1')).toMatchObject({ exit: 0 });
  await desk.settled();
  expect(runs()).toHaveLength(2);
});
