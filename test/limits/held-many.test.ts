/**
 * With 4,000 held mails whatever looks at them takes no more than 250 starts of the program, and no
 * more than its share of what it takes with 1,000. Counted is the processor time of the process,
 * the least of some runs, since the machine has other work.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { nodeWith } from '../kit/node-with.ts';
import { makeDesk, type TestDesk } from '../process/desk.ts';
import { holdMails } from '../stores/files/held-mails.ts';

const [FEW, MANY] = [1000, 4000];
const RUNS = 3;
/** What 4,000 held mails may cost, in starts of a program that loads and looks at nothing. */
const MAX_STARTS = 250;
const DAY_MS = 86_400_000;
const desks: TestDesk[] = [];

beforeAll(async () => {
  // Nothing here is about a disk, and 5,000 mails that are fsynced take a minute.
  if (existsSync('/dev/shm')) vi.stubEnv('TMPDIR', '/dev/shm');
  for (const count of [FEW, MANY]) {
    const desk = await makeDesk();
    desk.configure((config) => {
      const [queue] = config['queues'] as Record<string, unknown>[];
      config['queues'] = [{ ...queue, first: 1, due: { remindDays: 7, closeDays: 7 } }];
      config['staff'] = [{ name: 'kim', addresses: ['kim@support-ticket.example'] }];
    });
    // As long ago as a customer is waited for: all of them are due, and a held mail keeps each back.
    await holdMails(desk.store, count, new Date(Date.now() - 8 * DAY_MS));
    desks.push(desk);
  }
}, 120_000);
afterAll(() => {
  for (const desk of desks) desk.remove();
  vi.unstubAllEnvs();
});

/** Seconds of processor time, of the cheapest run. */
async function cost(desk: TestDesk, args: readonly string[], input: () => string) {
  const report = join(desk.dir, 'cost');
  const hook = join(desk.dir, 'cost.cjs');
  writeFileSync(
    hook,
    `process.on('exit', () => {
      const { userCPUTime, systemCPUTime } = process.resourceUsage();
      require('fs').writeFileSync(process.env.COST, String((userCPUTime + systemCPUTime) / 1e6));
    });`,
  );
  const env = { PATH: nodeWith([`--require=${hook}`], desk.dir), COST: report };
  const costs: number[] = [];
  let stdout = '';
  for (let run = 0; run < RUNS; run += 1) {
    const ended = await desk.run(args, { input: input(), env });
    expect(ended, args.join(' ')).toMatchObject({ exit: args[0] === 'status' ? 1 : 0 });
    costs.push(Number(readFileSync(report, 'utf8')));
    stdout = ended.stdout;
  }
  return { seconds: Math.min(...costs), stdout };
}

let serial = 0;
const mail = () => {
  serial += 1;
  return `From: nic@d${serial}.example\nSubject: x\nMessage-ID: <${serial}@x.example>\n\nx\n`;
};
const nothing = () => '';

test.each<readonly [string, readonly string[], () => string, RegExp]>([
  ['status', ['status'], nothing, /held +warning +4000, the oldest for 8 d/],
  ['the list', ['held', 'list'], nothing, /SUPPORT-4000/],
  ['the list as JSON', ['held', 'list', '--json'], nothing, /"SUPPORT-4000"/],
  ['one of them', ['held', 'show', '4'], nothing, /SUPPORT-2/],
  ['what is due, and kept back', ['due', '--dry-run'], nothing, /SUPPORT-4000: not yet/],
  ['doing what is due', ['due'], nothing, /SUPPORT-4000: not yet: a mail to it is held/],
  ['a mail that looks for what is due', ['new'], mail, /^$/],
])('%s', async (_, args, input, said) => {
  const [few, many] = desks;
  if (few === undefined || many === undefined) throw new Error('there are no desks');
  const before = await cost(few, args, input);
  const after = await cost(many, args, input);
  const start = await cost(many, ['--version'], nothing);
  expect(after.stdout).toMatch(said);
  expect(after.seconds / start.seconds).toBeLessThan(MAX_STARTS);
  // What grows with the square of them takes sixteen times as long.
  expect(after.seconds / before.seconds).toBeLessThan((1.5 * MANY) / FEW);
});
