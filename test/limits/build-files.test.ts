/**
 * Each file of the build is damaged in four ways, one at a time, and a mail is delivered. With `FAULTS=5`
 * every fifth of those that a plain mail does not need.
 */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampled, sampleOf } from '../faults/sample.ts';
import { makeDesk, ROOT, type TestDesk } from '../process/desk.ts';
import { copyOfProgram } from '../process/program-copy.ts';

/** By a plain mail. */
const NEEDED = /^(first|hot|mailrobot|rolldown-runtime|reader)\.cjs$/;
const MAIL = 'From: nic@ferrier.example\nSubject: x\n\nx\n';
let desk: TestDesk;
let dir: string;

beforeEach(async () => {
  desk = await makeDesk();
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-build-files-'));
});

afterEach(() => {
  desk.remove();
  rmSync(dir, { recursive: true, force: true });
});

test('each file of the build emptied, cut short or missing: never 0 without the mail', async () => {
  const home = copyOfProgram(dir);
  const program = join(home, 'bin', 'mailrobot');
  const tickets = () =>
    (
      readFileSync(join(desk.store, 'journal', '000000000001.ndjson'), 'utf8').match(
        /"type":"ticket\.created"/g,
      ) ?? []
    ).length;
  let deferred = 0;
  const all = readdirSync(join(ROOT, 'dist'));
  const others = all.filter((file) => !NEEDED.test(file));
  const files = [...all.filter((file) => NEEDED.test(file)), ...sampled(others, sampleOf(1))];
  for (const file of files) {
    const path = join(home, 'dist', file);
    const whole = readFileSync(path);
    for (const length of [0, 1, Math.floor(whole.length / 2), whole.length - 2]) {
      truncateSync(path, length);
      const id = `<${file}.${length}@ferrier.example>`;
      const before = tickets();
      const ended = await desk.run(['new'], { input: `Message-ID: ${id}\n${MAIL}`, program });
      const isKept = tickets() === before + 1;
      expect([ended.exit, isKept], `${file} cut to ${length}`).toEqual(
        isKept ? [0, true] : [75, false],
      );
      expect(ended.stdout + ended.stderr).toMatch(/^(4\.3\.\d [ -~]+\n)?$/);
      if (!isKept) deferred += 1;
      writeFileSync(path, whole);
    }
  }
  expect(deferred).toBeGreaterThan(8);
  const listed = await desk.run(['ticket', 'list', '--json', '--limit', '1000']);
  expect(JSON.parse(listed.stdout)).toHaveLength(tickets());
  expect((await desk.run(['fsck'])).stdout).toContain('in order');
}, 300_000);
