/** The log of automatic answers, which the caps are counted from. */
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AnsweredLog } from '../../../src/stores/files/answered.ts';
import type { Answered } from '../../../src/ticket/answered.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const HOUR = 60 * 60 * 1000;

let dir = '';
let path = '';

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-answered-'));
  path = join(dir, 'answered.log');
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

function line(seq: number, hoursAgo: number): string {
  return `${seq} ${(NOW - hoursAgo * HOUR) / 1000} SUPPORT-${seq} nic${seq}@ferrier.example help\n`;
}

function answered(seq: number, hoursAgo = 0) {
  const address = `nic${seq}@ferrier.example`;
  const at = new Date(NOW - hoursAgo * HOUR);
  return { at, address, ticket: `SUPPORT-${seq}`, kind: 'help' } as const;
}

function write(log: AnsweredLog, seq: number, ...rows: readonly Answered[]) {
  const edits = rows.map((row, n) => ({ type: 'put', key: `${seq}.${n}`, row }) as const);
  log.write(edits, { seq, how: 'own' });
}

const ago = (hours: number) => new Date(NOW - hours * HOUR);
const addresses = (log: AnsweredLog, hours: number) =>
  log.since(ago(hours)).map(({ address }) => Number(/\d+/.exec(address)?.[0]));

test('gives what was answered since then, oldest first, and what is there already once', () => {
  const log = new AnsweredLog(dir);
  expect(log.since(ago(24))).toEqual([]);
  write(log, 1, answered(1, 30));
  write(log, 2, answered(2, 5));
  write(log, 3, answered(3), answered(4));
  write(log, 3, answered(3), answered(4));
  write(log, 2, answered(2, 5));
  expect(addresses(log, 24)).toEqual([2, 3, 4]);
  expect(log.since(ago(24))[0]).toEqual(answered(2, 5));
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(5);
});

test.each([0, 1, 65_000, 65_535, 65_536, 65_537, 200_000])(
  'a line is found wherever it lies in a file that is read in blocks: %i octets before it',
  (before) => {
    const old = `${'x'.repeat(Math.max(0, before - 1))}${before === 0 ? '' : '\n'}`;
    const lines = [1, 2, 3, 4, 5].map((seq) => line(seq, 1)).join('');
    for (const behind of ['', line(6, 0)]) {
      writeFileSync(path, old + lines + behind);
      const wanted = behind === '' ? [1, 2, 3, 4, 5] : [1, 2, 3, 4, 5, 6];
      expect(addresses(new AnsweredLog(dir), 24)).toEqual(wanted);
    }
  },
);

test('what another process adds, or takes out, is seen by one that has read it', () => {
  const [log, other] = [new AnsweredLog(dir), new AnsweredLog(dir)];
  write(log, 1, answered(1, 5));
  expect([addresses(log, 24), addresses(other, 24)]).toEqual([[1], [1]]);
  write(other, 2, answered(2));
  expect([addresses(log, 24), addresses(other, 24)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  write(log, 3, answered(3));
  expect(addresses(log, 1)).toEqual([2, 3]);
  expect(addresses(other, 24)).toEqual([1, 2, 3]);
  other.forget();
  expect(addresses(log, 24)).toEqual([]);
  write(other, 4, answered(4));
  expect([addresses(log, 24), addresses(log, 400)]).toEqual([[4], [4]]);
});

test('after a power cut that kept a later line and lost an earlier one, each is there once', () => {
  writeFileSync(path, line(1, 1) + line(3, 0));
  const log = new AnsweredLog(dir);
  for (const seq of [2, 3]) {
    log.write([{ type: 'put', key: `${seq}.0`, row: answered(seq) }], { seq, how: 'rebooted' });
  }
  expect(addresses(log, 24)).toEqual([1, 3, 2]);
});

test('a line of an older program, without a kind, counts as every kind', () => {
  writeFileSync(path, line(1, 1).replace(' help', ''));
  expect(new AnsweredLog(dir).since(ago(24))).toEqual([{ ...answered(1, 1), kind: null }]);
});

test('what a power cut has torn is passed over, and the next line begins anew', () => {
  writeFileSync(path, `${line(1, 1)}2 17952`);
  const log = new AnsweredLog(dir);
  write(log, 3, answered(3));
  appendFileSync(path, '\0'.repeat(100));
  write(log, 4, answered(4));
  expect(addresses(log, 24)).toEqual([1, 3, 4]);
});

test('a busy week costs no more than an answer: nothing is written anew but where half of it is old', () => {
  const busy = Array.from({ length: 10_000 }, (_, n) => line(n + 1, 100 - n / 100)).join('');
  writeFileSync(path, busy);
  const { ino } = statSync(path);
  const log = new AnsweredLog(dir);
  write(log, 20_000, answered(20_000));
  expect(statSync(path)).toMatchObject({ ino, size: busy.length + line(20_000, 0).length });
  expect(log.since(ago(1)).length).toBeLessThan(400);

  const old = Array.from({ length: 10_000 }, (_, n) => line(n + 1, 300)).join('');
  writeFileSync(path, old + busy.slice(0, busy.indexOf('\n500 ') + 1));
  write(log, 20_000, answered(20_000));
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(499 + 1 + 1);
  expect(addresses(log, 24 * 7).at(-1)).toBe(20_000);
});

test('what was answered while the clock was ahead does not keep the rest for ever', () => {
  const lines = (from: number, hoursAgo: number) =>
    Array.from({ length: 5000 }, (_, n) => line(from + n, hoursAgo)).join('');
  writeFileSync(path, lines(1, 300) + lines(5001, -8760) + lines(10_001, 1));
  const log = new AnsweredLog(dir);
  write(log, 20_000, answered(20_000));
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(5000 + 1 + 1);
  expect(log.since(ago(24))).toHaveLength(5001);
});
