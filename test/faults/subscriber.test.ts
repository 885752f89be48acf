/**
 * A subscriber is told of every event in order, at least once, wherever the process
 * that tells it is killed, or the disk fails it.
 *
 * A fault at each system call on the store of one `subscriber run --once`; then
 * another run, as the next mail would start it. An event that comes twice comes again
 * right away, before any that is newer. `FAULTS=all` tries every point.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deliverCase, makeDesk, type TestDesk } from '../process/desk.ts';
import { eventsIn } from '../process/follower.ts';
import { inCopy } from './in-copy.ts';
import { type Fault, faultsFor, type Point, pointsOf, runWithFault } from './points.ts';
import { sampled, sampleOf } from './sample.ts';
import type { Scenario } from './scenarios.ts';

const SAMPLE = sampleOf(23);
const TRIES = 30;
/** A run that a fault has hit rests before it tries again: many of them cost little. */
const WORKERS = 12;
const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';
const RUN: Scenario = {
  ...{ name: 'subscriber run', before: [], args: ['subscriber', 'run', '--once'] },
  ...{ input: Buffer.alloc(0), tickets: 2, sent: 2, after: 'nothing' as const },
};

function prepared<T>(template: TestDesk, work: (desk: TestDesk) => Promise<T>): Promise<T> {
  return inCopy(template, async (desk) => {
    const crm = join(desk.dir, 'crm');
    writeFileSync(crm, `#!/bin/sh\ncat >>"${crm}.got"\n`, { mode: 0o755 });
    desk.configure((config) => {
      config['subscribers'] = [{ name: 'crm', type: 'exec', command: [crm] }];
    });
    mkdirSync(join(desk.store, 'subscribers'), { mode: 0o700 });
    const state = { v: 1, cursor: '0123456789abcdef.0.999999999', failing: null };
    writeFileSync(join(desk.store, 'subscribers', 'crm.json'), JSON.stringify(state));
    return await work(desk);
  });
}

function got({ dir }: TestDesk): readonly string[] {
  const path = join(dir, 'crm.got');
  return existsSync(path) ? eventsIn(readFileSync(path, 'utf8')).map(({ id }) => id) : [];
}

async function problemAfter(desk: TestDesk, wanted: readonly string[]): Promise<string | null> {
  await desk.settled();
  const again = await desk.run(RUN.args);
  if (again.exit !== 0) return `the next run: exit ${again.exit} ${again.stderr}`;
  const given = got(desk);
  const once = given.filter((id, n) => id !== given[n - 1]);
  return once.join(' ') === wanted.join(' ') ? null : `given ${given.join(' ')}`;
}

async function tryUntilFired(
  template: TestDesk,
  point: Point,
  fault: Fault,
  wanted: readonly string[],
): Promise<string | null> {
  let n = point.n;
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const run = await prepared(template, async (desk) => {
      const faulted = await runWithFault(desk, RUN, point, fault, n);
      return { ...faulted, problem: faulted.hasFired ? await problemAfter(desk, wanted) : null };
    });
    if (run.hasFired) return run.problem;
    n = run.n === null || run.n === n ? Math.max(1, n + (tried % 9) - 4) : run.n;
  }
  return 'the fault did not fire on the store';
}

test.skipIf(missing !== undefined)(
  `a subscriber misses nothing, wherever its run is killed ${missing ?? ''}`,
  async () => {
    const template = await makeDesk();
    try {
      for (const name of ['plain', 'obrien']) await deliverCase(template, name);
      await template.run(['ticket', 'list']);
      const wanted = eventsIn((await template.run(['events'])).stdout).map(({ id }) => id);
      const points = await prepared(template, async (desk) => {
        const found = await pointsOf(desk, RUN);
        expect(got(desk)).toEqual(wanted);
        return found;
      });
      const faults = points.flatMap((point) => faultsFor(point).map((fault) => ({ point, fault })));
      const trials = sampled(faults, SAMPLE);
      const failures: string[] = [];
      const rest = [...trials];
      const worker = async () => {
        for (let trial = rest.shift(); trial !== undefined; trial = rest.shift()) {
          const { point, fault } = trial;
          const problem = await tryUntilFired(template, point, fault, wanted);
          if (problem !== null) failures.push(`${fault} at ${point.line}\n    ${problem}`);
        }
      };
      await Promise.all(Array.from({ length: WORKERS }, worker));
      console.log(`${points.length} calls, ${trials.length} faults tried`);
      expect(trials.length).toBeGreaterThan(3);
      expect(failures.join('\n')).toBe('');
    } finally {
      template.remove();
    }
  },
  1_800_000,
);
