/**
 * What strangers write into the fields of our own MTA, as many as FIELDS says (20,000; CI
 * asks for 400,000), judged by an independent reader: Debian's python3-authres. The seed is
 * printed; SEED= repeats a run.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAuthentication } from '../../../src/decision/authentication.ts';
import { randomOf } from '../../fuzz/mutations.ts';
import { careless, field, ID, OURS, type Verdict, valid } from './writers.ts';

const COUNT = Number(process.env['FIELDS'] ?? 20_000);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
const MINUTES = 10 * 60_000;
const PYTHON = '/usr/bin/python3';
const isJudgeHere = spawnSync(PYTHON, ['-c', 'import authres']).status === 0;
if (!isJudgeHere) console.log('skipped: no judge of fields without python3-authres');

const read = (value: string) =>
  readAuthentication(
    [{ name: 'authentication-results', value }],
    { from: `bob@${OURS}`, isOneFrom: true },
    ID,
  );

const fields = (
  count: number,
  verdict: Verdict,
  words: typeof valid,
  seed: number,
): readonly string[] => {
  const random = randomOf(seed);
  return Array.from({ length: count }, () => field(verdict, words(random), random));
};

/** How the judge reads them: the dmarc results of each, null for one that it refuses. */
function judged(
  values: readonly string[],
): readonly (readonly [string, readonly string[]][] | null)[] {
  const input = values.map((value) => `${JSON.stringify(value)}\n`).join('');
  const { stdout, status } = spawnSync(PYTHON, [join(import.meta.dirname, 'judge.py')], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  expect(status).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const isOnePass = (results: readonly [string, readonly string[]][] | null | undefined): boolean =>
  results?.length === 1 &&
  results[0]?.[0].toLowerCase() === 'pass' &&
  results[0][1].length === 1 &&
  results[0][1][0]?.toLowerCase().replace(/^.*@/, '') === OURS;

test(`${COUNT} fields that say fail, with a stranger's words in them, prove nothing (SEED=${SEED})`, {
  timeout: MINUTES,
}, () => {
  const believed = fields(COUNT, 'fail', valid, SEED).filter((value) => read(value).proof !== null);
  expect(believed).toEqual([]);
  expect(fields(1000, 'fail', valid, SEED).every((value) => read(value).forged !== null)).toBe(
    true,
  );
});

test(`${COUNT / 40} honest fields are all believed (SEED=${SEED})`, { timeout: MINUTES }, () => {
  const refused = fields(COUNT / 40, 'pass', valid, SEED).filter(
    (value) => read(value).proof === null,
  );
  expect(refused).toEqual([]);
});

test.skipIf(!isJudgeHere)(
  `whatever is believed, python3-authres reads as exactly one pass too (SEED=${SEED})`,
  { timeout: MINUTES },
  () => {
    const honest = fields(COUNT / 40, 'pass', valid, SEED);
    const written = [
      ...fields(COUNT, 'fail', careless, SEED + 1),
      ...fields(COUNT / 4, 'pass', careless, SEED + 2),
    ].filter((value) => read(value).proof !== null);
    const results = judged([...honest, ...written]);
    const wrong = [...honest, ...written].filter((_, n) => !isOnePass(results[n]));
    expect(wrong).toEqual([]);
    console.log(`Authentication-Results: SEED=${SEED}, ${written.length} careless ones believed`);
  },
);
