/**
 * Whose the store is, and who runs the program: root becomes the owner before anything is
 * opened, so that nothing in the store is ever root's, and whoever is neither is refused.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeDesk, PROGRAM, runProgram, shortMail, type TestDesk } from './desk.ts';

const isRoot = process.geteuid?.() === 0;
const NOBODY = 65_534;
const DAEMON = 1;

describe.skipIf(!isRoot)('as root (needs root)', () => {
  let desk: TestDesk;
  beforeEach(async () => {
    desk = await makeDesk();
    spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, desk.dir]);
  });
  afterEach(() => desk.remove());

  const ownersOfStore = () =>
    new Set(
      ['.', ...readdirSync(desk.store, { recursive: true, encoding: 'utf8' })].map((name) => {
        const { uid, gid } = lstatSync(join(desk.store, name));
        return `${uid}:${gid}`;
      }),
    );
  const deliver = (n = 1) => desk.run(['new'], { input: shortMail(n) });

  test('nothing in the store becomes root’s, whatever is run', async () => {
    expect(await deliver()).toMatchObject({ exit: 0, stdout: '' });
    const id = '7102';
    const commands = [
      ...[
        ['ticket', 'list'],
        ['ticket', 'show', id],
        ['ticket', 'note', id, '-m', 'Hm.'],
      ],
      ...[['ticket', 'close', id], ['held', 'list'], ['address', 'list'], ['due']],
      ...[['due', '--dry-run'], ['events'], ['stats'], ['status'], ['explain', id]],
      ...[['subscriber', 'list'], ['subscriber', 'run', '--once'], ['key', 'rotate'], ['fsck']],
      ...[['rebuild'], ['rebuild', '--attachments'], ['template', 'check'], ['resume']],
      ...[
        ['complete', '--', 'ticket', 'show', ''],
        ['backup', join(desk.dir, 'desk.tar')],
      ],
    ];
    for (const args of commands) {
      const { exit, stderr } = await desk.run(args);
      expect({ args, exit, stderr }).toMatchObject({ exit: 0 });
    }
    const order = { type: 'ticket.command', ticket: id, command: { type: 'open' } };
    await desk.run(['apply'], { input: JSON.stringify(order) });
    expect(await desk.run(['--dry-run'], { input: shortMail(2) })).toMatchObject({ exit: 0 });
    await desk.settled();
    expect(ownersOfStore()).toEqual(new Set([`${NOBODY}:${NOBODY}`]));
    expect(lstatSync(join(desk.dir, 'desk.tar')).uid).toBe(0);
  });

  test('a config of a third user is refused, to the mail and to the command', async () => {
    chownSync(desk.config, DAEMON, DAEMON);
    expect(await deliver()).toMatchObject({
      exit: 75,
      stdout: '4.3.5 mailrobot: unusable config, mailrobot doctor says why\n',
    });
    expect(await desk.run(['ticket', 'list'])).toMatchObject({
      exit: 1,
      stderr: `mailrobot: ${desk.config} belongs to daemon, and the store to nobody: root does not act on it\n`,
    });
    expect(ownersOfStore()).toEqual(new Set([`${NOBODY}:${NOBODY}`]));
  });

  test('a config of root’s that the owner cannot read is refused', async () => {
    chownSync(desk.config, 0, 0);
    chmodSync(desk.config, 0o600);
    expect(await deliver()).toMatchObject({
      exit: 75,
      stdout: '4.3.5 mailrobot: unusable config, mailrobot doctor says why\n',
    });
    expect(await desk.run(['fsck'])).toMatchObject({
      exit: 1,
      stderr: `mailrobot: ${desk.config}: nobody, who owns the store, cannot read it, so no mail comes in\n`,
    });
  });

  test('a user who is neither root nor the owner is refused', () => {
    chmodSync(desk.dir, 0o755);
    chmodSync(desk.config, 0o644);
    const as = (args: readonly string[]) =>
      spawnSync(PROGRAM, [...args, '--config', desk.config], {
        ...{ uid: DAEMON, gid: DAEMON, cwd: '/', encoding: 'utf8', input: shortMail(1) },
      });
    expect(as(['new'])).toMatchObject({
      status: 75,
      stdout: '4.3.5 mailrobot: the store belongs to another user\n',
    });
    const refused = `mailrobot: the store ${desk.store} belongs to nobody, and you are daemon: run this as root or as nobody\n`;
    for (const args of [['ticket', 'list'], ['fsck'], ['backup', '/tmp/never.tar']]) {
      expect(as(args)).toMatchObject({ status: 1, stderr: refused });
    }
    // That they may not read the config is no finding: mail comes in.
    chmodSync(desk.config, 0o600);
    const unread = `mailrobot: ${desk.config}: you may not read it: run this as root or as the user that owns the store\n`;
    expect(as(['doctor'])).toMatchObject({ status: 1, stdout: '', stderr: unread });
  });

  test('what root alone may read is explained: it is read before root becomes the owner', async () => {
    await deliver();
    const file = join(desk.dir, 'mail.eml');
    writeFileSync(file, shortMail(1), { mode: 0o600 });
    const { exit, stdout } = await desk.run(['explain', file]);
    expect({ exit, stdout }).toMatchObject({ exit: 0, stdout: expect.stringContaining('Commit') });
  });

  test('a store that is not there is named', async () => {
    desk.configure((config) => {
      config['store'] = '/nowhere/store';
    });
    expect((await runProgram(['fsck', '--config', desk.config])).stderr).toBe(
      'mailrobot: /nowhere/store: there is no store: look at "store" in the config, or mailrobot restore a backup\n',
    );
  });
});
