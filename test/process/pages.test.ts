/** `mailrobot pages` as a program, and as a subscriber of the feed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliverCase, makeDesk, type TestDesk } from './desk.ts';

let desk: TestDesk;
let folder: string;
beforeEach(async () => {
  desk = await makeDesk();
  folder = join(desk.dir, 'pages');
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

function everything(): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

function subscribe(scope: readonly string[]): void {
  desk.configure((config) => {
    config['subscribers'] = [{ name: 'site', type: 'pages', path: folder, scope }];
  });
}

test('it writes figures, and says up to which commit', async () => {
  await deliverCase(desk, 'plain');
  const run = await desk.run(['pages', folder]);
  expect(run).toMatchObject({ exit: 0, stderr: '' });
  expect(run.stdout).toMatch(/pages: as of commit \d+\.\n/);
  expect(everything()).toContain('Statistics of support-ticket.example');
  expect(everything()).not.toMatch(/ferrier/i);
  expect((statSync(join(folder, 'index.html')).mode & 0o777).toString(8)).toBe('640');
});

test('it refuses a folder of others, an unknown scope, and one that it cannot make', async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'thesis.odt'), 'years');
  const refused = await desk.run(['pages', folder]);
  expect(refused.exit).toBe(1);
  expect(refused.stderr).toContain('has files that are not ours');
  expect(readdirSync(folder)).toEqual(['thesis.odt']);
  expect((await desk.run(['pages', folder, '--scope', 'raw'])).stderr).toContain('tickets, notes');
  const nowhere = await desk.run(['pages', join(desk.dir, 'a', 'b')]);
  expect(nowhere).toMatchObject({ exit: 1, stdout: '' });
  expect(nowhere.stderr).toContain(`cannot be written: ${join(desk.dir, 'a')} is not there`);
});

test('two at once wait for each other, and the folder is whole', async () => {
  for (const name of ['plain', 'obrien']) await deliverCase(desk, name);
  const args = ['pages', folder, '--scope', 'tickets'];
  const runs = await Promise.all(
    Array.from({ length: 3 }, () => desk.run(args, { env: { TZ: 'UTC' } })),
  );
  expect(runs.map(({ exit }) => exit)).toEqual([0, 0, 0]);
  const before = everything();
  await desk.run(args);
  expect(everything()).toBe(before);
  expect(readdirSync(folder)).not.toContain('.mailrobot-pages.new');
});

test('as a subscriber it follows each change, and forgets whom the desk forgets', async () => {
  subscribe(['tickets', 'notes']);
  await deliverCase(desk, 'plain');
  await desk.settled();
  expect(existsSync(join(folder, 'index.html'))).toBe(true);
  expect(everything()).toContain('SUPPORT-7102');
  await desk.run(['ticket', 'note', '7102', '-m', 'Beware of the badger']);
  await desk.settled();
  expect(everything()).toContain('Beware of the badger');
  const { stdout } = await desk.run(['ticket', 'show', '7102', '--json']);
  const { address } = JSON.parse(stdout).requester;
  expect(everything()).toContain(address);
  await desk.run(['erase', address]);
  await desk.settled();
  expect(everything()).not.toContain(address);
  const list = await desk.run(['subscriber', 'list', '--json']);
  expect(JSON.parse(list.stdout)).toMatchObject([{ name: 'site', behind: 0, failing: null }]);
});

test('a folder that it cannot write fails that subscriber, and is tried again', async () => {
  subscribe(['tickets']);
  mkdirSync(folder);
  writeFileSync(join(folder, 'thesis.odt'), 'years');
  await deliverCase(desk, 'plain');
  await desk.run(['subscriber', 'run', '--once']).catch(() => null);
  const list = JSON.parse((await desk.run(['subscriber', 'list', '--json'])).stdout);
  expect(list[0].failing.error).toContain('has files that are not ours');
  const skip = await desk.run(['subscriber', 'skip', 'site']);
  expect(skip.stderr).toContain('has pages, and gets no events');
  spawnSync('rm', ['-r', folder]);
  await desk.run(['subscriber', 'retry', 'site']);
  await desk.settled();
  expect(everything()).toContain('SUPPORT-7102');
}, 120_000);
