/**
 * A fault at system calls of a run in which a robot mails a password, or blanks one that came.
 *
 * After each: what lies on the disk right then has the password in its own file of the outbox alone
 * (or, as long as nothing is blanked, in the mail that came); then the MTA comes again, and everything
 * is once, whole, and in no file. `npm run test:faults` tries every point.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decoded } from '../kit/decoded.ts';
import { holding } from '../kit/holding.ts';
import { makeDesk, type TestDesk } from '../process/desk.ts';
import { inCopy } from './in-copy.ts';
import { type Fault, faultsFor, type Point, pointsOf, runWithFault } from './points.ts';
import { sampled, sampleOf } from './sample.ts';
import { fsckOf, type Scenario } from './scenarios.ts';

const SAMPLE = sampleOf(137);
const TRIES = 30;
const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';

const PASSWORD = 'k7Qm-x2Ta-9bHd';
const MAIL = {
  ...{ type: 'mail', to: 'nic@recovery.example', subject: 'Your account' },
  ...{ text: `For 24 hours: ${PASSWORD}`, secrets: [PASSWORD] },
};
const REPLY = { type: 'reply', text: 'Never mail a password.' };
const BLANK = { type: 'blank', words: [PASSWORD] };

interface Trial {
  readonly what: string;
  readonly lines: readonly object[];
  readonly exit: number;
  readonly text: string;
  /** Of what goes out. */
  readonly words: string;
  /** Where the password may be as long as the run has not ended. */
  readonly before: RegExp;
}

const TRIALS: readonly Trial[] = [
  {
    ...{ what: 'a password that a robot mails', lines: [MAIL], exit: 0, text: 'A new one.' },
    ...{ words: PASSWORD, before: /^outbox\/\d+\.\d+\.secret$/ },
  },
  {
    ...{ what: 'a password that is blanked', lines: [REPLY, BLANK], exit: 20 },
    text: `Set it to ${PASSWORD}.\n${'Thank you very much.\n'.repeat(20)}`,
    words: 'Never mail a password.',
    before: /^(?:incoming\/.*|slots\/.*|raw\/000000\/1-in\.eml)$/,
  },
];

describe.skipIf(missing !== undefined)(`faults and passwords ${missing ?? ''}`, () => {
  describe.each(TRIALS)('$what', (trial) => {
    let template: TestDesk;
    const scenario: Scenario = {
      ...{ name: trial.what, before: [], args: ['run', 'password'], tickets: 0, sent: 1 },
      input: Buffer.from(
        `Received: from kim by support-ticket.example (Postfix) with ESMTPSA id 4XA1B2C3D4\n\tfor <password@support-ticket.example>; Sun, 29 Nov 2026 03:00:00 +0000\nFrom: kim@support-ticket.example\nTo: password@support-ticket.example\nSubject: nic\nMessage-ID: <a1@x.example>\n\n${trial.text}\n`,
      ),
      env: {
        ...{ SENDER: 'kim@support-ticket.example', SASL_USERNAME: 'kim' },
        RECIPIENT: 'password@support-ticket.example',
      },
      after: 'the mail again',
    };

    beforeAll(async () => {
      template = await makeDesk();
      await template.run(['ticket', 'list']);
      const output = trial.lines.map((line) => JSON.stringify(line)).join('\n');
      const script = `#!/bin/sh\ncat <<'END'\n${output}\nEND\nexit ${trial.exit}\n`;
      mkdirSync(join(template.dir, 'robots'));
      writeFileSync(join(template.dir, 'robots', 'password'), script, { mode: 0o755 });
      template.configure((config) => {
        config['staff'] = [
          { name: 'kim', addresses: ['kim@support-ticket.example'], sasl: ['kim'] },
        ];
        const may = ['reply', 'mail', 'blank'];
        config['robots'] = [{ name: 'password', user: 'owner', when: 'now', may }];
      });
    });
    afterAll(() => template.remove());

    test('it is in no other file, whatever fails; and then in none', async () => {
      const points = await inCopy(template, (desk) => pointsOf(desk, scenario));
      const faults = points.flatMap((point) => faultsFor(point).map((fault) => ({ point, fault })));
      const rest = [...sampled(faults, SAMPLE)];
      const tried = rest.length;
      const failures: string[] = [];
      const worker = async () => {
        for (let one = rest.shift(); one !== undefined; one = rest.shift()) {
          const { point, fault } = one;
          const problem = await untilFired(point, fault);
          if (problem !== null) failures.push(`${fault} at ${point.line}: ${problem}`);
        }
      };
      await Promise.all([worker(), worker()]);
      console.log(`${trial.what}: ${points.length} calls, ${tried} faults tried`);
      expect(tried).toBeGreaterThan(3);
      expect(failures).toEqual([]);
    }, 1_800_000);

    async function untilFired(point: Point, fault: Fault): Promise<string | null> {
      let n = point.n;
      for (let tried = 1; tried <= TRIES; tried += 1) {
        const step = (tried % 9) * (tried % 2 === 0 ? -1 : 1);
        const { hasFired, problem, found } = await inCopy(template, async (desk) => {
          const faulted = await runWithFault(desk, scenario, point, fault, n);
          await desk.settled();
          const why = faulted.hasFired ? await problemIn(desk) : null;
          return { ...faulted, problem: why, found: faulted.n };
        });
        if (hasFired) return problem;
        n = found === null || found === n ? Math.max(1, n + step) : found;
      }
      return 'the fault did not fire on the store';
    }

    async function problemIn(desk: TestDesk): Promise<string | null> {
      const elsewhere = holding(desk.store, PASSWORD).filter((file) => !trial.before.test(file));
      if (elsewhere.length > 0) return `it lies in ${elsewhere.join(', ')}`;
      const { input, env = {} } = scenario;
      const again = await desk.run(scenario.args, { input, env });
      if (again.exit !== 0) return `delivered again: exit ${again.exit} ${again.stdout}`;
      await desk.settled();
      hourLater(desk);
      await desk.run(['due']);
      await desk.settled();
      const found = await fsckOf(desk);
      if (found !== '') return `fsck: ${found}`;
      const waiting = readdirSync(join(desk.store, 'outbox')).filter((one) =>
        one.endsWith('.json'),
      );
      const sent = desk
        .sent()
        .filter(({ content }) => decoded(Buffer.from(content)).includes(trial.words));
      if (sent.length + waiting.length !== 1) return `${sent.length} sent, ${waiting.length} wait`;
      const left = holding(desk.store, PASSWORD);
      const isWaiting = waiting.length === 1 && trial.words === PASSWORD;
      const mayBe = isWaiting ? [waiting[0]?.replace(/^(.*)\.json$/, 'outbox/$1.secret')] : [];
      return JSON.stringify(left) === JSON.stringify(mayBe) ? null : `left in ${left.join(', ')}`;
    }
  });
});

/** What runs have left that died while they received a mail is swept then. */
function hourLater({ store }: TestDesk): void {
  const incoming = join(store, 'incoming');
  const before = new Date(Date.now() - 2 * 3_600_000);
  for (const name of readdirSync(incoming)) utimesSync(join(incoming, name), before, before);
}
