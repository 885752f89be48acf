/**
 * The shell that hands a mail over is killed at any of its system calls: what sendmail has
 * been given never looks as if it had not begun, what looks so goes out, and what goes
 * again does so once. `npm run test:faults` tries every call; without
 * FAULTS every SAMPLE-th.
 */

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Store } from '../../src/journal/store.ts';
import { compose } from '../../src/letters/compose.ts';
import { hold } from '../../src/stores/disk/lock.ts';
import { createStore } from '../../src/stores/files/create-store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { commandOf } from '../../src/stores/files/hand-over.ts';
import { Outbox } from '../../src/stores/files/outbox.ts';
import { outgoingTo } from '../kit/outgoing.ts';
import { sampled, sampleOf } from './sample.ts';

const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';

const SUM = { size: 1, sha256: '0'.repeat(64) };
const SAMPLE = sampleOf(5);

/** The executable takes it before it starts the shell, and node leaves it to the shell. */
type LockBy = 'the shell' | 'its starter';

const ATTEMPTS: readonly (readonly [sender: string, lock: LockBy])[] = [
  ['', 'the shell'],
  ['', 'its starter'],
  ['support-7102-b@support-ticket.example', 'the shell'],
  ['support-7102-b@support-ticket.example', 'its starter'],
];

interface Outcome {
  readonly trace: string;
  readonly wasBegun: boolean;
  readonly sent: number;
  readonly sentInAll: number;
}

test.skipIf(missing !== undefined)(
  `killed at any call, nothing is lost and nothing doubled unseen ${missing ?? ''}`,
  async () => {
    for (const [sender, lock] of ATTEMPTS) {
      const who = `${sender === '' ? 'a machine' : 'a person'}, the lock taken by ${lock}`;
      const { trace: whole } = await handedOver(sender, lock, []);
      expect([who, whole.includes('/flock"')]).toEqual([who, lock === 'the shell']);
      const points = pointsIn(whole);
      const tried = sampled(points, SAMPLE);
      let fired = 0;
      for (const { call, nth } of tried) {
        const fault = ['-e', `inject=${call}:signal=SIGKILL:when=${nth}`];
        const { trace, sent, wasBegun, sentInAll } = await handedOver(sender, lock, fault);
        const place = `${who}, ${call} ${nth}`;
        // How often it asks for its children depends on how soon they end.
        if (!trace.includes('+++ killed by SIGKILL')) continue;
        fired += 1;
        if (sent === 1) expect([place, wasBegun]).toEqual([place, true]);
        // Nobody knows of one that had begun: a machine's does not go again.
        const again = wasBegun && sender === '' ? 0 : 1;
        const isKnownToHaveGone = sent === 1 && sentInAll === 1;
        expect([place, isKnownToHaveGone || sentInAll === sent + again]).toEqual([place, true]);
      }
      console.log(`${who}: ${points.length} calls, killed at ${fired} of ${tried.length}`);
      expect(fired).toBeGreaterThan(10);
      expect(fired).toBeGreaterThanOrEqual(tried.length - 2);
    }
  },
  600_000,
);

/** Each call by its number among those of its name. */
function pointsIn(trace: string): readonly { readonly call: string; readonly nth: number }[] {
  const counts = new Map<string, number>();
  return trace.split('\n').flatMap((line) => {
    const call = /^([a-z0-9_]+)\(/.exec(line)?.[1];
    // strace starts the shell itself.
    if (call === undefined || call === 'execve' || call === 'exit_group') return [];
    const nth = (counts.get(call) ?? 0) + 1;
    counts.set(call, nth);
    return [{ call, nth }];
  });
}

/** `sent`: until the first attempt was over; `sentInAll`: after the next runs. */
async function handedOver(
  sender: string,
  lock: LockBy,
  fault: readonly string[],
): Promise<Outcome> {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-killed-'));
  const log = join(root, '..', `${root.split('/').at(-1)}.log`);
  const store = (): Store =>
    new FileStore({ root, now: () => new Date(), extract: async () => {}, compose });
  const sent = () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0);
  const sendmail = ['/bin/sh', '-c', 'echo sent >>"$0"', log];
  try {
    createStore(root);
    await store().exclusive(async (transaction) => {
      await transaction.commit({
        changes: [],
        outgoing: [outgoingTo('nic@ferrier.example', { sender })],
      });
    });
    const traced = ['strace', '-o', join(root, 'trace'), ...fault];
    await handOver(root, store(), sendmail, lock, traced);
    const trace = readFileSync(join(root, 'trace'), 'utf8');
    while (await isUnderWay(store())) await new Promise((resolve) => setTimeout(resolve, 5));
    const first = sent();
    const wasBegun = (await store().unsent()).every(({ isBegun }) => isBegun);
    for (let n = 0; n < 3; n += 1) {
      await store().findLost(10);
      await store().catchUp();
      await handOver(root, store(), sendmail, 'the shell', []);
    }
    expect(await store().unsent()).toEqual([]);
    return { trace, wasBegun, sent: first, sentInAll: sent() };
  } finally {
    rmSync(root, { recursive: true, force: true });
    rmSync(log, { force: true });
  }
}

async function isUnderWay(store: Store): Promise<boolean> {
  const all = await store.unsent();
  return (await Promise.all(all.map((mail) => store.isUnderWay(mail)))).some(Boolean);
}

async function handOver(
  root: string,
  store: Store,
  sendmail: readonly string[],
  lock: LockBy,
  before: readonly string[],
): Promise<void> {
  const [mail] = await store.exclusive((transaction) => transaction.claim('all', 1));
  if (mail === undefined) return;
  const { command: own, descriptor } = await new Outbox(root).attempt(mail, SUM, sendmail);
  const [, , , file = '', mark = ''] = own;
  if (lock === 'its starter') hold(descriptor, file);
  const command = commandOf(file, mark, SUM, sendmail, lock === 'its starter');
  const [program = '', ...args] = [...before, ...command];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore', descriptor] });
  closeSync(descriptor);
  await new Promise((resolve) => child.on('exit', resolve));
}
