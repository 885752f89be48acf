/** A ticket in another queue, on the disk: what its names are there, and that the store stays whole. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NIC } from '../kit/config.ts';
import { makeDesk, type TestDesk } from './desk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['queues'] = [
      { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102, numbers: 'shared' },
      { prefix: 'BILLING', address: 'invoices', name: 'Billing', numbers: 'shared' },
    ];
  });
  await deliver('new', 1);
  expect(await run('ticket', 'move', '7102', 'BILLING')).toBe(
    'BILLING-7102 is in the queue BILLING.\n',
  );
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

async function deliver(to: string, n: number): Promise<void> {
  const recipient = `${to}@support-ticket.example`;
  const input = `From: ${NIC}\nTo: ${recipient}\nSubject: mail ${n}\nMessage-ID: <${n}@ferrier.example>\n\nHello ${n}\n`;
  const env = { SENDER: NIC, RECIPIENT: recipient };
  const verb = to === 'new' ? 'new' : 'reply';
  expect(await desk.here([verb], { input, env })).toMatchObject({ exit: 0 });
}

async function run(...args: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await desk.here(args);
  expect({ exit, stderr }).toMatchObject({ exit: 0 });
  return stdout;
}

async function isWhole(): Promise<void> {
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
  for (const name of ['SUPPORT-7102', 'billing-7102', '7102']) {
    const ticket = JSON.parse(await run('ticket', 'show', name, '--json'));
    expect(ticket).toMatchObject({
      ...{ id: 'SUPPORT-7102', queue: 'BILLING', address: 'BILLING-7102' },
      names: ['BILLING-7102'],
    });
  }
  const list = async (...words: readonly string[]) =>
    JSON.parse(await run('ticket', 'list', '--all', '--json', ...words));
  expect(await list()).toHaveLength(1);
  expect(await list('--queue', 'BILLING')).toMatchObject([{ id: 'SUPPORT-7102' }]);
  expect(await list('--queue', 'SUPPORT')).toEqual([]);
}

test('every name shows it, it is listed once, and jq finds the name beside it', async () => {
  await deliver('support-7102', 2);
  await deliver('billing-7102', 3);
  await isWhole();
  expect(await run('ticket', 'show', '7102')).toMatch(
    /^BILLING-7102 .*\n(.*\n)*Known as +SUPPORT-7102$/m,
  );
  expect(await run('ticket', 'list')).toContain('BILLING-7102');
  const path = join(desk.store, 'tickets', '71', 'BILLING-7102', 'ticket.json');
  const name = execFileSync('cat', [path], { encoding: 'utf8' });
  expect(JSON.parse(name)).toMatchObject({ mergedInto: 'SUPPORT-7102', isName: true });
  const stats = JSON.parse(await run('stats', '--json'));
  expect(stats.queues).toMatchObject([{ queue: 'BILLING', open: 1 }]);
});

test('documents that are lost, and all that is derived, are made again', async () => {
  for (const id of ['SUPPORT-7102', 'BILLING-7102']) {
    rmSync(join(desk.store, 'tickets', '71', id, 'ticket.json'));
  }
  await deliver('billing-7102', 2);
  await isWhole();
  rmSync(join(desk.store, 'tickets', '71'), { recursive: true });
  await run('rebuild');
  await isWhole();
});

test('a backup has it, and after a restore no number comes twice', async () => {
  const archive = join(desk.dir, 'desk.tar');
  await run('backup', archive);
  rmSync(desk.store, { recursive: true });
  expect(await desk.run(['restore', archive])).toMatchObject({ exit: 0 });
  await run('resume', '--yes');
  await deliver('support-7102', 2);
  await isWhole();
  await deliver('new', 3);
  const ids = JSON.parse(await run('ticket', 'list', '--all', '--json')).map(
    ({ number }: { number: number }) => number,
  );
  expect(new Set(ids).size).toBe(2);
});
