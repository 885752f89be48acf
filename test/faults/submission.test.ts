/**
 * A process that hands a mail over by SMTP is killed at any of its calls on the outbox and on its claim:
 * what the MTA has got never looks as if it had not begun, what looks so goes out, and what goes
 * again does so once. `npm run test:faults` tries every call; without FAULTS every SAMPLE-th.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Relay } from '../../src/doors/relay.ts';
import type { Store } from '../../src/journal/store.ts';
import { compose } from '../../src/letters/compose.ts';
import { createStore } from '../../src/stores/files/create-store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { startMta } from '../kit/mta.ts';
import { outgoingTo } from '../kit/outgoing.ts';
import { sampled, sampleOf } from './sample.ts';

const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';
const SAMPLE = sampleOf(2);
const ROLLDOWN = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'rolldown');
/** The same names in every run. */
const BOOT = `
const crypto = require('node:crypto');
let drawn = 0;
crypto.randomBytes = (size) =>
  crypto.createHash('shake256', { outputLength: size }).update(String(drawn++)).digest();
require(process.argv[1]);`;

interface Point {
  readonly call: string;
  /** Below the store. */
  readonly path: string;
  readonly nth: number;
}

interface Outcome {
  readonly trace: string;
  readonly wasBegun: boolean;
  /** Final dots that the MTA has got: of the first attempt, and after the next runs. */
  readonly sent: number;
  readonly sentInAll: number;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailrobot-submit-'));
  const source = join(import.meta.dirname, 'submit-once.ts');
  const to = ['--platform', 'node', '--format', 'cjs', '--dir', folder];
  expect(spawnSync(ROLLDOWN, [source, ...to]).status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(missing !== undefined)(
  `killed at any call, nothing is lost and nothing doubled unseen ${missing ?? ''}`,
  async () => {
    for (const sender of ['', 'support-7102-b@support-ticket.example']) {
      const who = sender === '' ? 'a machine' : 'a person';
      const whole = await handedOver(sender, []);
      expect([who, whole.sent, whole.sentInAll]).toEqual([who, 1, 1]);
      const points = pointsIn(whole.trace);
      const tried = sampled(points, SAMPLE);
      let fired = 0;
      for (const { call, path, nth } of tried) {
        const inject = `inject=${call}:signal=SIGKILL:when=${nth}`;
        const { trace, sent, wasBegun, sentInAll } = await handedOver(sender, (root) => [
          ...['-P', root + path, '-e', inject],
        ]);
        const place = `${who}, ${call} ${nth} of ${path}`;
        if (!trace.includes('+++ killed by SIGKILL')) continue;
        fired += 1;
        if (sent === 1) expect([place, wasBegun]).toEqual([place, true]);
        // Nobody knows of one that had begun: a machine's does not go again.
        const again = wasBegun && sender === '' ? 0 : 1;
        const isKnownToHaveGone = sent === 1 && sentInAll === 1;
        expect([place, isKnownToHaveGone || sentInAll === sent + again]).toEqual([place, true]);
      }
      console.log(`${who}: ${points.length} calls, killed at ${fired} of ${tried.length}`);
      expect(fired).toBeGreaterThan(5);
      expect(fired).toBeGreaterThanOrEqual(tried.length - 2);
    }
  },
  600_000,
);

test.skipIf(missing !== undefined)(
  `its claim is durable before the MTA gets an octet ${missing ?? ''}`,
  async () => {
    const lines = (await handedOver('', [])).trace.split('\n');
    const at = (pattern: RegExp) => lines.findIndex((line) => pattern.test(line));
    const order = [
      at(/^link(at)?\(.*\/incoming\/claim\.\w+".*\/outbox\/1\.0\.claim"/),
      at(/^fsync\(\d+<[^>]*\/outbox>\)/),
      at(/^writev?\(\d+<(socket|TCP).*(Message-ID|From|To|Subject|Date): /),
    ];
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  },
  60_000,
);

/** Calls on the outbox and on the claim, in order, each by its number on its path. */
function pointsIn(trace: string): readonly Point[] {
  const counts = new Map<string, number>();
  return trace.split('\n').flatMap((line) => {
    const call = /^([a-z0-9_]+)\(/.exec(line)?.[1];
    const path = /(\/(?:outbox(?:\/[^">]+)?|incoming\/claim\.\w+))[">]/.exec(line)?.[1];
    if (call === undefined || path === undefined) return [];
    const nth = (counts.get(`${call} ${path}`) ?? 0) + 1;
    counts.set(`${call} ${path}`, nth);
    return [{ call, path, nth }];
  });
}

async function handedOver(
  sender: string,
  fault: readonly string[] | ((root: string) => readonly string[]),
): Promise<Outcome> {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-killed-'));
  const mta = await startMta();
  const store = (): Store =>
    new FileStore({ root, now: () => new Date(), extract: async () => {}, compose });
  try {
    createStore(root);
    await store().exclusive(async (transaction) => {
      await transaction.commit({
        changes: [],
        outgoing: [outgoingTo('nic@ferrier.example', { sender })],
      });
    });
    const log = join(folder, 'trace');
    const options = typeof fault === 'function' ? fault(root) : fault;
    await run('strace', [
      ...['-y', '-s', '200', '-e', 'trace=%file,%desc', '-o', log, ...options],
      ...[process.execPath, '-e', BOOT, join(folder, 'submit-once.js'), root, String(mta.port)],
    ]);
    const trace = readFileSync(log, 'utf8');
    while (mta.sessions.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const sent = mta.ends.length;
    const wasBegun = (await store().unsent()).every(({ isBegun }) => isBegun);
    const relay = new Relay({ host: '127.0.0.1', port: mta.port, usesTls: false });
    for (let n = 0; n < 3; n += 1) {
      const next = store();
      await next.findLost(10);
      await next.catchUp();
      const [mail] = await next.exclusive((transaction) => transaction.claim('all', 1));
      if (mail === undefined) continue;
      await next.handOver(mail, (envelope, begin) => relay.submit(envelope, begin), 30_000);
    }
    await relay.close(0);
    await store().catchUp();
    expect(await store().unsent()).toEqual([]);
    return { trace, wasBegun, sent, sentInAll: mta.ends.length };
  } finally {
    await mta.close();
    rmSync(root, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    spawn(program, args, { stdio: 'ignore' }).on('exit', () => resolve());
  });
}
