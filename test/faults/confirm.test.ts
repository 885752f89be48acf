/**
 * A fault at system calls of the two runs that a confirmation takes: the mail that says the word, and
 * the run that carries the orders out. After each, the MTA brings the mail again and the robots are run
 * again; then it is done once, its plan is over, and there is one reply.
 *
 * `FAULTS=all` tries every point, without it a few.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compose } from '../../src/letters/compose.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { collect } from '../kit/collect.ts';
import { makeDesk, type TestDesk } from '../process/desk.ts';
import { extract } from '../stores/files/extract.ts';
import { inCopy } from './in-copy.ts';
import { type Fault, faultsFor, type Point, pointsOf, runWithFault } from './points.ts';
import { sampled, sampleOf } from './sample.ts';
import { fsckOf, type Scenario } from './scenarios.ts';

const SAMPLE = sampleOf(60);
const TRIES = 12;
const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';

const ORDERS = [
  '{"type": "ticket.create", "queue": "SUPPORT", "subject": "x", "text": "y"}',
  '{"type": "reply", "text": "It is done."}',
];

/** Nobody starts the robots of another user by a mail. */
function runsAs(desk: TestDesk, user: 'owner' | 'nobody'): void {
  desk.configure((config) => {
    const may = ['reply-unproven', 'create'];
    config['robots'] = [{ name: 'host', from: 'anybody', confirm: true, may, user }];
  });
}

async function told(): Promise<{ readonly desk: TestDesk; readonly mail: Scenario }> {
  const desk = await makeDesk();
  const path = join(desk.dir, 'robots', 'host');
  mkdirSync(join(desk.dir, 'robots'));
  writeFileSync(path, `#!/bin/sh\n${ORDERS.map((order) => `echo '${order}'`).join('\n')}\n`);
  chmodSync(path, 0o755);
  runsAs(desk, 'owner');
  await desk.run(['run', 'host'], {
    input: 'From: nic@ferrier.example\nSubject: x\nMessage-ID: <1@x.example>\n\nplease\n',
    env: { SENDER: 'nic@ferrier.example', RECIPIENT: 'host@support-ticket.example' },
  });
  await desk.settled();
  const content = (desk.sent()[0]?.content ?? '').replaceAll('=\n', '');
  const to = /^Reply-To: .*?([a-z0-9]+-\d+-p-[a-z0-9-]+@[a-z.-]+)/im.exec(content)?.[1] ?? '';
  const word = /^ {4}(confirm \d{4})\r?$/m.exec(content)?.[1] ?? '';
  const fields = `From: nic@ferrier.example\nTo: ${to}\nSubject: Re: x\nMessage-ID: <2@x.example>\n`;
  const mail: Scenario = {
    ...{ name: 'the mail that says the word', before: [], args: ['reply'] },
    input: Buffer.from(`${fields}\n${word}\n`),
    env: { SENDER: 'nic@ferrier.example', RECIPIENT: to },
    ...{ tickets: 1, sent: 2, after: 'the mail again' },
  };
  return { desk, mail };
}

describe.skipIf(missing !== undefined)(`faults of a confirmation ${missing ?? ''}`, () => {
  let template: TestDesk;
  let mail: Scenario;

  beforeAll(async () => {
    ({ desk: template, mail } = await told());
    runsAs(template, 'nobody');
  }, 120_000);
  afterAll(() => template.remove());

  test.each(['the mail that says the word', 'the run that carries it out'] as const)(
    'a fault at any call of %s has it done once',
    async (step) => {
      const isMail = step === 'the mail that says the word';
      if (!isMail) {
        await deliver(template, mail);
        runsAs(template, 'owner');
      }
      const faulted: Scenario = isMail
        ? mail
        : {
            ...mail,
            name: step,
            args: ['robot', 'run', '--once'],
            input: Buffer.alloc(0),
            env: {},
          };
      const points = await prepared(template, (desk) => pointsOf(desk, faulted));
      const all = points.flatMap((point) => faultsFor(point).map((fault) => ({ point, fault })));
      const trials = sampled(all, SAMPLE);
      const failures: string[] = [];
      for (const { point, fault } of trials) {
        const problem = await tryUntilFired(template, faulted, point, fault, mail);
        if (problem !== null)
          failures.push(`${fault} at ${point.call}: ${problem}\n    ${point.line}`);
      }
      console.log(`${step}: ${points.length} calls, ${trials.length} faults tried`);
      expect(trials.length).toBeGreaterThan(3);
      expect(failures.join('\n')).toBe('');
    },
    1_800_000,
  );
});

const deliver = (desk: TestDesk, { args, input, env = {} }: Scenario) =>
  desk.run(args, { input, env });

async function tryUntilFired(
  template: TestDesk,
  scenario: Scenario,
  point: Point,
  fault: Fault,
  mail: Scenario,
): Promise<string | null> {
  let { n } = point;
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const run = await prepared(template, async (desk) => {
      const faulted = await runWithFault(desk, scenario, point, fault, n);
      await desk.settled();
      const problem = faulted.hasFired ? await problemAfter(desk, mail) : null;
      return { ...faulted, problem };
    });
    if (run.hasFired) return run.problem;
    n = run.n === null || run.n === n ? Math.max(1, n + (tried % 2 === 0 ? -tried : tried)) : run.n;
  }
  return 'the fault did not fire on the store';
}

async function problemAfter(desk: TestDesk, mail: Scenario): Promise<string | null> {
  const first = await fsckOf(desk);
  if (first !== '') return `fsck after the fault: ${first}`;
  const again = await deliver(desk, mail);
  if (again.exit !== 0) return `delivered again: exit ${again.exit} ${again.stdout}`;
  runsAs(desk, 'owner');
  for (let n = 0; n < 2; n += 1) await desk.run(['robot', 'run', '--once']);
  await desk.settled();
  const store = new FileStore({ root: desk.store, now: () => new Date(), extract, compose });
  const tickets = await collect(store.tickets('all', ['SUPPORT']));
  const plans = await store.robotPlans();
  const replies = desk.sent().filter(({ content }) => content.includes('It is done.'));
  // What could not be handed over rests for a minute.
  const waiting = await store.unsent();
  const problems = [
    ...(tickets.length === 1 ? [] : [`${tickets.length} tickets`]),
    ...(plans.length === 0 ? [] : [`${plans.length} plans`]),
    ...(replies.length + waiting.length === 1 ? [] : [`${replies.length} replies`]),
    ...((await store.robotRuns()).length === 0 ? [] : ['a run waits']),
    await fsckOf(desk),
  ].filter((problem) => problem !== '');
  return problems.length === 0 ? null : problems.join('; ');
}

function prepared<T>(template: TestDesk, work: (desk: TestDesk) => Promise<T>): Promise<T> {
  return inCopy(template, async (desk) => {
    const config = join(desk.dir, 'config.json');
    writeFileSync(config, readFileSync(config, 'utf8').replaceAll(template.dir, desk.dir));
    return await work(desk);
  });
}
