/**
 * A fault at system calls of the run that hands over an answer whose time has come, and of the one that
 * takes an answer back before its time. After each, once time has passed and others have run, the
 * answer has gone out exactly once, or was taken back and went to nobody.
 *
 * `FAULTS=all` tries every point, without it a few.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendLeftovers } from '../../src/jobs/outbox.ts';
import { compose } from '../../src/letters/compose.ts';
import { userName } from '../../src/runtime/user-name.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { DAY_MS } from '../../src/ticket/age.ts';
import { configOf } from '../kit/config.ts';
import { age, deliverCase, makeDesk, type TestDesk } from '../process/desk.ts';
import { extract } from '../stores/files/extract.ts';
import { inCopy } from './in-copy.ts';
import {
  type Fault,
  type Faulted,
  faultsFor,
  type Point,
  pointsOf,
  runWithFault,
} from './points.ts';
import { sampled, sampleOf } from './sample.ts';
import { fsckOf, type Scenario } from './scenarios.ts';

const SAMPLE = sampleOf(90);
const TRIES = 12;
const WORDS = 'Good morning, Nic.';
const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';

const RUNS = {
  'the run that hands it over': { args: ['due'], days: 3 },
  undo: { args: ['ticket', 'undo', '7102'], days: 0 },
} as const;

describe.skipIf(missing !== undefined)(`faults of an answer that waits ${missing ?? ''}`, () => {
  let template: TestDesk;

  beforeAll(async () => {
    template = await answered();
  }, 120_000);
  afterAll(() => template.remove());

  test.each(['undo', 'the run that hands it over'] as const)(
    'at any call of %s it goes out once or was taken back',
    async (name) => {
      const { days } = RUNS[name];
      if (days > 0) await age(template, days);
      const scenario = scenarioOf(name);
      const points = await inCopy(template, (desk) => pointsOf(desk, scenario));
      const all = points.flatMap((point) => faultsFor(point).map((fault) => ({ point, fault })));
      const trials = sampled(all, SAMPLE);
      const failures: string[] = [];
      for (const { point, fault } of trials) {
        const problem = await tryUntilFired(template, scenario, point, fault);
        if (problem !== null)
          failures.push(`${fault} at ${point.call}: ${problem}\n    ${point.line}`);
      }
      console.log(`${name}: ${points.length} calls, ${trials.length} faults tried`);
      expect(trials.length).toBeGreaterThan(3);
      expect(failures.join('\n')).toBe('');
    },
    1_800_000,
  );
});

test.skipIf(missing !== undefined)(
  `undo that is killed between its commit and the next call has taken it back ${missing ?? ''}`,
  async () => {
    const template = await answered();
    try {
      const scenario = scenarioOf('undo');
      const points = await inCopy(template, (desk) => pointsOf(desk, scenario));
      // It lets the answer go once the commit stands.
      const [point, ...others] = points.filter(
        ({ call, path }) => call === 'ftruncate' && path?.endsWith('.claim'),
      );
      if (point === undefined || others.length > 0) throw new Error('it is not let go once');
      expect(await tryUntilFired(template, scenario, point, 'SIGKILL', 'undone')).toBe(null);
    } finally {
      template.remove();
    }
  },
  120_000,
);

async function answered(): Promise<TestDesk> {
  const desk = await makeDesk();
  desk.configure((config) => {
    config['staff'] = [{ name: userName(), addresses: ['kim@support-ticket.example'] }];
  });
  await deliverCase(desk, 'plain');
  // Which says that a timer runs.
  await desk.here(['due']);
  const reply = ['ticket', 'reply', '7102', '--at', 'tomorrow 8:00', '-m', WORDS];
  const { exit, stderr } = await desk.here(reply);
  if (exit !== 0) throw new Error(stderr);
  await desk.settled();
  return desk;
}

function scenarioOf(name: keyof typeof RUNS): Scenario {
  const expected = { before: [], tickets: 1, sent: 2, after: 'it goes on' } as const;
  return { name, args: RUNS[name].args, input: Buffer.alloc(0), ...expected };
}

async function tryUntilFired(
  template: TestDesk,
  scenario: Scenario,
  point: Point,
  fault: Fault,
  wanted: 'undone' | null = null,
): Promise<string | null> {
  let { n } = point;
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const run = await inCopy(template, async (desk) => {
      const faulted = await runWithFault(desk, scenario, point, fault, n);
      await desk.settled();
      const problem = faulted.hasFired ? await problemAfter(desk, scenario, faulted, wanted) : null;
      return { ...faulted, problem };
    });
    if (run.hasFired) return run.problem;
    n = run.n === null || run.n === n ? Math.max(1, n + (tried % 2 === 0 ? -tried : tried)) : run.n;
  }
  return 'the fault did not fire on the store';
}

async function problemAfter(
  desk: TestDesk,
  { name }: Scenario,
  { exit }: Faulted,
  wanted: 'undone' | null,
): Promise<string | null> {
  const first = await fsckOf(desk);
  if (first !== '') return `fsck after the fault: ${first}`;
  // A command of somebody else comes by, and then its time.
  await desk.here(['ticket', 'list']);
  for (const days of [2, 3]) await runLater(desk, days);
  await desk.settled();
  const answer = await answerIn(desk);
  const gone = desk.sent().filter(({ content }) => isAnswer(content)).length;
  const returned = desk.sent().filter(({ content }) => isReturned(content)).length;
  const isUndone = answer === 'undone';
  const problems = [
    ...(isUndone || answer === 'sent' ? [] : [`it is ${answer}`]),
    ...(gone === (isUndone ? 0 : 1) ? [] : [`it is ${answer}, and has gone out ${gone} times`]),
    ...(returned === (isUndone ? 1 : 0) ? [] : [`its words came back ${returned} times`]),
    ...(wanted === null || answer === wanted ? [] : [`it is ${answer}, and not ${wanted}`]),
    ...(exit === 0 && isUndone !== (name === 'undo') ? [`exit 0, and it is ${answer}`] : []),
    await fsckOf(desk),
  ].filter((problem) => problem !== '');
  return problems.length === 0 ? null : problems.join('; ');
}

async function runLater(desk: TestDesk, days: number): Promise<void> {
  const now = () => new Date(Date.now() + days * DAY_MS);
  const store = new FileStore({ root: desk.store, now, extract, compose });
  await store.recover();
  await sendLeftovers({ config: configOf(), store, mta: [join(desk.dir, 'sendmail')], now });
  await store.catchUp();
}

async function answerIn(desk: TestDesk): Promise<string | undefined> {
  const store = new FileStore({ root: desk.store, now: () => new Date(), extract, compose });
  const { messages = [] } = (await store.ticket('SUPPORT-7102')) ?? {};
  return messages.flatMap((one) => (one.direction === 'out' && one.by ? one.delivery : []))[0];
}

/** To the customer; the author gets the words too, of one that was taken back. */
function isAnswer(content: string): boolean {
  return content.includes(WORDS) && !isReturned(content);
}

function isReturned(content: string): boolean {
  return content.includes('taken back your answer');
}
