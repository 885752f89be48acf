/**
 * `npm run test:planted [-- --only WORDS] [-- --all-tests]`: plants each fault of faults.ts
 * in a copy of the tree, and runs the tests that must find it.
 *
 * First: each text is there once, the type check passes with all faults planted, and the
 * named tests pass without any. A fault is found if a test fails. A file that does not load,
 * and a run without an end, find nothing, and are said. `--only`: faults with these words in
 * their name. `--all-tests`: all tests of those suites on each, and every one that finds it. Ends
 * with 1 if a fault was not found. Needs root and strace, as the tests of some faults do.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Copy, type Wanted } from './copy.ts';
import { FAULTS, type Fault } from './faults.ts';

const EVERYTHING: Wanted = { files: [], names: [] };
const SOUND_MINUTES = 30;
const FAULT_MINUTES = 5;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    'all-tests': { type: 'boolean', default: false },
  },
});
const isWhole = values['all-tests'];
const root = process.cwd();
const faults = FAULTS.filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()));

process.exitCode = (await tryAll()) ? 0 : 1;

async function tryAll(): Promise<boolean> {
  const problems = faults.flatMap(problemOf);
  if (faults.length === 0) problems.push(`no fault has "${values.only}" in its name`);
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) return false;
  const copy = new Copy(root);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      copy.remove();
      process.exit(1);
    });
  }
  try {
    return (await isSound(copy)) && (await areFound(copy));
  } finally {
    copy.remove();
  }
}

/** In words that name the fault, for whoever has moved its text. */
function problemOf({ name, file, before, after }: Fault): string[] {
  const count = countIn(file, before);
  if (before === after) return [`"${name}": it changes nothing`];
  if (count === 1) return [];
  const found = count === 0 ? sources().filter((other) => countIn(other, before) > 0) : [];
  const elsewhere = found.length === 0 ? '' : `; ${found.join(', ')} has it`;
  return [`"${name}": ${file} has its text ${count} times${elsewhere}: ${before}`];
}

function countIn(file: string, text: string): number {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, 'utf8').split(text).length - 1 : 0;
}

function sources(): readonly string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name));
}

async function isSound(copy: Copy): Promise<boolean> {
  const refused = await refusedByTypes(copy);
  for (const line of refused) console.log(line);
  if (refused.length > 0) return false;
  const seconds = timer();
  await copy.build();
  const passed: string[] = [];
  const problems: string[] = [];
  for (const wanted of isWhole ? [EVERYTHING] : soundRuns()) {
    const run = await copy.test(wanted, { bail: false, minutes: SOUND_MINUTES });
    passed.push(...run.passed);
    problems.push(...(run.problem === null ? run.failed : [run.problem]));
  }
  if (!isWhole) problems.push(...faults.filter((fault) => !isCovered(fault, passed)).map(unnamed));
  for (const problem of problems) console.log(`without a fault: ${problem}`);
  if (problems.length > 0) return false;
  console.log(`${passed.length} tests pass without a fault, in ${seconds()} s`);
  return true;
}

/** Files of which all tests are wanted; and others, with names of those that are. */
function soundRuns(): readonly Wanted[] {
  const parts = faults.filter(({ named }) => named !== undefined);
  const whole = faults.filter((fault) => !parts.includes(fault));
  return [whole, parts]
    .filter((some) => some.length > 0)
    .map((some) => ({
      files: unique(some.flatMap(({ tests }) => tests)),
      names: unique(some.flatMap(({ named }) => named ?? [])),
    }));
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** A test that has another name now would be run for nothing, and fail never. */
function isCovered({ tests, named = '' }: Fault, passed: readonly string[]): boolean {
  return tests.every((file) =>
    passed.some((test) => test.startsWith(file) && test.includes(named)),
  );
}

function unnamed({ name, tests, named }: Fault): string {
  const what = named === undefined ? '' : ` with "${named}" in its name`;
  return `"${name}": no test${what} runs here in ${tests.join(', ')}`;
}

/** What is a type error is no fault that a test has to find. */
async function refusedByTypes(copy: Copy): Promise<readonly string[]> {
  copy.plant(faults);
  const together = await copy.typeError();
  copy.uproot(faults);
  if (together === null) return [];
  const sound = await copy.typeError();
  if (sound !== null) return [`without a fault the type check fails: ${sound}`];
  const refused: string[] = [];
  for (const fault of faults) {
    copy.plant([fault]);
    const error = await copy.typeError();
    copy.uproot([fault]);
    if (error !== null) refused.push(`"${fault.name}" is refused by the type check: ${error}`);
  }
  return refused.length > 0 ? refused : [`the type check fails: ${together}`];
}

async function areFound(copy: Copy): Promise<boolean> {
  let found = 0;
  for (const fault of faults) if (await isFound(fault, copy)) found += 1;
  console.log(`${found} found, ${faults.length - found} not found`);
  return found === faults.length;
}

async function isFound(fault: Fault, copy: Copy): Promise<boolean> {
  const seconds = timer();
  copy.plant([fault]);
  try {
    await copy.build();
    const { tests, named } = fault;
    const wanted = { files: tests, names: named === undefined ? [] : [named] };
    const { failed, problem } = isWhole
      ? await copy.test(EVERYTHING, { bail: false, minutes: SOUND_MINUTES })
      : await copy.test(wanted, { bail: true, minutes: FAULT_MINUTES });
    const isIt = failed.length > 0;
    console.log(`${isIt ? 'found' : 'NOT found'} in ${seconds()} s: ${fault.name}`);
    for (const line of failed) console.log(`    ${line}`);
    if (problem !== null) console.log(`    ${problem}`);
    return isIt;
  } finally {
    copy.uproot([fault]);
  }
}

/** Seconds since now, with one digit. */
function timer(): () => string {
  const start = performance.now();
  return () => ((performance.now() - start) / 1000).toFixed(1);
}
