/**
 * A folder of pages is what it would be without it, wherever a run that writes it is killed, or the
 * disk fails it, once the next run has ended; and nobody ever reads half a page.
 *
 * A fault at each system call on the folder, of a run that writes all pages, and of one that brings
 * them up to date. `FAULTS=all` tries every point.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deliverCase, makeDesk, type TestDesk } from '../process/desk.ts';
import { inCopy } from './in-copy.ts';
import { type Fault, faultsFor, type Point, pointsOf, runWithFault } from './points.ts';
import { sampled, sampleOf } from './sample.ts';

const SAMPLE = sampleOf(41);
const TRIES = 20;
const WORKERS = 4;
const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';

type Pages = ReadonlyMap<string, string>;

function folderOf({ dir }: TestDesk): string {
  return join(dir, 'pages');
}

function writing(desk: TestDesk) {
  return {
    args: ['pages', folderOf(desk), '--scope', 'tickets,notes,held'],
    ...{ name: 'pages', before: [], input: Buffer.alloc(0) },
    ...{ tickets: 2, sent: 2, after: 'nothing' as const },
  };
}

/** Whose calls are looked at: those on the folder. */
function onFolder(desk: TestDesk): TestDesk {
  return { ...desk, store: folderOf(desk) };
}

/** Without figures, which are of the day on which they are counted. */
function pagesOf(desk: TestDesk): Pages {
  const folder = folderOf(desk);
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    // It was killed before there was one.
  }
  return new Map(
    names
      .filter((name) => name.endsWith('.html'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)
      .filter(([, page]) => !page.includes('<title>Statistics')),
  );
}

async function problemAfter(desk: TestDesk, wanted: Pages): Promise<string | null> {
  for (const [name, page] of pagesOf(desk)) {
    if (!page.endsWith('</html>\n')) return `half a page: ${name}`;
  }
  const again = await desk.run(writing(desk).args);
  if (again.exit !== 0) return `the next run: exit ${again.exit} ${again.stderr}`;
  const found = pagesOf(desk);
  const names = new Set([...found.keys(), ...wanted.keys()]);
  const differ = [...names].filter((name) => found.get(name) !== wanted.get(name));
  return differ.length === 0 ? null : `other than without a fault: ${differ.join(' ')}`;
}

async function tryUntilFired(
  template: TestDesk,
  point: Point,
  fault: Fault,
  wanted: Pages,
): Promise<string | null> {
  let n = point.n;
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const run = await inCopy(template, async (desk) => {
      const faulted = await runWithFault(onFolder(desk), writing(desk), point, fault, n);
      return { ...faulted, problem: faulted.hasFired ? await problemAfter(desk, wanted) : null };
    });
    if (run.hasFired) return run.problem;
    n = run.n === null || run.n === n ? Math.max(1, n + (tried % 9) - 4) : run.n;
  }
  return 'the fault did not fire on the folder';
}

async function failuresOf(template: TestDesk): Promise<readonly string[]> {
  const { points, wanted } = await inCopy(template, async (desk) => {
    const found = await pointsOf(onFolder(desk), writing(desk));
    return { points: found, wanted: pagesOf(desk) };
  });
  expect(wanted.size).toBeGreaterThan(4);
  const faults = points.flatMap((point) => faultsFor(point).map((fault) => ({ point, fault })));
  const rest = [...sampled(faults, SAMPLE)];
  console.log(`${points.length} calls, ${rest.length} faults tried`);
  expect(rest.length).toBeGreaterThan(8);
  const failures: string[] = [];
  const worker = async () => {
    for (let trial = rest.shift(); trial !== undefined; trial = rest.shift()) {
      const { point, fault } = trial;
      const problem = await tryUntilFired(template, point, fault, wanted);
      if (problem !== null) failures.push(`${fault} at ${point.line}\n    ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return failures;
}

test.skipIf(missing !== undefined)(
  `the next run makes a folder right, wherever one is killed ${missing ?? ''}`,
  async () => {
    const template = await makeDesk();
    try {
      for (const name of ['plain', 'obrien']) await deliverCase(template, name);
      await template.run(['ticket', 'list']);
      expect(await failuresOf(template)).toEqual([]);
      expect(await template.run(writing(template).args)).toMatchObject({ exit: 0 });
      await template.run(['ticket', 'note', '7102', '-m', 'They call back.']);
      await template.run(['ticket', 'close', '7103']);
      await template.run(['ticket', 'list']);
      expect(await failuresOf(template)).toEqual([]);
    } finally {
      template.remove();
    }
  },
  1_800_000,
);
