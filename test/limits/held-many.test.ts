/**
 * With 4,000 held mails whatever looks at them does no more than its share of what it does with
 * 1,000. Counted are the blocks of code that the program runs, and node for it, as V8 counts them:
 * a clock would count what else the machine does.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { nodeWith } from '../kit/node-with.ts';
import { makeDesk, type TestDesk } from '../process/desk.ts';
import { holdMails } from '../stores/files/held-mails.ts';

const [FEW, MANY] = [1000, 4000];
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

/** How many blocks it runs. */
async function blocksOf(desk: TestDesk, args: readonly string[], input: string) {
  const report = join(desk.dir, 'blocks');
  const hook = join(desk.dir, 'blocks.cjs');
  writeFileSync(hook, COUNTING);
  const env = { PATH: nodeWith([`--require=${hook}`], desk.dir), BLOCKS: report };
  const ended = await desk.run(args, { input, env });
  expect(ended, args.join(' ')).toMatchObject({ exit: args[0] === 'status' ? 1 : 0 });
  const blocks = Number(readFileSync(report, 'utf8'));
  rmSync(report);
  return { blocks, stdout: ended.stdout };
}

const COUNTING = `
const { Session } = require('node:inspector');
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
process.on('exit', () => {
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    let blocks = 0;
    for (const { functions } of result)
      for (const { ranges } of functions) for (const { count } of ranges) blocks += count;
    require('node:fs').writeFileSync(process.env.BLOCKS, String(blocks));
  });
});
`;

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
  const before = await blocksOf(few, args, input());
  const after = await blocksOf(many, args, input());
  console.log(`${args.join(' ')}: ${before.blocks} blocks, then ${after.blocks}`);
  expect(after.stdout).toMatch(said);
  // What grows with the square of them would be sixteen times as many.
  expect(after.blocks / before.blocks).toBeLessThan((1.25 * MANY) / FEW);
});
