/**
 * A fault at every system call on the store: killed before it, EIO, ENOSPC.
 *
 * After each, in this order: fsck, one more delivery as the MTA would make it,
 * fsck; then one ticket, the raw mail intact, one reply (also after a kill: whoever hands
 * it over is no part of the run). `npm run test:faults` tries every point,
 * without FAULTS every SAMPLE-th; the number of points is printed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queueMails } from '../kit/queue-mails.ts';
import { age, deliverCase, makeDesk, type TestDesk } from '../process/desk.ts';
import { inCopy } from './in-copy.ts';
import { type Fault, faultsFor, type Point, pointsOf, runWithFault } from './points.ts';
import { sampled, sampleOf } from './sample.ts';
import { faultsOf, fsckOf, SCENARIOS, type Scenario } from './scenarios.ts';

const SAMPLE = sampleOf(23);
const WORKERS = 2;
/** On a busy machine node's own calls shift the number of a call by a few, up and down. */
const TRIES = 30;
const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';

describe.skipIf(missing !== undefined)(`faults at system calls ${missing ?? ''}`, () => {
  describe.each(SCENARIOS)('$name', (scenario) => {
    let template: TestDesk;

    beforeAll(async () => {
      template = await makeDesk();
      for (const name of scenario.before) await deliverCase(template, name);
      if (scenario.held !== undefined) {
        const env = { RECIPIENT: 'support-7102@support-ticket.example' };
        await template.run(['reply'], { input: scenario.held, env });
      }
      if (scenario.before.length > 0) await template.run(['ticket', 'list']);
      for (const command of scenario.commands ?? []) await template.run(command);
      if (scenario.age !== undefined) await age(template, scenario.age);
      template.configure((config) => Object.assign(config, scenario.config));
      if (scenario.robot !== undefined) await queueFor(template, scenario.robot);
    });

    afterAll(() => template.remove());

    test('a fault at any call loses nothing, doubles nothing, and blocks nobody', async () => {
      const points = await inCopy(template, (desk) => pointsOf(desk, scenario));
      const faults = points.flatMap((point) => faultsFor(point).map((fault) => ({ point, fault })));
      const { sample } = scenario;
      const trials = sampled(faults, sample === undefined ? SAMPLE : sampleOf(sample));
      const failures: string[] = [];
      const counts = new Map<string, number>();
      await inParallel(trials, async ({ point, fault }) => {
        const problem = await tryUntilFired(template, scenario, point, fault);
        counts.set(fault, (counts.get(fault) ?? 0) + 1);
        if (problem !== null)
          failures.push(`${fault} at ${point.call} ${point.n}: ${problem}\n    ${point.line}`);
      });
      const summary = [...counts].map(([fault, count]) => `${count} ${fault}`).join(', ');
      console.log(
        `${scenario.name}: ${points.length} calls, ${trials.length} faults tried (${summary})`,
      );
      expect(trials.length).toBeGreaterThan(3);
      expect(failures.join('\n')).toBe('');
    }, 1_800_000);
  });
});

async function queueFor(desk: TestDesk, script: string): Promise<void> {
  mkdirSync(join(desk.dir, 'robots'));
  writeFileSync(join(desk.dir, 'robots', 'hello'), script, { mode: 0o755 });
  desk.configure((config) => {
    const may = ['reply-unproven'];
    config['robots'] = [{ name: 'hello', user: 'owner', from: 'anybody', may }];
  });
  await queueMails(desk.config, 'hello', { from: 1, count: 1 });
}

/** Reads of node itself come in between in some runs: then the call has another number, and is tried again. */
async function tryUntilFired(
  template: TestDesk,
  scenario: Scenario,
  point: Point,
  fault: Fault,
): Promise<string | null> {
  let n = point.n;
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const step = (tried % 9) * (tried % 2 === 0 ? -1 : 1);
    const run = await inCopy(template, (desk) => tryOne(desk, scenario, point, fault, n));
    if (run.hasFired) return run.problem;
    n = run.n === null || run.n === n ? Math.max(1, n + step) : run.n;
  }
  return 'the fault did not fire on the store';
}

type Tried =
  | { readonly hasFired: true; readonly problem: string | null }
  | { readonly hasFired: false; readonly n: number | null };

async function tryOne(
  desk: TestDesk,
  scenario: Scenario,
  point: Point,
  fault: Fault,
  n: number,
): Promise<Tried> {
  const faulted = await runWithFault(desk, scenario, point, fault, n);
  await desk.settled();
  if (!faulted.hasFired) return { hasFired: false, n: faulted.n };
  return { hasFired: true, problem: await problemAfter(desk, scenario, fault, faulted.exit) };
}

async function problemAfter(
  desk: TestDesk,
  scenario: Scenario,
  fault: Fault,
  exit: number | null,
): Promise<string | null> {
  const isKilled = fault === 'SIGKILL';
  // node aborts where its own closing of a file fails (exit null); the launcher makes that 75.
  const wanted: readonly unknown[] =
    scenario.after === 'the mail again' ? [0, 75, null] : [0, 1, null];
  if (!isKilled && !wanted.includes(exit)) return `exit ${exit}`;
  const first = await fsckOf(desk);
  if (first !== '') return `fsck after the fault: ${first}`;
  if (scenario.after === 'the mail again') {
    const again = await desk.run(scenario.args, {
      input: scenario.input,
      ...(scenario.env !== undefined && { env: scenario.env }),
    });
    if (again.exit !== 0) return `delivered again: exit ${again.exit} ${again.stdout}`;
  } else {
    // The next runner takes what a dead one has left.
    await desk.run(scenario.robot === undefined ? ['ticket', 'list'] : scenario.args);
  }
  await desk.settled();
  const faults = await faultsOf(desk, scenario);
  return faults.length === 0 ? null : faults.join('; ');
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}
