/**
 * The power goes at any point of a run in which a robot mails a password: whatever the disk holds then
 * has the password in its own file of the outbox alone; and as long as its mail waits and nobody has
 * begun to hand it over, that file is there and whole.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compose } from '../../src/letters/compose.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import { holding } from '../kit/holding.ts';
import { makeDesk, type TestDesk } from '../process/desk.ts';
import { extract } from '../stores/files/extract.ts';
import { DiskModel, Image } from './disk-model.ts';
import { traceRun } from './points.ts';
import { sampleOf } from './sample.ts';
import { parseTrace, type Traced } from './trace.ts';

const SAMPLE = sampleOf(13);
const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';
const PASSWORD = 'k7Qm-x2Ta-9bHd';
const TEXT = `For 24 hours: ${PASSWORD}`;
const MAIL = 'From: nic@ferrier.example\nSubject: x\nMessage-ID: <1@x.example>\n\nA new one.\n';

async function traced(): Promise<{
  readonly start: Image;
  readonly operations: readonly Traced[];
}> {
  const desk = await makeDesk();
  try {
    robot(desk);
    await desk.run(['ticket', 'list']);
    const start = Image.read(desk.store);
    const log = await traceRun(desk, ['run', 'password'], Buffer.from(MAIL), join(desk.dir, 'log'));
    expect(desk.sent().map(({ content }) => content.includes(PASSWORD))).toEqual([true]);
    return { start, operations: parseTrace(log, desk.store) };
  } finally {
    desk.remove();
  }
}

function robot(desk: TestDesk): void {
  const reply = JSON.stringify({ type: 'reply', text: TEXT, secrets: [PASSWORD] });
  mkdirSync(join(desk.dir, 'robots'));
  const path = join(desk.dir, 'robots', 'password');
  writeFileSync(path, `#!/bin/sh\ncat <<'END'\n${reply}\nEND\n`, { mode: 0o755 });
  desk.configure((config) => {
    const may = ['reply-unproven'];
    config['robots'] = [{ name: 'password', user: 'owner', from: 'anybody', when: 'now', may }];
  });
}

async function cutEverywhere(
  { start, operations }: Awaited<ReturnType<typeof traced>>,
  isDone: (operation: Traced['operation']) => boolean,
  { sample, most }: { readonly sample: number; readonly most: number },
) {
  const disk = new DiskModel(start);
  const known = new Set<string>();
  const failures: string[] = [];
  let withSecret = 0;
  for (const { operation } of operations.filter((one) => isDone(one.operation))) {
    if (operation.type === 'spawn' || operation.type === 'exit') continue;
    disk.do(operation);
    for (const { what, image } of disk.states()) {
      const key = createHash('sha1').update(image.fingerprint()).digest('hex');
      if (known.has(key)) continue;
      known.add(key);
      if (known.size % sample !== 0 || failures.length >= most) continue;
      const { problems, holds } = await afterCut(image);
      withSecret += holds ? 1 : 0;
      if (problems.length > 0)
        failures.push(`after ${operation.type} (${what}): ${problems.join('; ')}`);
    }
  }
  return { states: Math.floor(known.size / sample), withSecret, failures };
}

async function afterCut(image: Image) {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-cut-'));
  try {
    image.write(root);
    const options = { root, now: () => new Date(), extract, compose, boot: 'after the cut' };
    const held = holding(root, PASSWORD);
    const { findings } = await maintenanceOf(options).check();
    const waiting = (await new FileStore(options).unsent()).filter(({ isBegun }) => !isBegun);
    const whole = held.filter((file) => readFileSync(join(root, file), 'utf8').includes(TEXT));
    return {
      holds: held.length > 0,
      problems: [
        ...findings.map(({ file, problem }) => `${file}: ${problem}`),
        ...held
          .filter((file) => !/^outbox\/\d+\.\d+\.secret$/.test(file))
          .map((file) => `in ${file}`),
        ...(waiting.length <= whole.length ? [] : ['a mail waits, and its password is gone']),
      ],
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test.skipIf(missing !== undefined)(
  `a power cut leaves a password in its file alone, and that as long as it waits ${missing ?? ''}`,
  async () => {
    const run = await traced();
    const { states, withSecret, failures } = await cutEverywhere(run, () => true, {
      ...{ sample: SAMPLE, most: Number.POSITIVE_INFINITY },
    });
    console.log(`${run.operations.length} operations, ${states} states, ${withSecret} with it`);
    expect(withSecret).toBeGreaterThan(0);
    expect(failures).toEqual([]);
    // It can fail: were the secret not written through before the commit, it could be lost.
    const isDone = (one: Traced['operation']) =>
      !(one.type === 'fsync' && one.path.endsWith('.secret'));
    const unsynced = await cutEverywhere(run, isDone, { sample: 1, most: 1 });
    expect(unsynced.failures.join()).toContain('its password is gone');
  },
  1_800_000,
);
